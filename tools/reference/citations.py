"""Citations: the facts name a text by title and number, the books by the id it has in books/law/instruments.yaml."""

from collections.abc import Mapping, Sequence
from typing import Any

from reference.fields import Fields
from reference.ledger import Ledger
from reference.reading import BookFiles, FactFiles


class Law:
    """Ids of instruments by Chinese title and number."""

    def __init__(self, books: BookFiles) -> None:
        self._ids = {(row["title"]["zh"], row.get("number")): row["id"] for row in books.table("law", "instruments")}
        #: The gates of casework are ours and stand in no file of facts; what they cite is cited.
        self.cited = {row["instrument"] for rule in books.rules("casework") for row in rule["basis"]}

    def id(self, title: str, number: str | None) -> str:
        """The id, or a word that says there is none."""
        found = self._ids.get((title, number))
        if found is None:
            return f"(no instrument with the title {title} and the number {number})"
        self.cited.add(found)
        return str(found)

    def basis(self, facts: Sequence[Mapping[str, Any]] | None) -> list[dict[str, Any]]:
        """Citations of the facts as the books write them."""
        return [
            {"instrument": self.id(fact["title"], fact.get("number"))}
            | {key: value for key, value in fact.items() if key not in ("title", "number")}
            for fact in facts or ()
        ]

    def never_cited(self) -> list[str]:
        return [str(row) for row in self._ids.values() if row not in self.cited]


def same_basis(fields: Fields, law: Law, found: Any) -> None:
    """The `basis` of a row. A note beside a citation may have become a text in two languages."""
    wanted = law.basis(fields.take("basis"))
    fields.equal("basis", wanted, [_english_note(row) for row in found or ()])


def _english_note(row: Mapping[str, Any]) -> dict[str, Any]:
    note = row.get("note")
    return {**row, "note": note.get("en")} if isinstance(note, Mapping) else dict(row)


def compare_instruments(ledger: Ledger, law: Law) -> None:
    """After every row: an instrument that nothing cites is a citation that was lost, or an id nobody needs."""
    ledger.open("instruments cited by title", "texts")
    ledger.count("rows", len(law.cited))
    for name in law.never_cited():
        ledger.differs(FactFiles.POLICIES, name, "basis", "books/law has this instrument, and no fact cites it")
