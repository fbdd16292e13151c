"""A merge that nobody does alone: proposed by one, decided by another, of what both have seen."""

import re
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from luodi.casework.states import NotNow
from luodi.errors import BadInput, MissingKey
from luodi.web.accounts.models import Company, Membership, User
from luodi.web.companies.actions import merging, profile, proposals
from luodi.web.companies.models import Doubt, Merge, MergeProposal
from luodi.web.companies.queries.merging import doubts
from luodi.web.conftest import person, unit
from luodi.web.core.errors import NotPermitted, OwnWork, StaleVersion
from luodi.web.core.roles import Role
from luodi.web.core.words import say
from luodi.web.journal.models import Entry
from luodi.web.notices.models import Notice

pytestmark = pytest.mark.django_db
NOW, TODAY = timezone.now(), timezone.localdate()
State = MergeProposal.State


def done(by: User | None, **more: Any) -> dict[str, Any]:
    return {"by": by, "at": NOW, **more}


@pytest.fixture
def pair() -> tuple[Company, Company]:
    """Two records with a number in the same register each, and somebody who acts for each."""
    kept = profile.create("灯屿云", "Lantern Isle", **done(None), identifiers={"LEI": "529900T8BM49AURSDO55"})
    gone = profile.create("灯屿云有限公司", "", **done(None), identifiers={"LEI": "5493001KJTIIGC8Y1R12"})
    person("kai", Role.REPRESENTATIVE, kept)
    person("mei", Role.REPRESENTATIVE, gone)
    return kept, gone


@pytest.fixture
def anna() -> User:
    return person("anna", Role.OFFICER, unit("bureau"))


@pytest.fixture
def ben(anna: User) -> User:
    held = anna.memberships.get()
    return person("ben", Role.OFFICER, held.unit)


def hidden(page: str, about: str) -> dict[str, str]:
    """The hidden fields of the form that says `about` in it."""
    forms = [part.partition("</form>")[0] for part in page.split('<form method="post"')[1:]]
    (found,) = [one for one in forms if about in one]
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', found))


def proposed(pair: tuple[Company, Company], by: User) -> MergeProposal:
    kept, gone = pair
    made = proposals.propose(kept, gone.pk, "one firm", **done(by))
    assert isinstance(made, MergeProposal)
    return made


def test_nobody_merges_alone_where_numbers_or_representatives_differ(pair: tuple[Company, Company], anna: User) -> None:
    kept, gone = pair
    assert doubts(kept, gone, at=NOW) == [Doubt.NUMBERS, Doubt.REPRESENTATIVES]
    with pytest.raises(merging.SecondPerson, match="different numbers; different people"):
        merging.merge(kept, gone.pk, "one firm", **done(anna))
    assert not Merge.objects.exists() and not Membership.objects.exclude(on_hold=None).exists()


def test_one_person_is_enough_where_nothing_is_in_doubt(anna: User) -> None:
    kept = profile.create("", "Kranich", **done(None), identifiers={"LEI": "529900T8BM49AURSDO55"})
    gone = profile.create("", "Kranich Ltd", **done(None), identifiers={"GB-COH": "01234567"})
    kai = person("kai", Role.REPRESENTATIVE, kept)
    Membership.objects.create(user=kai, role=Role.REPRESENTATIVE, company=gone, starts=TODAY)
    assert doubts(kept, gone, at=NOW) == []  # the same person for both, and other registers
    with pytest.raises(BadInput):
        proposals.propose(kept, gone.pk, "one firm", **done(anna))
    assert merging.merge(kept, gone.pk, "one firm", **done(anna)).confirmed_by is None


def test_a_merge_is_proposed_by_one_and_confirmed_by_another(
    pair: tuple[Company, Company], anna: User, ben: User
) -> None:
    kept, gone = pair
    proposal = proposed(pair, anna)
    assert not Merge.objects.exists()
    assert [one.user for one in Notice.objects.filter(kind="merge_proposed")] == [ben]
    with pytest.raises(OwnWork):
        proposals.confirm(proposal, **done(anna))
    for who in (person("lee", Role.LEADER, unit("x")), User.objects.get(name="Kai"), person("nobody")):
        with pytest.raises(NotPermitted):
            proposals.confirm(proposal, **done(who))
    found = proposals.confirm(proposal, **done(ben))
    merge = found.merge
    assert (found.state, merge.by, merge.confirmed_by, merge.reason) == (State.CONFIRMED, anna, ben, "one firm")
    gone.refresh_from_db()
    assert gone.merged_into == kept
    assert {one.act for one in Entry.objects.all()} >= {"propose_merge", "confirm_merge", "merge"}
    assert [one.user for one in Notice.objects.filter(kind="merge_decided")] == [anna]
    with pytest.raises(NotNow):
        proposals.confirm(found, **done(ben))


def test_the_database_keeps_two_apart(pair: tuple[Company, Company], anna: User) -> None:
    proposal = proposed(pair, anna)
    with pytest.raises(IntegrityError), transaction.atomic():
        MergeProposal.objects.filter(pk=proposal.pk).update(state=State.CONFIRMED, decided_by=anna)


def test_a_second_proposal_of_the_two_waits_for_the_first(pair: tuple[Company, Company], anna: User, ben: User) -> None:
    kept, gone = pair
    proposed(pair, anna)
    for ours, theirs in ((kept, gone), (gone, kept)):
        with pytest.raises(NotNow):
            proposals.propose(ours, theirs.pk, "one firm", **done(ben))


