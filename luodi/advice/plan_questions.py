"""What to tell next: each fact with what it would settle, the most settling first."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import msgspec

from luodi.advice.asking import OF_THE_FOUR, worth_asking
from luodi.advice.context import Context
from luodi.advice.landing_plan import Access, Gate, Policy, Question, Settles
from luodi.advice.match import ordered
from luodi.advice.question import OPENING, about, shape
from luodi.advice.steps import Chosen
from luodi.rules.ask import open_questions
from luodi.rules.evaluate import Answer


def questions(
    context: Context, access: Sequence[Access], gates: Sequence[Gate], chosen: Chosen, policies: Sequence[Policy]
) -> list[Question]:
    """The missing parts of the answers first, then the facts that keep steps and policies open.

    After a contradiction the fact that settles it is asked again although it was told.
    """
    opening = _of_access(access, gates)
    steps = {i: context.steps.steps[i].rule for i in chosen.open}
    waiting = {policy.id for policy in policies if policy.answer == Answer.UNKNOWN.value}
    rules = [*steps.values(), *(rule for rule in ordered(context.policies) if rule.id in waiting)]
    told = {question.attribute for question in opening}
    found = [
        {**shape(context.facts.vocabulary[one.attribute]), "for": list(one.rules)}
        for one in open_questions(rules, context.facts, context.on)
        if one.attribute not in told
    ]
    asked = OF_THE_FOUR if context.questions else frozenset[str]()
    kept = worth_asking(found, context.facts, context.on, asked=asked)
    return [*opening, *(_question(form, form["for"], _settles(form["for"], steps, waiting)) for form in kept)]


def _settles(rules: Sequence[str], steps: Collection[str], policies: Collection[str]) -> Settles:
    return Settles(access=0, steps=sum(1 for i in rules if i in steps), policies=sum(1 for i in rules if i in policies))


def _of_access(access: Sequence[Access], gates: Sequence[Gate]) -> list[Question]:
    contradicted = {gate.ask for gate in gates}
    found: dict[tuple[str, int | None], Question] = {}
    for n, row in enumerate(access):
        for name in row.missing:
            attribute = "share" if name == "holdings" else name  # who owns how much
            plan = n if attribute in OPENING else None
            if (attribute, plan) in found or (attribute in contradicted and any(a == attribute for a, _ in found)):
                continue
            found[attribute, plan] = _question(
                shape(about(attribute)), [row.id], Settles(access=1, steps=0, policies=0), n
            )
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
