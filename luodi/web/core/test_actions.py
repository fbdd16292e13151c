"""What every action promises, asked of each in the registry."""

import ast
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from luodi.web import test_endpoints, test_endpoints_records
from luodi.web.accounts.models import Company, User
from luodi.web.cases.actions.cases import open_case
from luodi.web.cases.models import LandingCase
from luodi.web.companies.models import Label
from luodi.web.conftest import person, unit
from luodi.web.core import actions
from luodi.web.core.actions import (
    Action,
    Changed,
    Created,
    Deleted,
    Unchanged,
    action,
    action_for_each,
    actions_on,
    load,
)
from luodi.web.core.errors import KeyReused, NotFound, NotPermitted, StaleVersion
from luodi.web.core.forms import ActionForm
from luodi.web.core.keys import new_key
from luodi.web.core.models import ActionKey
from luodi.web.core.policy import policy_of
from luodi.web.core.roles import Role
from luodi.web.core.words import words
from luodi.web.journal.models import Entry
from luodi.web.test_endpoints_records import Records
from luodi.web.test_writes import NOTED, watched

pytestmark = pytest.mark.django_db
records = test_endpoints_records.records
NOW = datetime(2026, 3, 10, 2, 0, tzinfo=UTC)
REGISTRY = load()
OF_PEOPLE = sorted(one.id for one in REGISTRY.values() if not one.is_automatic)
CHANGING = [name for name in OF_PEOPLE if not REGISTRY[name].creates]
#: Apps whose pages and endpoints change nothing but by actions.
APPS = (
    "accounts",
    "notices",
    "api",
    "advisor",
    "companies",
    "cases",
    "dealings",
    "obstacles",
    "mail",
    "leads",
    "docking",
    "scorecard",
    "books",
    "files",
)


# ---- what each says of itself


@pytest.mark.parametrize("name", OF_PEOPLE)
def test_every_action_has_a_form_a_permission_and_a_model(name: str) -> None:
    one = REGISTRY[name]
    assert issubclass(one.form, forms.Form) and issubclass(one.form, ActionForm)
    asked = one.parent if one.parent_permits else one.model
    kinds = [asked] if not asked._meta.abstract else asked.__subclasses__()
    for kind in kinds:
        policy = policy_of(kind)
        assert one.permission in policy.all_acts, kind


@pytest.mark.parametrize("name", sorted(REGISTRY))
def test_every_action_has_its_words_in_the_journal_in_both_languages(name: str) -> None:
    for entry in REGISTRY[name].entries:
        said = words()[f"journal.entry_{entry}"]
        assert said["zh"].strip() and said["en"].strip(), entry


def test_two_actions_of_one_name_on_one_model_are_refused() -> None:
    with pytest.raises(ValueError, match="two actions"):
        action("end", model=LandingCase)(lambda case: Changed())


def test_what_other_apps_add_to_a_case_is_told_apart() -> None:
    assert "promise" in actions_on(LandingCase) and "promise" not in actions_on(LandingCase, app="cases")
    assert "open" not in actions_on(LandingCase)


