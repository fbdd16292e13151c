"""A report as values: tables with typed columns, sections in order, and what its figures mean.

One report is written as XLSX, DOCX and PDF by the modules beside this one; each says the same, in one language.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from luodi.documents.wording import clean
from luodi.errors import LuodiError

Cell = str | int | float | date | datetime | bool | None
#: What a workbook can hold with room to spare; more is another kind of work.
MOST_ROWS: Final = 20_000


class TooManyRows(LuodiError):
    """A table is larger than a workbook should hold."""

    code = "too-many-rows"


@dataclass(frozen=True)
class Table:
    """`name` is short, for a sheet; `title` says what it holds. Every row has as many cells as there are `columns`."""

    name: str
    title: str
    columns: tuple[str, ...]
    rows: Sequence[Sequence[Cell]]

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row) != len(self.columns):
                raise ValueError(f"a row of {self.name} has {len(row)} cells and {len(self.columns)} columns")

    def is_numeric(self, place: int) -> bool:
        """Whether a column holds figures; it stands to the right then, with its head."""
        cells = [row[place] for row in self.rows if row[place] is not None]
        return bool(cells) and all(isinstance(c, int | float) and not isinstance(c, bool) for c in cells)


@dataclass(frozen=True)
class Section:
    heading: str
    paragraphs: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()


@dataclass(frozen=True)
class Report:
    """`about`: pairs such as the day, the unit, who made it. `definitions`: what each figure counts.

    `made` is the moment that the file carries, so that the same report gives the same file.
    """

    title: str
    lang: str
    made: datetime
    about: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    definitions: tuple[tuple[str, str], ...] = ()
    words: dict[str, str] = field(default_factory=dict)

    @property
    def tables(self) -> tuple[Table, ...]:
        return tuple(table for section in self.sections for table in section.tables)

    def word(self, key: str) -> str:
        return self.words.get(key) or _WORDS[key][0 if self.lang == "zh" else 1]


_HAN: Final = "一二三四五六七八九十"


def section_mark(number: int, lang: str) -> str:
    """Before the heading of a section, as official papers number them: `一、` in Chinese, `1. ` in English."""
    return f"{_HAN[number - 1]}、" if lang == "zh" and number <= len(_HAN) else f"{number}. "


_WORDS: Final = {
    "definitions": ("口径与来源", "Definitions and sources"),
    "term": ("项目", "Term"),
    "means": ("说明", "Meaning"),
    "none": ("无", "None"),
    "yes": ("是", "yes"),
    "no": ("否", "no"),
}


def shown(cell: Cell, report: Report) -> str:
    """A cell as documents print it; days as ISO, so that they read the same in both languages."""
    if cell is None or cell == "":
        return "–"
    if isinstance(cell, bool):
        return report.word("yes" if cell else "no")
    if isinstance(cell, datetime):
        return cell.strftime("%Y-%m-%d %H:%M")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, int):
        return f"{cell:,}"
    return f"{cell:,.1f}" if isinstance(cell, float) else clean(cell)
