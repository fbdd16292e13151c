"""One company's story, from a fair to a counted landing: made by the actions of every app, on past days."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Final

from django.db import transaction
from django.utils import timezone

from luodi.calendar import WorkingCalendar
from luodi.text import read_yaml
from luodi.web.accounts.models import Company, Unit, User
from luodi.web.demo.bureau import Bureau, read_what_is_old
from luodi.web.demo.data import DemoPerson, Row, people, world
from luodi.web.demo.story_actions import StoryActions

_MORNING: Final = time(9)
Progress = Callable[[str], None]


@cache
def story() -> Row:
    """What the file says: `company`, `person`, `answers`, and the actions by link."""
    return dict(read_yaml(Path(__file__).with_name("story.yaml")))


def names() -> tuple[str, ...]:
    """The links, in the order of the story."""
    return tuple(link["id"] for link in story()["links"])


def person() -> DemoPerson:
    """Who acts for the company of the story."""
    return DemoPerson(**story()["person"], company="thread")


def company() -> Company | None:
    """The company of the story, where it was made here."""
    named = story()["company"]
    return Company.objects.filter(name_zh=named["zh"], name_en=named["en"]).first()


@dataclass(frozen=True)
class Moment:
    """One action of a link, with its moment."""

    at: datetime
    link: str
    row: Row


def moments(now: datetime) -> Iterator[Moment]:
    """Every action in the order of its moments: on working days, one minute after another."""
    rows = [(link["id"], row) for link in story()["links"] for row in link["acts"]]
    rows.sort(key=lambda one: -int(one[1]["days"]))  # stable: actions of a day stay in the order of the file
    for number, (link, row) in enumerate(rows):
        day = working_day(timezone.localdate(now) - timedelta(days=int(row["days"])))
        at = timezone.make_aware(datetime.combine(day, _MORNING)) + timedelta(minutes=number)
        yield Moment(at, link, row)


def working_day(day: date) -> date:
    """The last working day up to a day."""
    while not WorkingCalendar.china().is_working_day(day):
        day -= timedelta(days=1)
    return day


def make_story(now: datetime, secret: str, progress: Progress = lambda _: None) -> None:
    """All of it or nothing, in the bureau of the demo. `progress` is called with each link whose last action is done.

    `secret` is the password of the person who acts for the company.
    """
    rows = list(moments(now))
    last = {one.link: number for number, one in enumerate(rows)}
    with transaction.atomic():
        actions = StoryActions(Bureau(now, _units(), _companies(), _people()), secret, story())
        for number, one in enumerate(rows):
            actions.do(one.row, one.at)
            if last[one.link] == number:
                progress(one.link)
        read_what_is_old(now)


def _units() -> dict[str, Unit]:
    return {row["id"]: Unit.objects.get(name_zh=row["zh"], name_en=row["en"]) for row in world()["units"]}


def _companies() -> dict[str, Company]:
    return {row["id"]: Company.objects.get(name_zh=row["zh"], name_en=row["en"]) for row in world()["companies"]}


def _people() -> dict[str, User]:
    return {one.id: User.objects.get(email=one.email) for one in people()}
