"""The numbered list of every text an answer rests on."""

from collections.abc import Iterable, Mapping
from typing import Any

from luodi.access.treatments import access_book
from luodi.editions import with_books
from luodi.rules.library import load_book


@with_books()
def instruments() -> Mapping[str, Mapping[str, Any]]:
    """Every instrument of the shipped books by id; the market-access book knows more of its own and wins."""
    law = {row["id"]: row for row in load_book("law").tables["instruments"]}
    return {**law, **{i: dict(instrument.row) for i, instrument in access_book().instruments.items()}}


@with_books()
def articles() -> Mapping[str, Mapping[str, str]]:
    """Both languages of an article as the books write it."""
    law = {zh: {"zh": zh, "en": en} for zh, en in load_book("law").tables["articles"].items()}
    access = {en: {"zh": zh, "en": en} for en, zh in access_book().book.tables["articles"].items()}
    return {**law, **access}


def article(text: str | None) -> Mapping[str, str] | None:
    return None if text is None else articles().get(text, {"zh": text, "en": text})


class Sources:
    """Collects citations in the order they are first used and numbers them from 1."""

    def __init__(self) -> None:
        self._rows: dict[str, dict[str, Any]] = {}

    def cite(self, basis: Iterable[Mapping[str, Any]], used_by: str) -> None:
        for entry in basis:
            row = self._rows.setdefault(entry["instrument"], {"n": len(self._rows) + 1, "articles": [], "used_by": []})
            if entry.get("article") and entry["article"] not in row["articles"]:
                row["articles"].append(entry["article"])
            if used_by not in row["used_by"]:
                row["used_by"].append(used_by)

    def as_json(self) -> list[dict[str, Any]]:
        known, words = instruments(), articles()  # once: each asks which books are in force
        return [_document(known.get(i, {}), words, i, row) for i, row in self._rows.items()]


def _document(
    known: Mapping[str, Any], words: Mapping[str, Mapping[str, str]], instrument: str, row: dict[str, Any]
) -> dict[str, Any]:
    return {
        "n": row["n"],
        "instrument": instrument,
        "title": dict(known.get("title") or {"zh": instrument, "en": instrument}),
        "number": known.get("number"),
        "number_en": known.get("number_en"),
        "issuer": dict(known["issuer"]) if known.get("issuer") else None,
        "effective": known.get("effective"),
        "ended": known.get("ended"),
        "url": known.get("url"),
        "confidence": known.get("confidence"),
        "note": dict(known["note"]) if known.get("note") else None,
        "articles": [dict(words.get(a, {"zh": a, "en": a})) for a in row["articles"]],
        "used_by": row["used_by"],
    }
