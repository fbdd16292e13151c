"""What this room shows in others."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django.utils import timezone

from luodi.web.accounts.access import may, visible
from luodi.web.accounts.models import Company, Unit
from luodi.web.cases.calendars import late_before
from luodi.web.cases.models import LandingCase
from luodi.web.cases.queries_steps import has
from luodi.web.dealings import queries
from luodi.web.dealings.models import Interaction, Promise, Proposition, Referral, Task
from luodi.web.pages import url
from luodi.web.parts import Band, DayRow, Event, Panel, names_of
from luodi.web.words import say

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
        *(_mine(one, on, "keep_promise", one.what) for one in queries.promises_to_keep(user, limit)),
        *(_mine(one, on, "do_task", one.what) for one in queries.tasks_to_do(user, limit)),
    ]


def _band(due: date, unit: Unit, on: date, otherwise: Band) -> Band:
    """By the working days of the unit that is to act."""
    return "overdue" if due < late_before(unit, on) else "due" if due <= on + _SOON else otherwise


def _asked(one: Referral, on: date) -> DayRow:
    new: Band = "new" if one.state == "sent" else "waiting"
    case, unit = one.hand_off.case, one.hand_off.case.unit
    what = _both("dealings.day_asked", zh=unit.name_zh, en=unit.name_en)
    return DayRow(
        _band(one.due, one.unit, on, new), str(case.company), case.reference, what, _both("dealings.day_us"),
        _both("dealings.act_answer"), _at(one), one.due, names=names_of(case.company),
    )  # fmt: skip


def _waited_for(one: Referral, on: date) -> DayRow:
    case = one.hand_off.case
    band: Band = "overdue" if one.due < late_before(one.unit, on) else "waiting"
    on_whom = {"zh": one.unit.name_zh, "en": one.unit.name_en}
    return DayRow(
        band, str(case.company), case.reference, _both("dealings.day_waited"), on_whom, _both("dealings.act_look"),
        _at(one), one.due, names=names_of(case.company),
    )  # fmt: skip


def _mine(one: Any, on: date, act: str, what: str) -> DayRow:
    return DayRow(
        _band(one.due, one.case.unit, on, "waiting"), str(one.case.company), one.case.reference,
        {"zh": what, "en": what}, _both("dealings.day_us"), _both(f"dealings.act_{act}"), _at(one), one.due,
        names=names_of(one.case.company),
    )  # fmt: skip


def _both(key: str, **unit: str) -> Mapping[str, str]:
    return {lang: say(key, lang, **({"unit": unit[lang]} if unit else {})) for lang in ("zh", "en")}
