"""What the company gets: each policy in one of the groups a reader has use for, and what those that fit come to.

*Fits*. *One fact away*: one named fact settles it, and is asked once for all policies it settles. *Further*: several
facts, or a person's judgement, are still to come; counted and folded. *Not for you*: place, industry or kind of company
is known not to fit, or a condition fails; folded, with the reason in a line.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import msgspec

from luodi.access import AccessQuestion
from luodi.advice.asking import can_be_asked, why_not
from luodi.advice.context import Context, read_state
from luodi.advice.landing_plan.common import Cite, Text
from luodi.advice.landing_plan.policies import Amount, Beside, Group, Overlap, Policy, Total
from luodi.advice.match import ordered, result
from luodi.advice.overlaps import overlaps
from luodi.advice.plan_facts import region_of_plans
from luodi.rules.book import Rule
from luodi.rules.evaluate import Answer
from luodi.rules.explain import OUT_OF_WINDOW, Explanation, explain
from luodi.rules.remedy import when_true
from luodi.rules.tree import MANUAL

_ELSEWHERE: Final = Text("其他地区的政策", "a policy of another region")
#: Kinds of benefit that are sums of money. What the formula of a tax comes to may be the tax that is due, so of a tax
#: its `saving` counts.
_PAYS: Final = frozenset(("one_off", "yearly"))
_PAID: Final = _PAYS | {"tax"}
_YEARLY: Final = frozenset(("yearly", "tax"))
_ORDER: Final[Mapping[Group, int]] = {"fits": 0, "one_fact_away": 1, "further": 2, "not_for_you": 3}


def benefits(context: Context, questions: Sequence[AccessQuestion]) -> tuple[list[Policy], list[Beside]]:
    """The policies that fit or may, and those that would after a change; beside them the others with the reason."""
    regions = _regions(context, questions)
    near: list[Policy] = []
    beside: list[Beside] = []
    for rule in ordered(context.policies):
        if not _concerns(rule, regions):
            beside.append(Beside(id=rule.id, title=Text.of(rule.title), why=_ELSEWHERE))
            continue
        found = _policy(rule, context)
        if isinstance(found, Policy):
            near.append(found)
        else:
            beside.append(found)
    near.sort(key=lambda p: (_ORDER[p.group], not p.decides, len(p.missing)))
    for policy in near:
        if policy.group in ("fits", "one_fact_away"):
            context.note(policy.basis, policy.id)
    return near, beside


def _policy(rule: Rule, context: Context) -> Policy | Beside:
    found = explain(rule, context.facts, context.on, context.policies)
    if found.answer is Answer.UNKNOWN:
        reason = _not_askable(found, context)
        if reason is not None:
            return Beside(id=rule.id, title=Text.of(rule.title), why=reason)
    document = result(found, context.facts, context.on, True)
    turns = when_true(rule, context.facts, context.on) if found.answer is Answer.NO else None
    if found.answer is Answer.NO and not document["would_change"] and turns is None:
        return Beside(id=rule.id, title=Text.of(rule.title), why=_why_not(found))
    document["when"] = {"on": turns.day.isoformat(), "answer": turns.answer.value} if turns else None
    basis, worth = context.in_force(rule), _sum(rule, document["amount"])
    more = {
        **_of(rule),
        "group": _group(found),
        "basis": [{"instrument": c.instrument, "article": c.article, "rule": c.rule} for c in basis],
        "reasons": [_in_force(reason, basis) for reason in document["reasons"]],
        "sum": None if worth is None else {"min": worth.min, "max": worth.max, "currency": worth.currency},
    }
    return msgspec.convert({**document, **more}, Policy)


def _in_force(reason: Mapping[str, Any], basis: Sequence[Cite]) -> dict[str, Any]:
    """A reason with those of its citations that are in force; a policy may end before the day of the plan."""
    known = {(cite.instrument, cite.article) for cite in basis}
    return {**reason, "cites": [c for c in reason["cites"] if (c["instrument"], c.get("article")) in known]}


def _of(rule: Rule) -> dict[str, Any]:
    gives = rule.gives
    return {
        "kind": gives.get("kind"),
        "level": gives.get("level"),
        "authority": gives.get("authority"),
        "delivery": gives.get("delivery"),
        "status": gives.get("status"),
        "benefit": _plain(gives.get("benefit")),
        "money": gives.get("money"),
        "not_with": list(gives.get("not_with") or ()),
        "replaced_by": list(gives.get("replaced_by") or ()),
        "apply": gives.get("apply"),
        "documents": _plain(gives.get("documents") or []),
        "links": _plain(gives.get("links") or []),
        "decides": rule.confidence != "low",
        "verification": rule.verification,
        "seen_at": rule.seen_at,
        "note": rule.note,
        "read": read_state(rule),
    }


def _group(found: Explanation) -> Group:
    match found.answer:
        case Answer.YES:
            return "fits"
        case Answer.UNKNOWN:
            return "one_fact_away" if len(found.missing) == 1 and MANUAL not in found.missing else "further"
    return "not_for_you"


def _not_askable(found: Explanation, context: Context) -> Text | None:
    """Why a policy is not for this company although a fact is missing: the fact is one that it cannot have, such as the
    revenue of a company that is not founded yet."""
    vocabulary = context.facts.vocabulary
    for name in found.missing:
        if name in vocabulary and can_be_asked(name, context.facts, context.on).truth is False:
            label, why = vocabulary[name].label, why_not(name)
            return Text(f"取决于{label['zh']}：{why['zh']}", f"Rests on {_lower(label['en'])}. {why['en']}")
    return None


def _lower(label: str) -> str:
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def _why_not(found: Explanation) -> Text:
    failed = found.failed[0]
    return Text.of(failed.text() if failed.clause != OUT_OF_WINDOW else failed.expected)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}
    return [_plain(v) for v in value] if isinstance(value, list) else value


def _regions(context: Context, questions: Sequence[AccessQuestion]) -> set[str]:
    """Prefixes of where the company is or wants to be; empty when nothing is known."""
    names = ("registered_region_code", "project_region_code", "tax_region_code")
    known = {str(v) for _, v in context.facts.known(names)}
    if known:
        return known
    found = {region_of_plans([question], context.access) for question in questions}
    return set() if None in found else {str(region) for region in found}


def _concerns(rule: Rule, regions: set[str]) -> bool:
    codes = rule.gives.get("region") or ["00"]
    return not regions or any(c == "00" or r.startswith(c) or c.startswith(r) for c in codes for r in regions)


# ---- what it comes to


def claimed_twice(policies: Sequence[Policy], context: Context) -> list[Overlap]:
    """Pairs that count the same figure or set two rates for one tax."""
    rows = [
        {"id": p.id, "answer": p.answer, "benefit": p.benefit, "title": {"zh": p.title.zh, "en": p.title.en}}
        for p in policies
        if p.group in ("fits", "one_fact_away", "further")
    ]
    return [msgspec.convert(row, Overlap) for row in overlaps(rows, context.policies)]


def total(policies: Sequence[Policy], twice: Sequence[Overlap]) -> Total:
    """What the policies that fit come to in money, as ranges: of two for the same matter the larger counts."""
    fits = {p.id: p for p in policies if p.group == "fits" and p.decides}
    worth = {i: p.sum for i, p in fits.items() if p.sum is not None}
    apart = _apart(fits.values(), twice)
    counted: list[str] = []
    for policy in sorted(worth, key=lambda i: (-(worth[i].max or worth[i].min), i)):
        if not any(frozenset((policy, other)) in apart for other in counted):
            counted.append(policy)
    yearly = [i for i in counted if fits[i].money in _YEARLY]
    return Total(
        once=_added([worth[i] for i in counted if i not in yearly]),
        yearly=_added([worth[i] for i in yearly]),
        counted=counted,
        open_ended=[i for i, p in fits.items() if i not in worth and p.money != "non_money"],
        left_out=[i for i in worth if i not in counted],
    )


def _apart(fits: Iterable[Policy], twice: Sequence[Overlap]) -> set[frozenset[str]]:
    named = {frozenset((policy.id, other)) for policy in fits for other in policy.not_with}
    return named | {frozenset(row.policies) for row in twice}


def _added(amounts: Sequence[Amount]) -> Amount | None:
    if not amounts:
        return None
    most = [a.max for a in amounts]
    return Amount(min=sum(a.min for a in amounts), max=None if None in most else sum(m for m in most if m is not None))


def _sum(rule: Rule, amount: Mapping[str, Any] | None) -> Amount | None:
    """What one policy pays or saves, in CNY: what its formula comes to, else the figures that the rule states. None
    for a benefit that is no sum: a rate, a recognition, or figures that are not known."""
    money = rule.gives.get("money")
    if money not in _PAID:
        return None
    key = "value" if money in _PAYS else "saving"
    if amount is not None and amount.get("currency") == "CNY" and key in amount:
        return Amount(min=int(amount[key]), max=int(amount[key]))
    stated = rule.gives.get("amount")
    if not stated:
        return None
    most = stated.get("max")
    return Amount(min=int(stated.get("min") or 0), max=None if most is None else int(most))
