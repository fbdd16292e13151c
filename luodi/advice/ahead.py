"""What begins after the day of a plan, and what ends within a year of it."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

from luodi.advice.context import Context, stands
from luodi.advice.landing_plan.common import Cite, Text
from luodi.advice.landing_plan.policies import Policy
from luodi.advice.landing_plan.steps import Coming, Expiring, Step
from luodi.dates import add_years
from luodi.rules.book import Rule
from luodi.rules.evaluate import Answer, evaluate

_VALIDITY: Final = "qualification_expiry"


def coming(context: Context) -> list[Coming]:
    """Steps and policies whose rule is made already and begins later, and that these facts would meet."""
    steps = ((s.rule, "step") for s in context.steps.steps.values())
    rules = [*steps, *((rule, "policy") for rule in context.policies.rules)]
    found = [_coming(rule, kind) for rule, kind in rules if _begins_later(rule, context)]
    return sorted(found, key=lambda row: (row.begins, row.id))


def _begins_later(rule: Rule, context: Context) -> bool:
    first = rule.first
    if first is None or first <= context.on or rule.confidence == "low":
        return False
    if rule.gives.get("region") and not _here(rule, context):
        return False
    return evaluate(rule.tree(first), context.facts, first).answer is Answer.YES


def _here(rule: Rule, context: Context) -> bool:
    codes = [str(code) for code in rule.gives["region"]]
    region = context.facts.value("registered_region_code") or context.facts.prefixes.get("registered_region_code")
    return "00" in codes or region is None or any(str(region).startswith(c) or c.startswith(str(region)) for c in codes)


def _coming(rule: Rule, kind: str) -> Coming:
    assert rule.first
    basis = [Cite(c.instrument, c.article, rule.id) for c in rule.citations(on=rule.first) if stands(c, rule.first)]
    return Coming(kind=kind, id=rule.id, title=Text.of(rule.title), begins=rule.first.isoformat(), basis=basis)


def expiring(context: Context, steps: Sequence[Step], policies: Sequence[Policy]) -> list[Expiring]:
    """What the plan rests on, or the company holds, and that ends within a year."""
    rows = [*_held(context), *_rules(steps, policies, context.on)]
    return sorted(rows, key=lambda row: (row.ends, row.id))


def _held(context: Context) -> Iterator[Expiring]:
    """Recognitions of a company that exists, each with the day on which it runs out."""
    dates = context.profile.facts.get(_VALIDITY)
    if not isinstance(dates, dict):
        return
    attribute = context.facts.vocabulary["qualifications"]
    for name, day in dates.items():
        if isinstance(day, date) and context.on <= day <= add_years(context.on, 1):
            title = Text(attribute.value_label(name, "zh"), attribute.value_label(name, "en"))
            yield Expiring(kind="qualification", id=name, title=title, ends=day.isoformat())


def _rules(steps: Sequence[Step], policies: Sequence[Policy], on: date) -> Iterator[Expiring]:
    limit = add_years(on, 1).isoformat()
    for step in steps:
        if step.until is not None and step.until <= limit:
            yield Expiring(kind="step", id=step.id, title=step.title, ends=step.until)
    for policy in policies:
        last = policy.window.get("until")
        if policy.group == "fits" and last is not None and last <= limit:
            yield Expiring(kind="policy", id=policy.id, title=policy.title, ends=last)
