"""What the company can get, by how much is known of it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from luodi.advice.landing_plan.policies import Amount, Beside, Policy, Total
from luodi.documents import benefits as words
from luodi.documents.say import Say
from luodi.documents.sections.section import section
from luodi.documents.view import Block, Item, Items, Line, Para, Ref, Section
from luodi.terms.figures import agreeing, counted

_NAMED: Final = 5


_GROUPS: Final = ("fits", "one_fact_away", "further")


def benefits_section(say: Say) -> Section | None:
    plan = say.plan
    if not plan.policies and not plan.policies_beside:
        return None
    by_group = {g: [p for p in plan.policies if p.group == g] for g in (*_GROUPS, "not_for_you")}
    blocks: list[Block] = [Para([say.line(line) for line in _total(plan.policies_total, say)])]
    if by_group["fits"]:
        blocks.append(Items([_policy(p, say) for p in by_group["fits"]], head=_group("fits", say)))
    blocks += _one_away(by_group["one_fact_away"], say)
    if by_group["further"]:
        blocks.append(
            Items(
                [_short(p, say) for p in by_group["further"]],
                head=say.both("还差几项事实", "Several facts away"),
                folded=True,
            )
        )
    out = [*(_near(p, say) for p in by_group["not_for_you"]), *(_beside(p, say) for p in plan.policies_beside)]
    if out:
        blocks.append(Items(out, head=_group("not_for_you", say), folded=True))
    twice = [say.line(say.of(row.text)) for row in plan.overlaps]
    if twice:
        blocks.append(
            Items([Item(line) for line in twice], head=say.both("不得重复享受", "Not to be claimed twice"), folded=True)
        )
    return section("benefits", say, _benefits_finding(by_group, say), blocks)


def _group(key: str, say: Say) -> str:
    word = say.word("group", key)
    return word[:1].upper() + word[1:]


def _benefits_finding(by_group: Mapping[str, Sequence[Policy]], say: Say) -> str:
    fits, one = len([p for p in by_group["fits"] if p.decides]), len(by_group["one_fact_away"])
    parts = [say.both(f"{fits}项符合", agreeing(fits, "policy", "fits"))]
    if one:
        parts.append(say.both(f"{one}项只差一项事实", agreeing(one, "policy", "waits") + " for one fact"))
    found = say.plan.policies_total
    parts += [text for text in (_amount(found.once, say), _amount(found.yearly, say, yearly=True)) if text]
    return say.both("，", ", ").join(parts)


def _amount(amount: Amount | None, say: Say, *, yearly: bool = False) -> str:
    """ "CNY 0 to 2,000,000 a year"; empty where nothing is stated."""
    if amount is None:
        return ""
    low, high = say.money(amount.min), None if amount.max is None else say.money(amount.max)
    span = say.both(f"至少{low}", f"{low} or more")
    if high is not None:
        span = low if low == high else say.both(f"{low}至{high}", f"{low} to {high}")
    return say.both(f"每年{span}" if yearly else f"一次性{span}", f"{span} a year" if yearly else f"{span} once")


def benefits_in_short(say: Say) -> Iterator[Line]:
    """What is certain, the first by name, and what it comes to."""
    fits = [p for p in say.plan.policies if p.group == "fits" and p.decides]
    yield from (say.line(say.of(p.title), p.basis[:1], ref=Ref("policy", p.id)) for p in fits[:_NAMED])
    more = len(fits) - _NAMED
    if more > 0:
        yield say.line(say.both(f"另有{more}项", f"and {more} more"), quiet=True)
    yield from (say.line(text) for text in _total(say.plan.policies_total, say))


def _total(total: Total, say: Say) -> Iterator[str]:
    sums = [text for text in (_amount(total.once, say), _amount(total.yearly, say, yearly=True)) if text]
    if sums:
        line = say.sentence(say.both("，", " and ").join(sums))
        yield line + (say.both("同一项不重复计算。", " Nothing is counted twice.") if total.left_out else "")
    n = len(total.open_ended)
    if n:
        yield say.both(
            f"{n}项没有写明金额，或取决于企业的数字。",
            f"{agreeing(n, 'policy', 'states')} no sum, or one that follows from your figures.",
        )


def _policy(policy: Policy, say: Say) -> Item:
    document = _doc(policy)
    gives = say.text(words.policy_gives(document, say.lang))
    amount = say.text(words.amount_line(document, say.lang))
    lines = [say.line(text) for text in (say.text(words.policy_stand(document, say.lang)),) if text]
    lines += [
        say.line(text, quiet=True)
        for text in (say.text(words.policy_about(document, say.lang)), say.of(policy.note))
        if text
    ]
    apply = say.of(policy.apply)
    if apply:
        lines.append(say.line(say.both(f"怎么办：{apply}", f"How to apply: {apply}")))
    lines.append(say.line(say.word("read", policy.read), quiet=True))
    title = say.titled(policy.title, policy.basis, Ref("policy", policy.id))
    beside = say.text(say.both("；", "; ").join(part for part in (gives, amount) if part))
    if not policy.decides:
        beside = say.both(f"待核实；{beside}", f"to be checked; {beside}")
    return Item(title, beside=beside, lines=lines)


def _one_away(rows: Sequence[Policy], say: Say) -> list[Block]:
    """By the fact that settles them: each fact once, with all the policies it settles."""
    found: dict[str, list[Policy]] = {}
    for policy in rows:
        found.setdefault(policy.missing[0], []).append(policy)
    if not found:
        return []
    asked = {q.attribute: q for q in say.plan.questions}
    items = []
    for name, policies in sorted(found.items(), key=lambda pair: -len(pair[1])):
        text = say.of(asked[name].text) if name in asked else say.fact(name)
        lines = [say.titled(p.title, p.basis, Ref("policy", p.id)) for p in policies]
        settles = say.both(f"定局{len(policies)}项政策", f"settles {counted(len(policies), 'policy')}")
        items.append(Item(say.line(text, ref=Ref("attribute", name)), beside=settles, lines=lines))
    return [Items(items, head=_group("one_fact_away", say))]


def _short(policy: Policy, say: Say) -> Item:
    names = say.facts(policy.missing)
    return Item(
        say.titled(policy.title, policy.basis, Ref("policy", policy.id)),
        beside=say.both(f"还需要：{names}", f"still needed: {names}"),
    )


def _near(policy: Policy, say: Say) -> Item:
    document = _doc(policy)
    changes = [say.text(text) for text in words.policy_change(document, say.lang)]
    return Item(
        say.titled(policy.title, policy.basis, Ref("policy", policy.id)),
        beside=say.text(words.policy_stand(document, say.lang)),
        lines=[say.line(text, quiet=True) for text in changes],
    )


def _beside(row: Beside, say: Say) -> Item:
    return Item(say.titled(row.title, ref=Ref("policy", row.id)), beside=say.of(row.why))


def _doc(policy: Policy) -> dict[str, Any]:
    """The keys that the words of benefits read."""
    return {
        "answer": policy.answer,
        "missing": policy.missing,
        "reasons": policy.reasons,
        "benefit": policy.benefit,
        "amount": policy.amount,
        "window": policy.window,
        "kind": policy.kind,
        "level": policy.level,
        "delivery": policy.delivery,
        "decides": policy.decides,
        "when": policy.when,
        "would_change": policy.would_change,
        "error": policy.error,
    }
