"""Merges: no relation is lost, what moved comes back, and nobody forgets to decide on a new one."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import models
from django.test import Client
from django.utils import timezone

from luodi.errors import BadInput
from luodi.web.accounts.actions.invitations import accept_invitation
from luodi.web.accounts.models import Company, Invitation, Membership, User
from luodi.web.accounts.relations import COMPANY, Keeping, decision_of, relations
from luodi.web.accounts.validation import MergedAway
from luodi.web.companies import queries
from luodi.web.companies.actions import merging, profile, proposals
from luodi.web.companies.lists import COMPANIES
from luodi.web.companies.models import CompanyName, Fact, Holding, Identifier, Label, Merge
from luodi.web.conftest import PASSWORD, person, unit
from luodi.web.core.errors import NotPermitted, OwnWork
from luodi.web.core.permissions import visible
from luodi.web.core.personal_data import rule_of
from luodi.web.core.policy import every_model, policy_of
from luodi.web.core.roles import Role, RoleLevel
from luodi.web.core.words import say
from luodi.web.journal.models import Entry

pytestmark = pytest.mark.django_db
NOW, TODAY = timezone.now(), timezone.localdate()


def form(**more: Any) -> dict[str, Any]:
    return {"by": None, "at": NOW, **more}


@pytest.fixture
def two() -> tuple[Company, Company]:
    """The same company twice, each with something the other lacks and something that both have."""
    kept = profile.create("灯屿云", "Lantern Isle Cloud", **form(), country="SG")
    gone = profile.create("灯屿雲有限公司", "", **form(), identifiers={"LEI": "529900T8BM49AURSDO55"})
    for company in (kept, gone):
        profile.add_label(company, "technology", "cloud", **form())
    profile.add_label(gone, "technology", "5G", **form())
    profile.add_name(gone, "Lantern Isle Cloud Pte. Ltd.", **form())
    profile.say_fact(gone, "employees", 12, **form(), as_of=date(2026, 1, 1), origin="declared")
    profile.add_holding(gone, "51 %", **form(), holder_name="Nordlicht", holder_kind="foreign")
    profile.add_holding(gone, "10 %", **form(), holder=kept.pk)
    person("mei", Role.REPRESENTATIVE, gone)
    return kept, gone


def merge_by_two(kept: Company, gone: Company, first: User, second: User, at: datetime = NOW) -> Merge:
    """Proposed by one and confirmed by another."""
    proposal = proposals.propose(kept, gone.pk, "the same number", by=first, at=at)
    merge = proposals.confirm(proposal, by=second, at=at).merge
    assert isinstance(merge, Merge)
    return merge


def state() -> dict[str, Any]:
    """Every relation to a company there is, row by row."""
    return {
        f"{model._meta.label}.{field.name}": sorted(model._base_manager.values_list("pk", field.attname))
        for model, field in relations()
        if model not in (Merge, Company) and model._meta.label != "accounts.CompanyWord"
    }


def test_every_relation_to_a_company_has_a_merge_and_a_retention_decision() -> None:
    undecided = [f"{model._meta.label}.{field.name}" for model, field in relations() if not decision_of(model, field)]
    assert undecided == []


def test_a_relation_without_a_decision_would_be_seen() -> None:
    class Unsaid(models.Model):
        company = models.ForeignKey(Company, models.PROTECT)

        class Meta:
            app_label = "nowhere"

    assert decision_of(Unsaid, Unsaid._meta.get_field("company")) is None


def test_a_retention_decision_that_names_a_rule_has_one() -> None:
    for model, field in relations():
        decision = decision_of(model, field)
        if decision is not None and decision.keep is Keeping.BY_RULE:
            assert rule_of(model) is not None, model._meta.label


def test_every_model_that_leads_to_a_company_is_walked() -> None:
    walked = {model for model, _ in relations()}
    assert {Membership, Identifier, CompanyName, Holding, Label, Fact} <= walked
    assert all(any(f.related_model is Company for f in model._meta.concrete_fields) for model in walked)
    assert Company._meta.label == COMPANY and Company in every_model()


def test_invariant_15_a_merge_loses_no_relation_and_undo_restores_every_one(two: tuple[Company, Company]) -> None:
    kept, gone = two
    before = state()
    made = merging.merge(kept, gone.pk, "the same number", **form())
    assert made is not None
    after = state()
    assert {label: [pk for pk, _ in rows] for label, rows in after.items()} == {
        label: [pk for pk, _ in rows] for label, rows in before.items()
    }
    left = {label for label, rows in after.items() if gone.pk in [company for _, company in rows]}
    # the label that both have, and the stake in what would be itself
    assert left == {"companies.Label.company", "companies.Holding.company"}
    assert Membership.objects.get(user__email="mei@example.com").company == kept
    assert merging.undo(made, "it was another one", **form())
    assert state() == before
    assert Company.objects.filter(merged_into=None).count() == 2


@pytest.fixture
def sides(two: tuple[Company, Company]) -> tuple[Company, Company, User, User, User]:
    """The two with somebody who acts for each, and an officer: mei for the one given up, kai for the one kept."""
    kept, gone = two
    officer = person("olga", Role.OFFICER, unit("bureau"))
    return kept, gone, User.objects.get(email="mei@example.com"), person("kai", Role.REPRESENTATIVE, kept), officer


def read_by(user: User) -> set[str]:
    """Every row tied to a company that somebody reads, of every model with a policy, but the person's own roles."""
    return {
        f"{model._meta.label} {row.pk}"
        for model, _ in relations()
        if model is not Membership and "see" in policy_of(model).acts
        for row in visible(user, model._base_manager.all())
    }


