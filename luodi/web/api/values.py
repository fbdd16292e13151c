"""Values as answers write them: moments, days, and whoever has a name in two languages."""

from datetime import date, datetime
from typing import Any, Protocol

from django.utils import timezone


class Named(Protocol):
    """A unit or a company."""

    pk: Any
    name_zh: str
    name_en: str


def today() -> date:
    """Today in China, where the law of the books holds; asked only where a request comes in."""
    return timezone.localdate()


def moment(at: datetime) -> str:
    return at.isoformat(timespec="seconds").replace("+00:00", "Z")


def moment_or_none(at: datetime | None) -> str | None:
    return moment(at) if at else None


def day_or_none(day: date | None) -> str | None:
    return day.isoformat() if day else None


def names(one: Named) -> dict[str, str]:
    return {"zh": one.name_zh, "en": one.name_en}


def named(one: Named) -> dict[str, Any]:
    return {"id": one.pk, "name": names(one)}
