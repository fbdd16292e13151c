"""Page one: the answer, what it takes, how long, what it costs, the risks, what to do next, the facts that settle most.

Everything here is taken from the rows behind it; it says nothing that they do not say.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

from msgspec.structs import replace

from luodi.access.control import CONTRACT
from luodi.advice.landing_plan.answers import Access, Licence
from luodi.advice.landing_plan.common import Cite, Text
from luodi.advice.landing_plan.page_one import Capital, Fees, NextAction, PageOne, Point, Risk, Unknown, Verdict
from luodi.advice.landing_plan.policies import Policy
from luodi.advice.landing_plan.steps import Obligation, OpenStep, Step
from luodi.advice.plan_rows import PlanRows
from luodi.advice.says import decides, is_domestic, sentence, support
from luodi.dates import add_years
from luodi.rules.words import money_shown

MOST_CONDITIONS: Final = 3
MOST_RISKS: Final = 3
MOST_ACTIONS: Final = 5
MOST_UNKNOWN: Final = 3
_AN_OPEN_STEP, _AN_OWN_STEP = 60, 5
_REVIEW: Final = "foreign-investment-security-review"
_EXPORT: Final = "data-export-path-decision"
_CAPITAL: Final = "cap-"
_PAID_IN: Final = "capital-contribution-schedule"
_WHOLE_COUNTRY: Final = "national_or_cross_province"
_ONE_PROVINCE: Final = "one_province"
_READ: Final = ("not_read", "elsewhere", "official")  # the least well read first


def page_one(plan: PlanRows) -> PageOne:
    """At most three conditions, three risks, three facts, five actions; what is more stands behind."""
    if not plan.access and plan.is_established:
        return _of_support(plan)
    return PageOne(
        answer=verdict(plan),
        conditions=_conditions(plan),
        capital=_capital(plan),
        licences=_licences(plan),
        duration=plan.duration,
        fees=_fees(plan.steps),
        risks=list(_risks(plan))[:MOST_RISKS],
        next=_next_actions(plan),
        unknown=_unknown(plan),
    )


def _of_support(plan: PlanRows) -> PageOne:
    """Of a company that is there and names no service: what it can get, and how to ask for it; nothing is opened."""
    fits = [row for row in plan.policies if row.group == "fits" and row.decides]
    away = [row for row in plan.policies if row.group == "one_fact_away"]
    asked = [row for row in fits if row.apply is not None or row.documents]
    return PageOne(
        answer=Verdict(
            stamp=None,
            says=support(len(fits), len(away)),
            decides=None,
            read=None,
            basis=_distinct(cite for row in fits for cite in row.basis),
        ),
        conditions=[],
        capital=None,
        licences=[],
        duration=None,
        fees=None,
        risks=[],
        next=[_ask_for(row, plan.on) for row in asked[:MOST_ACTIONS]],
        unknown=_unknown(plan),
    )


def _ask_for(policy: Policy, on: date) -> NextAction:
    ends = policy.window.get("to")
    return NextAction(
        step=None,
        policy=policy.id,
        title=policy.title,
        office=policy.authority or Text("", ""),
        document=policy.documents[0] if policy.documents else None,
        since=on.isoformat(),
        by=str(ends) if ends else None,
    )


def _unknown(plan: PlanRows) -> list[Unknown]:
    """The facts that settle most; none where every service is closed, since no fact opens it."""
    if plan.access and all(row.answer == "not_allowed" for row in plan.access):
        return []
    rows = plan.questions[:MOST_UNKNOWN]
    return [Unknown(attribute=q.attribute, text=q.text, settles=q.settles) for q in rows]


# ---- the answer


def verdict(plan: PlanRows) -> Verdict:
    """One stamp, or none where the services are answered differently."""
    answers = {row.answer for row in plan.access}
    reads = [row.read for row in plan.access if row.read]
    stamp = _stamp(plan, answers)
    return Verdict(
        stamp=stamp,
        says=sentence(plan.access, plan.gates, plan.whole),
        decides=_decides(plan),
        read=min(reads, key=_READ.index) if reads else None,
        basis=_distinct(cite for row in plan.access for cite in row.basis),
    )


def _stamp(plan: PlanRows, answers: set[Any]) -> Any:
    if plan.whole is not None and plan.whole.take is not None:
        return plan.whole.answer
    return next(iter(answers)) if len(answers) == 1 else None


def _decides(plan: PlanRows) -> Text | None:
    if len(plan.access) == 1:
        return decides(plan.access[0], plan.gates)
    if plan.gates:
        return plan.gates[0].text
    if plan.whole is None:
        return None
    says = [(column.name, column.says) for column in plan.whole.columns]
    return Text(
        "；".join(f"{name.zh}：{text.zh}" for name, text in says) + "。",
        "; ".join(f"{name.en}: {text.en[:1].lower() + text.en[1:]}" for name, text in says) + ".",
    )


def _conditions(plan: PlanRows) -> list[Point]:
    """The conditions of all that is open; of several services, one that is not common to them names its service."""
    services = {row.service.id for row in plan.access if row.service}
    common = Counter(condition.en for row in plan.open for condition in row.conditions)
    found: dict[str, Point] = {}
    for row in plan.open:
        for condition in row.conditions:
            alone = len(services) > 1 and common[condition.en] < len(plan.access)
            found.setdefault(condition.en, Point(text=_of(row, condition) if alone else condition, basis=row.basis[:1]))
    return list(found.values())[:MOST_CONDITIONS]


def _of(row: Access, condition: Text) -> Text:
    if row.service is None:
        return condition
    name, en = row.service.name, condition.en
    return Text(f"{name.zh}：{condition.zh}", f"{name.en}: {en[:1].lower()}{en[1:]}")


# ---- money


def _capital(plan: PlanRows) -> Capital | None:
    """The least registered capital that the law asks, by the reach of the service where it is known."""
    rows = {r.name: r for row in plan.open for r in row.requirements if r.name.startswith(_CAPITAL)}
    wanted = [r for r in rows.values() if _concerns(r.scope, plan.coverage)]
    wanted.sort(key=lambda r: r.scope != _ONE_PROVINCE)
    minimum = [Point(text=_least(r.scope, int(r.value or 0), len(wanted) > 1), basis=r.basis) for r in wanted]
    paid_in = _paid_in(plan)
    return Capital(minimum=minimum, paid_in=paid_in) if minimum or paid_in else None


def _concerns(scope: str | None, coverage: str | None) -> bool:
    match coverage:
        case None:
            return True
        case "one_province":
            return scope != _WHOLE_COUNTRY
    return scope != _ONE_PROVINCE


def _least(scope: str | None, value: int, several: bool) -> Text:
    zh, en = money_shown(value, "CNY", "zh"), money_shown(value, "CNY", "en")
    if not several or scope not in (_WHOLE_COUNTRY, _ONE_PROVINCE):
        return Text(f"注册资本不低于{zh}", f"registered capital of at least {en}")
    if scope == _ONE_PROVINCE:
        return Text(f"只在一个省经营：注册资本不低于{zh}", f"at least {en} for one province")
    return Text(f"在两个以上省份经营：不低于{zh}", f"{en} for several provinces")


def _paid_in(plan: PlanRows) -> Point | None:
    """When the capital has to be there: the duty of the plan that says so."""
    rows: list[Obligation | Step] = [*plan.duties, *plan.steps]
    row = next((row for row in rows if row.id == _PAID_IN), None)
    if row is None or row.confidence == "low" or not row.deadline:
        return None
    text = row.deadline[0]["text"]
    if not text:
        return None
    return Point(text=Text(f"{text['zh']}缴足", f"to be paid in within {text['en']}"), basis=row.basis)


def _fees(steps: Sequence[Step]) -> Fees | None:
    """The official fees of the steps that must be taken; one that nobody knows is named, never 0."""
    needed = [step for step in steps if not step.is_optional]
    if not needed:
        return None
    known = [s for s in needed if s.fee is not None and s.fee.amount is not None and s.fee.confidence != "low"]
    basis = {s.fee.basis.en: s.fee.basis for s in known if s.fee and s.fee.basis}
    return Fees(
        amount=sum(s.fee.amount or 0 for s in known if s.fee and s.fee.currency == "CNY"),
        currency="CNY",
        unknown=[s.id for s in needed if s not in known],
        basis=list(basis.values()),
    )


def _licences(plan: PlanRows) -> list[Licence]:
    """Every licence once, by its id: those of the answers, and those that a step of the plan gives."""
    found: dict[str, Licence] = {}
    for row in plan.open:
        for licence in row.licence_details:
            found.setdefault(licence.id, licence)
    for name, given in _given(plan.steps).items():
        found[name] = replace(found[name], name=given.name, authority=given.authority) if name in found else given
    return list(found.values())


def _given(steps: Iterable[Step]) -> dict[str, Licence]:
    """What the steps give, by the name and the office of its reach: one province, or several. Where two steps of the
    plan give one licence, the reach is not settled and the general name stays."""
    rows = [step for step in steps if not step.is_optional and step.licence and step.output]
    times = Counter(step.licence for step in rows)
    return {
        step.licence: Licence(id=step.licence, name=step.output, authority=step.authority)
        for step in rows
        if step.licence and step.output and times[step.licence] == 1
    }


# ---- risks


def _risks(plan: PlanRows) -> Iterator[Risk]:
    """Ranked: what may stop the investment, then data, then content, then rules that end."""
    for gate in plan.gates:
        if gate.id == CONTRACT:
            yield Risk(kind="contract_control", text=gate.text, basis=gate.basis)
    rows: dict[str, Step | OpenStep] = {row.id: row for row in plan.open_steps}
    rows.update((row.id, row) for row in plan.steps)
    if (review := rows.get(_REVIEW)) is not None:
        needed = isinstance(review, Step)
        yield Risk(
            kind="security_review",
            text=Text(
                "外商投资安全审查：须先申报并取得结果"
                if needed
                else "外商投资安全审查：是否适用取决于投资领域和控制权",
                "Security review: declare first and wait for the result"
                if needed
                else "Security review, in sensitive sectors under your control",
            ),
            basis=review.basis,
        )
    yield from _export_risk(plan, rows)
    yield from _content_risk(plan)
    yield from _ending(plan)


def _export_risk(plan: PlanRows, rows: Mapping[str, Step | OpenStep]) -> Iterator[Risk]:
    if not plan.data_export.get("concerned") or plan.data_export.get("answer") == "exempt":
        return
    row = rows.get(_EXPORT)
    label = plan.data_export.get("label")
    yield Risk(
        kind="data_export",
        text=Text(
            f"数据出境：{label['zh']}" if label else "数据出境：先定路径",
            f"Data leaving China: {label['en'][:1].lower()}{label['en'][1:]}"
            if label
            else "Data leaving China: settle the path first",
        ),
        basis=row.basis if row is not None else [],
    )


def _content_risk(plan: PlanRows) -> Iterator[Risk]:
    """Content stays under Chinese control, whatever the rest of the service may do."""
    foreign = any(not is_domestic(row) for row in plan.open)
    regulated = plan.contents - {"none"}
    if not foreign or not regulated:
        return
    yield Risk(
        kind="foreign_control",
        text=Text(
            "新闻、出版、视听等内容业务不得由外资经营或控制",
            "News, publishing and audio-visual content may not be run or controlled by foreign capital",
        ),
        basis=[cite for row in plan.open for cite in row.basis][:1],
    )


def _ending(plan: PlanRows) -> Iterator[Risk]:
    """A step's rule that ends within a year of the plan."""
    limit = add_years(plan.on, 1).isoformat()
    for step in plan.steps:
        if step.until is not None and step.until <= limit and not step.is_optional:
            yield Risk(
                kind="rule_ends",
                text=Text(
                    f"“{step.title.zh}”的规定到{step.until}为止", f"The rule on “{step.title.en}” ends on {step.until}"
                ),
                basis=step.basis,
            )