def test_invariant_27_a_merge_opens_no_record_to_anybody_who_could_not_read_it_before(
    sides: tuple[Company, Company, User, User, User],
) -> None:
    kept, gone, mei, kai, olga = sides
    before = {user: read_by(user) for user in (mei, kai)}
    assert before[mei] and before[kai] and not before[mei] & before[kai]
    pia = person("pia", Role.OFFICER, unit("other"))
    made = merge_by_two(kept, gone, olga, pia)
    assert read_by(mei) == read_by(kai) == set()

    row = Membership.objects.get(user=kai)
    with pytest.raises(OwnWork):
        merging.confirm_access(row, **form(by=olga))  # nor whoever wanted the merge
    assert merging.confirm_access(row, **form(by=pia))
    assert read_by(mei) == set() and before[kai] < read_by(kai)  # person by person
    with pytest.raises(NotPermitted):
        merging.confirm_access(Membership.objects.get(user=mei), **form(by=kai))  # nobody confirms a colleague

    merging.undo(made, "it was another one", **form(by=olga))
    assert {user: read_by(user) for user in (mei, kai)} == before


def test_who_acts_for_both_sides_goes_on(sides: tuple[Company, Company, User, User, User]) -> None:
    kept, gone, mei, kai, olga = sides
    Membership.objects.create(user=mei, role=Role.REPRESENTATIVE, company=kept, starts=TODAY)
    before = read_by(mei)
    assert Membership.objects.in_force(TODAY).filter(user=mei).count() == 2
    merge_by_two(kept, gone, olga, person("pia", Role.OFFICER, unit("other")))
    # what the kept one has already stays with the one given up, and so does that one itself
    assert {row.split()[0] for row in before - read_by(mei)} == {
        "accounts.Company",
        "companies.Holding",
        "companies.Label",
    }
    assert read_by(kai) == set()


@pytest.mark.parametrize("less", [{"scope": RoleLevel.READ}, {"ends": TODAY + timedelta(days=9)}], ids=["scope", "end"])
def test_who_acts_less_or_shorter_for_one_side_waits(
    sides: tuple[Company, Company, User, User, User], less: dict[str, Any]
) -> None:
    kept, gone, mei, _, olga = sides
    Membership.objects.create(user=mei, role=Role.REPRESENTATIVE, company=kept, starts=TODAY, **less)
    merge_by_two(kept, gone, olga, person("pia", Role.OFFICER, unit("other")))
    assert Membership.objects.waiting(TODAY).filter(user=mei).count() == 2 and read_by(mei) == set()


