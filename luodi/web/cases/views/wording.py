"""Clocks and states of a case in words."""

from luodi.casework.clocks import Reading
from luodi.documents import wording
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
