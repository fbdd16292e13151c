"""Whom a merge of companies, or a proposed representative, tells what. Each call belongs in the transaction of its
action; letters name no company."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.timezone import localdate

from luodi.web.accounts.models import Company, Membership, User
from luodi.web.accounts.queries import officers_of, stand_ins_of
from luodi.web.companies.models import Merge, MergeProposal, RepresentativeProposal
from luodi.web.companies.signals import company_officers
from luodi.web.core.pages import place
from luodi.web.core.roles import Role
from luodi.web.notices.making import make_notice


def proposed(proposal: MergeProposal, *, at: datetime) -> None:
    """Those who can confirm it."""
    kept, gone, by = proposal.kept_id, proposal.gone_id, str(proposal.by or "")
    for one in _officers([proposal.kept, proposal.gone], proposal.by, at=at):
        make_notice("merge_proposed", one, proposal, "proposed", at=at, kept=kept, gone=gone, by=by)


def decided(proposal: MergeProposal, *, at: datetime) -> None:
    """Whoever proposed it."""
    kept, gone, by = proposal.kept_id, proposal.gone_id, str(proposal.decided_by or "")
    if proposal.by is not None:
        to, words = proposal.by, f"companies.letter_merge_{proposal.state}"
        make_notice("merge_decided", to, proposal, proposal.state, at=at, words=words, kept=kept, gone=gone, by=by)


def on_hold(merge: Merge, people: Iterable[Membership], *, at: datetime) -> None:
    """Each representative whose access waits, and the officers who can confirm it."""
    waiting = list(people)
    for one in waiting:
        make_notice("access_on_hold", one.user, one, f"merge {merge.pk}", at=at)
    for officer in _officers([merge.kept], merge.by, at=at) if waiting else ():
        make_notice("access_waits", officer, merge, "on hold", at=at, number=merge.kept_id, people=len(waiting))


def confirmed(role: Membership, *, at: datetime) -> None:
    """A representative who reads and acts again."""
    words = "companies.letter_access_confirmed"
    make_notice("access_on_hold", role.user, role, f"confirmed {at.isoformat()}", at=at, words=words)


def representative_proposed(proposal: RepresentativeProposal, *, at: datetime) -> None:
    """Those who can confirm it: officers, and the administrators."""
    number, by = proposal.company_id, str(proposal.by or "")
    others = _officers([proposal.company], proposal.by, at=at)
    for one in sorted({*others, *_administrators(proposal.by, at=at)}, key=lambda user: user.pk):
        make_notice("representative_proposed", one, proposal, "proposed", at=at, number=number, by=by)


def representative_decided(proposal: RepresentativeProposal, *, at: datetime) -> None:
    """Whoever proposed it."""
    number, by = proposal.company_id, str(proposal.decided_by or "")
    if proposal.by is not None:
        words = f"companies.letter_representative_{proposal.state}"
        told = {"number": number, "by": by}
        make_notice("representative_decided", proposal.by, proposal, proposal.state, at=at, words=words, **told)


def representative_added(role: Membership, *, at: datetime) -> None:
    """Whoever has an account, and acts for one more company from now on."""
    make_notice("representative_added", role.user, role, "added", at=at)


def _officers(companies: list[Company], but: User | None, *, at: datetime) -> list[User]:
    """The officers of open cases of these companies and those beside whoever acts, with who stands in for them; where
    there is none of them, the administrators."""
    on = localdate(at)
    found: set[User] = set(company_officers.ask(companies=companies))
    units = Membership.objects.in_force(on).filter(user=but, role=Role.OFFICER, unit__isnull=False)
    for held in units.select_related("unit"):
        found |= set(officers_of(held.unit, on=on)) if held.unit else set()
    found = {*found, *stand_ins_of(found, on=on)} - {but}
    if not found:
        found = _administrators(but, at=at)
    return sorted(found, key=lambda one: one.pk)


def _administrators(but: User | None, *, at: datetime) -> set[User]:
    roles = Membership.objects.in_force(localdate(at)).filter(role=Role.ADMINISTRATOR, user__is_active=True)
    return {held.user for held in roles.select_related("user") if held.user != but}


# ---- where the letters lead


def to_proposal(row: MergeProposal, lang: str) -> dict[str, str]:
    return {"place": place("companies:proposal", lang, row.pk)}


def to_representative(row: RepresentativeProposal, lang: str) -> dict[str, str]:
    return {"place": place("companies:representative", lang, row.pk)}


def to_company(row: Merge, lang: str) -> dict[str, str]:
    return {"place": place("companies:company", lang, row.kept_id)}


def to_account(row: Membership, lang: str) -> dict[str, str]:
    return {"place": place("accounts:home", lang)}


def is_open(row: MergeProposal | RepresentativeProposal) -> bool:
    return row.is_open
