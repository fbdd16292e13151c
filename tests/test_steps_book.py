"""The book of landing steps: every step tells its time, its fee and its place on the way, and the parts agree."""

import re
from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import pairwise
from math import ceil
from typing import Any, Final

import pytest

from luodi.rules.book import Rule
from luodi.rules.library import load_book
from luodi.text import walk

BOOK: Final = load_book("landing-steps")
STEPS: Final = BOOK.by_id
LANES: Final = ("to_open", "to_go_live", "if_you_want", "preparation", "after")
BOUND: Final = ("authority_clock", "by_reference", "default_rule", "promised")
KINDS: Final = (*BOUND, "applicant_only", "none_exists", "not_found")
UNITS: Final = ("working_days", "calendar_days", "months", "years", "hours")
SURE: Final = ("high", "medium")
#: The fewest and the most calendar days of one unit.
DAYS: Final = {"calendar_days": (1, 1), "months": (30, 31), "years": (365, 366)}
AUTHORS: Final = re.compile(
    r"from memory|recalled|inferred|凭记忆|\(read\)|\(seen\)|not seen here|landing-services|this file|本文件", re.I
)


def time_of(step: str) -> Mapping[str, Any]:
    return STEPS[step].gives["time"]


def needs(step: str) -> set[str]:
    """Every step that one waits for, at any remove."""
    found: set[str] = set()
    ahead = [step]
    while ahead:
        gives = STEPS[ahead.pop()].gives
        fresh = {*(gives.get("depends_on") or ()), *(gives.get("any_of") or ())} - found
        found |= fresh
        ahead.extend(fresh)
    return found


each_step = pytest.mark.parametrize("step", sorted(STEPS))


def test_every_step_is_there_and_in_the_order_but_for_duties() -> None:
    assert len(STEPS) >= 98
    missing = set(STEPS) - set(BOOK.tables["order"])
    assert set(BOOK.tables["order"]) <= set(STEPS) and {STEPS[step].gives["lane"] for step in missing} <= {"after"}


@each_step
def test_a_step_stands_in_one_lane(step: str) -> None:
    assert STEPS[step].gives["lane"] in LANES


@each_step
def test_a_step_tells_the_kind_of_its_time_and_how_surely_it_is_known(step: str) -> None:
    time = time_of(step)
    assert time["kind"] in KINDS
    assert time["confidence"] in (*SURE, "low")
    law = time.get("law")
    if law is None:
        assert time["note"]["zh"] and time["note"]["en"]
        return
    assert law["unit"] in UNITS and str(law["days"]).isdigit()
    assert law["note"]["zh"] and law["note"]["en"]
    assert law["confidence"] in (*SURE, "low")
    assert law.get("basis") or law.get("text"), "a figure of the law has its citation"


@each_step
def test_a_usual_time_has_an_end_and_a_page(step: str) -> None:
    usual = time_of(step).get("usual")
    if usual is None:
        return
    low, high = usual.get("min"), usual.get("max")
    assert low is not None or high is not None
    assert low is None or high is None or int(low) <= int(high)
    assert usual["unit"] in UNITS and usual["confidence"] in (*SURE, "low")
    assert usual["source"]["title"] and usual["source"]["seen_at"]


@each_step
def test_a_fee_has_its_basis_and_an_unknown_one_has_no_amount(step: str) -> None:
    fee = STEPS[step].gives["fee"]
    assert fee["currency"] == "CNY" and fee["basis"]["zh"] and fee["basis"]["en"]
    assert fee.get("amount") is None or str(fee["amount"]).isdigit()
    assert fee["confidence"] in (*SURE, "low")


def counted(rule: Rule) -> list[Mapping[str, Any]]:
    return [row for row in rule.gives.get("decision") or () if row["counts"] == "true"]


@each_step
def test_the_stages_that_count_add_up_to_the_time_of_the_law(step: str) -> None:
    law, stages = time_of(step).get("law"), counted(STEPS[step])
    if law is None or time_of(step)["kind"] not in BOUND or not stages:
        return
    assert len({row["unit"] for row in stages}) == 1
    unit, total = stages[0]["unit"], sum(int(row["value"]) for row in stages)
    if unit == law["unit"]:
        assert total == int(law["days"])
    else:
        low, high = (total * each for each in DAYS[unit])
        assert law["unit"] == "calendar_days" and low <= int(law["days"]) <= high


def test_a_clock_of_the_law_without_stages_is_not_surely_known() -> None:
    """Else a case would run without a clock that binds the office."""
    bare = {i for i in STEPS if time_of(i)["kind"] in BOUND and not counted(STEPS[i])}
    assert {i for i in bare if time_of(i)["law"]["confidence"] != "low"} == set()


