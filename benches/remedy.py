"""The nearest change of one "no": the best alone, the three best, and what time alone will change.

    .venv/bin/python benches/remedy.py [--companies 40]

Random companies meet every rule; each no is mended once. Compiling a rule happens at its first no and is in
the figures. `size` counts the attributes of the best change; every change is evaluated again on the whole rule.

The rules of market access have none of their own: they name the service asked and its parents, and the zones that hold
the place, which follow from the question. So whole questions of access are asked there, and `would_change` changes
them; each more open answer is asked again.
"""

import argparse
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from random import Random
from statistics import median
from time import perf_counter
from typing import Any, Final

from _machine import machine, quantile
from _synthetic import DAY, company, rules, vocabulary

from luodi.access import AccessBook, AccessQuestion, access_book, what_is_open, would_change
from luodi.access.resolve import Verdict
from luodi.profiles.facts import Facts
from luodi.rules.book import Rule
from luodi.rules.evaluate import Answer, evaluate
from luodi.rules.library import load_book
from luodi.rules.remedy import Remedies, remedies, when_true
from luodi.rules.strategies import pools, random_facts

_OPEN: Final = (Verdict.ALLOWED, Verdict.CONDITIONAL)


def refusals(rules: Sequence[Rule], companies: Sequence[Facts]) -> list[tuple[Rule, Facts]]:
    inside = [rule for rule in rules if DAY in rule.span]
    return [
        (rule, facts)
        for facts in companies
        for rule in inside
        if evaluate(rule.tree(DAY), facts, DAY).answer is Answer.NO
    ]


def bench(title: str, rules: Sequence[Rule], companies: Sequence[Facts]) -> None:
    cases = refusals(rules, companies)
    print(f"\n{title}: {len(rules)} rules, {len(companies)} companies, {len(cases)} times no")
    print(f"  {'ms a no':<16} {'median':>8} {'p95':>8} {'worst':>8}")
    best = _timed("the best alone", cases, 1)
    _timed("three best", cases, 3)
    _timed_turns(cases)
    sizes = Counter(len(found.found[0].set) if found.found else 0 for found in best)
    shown = ", ".join(f"{count} of size {size}" for size, count in sorted(sizes.items()) if size)
    cut = sum(found.cut_short for found in best)
    print(f"  found: {shown}; none within 3: {sum(found.none_within for found in best)}; cut short: {cut}")


def _timed(name: str, cases: Sequence[tuple[Rule, Facts]], limit: int) -> list[Remedies]:
    spent, found = [], []
    for rule, facts in cases:
        start = perf_counter()
        found.append(remedies(rule, facts, DAY, limit=limit))
        spent.append((perf_counter() - start) * 1000)
    print(f"  {name:<16} {median(spent):>8.3f} {quantile(spent, 0.95):>8.3f} {max(spent):>8.3f}")
    return found


def _timed_turns(cases: Sequence[tuple[Rule, Facts]]) -> None:
    spent = []
    for rule, facts in cases:
        start = perf_counter()
        when_true(rule, facts, DAY)
        spent.append((perf_counter() - start) * 1000)
    print(f"  {'time alone':<16} {median(spent):>8.3f} {quantile(spent, 0.95):>8.3f} {max(spent):>8.3f}")


def bench_access(count: int, random: Random) -> None:
    """Whole questions that are answered no: how many have a more open neighbour, and what is changed."""
    book = access_book()
    cases = [q for q in (_some_question(book, random) for _ in range(count)) if _is_no(q, book)]
    spent, found, kinds, wrong = [], 0, Counter[str](), 0
    for question in cases:
        start = perf_counter()
        changes = would_change(question, book, on=DAY)
        spent.append((perf_counter() - start) * 1000)
        better = [change["set"] for change in changes if Verdict(change["answer"]) in _OPEN]
        found += bool(better)
        kinds.update("+".join(sorted(change)) for change in better)
        wrong += sum(not _is_open(question, change, book) for change in better)
    print(
        f"\nmarket-access: {count} questions, {len(cases)} times no, {found} with a more open neighbour, {wrong} not so"
    )
    print(f"  {'ms a no':<16} {median(spent):>8.3f} {quantile(spent, 0.95):>8.3f} {max(spent):>8.3f}")
    print(f"  changed: {', '.join(f'{n} {kind}' for kind, n in kinds.most_common())}")


def _some_question(book: AccessBook, random: Random) -> AccessQuestion:
    raw = {
        "service": random.choice(list(book.services)),
        "place": random.choice([zone.id for zone in book.zones.values() if DAY in zone.span]),
        "share": random.choice([100, 80, 51, 50, 30]),
        "investor": random.choice(["DE", "SG", "US", "JP"]),
    }
    return AccessQuestion.parse(raw, book)


def _is_no(question: AccessQuestion, book: AccessBook) -> bool:
    return what_is_open(question, book, on=DAY).verdict is Verdict.NOT_ALLOWED


def _is_open(question: AccessQuestion, change: Mapping[str, Any], book: AccessBook) -> bool:
    day = date.fromisoformat(change["on"]) if "on" in change else DAY
    asked = question.having(**{name: value for name, value in change.items() if name != "on"})
    return what_is_open(asked, book, on=day).verdict in _OPEN


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--companies", type=int, default=40)
    count = parser.parse_args().companies
    print(machine())
    random, words = Random(7), vocabulary()
    companies = [company(words, random, known=0.95) for _ in range(max(count // 4, 1))]
    bench("synthetic", rules(500, words, Random(500)), companies)
    for name in ("policies", "landing-steps"):
        book = load_book(name)
        values = pools(book.rules, book.vocabulary, DAY)
        drawn = [random_facts(values, book.vocabulary, random, known=0.95) for _ in range(count)]
        bench(name, book.rules, drawn)
    bench_access(10 * count, random)


if __name__ == "__main__":
    main()
