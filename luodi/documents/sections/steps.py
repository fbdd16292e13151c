"""The steps of each lane, the duties that recur, and the documents."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from luodi.advice.landing_plan.steps import Fee, Obligation, OpenStep, Step
from luodi.documents import labels
from luodi.documents.say import Say
from luodi.documents.sections.section import section
from luodi.documents.step_times import observed_note
from luodi.documents.time_chart import whole_chart
from luodi.documents.view import Block, Item, Items, Line, Ref, Section, StepTable, StepView
from luodi.terms import find
from luodi.terms.figures import counted, verb_of

#: The step of the books that takes complaints of foreign-invested companies.
_COMPLAINTS: Final = "fie-complaint"


def steps_section(lane: str, say: Say) -> Section | None:
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
    return Section(
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
    yield both("实际用时", "Observed times"), say.line(observed_note(step.time.observed, say.lang))
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


def duties_section(say: Say) -> Section | None:
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
    return section("duties", say, finding, blocks)


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


def documents_section(say: Say) -> Section | None:
    rows = say.plan.documents
    if not rows:
        return None
    titles = {s.id: say.of(s.title) for s in say.plan.steps}
    items = [
        Item(say.line(say.of(d.name)), beside=say.both("、", "; ").join(titles[i] for i in d.steps if i in titles))
        for d in rows
    ]
    n = len(rows)
    return section("documents", say, say.both(f"{n}份，每份只列一次", f"{n}, each once"), [Items(items)])
