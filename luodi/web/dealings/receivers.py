"""What this app shows on the pages of cases and companies."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django.db.models import Case, F, QuerySet, TextField, When
from django.dispatch import receiver
from django.utils import timezone

from luodi.web.accounts.models import Company
from luodi.web.cases.models import LandingCase
from luodi.web.cases.queries_steps import has
from luodi.web.cases.signals import case_dues, case_panels
from luodi.web.companies.signals import company_events
from luodi.web.core.agenda import Due as DueOfCase
from luodi.web.core.agenda import Dues, Event, Panel
from luodi.web.core.pages import url
from luodi.web.core.permissions import may, visible
from luodi.web.core.words import both, say
from luodi.web.dealings import queries
from luodi.web.dealings.models import Interaction, Promise, Proposition, Referral, Task

_SOON: Final = timedelta(days=7)
_MOST: Final = 20  # rows of a panel


@receiver(case_panels)
def panels(sender: Any, *, user: Any, case: LandingCase, on: date, **_: Any) -> list[Panel]:
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


@receiver(case_dues)
def dues(sender: Any, *, user: Any, case: LandingCase, by: date, **_: Any) -> list[Dues]:
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
        both(f"dealings.kind_{kind}"),
        {"zh": row["whom_zh"], "en": row["whom_en"]},
        both(f"dealings.act_{_TO_DO[kind]}"),
        url("dealings:record", kind, row["row"]),
        row["of_path"],
    )


@receiver(company_events)
def events(sender: Any, *, user: Any, company: Company, on: date, **_: Any) -> list[Event]:
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
