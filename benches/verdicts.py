"""Every rule of a book for one company: the fast path, all grounds with it, and the plain walk over each tree.

    .venv/bin/python benches/verdicts.py [--companies 500]

Each company is new to the compiled book and is judged once by each way, in the same run. `answers` gives
match, no_match or need_info a rule; `with all grounds` adds failing and open clauses, their citations and the
missing facts, read out for each rule. The first row of each book is the cost of compiling it for a day.
"""

import argparse
from collections.abc import Callable, Sequence
from random import Random
from statistics import median
from time import perf_counter

from _machine import machine, quantile
from _synthetic import DAY, company, rules, vocabulary

from luodi.profiles.facts import Facts
from luodi.profiles.vocabulary import Vocabulary
from luodi.rules.book import Rule
from luodi.rules.evaluate import Answer, evaluate
from luodi.rules.library import load_book
from luodi.rules.strategies import pools, random_facts
from luodi.rules.verdicts import Verdicts


def grounds(made: Verdicts, facts: Facts) -> list[object]:
    """Everything a person may want to read of every rule."""
    return [(v.rule.id, v.answer, v.failed, v.open, sorted(v.missing), v.basis) for v in made.full(facts)]


def plain(rules: Sequence[Rule], facts: Facts) -> dict[str, Answer]:
    return {r.id: evaluate(r.tree(DAY), facts, DAY).answer if DAY in r.span else Answer.NO for r in rules}


def timed(work: Callable[[Facts], object], companies: Sequence[Facts]) -> list[float]:
    """Milliseconds for each company, seen for the first time."""
    spent = []
    for facts in companies:
        start = perf_counter()
        work(facts)
        spent.append((perf_counter() - start) * 1000)
    return spent


def bench(title: str, rules: Sequence[Rule], words: Vocabulary, companies: Sequence[Facts]) -> None:
    start = perf_counter()
    made = Verdicts(rules, words, DAY)
    compiled = (perf_counter() - start) * 1000
    assert all(made.of(facts) == plain(rules, facts) for facts in companies[:20])
    made = Verdicts(rules, words, DAY)  # cold again
    print(f"\n{title}: {len(rules)} rules, {len(made.columns)} attributes, {len(companies)} companies")
    print(f"  {'ms a company':<22} {'median':>8} {'p95':>8} {'worst':>8}")
    print(f"  {'compile once':<22} {compiled:>8.2f}")
    ways: dict[str, Callable[[Facts], object]] = {
        "masks alone": made.masks,
        "answers": made.of,
        "with all grounds": lambda facts: grounds(made, facts),
        "plain walk, answers": lambda facts: plain(rules, facts),
    }
    for name, work in ways.items():
        spent = timed(work, companies)
        print(f"  {name:<22} {median(spent):>8.3f} {quantile(spent, 0.95):>8.3f} {max(spent):>8.3f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--companies", type=int, default=500)
    count = parser.parse_args().companies
    print(machine())
    random, words = Random(500), vocabulary()
    for known in (0.95, 0.6):
        companies = [company(words, random, known=known) for _ in range(count)]
        title = f"synthetic, {100 - round(known * 100)} % of facts not known"
        bench(title, rules(500, words, Random(500)), words, companies)
    for name in ("policies", "landing-steps", "market-access"):
        book = load_book(name)
        values = pools(book.rules, book.vocabulary, DAY)
        companies = [random_facts(values, book.vocabulary, random, known=0.8) for _ in range(count)]
        bench(f"{name}, 20 % of facts not known", book.rules, book.vocabulary, companies)


if __name__ == "__main__":
    main()
