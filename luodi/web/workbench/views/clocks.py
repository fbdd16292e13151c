"""A clock in words, as lists and panels say it, and the strip that is drawn beneath."""

from dataclasses import dataclass

from luodi.casework.clocks import Reading
from luodi.documents.labels import working_days
from luodi.web.core.words import say


@dataclass(frozen=True)
class ClockShown:
    """`words` come first; `note` says of how many. `strip` is late, pause or run; none where there is no limit."""

    words: str
    note: str
    strip: str
    used: int  # percent of the limit

    @property
    def is_late(self) -> bool:
        return self.strip == "late"


def clock_shown(reading: Reading, lang: str) -> ClockShown:
    """How a page shows a clock on a day, in one language."""
    note = _of(reading, lang)
    if reading.is_paused:
        strip = "pause" if reading.limit else ""
        return ClockShown(say("workbench.clock_paused", lang), reading.cause or note, strip, reading.used)
    if reading.left is None:
        words = say("workbench.clock_running", lang, days=working_days(reading.running, lang))
        return ClockShown(words, note, "", 0)
    if reading.is_over:
        words = say("workbench.clock_over", lang, days=working_days(-reading.left, lang))
        return ClockShown(words, note, "late", 100)
    words = say("workbench.clock_last", lang)
    if reading.left:
        words = say("workbench.clock_left", lang, days=working_days(reading.left, lang))
    return ClockShown(words, note, "run", reading.used)


def _of(reading: Reading, lang: str) -> str:
    if reading.limit is None:
        return say("workbench.clock_no_limit", lang)
    return say("workbench.clock_of", lang, limit=reading.limit)
