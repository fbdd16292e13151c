"""The queue of cases, declared once: its page, the board, saved views, followers and files read it; and the lists that
a view may narrow. Beside `queries`, since all of these name a list as a whole."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from django.db import connection
from django.db.models import Exists, Max, OuterRef, Q, QuerySet, TextField
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast

from luodi.casework.stages import ORDER, End, Health, Stage
from luodi.documents.answers import country_name
from luodi.web.accounts.company_index import few_found_by, found_by
from luodi.web.accounts.models import Company
from luodi.web.cases.models import Clock, LandingCase
from luodi.web.cases.queries.calendars import late
from luodi.web.companies.lists import COMPANIES
from luodi.web.core.lists import (
    Asked,
    Column,
    Filter,
    RecordList,
    choice,
    clean_day,
    clean_text,
    day,
    day_asked,
    of_unit,
)
from luodi.web.core.words import say
from luodi.web.leads.lists import INBOX
from luodi.web.leads.models import Lead
from luodi.web.workbench.models import About

Cases = QuerySet[LandingCase]
_UNWELL: Final = "unwell"  # anything but on track
#: What becomes of cases: verified landings, those that ended elsewhere, and both.
_OUTCOMES: Final = ("landed", "lost", "decided")
_FEW: Final = 5_000  # companies that words find, to be named one by one
_REFERENCE: Final = re.compile(r"LD-\d{4}-\d{4,9}", re.IGNORECASE)
_STEP: Final = re.compile(r"[a-z][a-z0-9-]{0,79}")
_KEY: Final = re.compile(r"[0-9]{1,9}")
_CODE: Final = re.compile(r"[A-Za-z0-9-]{1,40}")
#: Columns of the page beside the case itself: those shown where nobody chose, and what else there is.
USUAL: Final = ("stage", "what", "clock", "waiting", "risk", "officer")
FURTHER: Final = ("unit", "country", "since", "opened", "estimated", "contacted", "amount")


def _by_state(rows: Cases, state: str, asked: Asked) -> Cases:
    """Open cases where neither a state, nor a stage reached, nor an outcome was asked for."""
    if state == "ended":
        return rows.exclude(end=End.NONE)
    if not state and (asked.criteria.get("reached") or asked.criteria.get("outcome")):
        return rows
    rows = rows.filter(end=End.NONE)
    return rows if state in ("", "open") else rows.filter(stage=state)


def _by_outcome(rows: Cases, outcome: str, asked: Asked) -> Cases:
    after, until = (day_asked(asked.criteria.get(name, "")) for name in ("decided_after", "decided_until"))
    if outcome == "landed":
        return landed(rows, after, until)
    if outcome == "lost":
        return lost(rows, after, until)
    of = [found(rows, after, until).values("pk") for found in (landed, lost)]
    return rows.filter(Q(pk__in=of[0]) | Q(pk__in=of[1]))


def landed(cases: Cases, after: date | None, until: date | None) -> Cases:
    """Verified landings, by the day of the last verification; `after` does not belong to the days, `until` does."""
    found = cases.filter(claims__state="verified").annotate(when=Max("claims__decided"))
    return _span(found, "when__date", after, until)


def lost(cases: Cases, after: date | None, until: date | None) -> Cases:
    """Those that ended without a verified landing, by the day they ended."""
    found = cases.exclude(end=End.NONE).exclude(stage__in=[Stage.VERIFIED, Stage.AFTERCARE])
    return _span(found, "ended", after, until)


def _span(rows: Cases, name: str, after: date | None, until: date | None) -> Cases:
    rows = rows.filter(**{f"{name}__lte": until}) if until else rows
    return rows.filter(**{f"{name}__gt": after}) if after else rows


def _by_officer(rows: Cases, who: str, asked: Asked) -> Cases:
    own = asked.user.pk if asked.user else None
    return rows.filter(officer=own or 0) if who == "mine" else rows.filter(officer=None)


def _by_health(rows: Cases, health: str, asked: Asked) -> Cases:
    return rows.exclude(health=Health.ON_TRACK) if health == _UNWELL else rows.filter(health=health)


def _by_step(rows: Cases, step: str, asked: Asked) -> Cases:
    """With a clock that runs against a limit: of a step, or of questions or verifications."""
    clocks = Clock.objects.filter(Q(step__step=step) | Q(step=None, kind=step), stopped=None, due__isnull=False)
    if asked.criteria.get("clock") == "late":
        clocks = clocks.filter(late(asked.on, "due", "case__unit"))
    return rows.filter(pk__in=clocks.values("case_id"))


def _by_clock(rows: Cases, clock: str, asked: Asked) -> Cases:
    running, on = Clock.objects.filter(stopped=None), asked.on
    if clock == "late":
        return rows.filter(late(on, "next_due", "unit"))
    if clock == "none":
        return rows.filter(~Exists(running.filter(case=OuterRef("pk"))), next_due=None)
    if clock == "week":
        ends = on + timedelta(days=6 - on.weekday())
        rows = rows.filter(next_due__lte=ends)  # whose nearest day is not later than any
        running = running.filter(due__gte=on, due__lte=ends)
    else:
        running = running.filter(pauses__last=None, pauses__isnull=False)
    return rows.filter(pk__in=running.values("case_id"))


def _by_words(rows: Cases, words: str, asked: Asked) -> Cases:
    if _REFERENCE.fullmatch(words):  # apart from names: an "or" of both would read every case
        return rows.filter(reference=words.upper())
    few = few_found_by(words, _FEW)
    # A few companies are named, so that the database begins with their cases; with many it finds a page soon whichever
    # way it goes.
    if few and connection.vendor == "postgresql":  # as one value: reading thousands costs more than finding
        return rows.filter(company__in=RawSQL("SELECT unnest(%s::bigint[])", [few]))
    if few is not None:
        return rows.filter(company__in=few)
    return found_by(rows, words, "company")


def _planned(name: str) -> Filter[LandingCase]:
    """Cases of which a plan names this service or place, by its code; a place also where the case itself has it."""

    def narrow(rows: Cases, code: str, asked: Asked) -> Cases:
        planned = Q(plans_text__contains=f'"{name}": "{code}"')  # as JSON stands in both databases
        own = Q(place=code) if name == "place" else Q()
        return rows.alias(plans_text=Cast("plans", TextField())).filter(own | planned if own else planned)

    return Filter(name, lambda text: text if _CODE.fullmatch(text) else "", narrow)


def _columns(text: str) -> str:
    """Those that there are, in their order; blank for the usual ones."""
    chosen = [name for name in (*USUAL, *FURTHER) if name in text.split(",")]
    return "" if tuple(chosen) == USUAL else ",".join(chosen)


def _shown(rows: Cases, text: str, asked: Asked) -> Cases:
    """For what says how cases are shown and narrows nothing."""
    return rows


def _country(case: LandingCase, lang: str) -> str | None:
    return country_name(case.company.country, lang) if case.company.country else None


def _decided(name: str) -> Filter[LandingCase]:
    """A day that `outcome` reads."""
    return Filter(name, clean_day, _shown)


_CHOSEN: Final[tuple[Filter[LandingCase], ...]] = (
    choice("who", ("mine", "nobody"), _by_officer),
    choice("state", ("open", "ended", *(stage.value for stage in Stage)), _by_state, always=True),
    choice("health", (*(health.value for health in Health), _UNWELL), _by_health),
    choice("clock", ("late", "week", "paused", "none"), _by_clock),
    choice("plan", ("stale",), lambda rows, text, asked: rows.filter(determination__stale__isnull=False)),
    choice("sort", ("opened", "since", "estimated", "contacted"), _shown),
)
#: What the form offers, by the name of its field.
CHOICES: Final = {one.name: one.choices for one in _CHOSEN}
#: Filters of which the form offers what the reader may choose from: units, people, places and services.
_PICKED: Final[tuple[Filter[LandingCase], ...]] = (
    of_unit(),
    Filter(
        "officer",
        lambda text: text if _KEY.fullmatch(text) else "",
        lambda rows, officer, asked: rows.filter(officer=int(officer)),
    ),
    _planned("place"),
    _planned("service"),
)
PICKED: Final = tuple(one.name for one in _PICKED)
#: Filters that a link fills and the form only carries along.
_LINKED: Final[tuple[Filter[LandingCase], ...]] = (
    choice("reached", Stage, lambda rows, stage, asked: rows.filter(stage__in=ORDER[ORDER.index(Stage(stage)) :])),
    Filter("step", lambda text: text if _STEP.fullmatch(text) else "", _by_step),
    choice("outcome", _OUTCOMES, _by_outcome),
    _decided("decided_after"),
    _decided("decided_until"),
    day("from", "opened__date__gte"),
    day("until", "opened__date__lte"),
)
LINKED: Final = tuple(one.name for one in _LINKED)

QUEUE: Final = RecordList(
    LandingCase,
    "workbench",
    "workbench:queue",
    filters=(*_CHOSEN, *_PICKED, *_LINKED, Filter("columns", _columns, _shown), Filter("words", clean_text, _by_words)),
    order=("-opened", "-pk"),
    related=("company", "unit", "officer"),
    fields=(
        "reference",
        "stage",
        "since",
        "health",
        "health_reason",
        "end",
        "opened",
        "estimated",
        "actual",
        "amount",
        "currency",
        "amount_kind",
        "amount_as_of",
        "contacted",
        "company__name_zh",
        "company__name_en",
        "company__country",
        "unit__name_zh",
        "unit__name_en",
        "officer__name",
        "officer__email",
    ),
    columns=(
        Column("reference", lambda case, lang: case.reference),
        Column("company_zh", lambda case, lang: case.company.name_zh),
        Column("company_en", lambda case, lang: case.company.name_en),
        Column("country", _country),
        Column("unit", lambda case, lang: case.unit.name_zh if lang == "zh" else case.unit.name_en),
        Column("officer", lambda case, lang: str(case.officer) if case.officer else None),
        Column("stage", lambda case, lang: say(f"term.stage_{case.stage}", lang)),
        Column("since", lambda case, lang: case.since),
        Column("health", lambda case, lang: say(f"term.health_{case.health}", lang)),
        Column("reason", lambda case, lang: case.health_reason),
        Column("end", lambda case, lang: say(f"term.end_{case.end}", lang)),
        Column("opened", lambda case, lang: case.opened),
        Column("estimated", lambda case, lang: case.estimated),
        Column("actual", lambda case, lang: case.actual),
        Column("amount", lambda case, lang: case.amount),
        Column("currency", lambda case, lang: case.currency),
        Column("amount_kind", lambda case, lang: case.amount_kind),
        Column("amount_as_of", lambda case, lang: case.amount_as_of),
        Column("contacted", lambda case, lang: case.contacted),
    ),
)
#: What a saved view may narrow.
LISTS: Final[Mapping[str, RecordList[LandingCase] | RecordList[Lead] | RecordList[Company]]] = {
    About.CASES: QUEUE,
    About.LEADS: INBOX,
    About.COMPANIES: COMPANIES,
}
