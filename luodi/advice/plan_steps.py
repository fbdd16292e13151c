"""What to obtain: the steps of a plan, those that a fact may still add, their documents, the duties after."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import msgspec

from luodi.advice.context import Context, read_state, stands, texts
from luodi.advice.landing_plan.common import Office, Text
from luodi.advice.landing_plan.steps import Alternative, Document, Fee, Obligation, OpenStep, Portal
from luodi.advice.landing_plan.steps import Step as Row
from luodi.advice.landing_plan.times import Time
from luodi.advice.obligations import every, next_due
from luodi.advice.steps import Chosen, Step
from luodi.advice.timetable import Timetable
from luodi.advice.timing import OPEN, Rests
from luodi.advice.words import both, span
from luodi.rules.book import Citation
from luodi.rules.explain import Explanation


def step_rows(table: Timetable, chosen: Chosen, context: Context) -> list[Row]:
    """The steps in the order in which they can start."""
    order = sorted(table.plan, key=lambda i: (table.low[i].start, table.low[i].finish))
    return [_step(table.book.steps[i], table, chosen, context) for i in order]


def open_rows(table: Timetable, chosen: Chosen, context: Context) -> tuple[list[OpenStep], list[OpenStep]]:
    """The steps that may be needed, with the facts that settle each; and those on offer, with whom they are for."""
    steps = [table.book.steps[i] for i in table.open]
    undecided = [_open_step(step, table, chosen, context) for step in steps if not step.is_voluntary]
    return undecided, [_offered_step(step, table, chosen, context) for step in steps if step.is_voluntary]


def _offered_step(step: Step, table: Timetable, chosen: Chosen, context: Context) -> OpenStep:
    wanted = [Text.of(reason.expected) for reason in chosen.explained[step.id].reasons if reason.holds is None]
    return msgspec.structs.replace(_open_step(step, table, chosen, context), only_if=wanted)


def _step(step: Step, table: Timetable, chosen: Chosen, context: Context) -> Row:
    found, gives, plan = chosen.explained[step.id], step.gives, set(table.plan)
    authority, switch = step.authority_for(context.facts, context.on)
    start, finish = table.span(step.id)
    waits = table.low[step.id].after
    return Row(
        id=step.id,
        title=Text.of(step.rule.title),
        lane=table.lane(step.id),
        preparation=step.lane == "preparation",
        domain=step.domain,
        obligation=step.obligation,
        authority=office(authority),
        authority_confidence=switch,
        why=_why(found),
        assumed=list(found.assumed),
        needs=sorted(_needs(step, chosen, waits) & plan),
        waits_on_open=sorted(i for i in table.high[step.id].after if i not in plan),
        runs_with=host if (host := table.host(step.id)) in plan else None,
        documents=texts(gives.get("documents")),
        prerequisites=texts(gives.get("prerequisites")),
        time=time_of(step, table),
        fee=fee_of(step),
        start=start,
        finish=finish,
        critical=table.is_critical(step.id),
        deadline=deadlines(gives),
        output=Text.maybe(gives.get("output")),
        licence=gives.get("licence"),
        validity=Text.maybe(gives.get("validity")),
        online=_plain(gives.get("online")),
        portal=_portal(gives.get("portal")),
        alternatives=[_alternative(i, route.why, context) for i, route in chosen.alternatives.get(step.id, ())],
        until=step.rule.last.isoformat() if step.rule.last else None,
        basis=context.cites(step.rule),
        confidence=step.rule.confidence,
        read=read_state(step.rule),
        verification=step.rule.verification,
        seen_at=step.rule.seen_at,
        note=Text.maybe(step.rule.note),
    )


def _why(found: Explanation) -> list[dict[str, Any]]:
    return [reason.as_json(found.rule.id) for reason in found.reasons] or [_everybody()]


def _everybody() -> dict[str, Any]:
    return {
        "clause": "always",
        "holds": True,
        "fact": {},
        "expected": both("每家企业", "every company"),
        "cites": [],
        "missing": [],
        "text": both("每家企业均须办理", "Every company takes this step"),
    }


def office(row: Mapping[str, str]) -> Office:
    return Office(zh=row["zh"], en=row["en"], level=row.get("level"))


def _needs(step: Step, chosen: Chosen, waits: frozenset[str]) -> set[str]:
    named = {chosen.replaced.get(i, i) for i in step.depends_on}
    return (named | waits) - {step.id}


def time_of(step: Step, table: Timetable) -> Time:
    """What the texts and practice say, and the range that follows from them, from the day on which the step starts."""
    rests = table.rests(step.id)
    slot = table.low.get(step.id) or table.added[step.id]
    low, high = slot.finish - slot.start, _most(step, table) if rests is not Rests.WITH else 0
    row = dict(step.time.row)
    document = {
        "kind": step.time.kind,
        "law": _law(row.get("law"), table.on),
        "usual": _typed(row.get("usual"), ("min", "max")),
        "rests": rests.value,
        "min_working_days": None if rests in (Rests.OPEN, Rests.DUTY, Rests.OWN) else low,
        "max_working_days": None if rests in (Rests.DUTY, Rests.OWN) or high >= OPEN else high,
    }
    return msgspec.convert(document, Time)


def time_of_book(step: Step, on: date) -> Time:
    """What the texts and practice say of a step, whatever the plan: without a range."""
    row = step.time.row
    document = {
        "kind": step.time.kind,
        "law": _law(row.get("law"), on),
        "usual": _typed(row.get("usual"), ("min", "max")),
        "rests": step.time.rests.value,
    }
    return msgspec.convert(document, Time)


def _law(row: Mapping[str, Any] | None, on: date) -> dict[str, Any] | None:
    """The time that a text gives; the text is cited where it is in force on the day."""
    found = _typed(row, ("days",))
    basis = (found or {}).get("basis")
    if found is None or not basis or stands(Citation(basis["instrument"], basis.get("article")), on):
        return found
    return {**found, "basis": None}


def _most(step: Step, table: Timetable) -> int:
    slot = table.high[step.id]
    return OPEN if slot.finish >= OPEN > slot.start or table.rests(step.id) is Rests.OPEN else slot.finish - slot.start


def _typed(row: Mapping[str, Any] | None, figures: Sequence[str]) -> dict[str, Any] | None:
    """A row of the book with its figures as whole numbers; a book keeps every value as text."""
    if row is None:
        return None
    plain = {key: _plain(value) for key, value in row.items()}
    return {**plain, **{key: int(plain[key]) for key in figures if plain.get(key) is not None}}


def fee_of(step: Step) -> Fee | None:
    row = step.gives.get("fee")
    return msgspec.convert({"amount": None, **(_typed(row, ("amount",)) or {})}, Fee) if row else None


def _portal(row: Mapping[str, Any] | None) -> Portal | None:
    return msgspec.convert(_plain(row), Portal) if row else None


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}
    return [_plain(v) for v in value] if isinstance(value, list) else value


def deadlines(gives: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What the company must keep, each with its words."""
    return [_deadline(row) for row in gives.get("deadline") or ()]


