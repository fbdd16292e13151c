"""The landing plan in a terminal, at any width, with colour or without: page one, then each section as one line.

A section is opened by its name (`luodi advise .. --section to_open`), all of them with `--section all`.
"""

from collections.abc import Collection, Iterator, Sequence
from typing import Final

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.table import Table
from rich.text import Text

from luodi.documents.terminal_page import CRITICAL, QUIET, TABLES, TONES, Page, folded
from luodi.documents.view import (
    Bar,
    Block,
    Chart,
    Entry,
    Items,
    Line,
    Mark,
    Para,
    PlanView,
    Section,
    SeveralView,
    SourceList,
    Stamp,
    StepTable,
    StepView,
)
from luodi.terms.figures import counted

ALL: Final = "all"
_BAR_FROM: Final = 60  # below this width a chart says less than its words


def print_plan(view: PlanView, console: Console, sections: Collection[str] = ()) -> None:
    """Page one, and of the rest the sections that are asked for."""
    page = Page(view.lang, console, ())
    _head(page, view)
    if view.several is not None:
        _several(page, view.several, view)
    _takes(page, view)
    _acts(page, view)
    _unknown(page, view)
    _routes(page, view)
    _rest(page, view, sections)
    page.blank()
    for notice in view.notices:
        page.quiet(notice)
    page.blank()


# ---- page one


def _head(page: Page, view: PlanView) -> None:
    page.blank()
    page.quiet(view.kicker)
    page.blank()
    page.title(view.headline)
    page.blank()
    if view.stamp is not None:
        read = Text(f"  {view.stamp.read}", style=QUIET)
        page.show(Text.assemble(_stamp(view.stamp), read))
        page.blank()
    if view.decides is not None:
        page.hung(Text(), Text.assemble((f"{view.words.decides} ", "bold"), _line(page, view.decides)))
    for warning in view.warnings:
        page.item("!", _line(page, warning), CRITICAL)


def _stamp(stamp: Stamp) -> Text:
    tone = TONES[stamp.tone]
    sign = Text(f"[{stamp.sign}]", style=f"{tone} reverse" if tone != QUIET else "reverse")
    return Text.assemble(sign, " ", (stamp.word, f"bold {tone}"))


def _several(page: Page, several: SeveralView, view: PlanView) -> None:
    """Services by places, one under the other: a table of stamps has no room in a terminal."""
    for n, column in enumerate(several.columns):
        page.blank()
        page.para(f"{'▸ ' if column.taken else ''}{column.name}", style="bold")
        for name, code, cells in several.rows:
            cell, named = cells[n], f"{name} ({code})" if code else name
            page.hung(Text("  "), Text.assemble(_stamp(cell.stamp), f"  {named}. ", _line(page, cell.line)))
        page.hung(Text("  "), Text.assemble((f"{view.words.whole}: ", QUIET), column.whole))


def _takes(page: Page, view: PlanView) -> None:
    if not view.takes:
        return
    page.section(view.words.takes)
    wide = max(cell_len(entry.term) for entry in view.takes)
    for entry in view.takes:
        _entry(page, entry, wide)
        if entry.figure and view.chart is not None and page.width >= _BAR_FROM:
            _chart(page, view.chart)


def _entry(page: Page, entry: Entry, wide: int) -> None:
    head = Text(set_cell_size(entry.term, wide) + "  ", style=QUIET)
    lines = [Text(entry.figure, style="bold")] if entry.figure else []
    for n, line in enumerate(entry.lines, 1):
        lines.append(Text.assemble(f"{n} " if entry.numbered else "", _line(page, line)))
    for text in lines:
        page.hung(head, text)
        head = Text(" " * (wide + 2))


def _acts(page: Page, view: PlanView) -> None:
    if not view.acts:
        return
    page.section(view.words.next)
    for n, act in enumerate(view.acts, 1):
        words = Text.assemble((page.text(act.title, "bold")), "  ", (act.when, CRITICAL))
        page.item(f"{n}", words, CRITICAL)
        page.quiet(f"{act.where} · {act.paper}" if act.paper else act.where, 2)


def _unknown(page: Page, view: PlanView) -> None:
    if not view.unknown:
        return
    page.section(view.words.unknown)
    for asked in view.unknown:
        page.item("?", Text.assemble(page.text(asked.text), (f"  {asked.settles}", QUIET)), "blue")


def _routes(page: Page, view: PlanView) -> None:
    if view.routes:
        page.section(view.words.routes)
        page.quiet(view.words.routes_intro)
    for route in view.routes:
        page.blank()
        page.item(route.letter, page.text(route.title, "bold"), CRITICAL)
        page.quiet(route.what, 2)
        for name, line in route.pairs:
            page.hung(Text(f"  {name}  ", style=QUIET), _line(page, line))
    if view.unsettled:
        page.section(view.words.unsettled)
        page.quiet(view.words.unsettled_intro)
        for item in view.unsettled:
            page.item("·", Text.assemble(_line(page, item.title)))
            for line in item.lines:
                page.hung(Text("  "), _line(page, line))


