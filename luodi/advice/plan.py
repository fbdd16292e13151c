"""The landing plan: what is open, what to obtain and when, what fits, what recurs, what is still unknown.

`advise` is a function from a profile, the books and a day to one document (the shape is in
docs/reference/landing-plan.md). Every page, PDF, terminal print and API answer shows this document.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from luodi.access import AccessBook, AccessQuestion, access_book, what_is_open, would_change
from luodi.access.holdings import NEW_HOLDER, Holdings, changes_held, open_to, shown
from luodi.access.resolve import Access, as_json, least_open
from luodi.advice.match import ordered, result
from luodi.advice.obligations import obligations
from luodi.advice.overlaps import overlaps
from luodi.advice.plan_facts import facts_of_holdings, facts_of_plans, region_of_plans
from luodi.advice.question import shape
from luodi.advice.schedule import Slot, critical_path
from luodi.advice.sources import Sources
from luodi.advice.steps import Chosen, Step, StepsBook, choose, steps_book, timetable
from luodi.advice.words import basis, both, span
from luodi.calendar import WorkingCalendar
from luodi.profiles.facts import Facts
from luodi.profiles.profile import Profile, current_facts
from luodi.profiles.vocabulary import as_json as value_json
from luodi.rules.ask import open_questions
from luodi.rules.book import Book, Rule
from luodi.rules.decide import decide
from luodi.rules.derive import derivations
from luodi.rules.evaluate import Answer
from luodi.rules.explain import OUT_OF_WINDOW, explain
from luodi.rules.library import company_vocabulary, load_book
from luodi.rules.remedy import when_true


@dataclass
class _Room:
    """What one plan is made with."""

    on: date
    profile: Profile
    facts: Facts
    access: AccessBook
    steps: StepsBook
    policies: Book
    calendar: WorkingCalendar
    sources: Sources
    warnings: list[Mapping[str, str]]
    held: Holdings | None = None


def advise(profile: Profile, *, on: date) -> dict[str, Any]:
    """The landing plan of one company as a JSON-ready document.

    Raises `LuodiError` for a plan that names an unknown service, place or country, or a share out of range.
    """
    access, steps = access_book(), steps_book()
    questions = plan_questions(profile, access)
    given, warnings = current_facts(profile, on)
    vocabulary = company_vocabulary()
    table = steps.book.tables.get("plan-facts") or {}
    added, prefixes, derived = facts_of_plans(questions, given, vocabulary, access, table)
    held = _held(profile, on)
    if held is not None:
        more, notes = facts_of_holdings(held, {**given, **added})
        added, derived = {**added, **more}, [*derived, *notes]
    facts = Facts(vocabulary, {**given, **added}, derivations(load_book("enterprise-size"), on), prefixes)
    room = _Room(
        on, profile, facts, access, steps, load_book("policies"), WorkingCalendar.china(), Sources(),
        [*profile.warnings, *warnings], held,
    )  # fmt: skip
    return _document(room, questions, derived)


def plan_questions(profile: Profile, book: AccessBook) -> list[AccessQuestion]:
    """One access question for each plan of the profile."""
    home = {
        "investor": profile.investor.get("country"),
        "cepa_qualified": profile.investor.get("cepa_qualified"),
    }
    return [
        AccessQuestion.parse({**plan, **home}, book, at=profile.plan_place(n)) for n, plan in enumerate(profile.plans)
    ]


def _held(profile: Profile, on: date) -> Holdings | None:
    if profile.holdings is None:
        return None
    return Holdings.parse(profile.holdings, on=on, at=f"{profile.at}, holdings")


def _document(room: _Room, questions: Sequence[AccessQuestion], derived: list[dict[str, Any]]) -> dict[str, Any]:
    answers = [_answer(q, room) for q in questions]
    access = [_access(n, a, room) for n, a in enumerate(answers)]
    chosen = choose(room.steps, room.facts, room.on)
    slots, tasks = timetable(room.steps, chosen, room.on, room.calendar)
    steps = [
        _step(i, slots[i], chosen, room) for i in sorted(chosen.plan, key=lambda i: (slots[i].start, slots[i].finish))
    ]
    open_steps = [_open_step(i, slots[i], chosen, room) for i in chosen.open]
    policies, beside = _policies(room, questions)
    export = _data_export(room, chosen)
    duties = obligations(steps, room.facts, room.on, room.calendar, slots)
    critical = critical_path(slots, tasks)
    book_list = [
        room.access.book,
        room.steps.book,
        room.policies,
        load_book("data-export-path"),
        load_book("vocabulary"),
    ]
    return {
        "on": room.on.isoformat(),
        "id": room.profile.id,
        "company": dict(room.profile.name),
        "about": dict(room.profile.about) if room.profile.about else None,
        "verdict": least_open(answers).value if answers else None,
        "totals": _totals(steps, open_steps, slots, policies, room),
        "access": access,
        "steps": steps,
        "open_steps": open_steps,
        "critical_path": critical,
        "documents": _documents(steps),
        "policies": policies,
        "policies_beside": beside,
        "overlaps": overlaps(policies, room.policies),
        "obligations": duties,
        "data_export": export,
        "questions": _questions(room, answers, chosen, policies),
        "would_change": [{"plan": n, **change} for n, a in enumerate(access) for change in a["would_change"]],
        "announced": [{"plan": n, **row} for n, a in enumerate(access) for row in a["announced"]],
        "facts": _facts(room),
        "derived": derived + _derived(room),
        "calendar": _calendar_note(room, slots),
        "cautions": _cautions(room.policies),
        "warnings": [dict(w) for w in room.warnings],
        "sources": room.sources.as_json(),
        "books": [book.as_json() for book in book_list],
    }


# What is open ---------------------------------------------------------------------------------------------------


def _answer(question: AccessQuestion, room: _Room) -> Access:
    """A share that the plan does not name follows from the holdings, where there are some."""
    if question.share is None and room.held is not None:
        return open_to(question, room.held, room.access)
    return what_is_open(question, room.access, on=room.on)


def _access(n: int, answer: Access, room: _Room) -> dict[str, Any]:
    question = answer.question
    if room.held is not None and room.profile.plans[n].get("share") is None:
        document = as_json(answer, room.access, changes_held(answer, room.held, room.access))
        document["holdings"] = shown(room.held, answer)
        looked = [_looked_through(document["holdings"], room.held)]
    else:
        document = as_json(answer, room.access, would_change(question, room.access, on=room.on))
        looked = []
    key = f"access-{n + 1}"
    room.sources.cite(document["basis"], key)
    for row in (*document["announced"], *document["requirements"]):
        room.sources.cite(row["basis"], key)
    for change in document["would_change"]:
        room.sources.cite(change["basis"], key)
        change["label"] = _change_label(change, room)
    licences = {row["id"]: row for row in room.access.book.tables["licences"]}
    first = answer.first
    return {
        **document,
        "id": key,
        "service": _named(question.service, room.access.services),
        "place": _named(question.place, room.access.zones),
        "rule": {"id": first.id, "title": dict(first.rule.title)} if first else None,
        "licence_details": [_licence(licences[i]) for i in document["licences"] if i in licences],
        "chain": looked + _chain(answer, room),
    }


def _looked_through(found: Mapping[str, Any], held: Holdings) -> dict[str, Any]:
    """The share as the holdings have it, with the reading chosen, the distance to the cap, and who controls."""
    low, high = found["percent"]
    share = both(f"{low}%", f"{low} %") if low == high else both(f"{low}%至{high}%", f"{low} to {high} %")
    zh = f"穿透计算的外资股比为{share['zh']}（各层相乘、各链相加；该算法为本平台默认，未见明文规定）"
    way = "links multiply, chains add: our default, since no text seen says how"
    en = f"Looked through every layer, the foreign share is {share['en']} ({way})"
    gap = (found["to_cap"] or ["", ""])[1]
    if gap and low == high:
        off = gap.lstrip("-")
        zh += f"，{'高于' if gap.startswith('-') else '距'}上限{off}个百分点"
        en += f", {off} points {'above' if gap.startswith('-') else 'within'} the cap"
    if found["controller"]:
        abroad = both("外方", "foreign") if found["foreign_control"] else both("境内", "domestic")
        zh += f"；最终控制人为{found['controller']}（{abroad['zh']}）"
        en += f"; the ultimate controller is {found['controller']} ({abroad['en']})"
    return {"holds": True if held.equity.determined else None, "text": both(zh, en)}


def _named(key: str | None, rows: Mapping[str, Any]) -> dict[str, Any] | None:
    return None if key is None else {"id": key, "name": dict(rows[key].name)}


def _licence(row: Mapping[str, Any]) -> dict[str, Any]:
    return {"id": row["id"], "name": dict(row["name"]), "authority": dict(row["authority"])}


def _change_label(change: Mapping[str, Any], room: _Room) -> dict[str, str]:
    parts = [_one_change(name, value, room) for name, value in change["set"].items()]
    return both("，".join(p["zh"] for p in parts), ", ".join(p["en"] for p in parts))


def _one_change(name: str, value: Any, room: _Room) -> dict[str, str]:
    match name:
        case "place":
            names = room.access.zones[value].name
            return both(f"地点改为{names['zh']}", f"another place: {names['en']}")
        case "service":
            names = room.access.services[value].name
            return both(f"业务改为{names['zh']}（{value}）", f"another service: {names['en']} ({value})")
        case "share":
            return both(f"外资股比改为{value}%", f"a foreign share of {value} %")
        case "transfer":
            buyer = (
                both("新的境内持股人", "a new domestic holder")
                if value["to"] == NEW_HOLDER
                else both(*2 * (value["to"],))
            )
            return both(
                f"{value['from']}向{buyer['zh']}转让公司{value['percent']}%的股份",
                f"{buyer['en']} buys {value['percent']} % of the company from {value['from']}",
            )
        case "investor":
            return both("由香港服务提供者投资", "an investor from Hong Kong")
        case "cepa_qualified":
            if value:
                return both("取得CEPA港澳服务提供者证明", "with a CEPA service-supplier certificate")
            return both("没有CEPA港澳服务提供者证明", "without a CEPA service-supplier certificate")
        case _:
            return both(f"日期为{value}", f"on {value}")


def _chain(answer: Access, room: _Room) -> list[dict[str, Any]]:
    """The links that lead to the answer: service, place, share against the cap, what is still open."""
    question, first = answer.question, answer.first
    if first is None or question.service is None or question.place is None:
        return []
    service, place = room.access.services[first.service].name, room.access.zones[first.zone].name
    links: list[tuple[bool | None, dict[str, str]]] = [
        (
            True,
            both(
                f"业务属于“{service['zh']}”（{first.service}）",
                f"The service falls under {service['en']}, {first.service}",
            ),
        ),
        (True, both(f"地点属于“{place['zh']}”", f"The place lies in {place['en']}")),
    ]
    if question.share is not None:
        share = value_json(question.share)
        if answer.cap is None:
            links.append((True, both("未见明文的股比上限", "No ceiling on the foreign share is stated")))
        elif answer.is_open:
            cap = value_json(answer.cap)
            links.append(
                (True, both(f"外资股比{share}%，上限{cap}%", f"You want {share} %; the highest share is {cap} %"))
            )
        else:
            cap = value_json(answer.cap)
            links.append((False, both(f"外资股比{share}%，上限{cap}%", f"You want {share} %; the cap is {cap} %")))
    if answer.verdict.value == "conditional":
        links += [(None, dict(c)) for c in first.conditions[:1]]
    return [{"holds": holds, "text": text} for holds, text in links]


# What to obtain -------------------------------------------------------------------------------------------------


def _step(step_id: str, slot: Slot, chosen: Chosen, room: _Room) -> dict[str, Any]:
    step = room.steps.steps[step_id]
    found = chosen.explained[step_id]
    gives = step.gives
    authority, switch = step.authority_for(room.facts, room.on)
    cites = [c.as_json(step_id) for c in step.rule.citations(on=room.on)]
    room.sources.cite(cites, step_id)
    plan = set(chosen.plan)
    waits = [i for i in sorted(slot.after) if i not in plan]
    return {
        "id": step_id,
        "title": dict(step.rule.title),
        "domain": step.domain,
        "obligation": step.obligation,
        "authority": dict(authority),
        "authority_confidence": switch,
        "why": [reason.as_json(step_id) for reason in found.reasons] or [_everybody()],
        "assumed": list(found.assumed),
        "needs": sorted(_needs(step, chosen, slot) & plan),
        "waits_on_open": waits,
        "runs_with": step.runs_with if step.runs_with in plan else None,
        "documents": [dict(d) for d in gives.get("documents") or ()],
        "prerequisites": [dict(p) for p in gives.get("prerequisites") or ()],
        "working_days": _working_days(step, slot),
        "basis_of_days": _basis_of_days(step, slot, room),
        "limits": [_limit(limit) for limit in step.decision],
        "earliest_start": slot.start,
        "earliest_finish": slot.finish,
        "starts_on": room.calendar.add_working_days(room.on, slot.start).isoformat(),
        "finishes_on": room.calendar.add_working_days(room.on, slot.finish).isoformat(),
        "slack_days": slot.slack,
        "critical": slot.critical,
        "deadline": [_deadline(row) for row in gives.get("deadline") or ()],
        "output": dict(gives["output"]) if gives.get("output") else None,
        "validity": dict(gives["validity"]) if gives.get("validity") else None,
        "online": _plain(gives.get("online")),
        "alternatives": [_alternative(i, route.why, room) for i, route in chosen.alternatives.get(step_id, ())],
        "basis": cites,
        "confidence": step.rule.confidence,
        "verification": step.rule.verification,
        "seen_at": step.rule.seen_at,
        "note": dict(step.rule.note) if step.rule.note else None,
    }


def _needs(step: Step, chosen: Chosen, slot: Slot) -> set[str]:
    named = {chosen.replaced.get(i, i) for i in step.depends_on}
    return (named | set(slot.after)) - {step.id}


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


def _working_days(step: Step, slot: Slot) -> int | None:
    if not any(limit.counts for limit in step.decision):
        return None
    return slot.finish - slot.start


def _basis_of_days(step: Step, slot: Slot, room: _Room) -> dict[str, str]:
    counted = [limit for limit in step.decision if limit.counts]
    if not counted:
        return both("未见法定时限，按0日计", "no text gives a time; counted as 0")
    zh = "＋".join(f"{span(x.value, x.unit)['zh']}（{basis(x.basis)['zh']}）" for x in counted)
    en = " + ".join(f"{span(x.value, x.unit)['en']} ({basis(x.basis)['en']})" for x in counted)
    if step.runs_with is not None:
        return both(f"{zh}，与所附事项一并办理", f"{en}; handed in together, adds no days of its own")
    if any(limit.unit != "working_days" for limit in counted):
        start = room.calendar.add_working_days(room.on, slot.start)
        days = span(slot.finish - slot.start, "working_days")
        return both(f"{zh}，自{start}起折合{days['zh']}", f"{en}; from {start} that is {days['en']}")
    return both(zh, en)


def _limit(limit: Any) -> dict[str, Any]:
    return {
        "value": limit.value,
        "unit": limit.unit,
        "text": span(limit.value, limit.unit),
        "basis": limit.basis,
        "counted": limit.counts,
        "note": dict(limit.note) if limit.note else None,
    }


def _deadline(row: Mapping[str, Any]) -> dict[str, Any]:
    text = row.get("rule")
    if row.get("value") is not None and row.get("unit"):
        length = span(int(row["value"]), row["unit"])
        text = both(
            f"{length['zh']}" + (f"：{text['zh']}" if text else ""), length["en"] + (f" {text['en']}" if text else "")
        )
    return {"value": row.get("value"), "unit": row.get("unit"), "window": row.get("window"), "text": dict(text or {})}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}
    return [_plain(v) for v in value] if isinstance(value, list) else value


def _alternative(step_id: str, why: Mapping[str, str], room: _Room) -> dict[str, Any]:
    step = room.steps.steps[step_id]
    cites = [c.as_json(step_id) for c in step.rule.citations(on=room.on)]
    room.sources.cite(cites, step_id)
    return {
        "id": step_id,
        "title": dict(step.rule.title),
        "why": dict(why),
        "limits": [_limit(limit) for limit in step.decision],
        "basis": cites,
    }


def _open_step(step_id: str, slot: Slot, chosen: Chosen, room: _Room) -> dict[str, Any]:
    step = room.steps.steps[step_id]
    cites = [c.as_json(step_id) for c in step.rule.citations(on=room.on)]
    room.sources.cite(cites, step_id)
    return {
        "id": step_id,
        "title": dict(step.rule.title),
        "domain": step.domain,
        "obligation": step.obligation,
        "authority": dict(step.authority_for(room.facts, room.on)[0]),
        "missing": list(chosen.explained[step_id].missing),
        "limits": [_limit(limit) for limit in step.decision],
        "earliest_start": slot.start,
        "earliest_finish": slot.finish,
        "confidence": step.rule.confidence,
        "basis": cites,
    }


def _documents(steps: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Each document once, with the steps that want it."""
    found: dict[str, dict[str, Any]] = {}
    for step in steps:
        for document in step["documents"]:
            found.setdefault(document["en"], {"name": document, "steps": []})["steps"].append(step["id"])
    return list(found.values())


