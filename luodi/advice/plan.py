"""The landing plan: what is open, what to obtain and when, what fits, what recurs, what is still unknown.

`advise` is a function from a profile, the books and a day to one `LandingPlan` (docs/reference/landing-plan.md). Every
page, PDF, terminal print and API answer is made from it.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from luodi.access import AccessBook, AccessQuestion, access_book
from luodi.access.holdings import Holdings
from luodi.advice.ahead import coming, expiring
from luodi.advice.asking import implied
from luodi.advice.benefits import benefits, claimed_twice, total
from luodi.advice.context import Context, cites
from luodi.advice.gates import Asked, facts_agree
from luodi.advice.landing_plan import (
    MIXED,
    Access,
    Gate,
    LandingPlan,
    Policy,
    Step,
    Text,
    Totals,
    Whole,
)
from luodi.advice.page_one import Parts, page_one
from luodi.advice.plan_access import access_row, answered, of_control
from luodi.advice.plan_facts import facts_of_holdings, facts_of_plans
from luodi.advice.plan_questions import questions
from luodi.advice.plan_routes import routes
from luodi.advice.plan_steps import documents, obligations, open_rows, step_rows
from luodi.advice.sources import Sources
from luodi.advice.steps import Chosen, choose, steps_book
from luodi.advice.timetable import Timetable
from luodi.advice.whole import whole
from luodi.advice.words import both
from luodi.calendar import WorkingCalendar
from luodi.message import Message
from luodi.profiles.facts import Facts
from luodi.profiles.profile import Profile, current_facts
from luodi.profiles.vocabulary import as_json as value_json
from luodi.rules.book import Book
from luodi.rules.decide import decide
from luodi.rules.derive import derivations
from luodi.rules.library import company_vocabulary, load_book


def advise(profile: Profile, *, on: date) -> LandingPlan:
    """The landing plan of one company.

    Raises `LuodiError` for a plan that names an unknown service, place or country, or a share out of range.
    """
    access, steps = access_book(), steps_book()
    asked = plan_questions(profile, access)
    given, warnings = current_facts(profile, on)
    given = {**given, **implied(given)}
    vocabulary = company_vocabulary()
    table = steps.book.tables.get("plan-facts") or {}
    added, prefixes, derived = facts_of_plans(asked, given, vocabulary, access, table)
    held = _held(profile, on)
    if held is not None:
        more, notes = facts_of_holdings(held, {**given, **added})
        added, derived = {**added, **more}, [*derived, *notes]
    facts = Facts(vocabulary, {**given, **added}, derivations(load_book("enterprise-size"), on), prefixes)
    context = Context(
        on,
        profile,
        asked,
        facts,
        access,
        steps,
        load_book("policies"),
        WorkingCalendar.china(),
        Sources(),
        [*profile.warnings, *warnings],
        held,
    )
    gates = facts_agree(Asked(asked, given, profile.investor, held, access, vocabulary, on))
    return _plan(context, gates, derived)


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
    return Holdings.parse(profile.holdings, on=on, at=Message("place.holdings", outer=profile.at))


def _plan(context: Context, gates: Sequence[Gate], derived: list[dict[str, Any]]) -> LandingPlan:
    answers = [answered(question, context) for question in context.questions]
    gates = [*gates, *(gate for n, answer in enumerate(answers) for gate in of_control(n, answer, context))]
    access = [access_row(n, answer, _of(gates, n), context) for n, answer in enumerate(answers)]
    together = None if gates else whole(context.questions, context.access, context.on)
    chosen = _chosen(context, access)
    table = Timetable(context.steps, chosen, context.on, context.calendar)
    steps, added = step_rows(table, chosen, context), open_rows(table, chosen, context)
    duties = obligations(chosen, table, context)
    policies, beside = benefits(context, context.questions)
    twice = claimed_twice(policies, context)
    export = _data_export(context, chosen)
    asked = questions(context, access, gates, chosen, policies)
    first = page_one(
        Parts(
            on=context.on,
            access=access,
            gates=gates,
            whole=together,
            steps=steps,
            open_steps=added,
            duties=duties,
            duration=table.duration,
            questions=asked,
            data_export=export,
            coverage=_coverage(context),
            contents=_contents(context),
            calendar=context.calendar,
            policies=policies,
            established=_established(context),
        )
    )
    ways = routes(answers, access, context)
    return LandingPlan(
        on=context.on.isoformat(),
        id=context.profile.id,
        company=dict(context.profile.name),
        about=dict(context.profile.about) if context.profile.about else None,
        verdict=_verdict(access, together),
        as_known_on=next((row.as_known_on for row in access if row.as_known_on), None),
        page_one=first,
        whole=together,
        gates=gates,
        totals=_totals(steps, added, policies, table),
        access=access,
        steps=steps,
        open_steps=added,
        critical_path=table.critical_path,
        routes=ways,
        documents=documents(steps),
        policies=policies,
        policies_beside=beside,
        policies_total=total(policies, twice),
        overlaps=twice,
        obligations=duties,
        coming=coming(context),
        expiring=expiring(context, steps, policies),
        data_export=export,
        questions=asked,
        would_change=[{"plan": n, **change} for n, row in enumerate(access) for change in row.would_change],
        announced=[{"plan": n, **found} for n, row in enumerate(access) for found in row.announced],
        facts=_facts(context),
        derived=derived + _derived(context),
        calendar=_calendar_note(context, table),
        cautions=_cautions(context.policies),
        warnings=[dict(w) for w in context.warnings],
        sources=context.sources.rows(),
        books=[book.as_json() for book in _books(context)],
    )


def _of(gates: Sequence[Gate], plan: int) -> list[Gate]:
    return [gate for gate in gates if gate.plan in (None, plan)]


def _verdict(access: Sequence[Access], together: Whole | None) -> str | None:
    """The answer of all plans where they agree; of several services, that of the company as a whole."""
    if not access:
        return None
    if together is not None:
        return together.answer
    answers = {row.answer for row in access}
    return next(iter(answers)) if len(answers) == 1 else MIXED


# ---- steps


def _chosen(context: Context, access: Sequence[Access]) -> Chosen:
    """The steps that the facts call for. After a no there are none: a closed service has no way to open it."""
    if access and all(row.answer == "not_allowed" for row in access):
        return Chosen({}, [], [])
    return choose(context.steps, _facts_of_open(context, access), context.on)


def _facts_of_open(context: Context, access: Sequence[Access]) -> Facts:
    """The facts without what follows from the services that are closed."""
    closed = {n for n, row in enumerate(access) if row.answer == "not_allowed"}
    if not closed:
        return context.facts
    left = [q for n, q in enumerate(context.questions) if n not in closed]
    table = context.steps.book.tables.get("plan-facts") or {}
    given, _ = current_facts(context.profile, context.on)
    again, _, _ = facts_of_plans(left, given, context.facts.vocabulary, context.access, table)
    before, _, _ = facts_of_plans(context.questions, given, context.facts.vocabulary, context.access, table)
    gone: Mapping[str, Any] = dict.fromkeys(before)
    return context.facts.having({**gone, **again})


def _data_export(context: Context, chosen: Chosen) -> dict[str, Any]:
    book = load_book("data-export-path")
    decision = decide(book, context.facts, context.on)
    concerned = "data-export-path-decision" in (*chosen.plan, *chosen.open)
    if concerned:
        context.note(cites(decision.basis), "data-export-path")
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


def _totals(steps: Sequence[Step], added: Sequence[Any], policies: Sequence[Policy], table: Timetable) -> Totals:
    """Counted from the lists they stand before, never typed."""
    needed = [step for step in steps if not step.is_optional]
    groups = [policy.group for policy in policies if policy.decides]
    return Totals(
        steps=len(steps),
        steps_needed=len(needed),
        steps_optional=len(steps) - len(needed),
        steps_open=len(added),
        authorities=len({step.authority.en for step in steps}),
        documents=len({d.en for step in steps for d in step.documents}),
        policies_fit=groups.count("fits"),
        policies_one_fact_away=groups.count("one_fact_away"),
        duration=table.duration,
    )


# ---- what is known


def _coverage(context: Context) -> str | None:
    found = context.facts.value("service_coverage")
    return found if isinstance(found, str) else None


def _established(context: Context) -> bool:
    """Whether the company is there already, as it says or as its day of founding shows."""
    return context.facts.value("has_mainland_company") is True or context.facts.value("founded_date") is not None


def _contents(context: Context) -> frozenset[str]:
    found = context.facts.value("content_services")
    return frozenset(map(str, found)) if isinstance(found, frozenset) else frozenset()


def _facts(context: Context) -> list[dict[str, Any]]:
    rows = []
    for name, value in context.profile.facts.items():
        attribute = context.facts.vocabulary[name]
        source = context.profile.provenance.get(name)
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


def _derived(context: Context) -> list[dict[str, Any]]:
    rows = {row["name"]: row for row in load_book("vocabulary").tables["derivations"]}
    return [
        {"attribute": name, "value": value_json(value), "from": dict(rows[name]["rule"])}
        for name, value in context.facts.derived().items()
    ]


def _cautions(policies: Book) -> list[Text]:
    """What a reader of the policies should know; a caution `for: editors` concerns those who keep the book."""
    rows = policies.head.get("cautions") or ()
    return [Text(row["zh"], row["en"]) for row in rows if row.get("for") != "editors"]


def _calendar_note(context: Context, table: Timetable) -> dict[str, Any]:
    announced = context.calendar.announced_through
    last = context.calendar.add_working_days(context.on, table.last)
    note = None
    if last > announced:
        note = both(
            f"{announced}之后的调休安排尚未公布，按周末和法定节假日推算",
            f"Shifted working days after {announced} are not announced yet; weekends and statutory holidays are used.",
        )
    return {"announced_through": announced.isoformat(), "note": note}


def _books(context: Context) -> list[Book]:
    return [
        context.access.book,
        context.steps.book,
        context.policies,
        load_book("routes"),
        load_book("data-export-path"),
        load_book("vocabulary"),
    ]
