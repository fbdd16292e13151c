"""What to tell next: each fact with what it would settle, the most settling first."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

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
    found = [*_of_access(access, gates)]
    steps = {i: context.steps.steps[i].rule for i in chosen.open}
    waiting = {policy.id for policy in policies if policy.answer == Answer.UNKNOWN.value}
    rules = [*steps.values(), *(rule for rule in ordered(context.policies) if rule.id in waiting)]
    asked = {question.attribute for question in found}
    for question in open_questions(rules, context.facts, context.on):
        if question.attribute in asked:
            continue
        known = frozenset(question.rules)
        settles = Settles(access=0, steps=len(known & steps.keys()), policies=len(known & waiting))
        found.append(_question(shape(context.facts.vocabulary[question.attribute]), question.rules, settles))
    return found


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
