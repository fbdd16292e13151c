"""Clocks and states of a case in words."""

from luodi.casework.clocks import Reading
from luodi.casework.ratings import ENOUGH
from luodi.documents import wording
from luodi.terms.figures import day_shown, days_between
from luodi.web.cases.queries.promises import Promise, Stands
from luodi.web.cases.queries.ratings import RatingFigures
from luodi.web.cases.queries.steps import Ends
from luodi.web.core.words import say


def clock_words(reading: Reading, lang: str) -> str:
    """Such as "4 working days left"."""
    if reading.is_paused:
        return say("cases.clock_paused", lang)
    if reading.left is None:
        return say("cases.clock_running", lang, days=wording.working_days(reading.running, lang))
    if reading.is_over:
        return say("cases.clock_over", lang, days=wording.working_days(-reading.left, lang))
    if not reading.left:
        return say("cases.clock_last", lang)
    return say("cases.clock_left", lang, days=wording.working_days(reading.left, lang))


def clock_about(reading: Reading, lang: str) -> str:
    """What stands below it: its limit, or why it stands still."""
    if reading.is_paused:
        return reading.cause
    if reading.limit is None:
        return say("cases.clock_no_limit", lang)
    if not reading.limit:
        return say("cases.clock_same_day", lang)
    return say("cases.clock_of", lang, limit=wording.working_days(reading.limit, lang))


def ends_words(ends: Ends, lang: str) -> str:
    """The days between which something can be done: "10 March 2026 to 4 April 2026", "from 10 March 2026, open end"."""
    if ends.latest is None:
        return say("cases.ends_open", lang, day=day_shown(ends.earliest, lang))
    return days_between(ends.earliest, ends.latest, lang)


def promise_words(promise: Promise | None, lang: str) -> str:
    """How what is left stands to the day that was promised; without one nothing is early or late."""
    if promise is None:
        return say("cases.promise_none", lang)
    day, days = day_shown(promise.day, lang), wording.working_days(promise.days, lang)
    if promise.stands is Stands.WITHIN and promise.ends.latest is None:
        return say("cases.promise_open", lang, day=day)
    return say(f"cases.promise_{promise.stands}", lang, day=day, days=days)


def rating_words(figures: RatingFigures, lang: str) -> str:
    """How many rated, and the share of those who are satisfied where there are enough."""
    found, gap = figures.satisfaction, "" if lang == "zh" else " "
    rated = say("cases.rating_rate", lang, n=figures.n, could=figures.could)
    if found.share is None or found.interval is None:
        return rated + gap + say("cases.rating_few", lang, enough=ENOUGH)
    share, low, high = (f"{100 * one:.0f}" for one in (found.share, *found.interval))
    return rated + gap + say("cases.rating_share", lang, share=share, low=low, high=high)