def _deadline(row: Mapping[str, Any]) -> dict[str, Any]:
    text = row.get("rule")
    if row.get("value") is not None and row.get("unit"):
        length = span(int(row["value"]), row["unit"])
        text = both(
            _within(length["zh"], text["zh"] if text else ""), length["en"] + (f" {text['en']}" if text else "")
        )
    return {"value": row.get("value"), "unit": row.get("unit"), "window": row.get("window"), "text": dict(text or {})}


def _within(length: str, rule: str) -> str:
    """自成立之日起5年内; what is no beginning follows the length."""
    if rule.startswith("自") and rule.endswith("起"):
        return f"{rule}{length}内"
    return f"{length}：{rule}" if rule else length


def _alternative(step_id: str, why: Mapping[str, str], context: Context) -> Alternative:
    rule = context.steps.steps[step_id].rule
    return Alternative(id=step_id, title=Text.of(rule.title), why=Text.of(why), basis=context.cites(rule))


def _open_step(step: Step, table: Timetable, chosen: Chosen, context: Context) -> OpenStep:
    start, finish = table.span(step.id)
    return OpenStep(
        id=step.id,
        title=Text.of(step.rule.title),
        lane=table.lane(step.id),
        domain=step.domain,
        obligation=step.obligation,
        authority=office(step.authority_for(context.facts, context.on)[0]),
        missing=list(chosen.explained[step.id].missing),
        time=time_of(step, table),
        start=start,
        finish=finish,
        basis=context.cites(step.rule),
        confidence=step.rule.confidence,
        read=read_state(step.rule),
        needs=sorted(table.high[step.id].after - {step.id}),
        runs_with=table.host(step.id),
        only_if=[],
    )


def documents(steps: Sequence[Row]) -> list[Document]:
    """Each document once, with the steps that want it."""
    found: dict[str, tuple[Text, list[str]]] = {}
    for step in steps:
        for document in step.documents:
            found.setdefault(document.en, (document, []))[1].append(step.id)
    return [Document(name=name, steps=wanted) for name, wanted in found.values()]


def obligations(chosen: Chosen, table: Timetable, context: Context) -> list[Obligation]:
    """What must be kept after: duties of the plan, and steps of it that come again; those with a day first."""
    steps = (context.steps.steps[i] for i in chosen.plan)
    rows = [_obligation(step, table, context) for step in steps if step.is_duty or step.gives.get("recurs")]
    return sorted(rows, key=lambda row: (row.right, row.next_due is None, row.next_due or ""))


def _obligation(step: Step, table: Timetable, context: Context) -> Obligation:
    recurs = step.gives.get("recurs") or {}
    window = recurs.get("window")
    return Obligation(
        id=step.id,
        title=Text.of(step.rule.title),
        authority=office(step.authority_for(context.facts, context.on)[0]),
        every=every(recurs["every"]) if recurs else None,
        window=window,
        next_due=next_due(window, context.facts, context.on, table.founded) if window else None,
        right=step.obligation == "optional",
        deadline=deadlines(step.gives),
        basis=context.cites(step.rule),
        confidence=step.rule.confidence,
        read=read_state(step.rule),
        note=Text.maybe(step.rule.note),
    )
