"""Time as a picture: each step from the earliest start, solid for the least it takes, pale for the most, hatched where
no text ends it.

Two makes of one layout. In a page, places along the time axis are percent and colours come from the stylesheet, so
that bars stretch and letters do not. `fixed` has plain coordinates and its own colours, for PDF and for a file.
Labels stand above their bars and never beside them.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from luodi.calendar import WorkingCalendar
from luodi.colours import coloured
from luodi.documents.view import Bar, Chart
from luodi.terms.figures import short_day_shown

ROW: Final = 31
TOP: Final = 24
BAR: Final = 9
_LEFT, _RIGHT = 0.4, 99.6  # percent of the width that the axis takes
_LABEL: Final = {"en": 52, "zh": 26}
_FONT: Final = "Noto Sans CJK SC, Noto Sans SC, sans-serif"
#: Attributes for the classes of the stylesheet where there is no stylesheet.
_INK: Final[Mapping[str, str]] = {
    "in-bar": 'font-size="10.5" fill="var(--ink)"',
    "axis": 'font-size="9.5" fill="var(--ink-2)"',
    "axis mid": 'font-size="9.5" fill="var(--ink-2)" text-anchor="middle"',
    "axis end": 'font-size="9.5" fill="var(--ink-2)" text-anchor="end"',
    "grid": 'stroke="var(--rule)" stroke-width="1"',
    "bar": 'fill="var(--blue)"',
    "bar soft": 'fill="var(--blue-wash)" stroke="var(--blue)" stroke-width="1"',
    "openend": 'fill="url(#{hatch})"',
    "openend-rim": 'stroke="var(--if)" stroke-width="1" stroke-dasharray="3 2"',
    "edge": 'stroke="var(--seal)" stroke-width="1.5"',
    "hatch-line": 'stroke="var(--if)" stroke-width="2"',
}


def chart_svg(chart: Chart, on: date, lang: str, *, fixed: bool = False, width: int = 720, prefix: str = "time") -> str:
    """A chart as one SVG, well formed by itself. `prefix` keeps its ids apart from those of a page; `on` is the day
    from which working days count."""
    return _Picture(chart, on, lang, fixed, width, prefix).draw()


def height(chart: Chart) -> int:
    """The height of the picture in its own units."""
    return TOP + ROW * len(chart.bars) + 6


class _Picture:
    def __init__(self, chart: Chart, on: date, lang: str, fixed: bool, width: int, prefix: str) -> None:
        self.chart, self.on, self.lang = chart, on, lang
        self.fixed, self.width, self.prefix = fixed, width, prefix
        self.last = max(chart.last, 1)
        self.height = height(chart)

    def draw(self) -> str:
        rows = (part for n, bar in enumerate(self.chart.bars) for part in self.bar(bar, TOP + n * ROW))
        return f"{self.opening()}{self.names()}{self.hatch()}{''.join([*self.axis(), *rows])}</svg>"

    # ---- the frame

    def opening(self) -> str:
        ids = f'aria-labelledby="{self.prefix}-title {self.prefix}-desc"'
        if not self.fixed:
            return f'<svg class="plot" role="img" {ids} width="100%" height="{self.height}">'
        size = f'width="{self.width}" height="{self.height}" viewBox="0 0 {self.width} {self.height}"'
        return f'<svg xmlns="http://www.w3.org/2000/svg" role="img" {ids} {size} font-family={quoteattr(_FONT)}>'

    def names(self) -> str:
        return (
            f'<title id="{self.prefix}-title">{escape(self.chart.title)}</title>'
            f'<desc id="{self.prefix}-desc">{escape(self.chart.says)}</desc>'
        )

    def hatch(self) -> str:
        """In a page the stylesheet fills an open end with the pattern that the page draws once."""
        if not self.fixed:
            return ""
        line = self.style("hatch-line")
        return (
            f'<defs><pattern id="{self.prefix}-hatch" width="6" height="6" patternUnits="userSpaceOnUse" '
            f'patternTransform="rotate(45)"><line {line} x1="0" y1="0" x2="0" y2="6"/></pattern></defs>'
        )

    def style(self, name: str) -> str:
        if self.fixed:
            return coloured(_INK[name]).format(hatch=f"{self.prefix}-hatch")
        return f'class="{name}"'

    def x(self, days: float) -> float:
        """Place of a working day in percent of the width."""
        return _LEFT + (_RIGHT - _LEFT) * min(days, self.last) / self.last

    def at(self, percent: float) -> str:
        if self.fixed:
            return f"{percent * self.width / 100:.1f}"
        return f"{percent:.2f}".rstrip("0").rstrip(".") + "%"

    # ---- the axis

    def axis(self) -> Iterator[str]:
        for days in _marks(self.last):
            yield self.upright("grid", days, TOP - 8, self.height)
            end = self.x(days) > 94
            style = "axis" if days == 0 else "axis end" if end else "axis mid"
            yield self.text(0 if days == 0 else 100 if end else self.x(days), 11, self.day(days), style)

    def day(self, days: int) -> str:
        return short_day_shown(_calendar().add_working_days(self.on, days), self.lang)

    def upright(self, style: str, days: int, top: int, bottom: int) -> str:
        x = self.at(self.x(days))
        return f'<line {self.style(style)} x1="{x}" x2="{x}" y1="{top}" y2="{bottom}"/>'

    # ---- the rows

    def bar(self, bar: Bar, y: int) -> Iterator[str]:
        yield self.label(bar, y)
        if bar.high is None:
            yield from self.open_end(bar, y + 15)
            return
        if bar.high > bar.start:
            yield self.box("bar soft", bar.start, bar.high, y + 15)
        if bar.low > bar.start:
            yield self.box("bar", bar.start, bar.low, y + 15)
        if bar.critical:
            yield self.upright("edge", bar.high, y + 12, y + 15 + BAR + 3)

    def open_end(self, bar: Bar, y: int) -> Iterator[str]:
        """Solid for what is known, then hatched to the end of the axis: where a text stops, so does the bar."""
        if bar.low > bar.start:
            yield self.box("bar", bar.start, bar.low, y)
        left = min(self.x(max(bar.low, bar.start)), _RIGHT - 4)
        yield self.rect("openend", left, 100 - left, y)
        x1, x2 = self.at(left), self.at(100)
        for edge in (y, y + BAR):
            yield f'<line {self.style("openend-rim")} x1="{x1}" x2="{x2}" y1="{edge}" y2="{edge}"/>'

    def box(self, style: str, start: int, end: int, y: int) -> str:
        left = self.x(start)
        return self.rect(style, left, max(self.x(end) - left, 0.5), y)

    def rect(self, style: str, left: float, wide: float, y: int) -> str:
        return f'<rect {self.style(style)} x="{self.at(left)}" y="{y}" width="{self.at(wide)}" height="{BAR}"/>'

    def label(self, bar: Bar, y: int) -> str:
        most = _LABEL[self.lang]
        title = bar.label if len(bar.label) <= most else bar.label[: most - 1].rstrip() + "…"
        about = f'<tspan {self.style("axis")} dx="8">{escape(bar.words)}</tspan>' if bar.words else ""
        return f'<text {self.style("in-bar")} x="0" y="{y + 10}">{escape(title)}{about}</text>'

    def text(self, percent: float, y: int, words: str, style: str) -> str:
        return f'<text {self.style(style)} x="{self.at(percent)}" y="{y}">{escape(words)}</text>'


def _marks(last: int) -> list[int]:
    """Working days that get a date: up to five, at a round distance, so far apart that dates never touch on a phone."""
    for step in (1, 2, 5, 10, 15, 20, 30, 40, 50, 60, 80, 100, 120, 150, 200, 250):
        if last / step <= 4:
            return list(range(0, last + 1, step))
    return [0, last]


@cache
def _calendar() -> WorkingCalendar:
    return WorkingCalendar.china()
