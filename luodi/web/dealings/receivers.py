"""What this room shows in others."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any, Final

from django.db.models import Case, F, QuerySet, TextField, When
from django.utils import timezone

from luodi.web.accounts.models import Company
from luodi.web.cases.calendars import late_before_at
from luodi.web.cases.models import LandingCase
from luodi.web.cases.queries_steps import has
from luodi.web.core.agenda import Band, DayRow, Dues, Event, Panel
from luodi.web.core.agenda import Due as DueOfCase
from luodi.web.core.pages import url
from luodi.web.core.permissions import may, visible
from luodi.web.core.words import say
from luodi.web.dealings import queries
from luodi.web.dealings.models import Interaction, Promise, Proposition, Referral, Task
from luodi.web.dealings.queries import Due

_SOON: Final = timedelta(days=7)
_MOST: Final = 20  # rows of a panel


def case_panels(user: Any, case: LandingCase, on: date) -> list[Panel]:
    """For officers and leaders all of it; for the company what it was shown."""
    works = may(user, "work", case)
    read: dict[str, tuple[str, Callable[[], Any]]] = {
        "hand_offs": ("hand_offs", lambda: queries.hand_offs(user, case)),
        "promises": ("promises", lambda: queries.of_case(user, Promise, case)),
        "propositions": ("propositions", lambda: queries.of_case(user, Proposition, case)),
        "tasks": ("tasks", lambda: queries.of_case(user, Task, case).order_by("-state", "due")),
        "talks": ("interactions", lambda: queries.of_case(user, Interaction, case)),
    }
    found = {key: list(rows()[:_MOST]) if has(case, relation) else [] for key, (relation, rows) in read.items()}
    return [
        Panel(key, f"dealings/panel_{key}.html.j2", {"rows": rows, "works": works, "case": case, "on": on})
        for key, rows in found.items()
        if rows or works
    ]


def case_dues(user: Any, case: LandingCase, by: date) -> list[Dues]:
    """Promises to keep, tasks to do, and what other units were asked."""
    found: list[Dues] = []
    if has(case, "promises"):
        found.append(_owned("promise", queries.promises_due(user, case, by)))
    if has(case, "tasks"):
        found.append(_owned("task", queries.tasks_due(user, case, by)))
    if has(case, "hand_offs"):
        rows = queries.referrals_due(user, case, by)
        names = ("unit__name_zh", "unit__name_en", "unit__path")
        found.append(Dues("referral", rows, "hand_off__question", *names, _due))
    return found


def _owned(kind: str, rows: QuerySet[Any]) -> Dues:
    owner = Case(When(owner__name="", then=F("owner__email")), default=F("owner__name"), output_field=TextField())
    return Dues(kind, rows, "what", owner, owner, "case__unit__path", _due)


_TO_DO: Final = {"promise": "keep_promise", "task": "do_task", "referral": "ask"}


def _due(row: Mapping[str, Any]) -> DueOfCase:
    kind = row["of_kind"]
    return DueOfCase(
        row["due"],
        row["in_words"],
        _both(f"dealings.kind_{kind}"),
        {"zh": row["whom_zh"], "en": row["whom_en"]},
        _both(f"dealings.act_{_TO_DO[kind]}"),
        url("dealings:record", kind, row["row"]),
        row["of_path"],
    )


def case_events(user: Any, company: Company, on: date) -> list[Event]:
    """Talks, promises that were shown, and offers."""
    talks = visible(user, Interaction.objects.filter(company=company))[:100]
    promises = visible(user, Promise.objects.filter(case__company=company, shown__isnull=False))
    offers = visible(user, Proposition.objects.filter(case__company=company, offered__isnull=False))
    return [
        *(_event(_noon(one.day), "talk", f"dealings.talk_{one.kind}", one.note, "") for one in talks),
        *(_event(one.shown, "promise", "dealings.kind_promise", one.what, _at(one)) for one in promises[:100]),
        *(_event(one.offered, "proposition", "dealings.kind_proposition", one.title, _at(one)) for one in offers[:100]),
    ]


def _event(at: datetime | None, kind: str, key: str, text: str, address: str) -> Event:
    short = text if len(text) <= 120 else f"{text[:119]}…"
    assert at is not None
    return Event(at, kind, f"{say(key, 'zh')}：{short}", f"{say(key, 'en')}: {short}", address)


def _noon(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(12)))


def _at(row: Promise | Proposition | Referral | Task) -> str:
    return url("dealings:record", kind=row._meta.model_name, pk=row.pk)


# ---- somebody's day


def day_rows(user: Any, on: date, limit: int) -> list[DayRow]:
    to_answer = queries.referrals_to_answer(user, on, limit)
    asked = {one.pk for one in to_answer}
    waited = [one for one in queries.referrals_waited_for(user, limit) if one.pk not in asked]
    return [
        *(_asked(one, on) for one in to_answer),
        *(_waited_for(one, on) for one in waited),
        *(_mine(one, on, "keep_promise", "promise") for one in queries.promises_to_keep(user, limit)),
        *(_mine(one, on, "do_task", "task") for one in queries.tasks_to_do(user, limit)),
    ]


def _band(one: Due, on: date, otherwise: Band) -> Band:
    """By the working days of the unit that is to act."""
    return "overdue" if one.due < late_before_at(one.path, on) else "due" if one.due <= on + _SOON else otherwise


def _asked(one: Due, on: date) -> DayRow:
    band = _band(one, on, "new" if one.what == "sent" else "waiting")
    return _row(one, band, _both("dealings.day_asked", **one.unit), _both("dealings.day_us"), "answer")


def _waited_for(one: Due, on: date) -> DayRow:
    band: Band = "overdue" if one.due < late_before_at(one.path, on) else "waiting"
    return _row(one, band, _both("dealings.day_waited"), one.unit, "look")


def _mine(one: Due, on: date, act: str, kind: str) -> DayRow:
    what = {"zh": one.what, "en": one.what}
    return _row(one, _band(one, on, "waiting"), what, _both("dealings.day_us"), act, kind)


def _row(
    one: Due, band: Band, what: Mapping[str, str], on_whom: Mapping[str, str], act: str, kind: str = "referral"
) -> DayRow:
    company = one.names["zh"] or one.names["en"]
    return DayRow(
        band,
        company,
        one.reference,
        what,
        on_whom,
        _both(f"dealings.act_{act}"),
        url("dealings:record", kind, one.pk),
        one.due,
        names=one.names,
    )


def _both(key: str, **unit: str) -> Mapping[str, str]:
    if unit:
        return {lang: say(key, lang, unit=unit[lang]) for lang in ("zh", "en")}
    return _words(key)


@cache
def _words(key: str) -> Mapping[str, str]:
    return {lang: say(key, lang) for lang in ("zh", "en")}
