"""2,000 demands over 100,000 companies: how long until it is known who fits what, against asking one by one.

    .venv/bin/python benches/docking.py [--demands 2000] [--companies 100000] [--rounds 3]

Demands are made as the form makes them; companies know 70 % of ten facts. `counts` says how many pairs match and how
many lack a fact; `pairs` names every match of a table of 4,096 companies, as the daily run does. Peer: the plain walk,
on a sample, whose answers must be the same or no speed is told.
"""

import argparse
import os
from collections.abc import Callable
from datetime import date
from random import Random
from statistics import median
from time import perf_counter
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "luodi.web.settings")

from _machine import machine, peak_mib

from luodi.casework.criteria import asks, rule_of, technologies, vocabulary
from luodi.rules.book import Rule
from luodi.rules.evaluate import Answer
from luodi.web.docking.queries.batch import BatchMatcher, one_by_one, table_of

DAY = date(2026, 3, 10)
CHUNK, MOST, SAMPLE = 4096, 20, 40
_TECHNOLOGIES = list(technologies())
_PLACES = ["110108", "110105", "310115", "440100", "440300"]


def criterion(name: str, random: Random) -> dict[str, Any]:
    values: dict[str, Callable[[], Any]] = {
        "technology": lambda: random.sample(_TECHNOLOGIES, 3),
        "place": lambda: [random.choice(["11", "31", "44"])],
        "size": lambda: random.sample(["large", "medium", "small", "micro"], 2),
        "honest": lambda: True,
        "employees": lambda: str(random.choice([10, 20, 50, 100, 300])),
        "owns_ip": lambda: True,
        "revenue": lambda: str(random.choice([5, 20, 100]) * 1_000_000),
        "patents": lambda: str(random.randint(1, 9)),
        "foreign_at_most": lambda: random.choice(["0.25", "0.5"]),
        "founded_since": lambda: f"{random.randint(2005, 2023)}-01-01",
    }
    return {"ask": name, "value": values[name]()}


def demands(count: int, random: Random) -> list[Rule]:
    known = [
        "technology",
        "place",
        "size",
        "honest",
        "employees",
        "owns_ip",
        "revenue",
        "patents",
        "foreign_at_most",
        "founded_since",
    ]
    assert set(known) <= set(asks())
    return [
        rule_of(f"DM-{n}", {"zh": "x", "en": "x"}, [criterion(name, random) for name in random.sample(known, size)])
        for n, size in enumerate(random.choices(range(1, 6), k=count))
    ]


def company(random: Random) -> dict[str, Any]:
    whole = {
        "technology_fields": random.sample(_TECHNOLOGIES, random.randint(1, 3)),
        "registered_region_code": random.choice(_PLACES),
        "enterprise_size": random.choice(["large", "small", "micro"]),
        "serious_dishonesty_listed": random.random() < 0.05,
        "employees": random.randint(1, 600),
        "core_ip_owned": random.random() < 0.5,
        "operating_revenue": random.randint(0, 300) * 1_000_000,
        "invention_patents": random.randint(0, 20),
        "foreign_share": f"0.{random.randint(0, 99):02}",
        "founded_date": f"{random.randint(2000, 2025)}-06-01",
    }
    return {name: value for name, value in whole.items() if random.random() < 0.7}


def timed(work: Callable[[], Any], rounds: int) -> tuple[float, Any]:
    spent, found = [], None
    for _ in range(rounds):
        start = perf_counter()
        found = work()
        spent.append(perf_counter() - start)
    return median(spent), found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--demands", type=int, default=2000)
    parser.add_argument("--companies", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    asked, random = parser.parse_args(), Random(14)
    print(machine())
    start = perf_counter()
    rules = demands(asked.demands, random)
    print(f"{asked.demands:,} demands made rules in {perf_counter() - start:.1f} s")
    rows = [company(random) for _ in range(asked.companies)]
    start = perf_counter()
    table, odd = table_of(rows, vocabulary().attributes)
    assert not odd
    print(f"{asked.companies:,} companies as columns in {perf_counter() - start:.1f} s")
    start = perf_counter()
    many = BatchMatcher(rules, DAY)
    many.counts(table.slice(0, CHUNK))
    print(f"ready, kernel compiled: {perf_counter() - start:.1f} s")
    same(many, rules, rows[:SAMPLE], table)
    whole, (yes, unknown) = timed(lambda: many.counts(table), asked.rounds)
    pairs = asked.demands * asked.companies
    print(f"counts: {whole:.2f} s, {pairs / whole / 1e9:.2f} G pairs/s; {yes:,} match, {unknown:,} lack a fact")
    part, (found, lacking) = timed(lambda: taken(many, table.slice(0, CHUNK)), asked.rounds)
    print(f"pairs of {CHUNK:,} companies: {part:.2f} s, {found:,} matches named, {lacking:,} that lack a fact counted")
    one, _ = timed(lambda: [one_by_one(rules, row, DAY) for row in rows[:SAMPLE]], 1)
    slow = one / SAMPLE * asked.companies
    print(f"one by one: {slow:,.0f} s for all (from {SAMPLE} companies); counts are {slow / whole:,.0f} times as fast")
    print(f"peak memory {peak_mib():,.0f} MiB")


def taken(many: BatchMatcher, table: Any) -> tuple[int, int]:
    """As a run takes them: so many of each demand by name, the others counted."""
    named, lacking = 0, 0

    def take(place: int, fit: Any, lacks: Any) -> None:
        nonlocal named, lacking
        named, lacking = named + len(fit[:MOST].tolist()), lacking + len(lacks)

    many.each(table, take)
    return named, lacking


def same(many: BatchMatcher, rules: list[Rule], rows: list[dict[str, Any]], table: Any) -> None:
    """The columns and the plain walk say the same of a sample."""
    found = {(row, place): answer for row, place, answer in many.answers(table.slice(0, len(rows)))}
    for row, given in enumerate(rows):
        for place, answer in enumerate(one_by_one(rules, given, DAY)):
            assert found.get((row, place), Answer.NO) == answer, (given, rules[place].id)


if __name__ == "__main__":
    main()