# ---- the rest


def _rest(page: Page, view: PlanView, sections: Collection[str]) -> None:
    page.section(view.words.rest)
    shut = [section for section in view.sections if not _is_open(section, sections)]
    wide = max((cell_len(section.id) for section in shut), default=0)
    for section in shut:
        head = Text(set_cell_size(section.id, wide) + "  ", style=QUIET)
        page.hung(head, Text.assemble((section.title, "bold"), f"  {section.finding}"))
    for section in view.sections:
        if _is_open(section, sections):
            page.section(section.title)
            page.quiet(section.finding)
            for block in section.blocks:
                page.blank()
                _block(page, block, view)


def _is_open(section: Section, sections: Collection[str]) -> bool:
    return ALL in sections or section.id in sections


def _block(page: Page, block: Block, view: PlanView) -> None:
    match block:
        case Para(lines=lines):
            for line in lines:
                page.hung(Text(), _line(page, line))
        case StepTable():
            _steps(page, block, view)
        case Items():
            _items(page, block)
        case SourceList(rows=rows):
            for row in rows:
                words = Text.assemble(page.text(row.title), (f" {row.gloss}" if row.gloss else "", QUIET))
                about = " · ".join(part for part in (row.number, row.about, row.articles, row.url) if part)
                page.item(f"{row.n:>3}", words, "cyan")
                page.quiet(about, 4)


def _items(page: Page, block: Items) -> None:
    if block.head:
        n = counted(len(block.rows), "row") if page.lang == "en" else f"{len(block.rows)}项"
        page.para(f"{block.head} · {n}" if block.folded else block.head, style="bold")
    if block.intro:
        page.quiet(block.intro)
    for row in block.rows:
        words = Text.assemble(*((_stamp(row.stamp), "  ") if row.stamp else ()), _line(page, row.title))
        if row.beside:
            words.append(f"  {row.beside}", QUIET)
        page.item("·", words)
        for line in row.lines:
            page.hung(Text("  "), _line(page, line))


def _steps(page: Page, block: StepTable, view: PlanView) -> None:
    if block.head:
        page.para(block.head, style="bold")
    if block.chart is not None and page.width >= _BAR_FROM:
        _chart(page, block.chart)
    if page.width < TABLES:
        for step in block.steps:
            page.item("●" if step.critical else "·", _line(page, step.title), CRITICAL if step.critical else "")
            page.quiet(f"{step.office} · {step.time} · {step.when}", 2)
        return
    table = Table(box=None, padding=(0, 2, 0, 0), show_edge=False)
    room = page.width - 2
    widths = [room * 4 // 10, room * 3 // 10, room * 3 // 10 - 4]
    for name, wide in zip((view.words.step, view.words.office, view.words.time), widths, strict=True):
        table.add_column(name, width=wide, header_style=QUIET)
    for step in block.steps:
        table.add_row(*(folded(text, wide) for text, wide in zip(_cells(page, step), widths, strict=True)))
    page.show(table)


def _cells(page: Page, step: StepView) -> Iterator[Text]:
    yield Text.assemble(("● " if step.critical else "  ", CRITICAL), _line(page, step.title))
    yield page.text(step.office)
    yield page.text(f"{step.time} · {step.when}")


# ---- the chart


def _chart(page: Page, chart: Chart) -> None:
    """A bar a line: full for the least, half for the most, dots where it is open."""
    label = min(max((cell_len(bar.label) for bar in chart.bars), default=0), page.width // 3)
    room = page.width - label - 3
    for bar in chart.bars:
        page.show(Text.assemble(set_cell_size(bar.label, label), " ", _bar(bar, chart.last, room)))


def _bar(bar: Bar, last: int, room: int) -> Text:
    scale = room / max(last, 1)
    start, low = round(bar.start * scale), round(bar.low * scale)
    end = room if bar.high is None else max(round(bar.high * scale), low, start + 1)
    style = CRITICAL if bar.critical else ""
    full = "█" * max(low - start, 0)
    rest = ("░" if bar.high is None else "▒") * max(end - max(low, start), 0)
    return Text.assemble(" " * start, (full, style), (rest, style))


# ---- lines


def _line(page: Page, line: Line) -> Text:
    text = page.text(line.text, QUIET if line.quiet else "")
    if line.gloss:
        text.append(f" {line.gloss}", QUIET)
    return text.append_text(_marks(line.marks, page.lang))


def _marks(marks: Sequence[Mark], lang: str) -> Text:
    """ " [1 Art 2] [3]": number and article, each once."""
    joint = " " if lang == "en" else "·"
    return Text("".join(f" [{m.n}{joint}{m.at}]" if m.at else f" [{m.n}]" for m in marks), style="cyan")