@each_step
def test_a_term_of_the_company_stands_among_its_deadlines(step: str) -> None:
    time = time_of(step)
    if time["kind"] != "applicant_only" or "law" not in time:
        return
    told = [(row.get("value"), row.get("unit")) for row in STEPS[step].gives["deadline"]]
    days, unit = str(time["law"]["days"]), time["law"]["unit"]
    same = {("1", "calendar_days"): ("24", "hours"), ("30", "calendar_days"): ("1", "months")}.get((days, unit))
    assert (days, unit) in [(str(value), unit) for value, unit in told] or same in told


def test_duties_and_rights_are_never_on_the_way_to_the_launch() -> None:
    late = {i for i, rule in STEPS.items() if rule.gives["lane"] == "after"}
    assert {"psb-network-filing", "annual-report", "fdi-change-report", "fie-complaint"} <= late
    waiting = {i: needs(i) & late for i in STEPS if i not in late}
    assert {i: names for i, names in waiting.items() if names} == {}


def test_what_needs_a_company_waits_for_its_founding() -> None:
    asked = {i for i, rule in STEPS.items() if rule.gives.get("needs_company") == "true"}
    assert len(asked) == 4
    assert all("establishment-registration" in needs(i) for i in asked)


def test_an_address_comes_before_the_registration() -> None:
    assert "registered-address" in needs("establishment-registration")


@pytest.mark.parametrize("licence", ["vats-licence-intra-provincial", "vats-licence-cross-regional", "icp-filing"])
def test_sector_approvals_come_before_the_licence_and_the_filing(licence: str) -> None:
    first = {"online-publishing-licence", "internet-news-licence", "audiovisual-licence"}
    assert {*first, "internet-drug-information-certificate"} <= needs(licence)


def test_model_filing_does_not_wait_for_the_algorithm_filing() -> None:
    assert "algorithm-filing" not in needs("generative-ai-filing") | needs("generative-ai-registration")


@each_step
def test_a_step_is_handed_in_with_steps_that_exist(step: str) -> None:
    hosts = STEPS[step].gives.get("runs_with") or ()
    assert set([hosts] if isinstance(hosts, str) else hosts) <= set(STEPS) - {step}


def test_a_licence_is_one_of_the_access_rules() -> None:
    known = {row["id"] for row in load_book("market-access").tables["licences"]}
    given = {rule.gives["licence"] for rule in STEPS.values() if "licence" in rule.gives}
    assert given and given <= known


@each_step
def test_what_expires_does_so_after_a_time(step: str) -> None:
    expires = STEPS[step].gives.get("expires")
    assert expires is None or (int(expires["value"]) > 0 and expires["unit"] in ("months", "years"))


def test_portals_have_an_address_and_a_name_in_both_languages() -> None:
    portals = [rule.gives["portal"] for rule in STEPS.values() if "portal" in rule.gives]
    assert len(portals) == 10
    for portal in portals:
        assert re.fullmatch(r"[a-z0-9]+(\.[a-z0-9]+)+", portal["address"])
        assert portal["name"]["zh"] and portal["name"]["en"] and portal["confidence"] in (*SURE, "low")


# ---- examples of paths


EXAMPLES: Final = {row["id"]: row for row in BOOK.tables["path-examples"]}
each_example = pytest.mark.parametrize("example", sorted(EXAMPLES))


@each_example
def test_the_steps_of_an_example_wait_for_each_other(example: str) -> None:
    chain = EXAMPLES[example]["chain"]
    assert set(chain) | set(EXAMPLES[example]["open"]) <= set(STEPS)
    for before, after in pairwise(chain):
        assert before in STEPS[after].gives["depends_on"], f"{after} does not wait for {before}"


@each_example
def test_the_range_of_an_example_follows_from_its_steps(example: str) -> None:
    row = EXAMPLES[example]
    ends = [ends_of(step) for step in row["chain"]]
    assert ceil(sum(low for low, _ in ends)) == int(row["min_working_days"])
    assert ceil(sum(high for _, high in ends)) == int(row["max_working_days"])


def ends_of(step: str) -> tuple[Fraction, Fraction]:
    """Usual times in working days, five in a week; where no lower end is known, the yardstick of the law."""
    time = time_of(step)
    usual, law = time["usual"], time.get("law") or {}
    low = (usual["min"], usual["unit"]) if "min" in usual else (law["days"], law["unit"])
    return working(*low), working(usual["max"], usual["unit"])


def working(days: str, unit: str) -> Fraction:
    return Fraction(int(days)) * (Fraction(5, 7) if unit == "calendar_days" else 1)


# ---- words


def texts() -> Iterator[tuple[str, str]]:
    for rule in BOOK.rules:
        for row in walk([rule.title, rule.gives, rule.note]):
            if isinstance(row, Mapping) and {"zh", "en"} <= set(row):
                yield rule.id, row["zh"]
                yield rule.id, row["en"]


def test_no_reader_meets_a_word_of_the_authors() -> None:
    found = [(step, text) for step, text in texts() if AUTHORS.search(text)]
    assert found == []
