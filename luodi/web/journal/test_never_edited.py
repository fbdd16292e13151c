"""What is never edited is so for the database too, whoever speaks to it; and it may be forgotten."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from model_bakery import baker

from luodi.web.accounts.models import Company
from luodi.web.advisor.models import Determination, Reply
from luodi.web.cases.models import LandingCase
from luodi.web.conftest import person, unit
from luodi.web.core.test_permissions import _makers as makers
from luodi.web.journal import append_only
from luodi.web.journal.operations import NeverEdited

pytestmark = pytest.mark.django_db
KEPT = append_only.never_edited()


def test_those_that_say_so_are_known() -> None:
    assert {"advisor_determination", "advisor_reply", "advisor_stale", "library_edition"} <= set(KEPT)


def made(table: str) -> Any:
    from django.apps import apps

    model = next(model for model in apps.get_models() if model._meta.db_table == table)
    maker = makers().get(model)
    if maker is not None:
        ours, theirs = (Company.objects.create(name_en=name) for name in ("Lantern Isle", "Mill"))
        return maker(SimpleNamespace(ours=ours, theirs=theirs, here=unit("Here"), owner=person("owner")))
    more: dict[str, Any] = (
        {"packed": b"x"} if model is Determination else {"files": b"x"} if table == "library_edition" else {}
    )
    for field in model._meta.concrete_fields:
        if (
            field.related_model is Company and not field.null
        ):  # a company has a name, which is optional in both languages
            more[field.name] = Company.objects.create(name_en=field.name)
        if field.related_model is LandingCase:
            more[field.name] = baker.make(LandingCase, company=Company.objects.create(name_en=field.name))
    if table == "leads_adjustment":
        more |= {"points": 5, "reason": "known to us"}
    return baker.make(model, _fill_optional=False, **more)


@pytest.mark.parametrize(
    ("table", "column"), [(table, column) for table, columns in KEPT.items() for column in columns]
)
def test_the_database_refuses_to_change_it(table: str, column: str) -> None:
    row = made(table)
    with pytest.raises(DatabaseError, match="never edited"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f'UPDATE {table} SET "{column}" = "{column}" WHERE id = %s', [row.pk])
    row.delete()  # forgetting is allowed


def test_a_reply_outlives_its_author() -> None:
    from luodi.web.conftest import person

    reply = baker.make(Reply, author=person("anna"))
    reply.author.delete()
    assert Reply.objects.get().author is None


@pytest.mark.django_db(transaction=True)
def test_what_migrations_lay_can_be_taken_back_and_laid_again() -> None:
    laid = [NeverEdited(table, columns) for table, columns in KEPT.items()]
    assert _laid() == set(KEPT)
    try:
        with connection.schema_editor() as editor:
            for one in laid:
                one.database_backwards("journal", editor, None, None)
        assert _laid() == set()
    finally:
        with connection.schema_editor() as editor:
            for one in laid:
                one.database_forwards("journal", editor, None, None)
    assert _laid() == set(KEPT)


def _laid() -> set[str]:
    sql = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%never_edited'"
        if connection.vendor == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE tgname LIKE '%never_edited'"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return {str(name).removesuffix("_never_edited") for (name,) in cursor.fetchall()}
