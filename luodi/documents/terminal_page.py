"""A page in a terminal: every kind of line once, broken as its language wants, with numbered sources.

Whatever comes from a book or a company is printed as plain text: never as markup, never with control marks. Meaning
never hangs on colour: signs and words say the same.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import msgspec
from rich.cells import cell_len, get_character_cell_size, set_cell_size
from rich.console import Console
from rich.table import Table
from rich.text import Text

from luodi.advice.sources import Sources, article
from luodi.documents import command_words as c
from luodi.documents import wording as w

Doc = Mapping[str, Any]

#: Style of each tone; the words beside it say the same.
TONES: Final = {"yes": "green", "if": "yellow", "no": "bold", "ask": "blue", "silent": "dim"}
CRITICAL: Final = "red"
QUIET: Final = "dim"
TABLES: Final = 66  # below this width tables become lists
SHORT: Final = 10  # rows of a long list before it is cut


class Page:
    """Prints lines, items, pairs and tables; numbers the sources."""

    def __init__(self, lang: str, console: Console, sources: Sequence[Doc]) -> None:
        self.lang = lang
        self.console = console
        self.width = console.width
        self.rows = sources
        self.numbers = {row["instrument"]: row["n"] for row in sources}
        self.sections = 0

    def pick(self, text: Mapping[str, str] | None) -> str:
        return w.prose(text, self.lang)

    def show(self, what: Any) -> None:
        self.console.print(what, highlight=False, markup=False, emoji=False)

    def blank(self) -> None:
        self.console.print()

    def text(self, words: str, style: str = "") -> Text:
        return Text(w.clean(words), style=style, overflow="fold")

    def hung(self, head: Text, words: Text, indent: int = 0) -> None:
        """A text that hangs beside its head, broken as its language wants."""
        lead = Text.assemble(" " * indent, head)
        wide = lead.cell_len
        first, *more = lines(words, max(self.width - wide, 8))
        whole = Text("\n").join((lead.append_text(first), *(Text.assemble(" " * wide, line) for line in more)))
        # it is broken already: rich need not look for breaks again
        self.console.print(whole, highlight=False, markup=False, emoji=False, no_wrap=True, overflow="fold", crop=False)

    def title(self, words: str) -> None:
        self.hung(Text(), self.text(words, "bold"))

    def para(self, words: str, *, style: str = "", basis: Iterable[Doc] = (), indent: int = 0) -> None:
        if words:
            self.hung(Text(), self.text(words, style).append_text(self.cites(basis)), indent)

    def quiet(self, words: str, indent: int = 0) -> None:
        self.para(words, style=QUIET, indent=indent)

    def lede(self, words: str, basis: Iterable[Doc]) -> None:
        if words:
            self.para(words, basis=basis)
            self.blank()

    def verdict(self, verdict: str, headline: str) -> None:
        """The sentence, then the stamp with its word."""
        self.title(headline)
        self.blank()
        self.show(self.stamp(verdict))
        self.blank()

    def stamp(self, verdict: str) -> Text:
        tone = TONES[w.tone(verdict)]
        sign = Text(f"[{w.stamp(verdict)}]", style=f"{tone} reverse" if tone != QUIET else "reverse")
        return Text.assemble(sign, " ", (w.verdict_word(verdict, self.lang), f"bold {tone}"))

    def section(self, title: str) -> None:
        """A heading between hairlines, with its number."""
        self.sections += 1
        head = Text.assemble("── ", (f"{self.sections} ", CRITICAL), (w.clean(title), "bold"), " ")
        head.truncate(max(self.width - 1, 8))
        self.blank()
        self.show(head.append("─" * max(self.width - head.cell_len, 0), QUIET))
        self.blank()

    def item(self, mark: str, words: str | Text, style: str = "", indent: int = 0) -> None:
        """A mark and a text beside it."""
        body = words if isinstance(words, Text) else self.text(words)
        self.hung(Text.assemble((mark, style), " "), body, indent)

    def pairs(self, rows: Iterable[tuple[str, str]]) -> None:
        """Names to the left, values to the right; one under the other where there is no room."""
        shown = [(w.clean(name), value) for name, value in rows if value]
        wide = max((cell_len(name) for name, _ in shown), default=0)
        for name, value in shown:
            if self.width < 50:
                self.quiet(name)
                self.para(value, indent=2)
            else:
                self.hung(Text(set_cell_size(name, wide) + "  ", style=QUIET), self.text(value))

    def figures(self, rows: Sequence[tuple[str, str]]) -> None:
        """Large counts side by side, or one under the other where there is no room."""
        if self.width < TABLES:
            wide = max(len(figure) for figure, _ in rows)
            for figure, words in rows:
                self.item(f"{figure:>{wide}}", words, "bold")
            return
        wide = self.width // len(rows) - 2
        grid = Table.grid(padding=(0, 2, 0, 0))
        for _ in rows:
            grid.add_column(width=wide)
        grid.add_row(*(Text(figure, style="bold") for figure, _ in rows))
        grid.add_row(*(folded(self.text(words, QUIET), wide) for _, words in rows))
        self.show(grid)

    def inline(self, items: Iterable[str]) -> None:
        self.quiet(" · ".join(items))

    def rest(self, n: int, most: int = SHORT) -> None:
        """How many rows of a list are not shown."""
        if n > most:
            self.quiet(f"… {c.more(n - most, self.lang)}", 2)

    def cites(self, basis: Iterable[Doc]) -> Text:
        """ " [1 Art 2] [3]": number and article, each once."""
        found: dict[str, None] = {}
        for entry in basis:
            if (n := self.numbers.get(entry["instrument"])) is not None:
                at = w.pick(article(entry.get("article")), self.lang)
                found[f"[{n}{' ' if self.lang == 'en' else '·'}{at}]" if at else f"[{n}]"] = None
        return Text("".join(f" {x}" for x in found), style="cyan")

    def numbers_only(self, basis: Iterable[Doc]) -> Text:
        found = sorted({self.numbers[e["instrument"]] for e in basis if e["instrument"] in self.numbers})
        return Text(f" [{', '.join(map(str, found))}]" if found else "", style="cyan")

    def sources(self, on: str | None = None) -> None:
        """The texts, with the day of which they are."""
        if not self.rows:
            return
        self.section(w.section("sources", self.lang))
        self.quiet(w.translated(on, self.lang))
        wide = len(str(len(self.rows)))
        for row in self.rows:
            self.item(f"{row['n']:>{wide}}", self.source(row), "cyan")

    def source(self, row: Doc) -> Text:
        """The Chinese title with its number; in English the gloss after it."""
        own, gloss = w.pick(row["title"], "zh"), w.pick(row["title"], "en")
        words = self.text(own + (f"，{row['number']}" if row["number"] else ""))
        if self.lang == "en" and gloss != own:
            words.append(f" {w.clean(gloss)}", QUIET)
        if row["url"]:
            words.append(f" {w.clean(row['url'])}", f"{QUIET} underline")
        return words

    def end(self, books: Iterable[Doc]) -> None:
        self.blank()
        self.inline([w.book_line(book, self.lang) for book in books])
        self.quiet(w.notice("legal", self.lang))
        self.blank()


_CLOSING: Final = frozenset("，。、；：？！）》”’】』〉…·%,.;:)]?!")
_OPENING: Final = frozenset("（《“‘【『〈([·")


def lines(text: Text, width: int) -> Iterator[Text]:
    """Lines of at most `width` cells: between words, and between Chinese characters where no mark forbids it."""
    cuts: list[int] = []
    start, used, chance = 0, 0, 0
    plain = text.plain
    cells = [get_character_cell_size(sign) for sign in plain]
    for n, sign in enumerate(plain):
        if n > start and _may_part(plain[n - 1], sign):
            chance = n
        if used + cells[n] > width and sign != " ":
            start = chance if chance > start else n
            cuts.append(start)
            used = sum(cells[start:n])
        used += cells[n]
    for line in text.divide(cuts):
        line.rstrip()
        yield line


def folded(text: Text, width: int) -> Text:
    """The text of a cell with its line breaks."""
    return Text("\n").join(line for part in text.split("\n") for line in lines(part, width))


def _may_part(before: str, after: str) -> bool:
    if before == " " or after == " ":
        return before == " " and after not in " ·"
    if before in _OPENING or after in _CLOSING or not (_is_wide(before) or _is_wide(after)):
        return False
    return not (before.isascii() and before.isdigit()) and not (after.isascii() and after.isdigit())


def _is_wide(sign: str) -> bool:
    return get_character_cell_size(sign) == 2


def numbered(*answers: Doc) -> list[dict[str, Any]]:
    """The sources of answers that have no list of their own."""
    found = Sources()
    for n, answer in enumerate(answers):
        found.cite(answer["basis"], f"answer-{n}")
        for row in (*(answer.get("announced") or ()), *(answer.get("would_change") or ())):
            found.cite(row.get("basis") or (), f"answer-{n}")
    rows: list[dict[str, Any]] = msgspec.to_builtins(found.rows())
    return rows