def test_actions_in_a_package_are_loaded_with_its_modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "actions_of_a_test"
    (package / "deeper").mkdir(parents=True)
    for name in ("__init__", "first", "deeper/__init__", "deeper/second"):
        (package / f"{name}.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    actions._load_actions("actions_of_a_test")
    assert {"actions_of_a_test.first", "actions_of_a_test.deeper.second"} <= set(sys.modules)


class Ending(StrEnum):
    FIRST = "end_as_first"
    SECOND = "end_as_second"


def test_an_action_for_each_member_of_an_enum_gets_the_member_and_the_rest(
    anna: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "REGISTRY", {})

    def do(case: LandingCase, word: str, *, act: Ending) -> Changed:
        return Changed({"technology": f"{act} {word}"})

    made = action_for_each(
        Ending,
        model=LandingCase,
        form=lambda _: ActionForm,
        permission=lambda _: "work",
        fits=lambda act, case: act is Ending.SECOND,
    )(do)
    case = record_for(REGISTRY["cases.LandingCase.end"], anna)
    assert made(case, Ending.FIRST, "word", by=anna, at=NOW).technology == "end_as_first word"
    assert [one.name for one in actions.REGISTRY.values()] == ["end_as_first", "end_as_second"]
    assert not made[Ending.FIRST].is_open_to(anna, case) and made[Ending.SECOND].is_open_to(anna, case)


# ---- what performing promises, whatever the action


@pytest.fixture
def anna(db: None) -> User:
    return person("anna", Role.OFFICER, unit("Here"))


def record_for(one: Action, anna: User) -> Any:
    """A case for actions on a case; for others a record that `perform` can lock, save and write down as well."""

    company = Company.objects.create(name_en="Mill", country="SG")
    return open_case(company, anna.memberships.get().unit, by=anna, at=NOW)


@pytest.fixture
def neutral(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The same action with a function that changes one harmless value, so that what `perform` adds is seen alone."""

    def made(one: Action, permission: str = "work") -> Action:
        return Action(
            f"{one.name} {one.model.__name__}",
            lambda case, text="x": Changed({"technology": text}),
            model=LandingCase,
            form=one.form,
            permission=permission,
            entries=one.entries,
        )

    return made


@pytest.mark.parametrize("name", CHANGING)
def test_a_key_has_one_effect_a_stale_version_none_and_a_stranger_none(name: str, anna: User, neutral: Any) -> None:
    one = REGISTRY[name]
    case, same, key = record_for(one, anna), neutral(one), new_key()
    for _ in range(2):  # a double click
        done = same(case, by=anna, at=NOW, key=key, version=1)
    assert done.version == 2 and Entry.objects.filter(act=one.entries[0], subject=str(case.pk)).count() == 1
    with pytest.raises(StaleVersion) as stale:
        same(case, "y", by=anna, at=NOW, key=new_key(), version=1)
    assert [entry.act for entry in stale.value.since] == [one.entries[0]]
    with pytest.raises(NotPermitted):
        same(case, "y", by=person("clara", Role.OFFICER, unit("Aside")), at=NOW)
    ben = person("ben", Role.OFFICER, case.unit)
    with pytest.raises(KeyReused):  # the key of somebody else
        same(case, "y", by=ben, at=NOW, key=key)
    with pytest.raises(KeyReused):  # the key of another action
        Action("other", lambda case: Changed(), model=LandingCase, form=one.form, permission="work")(
            case, by=anna, at=NOW, key=key
        )
    case.refresh_from_db()
    assert (case.version, case.technology) == (2, "x")


@pytest.mark.parametrize("name", sorted(name for name in REGISTRY if REGISTRY[name].is_automatic))
def test_what_the_site_does_by_itself_nobody_else_does(name: str, anna: User) -> None:
    with pytest.raises(NotPermitted):
        REGISTRY[name](record_for(REGISTRY[name], anna), by=anna, at=NOW)


def test_a_record_that_is_gone_is_not_found(anna: User, neutral: Any) -> None:
    one = neutral(REGISTRY["cases.LandingCase.end"])
    with pytest.raises(NotFound):
        one(LandingCase(pk=999_999), by=anna, at=NOW)


def test_an_action_that_fails_leaves_no_key_no_entry_and_no_change(anna: User) -> None:
    case, key, entries = record_for(REGISTRY["cases.LandingCase.end"], anna), new_key(), Entry.objects.count()

    def fails(case: LandingCase) -> Changed:
        LandingCase.objects.filter(pk=case.pk).update(technology="half")
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="disk"):
        Action("fails", fails, model=LandingCase, permission="work")(case, by=anna, at=NOW, key=key)
    case.refresh_from_db()
    assert case.technology == "" and Entry.objects.count() == entries
    assert not ActionKey.objects.filter(key=key).exists()


def test_who_is_notified_sees_the_record_as_it_was_saved(anna: User) -> None:
    case, seen = record_for(REGISTRY["cases.LandingCase.end"], anna), list[tuple[int, str]]()

    def do(case: LandingCase) -> Changed:
        return Changed({"technology": "new"}, notify=lambda row: seen.append((row.version, row.technology)))

    Action("do", do, model=LandingCase, permission="work")(case, by=anna, at=NOW)
    assert seen == [(2, "new")]


def test_a_new_record_of_somebody_who_may_not_make_it_is_taken_back(anna: User) -> None:
    case = record_for(REGISTRY["cases.LandingCase.end"], anna)
    aside, before = unit("Aside"), LandingCase.objects.count()
    with pytest.raises(NotPermitted):
        open_case(case.company, aside, by=anna, at=NOW)
    assert LandingCase.objects.count() == before


# ---- parts of a record, and actions that change nothing


def test_what_is_so_already_leaves_no_entry_and_no_version_but_keeps_its_key(anna: User) -> None:
    case, key, entries = record_for(REGISTRY["cases.LandingCase.end"], anna), new_key(), Entry.objects.count()
    same = Action("same", lambda case: Unchanged(), model=LandingCase, permission="work")
    assert same(case, by=anna, at=NOW, key=key).version == 1
    assert Entry.objects.count() == entries and same.was_done(key)


def test_what_takes_long_is_done_around_the_transaction(anna: User) -> None:
    case, seen = record_for(REGISTRY["cases.LandingCase.end"], anna), list[object]()

    @contextmanager
    def around(record: LandingCase, *, by: User, at: datetime) -> Iterator[str]:
        seen.append(connection.savepoint_ids[:])
        yield f"prepared for {by.pk}"

    def prepared_note(record: LandingCase, *, prepared: str) -> Changed:
        seen.append((prepared, connection.savepoint_ids[:] != seen[0]))
        return Changed({"version": record.version})

    note = Action("note", prepared_note, model=LandingCase, permission="work", around=around)
    assert note(case, by=anna, at=NOW).version == 1  # the action says that what forms edit stays as it is
    assert seen[1] == (f"prepared for {anna.pk}", True)


def _label_actions() -> tuple[Action, Action, Action]:
    def add(company: Company, code: str) -> Created | Unchanged:
        made, new = Label.objects.get_or_create(company=company, kind=Label.Kind.TECHNOLOGY, code=code)
        return Created(made) if new else Unchanged(made)

    more: dict[str, Any] = {"model": Label, "permission": "change"}
    return (
        Action("add", add, parent=Company, holder=lambda company: company, **more),
        Action("change", lambda label, code: Changed({"code": code}), holder=lambda label: label.company, **more),
        Action("remove", lambda label: Deleted({"why": "wrong"}), holder=lambda label: label.company, **more),
    )


def test_a_part_is_changed_with_the_version_of_the_record_that_holds_it(anna: User) -> None:
    company = Company.objects.create(name_en="Mill")
    add, change, remove = _label_actions()
    label = add(company, "chips", by=anna, at=NOW, version=1)
    assert add(company, "chips", by=anna, at=NOW, version=2) == label  # it is there already
    change(label, "optics", by=anna, at=NOW, version=2)
    for stale in (
        lambda: change(label, "x", by=anna, at=NOW, version=2),
        lambda: add(company, "y", by=anna, at=NOW, version=1),
    ):
        with pytest.raises(StaleVersion):
            stale()
    remove(label, by=anna, at=NOW, version=3)
    company.refresh_from_db()
    last = Entry.objects.first()
    assert company.version == 4 and not company.labels.exists()
    assert last is not None and (last.before or {})["code"] == "optics" and last.after == {"why": "wrong"}


def test_a_key_adds_to_one_record_and_is_refused_for_another(anna: User) -> None:
    mill, yard = (Company.objects.create(name_en=name) for name in ("Mill", "Yard"))
    add, key = _label_actions()[0], new_key()
    label = add(mill, "chips", by=anna, at=NOW, key=key)
    assert add(mill, "chips", by=anna, at=NOW, key=key) == label
    with pytest.raises(KeyReused):
        add(yard, "chips", by=anna, at=NOW, key=key)
    assert not yard.labels.exists()


def test_whoever_may_not_change_the_holder_changes_no_part_of_it(anna: User) -> None:
    company = Company.objects.create(name_en="Mill")
    add, change, remove = _label_actions()
    label = add(company, "chips", by=anna, at=NOW)
    clara = person("clara", Role.LEADER, unit("Aside"))
    for act in (
        lambda: add(company, "x", by=clara, at=NOW),
        lambda: change(label, "x", by=clara, at=NOW),
        lambda: remove(label, by=clara, at=NOW),
    ):
        with pytest.raises(NotPermitted):
            act()
    assert [one.code for one in company.labels.all()] == ["chips"]


def test_further_records_are_locked_in_one_order_and_given_as_they_are_now(
    anna: User,
) -> None:
    first, second = (Company.objects.create(name_en=name) for name in ("First", "Second"))
    seen = []

    def join(kept: Company, gone: Company) -> Changed:
        seen.append((kept.name_en, gone.name_en))
        return Changed()

    one = Action("join", join, model=Company, permission="change", locks=lambda kept, gone: [gone])
    Company.objects.update(name_en="New")
    with CaptureQueriesContext(connection) as asked:
        one(second, first, by=anna, at=NOW)
    locked = [query["sql"] for query in asked if 'FROM "accounts_company"' in query["sql"]][:2]
    assert seen == [("New", "New")]
    assert [str(row.pk) in sql for row, sql in zip((first, second), locked, strict=True)] == [True, True]
    with pytest.raises(NotFound):
        one(second, Company(pk=999_999), by=anna, at=NOW)


def test_a_locked_record_given_by_name_is_as_it_is_now(anna: User) -> None:
    first, second = (Company.objects.create(name_en=name) for name in ("First", "Second"))
    seen = []

    def join(kept: Company, *, gone: Company) -> Changed:
        seen.append((kept.name_en, gone.name_en))
        return Changed()

    one = Action("join", join, model=Company, permission="change", locks=lambda kept, *, gone: [gone])
    Company.objects.update(name_en="New")
    one(first, gone=second, by=anna, at=NOW)
    assert seen == [("New", "New")]


# ---- nothing acts beside it

#: Calls by which something is stored.
_WRITES = {"create", "bulk_create", "get_or_create", "update_or_create", "save", "delete", "bulk_update"}
WEB = Path(actions.__file__).parents[1]
#: Modules of pages and endpoints, which call actions and store nothing themselves.
PAGES = sorted(
    path
    for app in APPS
    for path in (WEB / app).rglob("*.py")
    if path.relative_to(WEB / app)
    .parts[0]
    .startswith(("views", "api", "many", "bulk", "forms", "queries", "pilots", "sending"))
)


def calls_that_store(source: str) -> list[str]:
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _WRITES:
            found.append(f"line {node.lineno}: {node.func.attr}")
        if isinstance(node, ast.ImportFrom) and (node.module or "") == "luodi.web.journal.actions":
            found += [f"line {node.lineno}: {one.name}" for one in node.names if one.name in ("write", "write_all")]
    return found


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(WEB)))
def test_pages_and_endpoints_store_nothing_themselves(path: Path) -> None:
    assert calls_that_store(path.read_text(encoding="utf-8")) == []


def test_a_page_that_stores_something_would_be_seen() -> None:
    assert calls_that_store("LandingCase.objects.create(company=company)")
    assert calls_that_store("from luodi.web.journal.actions import write")


def test_what_any_address_changes_of_a_record_with_actions_goes_through_perform(records: Records) -> None:
    """Every address, as an officer, a leader and somebody who acts for a company, by every method that changes: each
    request is watched (`luodi/web/test_writes.py`)."""
    for who in ("officer", "leader", "representative"):
        client = test_endpoints.client_of(records.users[who])
        for endpoint in test_endpoints.ENDPOINTS:
            if endpoint.name not in test_endpoints.LEFT_OUT:
                for method in ("post", "put", "delete"):
                    _ask(client, method, endpoint.address(records.given))


def _ask(client: Client, method: str, address: str) -> None:
    with transaction.atomic():
        getattr(client, method)(address)
        transaction.set_rollback(True)


#: A list that leaves the site is written down each time (invariant 19), also where it leaves by a link.
EXPORTED = ["INSERT journal_entry", "UPDATE journal_head", "INSERT journal_exportrecord"]


def _stored_again(client: Client, address: str) -> list[str]:
    """What reading stores the second time; whatever stored nothing the first time stores nothing again."""
    found: list[str] = []
    with transaction.atomic():
        for _ in range(2):
            with watched() as watch:
                client.get(address)
            found = [one for one in watch.all if one.split(" ")[1] not in NOTED | {"mfa_authenticator"}]
            if not found:
                break
        transaction.set_rollback(True)
    return found


def test_reading_the_same_twice_changes_nothing(records: Records) -> None:
    changed = []
    for who in ("visitor", "officer", "leader", "representative", "policy officer", "publisher", "administrator"):
        client = test_endpoints.client_of(records.users[who])
        client.get("/en/account/")
        for endpoint in test_endpoints.ENDPOINTS:
            if endpoint.name in test_endpoints.LEFT_OUT or endpoint.pattern in test_endpoints.LEFT_OUT_TOO:
                continue
            address = endpoint.address(records.given)
            found = _stored_again(client, address)
            if found and found != EXPORTED:
                changed.append((endpoint.pattern, who, found))
    assert changed == []
