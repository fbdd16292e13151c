"""Two companies that are one: relations move to the one that is kept, none is lost, and all of it can be undone.

What moves is decided beside each model (`accounts.relations`). A merge says which rows it moved by their keys; undoing
it moves those back that are still where it put them, and leaves what came after.
"""

from typing import Any

from django.db import transaction
from django.db.models import Field, Model

from luodi.errors import BadInput, LuodiError, MissingKey
from luodi.web.accounts.actions import MergedAway
from luodi.web.accounts.models import Company, User
from luodi.web.accounts.relations import Merging, OfCompany, decision_of, relations
from luodi.web.companies.acting import locked, once, unchanged
from luodi.web.companies.actions import Form, reindex
from luodi.web.companies.models import Merge
from luodi.web.core.permissions import require
from luodi.web.core.snapshots import snapshot
from luodi.web.journal.actions import write

Moved = dict[str, list[Any]]


class UndecidedRelation(LuodiError):
    """A relation to companies of which nobody said what a merge does with it."""

    code = "undecided-relation"


class NotUndone(LuodiError):
    """A merge that is undone already, or that a later one has to be undone before."""

    code = "not-undone"


@transaction.atomic
def merge(kept: int, gone: int, reason: str, form: Form) -> Merge | None:
    """Give up `gone`, since it is `kept`. None where the same form had its effect already.

    Raises `MergedAway` where one of them was given up before, `MissingKey` without a reason.
    """
    first, second = _both(kept, gone)
    _permit(form.by, first, second)
    if form.key and not once(form.key, first, form.at, lambda: None, form.by):
        return None
    unchanged(first, form.version)
    if not reason.strip():
        raise MissingKey("companies.reason", at="reason")
    if first.merged_into_id or second.merged_into_id:
        raise MergedAway("companies.two-merged-into-another-company")
    made = Merge.objects.create(
        kept=first, gone=second, reason=reason.strip(), moved=_moved(second, first), at=form.at, by=form.by
    )
    _given_up(second, into=first)
    write("merge", made, by=form.by, after=_counted(made), reason=made.reason, at=form.at)
    return made


@transaction.atomic
def undo(merge: int, reason: str, form: Form) -> bool:
    """Bring back the company that was given up, with what moved. False where it was undone already by the same form."""
    found = locked(Merge, merge)
    first, second = _both(found.kept_id, found.gone_id)
    _permit(form.by, first, second)
    if form.key and not once(form.key, found, form.at, lambda: None, form.by):
        return False
    if found.undone is not None:
        raise NotUndone("companies.undone")
    if first.merged_into_id:
        raise NotUndone("companies.undo-first")
    if not reason.strip():
        raise MissingKey("companies.reason", at="reason")
    _back(found)
    found.undone, found.undone_by = form.at, form.by
    found.save(update_fields=["undone", "undone_by"])
    _given_up(second, into=None, touched=first)
    write("undo_merge", found, by=form.by, after=_counted(found), reason=reason.strip(), at=form.at)
    return True


def _both(kept: int, gone: int) -> tuple[Company, Company]:
    """Locked in the order of their keys, so that two merges never wait for each other."""
    if kept == gone:
        raise BadInput("companies.itself")
    rows = {
        one.pk: one
        for one in Company.objects.select_for_update(of=("self",)).filter(pk__in=(kept, gone)).order_by("pk")
    }
    if len(rows) != 2:
        raise BadInput("companies.nobody")
    return rows[kept], rows[gone]


def _permit(by: User | None, *companies: Company) -> None:
    for company in companies:
        if by is not None:
            require(by, "change", company)


def _decided() -> list[tuple[type[Model], Field, OfCompany]]:
    found = []
    for model, field in relations():
        decision = decision_of(model, field)
        if decision is None:
            raise UndecidedRelation(
                "companies.says-nothing-merge-give-company", label=model._meta.label, field=field.name
            )
        found.append((model, field, decision))
    return found


def _moved(gone: Company, kept: Company) -> Moved:
    moved: Moved = {}
    for model, field, decision in _decided():
        if decision.merge is not Merging.MOVE:
            continue
        rows = model._base_manager.select_for_update(of=("self",)).filter(**{field.name: gone})
        keys = [row.pk for row in rows.order_by("pk") if not _clashes(model, field, decision, row, kept)]
        model._base_manager.filter(pk__in=keys).update(**{field.name: kept})
        if keys:
            moved[f"{model._meta.label}.{field.name}"] = keys
    return moved


def _clashes(model: type[Model], field: Field, decision: OfCompany, row: Model, kept: Company) -> bool:
    """Whether the company that is kept has the same already, or would hold a stake in itself."""
    others = [one.name for one in model._meta.concrete_fields if one.related_model is Company and one != field]
    if any(getattr(row, f"{name}_id") == kept.pk for name in others):
        return True
    same = {name: getattr(row, name) for name in decision.unless}
    return bool(same) and model._base_manager.filter(**{field.name: kept}, **same).exists()


def _back(found: Merge) -> None:
    for model, field, _ in _decided():
        keys = found.moved.get(f"{model._meta.label}.{field.name}", [])
        there = model._base_manager.filter(pk__in=keys, **{field.name: found.kept_id})
        there.update(**{field.name: found.gone_id})


def _given_up(gone: Company, into: Company | None, touched: Company | None = None) -> None:
    gone.merged_into = into
    for company in filter(None, (gone, into, touched)):
        company.version += 1
        company.save(update_fields=["merged_into", "version"])
        reindex(company)


def _counted(found: Merge) -> dict[str, Any]:
    """For the journal: how many rows of which relation moved."""
    return {**snapshot(found), "moved": {label: len(keys) for label, keys in found.moved.items()}}


def where_to(company: Company) -> Company:
    """The company that this one is now known as; itself where it was not merged."""
    seen = {company.pk}
    while company.merged_into is not None and company.merged_into_id not in seen:
        company = company.merged_into
        seen.add(company.pk)
    return company
