"""Values as answers write them: moments, days, and whoever has a name in two languages."""

from datetime import date, datetime
from typing import Protocol

from django.utils import timezone

from luodi.web.core.types import Json


class Named(Protocol):
    """A unit or a company."""

    @property
    def pk(self) -> int: ...
    @property
    def name_zh(self) -> str: ...
    @property
    def name_en(self) -> str: ...


def today() -> date:
    """Today in China, where the law of the books holds; asked only where a request comes in."""
    return timezone.localdate()


def moment(at: datetime) -> str:
    return at.isoformat(timespec="seconds").replace("+00:00", "Z")


def moment_or_none(at: datetime | None) -> str | None:
    return moment(at) if at else None


def day_or_none(day: date | None) -> str | None:
    return day.isoformat() if day else None


def fields(record: object, names: str) -> Json:
    """Some fields of a record, named with spaces between them, as answers write them."""
    return {name: _written(getattr(record, name)) for name in names.split()}


def _written(value: object) -> object:
    if isinstance(value, datetime):
        return moment(value)
    return value.isoformat() if isinstance(value, date) else value


def names(one: Named) -> dict[str, str]:
    return {"zh": one.name_zh, "en": one.name_en}


def named(one: Named) -> Json:
    return {"id": one.pk, "name": names(one)}
