"""The nearest change of one "no": the best alone, the three best, and what time alone will change.

    .venv/bin/python benches/remedy.py [--companies 40]

Random companies meet every rule; each no is mended once. Compiling a rule happens at its first no and is in
the figures. `size` counts the attributes of the best change; every change is evaluated again on the whole rule.
"""

import argparse
from collections import Counter
from collections.abc import Sequence
from random import Random
from statistics import median
from time import perf_counter

from _machine import machine, quantile
from _synthetic import DAY, company, rules, vocabulary

from luodi.profiles.facts import Facts
from luodi.rules.book import Rule
from luodi.rules.evaluate import Answer, evaluate
from luodi.rules.library import load_book
from luodi.rules.remedy import Remedies, remedies, when_true
from luodi.rules.strategies import pools, random_facts


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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--companies", type=int, default=40)
    count = parser.parse_args().companies
    print(machine())
    random, words = Random(7), vocabulary()
    companies = [company(words, random, known=0.95) for _ in range(max(count // 4, 1))]
    bench("synthetic", rules(500, words, Random(500)), companies)
    for name in ("policies", "landing-steps", "market-access"):
        book = load_book(name)
        values = pools(book.rules, book.vocabulary, DAY)
        drawn = [random_facts(values, book.vocabulary, random, known=0.95) for _ in range(count)]
        bench(name, book.rules, drawn)


if __name__ == "__main__":
    main()
