"""What the filters of the list of cases offer by name, and the cells of the columns that somebody chose."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.utils import timezone

from luodi.access import access_book
from luodi.documents.answers import country_name
from luodi.documents.wording import day as day_in_words
from luodi.editions import with_books
from luodi.web.accounts.models import User
from luodi.web.accounts.queries import colleagues_of
from luodi.web.advisor.choices import choosable
from luodi.web.advisor.services import service_tree
from luodi.web.cases.models import LandingCase
from luodi.web.core.roles import Role
from luodi.web.scorecard.queries.board import units_led
from luodi.web.workbench.exports.cases import unit_name
from luodi.web.workbench.lists import FURTHER, USUAL

Chooser = list[tuple[str, str]]  # value and name


def choosers(user: User, on: date, lang: str) -> dict[str, Chooser]:
    """By the name of the filter: units and people of one's own, places and services of the book."""
    units = units_led(user, on, (Role.OFFICER, Role.LEADER))
    return {
        "unit": [(str(one.pk), unit_name(one, lang)) for one in units],
        "officer": [(str(one.pk), str(one)) for one in colleagues_of(user, on=on)],
        "place": [(zone.id, zone.name[lang]) for zone in choosable(on)],
        "service": _services(lang),
    }


@with_books()
def _services(lang: str) -> Chooser:
    services = access_book().services
    return [(found.code, services[found.code].name[lang]) for found, _ in service_tree()]


def columns_of(chosen: str) -> Sequence[str]:
    return chosen.split(",") if chosen else USUAL


def further_cells(cases: Iterable[LandingCase], columns: Sequence[str], lang: str) -> dict[int, dict[str, str]]:
    """The words of the further columns of each case."""
    names = [name for name in columns if name in FURTHER]
    return {case.pk: {name: _cell(case, name, lang) for name in names} for case in cases}


def stale_among(cases: Iterable[int]) -> set[int]:
    """Those whose plan is out of date."""
    found = LandingCase.objects.filter(pk__in=[*cases], determination__stale__isnull=False)
    return set(found.order_by().values_list("pk", flat=True))


def _cell(case: LandingCase, name: str, lang: str) -> str:
    match name:
        case "unit":
            return unit_name(case.unit, lang)
        case "country":
            return country_name(case.company.country, lang) if case.company.country else "–"
        case "amount":
            return f"{case.amount:,} {case.currency}" if case.amount is not None else "–"
    day: date | datetime | None = getattr(case, name)
    if day is None:
        return "–"
    return day_in_words((timezone.localdate(day) if isinstance(day, datetime) else day).isoformat(), lang)
