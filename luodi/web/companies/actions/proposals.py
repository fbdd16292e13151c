"""A merge that takes two people: one proposes it, another confirms or declines it, and the first may withdraw it."""

from collections.abc import Iterable
from datetime import datetime

from luodi.casework.states import NotNow
from luodi.errors import BadInput, MissingKey
from luodi.web.accounts.models import Company, User
from luodi.web.accounts.validation import MergedAway
from luodi.web.companies import forms, notices
from luodi.web.companies.actions.merging import merge, replace
from luodi.web.companies.models import MergeProposal
from luodi.web.companies.queries.merging import doubts, mark
from luodi.web.core.actions import Changed, Created, action
from luodi.web.core.errors import OwnWork, StaleVersion
from luodi.web.core.forms import ActionForm
from luodi.web.core.permissions import require

State = MergeProposal.State


def _both(kept: Company, other: int, *_: object, **__: object) -> Iterable[Company]:
    return [kept, *Company.objects.filter(pk=other)]


@action(
    "propose_merge",
    model=MergeProposal,
    form=forms.MergeForm,
    permission="change",
    parent=Company,
    parent_permits=True,
    locks=_both,
)
def propose(kept: Company, other: int, reason: str, seen: str = "", *, actor: User, at: datetime) -> Created:
    """Propose to give up the company of the number `other`, since it is `kept`. A proposal of the two that was made
    before a side changed is replaced.

    Raises `BadInput` where one person is enough, `NotNow` where a proposal of the two waits.
    """
    gone = Company.objects.filter(pk=other).exclude(pk=kept.pk).first()
    if gone is None:
        raise BadInput("companies.itself" if kept.pk == other else "companies.nobody", at="other")
    require(actor, "change", gone)
    if not reason.strip():
        raise MissingKey("companies.reason", at="reason")
    if kept.merged_into_id or gone.merged_into_id:
        raise MergedAway("companies.two-merged-into-another-company")
    now = mark(kept, gone, at=at)
    if seen not in ("", now):
        raise StaleVersion(kept, version=kept.version)
    why = doubts(kept, gone, at=at)
    if not why:
        raise BadInput("companies.one-is-enough")
    for one in MergeProposal.objects.filter(state=State.PROPOSED, kept__in=(kept, gone), gone__in=(kept, gone)):
        if one.seen == mark(one.kept, one.gone, at=at):
            raise NotNow("companies.proposal-waits")
        replace(one, by=None, at=at)
    made = MergeProposal.objects.create(
        kept=kept, gone=gone, reason=reason.strip(), doubts=why, seen=now, by=actor, at=at
    )
    return Created(made, reason=made.reason, notify=lambda row: notices.proposed(row, at=at))


def is_open(proposal: MergeProposal) -> bool:
    return proposal.is_open


def _sides(proposal: MergeProposal, *_: object, **__: object) -> Iterable[Company]:
    return [proposal.kept, proposal.gone]


@action("confirm_merge", model=MergeProposal, form=ActionForm, permission="confirm", fits=is_open, locks=_sides)
def confirm(proposal: MergeProposal, *, actor: User, at: datetime) -> Changed:
    """The second person merges the two. Raises `OwnWork` for whoever proposed it, `StaleVersion` where a side has
    changed since: it is then to be proposed anew."""
    _must_be_second(proposal, actor)
    kept, gone = Company.objects.get(pk=proposal.kept_id), Company.objects.get(pk=proposal.gone_id)
    require(actor, "change", gone)
    if mark(kept, gone, at=at) != proposal.seen:
        raise StaleVersion(proposal, version=proposal.version)
    made = merge(kept, gone.pk, proposal.reason, proposal=proposal, by=actor, at=at)
    return _decided(proposal, State.CONFIRMED, actor, at, merge=made)


@action("decline_merge", model=MergeProposal, form=forms.Reason, permission="confirm", fits=is_open)
def decline(proposal: MergeProposal, reason: str, *, actor: User, at: datetime) -> Changed:
    """The second person says why the two are not one."""
    _must_be_second(proposal, actor)
    if not reason.strip():
        raise MissingKey("companies.reason", at="reason")
    return _decided(proposal, State.DECLINED, actor, at, reason, answer=reason.strip())


@action("withdraw_merge", model=MergeProposal, form=ActionForm, permission="withdraw", fits=is_open)
def withdraw(proposal: MergeProposal, *, actor: User, at: datetime) -> Changed:
    """Whoever proposed it takes it back."""
    _must_be_open(proposal)
    return Changed({"state": State.WITHDRAWN, "decided_by": actor, "decided": at})


def _must_be_open(proposal: MergeProposal) -> None:
    if not proposal.is_open:
        raise NotNow("companies.proposal-decided")


def _must_be_second(proposal: MergeProposal, actor: User) -> None:
    """Nobody decides on what they proposed. Whoever stands in for them is an officer, and decides as one."""
    _must_be_open(proposal)
    if actor.pk == proposal.by_id:
        raise OwnWork("companies.own-proposal")


def _decided(
    proposal: MergeProposal, state: str, actor: User, at: datetime, reason: str = "", **more: object
) -> Changed:
    values = {"state": state, "decided_by": actor, "decided": at, **more}
    return Changed(values, reason=reason.strip(), notify=lambda row: notices.decided(row, at=at))
