"""The schedule as a picture: what decides the length first, then what runs beside it, what has no time, what is open.

Two makes of one layout. In a page, places along the time axis are percent and colours come from the stylesheet, so
that bars stretch and letters do not. `fixed` has plain coordinates and its own colours, for PDF and for a file.
Labels stand above their bars and never beside them; a bar that is too long for the axis ends in an arrow.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Final, Literal
from xml.sax.saxutils import escape, quoteattr

from luodi.calendar import WorkingCalendar
from luodi.documents import wording as w

Doc = Mapping[str, Any]
Part = Literal["all", "needed", "further"]

ROW: Final = 31
HEAD: Final = 34
TOP: Final = 24
BAR: Final = 8
_LEFT, _RIGHT = 2.0, 97.0  # percent of the width that the axis takes
_LABEL: Final = {"en": 52, "zh": 26}
_FONT: Final = "Noto Sans CJK SC, Noto Sans SC, sans-serif"
#: Attributes for the classes of the stylesheet where there is no stylesheet.
_INK: Final[Mapping[str, str]] = {
    "label": 'font-size="10.5" fill="#18202b"',
    "strong": 'font-size="10.5" font-weight="600" fill="#18202b"',
    "red-t": 'font-size="10.5" font-weight="600" fill="#bd3220"',
    "axis": 'font-size="9.5" fill="#525a66"',
    "axis mid": 'font-size="9.5" fill="#525a66" text-anchor="middle"',
    "axis end": 'font-size="9.5" fill="#525a66" text-anchor="end"',
    "red-t end": 'font-size="9.5" font-weight="600" fill="#bd3220" text-anchor="end"',
    "red-t mid": 'font-size="9.5" font-weight="600" fill="#bd3220" text-anchor="middle"',
    "grid": 'stroke="#ddd7ca" stroke-width="1"',
    "link": 'stroke="#bd3220" stroke-width="1.2"',
    "bar red": 'fill="#bd3220"',
    "bar soft": 'fill="#e8eef6" stroke="#143a66" stroke-width="1"',
    "bar open": 'fill="#ffffff" stroke="#4a4f87" stroke-width="1" stroke-dasharray="3 2"',
    "bar own": 'fill="#ffffff" stroke="#626261" stroke-width="1"',
    "hatched": 'fill="url(#{hatch})" stroke="#825000" stroke-width="0.8" stroke-dasharray="3 2"',
    "hatch-line": 'stroke="#825000" stroke-width="2"',
    "more red": 'fill="#bd3220"',
    "more soft": 'fill="#143a66"',
    "more open": 'fill="#4a4f87"',
    "more own": 'fill="#626261"',
}


@dataclass(frozen=True, slots=True)
class Bar:
    """One step on the axis, in working days from the start; `finish` None where no text gives a time."""

    title: str
    about: str
    start: int
    finish: int | None
    tone: str


@dataclass(frozen=True, slots=True)
class Group:
    """Bars under one heading; `rest` says how many more have nothing to draw."""

    heading: str
    bars: Sequence[Bar]
    rest: str = ""
    is_critical: bool = False


def schedule_svg(
    plan: Doc, lang: str, *, fixed: bool = False, width: int = 720, prefix: str = "gantt", part: Part = "all"
) -> str:
    """The schedule of a plan as one SVG, well formed by itself. `prefix` keeps its ids apart from those of a page.

    `part`: the steps that are needed, the further ones (optional and open), or all in one picture.
    """
    groups: list[Group] = []
    if part != "further":
        groups += _needed(plan, lang)
    if part != "needed":
        groups += _further(plan, lang)
    return _Picture(plan, lang, groups, fixed, width, prefix).draw()


def has_further(plan: Doc) -> bool:
    """Whether there is an optional or open step to draw."""
    return any(group.bars for group in _further(plan, "en"))


# ---- what is drawn


def _needed(plan: Doc, lang: str) -> Iterator[Group]:
    """Every needed step once: on the critical path, beside it, without a time."""
    needed = [s for s in plan["steps"] if s["obligation"] != "optional"]
    untimed = [s for s in needed if s["working_days"] is None and not s["runs_with"]]
    timed = [s for s in needed if s not in untimed]
    path, beside = [s for s in timed if s["critical"]], [s for s in timed if not s["critical"]]
    length = w.working_days(plan["totals"]["working_days_critical"], lang)
    colon = "：" if lang == "zh" else ": "
    if path:
        heading = w.label("critical", lang) + colon + length
        yield Group(heading, [_bar(s, "red", lang) for s in path], is_critical=True)
    if beside:
        yield Group(w.label("beside", lang), [_bar(s, "soft", lang) for s in beside])
    if untimed:
        yield Group(w.label("no_time", lang), [_bar(s, "soft", lang) for s in untimed])


def _further(plan: Doc, lang: str) -> Iterator[Group]:
    """The optional steps and the open ones; those without a time are counted in words."""
    own = [s for s in plan["steps"] if s["obligation"] == "optional"]
    if own:
        yield _with_rest(w.label("optional", lang), own, "own", lang)
    if plan["open_steps"]:
        yield _with_rest(w.label("open", lang), plan["open_steps"], "open", lang)


def _with_rest(heading: str, steps: Sequence[Doc], tone: str, lang: str) -> Group:
    """Those that take time as bars; how many more there are without one."""
    timed = [s for s in steps if s["earliest_finish"] > s["earliest_start"]]
    n = len(steps) - len(timed)
    rest = ""
    if n and lang == "zh":
        rest = f"{'另有' if timed else ''}{n}项未见时限或当日办结"
    elif n:
        more = f" {'more' if timed else ''}".rstrip()
        rest = f"{n}{more} without a time, or done the same day"
    return Group(heading, [_bar(s, tone, lang) for s in timed], rest)


def _bar(step: Doc, tone: str, lang: str) -> Bar:
    finish = step["earliest_finish"]
    if step.get("working_days", 0) is None and not step.get("runs_with"):
        before = w.label("before_path", lang) if step.get("critical") and tone == "soft" else ""
        return Bar(w.pick(step["title"], lang), before, step["earliest_start"], None, tone)
    parts = [w.clock(step, lang)]
    if step.get("slack_days"):
        spare = w.working_days(step["slack_days"], lang)
        parts.append(f"机动{spare}" if lang == "zh" else f"{spare} to spare")
    return Bar(w.pick(step["title"], lang), w.join_facts(parts, lang), step["earliest_start"], finish, tone)


# ---- how it is drawn


class _Picture:
    def __init__(self, plan: Doc, lang: str, groups: Sequence[Group], fixed: bool, width: int, prefix: str) -> None:
        self.plan, self.lang, self.groups = plan, lang, groups
        self.fixed, self.width, self.prefix = fixed, width, prefix
        self.on = date.fromisoformat(plan["on"])
        self.end = plan["totals"]["working_days_critical"]
        self.last = _last(self.end, groups)
        self.parts: list[str] = []

    def draw(self) -> str:
        y = TOP
        for group in self.groups:
            y = self.group(group, y)
        height = y + 6
        body = "".join([*self.axis(height), *self.parts])
        return f"{self.opening(height)}{self.names()}{self.hatch()}{body}</svg>"

    # The frame

    def opening(self, height: int) -> str:
        ids = f'aria-labelledby="{self.prefix}-title {self.prefix}-desc"'
        if not self.fixed:
            return f'<svg class="plot" role="img" {ids} width="100%" height="{height}">'
        size = f'width="{self.width}" height="{height}" viewBox="0 0 {self.width} {height}"'
        return f'<svg xmlns="http://www.w3.org/2000/svg" role="img" {ids} {size} font-family={quoteattr(_FONT)}>'

    def names(self) -> str:
        start = w.day(self.plan["on"], self.lang)
        title = f"自{start}起的办理日程" if self.lang == "zh" else f"Schedule in working days from {start}"
        told = [self.told(g) for g in self.groups]
        text = " ".join(t for t in (w.finding(self.plan, self.lang), *told) if t)
        return (
            f'<title id="{self.prefix}-title">{escape(title)}</title>'
            f'<desc id="{self.prefix}-desc">{escape(text)}</desc>'
        )

    def told(self, group: Group) -> str:
        """A group in words, for those who cannot see it."""
        names = "；".join if self.lang == "zh" else "; ".join
        items = names(_told(b, self.lang) for b in group.bars)
        colon, stop = ("：", "。") if self.lang == "zh" else (": ", ".")
        text = names(x for x in (items, group.rest) if x)
        return f"{group.heading}{colon}{text}{stop}"

    def hatch(self) -> str:
        line = self.style("hatch-line")
        return (
            f'<defs><pattern id="{self.prefix}-hatch" width="6" height="6" patternUnits="userSpaceOnUse" '
            f'patternTransform="rotate(45)"><line {line} x1="0" y1="0" x2="0" y2="6"/></pattern></defs>'
        )

    def style(self, name: str) -> str:
        if self.fixed:
            return _INK[name].format(hatch=f"{self.prefix}-hatch")
        return "" if name == "label" else f'class="{name}"'

    def x(self, days: float) -> float:
        """Place of a working day in percent of the width."""
        return _LEFT + (_RIGHT - _LEFT) * min(days, self.last) / self.last

    def at(self, percent: float) -> str:
        if self.fixed:
            return f"{percent * self.width / 100:.1f}"
        return f"{percent:.2f}".rstrip("0").rstrip(".") + "%"

    # The axis

    def axis(self, height: int) -> Iterator[str]:
        marks = _marks(self.last)
        for days in marks:
            if self.end and abs(self.x(days) - self.x(self.end)) < 14:
                continue
            yield self.upright("grid", days, TOP - 6, height)
            if days == 0:
                yield self.text(0, 12, self.date(days), "axis")
            else:
                yield self.text(self.x(days), 12, self.date(days), "axis mid")
        if self.end:
            near = self.x(self.end) > 92
            yield self.text(
                _RIGHT + 3 if near else self.x(self.end), 12, self.date(self.end), f"red-t {'end' if near else 'mid'}"
            )

    def date(self, days: int) -> str:
        return w.short_day(_calendar().add_working_days(self.on, days), self.lang)

    def upright(self, style: str, days: int, top: int, bottom: int) -> str:
        x = self.at(self.x(days))
        return f'<line {self.style(style)} x1="{x}" x2="{x}" y1="{top}" y2="{bottom}"/>'

    # The rows

    def group(self, group: Group, y: int) -> int:
        style = "red-t" if group.is_critical else "strong"
        heads = [self.text(0, y + 20, group.heading, style)]
        y += HEAD
        rows: list[str] = []
        bottom = y
        for bar in group.bars:
            rows.append(self.bar(bar, y))
            if group.is_critical and bar.finish is not None:
                self.parts.append(self.joint(bar, group, y, bottom))
            y += ROW
        if group.rest:
            rows.append(self.text(0, y + 10, group.rest, "axis"))
            y += 20
        self.parts += [*heads, *rows]
        return y

    def joint(self, bar: Bar, group: Group, y: int, first: int) -> str:
        """The line from the end of a critical step down to the next, and up to the end date from the last."""
        assert bar.finish is not None
        if bar.finish == self.end:
            return self.upright("link", bar.finish, TOP - 6, y + 24)
        following = [i for i, b in enumerate(group.bars) if b.start == bar.finish]
        if not following:
            return ""
        return self.upright("link", bar.finish, y + 16, first + following[0] * ROW + 20)

    def bar(self, bar: Bar, y: int) -> str:
        label = self.label(bar, y)
        left, style = self.x(bar.start), f"bar {bar.tone}"
        if bar.finish is None:
            return label + self.box("hatched", min(left, _RIGHT - 4), 4.0, y)
        if bar.start >= self.last:
            return label + self.arrow(bar, y)
        wide = max(self.x(bar.finish) - left, 0.6)
        shape = self.box(style, left, wide, y)
        return label + shape + (self.arrow(bar, y) if bar.finish > self.last else "")

    def box(self, style: str, left: float, wide: float, y: int) -> str:
        return f'<rect {self.style(style)} x="{self.at(left)}" y="{y + 16}" width="{self.at(wide)}" height="{BAR}"/>'

    def arrow(self, bar: Bar, y: int) -> str:
        """The bar goes on past the end of the axis."""
        style = self.style(f"more {bar.tone}")
        # Nested, so that its own plain coordinates start at a place in percent.
        return (
            f'<svg x="{self.at(_RIGHT)}" y="{y + 14}" width="12" height="12">'
            f'<path {style} d="M3 1 L11 6 L3 11 Z"/></svg>'
        )

    def label(self, bar: Bar, y: int) -> str:
        title = bar.title if len(bar.title) <= _LABEL[self.lang] else bar.title[: _LABEL[self.lang] - 1].rstrip() + "…"
        about = ""
        if bar.about:
            about = f'<tspan {self.style("axis")} dx="8">{escape(bar.about)}</tspan>'
        style = self.style("label")
        return f'<text {style + " " if style else ""}x="0" y="{y + 11}">{escape(title)}{about}</text>'

    def text(self, percent: float, y: int, words: str, style: str) -> str:
        return f'<text {self.style(style)} x="{self.at(percent)}" y="{y}">{escape(words)}</text>'


def _told(bar: Bar, lang: str) -> str:
    if not bar.about:
        return bar.title
    return f"{bar.title}（{bar.about}）" if lang == "zh" else f"{bar.title} ({bar.about})"


def _last(end: int, groups: Sequence[Group]) -> int:
    """The end of the axis: half again as long as what is decided, where something goes on that long."""
    longest = max((b.finish or b.start for g in groups for b in g.bars), default=0)
    return max(end, min(longest, end + max(end // 2, 5)), 1)


def _marks(last: int) -> list[int]:
    """Working days that get a date: four or five, at a round distance."""
    for step in (1, 2, 5, 10, 15, 20, 30, 40, 50, 60, 80, 100, 120, 150, 200, 250):
        if last / step <= 5:
            return list(range(0, last + 1, step))
    return [0, last]


@cache
def _calendar() -> WorkingCalendar:
    return WorkingCalendar.china()
