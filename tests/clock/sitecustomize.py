"""The clock of the suite on another day: `make test ON=2028-02-29`.

Python reads this file as it starts, in every process that finds this folder on PYTHONPATH: the suite, its workers
and the commands and servers that tests start. The first of them begins at noon in Beijing, or at the moment that `ON`
names, such as 2028-12-31T23:59:00+08:00; all others are as far from the real time as the first one was.
"""

import os
from datetime import UTC, date, datetime, time, timedelta, timezone

import time_machine

BEIJING = timezone(timedelta(hours=8))


def moment(text: str) -> datetime:
    """Noon in Beijing where only a day is given."""
    if len(text) == len("2028-02-29"):
        return datetime.combine(date.fromisoformat(text), time(12), BEIJING)
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=BEIJING)


def set_clock(on: str) -> None:
    now = datetime.now(UTC)
    shift = os.environ.setdefault("TEST_CLOCK_SHIFT", str((moment(on) - now).total_seconds()))
    time_machine.travel(now + timedelta(seconds=float(shift)), tick=True).start()


if on := os.environ.get("TEST_CLOCK"):
    set_clock(on)
