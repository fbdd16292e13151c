"""Many wishes over many companies: as one by one, and never proposed twice."""

from datetime import timedelta
from random import Random
from typing import Any

import numpy as np
import pytest

from luodi.casework.criteria import rule_of, vocabulary
from luodi.rules.evaluate import Answer
from luodi.web.accounts.models import Company
from luodi.web.docking.actions import proposals as actions_seeking
from luodi.web.docking.actions.proposals import Sought
from luodi.web.docking.conftest import NOW, TODAY, Market, said
from luodi.web.docking.models import Demand, Match, Side
from luodi.web.docking.queries.batch import BatchMatcher, one_by_one, table_of
from luodi.web.docking.queries.facts import facts_of, facts_of_many
from luodi.web.docking.test_matches import capital

TITLE = {"zh": "x", "en": "x"}


def company(random: Random) -> dict[str, Any]:
    whole = {
        "technology_fields": random.sample(["artificial_intelligence", "robotics", "cloud_computing"], 2),
        "employees": random.choice([0, 19, 20, 21, 500]),
        "foreign_share": random.choice(["0", "0.25", "0.251", "1"]),
        "enterprise_size": random.choice(["large", "small"]),
        "registered_region_code": random.choice(["110108", "440100"]),
        "founded_date": random.choice(["2023-12-31", "2024-01-01"]),
        "serious_dishonesty_listed": random.choice([True, False]),
    }
    return {name: value for name, value in whole.items() if random.random() < 0.7}


def rules() -> list[Any]:
    wishes = [
        [{"ask": "technology", "value": ["robotics"]}, {"ask": "employees", "value": "20"}],
        [{"ask": "foreign_at_least", "value": "0.25"}, {"ask": "size", "value": ["small"]}],
        [{"ask": "place", "value": ["11"]}, {"ask": "honest", "value": True}],
        [{"ask": "founded_since", "value": "2024-01-01"}, {"is": 'employees > 20 || "robotics" in technology_fields'}],
        [],
    ]
    return [rule_of(f"DM-{n}", TITLE, wish) for n, wish in enumerate(wishes)]


def test_columns_answer_as_the_plain_walk_does() -> None:
    random = Random(14)
    rows, asked = [company(random) for _ in range(300)], rules()
    table, odd = table_of(rows, vocabulary().attributes)
    assert odd == set()
    found = {(row, place): answer for row, place, answer in BatchMatcher(asked, TODAY, kernel="numpy").answers(table)}
    for row, given in enumerate(rows):
        for place, answer in enumerate(one_by_one(asked, given, TODAY)):
            assert found.get((row, place), Answer.NO) == answer, (given, asked[place].id)
    assert {Answer.YES, Answer.UNKNOWN} == set(found.values())


def test_so_many_are_named_and_the_others_counted_but_for_those_it_has_met() -> None:
    one = Sought(Demand(company_id=7), met={4})
    for fit, lacking in (([3, 4, 7], [1, 7]), ([8, 9, 10], [4, 11])):
        one.take(np.array(fit), np.array(lacking), 3)
    assert (one.fit, one.lacking) == ([3, 8, 9], 2)


def test_a_figure_that_no_column_holds_is_left_to_the_plain_walk() -> None:
    _, odd = table_of([{"foreign_share": "0.25"}, {"foreign_share": "0.1234567891"}], vocabulary().attributes)
    assert odd == {1}


@pytest.mark.django_db
def test_a_register_counts_before_what_was_declared(market: Market) -> None:
    said(market.lantern, "employees", 10, TODAY - timedelta(days=9), "register")
    said(market.lantern, "employees", 90, TODAY)
    said(market.lantern, "employees", 11, TODAY + timedelta(days=1), "register")
    assert facts_of(market.lantern, TODAY)["employees"] == 10
    assert facts_of_many([market.mill.pk], TODAY) == {market.mill.pk: {}}


@pytest.mark.django_db
def test_a_run_proposes_whoever_fits_and_nobody_twice(market: Market) -> None:
    said(market.mill, "employees", 500)  # its technology is not known
    demand = market.demand()
    for expected in ((1, 1), (0, 1)):
        [found] = actions_seeking.seek([demand], NOW)
        assert (found.proposed, found.lacking) == expected
    assert set(Side.objects.filter(part="partner").values_list("company", flat=True)) == {market.lantern.pk}
    assert Match.objects.get().proposed_by == "rule"


@pytest.mark.django_db
def test_a_run_goes_on_where_the_last_one_had_enough(market: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions_seeking, "CHUNK", 2)
    for number in range(5):
        said(Company.objects.create(name_en=f"Firm {number}"), "employees", 30)
    anybody = market.demand()
    type(anybody).objects.filter(pk=anybody.pk).update(wishes=[{"ask": "employees", "value": "20"}])
    anybody.refresh_from_db()
    assert [actions_seeking.seek([anybody], NOW, most=4)[0].proposed for _ in range(3)] == [4, 2, 0]


@pytest.mark.django_db
def test_a_daily_run_brings_capital_together_by_both_wishes(market: Market) -> None:
    capital(market)
    assert actions_seeking.seek_all(NOW) == 1
    assert actions_seeking.seek_all(NOW) == 0
    assert Match.objects.get().need is not None


@pytest.mark.django_db
def test_what_is_over_is_not_sought_for(market: Market) -> None:
    market.demand(until=TODAY)
    assert actions_seeking.seek_all(NOW + timedelta(days=1)) == 0
