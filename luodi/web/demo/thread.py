"""One thread through every room, from a signal to a counted landing: made by the acts of the rooms, on past days."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from luodi.calendar import WorkingCalendar
from luodi.text import read_yaml
from luodi.web.accounts.models import Company, Unit, User
from luodi.web.demo.thread_acts import Acts
from luodi.web.demo.world import DemoPerson, people, world

_MORNING: Final = time(9)
Told = Callable[[str], None]


@cache
def thread() -> dict[str, Any]:
    """What the file says: `company`, `person`, `answers`, and the acts by link."""
    return dict(read_yaml(Path(__file__).with_name("thread.yaml")))


def names() -> tuple[str, ...]:
    """The links, in the order in which they are told."""
    return tuple(link["id"] for link in thread()["links"])


def person() -> DemoPerson:
    """Who acts for the company of the thread."""
    return DemoPerson(**thread()["person"], company="thread")


def company() -> Company | None:
    """The company of the thread, where it was made here."""
    named = thread()["company"]
    return Company.objects.filter(name_zh=named["zh"], name_en=named["en"]).first()


@dataclass(frozen=True)
class Moment:
    """One act of a link, with its moment."""

    at: datetime
    link: str
    row: Any


def moments(now: datetime) -> Iterator[Moment]:
    """Every act in the order of its moments: on working days, one minute after another."""
    rows = [(link["id"], row) for link in thread()["links"] for row in link["acts"]]
    rows.sort(key=lambda one: -int(one[1]["days"]))  # stable: acts of a day stay in the order of the file
    for number, (link, row) in enumerate(rows):
        day = working_day(timezone.localdate(now) - timedelta(days=int(row["days"])))
        at = timezone.make_aware(datetime.combine(day, _MORNING)) + timedelta(minutes=number)
        yield Moment(at, link, row)


def working_day(day: date) -> date:
    """The last working day up to a day."""
    while not WorkingCalendar.china().is_working_day(day):
        day -= timedelta(days=1)
    return day


def make_thread(now: datetime, secret: str, told: Told = lambda _: None) -> None:
    """All of it or nothing, in the world of the demo. `told` hears the name of each link whose last act is done.

    `secret` is the password of the person who acts for the company.
    """
    acts = list(moments(now))
    last = {one.link: number for number, one in enumerate(acts)}
    with transaction.atomic():
        doing = Acts(now, secret, thread(), _units(), _companies(), _people())
        for number, one in enumerate(acts):
            doing.do(one.row, one.at)
            if last[one.link] == number:
                told(one.link)


def _units() -> dict[str, Unit]:
    return {row["id"]: Unit.objects.get(name_zh=row["zh"], name_en=row["en"]) for row in world()["units"]}


def _companies() -> dict[str, Company]:
    return {row["id"]: Company.objects.get(name_zh=row["zh"], name_en=row["en"]) for row in world()["companies"]}


def _people() -> dict[str, User]:
    return {one.id: User.objects.get(email=one.email) for one in people()}
