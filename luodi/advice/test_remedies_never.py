"""What an answer must never propose: the list is data of the policies book, and no remedy of any policy is on it.

The list is read here on its own: how the vocabulary keeps to it (`changes`, `only_if`) and the rules
(`unchanged`) is not looked at.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from luodi.advice.match import facts_of
from luodi.profiles.facts import Facts
from luodi.profiles.profile import read_profile
from luodi.rules.library import load_book
from luodi.rules.remedy import remedies
from luodi.rules.strategies import pools, random_facts

DAY: Final = date(2026, 12, 1)
BOOK: Final = load_book("policies")
NEVER: Final[Mapping[str, Mapping[str, Any]]] = {row["id"]: row for row in BOOK.tables["remedies-never"]}
EXAMPLES: Final = sorted((Path(__file__).parents[2] / "examples").glob("*.yaml"))


def breaches(rule: str, facts: Facts, changed: Mapping[str, Any], on: date = DAY) -> set[str]:
    """The rows of the list that a change goes against."""
    return {name for name, row in NEVER.items() if any(_breaches(row, rule, facts, changed, on))}


def _breaches(row: Mapping[str, Any], rule: str, facts: Facts, changed: Mapping[str, Any], on: date) -> Iterator[bool]:
    for name, value in changed.items():
        now = facts.value(name)
        yield name in row.get("unchanged", ()) or name in row.get("unchanged_for", {}).get(rule, ())
        yield name in row.get("not_from_nothing", ()) and not now
        yield name in row.get("not_less", ()) and now is not None and not _at_least(value, now)
        yield name in row.get("one_place", ()) and len(value) != 1
        yield row.get("not_passed") == "true" and isinstance(value, date) and value < on
        yield from (_elsewhere(row, facts, member) for member in _gained(value, now))
    yield len(set(changed) & {*row.get("one_place", ()), *(row["unchanged"] if row.get("one_place") else ())}) > 1


def _at_least(value: Any, now: Any) -> bool:
    return bool(now - {"none"} <= value if isinstance(now, frozenset) else value >= now)


def _gained(value: Any, now: Any) -> frozenset[str]:
    return value - (now or frozenset()) if isinstance(value, frozenset) else frozenset()


def _elsewhere(row: Mapping[str, Any], facts: Facts, member: str) -> bool:
    """A zone away from the registered place, a recognition of another industry, one that needs foreign capital."""
    code, region = facts.value("industry_code"), facts.value("registered_region_code")
    return any(
        (
            member in row.get("industries", {}) and not str(code).startswith(tuple(row["industries"][member])),
            member in row.get("lies_in", {}) and not str(region).startswith(tuple(row["lies_in"][member])),
            member in row.get("foreign_only", ()) and not facts.value("foreign_share"),
        )
    )


def proposed(facts: Facts, on: date) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every remedy of every policy."""
    for rule in BOOK.rules:
        yield from ((rule.id, remedy.set) for remedy in remedies(rule, facts, on, limit=5))


def none_is_on_the_list(facts: Facts, on: date) -> None:
    found = [(rule, dict(change), breaches(rule, facts, change, on)) for rule, change in proposed(facts, on)]
    assert [row for row in found if row[2]] == []


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_no_example_is_advised_to_do_what_is_on_the_list(path: Path) -> None:
    none_is_on_the_list(facts_of(read_profile(path, BOOK.vocabulary), BOOK, on=DAY), DAY)


@cache
def values() -> Mapping[str, Any]:
    return pools(BOOK.rules, BOOK.vocabulary, DAY)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**9), st.sampled_from((0.6, 0.9, 1.0)), st.sampled_from((DAY, date(2025, 6, 30))))
def test_no_company_is_advised_to_do_what_is_on_the_list(seed: int, known: float, on: date) -> None:
    none_is_on_the_list(random_facts(values(), BOOK.vocabulary, Random(seed), known=known), on)


SOFTWARE: Final[Mapping[str, Any]] = {
    "industry_code": "I6513",
    "registered_region_code": "110108",
    "special_zones": frozenset(("zgc_haidian",)),
    "foreign_share": 0,
    "paid_in_foreign_capital_usd": 0,
    "employees": 40,
    "vat_taxpayer_type": "general",
    "qualifications": frozenset(("hnte",)),
}


@pytest.mark.parametrize(
    ("row", "rule", "change"),
    [
        ("foreign-capital", "cn-encouraged-equipment-duty", {"foreign_share": 1}),
        ("foreign-capital", "sh-mnc-hq-early-2025", {"paid_in_foreign_capital_usd": 30_000_000}),
        ("loss", "cn-disabled-levy-30", {"employees": 30}),
        ("loss", "bj-first-loan-20", {"qualifications": frozenset(("none",))}),
        ("staff-to-lose-an-exemption", "cn-disabled-levy-tiered", {"employees": 41}),
        ("two-addresses", "bj-cbd-hq-2024", {"special_zones": frozenset(("zgc_haidian", "bj_cbd"))}),
        ("two-addresses", "bj-bda-compute-2024", {"special_zones": frozenset(("bj_bda",))}),
        ("passed-day", "cn-sme-loan-interest-2026", {"loan_disbursed_date": date(2026, 11, 30)}),
        ("other-industry", "cn-vat-ic-15", {"qualifications": frozenset(("hnte", "ic_enterprise_listed"))}),
        ("other-industry", "bj-fdi-rdc-upgrade-20m", {"qualifications": frozenset(("hnte", "foreign_rd_centre_bj"))}),
        ("general-taxpayer", "cn-vat-small-scale-2026", {"vat_taxpayer_type": "small_scale"}),
    ],
)
def test_each_kind_of_bad_advice_is_known_when_it_is_seen(row: str, rule: str, change: Mapping[str, Any]) -> None:
    assert row in breaches(rule, Facts(BOOK.vocabulary, SOFTWARE), change)


@pytest.mark.parametrize(
    ("rule", "facts", "change"),
    [
        (
            "cn-vat-machine-tool-15",
            {"industry_code": "C3421", "vat_taxpayer_type": "general", "qualifications": frozenset(("hnte",))},
            {"qualifications": frozenset(("hnte", "machine_tool_enterprise_listed"))},
        ),
        (
            "bj-cbd-hq-2024",
            {"registered_region_code": "110105", "special_zones": frozenset(("none",))},
            {"special_zones": frozenset(("bj_cbd",))},
        ),
        (
            "sh-mnc-hq-early-2025",
            {
                "registered_region_code": "310115",
                "mnc_hq_newly_recognised": "regional",
                "paid_in_foreign_capital_usd": 29_999_999,
                "employees": 10,
            },
            {"paid_in_foreign_capital_usd": 30_000_000},
        ),
    ],
)
def test_what_a_company_can_do_is_still_said(rule: str, facts: Mapping[str, Any], change: Mapping[str, Any]) -> None:
    (found, *_) = remedies(BOOK.rule(rule), Facts(BOOK.vocabulary, facts), DAY)
    assert found.set == change
