"""Citations: the facts name a text by title and number, the books by the id it has in books/law/instruments.yaml."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from reference.fields import Fields
from reference.ledger import Ledger
from reference.reading import BookFiles, FactFiles
from reference.wording import for_readers

_DAYS: Final = re.compile(r"，\d{4}-\d{2}-\d{2}(?:公布|施行)")


class Law:
    """Instruments by Chinese title and number. One text has one row, which keeps the titles, numbers and ids it had."""

    def __init__(self, books: BookFiles) -> None:
        self._rows: dict[str, Mapping[str, Any]] = {}
        self._ids: dict[tuple[str, str | None], str] = {}
        for row in (row for book in ("law", "market-access") for row in books.table(book, "instruments")):
            self._keep(row)
        self._law = [str(row["id"]) for row in books.table("law", "instruments")]
        self.cited = {self.own(name) for name in _named_elsewhere(books)}

    def _keep(self, row: Mapping[str, Any]) -> None:
        for other in ({}, *(row.get("also") or ())):
            self._rows.setdefault(str(other.get("id", row["id"])), row)
            title = other.get("title", row["title"]["zh"])
            number = other["number"] if "number" in other else row.get("number")
            unnumbered = ("title" in other and "number" not in other) or not number
            for told in (number, _DAYS.sub("", number) if number else None, *([None] if unnumbered else ())):
                self._ids.setdefault((title, told), str(row["id"]))

    def own(self, name: str) -> str:
        """The id of the row that holds this text, which may have had another id before."""
        return str(self._rows[name]["id"]) if name in self._rows else name

    def row(self, name: str) -> Mapping[str, Any]:
        """The row that holds this text."""
        return self._rows.get(name, {})

    def cite(self, name: str | None) -> None:
        if name:
            self.cited.add(self.own(name))

    def is_told(self, name: str | None, text: str) -> bool:
        """Whether a text names this instrument, by its title, without the country before it, or by its number."""
        row = self._rows.get(str(name), {})
        title, number = str((row.get("title") or {}).get("zh") or ""), str(row.get("number") or "")
        return bool(row) and (title.removeprefix("中华人民共和国") in text or bool(number and number in text))

    def title(self, name: str) -> str | None:
        return self._rows[name]["title"]["zh"] if name in self._rows else None

    def first_days(self, basis: Iterable[Mapping[str, Any]] | None) -> list[str]:
        """The days on which the texts take effect, where they are known."""
        rows = (self._rows.get(str(row["instrument"]), {}) for row in basis or ())
        return [str(row["effective"]) for row in rows if row.get("effective")]

    def id(self, title: str, number: str | None) -> str:
        """The id, or a word that says there is none. A number may tell the day of effect, which is a field."""
        found = self._ids.get((title, number)) or self._ids.get((title, _DAYS.sub("", number) if number else None))
        if found is None:
            return f"(no instrument with the title {title} and the number {number})"
        self.cited.add(found)
        return found

    def basis(self, facts: Sequence[Mapping[str, Any]] | None) -> list[dict[str, Any]]:
        """Citations of the facts as the books write them."""
        return [
            {"instrument": self.id(fact["title"], fact.get("number"))}
            | {key: value for key, value in fact.items() if key not in ("title", "number")}
            for fact in facts or ()
        ]

    def never_cited(self) -> list[str]:
        return [row for row in self._law if row not in self.cited]


def _named_elsewhere(books: BookFiles) -> Iterator[str]:
    """What the gates of casework cite, which are ours, and what is compared by id and not by title: the rules of market
    access, the routes with the texts they mention, the regimes on artificial intelligence."""
    for book in ("casework", "routes", "market-access"):
        for rule in books.rules(book):
            yield from (row["instrument"] for row in (*rule["basis"], *(rule["gives"].get("mentions") or ())))
    for regime in books.table("ai-services", "regimes"):
        yield from (row["instrument"] for row in regime["basis"])


def same_basis(fields: Fields, law: Law, found: Any) -> None:
    """The `basis` of a row. A note beside a citation may have become a text in two languages, the days of an edition
    are the book's own, and an edition that the facts name in their corrections only may stand beside."""
    wanted = for_readers(law.basis(fields.take("basis")))
    kept, named = [_as_told(row, law) for row in found or ()], {row["instrument"] for row in wanted}
    told = [
        row for row, full in zip(kept, found or (), strict=True) if row["instrument"] in named or "until" not in full
    ]
    for row in kept:
        law.cite(row["instrument"] if row not in told else None)
    fields.equal("basis", _once(wanted), told)


def _once(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Two rows of the facts may have become one citation, where one text stood under two names."""
    return [row for number, row in enumerate(rows) if row not in rows[:number]]


def _as_told(row: Mapping[str, Any], law: Law) -> dict[str, Any]:
    """The citation without its days, with its note in English."""
    note, told = row.get("note"), {key: value for key, value in row.items() if key not in ("from", "until")}
    told |= {"note": note.get("en")} if isinstance(note, Mapping) else {}
    return told | {"instrument": law.own(str(row["instrument"]))}


def compare_instruments(ledger: Ledger, law: Law) -> None:
    """After every row: an instrument that nothing cites is a citation that was lost, or an id nobody needs."""
    ledger.open("instruments cited by title", "texts")
    ledger.count("rows", len(law.cited))
    for name in law.never_cited():
        ledger.differs(FactFiles.POLICIES, name, "basis", "books/law has this instrument, and no fact cites it")
