"""The landing plan on A4: page one, to be read and signed, and an annex with what stands behind it, folded by need.

Python hands a `PlanView` over as JSON; the template only places it. No text of the plan is ever read as markup, and
the same plan gives the same bytes: the day of the file is the day of the plan.
"""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, Final

import msgspec

from luodi.advice.landing_plan import LandingPlan
from luodi.documents.fonts import DISPLAY, TEXT
from luodi.documents.gantt import chart_svg
from luodi.documents.plan_view import plan_view
from luodi.documents.typesetting import typeset
from luodi.documents.view import Block, Items, Para, PlanView, Section, SourceList, StepTable

_LONG_WORD: Final = re.compile(r"[^\s\u2e80-\uffef]{32,}")
_BOUND: Final = re.compile(r"(?<=\d) (?=%)|(?<=CNY) (?=\d)|(?<=USD) (?=\d)")
_KINDS: Final[Mapping[type, str]] = {Para: "para", Items: "items", StepTable: "steps", SourceList: "sources"}
#: Sections whose rows stand in a paragraph: the steps name the papers already, and facts need no row of their own.
_INLINE: Final = frozenset(("documents", "facts"))
#: What asks to be answered on a screen is cut on paper: the first rows settle most.
_MOST: Final[Mapping[str, int]] = {"questions": 12}
#: Of a folded list so many rows stand on paper; how many there are is said in its heading.
_MOST_FOLDED: Final = 30


def plan_pdf(plan: LandingPlan, lang: str) -> bytes:
    """The plan as PDF in one language. Raises `NoFont` where the font package is missing."""
    day = date.fromisoformat(plan.on)
    return typeset(_template(), json.dumps(as_document(plan_view(plan, lang)), ensure_ascii=False), day)


@cache
def _template() -> bytes:
    return files("luodi.documents").joinpath("templates/plan.typ").read_bytes()


def as_document(view: PlanView) -> dict[str, Any]:
    """What the template reads: the view, the kind of each block, the chart drawn, long words that may break."""
    day = date.fromisoformat(view.on)
    found: dict[str, Any] = _printable(msgspec.to_builtins(view))
    found |= {
        "fonts": {"text": TEXT, "display": DISPLAY},
        "day": [day.year, day.month, day.day],
        "chart": None,
        "sections": [_section(section) for section in view.sections],
    }
    if view.chart is not None and view.chart.bars:
        found["chart"] = {"svg": chart_svg(view.chart, day, view.lang, fixed=True, width=560), "says": view.chart.says}
    return found


def _section(section: Section) -> dict[str, Any]:
    blocks = [_block(block, section.id) for block in section.blocks]
    return {"title": section.title, "finding": section.finding, "blocks": [b for b in blocks if b is not None]}


def _block(block: Block, section: str) -> dict[str, Any]:
    document: dict[str, Any] = _printable(msgspec.to_builtins(block))
    kind = _KINDS[type(block)]
    if isinstance(block, Items):
        most = _MOST_FOLDED if block.folded else len(block.rows)
        rows = document["rows"][: _MOST.get(section, most)]
        head = f"{block.head} · {len(block.rows)}" if block.folded and block.head else block.head
        kind = "inline" if block.folded or section in _INLINE else kind
        return {"kind": kind, "head": head, "rows": rows, "left_out": len(block.rows) - len(rows)}
    return {**document, "kind": kind}


def _printable(value: Any) -> Any:
    """Texts whose figures hold together and whose long words may break; nothing else is changed."""
    if isinstance(value, str):
        return _LONG_WORD.sub(lambda m: "\u200b".join(_pieces(m.group())), _BOUND.sub("\u00a0", value))
    if isinstance(value, Mapping):
        return {key: _printable(item) for key, item in value.items()}
    if isinstance(value, Sequence):
        return [_printable(item) for item in value]
    return value


def _pieces(text: str) -> list[str]:
    return [text[n : n + 16] for n in range(0, len(text), 16)]
