"""A timeline as a picture: inline SVG in percent, so that bars stretch and letters do not; colours are classes.

Every lane has its name above its bar. Turns are numbered dots at the top, on as many levels as they need; beside
the picture the page has the same turns as a table.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from markupsafe import Markup, escape

from luodi.documents import wording
from luodi.documents.charts import Picture
from luodi.library.law_table import Cell
from luodi.library.shelf import shelf
from luodi.library.timeline import Lane, Piece, Timeline
from luodi.values import as_json_number
from luodi.web.core.words import say, words

LEFT, RIGHT = 1.0, 98.5  # percent of the width that the axis takes
LEVEL, LANE, BAR = 22, 54, 18
DOT_GAP: Final = 5.4  # percent that two numbered dots of one level keep apart, on a narrow screen too
ROOM_CAP, ROOM_NO = 5.0, 14.0  # percent that a figure and the words "not open" need inside a bar
_BARS: Final = {"no": "shut", "half": "half", "yes": "free", "if": "cond"}


@dataclass(frozen=True)
class Axis:
    first: date
    until: date

    def at(self, day: date) -> float:
        share = (day - self.first).days / max((self.until - self.first).days, 1)
        return LEFT + (RIGHT - LEFT) * min(max(share, 0), 1)


def svg(line: Timeline, lang: str) -> Markup:
    """The picture, with its title and its description in the language of the page."""
    axis = Axis(line.first, line.until)
    levels = _levels([axis.at(turn.on) for turn in line.turns()])
    top = (max(levels, default=0) + 1) * LEVEL + 8
    height = top + LANE * len(line.lanes) + 30
    parts = [
        *_years(axis, height),
        *_dots(line, axis, levels, top, height),
        *(part for n, lane in enumerate(line.lanes) for part in _lane(lane, axis, top + n * LANE, line.kind, lang)),
    ]
    return Markup(Picture("\n".join(parts), height, title(line, lang), description(line, lang)).inline("line"))


def title(line: Timeline, lang: str) -> str:
    entry = shelf().entries[line.kind, line.of]
    years = f"{line.first.year}–{line.until.year}"
    return say(f"library.line_title_{line.kind}", lang, name=wording.pick(entry.title, lang), years=years)


def description(line: Timeline, lang: str) -> str:
    """Every lane in a sentence, for those who do not see the picture."""
    joint = {"zh": "；", "en": "; "}[lang]
    return " ".join(
        wording.sentence(
            f"{lane_name(lane, line.kind, lang)}{'：' if lang == 'zh' else ': '}"
            + joint.join(
                say("library.line_from", lang, day=wording.day(p.first, lang), state=state(p.made, lang))
                for p in lane.pieces
            ),
            lang,
        )
        for lane in line.lanes
        if lane.pieces
    )


def lane_name(lane: Lane, kind: str, lang: str, most: int = 4) -> str:
    """Names of what the lane speaks for; the rest as a number."""
    if lane.investor == "cepa":
        return say("library.investor_cepa", lang)
    other = "place" if kind == "service" else "service"
    codes = other == "service" and len(lane.names) > 1
    names = [name if codes else short_name(other, name, lang) for name in lane.names]
    shown, joint = names[:most], "、" if lang == "zh" else ", "
    more = say("library.and_more", lang, n=len(names) - most, total=len(names)) if len(names) > most else ""
    return joint.join(shown) + more


def short_name(kind: str, name: str, lang: str) -> str:
    """How lanes, rows and columns call a place or a service."""
    key = f"library.column_{name}"
    if kind == "place" and key in words():
        return say(key, lang)
    title_ = wording.pick(shelf().entries[kind, name].title, lang)
    return f"{name} {title_}" if kind == "service" else title_


def state(made: Cell, lang: str) -> str:
    """ "not open", "up to 50 %", "100 %, on conditions"."""
    if made.tone == "no":
        return say("library.state_no", lang)
    cap = wording.percent(as_json_number(made.cap), lang) if made.cap is not None else say("library.cap_unstated", lang)
    return say(f"library.state_{made.tone}", lang, cap=cap)


# ---- parts of the picture


def _years(axis: Axis, height: int) -> Iterator[str]:
    span = axis.until.year - axis.first.year
    step = 5 if span > 12 else 2 if span > 5 else 1
    for year in range(axis.first.year + 1, axis.until.year + 1):
        if year % step == 0:
            yield f'<text class="axis mid" x="{axis.at(date(year, 1, 1)):.2f}%" y="{height - 6}">{year}</text>'


def _levels(places: Sequence[float]) -> list[int]:
    """The level of each dot, 0 next to the lanes: the lowest on which it touches no other."""
    taken: list[float] = []
    found = []
    for place in places:
        level = next((n for n, last in enumerate(taken) if place - last >= DOT_GAP), len(taken))
        if level == len(taken):
            taken.append(place)
        taken[level] = place
        found.append(level)
    return found


def _dots(line: Timeline, axis: Axis, levels: Sequence[int], top: int, height: int) -> Iterator[str]:
    for number, (turn, level) in enumerate(zip(line.turns(), levels, strict=True), 1):
        x, y = f"{axis.at(turn.on):.2f}%", top - 8 - (level * LEVEL) - 10
        yield f'<line class="grid" x1="{x}" x2="{x}" y1="{y + 9}" y2="{height - 22}"/>'
        yield f'<circle class="dot" cx="{x}" cy="{y}" r="9"/><text class="dot-n" x="{x}" y="{y + 4}">{number}</text>'


def _lane(lane: Lane, axis: Axis, y: int, kind: str, lang: str) -> Iterator[str]:
    yield f'<text class="strong" x="0" y="{y + 16}">{escape(lane_name(lane, kind, lang))}</text>'
    for row in lane.said:
        first = row.rule.first or axis.first
        x, width = _extent(first, row.rule.span.end, axis)
        yield f'<rect class="said-bar" x="{x:.2f}%" y="{y + 8}" width="{width:.2f}%" height="12"/>'
    for piece in lane.pieces:
        yield from _bar(piece, axis, y + 22, lang)


def _extent(first: date, end: date | None, axis: Axis) -> tuple[float, float]:
    start = axis.at(first)
    return start, max(axis.at(end or axis.until) - start, 0.3)


def _bar(piece: Piece, axis: Axis, y: int, lang: str) -> Iterator[str]:
    x, width = _extent(piece.first, piece.end, axis)
    kind = _BARS.get(piece.made.tone, "said-bar")
    yield f'<rect class="{kind}" x="{x:.2f}%" y="{y}" width="{width:.2f}%" height="{BAR}"/>'
    words = _inside(piece.made, lang)
    if width >= (ROOM_NO if piece.made.tone == "no" else ROOM_CAP):
        shape = {"shut": "on-shut", "free": "on-free"}.get(kind, "in")
        yield f'<text class="{shape}" x="{x + 0.7:.2f}%" y="{y + 13}">{escape(words)}</text>'


def _inside(made: Cell, lang: str) -> str:
    if made.tone == "no":
        return say("library.state_no", lang)
    return f"{as_json_number(made.cap)}" if made.cap is not None else "–"
