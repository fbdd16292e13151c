"""A landing plan in one language: page one, then what stands behind it. Every renderer shows this and nothing else."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from luodi.advice.landing_plan import LandingPlan
from luodi.advice.landing_plan.answers import Access, Licence, Route
from luodi.advice.landing_plan.common import Cite
from luodi.advice.landing_plan.page_one import NextAction, Point
from luodi.advice.landing_plan.steps import Step
from luodi.documents.say import Say, code_shown
from luodi.documents.sections import sections
from luodi.documents.sections.benefits import benefits_in_short
from luodi.documents.time_chart import time_chart
from luodi.documents.view import (
    Act,
    Asked,
    CellView,
    ColumnView,
    Entry,
    Headings,
    Item,
    Line,
    PlanView,
    Ref,
    RouteView,
    SeveralView,
    Stamp,
)
from luodi.documents.wording import clean
from luodi.errors import LuodiError
from luodi.places import country
from luodi.terms import term
from luodi.terms.figures import count_word, counted

_LETTERS: Final = {"zh": "甲乙丙丁戊己庚辛壬癸", "en": "ABCDEFGHIJ"}
_MOST_ROUTES: Final = 4
_UNIT: Final = re.compile(r" \((?:in [^()]*|decimal[^()]*)\)(?=\?)|（(?:单位：|以)[^（）]*）(?=？)")
#: A headline with one of these names the approval; what decides need not name it again.
_APPROVED: Final = ("批复", "approved")
_SEVERAL: Final = re.compile(r" ?[(（](?:all that apply|可多选|可多项)[)）]")
_IN_BRACKETS: Final = re.compile(r" ?[(（][^()（）]*[)）]")
_AFTER_NAME: Final = re.compile(r"[;,；，]")
_AFTER_FIRST: Final = re.compile(r"[;,；，、（]| or | \(|或")


def plan_view(plan: LandingPlan, lang: str) -> PlanView:
    """What to show of a plan, in Chinese (`zh`) or English (`en`)."""
    say = Say(plan, lang)
    one = plan.page_one
    offered = [r for r in plan.routes if r.standing in ("offer", "question")]
    return PlanView(
        lang=lang,
        on=plan.on,
        title=_title(say),
        kicker=_kicker(say),
        headline=say.of(one.answer.says),
        stamp=_stamp(say),
        decides=_decides(say),
        takes=[entry for entry in _takes(say) if entry.lines or entry.figure],
        chart=time_chart(say) if one.duration and not say.is_undecided else None,
        acts=[_act(act, say) for act in one.next],
        unknown=[
            Asked(_question(say.of(u.text)), say.settles(u.settles), Ref("attribute", u.attribute)) for u in one.unknown
        ],
        several=_several(say),
        routes=[_route(n, route, say) for n, route in enumerate(offered[:_MOST_ROUTES])],
        unsettled=[_unsettled(route, say) for route in plan.routes if route.standing not in ("offer", "question")],
        warnings=[say.line(_warning(row, say)) for row in plan.warnings],
        sections=sections(say, [_route(n, r, say) for n, r in enumerate(offered)][_MOST_ROUTES:]),
        notices=_notices(say),
        words=_headings(say),
    )


# ---- the head


def _title(say: Say) -> str:
    name = _company(say)
    if say.lang == "zh":
        return f"{name}落地方案" if name else "落地方案"
    return f"Landing plan for {name}" if name else "Landing plan"


def _company(say: Say) -> str:
    names = say.plan.company
    return clean(names.get(say.lang) or names.get("en") or names.get("zh") or str(say.plan.id or ""))


def _kicker(say: Say) -> str:
    """Who, what, where, how much, when: what was asked, in one line."""
    access = say.plan.access
    home = next((a.question.get("investor") for a in access if a.question.get("investor")), None)
    services = list(dict.fromkeys(say.service(a) for a in access))
    places = list(dict.fromkeys(say.of(a.place.name) if a.place else "" for a in access))
    shares = list(dict.fromkeys(a.question.get("share") for a in access))
    parts = [
        _company(say),
        _home(str(home), say) if home else "",
        services[0] if len(services) == 1 else say.counted(len(services), "项业务", "service") if services else "",
        places[0] if len(places) == 1 else say.counted(len(places), "个地点", "place") if places else "",
        _share_asked(shares[0], say) if len(shares) == 1 else "",
        say.day(say.plan.on),
    ]
    return " · ".join(part for part in parts if part)


def _share_asked(share: int | float | None, say: Say) -> str:
    if share is None:
        return ""
    return say.both(f"外资{share:g}%", f"{share:g} %") if share else say.both("无外资", "no foreign share")


def _home(code: str, say: Say) -> str:
    try:
        found = country(code)
    except LuodiError:
        return code
    return say.both(found.name_zh, found.name_en)


def _stamp(say: Say) -> Stamp | None:
    answer = say.plan.page_one.answer
    return say.stamp(answer.stamp, answer.read) if answer.stamp else None


def _decides(say: Say) -> Line | None:
    """What decides a single answer; of several services the table says it."""
    answer = say.plan.page_one.answer
    if answer.decides is None or (say.plan.whole is not None and not say.plan.gates):
        return None
    text = say.of(answer.decides)
    if any(word in say.of(answer.says) for word in _APPROVED):
        text = say.sentence(text.partition(say.both("：", ": "))[0])
    return say.line(text, answer.basis)


def _question(text: str) -> str:
    """Without the unit and that several may be chosen, which the form beside the question says."""
    return _SEVERAL.sub("", _UNIT.sub("", text))


def _warning(row: object, say: Say) -> str:
    words = dict(row) if isinstance(row, dict) else {}
    return str(words.get(say.lang) or words.get("message") or "")


# ---- what it takes


def _takes(say: Say) -> Iterator[Entry]:
    one = say.plan.page_one
    if not say.plan.access and one.duration is None:
        yield Entry("benefits", say.both("政策", "Policies"), list(benefits_in_short(say)))
        return
    yield _list("conditions", say.both("条件", "Conditions"), [c for c in one.conditions if not _said(c, say)], say)
    yield Entry("capital", say.both("资本", "Capital"), list(_capital(say)))
    yield Entry("licences", say.both("证照", "Licences"), list(_licences(say)))
    yield from _how_long(say)
    yield Entry("fees", say.both("费用", "Fees"), list(_fees(say)))
    yield _list("risks", say.both("风险", "Risks"), [Point(text=r.text, basis=r.basis[:1]) for r in one.risks], say)


def _list(name: str, title: str, points: Sequence[Point], say: Say) -> Entry:
    """A short list; a single point needs no number."""
    lines = _cited_once(points, say)
    if len(lines) == 1:
        return Entry(name, title, [replace(lines[0], text=say.sentence(lines[0].text))])
    return Entry(name, title, lines, numbered=True)


def _said(condition: Point, say: Say) -> bool:
    """Whether what decides the answer says it already."""
    decides = say.of(say.plan.page_one.answer.decides).casefold()
    return len(say.plan.access) == 1 and say.of(condition.text).casefold() in decides


def _cited_once(points: Sequence[Point], say: Say) -> list[Line]:
    """Each with its citations, but for those that the one before has as well."""
    before: Sequence[Cite] = ()
    found = []
    for point in points:
        found.append(say.line(say.of(point.text), () if point.basis == before else point.basis))
        before = point.basis
    return found


def _capital(say: Say) -> Iterator[Line]:
    capital = say.plan.page_one.capital
    if capital is None:
        return
    least = capital.minimum
    if len(least) > 1 and len({tuple(point.basis) for point in least}) == 1:
        both = [say.of(point.text) for point in least]
        yield say.line(say.sentence(say.both("；", ", ").join(both)), least[0].basis)
        least = []
    for point in (*least, *([capital.paid_in] if capital.paid_in else [])):
        yield say.line(say.sentence(say.of(point.text)), point.basis)


def _licences(say: Say) -> Iterator[Line]:
    rows: Sequence[Licence] = say.plan.page_one.licences
    if rows:
        names = [_IN_BRACKETS.sub("", say.of(row.name)) for row in rows]
        yield say.line(say.sentence(say.both("、".join(names), "; ".join(names))))


def _how_long(say: Say) -> Iterator[Entry]:
    found = say.plan.page_one.duration
    if found is None:
        return
    lines = [say.line(text) for text in _open_says(say)]
    yield Entry("duration", say.both("多久", "How long"), lines, figure=_capital_first(say.duration(found)))


def _capital_first(text: str) -> str:
    return text[:1].upper() + text[1:]


def _open_says(say: Say) -> Iterator[str]:
    found = say.plan.page_one.duration
    assert found is not None
    if say.is_undecided:
        yield say.both("能否办理尚未判定，其余时间取决于结论。", "The rest depends on the answer.")
    deciding, others = say.open_steps(found)
    if deciding is not None:
        yield _open_step(deciding, say)
    if others and deciding is None:
        names = say.listed([say.quoted(step) for step in others])
        yield say.both(f"{names}没有规定期限。", f"No set time: {names}.")
    n, more = len(found.unsettled), len(others) if deciding else 0
    steps = " step" if more == 1 else " steps"
    left_out = [
        say.both("企业自行准备的时间", "your own preparation") if found.own else "",
        say.both(f"另外{more}个时间未定的步骤", f"{count_word(more, 'en')} more open{'' if n else steps}")
        if more
        else "",
        say.both(f"{n}个可能需要的步骤", counted(n, "possible step")) if n else "",
    ]
    if any(left_out):
        yield (
            say.both("未计入：", "Not counted: ")
            + say.listed([part for part in left_out if part])
            + say.both("。", ".")
        )


def _open_step(step: Step, say: Say) -> str:
    """That no text gives the deciding step, which the figure names, a time, and what is known of its like."""
    beside = say.beside(step.time, most=1)
    zh, en = "批复没有规定期限", "No set time"
    return say.sentence(say.both(f"{zh}，{beside}", f"{en}; {beside}") if beside else say.both(zh, en))


def _fees(say: Say) -> Iterator[Line]:
    fees = say.plan.page_one.fees
    if fees is None:
        return
    known, n = say.money(fees.amount), len(fees.unknown)
    zh, en = f"已知官方收费合计{known}", f"{known} in known official fees"
    if not fees.amount:
        zh, en = ("已知步骤均不收费", "Free where known") if n else ("不收费", "No official fee")
    if n:
        zh, en = f"{zh}，另有{n}个步骤收费未查明", f"{en}; not known for {counted(n, 'step')}"
    yield say.line(say.both(f"{zh}。", f"{en}."))


# ---- next, several, routes


def _act(act: NextAction, say: Say) -> Act:
    if act.by is not None:
        day, when = act.by, say.both(f"{say.short(act.by)}前", f"by {say.short(act.by)}")
    else:
        day, when = act.since, say.both(f"{say.short(act.since)}起", f"from {say.short(act.since)}")
    if day == say.plan.on:
        when = say.both("今天起" if act.by is None else "今天", "now" if act.by is None else "today")
    where, paper = _where(act, say), _AFTER_FIRST.split(say.of(act.document))[0]
    own = any(s.id == act.step and s.preparation for s in say.plan.steps)
    return Act(say.of(act.title), when, day, where, _act_ref(act), "" if own or paper == where else paper)


def _act_ref(act: NextAction) -> Ref:
    return Ref("step", act.step) if act.step else Ref("policy", act.policy or "")


def _where(act: NextAction, say: Say) -> str:
    """The office; of what the company does by itself the first paper."""
    own = any(s.id == act.step and s.authority.level == "self" for s in say.plan.steps)
    return (say.of(act.document) if own else "") or _office(say.of(act.office))


def _office(text: str) -> str:
    """The office without what follows its name; the step has it all."""
    return _AFTER_NAME.split(text)[0]


def _several(say: Say) -> SeveralView | None:
    whole = say.plan.whole
    if whole is None:
        return None
    cells = {(cell.service, cell.place): cell for cell in whole.cells}
    columns = [
        ColumnView(say.of(c.name), c.place == whole.take, say.of(c.says), Ref("place", c.place)) for c in whole.columns
    ]
    rows = []
    for service in whole.services:
        row = [cells[service.id, column.place] for column in whole.columns]
        shown = [CellView(say.stamp(c.answer), say.line(say.sentence(say.cap(c.cap)), c.basis)) for c in row]
        rows.append((say.of(service.name), code_shown(service.id), shown))
    return SeveralView(columns, rows)


def _route(n: int, route: Route, say: Say) -> RouteView:
    pairs = [
        (say.both("您占的股", "Your share"), say.line(_share(route, say))),
        (say.both("要放弃的", "You give up"), say.line(say.of(route.gives_up))),
        (say.both("红线", "Red line"), say.line(say.of(route.limits), route.basis)),
        (say.both("先办什么", "First"), say.line(_first_need(route, say))),
        (say.both("取决于", "If"), say.line(say.facts(route.missing) if route.missing else "")),
        (say.both("依据", "Source"), say.line(say.word("read", route.read))),
    ]
    letters = _LETTERS[say.lang]
    return RouteView(
        letter=letters[n] if n < len(letters) else str(n + 1),
        title=say.of(route.title),
        what=say.of(route.what_it_is),
        pairs=[(name, line) for name, line in pairs if line.text],
        ref=Ref("route", route.id, route.plan),
    )


def _share(route: Route, say: Say) -> str:
    if route.share_note is not None:
        return say.of(route.share_note)
    if route.share_allowed is None:
        return ""
    if route.share_allowed == 0:
        return say.both("不持股，靠合同合作", "none: licence, contract or project")
    return say.both(f"最多{route.share_allowed:g}%", f"up to {route.share_allowed:g} %")


def _first_need(route: Route, say: Say) -> str:
    return say.of(route.needs[0].text) if route.needs else ""


def _unsettled(route: Route, say: Say) -> Item:
    said = say.line(say.of(route.unsettled or route.what_it_is), route.basis)
    title = say.titled(route.title, ref=Ref("route", route.id, route.plan))
    return Item(title, lines=[said], stamp=say.stamp("silent" if route.standing == "to_be_checked" else "unknown"))


def _notices(say: Say) -> list[str]:
    books = say.both("、", ", ").join(f"{b['name']} {b['version']}" for b in say.plan.books)
    day = say.day(say.plan.on)
    found = [
        say.both(
            "供参考，不是法律意见；以主管机关的决定为准。",
            "Reference, not legal advice. The authority’s own decision prevails.",
        ),
        say.both(f"规则截至{day}：{books}。", f"Rules as of {day}: {books}."),
    ]
    if say.plan.as_known_on:
        known = say.day(say.plan.as_known_on)
        found.append(
            say.both(
                f"规则库截至{known}，按当时所知答复。", f"The books end on {known}; answered as known on that day."
            )
        )
    return found


def _headings(say: Say) -> Headings:
    both = say.both
    acts, facts = len(say.plan.page_one.next), len(say.plan.page_one.unknown)
    return Headings(
        takes=both("需要什么", "What it takes") if say.plan.access else both("能得到什么", "What you get"),
        next=both("接下来的五件事", "Your next five acts") if acts == 5 else both("接下来", "What to do next"),
        unknown=both("最能定局的三项事实", "Three facts that settle most")
        if facts == 3
        else both("还不知道的", "Still unknown"),
        rest=both("方案的其余部分", "The rest of the plan"),
        decides=both("关键在：", "What decides it:"),
        routes=both("能走的路", "Ways that are open"),
        routes_intro=both("各有取舍。不能开办，所以没有日程。", "Each gives something up. There is no schedule.")
        if is_closed(say.plan)
        else both("各有取舍。", "Each gives something up."),
        unsettled=both("还没有定论", "Not settled"),
        unsettled_intro=both("这些不作推荐，只说明卡在哪里。", "No recommendations: they say where it is stuck."),
        whole=both("公司作为整体", "The company as a whole"),
        skip=both("跳到正文", "Skip to the content"),
        step=both("步骤", "Step"),
        office=both("机关", "Office"),
        time=both("时间", "Time"),
        when=both("第几个工作日", "Working day"),
        papers=both("材料", "Papers"),
        by_law=term("time", "law").word(say.lang),
        usual=term("time", "usual").word(say.lang),
        open=term("time", "open").word(say.lang),
        own=both("自行安排", "your own pace"),
        critical=both("决定时长", "decides the length"),
        read_by=both("阅人", "Read by"),
        day=both("日期", "Day"),
    )


def is_closed(plan: LandingPlan) -> bool:
    """Whether every service of the plan is closed, so that there is no schedule."""
    rows: Sequence[Access] = plan.access
    return bool(rows) and all(row.answer == "not_allowed" for row in rows)
