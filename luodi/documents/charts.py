"""Charts as SVG: a funnel with rates, a strip plot of days used against the limit, shares of then and since with their
intervals, bullet bars against targets, and any of our pictures as a file.

In a page, places along the axis are percent, so that bars stretch and letters do not, and colours come from the
stylesheet. `standing` makes a file that needs neither: with its finding, its colours, and the lines that say where its
figures come from. Each has a title and a description in the page's language; the table with the same figures stands
beside it in the page. What a colour says is said by a shape too: a clock past its limit is a cross, the part of the
axis beyond it is hatched.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from unicodedata import east_asian_width
from xml.sax.saxutils import escape

from luodi.colours import coloured

_ROW: Final = 44
_LANE: Final = 38


def plot(inside: str, name: str, size: str, title: str, describe: str, kind: str = "") -> str:
    """A picture in a page, with its title and description for those who do not see it. `size` are its attributes."""
    return (
        f'<svg class="{f"plot {kind}".strip()}" role="img" aria-labelledby="{name}-title {name}-desc" {size}>'
        f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-desc">{escape(describe)}</desc>'
        f"{inside}</svg>"
    )


@dataclass(frozen=True)
class Picture:
    """What is drawn `inside`, `height` pixels high, as wide as there is room."""

    inside: str
    height: int
    title: str
    describe: str

    def inline(self, name: str, kind: str = "") -> str:
        """For a page; `name` keeps its ids apart, `kind` is a class for a picture with a style of its own."""
        return plot(self.inside, name, f'width="100%" height="{self.height}"', self.title, self.describe, kind)


@dataclass(frozen=True)
class Bar:
    """`rate` is said behind the figure, such as "of the step before 40 %"."""

    label: str
    value: int
    rate: str = ""


def funnel(bars: Sequence[Bar], title: str, describe: str) -> Picture:
    """Horizontal bars, each as long as its share of the longest."""
    most = max((bar.value for bar in bars), default=0) or 1
    rows = "".join(_bar(bar, n, most) for n, bar in enumerate(bars))
    return Picture(rows, _ROW * len(bars), title, describe)


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
_HATCH: Final = (
    '<defs><pattern id="beyond" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<line class="beyond-line" x1="0" y1="0" x2="0" y2="6"/></pattern></defs>'
)


def strips(lanes: Sequence[Lane], title: str, describe: str, marks: tuple[str, str]) -> Picture:
    """A mark for every clock, a cross for one past its limit; lines at half, 80 % and the limit, hatched beyond it.
    `marks` are the words of the first and the last."""
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
    return Picture(_HATCH + lines + axis + rows, height + 4, title, describe)


def _lane(lane: Lane, y: int) -> str:
    left = _x(100)
    beyond = f'<rect fill="url(#beyond)" x="{left}" width="{100 - 100 * 100 / _END:.2f}%" y="{y + 18}" height="12"/>'
    dots = "".join(_dot(used, y) for used in sorted(lane.used))
    return f'<text x="0" y="{y + 12}" class="strong">{escape(lane.label)}</text>{beyond}{dots}'


def _dot(used: int, y: int) -> str:
    """In a nested picture, so that its own plain coordinates start at a place in percent."""
    x = _x(used)
    if used > 100:
        return f'<svg x="{x}" y="{y + 18}" overflow="visible"><path class="late" d="M-7 0 L-1 12 M-1 0 L-7 12"/></svg>'
    return f'<line class="tickmark" x1="{x}" x2="{x}" y1="{y + 18}" y2="{y + 30}"/>'


def _x(used: int) -> str:
    return f"{min(used, _END) * 100 / _END:.2f}%"


@dataclass(frozen=True)
class Span:
    """A share with its interval, each a ratio from 0 to 1."""

    share: float
    low: float
    high: float


@dataclass(frozen=True)
class Held:
    """What was foretold beside what came; None for either that has too few cases. `says` stands at the end."""

    label: str
    before: Span | None
    after: Span | None
    says: str


_HELD: Final = 50
_KEYS: Final = 42  # of the key and the axis above all rows


def spans(rows: Sequence[Held], title: str, describe: str, marks: tuple[str, str]) -> Picture:
    """Two shares a row on an axis to 100 %, each a mark on the line of its interval: a square for what was foretold, a
    hollow diamond for what came. `marks` say which is which."""
    height = _KEYS + _HELD * len(rows)
    keys = (
        f'{_square("8", 4)}<text class="axis" x="22" y="11">{escape(marks[0])}</text>'
        f'<svg x="50%" overflow="visible">{_diamond("8", 4)}'
        f'<text class="axis" x="22" y="11">{escape(marks[1])}</text></svg>'
    )
    axis = "".join(
        f'<text class="axis {place}" x="{at}%" y="32">{at} %</text>'
        f'<line class="grid" x1="{at}%" x2="{at}%" y1="{_KEYS - 4}" y2="{height}"/>'
        for at, place in ((0, ""), (50, "mid"), (100, "end"))
    )
    drawn = "".join(_held(row, _KEYS + n * _HELD) for n, row in enumerate(rows))
    return Picture(keys + axis + drawn, height + 4, title, describe)


def _held(row: Held, y: int) -> str:
    before = _span(row.before, y + 22, "tickmark") + (_square(_share(row.before), y + 19) if row.before else "")
    after = _span(row.after, y + 36, "link") + (_diamond(_share(row.after), y + 32) if row.after else "")
    return (
        f'<text x="0" y="{y + 12}" class="strong">{escape(row.label)}</text>'
        f'<text x="100%" y="{y + 12}" class="end">{escape(row.says)}</text>{before}{after}'
    )


def _span(span: Span | None, y: int, kind: str) -> str:
    if span is None:
        return ""
    return f'<line class="{kind}" x1="{100 * span.low:.2f}%" x2="{100 * span.high:.2f}%" y1="{y}" y2="{y}"/>'


def _share(span: Span) -> str:
    return f"{100 * span.share:.2f}%"


def _square(x: str, y: int) -> str:
    return f'<svg x="{x}" y="{y}" overflow="visible"><rect class="bar" x="-4" y="0" width="8" height="7"/></svg>'


def _diamond(x: str, y: int) -> str:
    path = '<path class="late" d="M0 -1 L5 4 L0 9 L-5 4 Z"/>'
    return f'<svg x="{x}" y="{y}" overflow="visible">{path}</svg>'


@dataclass(frozen=True)
class Bullet:
    """A value against its target, and what was expected by the day; `says` stands behind it, its band in words."""

    label: str
    value: float
    target: float
    expected: float | None
    says: str


def bullets(given: Sequence[Bullet], title: str, describe: str) -> Picture:
    """A bar for each value on a lane of its own scale; a long line at the target, a short one at what was expected."""
    rows = "".join(_bullet(bullet, n) for n, bullet in enumerate(given))
    return Picture(rows, _ROW * len(given) + 4, title, describe)


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


# ---- as a file

_WIDE: Final = 720
_EDGE: Final = 24
_LETTERS: Final = 104  # letters of a line of the finding; a Han character counts two
#: The classes of the stylesheet, for where there is none.
_STYLE: Final = coloured(
    """
