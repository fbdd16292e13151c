"""Two companies that are one: relations move to the one that is kept, none is lost, and all of it can be undone.

What moves is decided beside each model (`accounts.relations`). A merge says which rows it moved by their keys; undoing
it moves those back that are still where it put them, and leaves what came after.
"""

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import Field, Model, Q
from django.utils.timezone import localdate

from luodi.errors import BadInput, LuodiError, MissingKey
from luodi.web.accounts.models import Company, Invitation, Membership, Memberships, User
from luodi.web.accounts.relations import Merging, OfCompany, decision_of, relations
from luodi.web.accounts.validation import MergedAway
from luodi.web.companies import forms, notices
from luodi.web.companies.actions.profile import company_of, itself, reindex
from luodi.web.companies.actions.representatives import replace_all
from luodi.web.companies.models import Merge, MergeProposal
from luodi.web.companies.queries.merging import doubts, in_one, mark, wanted_by
from luodi.web.core.actions import Changed, Created, action
from luodi.web.core.errors import OwnWork, StaleVersion
from luodi.web.core.permissions import require
from luodi.web.core.roles import Role

Moved = dict[str, list[object]]


class UndecidedRelation(LuodiError):
    """A relation to companies of which nobody said what a merge does with it."""

    code = "undecided-relation"


class SecondPerson(LuodiError):
    """A merge that nobody does alone: it is proposed, and another person confirms it."""

    code = "second-person"


class NotUndone(LuodiError):
    """A merge that is undone already, or that a later one has to be undone before."""

    code = "not-undone"


def _other(kept: Company, other: int, *_: object, **__: object) -> Iterable[Company]:
    return Company.objects.filter(pk=other)


@action(
    "merge",
    model=Merge,
    form=forms.MergeForm,
    permission="change",
    parent=Company,
    parent_permits=True,
    holder=itself,
    locks=_other,
)
def merge(
    kept: Company,
    other: int,
    reason: str,
    seen: str = "",
    *,
    actor: User | None,
    at: datetime,
    proposal: MergeProposal | None = None,
) -> Created:
    """Give up the company of the number `other`, since it is `kept`. `proposal` is that of somebody else, with whom the
    actor agrees.

    Raises `MergedAway` where one of them was given up before, `MissingKey` without a reason, `SecondPerson` where
    nobody does it alone.
    """
    if kept.pk == other:
        raise BadInput("companies.itself")
    gone = next(iter(_other(kept, other)), None)
    if gone is None:
        raise BadInput("companies.nobody")
    _permit(actor, gone)
    if not reason.strip():
        raise MissingKey("companies.reason", at="reason")
    if kept.merged_into_id or gone.merged_into_id:
        raise MergedAway("companies.two-merged-into-another-company")
    if seen and seen != mark(kept, gone, at=at):
        raise StaleVersion(kept, version=kept.version)
    if proposal is None and actor is not None and (why := doubts(kept, gone, at=at)):
        raise SecondPerson("companies.needs-second-person", why=in_one(why))
    by = {"by": actor} if proposal is None else {"by": proposal.by, "confirmed_by": actor}
    held = _hold(gone, kept, at)
    moved = _moved(gone, kept)
    made = Merge.objects.create(kept=kept, gone=gone, reason=reason.strip(), moved={**moved, **held}, at=at, **by)
    _give_up(gone, into=kept)
    _replace_proposals(gone, proposal, at)
    replace_all((kept, gone), at=at)
    return Created(made, details=_counted(made), reason=made.reason, notify=lambda row: _tell(row, at))


def _replace_proposals(gone: Company, but: MergeProposal | None, at: datetime) -> None:
    """What else somebody proposed of a company that was given up cannot be done any more."""
    rows = MergeProposal.objects.filter(Q(kept=gone) | Q(gone=gone), state=MergeProposal.State.PROPOSED)
    for one in rows if but is None else rows.exclude(pk=but.pk):
        replace(one, by=None, at=at)


@action("replace", model=MergeProposal)
def replace(proposal: MergeProposal) -> Changed:
    """A later proposal stands in its place, or one of the two companies was merged: nobody decides it any more."""
    return Changed({"state": MergeProposal.State.REPLACED})


def _tell(made: Merge, at: datetime) -> None:
    keys = made.moved.get("accounts.Membership.on_hold", [])
    notices.on_hold(made, Membership.objects.filter(pk__in=keys, on_hold=at).select_related("user"), at=at)


