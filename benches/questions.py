"""How many questions settle a goal: our order, a form's order, and the most used attribute first.

    .venv/bin/python benches/questions.py [--companies 300]

Fictional companies answer truthfully whatever they are asked. Each fact is drawn from the cells of the rules
that read it, each cell as likely as another, with a fixed seed; derived facts follow from the others. The same
companies meet every order in the same run, and every order ends with the same answers, which is checked.

All orders stop once no answer can change anything. `plain` orders ask every attribute the goal's rules read
until then; `skipping` ones leave out what no open rule misses at that moment.
"""

import argparse
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from random import Random
from statistics import mean, median
from time import perf_counter
from typing import Literal

from _machine import machine, quantile

from luodi.profiles.facts import Derivation, Facts
from luodi.profiles.vocabulary import Vocabulary
from luodi.rules.ask import Questions
from luodi.rules.book import Rule
from luodi.rules.derive import derivations
from luodi.rules.evaluate import Answer, evaluate
from luodi.rules.library import company_vocabulary, load_book
from luodi.rules.strategies import pools, random_facts
from luodi.rules.tree import MANUAL, attributes, uses_presence
from luodi.rules.verdicts import Verdicts

DAY = date(2026, 3, 2)
SIZE_INPUTS = ("industry_code", "employees", "operating_revenue", "total_assets")
ORDERS = ("ours", "form, skipping", "form, plain", "most used, skipping", "most used, plain")
Ask = Callable[[Facts, set[str]], str | None]


@dataclass(frozen=True)
class Task:
    """Rules to settle, or with "any" to find one match among."""

    title: str
    rules: Sequence[Rule]
    goal: Literal["any"] | None = None


def ours(task: Task, words: Vocabulary) -> Ask:
    made = Questions(task.rules, words, DAY)

    def ask(facts: Facts, skip: set[str]) -> str | None:
        question = made.next(facts, goal=task.goal, skip=skip)
        return question.attribute if question else None

    return ask


def fixed(task: Task, words: Vocabulary, order: Sequence[str], *, skipping: bool) -> Ask:
    """The first fact of a fixed order, if any open rule still misses something that can be told."""
    made = Verdicts(task.rules, words, DAY)
    trees = {rule.id: rule.tree(DAY) for rule in task.rules}

    def ask(facts: Facts, skip: set[str]) -> str | None:
        masks = made.masks(facts)
        if task.goal == "any" and masks.yes:
            return None
        missing = [evaluate(trees[rule.id], facts, DAY).missing for rule in made.chosen(masks.unknown)]
        wanted = frozenset[str]().union(*(names for names in missing if task.goal is None or MANUAL not in names))
        wanted = frozenset(name for name in wanted - skip - {MANUAL} if name not in facts.given)
        left = (name for name in order if name not in facts.given and name not in skip)
        return next((name for name in left if name in wanted or not skipping), None) if wanted else None

    return ask


def asked_of(rules: Sequence[Rule], derived: Mapping[str, Derivation]) -> Counter[str]:
    """How many rules read each attribute, the inputs of derived ones in their place."""
    nothing = Facts(company_vocabulary(), {}, derived)
    inputs = {name: nothing.missing(name) for name in derived} | {"enterprise_size": frozenset(SIZE_INPUTS)}
    used: Counter[str] = Counter()
    for rule in rules:
        names = attributes(rule.tree(DAY))
        used.update({told for name in names for told in inputs.get(name, frozenset((name,)))})
    return used


def answers_needed(ask: Ask, company: Facts) -> tuple[int, Facts]:
    """The number of answers until nothing is left to ask, and what is then known."""
    facts, skip, count = Facts(company.vocabulary, {}, company.derivations), set[str](), 0
    while (name := ask(facts, skip)) is not None:
        value = company.given.get(name)
        if value is None:
            skip.add(name)
        facts = facts.having({name: value})
        count += 1
    return count, facts


def check(task: Task, words: Vocabulary, company: Facts, facts: Facts) -> None:
    """Fewer questions are worth nothing if the answers differ from those of a company known in full.

    Rules that take absence for an answer are left out: what is only presumed is not asked.
    """
    made = Verdicts([rule for rule in task.rules if not uses_presence(rule.tree(DAY))], words, DAY)
    whole, asked = made.of(company), made.of(facts)
    if task.goal == "any":
        assert (Answer.YES in whole.values()) == (Answer.YES in asked.values())
    else:
        assert whole == asked


def simulate(task: Task, words: Vocabulary, derived: Mapping[str, Derivation], companies: int) -> None:
    values = pools([*task.rules, *load_book("enterprise-size").rules], words, DAY)
    told = {name: cells for name, cells in values.items() if name not in derived}
    random = Random(f"{task.title} 20260302")
    drawn = [Facts(words, random_facts(told, words, random).given, derived) for _ in range(companies)]
    used = asked_of(task.rules, derived)
    form = [name for name in words.attributes if name in used]
    by_use = sorted(form, key=lambda name: -used[name])
    ways = (
        ours(task, words),
        *(fixed(task, words, form, skipping=skipping) for skipping in (True, False)),
        *(fixed(task, words, by_use, skipping=skipping) for skipping in (True, False)),
    )
    print(f"\n{task.title}: {len(task.rules)} rules that read {len(used)} facts, {companies} companies")
    print(f"  {'order':<20} {'median':>7} {'mean':>7} {'p95':>5}   ms a question")
    for name, ask in zip(ORDERS, ways, strict=True):
        start = perf_counter()
        runs = [answers_needed(ask, company) for company in drawn]
        spent = perf_counter() - start
        counts = [count for count, _ in runs]
        for company, (_, facts) in zip(drawn, runs, strict=True):
            check(task, words, company, facts)
        each = spent * 1000 / max(sum(counts), 1)
        print(f"  {name:<20} {median(counts):>7.1f} {mean(counts):>7.2f} {quantile(counts, 0.95):>5.0f}   {each:.2f}")


def tasks() -> list[Task]:
    policies, steps = load_book("policies"), load_book("landing-steps")
    current = [rule for rule in policies.rules if DAY in rule.span]
    beijing = [rule for rule in current if rule.id.startswith("bj-")]
    national = [rule for rule in current if rule.id.startswith("cn-")]
    qualifications = [rule for rule in current if rule.gives.get("kind") == "qualification"]
    return [
        Task("every policy of Beijing and of the whole country", [*national, *beijing]),
        Task("every policy of Beijing", beijing),
        Task("every qualification", qualifications),
        Task("every landing step", steps.rules),
        Task("any one policy that fits", current, "any"),
        Task("any one policy of Beijing that fits", beijing, "any"),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--companies", type=int, default=300)
    companies = parser.parse_args().companies
    print(machine())
    words = company_vocabulary()
    derived = derivations(load_book("enterprise-size"), DAY)
    for task in tasks():
        simulate(task, words, derived, companies)


if __name__ == "__main__":
    main()