# ---- what to do, what to tell


def _next_actions(plan: PlanRows) -> list[NextAction]:
    """The actions towards opening that most waits for or that take longest, in the order in which they can begin.
    After a no there are none."""
    steps = [s for s in plan.steps if s.lane == "to_open" and not s.runs_with]
    if len(steps) < MOST_ACTIONS:
        steps += [s for s in plan.steps if s.lane == "to_go_live" and not s.runs_with]
    waiting = _waiting(plan.steps)
    kept = sorted(steps, key=lambda s: -(_length(s) + len(waiting[s.id])))[:MOST_ACTIONS]
    return [_next_action(step, plan) for step in steps if step in kept]


def _length(step: Step) -> int:
    """How much of the way a step is: an open one as much as any, what goes at the company's pace a little."""
    if step.time.rests == "open":
        return _AN_OPEN_STEP
    return step.time.max_working_days or (_AN_OWN_STEP if step.time.rests == "own" else 0)


def _waiting(steps: Sequence[Step]) -> dict[str, set[str]]:
    """For each step all that waits for it, however far behind. The steps come in the order in which they can start."""
    found: dict[str, set[str]] = {step.id: set() for step in steps}
    for step in sorted(steps, key=lambda s: -s.start.min):
        for before in step.needs:
            found[before] |= {step.id} | found[step.id]
    return found


def _next_action(step: Step, plan: PlanRows) -> NextAction:
    """`by` the last day by which it can be over, where one is known; else the day on which it can begin."""
    end = None if step.time.rests == "own" else step.finish.max
    return NextAction(
        step=step.id,
        title=step.title,
        office=Text(step.authority.zh, step.authority.en),
        document=step.documents[0] if step.documents else None,
        since=plan.calendar.add_working_days(plan.on, step.start.min).isoformat(),
        by=None if end is None else plan.calendar.add_working_days(plan.on, end).isoformat(),
    )


def _distinct(basis: Iterator[Cite]) -> list[Cite]:
    return list(dict.fromkeys(basis))
