"""The course of a case as a picture: for each step the days that the first plan foresaw, as a ghost, and beneath it the
days that it took or is expected to take.

Places along the axis are percent, so that bars stretch and letters do not; in a page colours come from the stylesheet.
The same figures stand in a table beside it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from xml.sax.saxutils import escape

from luodi.documents import wording as w
from luodi.documents.charts import Picture

_ROW: Final = 38
_TOP: Final = 26
_LEFT, _RIGHT = 1.0, 99.0  # percent of the width
_LABEL: Final = {"en": 60, "zh": 30}
#: Days between marks of the axis, the first that gives five at most.
_STEPS: Final = (7, 14, 28, 56, 91, 182, 364)


@dataclass(frozen=True, slots=True)
class Line:
    """A step: what was foreseen first, and what is, to the first day on which it may be done; `tone` is done, run,
    ahead or path. Days include both ends; `latest` and the end of `first` are None where nobody can tell one."""

    title: str
    first: tuple[date, date | None]
    now: tuple[date, date]
    latest: date | None
    tone: str
    note: str = ""


def course(lines: Sequence[Line], on: date, lang: str, title: str, told: str) -> Picture:
    """With a line at `on`. `told` is the description."""
    days = [day for line in lines for day in (*line.first, *line.now, line.latest) if day is not None] + [on]
    axis = _Axis(min(days), max(days), lang)
    height = _TOP + _ROW * len(lines) + 4
    rows = "".join(_row(line, _TOP + n * _ROW, axis) for n, line in enumerate(lines))
    return Picture("".join(axis.marks(height)) + _today(on, axis, height) + rows, height, title, told)


@dataclass(frozen=True)
class _Axis:
    start: date
    end: date
    lang: str

    def x(self, day: date) -> float:
        whole = max((self.end - self.start).days + 1, 1)
        return _LEFT + (_RIGHT - _LEFT) * (day - self.start).days / whole

    def marks(self, height: int) -> Iterator[str]:
        span = (self.end - self.start).days
        step = next((days for days in _STEPS if span / days <= 5), _STEPS[-1])
        for n in range(0, span + 1, step):
            day = self.start + timedelta(days=n)
            x = f"{self.x(day):.2f}%"
            yield f'<line class="grid" x1="{x}" x2="{x}" y1="{_TOP - 8}" y2="{height}"/>'
            kind = "axis" if n == 0 else "axis mid" if self.x(day) < 94 else "axis end"
            yield f'<text class="{kind}" x="{x}" y="12">{escape(w.short_day(day, self.lang))}</text>'


def _today(on: date, axis: _Axis, height: int) -> str:
    x = f"{axis.x(on):.2f}%"
    return f'<line class="link" x1="{x}" x2="{x}" y1="{_TOP - 8}" y2="{height}"/>'


def _row(line: Line, y: int, axis: _Axis) -> str:
    most = _LABEL[axis.lang]
    title = line.title if len(line.title) <= most else line.title[: most - 1].rstrip() + "…"
    note = f'<tspan class="axis" dx="8">{escape(line.note)}</tspan>' if line.note else ""
    return (
        f'<text x="0" y="{y + 11}">{escape(title)}{note}</text>'
        f"{_box('ghost', line.first, y + 16, 6, axis)}"
        f"{_box(f'bar {line.tone}', line.now, y + 24, 8, axis)}{_to_the_last(line, y, axis)}"
    )


def _to_the_last(line: Line, y: int, axis: _Axis) -> str:
    """From the first day on which it may be done to the last one, or to the edge where nobody can tell one."""
    if line.latest == line.now[1]:
        return ""
    return _box("most" if line.latest else "most open", (line.now[1] + timedelta(days=1), line.latest), y + 24, 8, axis)


def _box(kind: str, days: tuple[date, date | None], y: int, height: int, axis: _Axis) -> str:
    """To the edge where the last day is None."""
    left, right = axis.x(days[0]), _RIGHT if days[1] is None else axis.x(days[1] + timedelta(days=1))
    wide = max(right - left, 0.6)
    return f'<rect class="{kind}" x="{left:.2f}%" y="{y}" width="{wide:.2f}%" height="{height}"/>'
