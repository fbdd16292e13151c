"""The landing plan: what is open, what to obtain and when, what fits, what recurs, what is still unknown.

`advise` is a function from a profile, the books and a day to one `LandingPlan` (docs/reference/landing-plan.md). Every
page, PDF, terminal print and API answer is made from it.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from luodi.access import AccessBook, AccessQuestion, access_book
from luodi.access.holdings import Holdings
from luodi.advice.ahead import coming, expiring
from luodi.advice.asking import EXISTS, KIND, NOT_YET, follows, implied
from luodi.advice.benefits import benefits, claimed_twice, total
from luodi.advice.context import Context, cites
from luodi.advice.gates import Asked, facts_agree
from luodi.advice.landing_plan import LandingPlan, Totals
from luodi.advice.landing_plan.answers import MIXED, Access, Gate, Whole
from luodi.advice.landing_plan.common import Text
from luodi.advice.observed import NOTHING, Observations, beside
from luodi.advice.page_one import page_one
from luodi.advice.plan_access import access_row, answered, of_control
from luodi.advice.plan_facts import facts_of_holdings, facts_of_plans
from luodi.advice.plan_questions import Waiting, questions, unanswered
from luodi.advice.plan_routes import routes
from luodi.advice.plan_rows import PlanRows
from luodi.advice.plan_steps import documents, obligations, open_rows, step_rows
from luodi.advice.sources import Sources
from luodi.advice.steps import Chosen, choose, steps_book
from luodi.advice.timetable import Timetable
from luodi.advice.whole import whole
from luodi.advice.words import both
from luodi.calendar import FIRST_YEAR, LAST_YEAR, OutsideCalendar, WorkingCalendar
from luodi.editions import answering
from luodi.message import Message
from luodi.profiles.facts import Facts
from luodi.profiles.profile import Profile, current_facts
from luodi.profiles.vocabulary import Value
from luodi.profiles.vocabulary import as_json as value_json
from luodi.rules.book import Book
from luodi.rules.decide import decide
from luodi.rules.derive import derivations
from luodi.rules.library import company_vocabulary, load_book
from luodi.values import Percent, exact

#: The days for which a plan can be made: it counts working days ahead, for more than a year where a term is that long.
FIRST_DAY: Final = date(FIRST_YEAR, 1, 1)
LAST_DAY: Final = date(LAST_YEAR - 2, 12, 31)


@answering()
def advise(profile: Profile, *, on: date, observed: Observations = NOTHING) -> LandingPlan:
    """The landing plan of one company. `observed` is shown beside the times of its steps and decides nothing.

    Raises `LuodiError` for a plan that names an unknown service, place or country, or a share out of range, and
    `OutsideCalendar` for a day whose plan nobody could lay out.
    """
    context, given, derived = context_of(profile, on)
    told = (context.questions, given, profile.investor, context.held, context.access, context.facts.vocabulary)
    gates = facts_agree(Asked(*told, on))
    return beside(_plan(_rows(context, gates), derived), observed)


def context_of(profile: Profile, on: date) -> tuple[Context, Mapping[str, Value], list[dict[str, Any]]]:
    """What a plan is made with, the facts that were given, and those that follow from them with their reasons. Raises
    as `advise` does."""
    _within_the_calendar(on)
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
    meant = follows({**given, **added}, on)
    derived = [
        *derived,
        *({"attribute": n, "value": value_json(v), "from": dict(why)} for n, (v, why) in meant.items()),
    ]
    known = {**given, **added, **{name: value for name, (value, _) in meant.items()}}
    facts = Facts(vocabulary, known, derivations(load_book("enterprise-size"), on), prefixes)
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
    return context, given, derived


def _within_the_calendar(on: date) -> None:
    if FIRST_DAY <= on <= LAST_DAY:
        return
    raise OutsideCalendar(
        "advice.no-plan-for-day",
        on=on,
        first_year=FIRST_YEAR,
        last_year=LAST_YEAR,
        end=Message("advice.first-day-asked", day=FIRST_DAY)
        if on < FIRST_DAY
        else Message("advice.last-day-asked", day=LAST_DAY),
    )


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


def _rows(context: Context, gates: Sequence[Gate]) -> PlanRows:
    answers = [answered(question, context) for question in context.questions]
    gates = [*gates, *(gate for n, answer in enumerate(answers) for gate in of_control(n, answer, context))]
    access = [access_row(n, answer, _of(gates, n), context) for n, answer in enumerate(answers)]
    together = None if gates else whole(context.questions, context.access, context.on)
    chosen = _chosen(context, access)
    table = Timetable(context.steps, chosen, context.on, context.calendar)
    steps = step_rows(table, chosen, context)
    added, offered = open_rows(table, chosen, context)
    duties = obligations(chosen, table, context)
    policies, beside = benefits(context, context.questions)
    overlaps = claimed_twice(policies, context)
    export = _data_export(context, chosen)
    waiting = Waiting({row.id: row for row in added}, {row.id: row for row in offered}, unanswered(policies))
    return PlanRows(
        context=context,
        answers=answers,
        access=access,
        gates=gates,
        whole=together,
        table=table,
        steps=steps,
        open_steps=added,
        offered_steps=offered,
        duties=duties,
        policies=policies,
        policies_beside=beside,
        overlaps=overlaps,
        data_export=export,
        questions=questions(context, access, gates, waiting, facts_of_open(context, access)),
    )


def _plan(rows: PlanRows, derived: list[dict[str, Any]]) -> LandingPlan:
    context, access = rows.context, rows.access
    # page one and the routes cite before the rest does: sources are numbered in the order in which they are cited
    first = page_one(rows)
    ways = routes(rows.answers, access, context)
    return LandingPlan(
        on=context.on.isoformat(),
        id=context.profile.id,
        company=dict(context.profile.name),
        about=dict(context.profile.about) if context.profile.about else None,
        verdict=_verdict(access, rows.whole),
        as_known_on=next((row.as_known_on for row in access if row.as_known_on), None),
        page_one=first,
        whole=rows.whole,
        gates=rows.gates,
        totals=_totals(rows),
        access=access,
        steps=rows.steps,
        open_steps=rows.open_steps,
        offered_steps=rows.offered_steps,
        critical_path=rows.table.critical_path,
        routes=ways,
        documents=documents(rows.steps),
        policies=rows.policies,
        policies_beside=rows.policies_beside,
        policies_total=total(rows.policies, rows.overlaps),
        overlaps=rows.overlaps,
        obligations=rows.duties,
        coming=coming(context),
        expiring=expiring(context, rows.steps, rows.policies),
        data_export=rows.data_export,
        questions=rows.questions,
        would_change=[{"plan": n, **change} for n, row in enumerate(access) for change in row.would_change],
        announced=[{"plan": n, **found} for n, row in enumerate(access) for found in row.announced],
        facts=_facts(context),
        derived=derived + _derived(context),
        calendar=_calendar_note(context, rows.table),
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
    facts = facts_of_open(context, access)
    return choose(context.steps, facts, context.on, readings_of(context, access, facts))


def facts_of_open(context: Context, access: Sequence[Access]) -> Facts:
    """The facts without what follows from the services that are closed."""
    closed = {n for n, row in enumerate(access) if row.answer == "not_allowed"}
    if not closed:
        return context.facts
    left = [q for n, q in enumerate(context.questions) if n not in closed]
    table = context.steps.book.tables.get("plan-facts") or {}
    given, _ = current_facts(context.profile, context.on)
    again, _, _ = facts_of_plans(left, given, context.facts.vocabulary, context.access, table)
    before, _, _ = facts_of_plans(context.questions, given, context.facts.vocabulary, context.access, table)
    given = {**given, **implied(given)}
    meant = follows({**given, **again}, context.on)
    gone: Mapping[str, Any] = dict.fromkeys((*before, *follows({**given, **before}, context.on)))
    return context.facts.having({**gone, **again, **{name: value for name, (value, _) in meant.items()}})


def readings_of(context: Context, access: Sequence[Access], facts: Facts) -> dict[str, list[Value]]:
    """The values that a fact can still have where it is not known and only some are possible: the shares of the
    services that are not closed, and the kinds of a company that exists. What is so for each of them is so."""
    found: dict[str, list[Value]] = {}
    shares = {q.share for n, q in enumerate(context.questions) if access[n].answer != "not_allowed"}
    known = [exact(Percent(share).ratio) for share in shares if share is not None]
    if len(known) == len(shares) > 1:
        found["foreign_share"] = [*sorted(known)]
    given, _ = current_facts(context.profile, context.on)
    if given.get(EXISTS) is True:  # said, and not only gathered from facts that a planned company may have too
        found[KIND] = [kind for kind in facts.vocabulary[KIND].allowed or () if kind != NOT_YET]
    return {name: values for name, values in found.items() if facts.value(name) is None}


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


def _totals(rows: PlanRows) -> Totals:
    """Counted from the lists they stand before, never typed."""
    needed = [step for step in rows.steps if not step.is_optional]
    groups = [policy.group for policy in rows.policies if policy.decides]
    return Totals(
        steps=len(rows.steps),
        steps_needed=len(needed),
        steps_optional=len(rows.steps) - len(needed),
        steps_open=len(rows.open_steps),
        steps_offered=len(rows.offered_steps),
        authorities=len({step.authority.en for step in rows.steps}),
        documents=len({d.en for step in rows.steps for d in step.documents}),
        policies_fit=groups.count("fits"),
        policies_one_fact_away=groups.count("one_fact_away"),
        duration=rows.duration,
    )


# ---- what is known


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
