"""What each fact that a plan lacks would settle, tried with every answer that the rules of its steps tell apart.

Only the steps are chosen again, by the same function as in a plan, so that a hundred answers take less time than one
plan. Answers that the rules treat alike are tried once: of a number one value between two thresholds.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from luodi.advice.asking import follows, implied
from luodi.advice.landing_plan import LandingPlan
from luodi.advice.plan import context_of, facts_of_open, readings_of
from luodi.advice.question import OPENING
from luodi.advice.steps import Chosen, StepsBook, choose
from luodi.editions import answering
from luodi.profiles.facts import Facts
from luodi.profiles.profile import Profile
from luodi.profiles.vocabulary import Kind, Value
from luodi.rules.cells import cells
from luodi.rules.tree import Test, leaves


@dataclass(frozen=True)
class Outcome:
    """What an answer does: of the steps that the plan leaves open, `needed` come in and `needless` fall away; the
    others stay open. `dropped` were in the plan, and another step stands in for them now."""

    value: Value
    needed: frozenset[str]
    needless: frozenset[str]
    dropped: frozenset[str] = frozenset()

    @property
    def settled(self) -> frozenset[str]:
        return self.needed | self.needless


@answering()
def outcomes(profile: Profile, plan: LandingPlan, *, on: date) -> Mapping[str, Sequence[Outcome]]:
    """By the name of each fact that the plan asks for and that bears on an open step which nobody may leave out: an
    outcome for each answer that makes a difference. Empty for a fact of which not all answers can be tried.

    `plan` is what the profile was answered with. Raises as `advise` does.
    """
    context, _, _ = context_of(profile, on)
    facts = facts_of_open(context, plan.access)
    readings = readings_of(context, plan.access, facts)
    before = choose(context.steps, facts, on, readings)
    tests = list(_tests(context.steps, before.open, on))
    waiting, found = frozenset(row.id for row in plan.open_steps), {}
    for name in asked_of(plan):
        answers = cells(facts.vocabulary[name], tests, on) if _can_be_tried(name, facts, tests) else ()
        after = ((value, choose(context.steps, _with(facts, name, value, on), on, readings)) for value in answers)
        found[name] = _each_once(_outcome(value, waiting, before, now) for value, now in after)
    return found


def _each_once(each: Iterable[Outcome]) -> tuple[Outcome, ...]:
    """Of answers that come to the same, the first."""
    found: dict[object, Outcome] = {}
    for one in each:
        found.setdefault((one.needed, one.needless, one.dropped), one)
    return tuple(found.values())


def asked_of(plan: LandingPlan) -> tuple[str, ...]:
    """The facts that a plan asks for and that bear on its open steps, but for those that nobody has to take."""
    missing = {name for row in plan.open_steps if row.lane != "if_you_want" for name in row.missing}
    asked = (name for question in plan.questions if question.plan is None for name in question.attributes)
    return tuple(dict.fromkeys(name for name in asked if name in missing and name not in OPENING))


def _tests(book: StepsBook, steps: Sequence[str], on: date) -> Iterator[Test]:
    trees = (book.steps[name].rule.tree(on) for name in steps)
    return (leaf for tree in trees for leaf in leaves(tree) if isinstance(leaf, Test))


def _can_be_tried(name: str, facts: Facts, tests: Sequence[Test]) -> bool:
    """Whether the rules name its values: of a number from which they reckon another one, no threshold is known."""
    kind = facts.vocabulary[name].kind
    return kind in (Kind.BOOLEAN, Kind.ENUM) or any(test.attribute == name for test in tests)


def _with(facts: Facts, name: str, value: Value, on: date) -> Facts:
    """As `advise` takes a fact in, with what follows from it."""
    given = {**facts.given, name: value}
    given = {**given, **implied(given)}
    return facts.having({**given, **{other: meant for other, (meant, _) in follows(given, on).items()}})


def _outcome(value: Value, waiting: frozenset[str], before: Chosen, now: Chosen) -> Outcome:
    plan, left = frozenset(now.plan), frozenset(now.open)
    return Outcome(value, waiting & plan, waiting - plan - left, frozenset(before.plan) - plan)
