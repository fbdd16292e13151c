"""A representative of a company: proposed by one, confirmed by another, and written to only then."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from luodi.casework.states import NotNow
from luodi.errors import BadInput, MissingKey
from luodi.web.accounts.actions.invitations import accept
from luodi.web.accounts.models import Company, Invitation, Membership, User
from luodi.web.accounts.validation import MergedAway
from luodi.web.companies.actions import merging, profile, representatives
from luodi.web.companies.models import RepresentativeProposal
from luodi.web.conftest import PASSWORD, person, unit
from luodi.web.core.errors import NotPermitted, OwnWork
from luodi.web.core.permissions import may
from luodi.web.core.roles import Role, RoleLevel
from luodi.web.core.words import say
from luodi.web.journal.models import Entry
from luodi.web.notices.models import Notice

pytestmark = pytest.mark.django_db
NOW, TODAY = timezone.now(), timezone.localdate()
State = RepresentativeProposal.State
LIN = "lin@nordlicht.example"


@pytest.fixture
def mill() -> Company:
    made: Company = profile.create("灯屿云", "Lantern Isle", by=None, at=NOW)
    return made


@pytest.fixture
def anna() -> User:
    return person("anna", Role.OFFICER, unit("bureau"))


@pytest.fixture
def ben(anna: User) -> User:
    return person("ben", Role.OFFICER, anna.memberships.get().unit)


def proposed(company: Company, by: User, email: str = LIN, **more: Any) -> RepresentativeProposal:
    given = {"reason": "power of attorney", "at": NOW, **more}
    made = representatives.propose(company, email, RoleLevel.FULL, by=by, **given)
    assert isinstance(made, RepresentativeProposal)
    return made


def confirmed(proposal: RepresentativeProposal, by: User, commits: Any) -> list[str]:
    """Confirm it; the secret in each letter that goes once it is committed."""
    before = len(mail.outbox)
    with commits(execute=True):
        representatives.confirm(proposal, by=by, at=NOW)
    found = [re.search(r"/invitation/([\w-]+)/", str(one.body)) for one in mail.outbox[before:]]
    assert all(one.to == [proposal.email] for one in mail.outbox[before:])
    return [one[1] for one in found if one]


@pytest.fixture
def commits(django_capture_on_commit_callbacks: Any) -> Any:
    return django_capture_on_commit_callbacks


def taken_up(secret: str) -> User:
    return accept(secret, name="Lin", password=PASSWORD, at=NOW)


def test_nobody_is_written_to_before_a_second_person_confirms(
    mill: Company, anna: User, ben: User, commits: Any
) -> None:
    with commits(execute=True):
        proposal = proposed(mill, anna)
    assert not Invitation.objects.exists() and not mail.outbox
    assert [one.user for one in Notice.objects.filter(kind="representative_proposed")] == [ben]
    with pytest.raises(OwnWork):
        representatives.confirm(proposal, by=anna, at=NOW)
    (secret,) = confirmed(proposal, ben, commits)
    proposal.refresh_from_db()
    assert (proposal.state, proposal.decided_by) == (State.CONFIRMED, ben)
    assert (Invitation.objects.get().company, Invitation.objects.get().invited_by) == (mill, anna)
    assert [one.user for one in Notice.objects.filter(kind="representative_decided")] == [anna]
    assert may(taken_up(secret), "see", mill)
    with pytest.raises(BadInput):
        taken_up(secret)  # the link works once
    told = [str(one.after) + str(one.before) + one.reason for one in Entry.objects.all()]
    assert {one.act for one in Entry.objects.all()} >= {"propose_representative", "confirm_representative"}
    assert not any(LIN in one or "power of attorney" in one for one in told)


def test_an_administrator_confirms_alone_and_nobody_without_the_role_does(
    mill: Company, anna: User, administrator: User
) -> None:
    proposal = proposed(mill, anna)
    kai = person("kai", Role.REPRESENTATIVE, mill)
    for who in (person("lee", Role.LEADER, unit("x")), kai, person("nobody")):
        with pytest.raises(NotPermitted):
            representatives.confirm(proposal, by=who, at=NOW)
    with pytest.raises(NotPermitted):
        proposed(mill, kai, "max@nordlicht.example")
    assert administrator in [one.user for one in Notice.objects.filter(kind="representative_proposed")]
    assert representatives.confirm(proposal, by=administrator, at=NOW).state == State.CONFIRMED


def test_the_database_keeps_two_apart(mill: Company, anna: User) -> None:
    proposal = proposed(mill, anna)
    with pytest.raises(IntegrityError), transaction.atomic():
        RepresentativeProposal.objects.filter(pk=proposal.pk).update(state=State.CONFIRMED, decided_by=anna)


def test_nobody_proposes_or_confirms_themselves(mill: Company, anna: User, ben: User) -> None:
    with pytest.raises(OwnWork):
        proposed(mill, anna, "Anna@Example.com")
    with pytest.raises(OwnWork):
        representatives.confirm(proposed(mill, anna, ben.email), by=ben, at=NOW)
    assert not Membership.objects.filter(role=Role.REPRESENTATIVE).exists()


def test_whoever_has_an_account_gets_the_role_and_is_told(mill: Company, anna: User, ben: User, commits: Any) -> None:
    lin = person("lin")
    until = TODAY + timedelta(days=90)
    proposal = proposed(mill, anna, lin.email.upper(), ends=until)
    assert not may(lin, "see", mill)
    assert confirmed(proposal, ben, commits) == [] and not Invitation.objects.exists()
    held = lin.memberships.get()
    assert (held.company, held.starts, held.ends, held.scope) == (mill, TODAY, until, "act")
    assert [(one.user, one.legal) for one in Notice.objects.filter(kind="representative_added")] == [(lin, True)]


def test_a_closed_account_is_not_opened_by_an_invitation(mill: Company, anna: User, ben: User) -> None:
    User.objects.filter(pk=person("lin").pk).update(is_active=False)
    with pytest.raises(BadInput, match="closed"):
        representatives.confirm(proposed(mill, anna, "lin@example.com"), by=ben, at=NOW)


def test_who_acts_is_invited_or_waits_is_told_and_not_proposed_again(
    mill: Company, anna: User, ben: User, commits: Any
) -> None:
    kai = person("kai", Role.REPRESENTATIVE, mill)
    with pytest.raises(NotNow, match="acts for the company already"):
        proposed(mill, anna, kai.email)
    Membership.objects.filter(user=kai).update(on_hold=NOW)
    with pytest.raises(NotNow, match="on hold since a merge"):
        proposed(mill, anna, kai.email)
    first = proposed(mill, anna)
    with pytest.raises(NotNow, match="waits for a second person"):
        proposed(mill, ben)
    confirmed(first, ben, commits)
    with pytest.raises(NotNow, match="was invited"):
        proposed(mill, anna)
    Membership.objects.filter(user=kai).update(on_hold=None, ends=TODAY)
    assert proposed(mill, anna, kai.email).is_open  # from the day on which the role is over


@pytest.mark.parametrize("late", ["proposal", "role"])
def test_on_its_last_day_a_proposal_is_confirmed_and_then_no_more(
    mill: Company, anna: User, ben: User, late: str
) -> None:
    ends = TODAY + timedelta(days=10) if late == "role" else None
    proposal = proposed(mill, anna, ends=ends)
    over = proposal.expires if ends is None else NOW + timedelta(days=10)
    with pytest.raises(NotNow, match="anew"):
        representatives.confirm(proposal, by=ben, at=over)
    anew = proposed(mill, anna, at=over) if late == "proposal" else None
    if anew is None:
        before = over - timedelta(days=1)
        assert representatives.confirm(proposal, by=ben, at=before).state == State.CONFIRMED
    else:
        proposal.refresh_from_db()
        assert (proposal.state, anew.is_open) == (State.REPLACED, True)


def test_a_day_that_is_past_and_a_proposal_without_reason_are_refused(mill: Company, anna: User) -> None:
    for wrong in ({"ends": TODAY}, {"reason": " "}, {"email": "notanemail"}):
        with pytest.raises((BadInput, MissingKey)):
            proposed(mill, anna, **wrong)
    assert proposed(mill, anna, ends=TODAY + timedelta(days=1)).is_open


def test_it_is_declined_for_a_reason_or_withdrawn_by_its_author(mill: Company, anna: User, ben: User) -> None:
    first = proposed(mill, anna)
    with pytest.raises(MissingKey):
        representatives.decline(first, " ", by=ben, at=NOW)
    with pytest.raises(OwnWork):
        representatives.decline(first, "unknown", by=anna, at=NOW)
    found = representatives.decline(first, "unknown to the directors", by=ben, at=NOW)
    assert (found.state, found.answer) == (State.DECLINED, "unknown to the directors")
    second = proposed(mill, anna)
    with pytest.raises(NotPermitted):
        representatives.withdraw(second, by=ben, at=NOW)
    assert representatives.withdraw(second, by=anna, at=NOW).state == State.WITHDRAWN
    with pytest.raises(NotNow):
        representatives.confirm(second, by=ben, at=NOW)
    assert not Invitation.objects.exists()


@pytest.mark.parametrize("side", ["kept", "gone"])
def test_a_merge_ends_what_waits_on_either_side_and_tells_who_proposed_it(
    mill: Company, anna: User, ben: User, side: str
) -> None:
    other: Company = profile.create("", "Kranich", by=None, at=NOW)
    proposal = proposed(mill if side == "kept" else other, anna)
    merging.merge(mill, other.pk, "one firm", by=ben, at=NOW)
    proposal.refresh_from_db()
    assert proposal.state == State.REPLACED
    assert [one.user for one in Notice.objects.filter(kind="representative_decided")] == [anna]
    with pytest.raises(NotNow):
        representatives.confirm(proposal, by=ben, at=NOW)
    other.refresh_from_db()
    with pytest.raises(MergedAway):
        proposed(other, anna)
    assert proposed(mill, anna).is_open


def test_the_representative_of_a_company_that_was_merged_is_known_there(mill: Company, anna: User, ben: User) -> None:
    other: Company = profile.create("", "Kranich", by=None, at=NOW)
    kai = person("kai", Role.REPRESENTATIVE, other)
    merging.merge(mill, other.pk, "one firm", by=None, at=NOW)
    with pytest.raises(NotNow, match="on hold since a merge"):
        proposed(mill, anna, kai.email)
    merging.confirm_access(kai.memberships.get(), by=ben, at=NOW)
    with pytest.raises(NotNow, match="acts for the company already"):
        proposed(mill, anna, kai.email)


def test_one_of_two_links_takes_up_both_invitations(mill: Company, anna: User, ben: User, commits: Any) -> None:
    other: Company = profile.create("", "Kranich", by=None, at=NOW)
    first, second = (confirmed(proposed(one, anna), ben, commits)[0] for one in (mill, other))
    lin = taken_up(first)
    assert may(lin, "see", mill) and may(lin, "see", other)
    with pytest.raises(BadInput):
        taken_up(second)
    assert {one.act for one in Entry.objects.filter(kind="accounts.Invitation")} >= {"accept", "accept_with_another"}


def test_two_links_of_companies_that_were_merged_give_access_that_waits(
    mill: Company, anna: User, ben: User, commits: Any
) -> None:
    other: Company = profile.create("", "Kranich", by=None, at=NOW)
    first, _ = (confirmed(proposed(one, anna), ben, commits)[0] for one in (mill, other))
    merging.merge(mill, other.pk, "one firm", by=None, at=NOW)
    lin = taken_up(first)
    assert not may(lin, "see", mill)
    assert [(one.company, one.on_hold) for one in lin.memberships.all()] == [(mill, NOW)] * 2


def test_sent_twice_it_is_proposed_and_confirmed_once(mill: Company, anna: User, ben: User) -> None:
    first, again = (proposed(mill, anna, key="k" * 16) for _ in range(2))
    assert first == again
    for _ in range(2):
        representatives.confirm(first, by=ben, at=NOW, key="c" * 16)
    assert Invitation.objects.count() == 1


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_pages_lead_from_a_proposal_to_the_letter(
    client: Client, mill: Company, anna: User, ben: User, lang: str
) -> None:
    client.force_login(anna)
    given = {"key": "k" * 16, "email": LIN, "scope": "act", "language": "en", "reason": "power of attorney"}
    place = f"/{lang}/desk/companies/{mill.pk}/"
    wrong = client.post(f"{place}propose_representative/", {**given, "email": "notanemail"})
    assert wrong.status_code == 422 and "power of attorney" in wrong.text
    assert client.post(f"{place}propose_representative/", given).status_code == 302
    proposal = RepresentativeProposal.objects.get()
    own = f"/{lang}/desk/companies/representatives/{proposal.pk}/"
    assert own in client.get(place).text
    page = client.get(own).text
    assert 'value="withdraw_representative"' in page and 'value="confirm_representative"' not in page
    client.force_login(ben)
    page = client.get(own).text
    assert LIN in page and 'value="withdraw_representative"' not in page
    sent = {"key": "c" * 16, "version": 1, "act": "confirm_representative"}
    assert client.post(own, sent).status_code == 302
    assert say("companies.representative_confirmed", lang) in client.get(own).text
    client.force_login(person("kai", Role.REPRESENTATIVE, mill))
    assert LIN not in client.get(place).text and client.get(own).status_code in (403, 404)
