"""Rows of company-profile.yaml and industry-codes.csv: attributes, source systems, derivations, codes."""

from collections.abc import Mapping
from typing import Any, Final

from reference.citations import Law, same_basis
from reference.fields import Fields, by, rows
from reference.ledger import Ledger
from reference.reading import BookFiles, FactFiles
from reference.wording import for_readers

_FILE: Final = FactFiles.COMPANY
_BOOK: Final = "vocabulary"
#: Attributes that no fact holds: the books ask them first.
_OURS: Final = frozenset(("attr-has-mainland-company", "attr-cross-regional-licence"))


def compare_vocabulary(ledger: Ledger, facts: FactFiles, books: BookFiles, law: Law) -> None:
    company = facts.company
    _head(ledger, company, books, law)

    def attribute(fields: Fields, row: Mapping[str, Any]) -> None:
        _attribute(fields, row, law)

    told = [row for row in books.table(_BOOK, "attributes") if row["id"] not in _OURS]
    rows(ledger, (_FILE, "attributes"), company["attributes"], by(told), attribute)
    rows(ledger, (_FILE, "source_systems"), company["source_systems"], by(books.table(_BOOK, "sources")), _source)
    found = by(books.table(_BOOK, "derivations"), "name")
    rows(ledger, (_FILE, "derivations"), company["derivations"], found, _derivation, key="name")
    place = (FactFiles.INDUSTRIES, "codes")
    rows(ledger, place, facts.industries, by(books.industries(), "code"), _industry_code, key="code")


def _head(ledger: Ledger, facts: Mapping[str, Any], books: BookFiles, law: Law) -> None:
    ledger.open(_FILE, "conventions")
    book = books.table(_BOOK, "book")
    fields = Fields(ledger, _FILE, "head", facts)
    fields.leave_out("version", "source_systems", "derivations", "attributes")
    fields.same("as_of", book.get("as_of"))
    for key, text in fields.take("conventions").items():
        fields.said(f"conventions.{key}", text, book["conventions"].get(key))
    same_basis(fields, law, books.table(_BOOK, "basis"))
    fields.close()


def _attribute(fields: Fields, row: Mapping[str, Any], law: Law) -> None:
    for key in (
        "name",
        "type",
        "label_zh",
        "label_en",
        "unit",
        "group",
        "allowed",
        "source_system",
        "confidence",
        "used_by",
        "seen_at",
    ):
        fields.same(key, row.get(key))
    fields.said("note", for_readers(fields.take("note")), row.get("note"))
    same_basis(fields, law, row.get("basis"))


def _source(fields: Fields, row: Mapping[str, Any]) -> None:
    fields.same("label_zh", (row.get("label") or {}).get("zh"))
    fields.says("note", row.get("note"))


def _derivation(fields: Fields, row: Mapping[str, Any]) -> None:
    fields.same("inputs", row.get("inputs"))
    fields.said("rule", for_readers(fields.take("rule")), row.get("rule"))


def _industry_code(fields: Fields, row: Mapping[str, Any]) -> None:
    """English names that the facts leave empty are the book's own."""
    for key in ("parent", "level", "name_zh", "confidence"):
        fields.same(key, row.get(key))
    name = fields.take("name_en")
    if name:
        fields.equal("name_en", name, row.get("name_en"))