%s{font:13px "Noto Sans CJK SC","PingFang SC","Microsoft YaHei",system-ui,sans-serif;fill:var(--ink)}
.head{font-size:17px;font-weight:600}.note{font-size:11px;fill:var(--ink-2)}.axis{font-size:12px;fill:var(--ink-2)}
.strong,.red-t{font-weight:600}.red-t{fill:var(--seal)}.end{text-anchor:end}.mid{text-anchor:middle}
.grid{stroke:var(--rule)}.link{stroke:var(--seal);stroke-width:1.5}.lane{fill:var(--wash)}.bar{fill:var(--blue)}
.tickmark{stroke:var(--blue);stroke-width:1.5}.late{stroke:var(--seal);stroke-width:1.5;fill:none}
.beyond-line{stroke:var(--rule);stroke-width:2}
.ghost{fill:none;stroke:var(--ink-2);stroke-dasharray:3 2}
.bar.run{fill:var(--blue-wash);stroke:var(--blue);stroke-width:1.5}
.bar.path{fill:var(--seal)}.bar.ahead{fill:none;stroke:var(--line);stroke-width:1.25}
.most{fill:var(--blue-wash);stroke:var(--line)}.most.open{stroke-dasharray:3 2}
""".strip()
)


def standing(picture: Picture, notes: Sequence[str], lang: str) -> str:
    """A file of its own: title, finding, the picture, and below it where the figures come from."""
    inside = f'<svg x="{_EDGE}" y="{{y}}" width="{_WIDE}" height="{picture.height}">{picture.inside}</svg>'
    return _file(inside, picture, notes, lang, "text")


def framed(svg: str, height: int, title: str, describe: str, notes: Sequence[str], lang: str) -> str:
    """The same for a picture that has its own colours and plain coordinates, 720 wide."""
    inside = f'<g transform="translate({_EDGE} {{y}})">{svg}</g>'
    return _file(inside, Picture("", height, title, describe), notes, lang, ".words")


def _file(inside: str, picture: Picture, notes: Sequence[str], lang: str, words: str) -> str:
    """`words` selects what the style of words is for: a picture with its own colours keeps them."""
    finding = list(_lines(picture.describe))
    top = 44 + 20 * len(finding) + 14
    foot = [line for note in notes for line in _lines(note, round(_LETTERS * 1.18))]
    height, wide = top + picture.height + 30 + 16 * len(foot), _WIDE + 2 * _EDGE
    body = "".join(
        f'<text class="words" x="{_EDGE}" y="{62 + 20 * n}">{escape(line)}</text>' for n, line in enumerate(finding)
    )
    below = top + picture.height + 26
    feet = "".join(
        f'<text class="words note" x="{_EDGE}" y="{below + 16 * n}">{escape(line)}</text>'
        for n, line in enumerate(foot)
    )
    tongue = "zh-Hans" if lang == "zh" else "en"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" lang="{tongue}" role="img" aria-labelledby="file-t file-d" '
        f'width="{wide}" height="{height}" viewBox="0 0 {wide} {height}">'
        f'<title id="file-t">{escape(picture.title)}</title><desc id="file-d">{escape(picture.describe)}</desc>'
        f"<style>{_STYLE % words}</style>"
        f'<rect width="{wide}" height="{height}" fill="white"/>'
        f'<text class="words head" x="{_EDGE}" y="36">{escape(picture.title)}</text>{body}'
        f"{inside.replace('{y}', str(top))}{feet}</svg>\n"
    )


def _lines(text: str, most: int = _LETTERS) -> Iterator[str]:
    """Broken at spaces, and between Han characters where there are none."""
    line, wide, space = "", 0, 0
    for letter in text:
        line, wide = line + letter, wide + (2 if east_asian_width(letter) in "WF" else 1)
        space = len(line) if letter == " " or letter in "，。；、" else space
        if wide >= most:
            cut = space if space > len(line) // 2 else len(line)
            yield line[:cut].rstrip()
            line, space = line[cut:], 0
            wide = sum(2 if east_asian_width(one) in "WF" else 1 for one in line)
    if line.strip():
        yield line.strip()
