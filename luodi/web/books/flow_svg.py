"""The flow of a rule as a picture: a column of conditions, the way out of each at its right, what it gives at the end.

Inline SVG whose colours are classes. Lines are broken by an estimate of the width of letters; beside the picture the
page has the same steps as a table, for those who do not see it and for narrow screens.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, Final

from markupsafe import Markup, escape

from luodi.documents import wording
from luodi.documents.charts import plot
from luodi.rules.book import Book, Rule
from luodi.rules.describe import given_shown
from luodi.rules.flow import End, Flow, Step, flow_of
from luodi.web.core.words import say

WIDTH, BOX, GAP, OUT = 560, 370, 26, 404  # of the picture, of a condition, between two, where the ways out begin
LINE, PAD = 18, 10
_PER_LINE: Final = 47.0  # half-widths of letters that fit into a condition
_PER_OUT: Final = 22.0
_MOST: Final = 7  # lines of one condition: the table has all of it
_MOST_WAYS: Final = 4


def svg(flow: Flow, rule: Rule, book: Book, lang: str) -> Markup:
    """The picture with its title and description in the language of the page."""
    parts, y = [], 4
    for number, step in enumerate(flow.steps, 1):
        made, height = _step(step, number, y, lang)
        parts += [*made, _down(y + height)]
        y += height + GAP
    made, height = _end(given(rule, book, lang), y)
    size = f'viewBox="0 0 {WIDTH} {y + height + 4}"'
    inside, described = "\n".join([*parts, *made]), description(flow, rule, book, lang)
    return Markup(plot(inside, "flow", size, title(rule, lang), described, "flow"))


def drawn(rule: Rule | None, book: Book, lang: str, on: date) -> dict[str, Any]:
    """What `books/flow.html.j2` shows; nothing for a rule without a condition, or for what is no rule."""
    if rule is None or not rule.edition(on):
        return {"flow": None}
    flow = flow_of(rule, book, lang, on)
    return {
        "flow": flow,
        "flow_picture": svg(flow, rule, book, lang),
        "flow_gives": given(rule, book, lang),
        "flow_standing": standing(rule, lang),
    }


def title(rule: Rule, lang: str) -> str:
    return say("books.flow_title", lang, name=wording.pick(rule.title, lang))


def description(flow: Flow, rule: Rule, book: Book, lang: str) -> str:
    """Every step in a sentence."""
    said = [
        say("books.flow_step", lang, n=n, text=step.text, no=end_shown(step.no, lang))
        for n, step in enumerate(flow.steps, 1)
    ]
    return " ".join([*said, say("books.flow_all", lang, gives=" · ".join(given(rule, book, lang)))])


def end_shown(end: End, lang: str) -> str:
    return say(f"books.flow_{end.value}", lang)


def given(rule: Rule, book: Book, lang: str) -> list[str]:
    """What the rule gives, in a few lines."""
    colon = "：" if lang == "zh" else ": "
    pairs = [f"{name}{colon}{words}" for name, words in given_shown(rule, book, lang)]
    return pairs[:4] or [say("books.flow_holds", lang)]


def standing(rule: Rule, lang: str) -> list[tuple[str, str]]:
    """Who looks after the rule, and by which day somebody looks at it again."""
    unit = rule.extra.get("unit")
    owner = wording.pick(unit, lang) if isinstance(unit, dict) else str(unit or "")
    day = wording.day(rule.review_by.isoformat(), lang) if isinstance(rule.review_by, date) else ""
    unsaid = say("books.flow_unsaid", lang)
    return [(say("books.flow_owner", lang), owner or unsaid), (say("books.flow_review", lang), day or unsaid)]


# ---- parts of the picture


def _step(step: Step, number: int, y: int, lang: str) -> tuple[list[str], int]:
    lines = [*broken(f"{number}. {step.text}", _PER_LINE)]
    if step.ways:
        lines = [*broken(f"{number}. {say('books.flow_any', lang)}", _PER_LINE)]
        for way in step.ways[:_MOST_WAYS]:
            first, *more = broken(way, _PER_LINE - 3)
            lines += [f"· {first}", *(f"  {text}" for text in more)]
        if len(step.ways) > _MOST_WAYS:
            lines.append(say("books.flow_more", lang, n=len(step.ways) - _MOST_WAYS))
    lines = _cut(lines)
    ends = [(say("books.flow_no", lang), step.no)]
    if step.unknown is not None:
        ends.append((say("books.flow_unknown", lang), step.unknown))
    outs = [f"{said}{'：' if lang == 'zh' else ': '}{end_shown(end, lang)}" for said, end in ends]
    told = [broken(text, _PER_OUT) for text in outs]
    height = max(len(lines) * LINE, sum(len(rows) for rows in told) * LINE + 6) + 2 * PAD
    parts = [f'<rect class="ask" x="1" y="{y}" width="{BOX}" height="{height}" rx="3"/>', *_texts(lines, 12, y, "")]
    at = y
    for rows, (_, end) in zip(told, ends, strict=True):
        parts += _out(rows, end, at + PAD)
        at += len(rows) * LINE + 6
    return parts, height


def _out(rows: Sequence[str], end: End, y: int) -> Iterator[str]:
    kind = "no" if end in (End.FAILS, End.NEXT) else "open"
    yield f'<path class="way {kind}" d="M{BOX + 1} {y + 8}H{OUT - 8}m-6 -4l6 4l-6 4"/>'
    yield from _texts(rows, OUT, y - PAD, kind)


def _down(y: int) -> str:
    return f'<path class="way yes" d="M40 {y}v{GAP}m-4 -6l4 6l4 -6"/>'


def _end(lines: Sequence[str], y: int) -> tuple[list[str], int]:
    rows = _cut([row for line in lines for row in broken(line, _PER_LINE)])
    height = len(rows) * LINE + 2 * PAD
    box = f'<rect class="gives" x="1" y="{y}" width="{BOX}" height="{height}" rx="3"/>'
    return [box, *_texts(rows, 12, y, "gives")], height


def _texts(rows: Sequence[str], x: int, y: int, kind: str) -> Iterator[str]:
    for n, row in enumerate(rows):
        yield f'<text class="{kind}" x="{x}" y="{y + PAD + n * LINE + 13}">{escape(row)}</text>'


def _cut(lines: list[str]) -> list[str]:
    return lines if len(lines) <= _MOST else [*lines[: _MOST - 1], "…"]


def broken(text: str, room: float) -> list[str]:
    """Lines of a text; a Chinese character is twice as wide as a Latin letter, and may stand at any end."""
    rows, row, used = [], "", 0.0
    for word in _words(text):
        width = sum(2.0 if ord(sign) > 0x2E7F else 1.06 for sign in word)
        if used + width > room and row.strip():
            rows.append(row.rstrip())
            row, used, word = "", 0.0, word.lstrip()
        row, used = row + word, used + width
    return [*rows, row.rstrip()] if row.strip() else rows or [""]


def _words(text: str) -> Iterator[str]:
    """Latin words with the blank before them, Chinese characters one by one; a stop stays where it is."""
    word = ""
    for sign in text:
        wide = ord(sign) > 0x2E7F
        if word and sign not in "，。；：、）》”’,.;:)" and (wide or sign == " " or ord(word[-1]) > 0x2E7F):
            yield word
            word = ""
        word += sign
    if word:
        yield word
