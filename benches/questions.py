"""How many questions settle a goal: our order, a form's order, and the most used attribute first.

    .venv/bin/python benches/questions.py [--companies 300]

Fictional companies answer truthfully whatever they are asked. Each fact is drawn from the cells of the rules
that read it, each cell as likely as another, with a fixed seed; the same companies meet every order in the
same run. All orders stop once no answer can change anything, and none asks what no open rule misses: the
form too skips what has become needless. `whole form` is the form that skips nothing.
"""

import argparse
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date
from random import Random
from statistics import mean, median
from time import perf_counter

from _machine import machine, quantile

from luodi.profiles.facts import Facts
from luodi.profiles.vocabulary import Vocabulary
from luodi.rules.ask import Questions
from luodi.rules.book import Rule
from luodi.rules.evaluate import Answer, evaluate
from luodi.rules.library import load_book
from luodi.rules.strategies import pools, random_facts
from luodi.rules.tree import MANUAL, attributes
from luodi.rules.verdicts import Verdicts

DAY = date(2026, 3, 2)
Ask = Callable[[Facts], str | None]


def ours(rules: Sequence[Rule], vocabulary: Vocabulary, goal: str | None) -> Ask:
    made = Questions(rules, vocabulary, DAY)

    def ask(facts: Facts) -> str | None:
        question = made.next(facts, goal=goal)  # type: ignore[arg-type]
        return question.attribute if question else None

    return ask


def fixed(rules: Sequence[Rule], vocabulary: Vocabulary, goal: str | None, order: Sequence[str]) -> Ask:
    """The first fact of a fixed order that an open rule still misses."""
    made = Verdicts(rules, vocabulary, DAY)
    trees = {rule.id: rule.tree(DAY) for rule in rules}

    def ask(facts: Facts) -> str | None:
        masks = made.masks(facts)
        if goal == "any" and masks.yes:
            return None
        missing = [evaluate(trees[rule.id], facts, DAY).missing for rule in made.chosen(masks.unknown)]
        wanted = frozenset().union(*(names for names in missing if goal != "any" or MANUAL not in names))
        return next((name for name in order if name in wanted and name not in facts.given), None)

    return ask


def most_used(rules: Sequence[Rule], vocabulary: Vocabulary) -> list[str]:
    used = Counter(name for rule in rules for name in attributes(rule.tree(DAY)))
    return sorted(vocabulary.attributes, key=lambda name: -used[name])


def answers_needed(ask: Ask, company: Facts) -> tuple[int, Facts]:
    """The number of answers until nothing is left to ask, and what is then known."""
    facts, count = Facts(company.vocabulary, {}), 0
    while (name := ask(facts)) is not None:
        facts = facts.having({name: company.given[name]})
        count += 1
    return count, facts


def check(rules: Sequence[Rule], vocabulary: Vocabulary, goal: str | None, company: Facts, facts: Facts) -> None:
    """Fewer questions are worth nothing if the answers differ from those of the whole form."""
    made = Verdicts(rules, vocabulary, DAY)
    whole, asked = made.of(company), made.of(facts)
    if goal == "any":
        assert (Answer.YES in whole.values()) == (Answer.YES in asked.values())
    else:
        assert whole == asked


def simulate(title: str, rules: Sequence[Rule], vocabulary: Vocabulary, goal: str | None, companies: int) -> None:
    values = pools(rules, vocabulary, DAY)
    random = Random(f"{title} 20260302")
    drawn = [random_facts(values, vocabulary, random) for _ in range(companies)]
    orders = {
        "ours": ours(rules, vocabulary, goal),
        "form order": fixed(rules, vocabulary, goal, list(vocabulary.attributes)),
        "most used first": fixed(rules, vocabulary, goal, most_used(rules, vocabulary)),
    }
    print(f"\n{title}: {len(rules)} rules, {len(values)} attributes, {companies} companies")
    print(f"  {'order':<16} {'median':>7} {'mean':>7} {'p95':>5}   ms a question")
    for name, ask in orders.items():
        start = perf_counter()
        runs = [answers_needed(ask, company) for company in drawn]
        spent = perf_counter() - start
        counts = [count for count, _ in runs]
        for company, (_, facts) in zip(drawn, runs, strict=True):
            check(rules, vocabulary, goal, company, facts)
        each = spent * 1000 / max(sum(counts), 1)
        print(f"  {name:<16} {median(counts):>7.1f} {mean(counts):>7.2f} {quantile(counts, 0.95):>5.0f}   {each:.2f}")
    print(f"  {'whole form':<16} {len(values):>7.1f} {len(values):>7.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--companies", type=int, default=300)
    companies = parser.parse_args().companies
    print(machine())
    policies, steps = load_book("policies"), load_book("landing-steps")
    current = [rule for rule in policies.rules if DAY in rule.span]
    beijing = [rule for rule in current if not rule.id.startswith(("sh-", "gd-", "sz-", "gz-"))]
    simulate("all policies of Beijing and the whole country", beijing, policies.vocabulary, None, companies)
    simulate("all policies", current, policies.vocabulary, None, companies)
    simulate("all landing steps", list(steps.rules), steps.vocabulary, None, companies)
    simulate("any one policy that fits", current, policies.vocabulary, "any", companies)


if __name__ == "__main__":
    main()
