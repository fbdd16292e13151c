"""Charts as SVG: a funnel with rates, a strip plot of days used against the limit, bullet bars against targets.

Places along the axis are percent, so that bars stretch and letters do not; colours come from the stylesheet. Each has a
title and a description in the page's language; the table with the same figures stands beside it in the page.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import escape

_ROW: Final = 44
_LANE: Final = 38


@dataclass(frozen=True)
class Bar:
    """`rate` is said behind the figure, such as "of the step before 40 %"."""

    label: str
    value: int
    rate: str = ""


def funnel_svg(bars: Sequence[Bar], title: str, describe: str, *, name: str) -> str:
    """Horizontal bars, each as long as its share of the first of its run; `name` keeps ids apart."""
    most = max((bar.value for bar in bars), default=0) or 1
    rows = "".join(_bar(bar, n, most) for n, bar in enumerate(bars))
    return _svg(rows, _ROW * len(bars), title, describe, name)


def _bar(bar: Bar, n: int, most: int) -> str:
    y = n * _ROW
    width = 100 * bar.value / most
    figure = f"{bar.value:,}" + (f"　{bar.rate}" if bar.rate else "")
    return (
        f'<text x="0" y="{y + 14}" class="strong">{escape(bar.label)}</text>'
        f'<text x="100%" y="{y + 14}" class="end">{escape(figure)}</text>'
        f'<rect class="lane" x="0" y="{y + 20}" width="100%" height="10"/>'
        f'<rect class="bar" x="0" y="{y + 20}" width="{width:.2f}%" height="10"/>'
    )


@dataclass(frozen=True)
class Lane:
    """One kind of clock: percent of the limit that each has used; a fifth of the axis lies beyond the limit."""

    label: str
    used: Sequence[int]


_END: Final = 125  # percent of the limit at the right edge; what lies beyond is drawn there


def strips_svg(lanes: Sequence[Lane], title: str, describe: str, marks: tuple[str, str], *, name: str) -> str:
    """A mark for every clock; lines at half, 80 % and the limit. `marks` are the words of the first and the last."""
    height = 22 + _LANE * len(lanes)
    lines = "".join(
        f'<line class="{"link" if at == 100 else "grid"}" x1="{_x(at)}" x2="{_x(at)}" y1="16" y2="{height}"/>'
        for at in (50, 80, 100)
    )
    axis = (
        f'<text class="axis mid" x="{_x(50)}" y="11">{escape(marks[0])}</text>'
        f'<text class="axis mid" x="{_x(100)}" y="11">{escape(marks[1])}</text>'
    )
    rows = "".join(_lane(lane, 22 + n * _LANE) for n, lane in enumerate(lanes))
    return _svg(lines + axis + rows, height + 4, title, describe, name)


def _lane(lane: Lane, y: int) -> str:
    dots = "".join(_dot(used, y) for used in sorted(lane.used))
    return f'<text x="0" y="{y + 12}" class="strong">{escape(lane.label)}</text>{dots}'


def _dot(used: int, y: int) -> str:
    kind, x = "late" if used > 100 else "tickmark", _x(used)
    return f'<line class="{kind}" x1="{x}" x2="{x}" y1="{y + 18}" y2="{y + 30}"/>'


def _x(used: int) -> str:
    return f"{min(used, _END) * 100 / _END:.2f}%"


@dataclass(frozen=True)
class Bullet:
    """A value against its target, and what was expected by the day; `says` stands behind it, its band in words."""

    label: str
    value: float
    target: float
    expected: float | None
    says: str


def bullets_svg(bullets: Sequence[Bullet], title: str, describe: str, *, name: str) -> str:
    """A bar for each value on a lane of its own scale; a long line at the target, a short one at what was expected."""
    rows = "".join(_bullet(bullet, n) for n, bullet in enumerate(bullets))
    return _svg(rows, _ROW * len(bullets) + 4, title, describe, name)


def _bullet(bullet: Bullet, n: int) -> str:
    y, most = n * _ROW, max(bullet.value, bullet.target, 1) * 1.08
    width, target = (100 * amount / most for amount in (bullet.value, bullet.target))
    expected = 100 * bullet.expected / most if bullet.expected is not None else None
    mark = (
        f'<line class="tickmark" x1="{expected:.2f}%" x2="{expected:.2f}%" y1="{y + 20}" y2="{y + 32}"/>'
        if expected is not None
        else ""
    )
    return (
        f'<text x="0" y="{y + 14}" class="strong">{escape(bullet.label)}</text>'
        f'<text x="100%" y="{y + 14}" class="end">{escape(bullet.says)}</text>'
        f'<rect class="lane" x="0" y="{y + 20}" width="100%" height="12"/>'
        f'<rect class="bar" x="0" y="{y + 23}" width="{width:.2f}%" height="6"/>'
        f'<line class="link" x1="{target:.2f}%" x2="{target:.2f}%" y1="{y + 19}" y2="{y + 38}"/>{mark}'
    )


def _svg(inside: str, height: int, title: str, describe: str, name: str) -> str:
    return (
        f'<svg class="plot" role="img" aria-labelledby="{name}-t {name}-d" height="{height}" width="100%">'
        f'<title id="{name}-t">{escape(title)}</title><desc id="{name}-d">{escape(describe)}</desc>{inside}</svg>'
    )
