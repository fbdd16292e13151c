"""A target of companies counts distinct companies, and what ended, was reopened or merged asks for a reversal."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from luodi.casework.stages import End, Stage
from luodi.scorecard.editions import Edition
from luodi.web.accounts.models import Company, Membership
from luodi.web.cases.actions import cases, landing_days
from luodi.web.cases.conftest import NOW, TODAY
from luodi.web.cases.models import Claim, LandingCase
from luodi.web.companies.actions import merging, profile
from luodi.web.core.errors import NotPermitted, OwnWork
from luodi.web.core.roles import Role
from luodi.web.journal.models import Entry
from luodi.web.notices.models import Notice
from luodi.web.scorecard.actions.contributions import check, claim, count, keep, reverse
from luodi.web.scorecard.actions.editions import freeze
from luodi.web.scorecard.conftest import LATER, Town, line
from luodi.web.scorecard.models import Contribution, Indicator
from luodi.web.scorecard.queries import board as queries
from luodi.web.scorecard.queries import same
from luodi.web.scorecard.queries.editions import reproduced

pytestmark = pytest.mark.django_db


def another(town: Town, company: Company) -> LandingCase:
    """One more verified landing, of a company."""
    bench = town.bench
    case = cases.open_case(company, bench.here, by=bench.anna, at=NOW)
    LandingCase.objects.filter(pk=case.pk).update(stage=Stage.VERIFIED, assurance=bench.ben, actual=TODAY)
    Claim.objects.create(case=case, day=TODAY, by=bench.anna, at=NOW, state="verified", verifier=bench.ben, decided=NOW)
    case.refresh_from_db()
    return case


def counted(town: Town, indicator: Indicator, case: LandingCase) -> Contribution:
    row = check(claim(indicator, case, by=town.bench.anna, at=NOW), by=town.cora, at=NOW)
    return count(row, by=town.cora, at=NOW)


def standing(town: Town, indicator: Indicator) -> queries.Standing:
    return queries.standings(town.bench.lee, Indicator.objects.filter(pk=indicator.pk), TODAY)[0]


@pytest.mark.parametrize(("distinct", "value"), [("company", 1), ("thing", 2), ("group", 1), ("", 1)])
def test_invariant_26_two_landings_of_one_company_are_one(town: Town, distinct: str, value: int) -> None:
    indicator = town.indicator(distinct=distinct)
    for case in (town.case, another(town, town.bench.company)):
        counted(town, indicator, case)
    found = standing(town, indicator)
    assert (found.counted, found.contributions) == (value, 2)
    edition = freeze(town.bench.city, TODAY, by=town.bench.lee, at=LATER)
    assert Edition(edition.content).document["indicators"][0]["value"] == value
    reproduced(edition)


def test_invariant_26_companies_of_one_group_are_one_where_the_definition_says_so(town: Town) -> None:
    bench = town.bench
    for held in (bench.company, bench.other):
        head = Company.objects.filter(name_en="Head").first() or Company.objects.create(name_en="Head")
        profile.add_holding(held, "51 %", holder=head.pk, by=None, at=NOW)
    by_group, by_company = town.indicator(distinct="group"), town.indicator(code="each", distinct="company")
    other = another(town, bench.other)
    for indicator, value in ((by_group, 1), (by_company, 2)):
        for case in (town.case, other):
            counted(town, indicator, case)
        assert standing(town, indicator).counted == value


@pytest.mark.parametrize(("lang", "words"), [("en", "counts already by"), ("zh", "已由")])
def test_invariant_26_a_second_case_is_told_at_claim_and_at_count(town: Town, lang: str, words: str) -> None:
    indicator = town.indicator()
    first = counted(town, indicator, town.case)
    second, bench = another(town, town.bench.company), town.bench
    proposal = queries.proposals(bench.anna, TODAY, 9, indicator=indicator)[0]
    assert proposal.same == first
    claimed_on = town.client("anna").get(f"/{lang}/desk/plan/indicators/projects/").text
    assert words in claimed_on and first.reference in claimed_on
    row = check(claim(indicator, second, by=bench.anna, at=NOW), by=town.cora, at=NOW)
    page = town.client("cora").get(f"/{lang}/desk/plan/contributions/{row.reference}/").text
    assert words in page and first.reference in page


@pytest.mark.parametrize(("lang", "words"), [("en", "counts for “Projects landed” already"), ("zh", "已由")])
def test_invariant_26_a_second_case_is_told_at_opening(town: Town, lang: str, words: str) -> None:
    first, bench = counted(town, town.indicator(), town.case), town.bench
    place = f"/{lang}/desk/cases/new/?company="
    page = town.client("anna").get(f"{place}{bench.company.pk}").text
    assert words in page and first.reference in page
    assert first.reference not in town.client("clara").get(f"{place}{bench.company.pk}").text
    assert words not in town.client("anna").get(f"{place}{bench.other.pk}").text


def test_only_who_may_see_a_contribution_reads_by_which_a_company_counts(town: Town) -> None:
    first, bench = counted(town, town.indicator(), town.case), town.bench
    told = {who: same.of_company(getattr(bench, who), bench.company, TODAY) for who in ("anna", "clara", "mei")}
    assert [one.reference for one in told["anna"]] == [first.reference]
    assert [one.reference for one in told["clara"]] == [""]
    assert told["mei"] == [] and same.of_company(bench.anna, bench.other, TODAY) == []


# ---- reversals


def ended(town: Town) -> Iterator[str]:
    case = cases.end_case(town.case, End.WITHDRAWN, "left the city", by=town.bench.anna, at=LATER)
    yield "ended"
    cases.reopen(case, "came back", by=town.bench.anna, at=LATER + timedelta(hours=1))
    yield "reopened"


@pytest.mark.parametrize(("lang", "words"), [("en", "the case has ended"), ("zh", "案件已结束")])
def test_an_ended_or_reopened_case_asks_for_a_reversal_by_notice_and_on_the_board(
    town: Town, lang: str, words: str
) -> None:
    row, board = counted(town, town.indicator(), town.case), f"/{lang}/desk/plan/"
    for why in ended(town):
        row.refresh_from_db()
        assert (row.state, row.asked) == ("counted", why)
        if why == "ended":
            assert words in town.client("lee").get(board).text
            assert row.reference not in town.client("clara").get(board).text
    told = Notice.objects.filter(kind="reversal_asked")
    assert {one.user for one in told} == {town.bench.lee, town.lars} and told.count() == 4
    assert Entry.objects.filter(kind="scorecard.Contribution", act="ask_reversal").count() == 2
    done = reverse(row, "it left", by=town.bench.lee, at=LATER + timedelta(hours=2))
    assert (done.state, done.asked) == ("reversed", "") and row.reference not in town.client("lee").get(board).text


def test_any_leader_whose_scope_reaches_the_indicator_reverses_and_no_other(town: Town) -> None:
    row = counted(town, town.indicator(), town.case)
    below = Membership.objects.create(user=town.bench.clara, role=Role.LEADER, unit=town.bench.here, starts=TODAY)
    with pytest.raises(NotPermitted):
        reverse(row, "x", by=town.bench.clara, at=NOW)
    Membership.objects.filter(pk=below.pk).update(unit=town.bench.city)
    assert reverse(row, "x", by=town.bench.clara, at=NOW).state == "reversed"


def test_a_leader_who_is_also_the_officer_does_not_reverse_their_own_case(town: Town) -> None:
    row = counted(town, town.indicator(), town.case)
    Membership.objects.create(user=town.bench.anna, role=Role.LEADER, unit=town.bench.city, starts=TODAY)
    with pytest.raises(OwnWork):
        reverse(row, "x", by=town.bench.anna, at=NOW)


def test_what_is_asked_back_can_be_kept_with_a_reason(town: Town) -> None:
    row = counted(town, town.indicator(), town.case)
    next(ended(town))
    row.refresh_from_db()
    done = keep(row, "the company stays", by=town.bench.lee, at=LATER)
    assert (done.state, done.asked, done.checker) == ("counted", "", town.cora)
    assert [one.act for one in done.steps.all()] == ["claim", "check", "count", "keep"]


def test_a_merge_counts_once_asks_for_the_second_and_undo_takes_it_back(town: Town) -> None:
    bench, indicator = town.bench, town.indicator()
    rows = [counted(town, indicator, case) for case in (town.case, another(town, bench.other))]
    before = freeze(bench.city, TODAY, by=bench.lee, at=LATER)
    made: Any = merging.merge(bench.company, bench.other.pk, "the same", by=None, at=LATER + timedelta(hours=1))
    assert standing(town, indicator).counted == 1
    assert [Contribution.objects.get(pk=one.pk).asked for one in rows] == ["", "merged"]
    between = freeze(bench.city, (LATER + timedelta(hours=2)).date(), by=bench.lee, at=LATER + timedelta(hours=2))
    merging.undo(made, "not the same", by=None, at=LATER + timedelta(hours=3))
    assert standing(town, indicator).counted == 2
    assert [Contribution.objects.get(pk=one.pk).asked for one in rows] == ["", ""]
    values = [Edition(one.content).document["indicators"][0]["value"] for one in (before, between)]
    assert values == [2, 1]
    for edition in (before, between):  # frozen editions stay, whatever was merged since
        reproduced(edition)


def test_a_corrected_day_outside_the_definition_asks_for_a_reversal(town: Town) -> None:
    bench = town.bench
    town.case.claims.update(day=LATER.date())
    row = counted(town, town.indicator(takes={"first": LATER.date().isoformat()}), town.case)
    case = landing_days.correct_day(town.case, TODAY, "the licence is older", by=bench.anna, at=LATER)
    landing_days.decide_correction(case.day_corrections.get(), True, by=bench.lee, at=LATER)
    row.refresh_from_db()
    assert row.asked == "day"


def test_a_definition_of_companies_is_of_landings_alone(town: Town) -> None:
    from luodi.errors import OutOfRange

    with pytest.raises(OutOfRange):
        town.indicator(code="platforms", thing="platform", distinct="company")
    assert line()["target"] == 10