# What fits ------------------------------------------------------------------------------------------------------


def _policies(room: _Room, questions: Sequence[AccessQuestion]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Policies that fit, wait for a fact or are near; and the rest with the reason: silence would read as maybe."""
    regions = _regions(room, questions)
    near: list[dict[str, Any]] = []
    beside: list[dict[str, Any]] = []
    for rule in ordered(room.policies):
        if not _concerns(rule, regions):
            beside.append(_beside(rule, both("其他地区的政策", "a policy of another region")))
            continue
        found = explain(rule, room.facts, room.on, room.policies)
        document = result(found, room.facts, room.on, True)
        turns = when_true(rule, room.facts, room.on) if found.answer is Answer.NO else None
        if found.answer is Answer.NO and not document["would_change"] and turns is None:
            failed = found.failed[0]
            beside.append(_beside(rule, failed.text() if failed.clause != OUT_OF_WINDOW else dict(failed.expected)))
            continue
        document["when"] = {"on": turns.day.isoformat(), "answer": turns.answer.value} if turns else None
        document |= _policy(rule)
        near.append(document)
        room.sources.cite(document["basis"], rule.id)
    order = {Answer.YES: 0, Answer.UNKNOWN: 1, Answer.NO: 2}
    near.sort(key=lambda d: (order.get(Answer(d["answer"]), 3), not d["decides"], len(d["missing"])))
    return near, beside


def _policy(rule: Rule) -> dict[str, Any]:
    gives = rule.gives
    return {
        "kind": gives.get("kind"),
        "level": gives.get("level"),
        "authority": dict(gives["authority"]) if gives.get("authority") else None,
        "delivery": gives.get("delivery"),
        "status": gives.get("status"),
        "benefit": _plain(gives.get("benefit")),
        "decides": rule.confidence != "low",
        "verification": rule.verification,
        "seen_at": rule.seen_at,
        "note": dict(rule.note) if rule.note else None,
    }


def _beside(rule: Rule, why: Mapping[str, str]) -> dict[str, Any]:
    return {"id": rule.id, "title": dict(rule.title), "why": dict(why)}


def _regions(room: _Room, questions: Sequence[AccessQuestion]) -> set[str]:
    """Prefixes of where the company is or wants to be; empty when nothing is known."""
    known = {str(v) for _, v in room.facts.known(("registered_region_code", "project_region_code", "tax_region_code"))}
    if known:
        return known
    found = {region_of_plans([question], room.access) for question in questions}
    return set() if None in found else {str(region) for region in found}


def _concerns(rule: Rule, regions: set[str]) -> bool:
    codes = rule.gives.get("region") or ["00"]
    return not regions or any(c == "00" or r.startswith(c) or c.startswith(r) for c in codes for r in regions)


# What must be kept, what is unknown -----------------------------------------------------------------------------


def _data_export(room: _Room, chosen: Chosen) -> dict[str, Any]:
    book = load_book("data-export-path")
    decision = decide(book, room.facts, room.on)
    concerned = "data-export-path-decision" in (*chosen.plan, *chosen.open)
    room.sources.cite(decision.basis, "data-export-path")
    rule = book.by_id.get(decision.because or "")
    return {
        "concerned": concerned,
        "answer": decision.value,
        "label": dict(book.tables["values"].get(decision.value, {})) if decision.value else None,
        "because": decision.because,
        "title": dict(rule.title) if rule else None,
        "missing": list(decision.missing),
        "assumed": list(decision.assumed),
        "basis": list(decision.basis),
    }


def _questions(
    room: _Room, answers: Sequence[Access], chosen: Chosen, policies: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """What to tell us next, most deciding first; the missing parts of the access question come before all."""
    found = []
    for n, answer in enumerate(answers):
        for name in answer.missing:
            attribute = room.access.book.vocabulary["share" if name == "holdings" else name]  # who owns how much
            found.append({**shape(attribute), "decides": 1, "for": [f"access-{n + 1}"], "plan": n})
    rules = [room.steps.steps[i].rule for i in chosen.open]
    waiting = {p["id"] for p in policies if p["answer"] == Answer.UNKNOWN.value}
    rules += [r for r in ordered(room.policies) if r.id in waiting]
    for question in open_questions(rules, room.facts, room.on):
        attribute = room.facts.vocabulary[question.attribute]
        found.append({**shape(attribute), "decides": question.decides, "for": list(question.rules)})
    return found


def _facts(room: _Room) -> list[dict[str, Any]]:
    rows = []
    for name, value in room.profile.facts.items():
        attribute = room.facts.vocabulary[name]
        source = room.profile.provenance.get(name)
        rows.append(
            {
                "attribute": name,
                "label": dict(attribute.label),
                "value": value_json(value),
                "source": source.source if source else None,
                "as_of": source.as_of.isoformat() if source and source.as_of else None,
            }
        )
    return rows


def _derived(room: _Room) -> list[dict[str, Any]]:
    rows = {row["name"]: row for row in load_book("vocabulary").tables["derivations"]}
    return [
        {"attribute": name, "value": value_json(value), "from": dict(rows[name]["rule"])}
        for name, value in room.facts.derived().items()
    ]


def _totals(
    steps: Sequence[Mapping[str, Any]],
    open_steps: Sequence[Mapping[str, Any]],
    slots: Mapping[str, Slot],
    policies: Sequence[Mapping[str, Any]],
    room: _Room,
) -> dict[str, Any]:
    """Counted from the lists they stand before, never typed. Optional steps never lengthen the critical path."""
    needed = [s for s in steps if s["obligation"] != "optional"]
    end = max((slots[s["id"]].finish for s in needed), default=0)
    return {
        "steps": len(steps),
        "steps_needed": len(needed),
        "steps_optional": len(steps) - len(needed),
        "steps_open": len(open_steps),
        "steps_without_time": sum(1 for s in needed if s["working_days"] is None),
        "authorities": len({s["authority"]["en"] for s in steps}),
        "documents": len({d["en"] for s in steps for d in s["documents"]}),
        "working_days_critical": end,
        "finish_on": room.calendar.add_working_days(room.on, end).isoformat(),
        "policies_match": sum(1 for p in policies if p["answer"] == "match" and p["decides"]),
        "policies_need_info": sum(1 for p in policies if p["answer"] == "need_info"),
    }


def _cautions(policies: Book) -> list[dict[str, str]]:
    """What a reader of the policies should know; a caution `for: editors` concerns those who keep the book."""
    rows = policies.head.get("cautions") or ()
    return [both(row["zh"], row["en"]) for row in rows if row.get("for") != "editors"]


def _calendar_note(room: _Room, slots: Mapping[str, Slot]) -> dict[str, Any]:
    announced = room.calendar.announced_through
    last = room.calendar.add_working_days(room.on, max((s.finish for s in slots.values()), default=0))
    note = None
    if last > announced:
        note = both(
            f"{announced}之后的调休安排尚未公布，按周末和法定节假日推算",
            f"Shifted working days after {announced} are not announced yet; weekends and statutory holidays are used.",
        )
    return {"announced_through": announced.isoformat(), "note": note}
