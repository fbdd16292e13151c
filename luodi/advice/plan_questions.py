"""What to tell next: each question with what it would settle, the most settling first."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

import msgspec

from luodi.advice.asking import EXISTS, OF_THE_FOUR, worth_asking
from luodi.advice.checklists import single, together
from luodi.advice.context import Context
from luodi.advice.landing_plan.answers import Access, Gate
from luodi.advice.landing_plan.policies import Policy
from luodi.advice.landing_plan.questions import Question, Settles
from luodi.advice.landing_plan.steps import OpenStep
from luodi.advice.match import ordered
from luodi.advice.question import OPENING, about, shape
from luodi.profiles.facts import Facts
from luodi.rules.ask import open_questions
from luodi.rules.evaluate import Answer

#: What an undecided step weighs by its lane: what stands in the way of opening a little more than what comes after.
_WEIGHTS: Final = {"to_open": 4, "to_go_live": 3}
_A_STEP: Final = 3


@dataclass(frozen=True)
class Waiting:
    """What has no answer yet: steps nobody may leave out, steps on offer, policies; each with the facts it lacks."""

    undecided: Mapping[str, OpenStep]
    offered: Mapping[str, OpenStep]
    policies: Mapping[str, Policy]

    @property
    def steps(self) -> Mapping[str, OpenStep]:
        return {**self.undecided, **self.offered}


def questions(
    context: Context,
    access: Sequence[Access],
    gates: Sequence[Gate],
    waiting: Waiting,
    facts: Facts,
) -> list[Question]:
    """The missing parts of the answers first, then the facts that keep steps and policies open.

    `facts` are those by which the steps were chosen. After a contradiction the fact that settles it is asked again
    although it was told.
    """
    opening = _of_access(access, gates)
    rules = [
        *(context.steps.steps[i].rule for i in context.steps.steps if i in waiting.steps),
        *(rule for rule in ordered(context.policies) if rule.id in waiting.policies),
    ]
    told = {question.attribute for question in opening}
    found = [
        {**shape(facts.vocabulary[one.attribute]), "for": list(one.rules)}
        for one in open_questions(rules, facts, context.on)
        if one.attribute not in told
    ]
    asked = OF_THE_FOUR if context.questions else frozenset[str]()
    kept = together(worth_asking(found, facts, context.on, asked=asked))
    kept.sort(key=lambda form: _rank(form, waiting))
    return [*opening, *(_question(form, form["for"], _settles(form["for"], waiting)) for form in kept)]


def _rank(form: Mapping[str, Any], waiting: Waiting) -> tuple[Any, ...]:
    """Whether there is a company first; then what settles most steps, most days of them, most of what is voluntary.

    A rule that lacks several facts counts for each of them its part only.
    """
    names, ids = set(form["attributes"]), form["for"]
    steps = [(_part(row.missing, names), row) for i in ids if (row := waiting.undecided.get(i))]
    settled = sum((part * _WEIGHTS.get(row.lane, _A_STEP) for part, row in steps), Fraction(0))
    days = sum((part * (row.time.min_working_days or 0) for part, row in steps), Fraction(0))
    others = [rest.missing for i in ids if (rest := waiting.offered.get(i) or waiting.policies.get(i))]
    return EXISTS not in names, -settled, -days, -sum((_part(missing, names) for missing in others), Fraction(0))


def _part(missing: Collection[str], names: Collection[str]) -> Fraction:
    """How much of what a rule lacks an answer gives."""
    return Fraction(sum(1 for name in missing if name in names), max(len(missing), 1))


def _settles(rules: Sequence[str], waiting: Waiting) -> Settles:
    steps = sum(1 for i in rules if i in waiting.steps)
    return Settles(access=0, steps=steps, policies=sum(1 for i in rules if i in waiting.policies))


def _of_access(access: Sequence[Access], gates: Sequence[Gate]) -> list[Question]:
    contradicted = {gate.ask for gate in gates}
    found: dict[tuple[str, int | None], Question] = {}
    for n, row in enumerate(access):
        for name in row.missing:
            attribute = "share" if name == "holdings" else name  # who owns how much
            plan = n if attribute in OPENING else None
            if (attribute, plan) in found or (attribute in contradicted and any(a == attribute for a, _ in found)):
                continue
            form = single(shape(about(attribute)))
            found[attribute, plan] = _question(form, [row.id], Settles(access=1, steps=0, policies=0), n)
    return list(found.values())


def _question(form: Mapping[str, Any], rules: Sequence[str], settles: Settles, plan: int | None = None) -> Question:
    document = {
        **form,
        "decides": len(rules),
        "settles": msgspec.to_builtins(settles),
        "for": list(rules),
        "plan": plan,
    }
    return msgspec.convert(document, Question)


def unanswered(policies: Sequence[Policy]) -> dict[str, Policy]:
    return {policy.id: policy for policy in policies if policy.answer == Answer.UNKNOWN.value}