def test_who_waits_for_two_merges_waits_until_both_are_undone(sides: tuple[Company, Company, User, User, User]) -> None:
    kept, gone, _, kai, olga = sides
    third = profile.create("灯屿云科技", "", **form())
    profile.add_name(third, "Third", **form())
    before = read_by(kai)
    first = merge_by_two(kept, gone, olga, person("pia", Role.OFFICER, unit("other")))
    later = {"by": olga, "at": NOW + timedelta(minutes=1)}
    second = merging.merge(kept, third.pk, "this one, too", **later)
    merging.undo(first, "it was another one", **later)
    assert read_by(kai) == set()
    merging.undo(second, "this one, too", **later)
    assert read_by(kai) == before


def test_a_role_taken_up_by_an_invitation_goes_back_with_its_company(two: tuple[Company, Company]) -> None:
    kept, gone = two
    days = {"sent": NOW, "expires": NOW + timedelta(days=3)}
    sent = Invitation.objects.create(
        email="nan@example.com", role=Role.REPRESENTATIVE, company=gone, secret_hash="x", **days
    )
    made = merging.merge(kept, gone.pk, "the same number", **form())
    sent.refresh_from_db()
    accept_invitation(sent, "Nan", PASSWORD, **form())
    merging.undo(made, "it was another one", **form())
    role = Membership.objects.get(user__email="nan@example.com")
    assert (role.company, role.on_hold) == (gone, None)


def test_nobody_confirms_their_own_access(sides: tuple[Company, Company, User, User, User]) -> None:
    kept, gone, _, _, olga = sides
    row = Membership.objects.create(user=olga, role=Role.REPRESENTATIVE, company=kept, starts=TODAY)
    merge_by_two(kept, gone, person("pia", Role.OFFICER, unit("other")), olga)
    row.refresh_from_db()
    with pytest.raises(BadInput):
        merging.confirm_access(row, **form(by=olga))
    assert merging.confirm_access(row, **form(by=person("otto", Role.OFFICER, unit("other")))).on_hold is None


def test_a_role_that_begins_later_waits_and_one_that_is_over_does_not(two: tuple[Company, Company]) -> None:
    kept, gone = two
    tomorrow, late, over = TODAY + timedelta(days=1), person("late"), person("over")
    Membership.objects.create(user=late, role=Role.REPRESENTATIVE, company=gone, starts=tomorrow)
    Membership.objects.create(user=over, role=Role.REPRESENTATIVE, company=gone, starts=date(2026, 1, 5), ends=TODAY)
    merging.merge(kept, gone.pk, "the same number", **form())
    assert set(Membership.objects.waiting(TODAY).values_list("user__name", flat=True)) == {"Late", "Mei"}
    assert not Membership.objects.in_force(tomorrow).filter(user=late).exists()


def test_an_invitation_of_before_a_merge_gives_a_role_that_waits(two: tuple[Company, Company]) -> None:
    kept, gone = two
    sent = Invitation.objects.create(
        email="nan@example.com",
        role=Role.REPRESENTATIVE,
        company=gone,
        secret_hash="x",
        sent=NOW,
        expires=NOW + timedelta(days=3),
    )
    made = merging.merge(kept, gone.pk, "the same number", **form())
    sent.refresh_from_db()
    accept_invitation(sent, "Nan", PASSWORD, **form())
    role = Membership.objects.get(user__email="nan@example.com")
    assert role.company == kept and role.on_hold is not None and read_by(role.user) == set()
    assert made is not None and "accounts.Invitation.on_hold" in made.moved


