"""A representative takes two people: one proposes whom to invite, another confirms. Only then is anybody written to.

See decision 0061. An administrator can still invite alone, on the pages of accounts.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import partial
from typing import Final

from django.db.models import Q
from django.utils.timezone import localdate

from luodi.casework.states import NotNow
from luodi.errors import BadInput, MissingKey
from luodi.web.accounts.actions.invitations import invite
from luodi.web.accounts.actions.roles import give_role
from luodi.web.accounts.models import Company, Invitation, Membership, User
from luodi.web.accounts.validation import Grant, MergedAway, checked_email
from luodi.web.companies import forms, notices
from luodi.web.companies.models import RepresentativeProposal
from luodi.web.core.actions import Changed, Created, action
from luodi.web.core.errors import OwnWork
from luodi.web.core.forms import ActionForm
from luodi.web.core.pages import place
from luodi.web.core.roles import Role, RoleLevel

State = RepresentativeProposal.State
#: How long a proposal waits for its second person.
PROPOSAL_LASTS: Final = timedelta(days=30)


@action(
    "propose_representative",
    model=RepresentativeProposal,
    form=forms.RepresentativeForm,
    permission="change",
    parent=Company,
    parent_permits=True,
)
def propose(
    company: Company,
    email: str,
    scope: RoleLevel,
    reason: str,
    language: str = "zh-hans",
    ends: date | None = None,
    *,
    actor: User,
    at: datetime,
) -> Created:
    """Propose that the person with this address acts for the company, until before the day `ends`.

    Raises `MergedAway` for a company that was given up, `MissingKey` without a reason, `BadInput` for a day that is
    past, `OwnWork` for oneself, and `NotNow` where the person acts for the company, is invited to, or waits already.
    """
    address = checked_email(email)
    if company.merged_into_id:
        raise MergedAway("companies.representative-merged", company=str(company))
    if not reason.strip():
        raise MissingKey("companies.reason", at="reason")
    if ends is not None and ends <= localdate(at):
        raise BadInput("accounts.day-past", at="ends")
    if address == actor.email:
        raise OwnWork("companies.own-representative", at="email")
    _must_be_new(company, address, at)
    waiting = RepresentativeProposal.objects.filter(company=company, email=address, state=State.PROPOSED).first()
    if waiting is not None and not waiting.is_over(at):
        raise NotNow("companies.representative-waits", at="email")
    if waiting is not None:
        replace(waiting, by=None, at=at)
    made = RepresentativeProposal.objects.create(
        company=company,
        email=address,
        scope=scope,
        ends=ends,
        language=language,
        reason=reason.strip(),
        by=actor,
        at=at,
        expires=at + PROPOSAL_LASTS,
    )
    return Created(made, notify=lambda row: notices.representative_proposed(row, at=at))


def _must_be_new(company: Company, address: str, at: datetime) -> None:
    """Raises `NotNow` where somebody acts for the company or is invited to; access on hold counts as well."""
    on = localdate(at)
    held = Membership.objects.filter(Q(ends=None) | Q(ends__gt=on), company=company, user__email=address)
    if held.filter(on_hold__isnull=False).exists():
        raise NotNow("companies.representative-on-hold", at="email")
    if held.exists():
        raise NotNow("companies.representative-acts", at="email")
    sent = Invitation.objects.filter(company=company, email=address, accepted=None, expires__gt=at).first()
    if sent is not None:
        raise NotNow("companies.representative-invited", day=localdate(sent.expires).isoformat(), at="email")


def is_open(proposal: RepresentativeProposal) -> bool:
    return proposal.is_open


def _company(proposal: RepresentativeProposal, *_: object, **__: object) -> Iterable[Company]:
    return [proposal.company]


@action(
    "confirm_representative",
    model=RepresentativeProposal,
    form=ActionForm,
    permission="confirm",
    fits=is_open,
    locks=_company,
)
def confirm(proposal: RepresentativeProposal, *, actor: User, at: datetime) -> Changed:
    """The second person agrees: whoever has an account acts for the company from today on, others get a letter with a
    link that works once. Raises `OwnWork` for whoever proposed it or is to act, `NotNow` where it is over."""
    _must_be_second(proposal, actor)
    if proposal.email == actor.email:
        raise OwnWork("companies.own-access")
    if proposal.is_over(at):
        raise NotNow("companies.representative-over")
    _must_be_new(proposal.company, proposal.email, at)
    grant = Grant(Role.REPRESENTATIVE, company=proposal.company, scope=RoleLevel(proposal.scope))
    known = User.objects.filter(email=proposal.email).first()
    if known is None:
        link = partial(_link, "zh" if proposal.language.startswith("zh") else "en")
        invite(proposal.email, grant, link, proposal.language, proposal.ends, proposal.by, by=None, at=at)
    elif not known.is_active:
        raise BadInput("companies.representative-closed")
    else:
        role = give_role(known, grant, starts=localdate(at), ends=proposal.ends, by=None, at=at)
        notices.representative_added(role, at=at)
    return _decided(proposal, State.CONFIRMED, actor, at)


def _link(lang: str, secret: str) -> str:
    return place("accounts:invitation", lang, secret)


@action("decline_representative", model=RepresentativeProposal, form=forms.Reason, permission="confirm", fits=is_open)
def decline(proposal: RepresentativeProposal, reason: str, *, actor: User, at: datetime) -> Changed:
    """The second person says why this person is not to act for the company."""
    _must_be_second(proposal, actor)
    if not reason.strip():
        raise MissingKey("companies.reason", at="reason")
    return _decided(proposal, State.DECLINED, actor, at, answer=reason.strip())


@action("withdraw_representative", model=RepresentativeProposal, form=ActionForm, permission="withdraw", fits=is_open)
def withdraw(proposal: RepresentativeProposal, *, actor: User, at: datetime) -> Changed:
    """Whoever proposed it takes it back."""
    _must_be_open(proposal)
    return Changed({"state": State.WITHDRAWN, "decided_by": actor, "decided": at})


@action("replace", model=RepresentativeProposal)
def replace(proposal: RepresentativeProposal, *, at: datetime) -> Changed:
    """It is over without a decision."""
    return Changed({"state": State.REPLACED, "decided": at})


def replace_all(companies: Iterable[Company], *, at: datetime) -> None:
    """These companies are merged: what was proposed for either is proposed anew for the one that stands."""
    rows = RepresentativeProposal.objects.filter(company__in=list(companies), state=State.PROPOSED)
    for one in rows.select_related("by", "company"):
        replace(one, by=None, at=at)
        notices.representative_decided(one, at=at)


def _must_be_open(proposal: RepresentativeProposal) -> None:
    if not proposal.is_open:
        raise NotNow("companies.proposal-decided")


def _must_be_second(proposal: RepresentativeProposal, actor: User) -> None:
    _must_be_open(proposal)
    if actor.pk == proposal.by_id:
        raise OwnWork("companies.own-proposal")


def _decided(proposal: RepresentativeProposal, state: str, actor: User, at: datetime, **more: object) -> Changed:
    values = {"state": state, "decided_by": actor, "decided": at, **more}
    return Changed(values, notify=lambda row: notices.representative_decided(row, at=at))
