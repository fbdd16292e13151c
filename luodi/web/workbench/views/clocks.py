"""A clock in words, as lists and panels say it, and the strip that is drawn beneath."""

from dataclasses import dataclass

from luodi.casework.clocks import Reading
from luodi.web.cases.views.wording import clock_about, clock_words


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
    words, about = clock_words(reading, lang), clock_about(reading, lang)
    if reading.is_paused:
        return ClockShown(words, about, "pause" if reading.limit else "", reading.used)
    if reading.left is None:
        return ClockShown(words, about, "", 0)
    if reading.is_over:
        return ClockShown(words, about, "late", 100)
    return ClockShown(words, about, "run", reading.used)
