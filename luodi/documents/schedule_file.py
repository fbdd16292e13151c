"""The schedule of a plan as a file of its own: SVG that needs no page, CSV with what its columns mean.

Both say the day from which they count, the editions of the books that they come from, and who may use them.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from luodi.documents import wording as w
from luodi.documents.charts import framed
from luodi.documents.gantt import schedule_svg
from luodi.documents.report_csv import as_csv

Doc = Mapping[str, Any]
_HEIGHT: Final = re.compile(r'height="(\d+)" viewBox')
_FIELDS: Final = (
    "step_id", "step", "office", "obligation", "working_days", "start_day", "finish_day", "slack", "critical", "needs",
    "clause",
)  # fmt: skip
_SAME: Final = ("means", "counted_from", "editions", "terms_of_use")  # on every line, so that it says what it means


def as_svg(plan: Doc, lang: str, *, terms: str = "") -> str:
    """The needed steps. `terms` in place of those of the books: who may use the file."""
    picture = schedule_svg(plan, lang, fixed=True, part="needed")
    found = _HEIGHT.search(picture)
    assert found is not None
    title = w.section("steps", lang)
    return framed(picture, int(found[1]), title, w.finding(plan, lang), notes(plan, lang, terms), lang)


def as_table(plan: Doc, lang: str, *, terms: str = "") -> str:
    heads = [w.label(f"csv_{name}", lang) for name in (*_FIELDS, *_SAME)]
    same = [w.label("csv_meaning", lang), plan["on"], editions(plan), terms or w.label("csv_terms", lang)]
    return "".join(as_csv(heads, ([*row, *same] for row in _rows(plan["steps"], lang))))


def notes(plan: Doc, lang: str, terms: str = "") -> list[str]:
    colon = "：" if lang == "zh" else ": "
    joint = "；" if lang == "zh" else "; "
    told = [
        f"{w.label('csv_counted_from', lang)}{colon}{w.day(plan['on'], lang)}",
        f"{w.label('csv_editions', lang)}{colon}{editions(plan)}",
    ]
    return [w.label("csv_meaning", lang), joint.join(told), terms or w.label("csv_terms", lang)]


def editions(plan: Doc) -> str:
    """The books with version and the beginning of the hash, such as "market-access 2026.11 (9207df3427d5)"."""
    return ", ".join(f"{book['name']} {book['version']} ({book['hash'][:12]})" for book in plan["books"])


def _rows(steps: Sequence[Doc], lang: str) -> Iterator[list[Any]]:
    yes = w.label("csv_yes", lang)
    for step in steps:
        yield [
            step["id"], w.pick(step["title"], lang), w.pick(step["authority"], lang) if "authority" in step else "",
            w.obligation(step["obligation"], lang), step["working_days"], step["earliest_start"],
            step["earliest_finish"], step["slack_days"], yes if step["critical"] else "",
            "; ".join(step.get("needs", ())), "; ".join(_cited(step.get("basis", ()))),
        ]  # fmt: skip


def _cited(basis: Sequence[Doc]) -> Iterator[str]:
    for one in basis:
        yield f"{one['instrument']} {one['article']}" if one.get("article") else str(one["instrument"])
