"""What stands behind page one, each section with its finding in a line: who reads only the lines has read the plan."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from luodi.advice.context import cites
from luodi.advice.landing_plan import (
    Access,
    Amount,
    Beside,
    Coming,
    Fee,
    Obligation,
    OpenStep,
    Policy,
    Question,
    Source,
    Step,
    Text,
    Total,
)
from luodi.dates import parse_day
from luodi.documents import benefits as words
from luodi.documents import labels
from luodi.documents.fact_words import fact_shown
from luodi.documents.say import Say
from luodi.documents.time_chart import whole_chart
from luodi.documents.view import (
    Block,
    Item,
    Items,
    Leaf,
    Line,
    Para,
    Ref,
    RouteView,
    SourceList,
    SourceView,
    StepTable,
    StepView,
)
from luodi.rules.library import load_book
from luodi.terms import find
from luodi.terms.figures import agreeing, counted, days_between, verb_of

#: The sections in their order, each with its title.
TITLES: Final[Mapping[str, tuple[str, str]]] = {
    "to_open": ("开业前", "To open"),
    "to_go_live": ("上线前", "To go live"),
    "if_you_want": ("自愿办理", "Only if you want it"),
    "duties": ("开业后的义务", "Duties after"),
    "documents": ("材料", "Documents"),
    "benefits": ("能得到什么", "What you get"),
    "changes": ("什么会改变结论", "What would change it"),
    "questions": ("还可以告诉我们的", "What else you could tell us"),
    "reasons": ("为什么是这个结论", "Why this answer"),
    "facts": ("所依据的事实", "The facts it rests on"),
    "sources": ("依据", "Sources"),
}
#: The step of the books that takes complaints of foreign-invested companies.
_COMPLAINTS: Final = "fie-complaint"
_LANES: Final = ("to_open", "to_go_live", "if_you_want")
_NAMED: Final = 5
_GROUPS: Final = ("fits", "one_fact_away", "further")


def leaves(say: Say, more_routes: Sequence[RouteView] = ()) -> list[Leaf]:
    """The sections that have something to say, in the order of the page."""
    found = [
        *(_steps(lane, say) for lane in _LANES),
        _duties(say),
        _documents(say),
        _benefits(say),
        _changes(say, more_routes),
        _questions(say),
        _reasons(say),
        _facts(say),
        _sources(say),
    ]
    kept = [leaf for leaf in found if leaf is not None]
    if not say.plan.access and say.plan.page_one.duration is None:
        kept.sort(key=lambda leaf: leaf.id != "benefits")  # a company that asks for support reads of support first
    return kept


def _leaf(key: str, say: Say, finding: str, blocks: Sequence[Block]) -> Leaf:
    return Leaf(key, say.both(*TITLES[key]), finding, blocks)


# ---- steps


def _steps(lane: str, say: Say) -> Leaf | None:
    rows = [s for s in say.plan.steps if s.lane == lane]
    added = [s for s in say.plan.open_steps if s.lane == lane]
    offered = [s for s in say.plan.offered_steps if s.lane == lane]
    if not rows and not added and not offered:
        return None
    blocks: list[Block] = []
    own = [s for s in rows if s.preparation]
    shown = [s for s in rows if not s.preparation]
    if own:
        blocks.append(StepTable([_step(s, say) for s in own], head=say.both("自行准备", "Your own preparation")))
    if shown:
        head = say.both("向机关办理", "With the offices") if own else ""
        blocks.append(StepTable([_step(s, say) for s in shown], head=head, chart=whole_chart(say, rows)))
    if added:
        blocks.append(
            Items(
                [_open_step(s, say) for s in added],
                head=say.both(f"取决于事实的{len(added)}项", f"{counted(len(added), 'step')} that depend on facts"),
                intro=say.both("告诉我们后才知道是否需要。", "Whether they are needed is known once you tell us."),
                folded=True,
            )
        )
    if offered:
        blocks.append(_offered(offered, say))
    return Leaf(
        lane,
        say.word("lane", lane)[:1].upper() + say.word("lane", lane)[1:],
        _steps_finding(lane, rows, added, say),
        blocks,
    )


def _offered(steps: Sequence[OpenStep], say: Say) -> Items:
    """What nobody has to take, with whom it is for."""
    n = len(steps)
    return Items(
        [_offered_step(s, say) for s in steps],
        head=say.both(f"可以自愿办理的{n}项", f"{counted(n, 'step')} on offer"),
        intro=say.both(
            "是否办理由企业决定，各有适用的情形。",
            "Nobody has to take them; each is for a company of which this holds.",
        ),
        folded=True,
    )


def _offered_step(step: OpenStep, say: Say) -> Item:
    wanted = say.both("；", "; ").join(say.of(text) for text in step.only_if)
    return Item(
        say.titled(step.title, step.basis, Ref("step", step.id)),
        beside=say.both(f"适用于：{wanted}", f"only if: {wanted}"),
        lines=[say.line(say.time(step), quiet=True)],
    )


def _steps_finding(lane: str, rows: Sequence[Step], added: Sequence[OpenStep], say: Say) -> str:
    parts = [say.counted(len(rows), "个步骤", "step")]
    duration = say.plan.page_one.duration
    if lane == "to_open" and duration is not None:
        parts.append(say.duration(duration))
    elif lane == "to_go_live":
        n = sum(1 for s in rows if s.time.rests == "open")
        if n:
            parts.append(say.both(f"其中{n}项时间未定", f"{n} of them open in time"))
    if added:
        n = len(added)
        parts.append(say.both(f"另有{n}项取决于事实", f"{n} more {verb_of(n, 'depends')} on facts"))
    return say.both("；", "; ").join(parts)


def _step(step: Step, say: Say) -> StepView:
    return StepView(
        title=say.titled(step.title, step.basis, Ref("step", step.id)),
        office=say.both(step.authority.zh, step.authority.en),
        time=say.time(step),
        when=say.when(step),
        critical=step.critical,
        optional=step.is_optional,
        papers=[say.of(d) for d in step.documents],
        more=[(name, line) for name, line in _more(step, say) if line.text],
        ref=Ref("step", step.id),
    )


def _more(step: Step, say: Say) -> Iterator[tuple[str, Line]]:
    titles = {s.id: say.of(s.title) for s in say.plan.steps}
    both = say.both
    yield both("为什么", "Why"), say.line(_why(step, say))
    yield both("先要有", "After"), say.line(both("、", "; ").join(titles[i] for i in step.needs if i in titles))
    yield both("前提", "Beforehand"), say.line(both("；", "; ").join(say.of(p) for p in step.prerequisites))
    yield both("期限", "Deadline"), say.line(both("；", "; ").join(_deadlines(step.deadline, say)))
    yield both("费用", "Fee"), say.line(_fee(step.fee, say))
    yield both("办结取得", "You get"), say.line(say.of(step.output))
    yield both("有效期", "Valid"), say.line(say.of(step.validity))
    yield both("网上办理", "Online"), say.line(_online(step, say))
    alternatives = [f"{say.of(a.title)}{both('（', ' (')}{say.of(a.why)}{both('）', ')')}" for a in step.alternatives]
    yield both("代替", "Stands for"), say.line(both("；", "; ").join(alternatives))
    note = say.of(step.time.law.note) if step.time.law and step.time.law.note else ""
    yield both("时限说明", "On its time"), say.line(note)
    yield both("说明", "Note"), say.line(say.of(step.note))
    yield labels.label("complain", say.lang), _complaints(say)
    yield both("读到何处", "How read"), say.line(say.word("read", step.read))


def _complaints(say: Say) -> Line:
    """Who takes complaints of foreign-invested companies, where the plan has that step."""
    found = next((step for step in say.plan.steps if step.id == _COMPLAINTS), None)
    if found is None:
        return say.line(labels.notice("complain_nowhere", say.lang))
    return say.line(say.both(found.authority.zh, found.authority.en), found.basis, ref=Ref("step", found.id))


def _why(step: Step, say: Say) -> str:
    texts = [row["expected"] for row in step.why if row.get("holds") is not False]
    return say.both("；", "; ").join(say.text(str(t.get(say.lang) or "")) for t in texts)


def _deadlines(rows: Sequence[Mapping[str, Any]], say: Say) -> list[str]:
    return [say.text(text) for row in rows if (text := str((row.get("text") or {}).get(say.lang) or ""))]


def _fee(fee: Fee | None, say: Say) -> str:
    if fee is None or fee.amount is None or fee.confidence == "low":
        return say.both("未知", "not known")
    basis = say.of(fee.basis)
    figure = say.money(fee.amount, fee.currency)
    return say.both(f"{figure}（{basis}）", f"{figure} ({basis})") if basis else figure


def _online(step: Step, say: Say) -> str:
    if step.portal is not None and step.portal.confidence != "low" and step.portal.address:
        return say.both(
            f"{say.of(step.portal.name)} {step.portal.address}", f"{say.of(step.portal.name)}, {step.portal.address}"
        )
    online = step.online or {}
    platform = (online.get("platform") or {}).get(say.lang)
    word = find("online", str(online.get("available")))
    if word is None:
        return ""
    head = word.word(say.lang)
    return say.both(f"{head}：{platform}", f"{head}: {platform}") if platform else head


def _open_step(step: OpenStep, say: Say) -> Item:
    names = say.facts(step.missing)
    return Item(
        say.titled(step.title, step.basis, Ref("step", step.id)),
        beside=say.both(f"取决于：{names}", f"depends on: {names}"),
        lines=[say.line(say.time(step), quiet=True)],
    )


# ---- duties, documents


def _duties(say: Say) -> Leaf | None:
    rows = say.plan.obligations
    if not rows:
        return None
    duties, rights = [r for r in rows if not r.right], [r for r in rows if r.right]
    blocks: list[Block] = [Items([_duty(r, say) for r in duties])]
    if rights:
        blocks.append(Items([_duty(r, say) for r in rights], head=say.both("可以行使的权利", "Rights you may use")))
    first = next((r for r in duties if r.next_due), None)
    finding = say.counted(len(duties), "项", "duty", "duties")
    if first is not None and first.next_due:
        finding += say.both(f"；最早到期{say.day(first.next_due)}", f"; the first is due on {say.day(first.next_due)}")
    return _leaf("duties", say, finding, blocks)


def _duty(row: Obligation, say: Say) -> Item:
    parts = [
        say.text(str((row.every or {}).get("text", {}).get(say.lang) or "")),
        *_deadlines(row.deadline, say),
    ]
    when = say.both("；", "; ").join(dict.fromkeys(p for p in parts if p))
    return Item(
        say.titled(row.title, row.basis, Ref("step", row.id)),
        beside=when,
        lines=[say.line(say.both(row.authority.zh, row.authority.en), quiet=True)],
    )


def _documents(say: Say) -> Leaf | None:
    rows = say.plan.documents
    if not rows:
        return None
    titles = {s.id: say.of(s.title) for s in say.plan.steps}
    items = [
        Item(say.line(say.of(d.name)), beside=say.both("、", "; ").join(titles[i] for i in d.steps if i in titles))
        for d in rows
    ]
    n = len(rows)
    return _leaf("documents", say, say.both(f"{n}份，每份只列一次", f"{n}, each once"), [Items(items)])


# ---- what you get


def _benefits(say: Say) -> Leaf | None:
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
    return _leaf("benefits", say, _benefits_finding(by_group, say), blocks)


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


# ---- what would change it


def _changes(say: Say, more_routes: Sequence[RouteView]) -> Leaf | None:
    plan = say.plan
    blocks: list[Block] = []
    # another business is no way to do this one, so a change of service is left to the routes
    numbered = list(enumerate(plan.would_change))
    turns = [(n, row) for n, row in numbered if not {"on", "service"} & set(row["set"])]
    if turns:
        blocks.append(Items([_turn(n, row, say) for n, row in turns]))
    if more_routes:
        rows = [Item(Line(r.title, ref=r.ref), beside=r.what) for r in more_routes]
        blocks.append(Items(rows, head=say.both("还有这些路", "More ways"), folded=True))
    days = [(n, row) for n, row in numbered if set(row["set"]) == {"on"}]
    if days:
        blocks.append(Items([_turn(n, row, say) for n, row in days], head=say.both("换一天", "On another day")))
    announced = {row["rule"]: row for row in plan.announced}
    if announced:
        blocks.append(
            Items(
                [_announced(r, say) for r in announced.values()],
                head=say.both("已宣布、尚未施行", "Announced, not law"),
            )
        )
    if plan.coming:
        rows = [
            Item(
                say.titled(c.title, c.basis, Ref(c.kind, c.id)),
                beside=say.both(f"自{say.day(c.begins)}起", f"from {say.day(c.begins)}"),
            )
            for c in plan.coming
        ]
        blocks.append(Items(rows, head=say.both("将要施行", "Coming")))
    if plan.expiring:
        rows = [
            Item(say.titled(e.title), beside=say.both(f"到{say.day(e.ends)}为止", f"until {say.day(e.ends)}"))
            for e in plan.expiring
        ]
        blocks.append(Items(rows, head=say.both("一年内到期", "Ends within a year")))
    if not blocks:
        return None
    return _leaf("changes", say, _changes_finding([row for _, row in turns], say), blocks)


def _changes_finding(turns: Sequence[Mapping[str, Any]], say: Say) -> str:
    better = [row for row in turns if row["answer"] in ("allowed", "conditional")]
    rows = (better or list(turns))[:2]
    if not rows:
        return say.both("没有找到能改变结论的单项变化", "no single change near by gives another answer")
    return say.both("；", "; ").join(
        f"{_label(row, say)}{say.both('：', ': ')}{say.word('answer', row['answer'])}" for row in rows
    )


def _label(row: Mapping[str, Any], say: Say) -> str:
    return say.text(str((row.get("label") or {}).get(say.lang) or ""))


def _turn(n: int, row: Mapping[str, Any], say: Say) -> Item:
    several = len(say.plan.access) > 1
    head = f"{row['plan'] + 1}. " if several else ""
    text = f"{head}{_label(row, say)}"
    return Item(
        say.line(text[:1].upper() + text[1:], cites(row["basis"]), ref=Ref("turn", str(n), row["plan"])),
        beside=say.cap(row["cap"]),
        stamp=say.stamp(row["answer"]),
    )


def _announced(row: Mapping[str, Any], say: Say) -> Item:
    return Item(
        say.titled(Text.of(row["title"]), cites(row["basis"]), Ref("rule", row["rule"])), beside=say.cap(row["cap"])
    )


# ---- questions, reasons, facts, sources


def _coming(row: Coming, say: Say) -> Item:
    day = say.day(row.begins)
    return Item(say.titled(row.title, row.basis, Ref(row.kind, row.id)), beside=say.both(f"自{day}起", f"from {day}"))


def _questions(say: Say) -> Leaf | None:
    rows = say.plan.questions
    if not rows:
        return None
    items = [_question(row, say) for row in rows]
    finding = say.both(
        f"{len(rows)}个问题，每个都说明能定局什么", f"{counted(len(rows), 'question')}, each with what it settles"
    )
    return _leaf("questions", say, finding, [Items(items)])


def _question(row: Question, say: Say) -> Item:
    settles = say.settles(row.settles)
    return Item(
        say.line(say.of(row.text), ref=Ref("attribute", row.attribute, row.plan)),
        beside=say.both(f"定局{settles}", f"settles {settles}") if settles else "",
    )


def _reasons(say: Say) -> Leaf | None:
    """The links that lead to each answer, the rule that speaks, and what was checked and yields."""
    if not say.plan.access:
        return None
    blocks = [block for row in say.plan.access for block in _reason(row, say)]
    rules = say.both("；", "; ").join(_rule(row, say) for row in say.plan.access if row.rule)
    finding = rules or say.of(say.plan.access[0].note)
    return _leaf("reasons", say, finding, [b for b in blocks if b.rows])


def _reason(row: Access, say: Say) -> Iterator[Items]:
    yield Items([_link(link, say) for link in row.chain], head=_reason_head(row, say))
    if row.rule:
        rule = say.titled(Text.of(row.rule["title"]), row.basis, Ref("rule", row.rule["id"]))
        yield Items([Item(rule)], head=say.both("据以判定的规则", "The rule that decides"))
    beside = [Item(say.titled(Text.of(title), ref=Ref("rule", i))) for i, title in _rule_titles(row.does_not_apply)]
    yield Items(beside, head=say.both("核对过而不适用", "Checked, and does not apply"), folded=True)


def _rule_titles(ids: Sequence[str]) -> Iterator[tuple[str, Mapping[str, str]]]:
    known = load_book("market-access").by_id
    yield from ((i, known[i].title) for i in ids if i in known)


def _rule(row: Access, say: Say) -> str:
    return str((row.rule or {}).get("title", {}).get(say.lang) or "")


def _reason_head(row: Access, say: Say) -> str:
    if len(say.plan.access) == 1:
        return ""
    place = say.of(row.place.name) if row.place else ""
    return " · ".join(part for part in (say.service(row), place) if part)


_HOLDS: Final = {True: "yes", False: "no", None: "ask"}


def _link(link: Any, say: Say) -> Item:
    word = {True: ("成立", "holds"), False: ("不成立", "fails"), None: ("待定", "open")}[link.holds]
    return Item(say.line(say.sentence(say.of(link.text))), beside=say.both(*word))


def _facts(say: Say) -> Leaf | None:
    told, derived = say.plan.facts, say.plan.derived
    if not told and not derived:
        return None
    items = [
        Item(
            say.line(say.fact(f["attribute"]), ref=Ref("attribute", f["attribute"])),
            beside=say.text(fact_shown(f["attribute"], f["value"], say.lang)),
        )
        for f in told
    ]
    blocks: list[Block] = [Items(items)] if items else []
    if derived:
        rows = [Item(say.line(say.fact(f["attribute"])), beside=_derived(f, say)) for f in derived]
        blocks.append(Items(rows, head=say.both("由此得出", "What follows from them"), folded=True))
    finding = say.both(
        f"您告诉了{len(told)}项，推得{len(derived)}项", f"{len(told)} told, {len(derived)} that follow from them"
    )
    return _leaf("facts", say, finding, blocks)


def _derived(fact: Mapping[str, Any], say: Say) -> str:
    shown = fact_shown(fact["attribute"], fact["value"], say.lang)
    source = str((fact.get("from") or {}).get(say.lang) or "")
    return say.both(f"{shown}（{source}）", f"{shown} ({source})") if source else shown


def _sources(say: Say) -> Leaf | None:
    rows = say.plan.sources
    if not rows:
        return None
    finding = say.both(f"{len(rows)}个文本，以中文为准", f"{len(rows)}; the Chinese text binds")
    return _leaf("sources", say, finding, [SourceList([_source(row, say) for row in rows])])


def _source(row: Source, say: Say) -> SourceView:
    since = days_between(
        parse_day(row.effective) if row.effective else None, parse_day(row.ended) if row.ended else None, say.lang
    )
    about = " · ".join(part for part in (say.of(row.issuer), since) if part)
    articles = say.both("；", "; ").join(say.of(a) for a in row.articles)
    number = say.text((row.number if say.lang == "zh" else row.number_en or row.number) or "")
    gloss = row.title.zh if say.lang == "en" and row.title.zh != row.title.en else ""
    url = row.url if row.url and row.url.startswith(("https://", "http://")) else ""
    return SourceView(row.n, say.of(row.title), gloss, number, about, articles, url)