@action(
    "undo_merge",
    model=Merge,
    form=forms.Reason,
    permission="undo",
    locks=lambda merge, *_, **__: [merge.kept, merge.gone],
)
def undo(merge: Merge, reason: str, *, actor: User | None, at: datetime) -> Changed:
    """Bring back the company that was given up, with what moved.

    Raises `NotUndone` where it was undone already, or a later merge has to be undone first.
    """
    _permit(actor, merge.kept, merge.gone)
    if merge.undone is not None:
        raise NotUndone("companies.undone")
    if merge.kept.merged_into_id:
        raise NotUndone("companies.undo-first")
    if not reason.strip():
        raise MissingKey("companies.reason", at="reason")
    _move_back(merge)
    _release(merge)
    _roles_back(merge)
    _give_up(merge.gone, into=None)
    _raise_version(merge.kept)
    return Changed({"undone": at, "undone_by": actor}, details=_counted(merge), reason=reason.strip())


@action("confirm_access", model=Membership, form=forms.OnRow, permission="change", holder=company_of)
def confirm_access(held: Membership, *, actor: User | None, at: datetime) -> Changed:
    """A representative whom a merge put on hold reads and acts again, from now on for the company that was kept. An
    officer who acts for a company too is confirmed by another one; so is everybody by somebody else than who wanted
    the merge: see decision 0037."""
    if actor is not None and actor.pk == held.user_id:
        raise BadInput("companies.own-access")
    if actor is not None and held.on_hold is not None and actor.pk in wanted_by(held):
        raise OwnWork("companies.own-merge")
    return Changed({"on_hold": None}, notify=lambda row: notices.confirmed(row, at=at))


def _hold(gone: Company, kept: Company, at: datetime) -> Moved:
    """No representative reads what the other side's could: access waits until somebody confirms each. Whoever acts for
    both sides, as far and as long for one as for the other, could read both before. Gives the keys of all who wait from
    now on, those of an earlier merge with them, so that undoing one leaves who waits for another."""
    on = localdate(at)
    open_ = Membership.objects.filter(Q(ends=None) | Q(ends__gt=on), role=Role.REPRESENTATIVE, company__in=(gone, kept))
    waiting = [row.pk for row in open_.order_by("pk") if row.on_hold is not None or not _acts_for_both(row, open_, on)]
    sent = Invitation.objects.filter(company__in=(gone, kept), accepted=None, expires__gt=at)
    found: dict[type[Model], list[object]] = {Membership: [*waiting], Invitation: [*sent.values_list("pk", flat=True)]}
    for model, keys in found.items():
        model._base_manager.filter(pk__in=keys, on_hold=None).update(on_hold=at)
    return {f"{model._meta.label}.on_hold": keys for model, keys in found.items() if keys}


def _acts_for_both(row: Membership, rows: Memberships, on: date) -> bool:
    others = rows.in_force(on).filter(user=row.user_id, scope=row.scope, ends=row.ends).exclude(company=row.company_id)
    return row.starts <= on and others.exists()


def _release(found: Merge) -> None:
    """Each side is its own again, and so are those who act for it; who waits for another merge as well goes on to."""
    standing = list(Merge.objects.filter(undone=None).exclude(pk=found.pk).values_list("moved", flat=True))
    for model in (Membership, Invitation):
        label = f"{model._meta.label}.on_hold"
        others = {key for moved in standing for key in moved.get(label, [])}
        keys = [key for key in found.moved.get(label, []) if key not in others]
        model._base_manager.filter(pk__in=keys).update(on_hold=None)


def _roles_back(found: Merge) -> None:
    """A role that waits, taken up by an invitation of the company that was given up, goes back to it; it waits on where
    its invitation does, for another merge."""
    sent = Invitation.objects.filter(pk__in=found.moved.get("accounts.Invitation.company", []), accepted__gte=found.at)
    roles = Membership.objects.filter(company=found.kept_id, role=Role.REPRESENTATIVE, on_hold__isnull=False)
    for one in sent:
        roles.filter(user__email__iexact=one.email).update(company=found.gone_id, on_hold=one.on_hold)


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


def _move_back(found: Merge) -> None:
    for model, field, _ in _decided():
        keys = found.moved.get(f"{model._meta.label}.{field.name}", [])
        there = model._base_manager.filter(pk__in=keys, **{field.name: found.kept_id})
        there.update(**{field.name: found.gone_id})


def _give_up(gone: Company, into: Company | None) -> None:
    gone.merged_into = into
    _raise_version(gone)
    if into is not None:
        reindex(into)


def _raise_version(company: Company) -> None:
    company.version += 1
    company.save(update_fields=["merged_into", "version"])
    reindex(company)


def _counted(found: Merge) -> dict[str, dict[str, int]]:
    """For the journal: how many rows of which relation moved."""
    return {"moved": {label: len(keys) for label, keys in found.moved.items()}}