def test_undoing_a_second_merge_leaves_who_waits_since_the_first(two: tuple[Company, Company]) -> None:
    kept, gone = two
    merging.merge(kept, gone.pk, "the same number", **form())
    third = profile.create("灯屿云科技", "", **form())
    later = {"by": None, "at": NOW + timedelta(minutes=1)}
    second = merging.merge(kept, third.pk, "this one, too", **later)
    merging.undo(second, "no", **later)
    assert Membership.objects.get(user__email="mei@example.com").on_hold == NOW


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_pages_say_who_waits_and_let_an_officer_confirm_each(
    client: Client, sides: tuple[Company, Company, User, User, User], lang: str
) -> None:
    kept, gone, mei, _, olga = sides
    made = merge_by_two(kept, gone, person("pia", Role.OFFICER, unit("other")), olga)
    client.force_login(mei)
    assert say("accounts.home_on_hold", lang, company=kept) in client.get(f"/{lang}/account/").content.decode()
    client.force_login(olga)
    page = client.get(f"/{lang}/desk/companies/{kept.pk}/").content.decode()
    assert page.count(say("companies.on_hold", lang)) == 2
    merged = client.get(f"/{lang}/desk/companies/merges/{made.pk}/").content.decode()
    role = "角色" if lang == "zh" else "role"
    assert "accounts.Membership" not in merged and say("companies.put_on_hold", lang, what=role) in merged


def test_invariant_25_a_merged_company_is_found_as_the_one_it_became(two: tuple[Company, Company]) -> None:
    kept, gone = two
    officer = person("olga", Role.OFFICER, unit("City"))
    made = merging.merge(kept, gone.pk, "the same", **form())
    for words in ("屿雲", "Lantern Isle Cloud Pte", "529900T8BM49AURSDO55"):
        assert list(COMPANIES.found(officer, {"words": words})) == [kept], words
    found = queries.by_identifier("LEI", "529900T8BM49AURSDO55")
    assert found == kept and made is not None
    merging.undo(made, "not the same", **form())
    assert list(COMPANIES.found(officer, {"words": "屿雲有限"})) == [gone]


def test_what_came_after_a_merge_stays_where_it_came(two: tuple[Company, Company]) -> None:
    kept, gone = two
    made = merging.merge(kept, gone.pk, "the same", **form())
    later = profile.add_name(kept, "Lantern", **form())
    assert made is not None and later is not None
    merging.undo(made, "not the same", **form())
    later.refresh_from_db()
    assert later.company == kept


def test_merges_are_undone_from_the_last_to_the_first(two: tuple[Company, Company]) -> None:
    kept, gone = two
    third = profile.create("灯屿", "", **form())
    first = merging.merge(kept, gone.pk, "the same", **form())
    second = merging.merge(third, kept.pk, "the same", **form())
    assert first is not None and second is not None
    with pytest.raises(merging.NotUndone):
        merging.undo(first, "wrong", **form())
    assert merging.undo(second, "wrong", **form()) and merging.undo(first, "wrong", **form())


def test_nobody_acts_on_a_company_that_was_given_up(two: tuple[Company, Company]) -> None:
    kept, gone = two
    merging.merge(kept, gone.pk, "the same", **form())
    with pytest.raises(MergedAway):
        profile.add_name(gone, "Again", **form())
    with pytest.raises(MergedAway):
        merging.merge(kept, gone.pk, "again", **form())


def test_a_form_that_is_sent_twice_merges_once_and_is_written_down_once(two: tuple[Company, Company]) -> None:
    kept, gone = two
    first, second = (merging.merge(kept, gone.pk, "the same", **form(key="k" * 16)) for _ in range(2))
    assert first == second == Merge.objects.get()
    assert Entry.objects.filter(act="merge").count() == 1


def test_a_leader_may_not_merge(two: tuple[Company, Company]) -> None:
    kept, gone = two
    leader = person("lee", Role.LEADER, unit("City"))
    with pytest.raises(NotPermitted):
        merging.merge(kept, gone.pk, "the same", **form(by=leader))
    assert Merge.objects.count() == 0


def test_a_stake_is_read_up_to_the_day(two: tuple[Company, Company]) -> None:
    _, gone = two
    owner = profile.create("", "Kranich", **form())
    profile.add_holding(owner, "51 %", **form(), holder_name="Nordlicht", holder_kind="foreign")
    profile.add_holding(gone, "20 %", **form(), holder=owner.pk, ends=TODAY)
    stakes = queries.stakes_of(gone)
    held = [stakes.on(day).capital[f"c{gone.pk}"] for day in (TODAY, TODAY - timedelta(days=1))]
    assert [sum(edge.owner in stakes.nodes for edge in edges) for edges in held] == [2, 3]
