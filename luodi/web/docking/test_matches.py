"""Demands and matches: screened by another, answered by rules, agreed to by both sides, asked about later."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from luodi.casework.criteria import BadCriterion
from luodi.casework.demands import DemandAct, DemandState
from luodi.casework.matches import MatchAct, MatchState, Outcome, Part, Reason, Says
from luodi.casework.states import NotNow
from luodi.errors import MissingKey, UnknownValue
from luodi.web.accounts.models import Company
from luodi.web.companies.actions.merging import confirm_access, merge
from luodi.web.core.errors import NotPermitted, StaleVersion
from luodi.web.core.keys import new_key
from luodi.web.docking.actions import matches as actions_matches
from luodi.web.docking.actions import outcomes as actions_outcomes
from luodi.web.docking.actions import posted as actions
from luodi.web.docking.actions.ending import put_down
from luodi.web.docking.actions.matches import MatchedAlready
from luodi.web.docking.actions.posted import OwnWork
from luodi.web.docking.conftest import NOW, TODAY, Market, said
from luodi.web.docking.models import Asked, CapitalNeed, Demand, InvestorProfile, Match, Side
from luodi.web.docking.models.money import Money
from luodi.web.docking.permissions import NamesSomebody
from luodi.web.docking.queries.pairs import Pair, judged
from luodi.web.journal.models import Entry
from luodi.web.notices.models import Notice

pytestmark = pytest.mark.django_db


def proposed(market: Market, demand: Demand | None = None, **more: Any) -> Match:
    return actions_matches.propose(Pair(demand or market.demand(), market.lantern), by=market.olga, at=NOW, **more)


def side(match: Match, part: Part) -> Side:
    return Side.objects.get(match=match, part=part)


def agreed(market: Market) -> Match:
    match = proposed(market)
    actions_matches.say(side(match, Part.OWNER), Says.YES, by=market.rolf, at=NOW)
    actions_matches.say(side(match, Part.PARTNER), Says.YES, by=market.mei, at=NOW)
    match.refresh_from_db()
    return match


# ---- what is posted


def test_a_demand_is_screened_by_somebody_who_did_not_write_it(market: Market) -> None:
    fields = {"kind": "space", "title_zh": "场地", "title_en": "Space", "text": "A hall."}
    draft = actions.post(Demand, market.here, fields, by=market.olga, at=NOW)
    with pytest.raises(OwnWork):
        actions.screen(draft, by=market.olga, at=NOW)
    with pytest.raises(NotNow):
        actions.publish(draft, by=market.olga, at=NOW)
    assert actions.screen(draft, by=market.ben, at=NOW).state == DemandState.SCREENED


def test_who_acts_for_a_company_writes_for_it_alone_and_does_not_screen(market: Market) -> None:
    fields = {"kind": "purchase", "title_zh": "采购", "title_en": "Purchase", "text": "Racks."}
    with pytest.raises(NotPermitted):
        actions.post(Demand, market.here, fields, company=market.hospital, by=market.mei, at=NOW)
    draft = actions.post(Demand, market.here, fields, company=market.hospital, by=market.rolf, at=NOW)
    with pytest.raises(NotPermitted):
        actions.screen(draft, by=market.rolf, at=NOW)
    with pytest.raises(NotPermitted):
        actions.screen(draft, by=market.clara, at=NOW)


def test_numbers_have_no_gaps_though_a_posting_fails(market: Market) -> None:
    fields = {"kind": "purchase", "title_zh": "采购", "title_en": "Purchase", "text": "Racks."}
    with pytest.raises(NotPermitted):
        actions.post(Demand, market.here, fields, by=market.clara, at=NOW)
    first = actions.post(Demand, market.here, fields, by=market.olga, at=NOW)
    assert first.reference == "DM-2026-0001"


def test_a_wish_that_is_no_clause_is_refused_when_it_is_written(market: Market) -> None:
    fields = {"kind": "purchase", "title_zh": "采购", "title_en": "Purchase", "text": "Racks."}
    with pytest.raises(BadCriterion):
        actions.post(Demand, market.here, fields, by=market.olga, at=NOW, wishes=[{"is": "employees >"}])


@pytest.mark.parametrize("where", ["title_en", "text", "acceptance"])
def test_a_hidden_owner_is_not_named_in_what_they_write(market: Market, where: str) -> None:
    fields = {"kind": "scenario", "title_zh": "影像", "title_en": "Images", "text": "Images."}
    fields[where] = "As NORDLICHT  hospital has always done"
    with pytest.raises(NamesSomebody) as refused:
        actions.post(Demand, market.here, fields, company=market.hospital, by=market.rolf, at=NOW)
    assert refused.value.at == where
    open_one = {**fields, "names_owner": True}
    assert actions.post(Demand, market.here, open_one, company=market.hospital, by=market.rolf, at=NOW)


def test_what_was_published_is_not_changed(market: Market) -> None:
    with pytest.raises(NotNow):
        actions.revise(market.demand(), {"text": "Other"}, by=market.rolf, at=NOW)


def test_a_demand_whose_last_day_is_over_is_not_published_and_takes_no_offers(market: Market) -> None:
    with pytest.raises(UnknownValue):
        market.demand(until=TODAY - timedelta(days=1))
    last = market.demand(until=TODAY)
    with pytest.raises(NotNow):
        actions_matches.propose(Pair(last, market.lantern), by=market.olga, at=NOW + timedelta(days=1))
    assert proposed(market, last)


def test_invariant_17_a_budget_keeps_currency_kind_and_day(market: Market) -> None:
    fields = {"kind": "purchase", "title_zh": "采购", "title_en": "Purchase", "text": "Racks."}
    money = Money(3_000_000, "CNY", "budget", TODAY)
    made = actions.post(Demand, market.here, fields, by=market.olga, at=NOW, money=money)
    assert made.money == money
    with pytest.raises(IntegrityError), transaction.atomic():
        Demand.objects.filter(pk=made.pk).update(currency="")


# ---- matching


def test_a_match_keeps_why_without_a_fact_of_the_company(market: Market) -> None:
    match = proposed(market)
    assert match.answer == "match"
    assert [reason["holds"] for reason in match.reasons] == [True, True]
    assert all(set(reason) == {"holds", "text"} for reason in match.reasons)
    assert "60" not in str(match.reasons)


def test_what_is_not_known_of_a_company_is_asked(market: Market) -> None:
    match = actions_matches.propose(Pair(market.demand(), market.mill), by=market.olga, at=NOW)
    assert (match.answer, match.missing) == ("need_info", ["employees", "technology_fields"])


def test_a_pair_is_brought_together_once_and_again_after_nothing_came_of_it(market: Market) -> None:
    demand = market.demand()
    match = proposed(market, demand)
    with pytest.raises(MatchedAlready):
        proposed(market, demand)
    actions_matches.go_on(match, MatchAct.NONE, by=market.olga, at=NOW, reason=Reason.TIMING)
    assert proposed(market, demand) != match


def test_nobody_is_matched_with_their_own_demand(market: Market) -> None:
    with pytest.raises(NotNow):
        actions_matches.propose(Pair(market.demand(), market.hospital), by=market.olga, at=NOW)


@pytest.mark.parametrize("who", ["clara", "lee", "mei", "rolf"])
def test_only_an_officer_of_the_unit_proposes(market: Market, who: str) -> None:
    with pytest.raises(NotPermitted):
        actions_matches.propose(Pair(market.demand(), market.lantern), by=getattr(market, who), at=NOW)
    assert not Match.objects.exists()


def test_invariant_20_proposing_twice_with_one_key_makes_one_match(market: Market) -> None:
    demand, key = market.demand(), new_key()
    assert proposed(market, demand, key=key) == proposed(market, demand, key=key)
    assert Match.objects.count() == 1


def test_an_offer_agrees_to_be_named_and_waits_for_the_owner(market: Market) -> None:
    demand = market.demand()
    match = actions_matches.offer(demand, market.lantern, "We read images at night.", by=market.mei, at=NOW)
    assert side(match, Part.PARTNER).says == Says.YES
    assert (match.state, match.revealed) == (MatchState.PROPOSED, None)
    assert match.offer.text == "We read images at night."


def test_an_offer_is_made_by_who_acts_for_the_company_and_names_nobody(market: Market) -> None:
    demand = market.demand()
    for who in (market.max, market.olga, market.sam):
        with pytest.raises(NotPermitted):
            actions_matches.offer(demand, market.lantern, "We do.", by=who, at=NOW)
    with pytest.raises(NamesSomebody):
        actions_matches.offer(demand, market.lantern, "灯屿云提供夜间阅片", by=market.mei, at=NOW)
    assert not Match.objects.exists()


# ---- agreeing


def test_both_sides_agree_and_only_then_it_goes_on(market: Market) -> None:
    match = proposed(market)
    with pytest.raises(NotNow):
        actions_matches.go_on(match, MatchAct.INTRODUCE, by=market.olga, at=NOW)
    actions_matches.say(side(match, Part.OWNER), Says.YES, by=market.rolf, at=NOW)
    match.refresh_from_db()
    assert (match.state, match.revealed) == (MatchState.PROPOSED, None)
    actions_matches.say(side(match, Part.PARTNER), Says.YES, by=market.mei, at=NOW)
    match.refresh_from_db()
    assert (match.state, match.revealed) == (MatchState.CONSENTED, NOW)
    assert actions_matches.go_on(match, MatchAct.INTRODUCE, by=market.olga, at=NOW).introduced == TODAY


def test_a_no_ends_it_and_says_which_side(market: Market) -> None:
    match = proposed(market)
    actions_matches.say(side(match, Part.PARTNER), Says.NO, by=market.mei, at=NOW)
    match.refresh_from_db()
    assert (match.state, match.reason, match.revealed) == (MatchState.NONE, Reason.PARTNER_DECLINED, None)
    with pytest.raises(NotNow):
        actions_matches.say(side(match, Part.OWNER), Says.YES, by=market.rolf, at=NOW)


@pytest.mark.parametrize(("part", "who"), [(Part.OWNER, "mei"), (Part.PARTNER, "rolf"), (Part.PARTNER, "olga")])
def test_nobody_agrees_for_the_other_side(market: Market, part: Part, who: str) -> None:
    with pytest.raises(NotPermitted):
        actions_matches.say(side(proposed(market), part), Says.YES, by=getattr(market, who), at=NOW)


def test_a_unit_agrees_through_its_officers(market: Market) -> None:
    match = proposed(market, market.demand(own=True))
    with pytest.raises(NotPermitted):
        actions_matches.say(side(match, Part.OWNER), Says.YES, by=market.clara, at=NOW)
    assert actions_matches.say(side(match, Part.OWNER), Says.YES, by=market.ben, at=NOW).says == Says.YES


def test_the_desk_speaks_for_a_company_that_nobody_acts_for(market: Market) -> None:
    fields = {"kind": "purchase", "title_zh": "采购", "title_en": "Purchase", "text": "Racks."}
    quiet = Company.objects.create(name_en="Quiet Harbour")
    draft = actions.post(Demand, market.here, fields, company=quiet, by=market.olga, at=NOW)
    demand = actions.publish(actions.screen(draft, by=market.ben, at=NOW), by=market.olga, at=NOW)
    match = proposed(market, demand)
    assert actions_matches.say(side(match, Part.OWNER), Says.YES, by=market.olga, at=NOW).says == Says.YES
    with pytest.raises(NotPermitted):
        actions_matches.say(side(match, Part.PARTNER), Says.YES, by=market.olga, at=NOW)


def test_the_database_refuses_an_introduction_without_consent(market: Market) -> None:
    match = proposed(market)
    with pytest.raises(IntegrityError), transaction.atomic():
        Match.objects.filter(pk=match.pk).update(state=MatchState.INTRODUCED)


def test_a_stale_answer_of_a_side_changes_nothing(market: Market) -> None:
    match = proposed(market)
    actions_matches.say(side(match, Part.OWNER), Says.YES, by=market.rolf, at=NOW, version=1)
    with pytest.raises(StaleVersion):
        actions_matches.say(side(match, Part.OWNER), Says.NO, by=market.rolf, at=NOW, version=1)


def test_invariant_13_a_demand_is_matching_while_a_match_is_open(market: Market) -> None:
    demand = market.demand()
    match = proposed(market, demand)
    demand.refresh_from_db()
    assert demand.state == DemandState.MATCHING
    actions_matches.go_on(match, MatchAct.NONE, by=market.olga, at=NOW, reason=Reason.PRICE)
    demand.refresh_from_db()
    assert demand.state == DemandState.PUBLISHED


def test_nothing_comes_of_a_match_only_with_a_reason(market: Market) -> None:
    with pytest.raises(MissingKey):
        actions_matches.go_on(proposed(market), MatchAct.NONE, by=market.olga, at=NOW)


def test_a_demand_that_is_withdrawn_ends_its_matches(market: Market) -> None:
    match = agreed(market)
    assert match.demand is not None
    put_down(match.demand, DemandAct.WITHDRAW, "We built it ourselves", by=market.rolf, at=NOW)
    match.refresh_from_db()
    assert (match.state, match.reason) == (MatchState.NONE, Reason.WITHDRAWN)


def test_a_demand_that_is_closed_leaves_those_who_talk_alone(market: Market) -> None:
    match = agreed(market)
    actions_matches.go_on(match, MatchAct.INTRODUCE, by=market.olga, at=NOW)
    assert match.demand is not None
    waiting = actions_matches.propose(Pair(match.demand, market.mill), by=market.olga, at=NOW)
    put_down(match.demand, DemandAct.CLOSE, "One was found", by=market.olga, at=NOW)
    match.refresh_from_db()
    waiting.refresh_from_db()
    assert (match.state, waiting.state, waiting.reason) == ("introduced", "none", Reason.OTHER_CHOSEN)


# ---- capital


def capital(market: Market, **wished: Any) -> Pair:
    need = actions.post(
        CapitalNeed,
        market.here,
        {"stage": "series_a", "title_zh": "A轮", "title_en": "Series A", "text": "To grow."},
        company=market.lantern,
        by=market.mei,
        at=NOW,
        money=Money(10_000_000, "CNY", "capital", TODAY),
    )
    ticket = [
        {"ask": "currency", "value": ["CNY"]},
        {"ask": "ticket_least", "value": "5000000"},
        {"ask": "ticket_most", "value": "20000000"},
        {"ask": "stage", "value": ["series_a", "series_b"]},
        *wished.get("more", []),
    ]
    investor = actions.post(
        InvestorProfile,
        market.here,
        {"title_zh": "数字健康基金", "title_en": "A fund", "text": "Health."},
        company=market.mill,
        by=market.max,
        at=NOW,
        wishes=ticket,
    )
    for one in (need, investor):
        actions.publish(actions.screen(one, by=market.ben, at=NOW), by=market.olga, at=NOW)
    need.refresh_from_db()
    investor.refresh_from_db()
    return Pair.capital(need, investor)


def test_capital_meets_an_investor_by_ticket_stage_and_restrictions(market: Market) -> None:
    match = actions_matches.propose(capital(market), by=market.olga, at=NOW)
    assert match.answer == "match"
    assert {Part(s.part): s.company for s in match.sides.all()} == {
        Part.OWNER: market.lantern,
        Part.PARTNER: market.mill,
    }


def test_a_restriction_of_the_investor_that_is_not_known_is_asked(market: Market) -> None:
    pair = capital(market, more=[{"ask": "foreign_at_most", "value": "0.5"}])
    match = actions_matches.propose(pair, by=market.olga, at=NOW)
    assert (match.answer, match.missing) == ("need_info", ["foreign_share"])
    said(market.lantern, "foreign_share", "0.75")
    assert judged(pair, NOW)["answer"] == "no_match"


def test_capital_in_another_currency_is_open_until_it_says_how_much_that_is_at_the_rate_of_a_day(
    market: Market,
) -> None:
    pair = capital(market)
    CapitalNeed.objects.filter(pk=pair.posted.pk).update(currency="USD", amount=2_000_000)
    pair.posted.refresh_from_db()
    match = actions_matches.propose(pair, by=market.olga, at=NOW)
    assert (match.answer, match.missing) == ("need_info", ["capital_converted"])
    CapitalNeed.objects.filter(pk=pair.posted.pk).update(
        converted_amount=14_200_000, converted_currency="CNY", converted_on=TODAY
    )
    pair.posted.refresh_from_db()
    assert judged(pair, NOW)["answer"] == "match"
    CapitalNeed.objects.filter(pk=pair.posted.pk).update(converted_currency="EUR")  # none that the investor asks for
    pair.posted.refresh_from_db()
    assert judged(pair, NOW)["answer"] == "need_info"
    with pytest.raises(IntegrityError), transaction.atomic():
        CapitalNeed.objects.filter(pk=pair.posted.pk).update(converted_on=None)


# ---- outcomes, notices, journal


def test_outcomes_are_asked_at_30_90_and_180_days_and_once(market: Market) -> None:
    match = agreed(market)
    actions_matches.go_on(match, MatchAct.INTRODUCE, by=market.olga, at=NOW)
    found = []
    for day in range(0, 200, 1):
        found += [day] * actions_outcomes.ask_due(NOW + timedelta(days=day))
        assert actions_outcomes.ask_due(NOW + timedelta(days=day)) == 0
    assert found == [30, 90, 180]
    assert Asked.objects.count() == 6


def test_a_site_that_slept_asks_once_for_all_days_gone_by(market: Market) -> None:
    match = agreed(market)
    actions_matches.go_on(match, MatchAct.INTRODUCE, by=market.olga, at=NOW)
    assert actions_outcomes.ask_due(NOW + timedelta(days=100)) == 1
    assert set(Asked.objects.values_list("days", flat=True)) == {90}
    assert actions_outcomes.ask_due(NOW + timedelta(days=180)) == 1


def test_each_side_answers_for_itself_and_once(market: Market) -> None:
    match = agreed(market)
    actions_matches.go_on(match, MatchAct.INTRODUCE, by=market.olga, at=NOW)
    actions_outcomes.ask_due(NOW + timedelta(days=30))
    asked = Asked.objects.get(part=Part.PARTNER)
    with pytest.raises(NotPermitted):
        actions_outcomes.answer(asked, Outcome.TALKS, "", by=market.rolf, at=NOW)
    actions_outcomes.answer(asked, Outcome.TALKS, "twice a week", by=market.mei, at=NOW)
    with pytest.raises(NotNow):
        actions_outcomes.answer(asked, Outcome.NOTHING, "", by=market.mei, at=NOW)


def test_both_sides_are_notified_of_a_proposal_and_of_the_agreement(market: Market) -> None:
    agreed(market)
    notified = {(notice.kind, notice.user_id) for notice in Notice.objects.all()}
    for person in (market.rolf, market.mei):
        assert {("match_proposed", person.pk), ("match_agreed", person.pk)} <= notified
    assert market.max.pk not in {user for _, user in notified}


def test_the_journal_keeps_every_act_of_a_match(market: Market) -> None:
    match = agreed(market)
    actions_matches.go_on(match, MatchAct.INTRODUCE, by=market.olga, at=NOW)
    acts = Entry.objects.filter(kind="docking.Match", subject=str(match.pk)).order_by("number")
    assert [entry.act for entry in acts] == ["propose", "agree", "introduce"]
    assert acts[2].after["state"] == "introduced"


def test_days_are_whole_days_of_the_place(market: Market) -> None:
    late = NOW.replace(day=10, hour=17)  # the eleventh in Beijing
    match = agreed(market)
    assert actions_matches.go_on(match, MatchAct.INTRODUCE, by=market.olga, at=late).introduced == date(2026, 3, 11)


def test_no_need_goes_to_an_investor_who_takes_none(market: Market) -> None:
    pair = capital(market)
    assert pair.investor is not None
    put_down(pair.investor, DemandAct.WITHDRAW, "The fund is spent.", by=market.max, at=NOW)
    with pytest.raises(NotNow):
        actions_matches.propose(pair, by=market.olga, at=NOW)


def test_two_sides_that_were_merged_into_one_company_do_not_agree_with_themselves(market: Market) -> None:
    match = proposed(market)
    merge(market.hospital, market.lantern.pk, "the same", by=None, at=NOW)
    with pytest.raises(NotPermitted):  # on hold, until somebody confirms him
        actions_matches.say(side(match, Part.OWNER), Says.YES, by=market.rolf, at=NOW)
    confirm_access(market.rolf.memberships.get(), by=None, at=NOW)
    actions_matches.say(side(match, Part.OWNER), Says.YES, by=market.rolf, at=NOW)
    with pytest.raises(NotNow):
        actions_matches.say(side(match, Part.PARTNER), Says.YES, by=market.rolf, at=NOW)
    actions_matches.say(side(match, Part.PARTNER), Says.NO, by=market.rolf, at=NOW)
    match.refresh_from_db()
    assert match.state == MatchState.NONE