@pytest.mark.parametrize("change", ["fact", "representative"])
def test_what_changed_on_either_side_is_seen_before_anybody_confirms(
    pair: tuple[Company, Company], anna: User, ben: User, change: str
) -> None:
    proposal, gone = proposed(pair, anna), pair[1]
    if change == "fact":
        profile.say_fact(gone, "employees", 12, **done(ben), as_of=TODAY, origin="declared")
    else:
        person("nan", Role.REPRESENTATIVE, gone)
    with pytest.raises(StaleVersion):
        proposals.confirm(proposal, **done(ben))
    assert not Merge.objects.exists()
    anew = proposals.propose(*(pair[0], gone.pk, "still one firm"), **done(ben))
    proposal.refresh_from_db()
    assert proposal.state == State.REPLACED
    assert proposals.confirm(anew, **done(anna)).merge.by == ben


def test_who_saw_another_state_of_the_two_proposes_nothing(pair: tuple[Company, Company], anna: User) -> None:
    with pytest.raises(StaleVersion):
        proposals.propose(pair[0], pair[1].pk, "one firm", "x" * 64, **done(anna))


def test_a_proposal_is_declined_for_a_reason_or_withdrawn_by_its_author(
    pair: tuple[Company, Company], anna: User, ben: User
) -> None:
    first = proposed(pair, anna)
    with pytest.raises(MissingKey):
        proposals.decline(first, " ", **done(ben))
    with pytest.raises(OwnWork):
        proposals.decline(first, "two firms", **done(anna))
    found = proposals.decline(first, "two firms", **done(ben))
    assert (found.state, found.answer, found.decided_by) == (State.DECLINED, "two firms", ben)
    second = proposed(pair, anna)
    with pytest.raises(NotPermitted):
        proposals.withdraw(second, **done(ben))
    assert proposals.withdraw(second, **done(anna)).state == State.WITHDRAWN
    with pytest.raises(NotNow):
        proposals.confirm(second, **done(ben))
    assert not Merge.objects.exists()


def test_a_proposal_of_a_company_that_was_merged_meanwhile_is_over(
    pair: tuple[Company, Company], anna: User, ben: User
) -> None:
    proposal = proposed(pair, anna)
    third = profile.create("", "Third", **done(None))
    merging.merge(third, pair[1].pk, "one firm", **done(ben))
    proposal.refresh_from_db()
    assert proposal.state == State.REPLACED


def test_sent_twice_it_is_proposed_and_confirmed_once(pair: tuple[Company, Company], anna: User, ben: User) -> None:
    kept, gone = pair
    first, again = (proposals.propose(kept, gone.pk, "x", **done(anna, key="k" * 16)) for _ in range(2))
    assert first == again
    for _ in range(2):
        proposals.confirm(first, **done(ben, key="c" * 16))
    assert Merge.objects.count() == 1


def test_who_waits_and_who_can_confirm_is_told(pair: tuple[Company, Company], anna: User, ben: User) -> None:
    merge = proposals.confirm(proposed(pair, anna), **done(ben)).merge
    waiting = Notice.objects.filter(kind="access_on_hold")
    assert {one.user.name for one in waiting if one.user} == {"Kai", "Mei"} and all(one.legal for one in waiting)
    assert [one.user for one in Notice.objects.filter(kind="access_waits")] == [ben]
    role = Membership.objects.get(user__name="Kai")
    with pytest.raises(OwnWork):
        merging.confirm_access(role, **done(anna))
    merging.confirm_access(role, **done(ben))
    assert Notice.objects.filter(kind="access_on_hold", user=role.user).count() == 2
    assert merge.undone is None


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_pages_show_both_sides_and_lead_to_a_proposal(
    client: Client, pair: tuple[Company, Company], anna: User, ben: User, lang: str
) -> None:
    kept, gone = pair
    client.force_login(anna)
    place = f"/{lang}/desk/companies/{kept.pk}/merging/?other={gone.pk}"
    shown = client.get(place)
    assert shown.status_code == 200
    assert "529900T8BM49AURSDO55" in shown.text and "5493001KJTIIGC8Y1R12" in shown.text
    assert say("companies.doubts_title", lang) in shown.text and say("companies.compare_differs", lang) in shown.text
    answer = client.post(place, {**hidden(shown.text, "merging/"), "reason": "one firm"})
    proposal = MergeProposal.objects.get()
    assert answer.headers["Location"].endswith(f"/merge-proposals/{proposal.pk}/")
    own = client.get(answer.headers["Location"]).text
    assert 'value="withdraw_merge"' in own and 'value="confirm_merge"' not in own
    assert f"/merge-proposals/{proposal.pk}/" in client.get(f"/{lang}/desk/companies/{gone.pk}/").text
    client.force_login(ben)
    page = client.get(answer.headers["Location"])
    assert 'value="confirm_merge"' in page.text and 'value="withdraw_merge"' not in page.text
    profile.add_name(gone, "Lantern", **done(ben))
    stale = client.post(answer.headers["Location"], hidden(page.text, "confirm_merge"))
    assert stale.status_code == 409 and say("companies.proposal_stale", lang) in stale.text
    assert not Merge.objects.exists()


@pytest.mark.parametrize("other", ["", "x", "0", "999999999999999999999", "self"])
def test_the_page_asks_for_another_company(
    client: Client, pair: tuple[Company, Company], anna: User, other: str
) -> None:
    client.force_login(anna)
    number = str(pair[0].pk) if other == "self" else other
    assert client.get(f"/en/desk/companies/{pair[0].pk}/merging/", {"other": number}).status_code == 422


def test_representatives_and_leaders_see_no_comparison(
    client: Client, pair: tuple[Company, Company], anna: User
) -> None:
    proposal = proposed(pair, anna)
    client.force_login(User.objects.get(name="Kai"))
    for place in (f"{pair[0].pk}/merging/?other={pair[1].pk}", f"merge-proposals/{proposal.pk}/"):
        assert client.get(f"/en/desk/companies/{place}").status_code in (403, 404)
