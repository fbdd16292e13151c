"""What a clock of the queue is about, and whom it waits for, in both languages."""

from datetime import date

from luodi.casework.clocks import Reading
from luodi.web.cases.models import Clock
from luodi.web.cases.queries.calendars import calendar_of
from luodi.web.core.words import say

Words = dict[str, str]


def both(key: str) -> Words:
    return {lang: say(f"workbench.{key}", lang) for lang in ("zh", "en")}


def what(clock: Clock) -> Words:
    if clock.step is not None:
        return dict(clock.step.title)
    return both("what_request" if clock.request_id else "what_verification")


def waiting_on(clock: Clock | None) -> Words:
    """The authority that has the step, unless it asked something; else whoever the clock runs for."""
    if clock is None:
        return both("waiting_us")
    if clock.step is not None and clock.step.state != "question_open":
        return {lang: clock.step.authority[lang] for lang in ("zh", "en")}
    return both("waiting_verifier" if clock.kind == "verification" else "waiting_company")


def reading(clock: Clock | None, on: date) -> Reading | None:
    return clock.reading(on, calendar_of(clock.case.unit)) if clock is not None else None
