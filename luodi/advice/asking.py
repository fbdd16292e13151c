"""What can be asked of somebody: no fact that nobody has yet, none that another one answers, none twice.

The plan says which facts keep its rules open. Some of them only a company that exists can know: who has none in
mainland China is not asked for its tax number. `asking.yaml` of the vocabulary holds for each such fact the condition
under which it can be asked. While that is not known, the fact waits and what the condition lacks is asked first.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from luodi.advice.checklists import without
from luodi.advice.question import shape
from luodi.editions import with_books
from luodi.profiles.facts import Facts
from luodi.profiles.vocabulary import Value
from luodi.rules.evaluate import Finding, evaluate
from luodi.rules.library import company_vocabulary, load_book
from luodi.rules.lower import lower
from luodi.rules.tree import Tree, attributes

EXISTS: Final = "has_mainland_company"
KIND: Final = "entity_type"
NOT_YET: Final = "not_established_yet"
#: What the four questions ask already; in a plan of services nobody is asked again.
OF_THE_FOUR: Final = frozenset(("foreign_share", "foreign_investor_countries", "telecom_service_codes"))
Question = Mapping[str, Any]


@dataclass(frozen=True)
class Condition:
    """When some facts can be asked, and why not otherwise."""

    id: str
    tree: Tree
    says: Mapping[str, str]


@with_books()
def conditions() -> Mapping[str, Condition]:
    """By the names of the facts. Raises `BadExpression` or `UnknownKey` where the table is wrong."""
    vocabulary, found = company_vocabulary(), {}
    for row in load_book("vocabulary").tables["asking"]:
        made = Condition(row["id"], lower(row["when"], vocabulary), dict(row["says"]))
        for name in (name for names in row["ask"] for name in names):
            found[vocabulary.attribute(name, at="asking.yaml").name] = made
    return found


@dataclass(frozen=True)
class Following:
    """What one fact says about others, and why."""

    id: str
    tree: Tree
    then: Mapping[str, Value]
    says: Mapping[str, str]


@with_books()
def following() -> tuple[Following, ...]:
    """The rows of `follows.yaml`. Raises `LuodiError` where the table is wrong."""
    vocabulary = company_vocabulary()
    return tuple(
        Following(
            row["id"],
            lower(row["when"], vocabulary),
            vocabulary.parse_facts(row["then"], at="follows.yaml"),
            dict(row["says"]),
        )
        for row in load_book("vocabulary").tables["follows"]
    )


def implied(given: Mapping[str, Value]) -> dict[str, Value]:
    """What the facts given say about the company itself: whether there is one, and of what kind while there is none.

    Whoever knows a fact that only an existing company has, has one.
    """
    if EXISTS in given:
        return {KIND: NOT_YET} if given[EXISTS] is False and KIND not in given else {}
    if KIND in given:
        return {EXISTS: given[KIND] != NOT_YET}
    return {EXISTS: True} if any(_needs_a_company(name) for name in given) else {}


def follows(given: Mapping[str, Value], on: date) -> dict[str, tuple[Value, Mapping[str, str]]]:
    """What follows from the facts given by law or by their meaning, with the reason; nothing that was given itself."""
    facts, found = Facts(company_vocabulary(), given), dict[str, tuple[Value, Mapping[str, str]]]()
    for row in following():
        if evaluate(row.tree, facts, on).truth is True:
            for name, value in row.then.items():
                if name not in given:
                    found.setdefault(name, (value, row.says))
    return found


def _needs_a_company(name: str) -> bool:
    found = conditions().get(name)
    return found is not None and EXISTS in attributes(found.tree)


def can_be_asked(name: str, facts: Facts, on: date) -> Finding:
    """Whether a fact can be asked: yes, no, or not known yet, and then `missing` is what to ask first."""
    condition = conditions().get(name)
    return Finding(True) if condition is None else evaluate(condition.tree, facts, on)


def why_not(name: str) -> Mapping[str, str]:
    """Why a fact cannot be asked, for one whose condition does not hold."""
    return conditions()[name].says


def worth_asking(
    questions: Sequence[Question], facts: Facts, on: date, *, asked: frozenset[str] = OF_THE_FOUR
) -> list[dict[str, Any]]:
    """The questions of a plan that can be asked now, what others wait for first, else in the order given.

    A question that waits hands what it decides over to the one that must come before it. `asked` are facts that were
    asked for in other words.
    """
    facts = facts.having(implied(facts.given))
    kept: dict[str, dict[str, Any]] = {}
    gates: dict[str, dict[str, None]] = {}
    for question in questions:
        name = question["attribute"]
        finding = can_be_asked(name, facts, on)
        if finding.truth and name not in asked:
            kept.setdefault(name, dict(question))
        elif finding.truth is None:
            for gate in set(_first(finding.missing, facts, on)) - asked:
                gates.setdefault(gate, {}).update(dict.fromkeys(question["for"]))
    order = sorted(gates, key=lambda name: (-len(gates[name]), name))
    first = [_gate(name, gates[name], kept.get(name), facts) for name in order]
    return first + [question for name, question in kept.items() if name not in gates]


def _first(missing: Iterable[str], facts: Facts, on: date) -> Iterator[str]:
    """What to ask of what is missing: if that can itself not be asked yet, what must come before it."""
    for name in sorted(missing):
        finding = can_be_asked(name, facts, on)
        if finding.truth:
            yield name
        elif finding.truth is None:
            yield from sorted(finding.missing)


def _gate(name: str, waiting: Iterable[str], asked: Question | None, facts: Facts) -> dict[str, Any]:
    ids = list(dict.fromkeys([*(asked["for"] if asked else ()), *waiting]))
    return {**shape(facts.vocabulary[name]), "decides": len(ids), "for": ids}


@dataclass(frozen=True)
class Settles:
    """What an answer is worth: rules that lack nothing else, and rules that lack more besides."""

    steps: int = 0
    policies: int = 0
    verdicts: int = 0
    helps: int = 0

    @property
    def alone(self) -> int:
        return self.steps + self.policies + self.verdicts


def settles(question: Question, plan: Mapping[str, Any]) -> Settles:
    """What the answer to a question of a plan would settle: a rule that lacks nothing but its facts, or one that has no
    other question left. A question that others wait for settles nothing by itself, and helps all of them."""
    names, ids = set(question["attributes"]), set(question["for"])
    steps = _alone(names, ids, (*plan["open_steps"], *plan["offered_steps"]))
    policies = _alone(names, ids, (row for row in plan["policies"] if row["answer"] == "need_info"))
    verdicts = _alone(names, ids, plan["access"])
    return Settles(steps, policies, verdicts, helps=len(ids) - steps - policies - verdicts)


def _alone(names: set[str], ids: set[str], rows: Iterable[Mapping[str, Any]]) -> int:
    """How many of the rows lack these facts and nothing else."""
    return sum(1 for row in rows if row["id"] in ids and set(row["missing"]) <= names)


@dataclass(frozen=True)
class Later:
    """A question after the four, with the steps and policies that need it, and what it settles by itself."""

    question: Question
    steps: int
    policies: int
    alone: Settles

    @property
    def name(self) -> str:
        """What the question is called: that of its checklist, or the one fact."""
        return str(self.question["checklist"] or self.question["attribute"])


def later(plan: Mapping[str, Any], skipped: Iterable[str] = ()) -> list[Later]:
    """The questions that may be asked once the four are answered, in the order of the plan, without the facts that were
    left out."""
    left_out = set(skipped)
    steps = {row["id"] for row in (*plan["open_steps"], *plan["offered_steps"])}
    kept = (without(question, left_out) for question in plan["questions"] if question.get("plan") is None)
    return [_later(question, plan, steps) for question in kept if question is not None]


def _later(question: Question, plan: Mapping[str, Any], steps: set[str]) -> Later:
    ids = set(question["for"])
    needing = len(ids & steps)
    return Later(question, needing, len(ids) - needing, settles(question, plan))
