"""The numbered list of every text an answer rests on."""

from collections.abc import Iterable, Mapping
from typing import Any

from luodi.access.treatments import access_book
from luodi.advice.landing_plan import Source
from luodi.advice.landing_plan.common import Text
from luodi.editions import with_books
from luodi.rules.citing import registry
from luodi.rules.library import load_book


@with_books()
def instruments() -> Mapping[str, Mapping[str, Any]]:
    """Every instrument of the shipped books by id; the market-access book knows more of its own and wins."""
    law = {row["id"]: row for row in load_book("law").tables["instruments"]}
    return {**law, **{i: dict(instrument.row) for i, instrument in access_book().instruments.items()}}


@with_books()
def articles() -> Mapping[str, Mapping[str, str]]:
    """Both languages of an article as the books write it."""
    chinese = (load_book(name).tables["articles"].items() for name in ("ai-services", "routes", "law"))
    law = {zh: {"zh": zh, "en": en} for rows in chinese for zh, en in rows}
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
            name = str(
                registry().get(entry["instrument"], {}).get("id", entry["instrument"])
            )  # it may have had another
            row = self._rows.setdefault(name, {"n": len(self._rows) + 1, "articles": [], "used_by": []})
            if entry.get("article") and entry["article"] not in row["articles"]:
                row["articles"].append(entry["article"])
            if used_by not in row["used_by"]:
                row["used_by"].append(used_by)

    def rows(self) -> list[Source]:
        """Every text cited, in the order of its first use."""
        return [_row(instrument, row) for instrument, row in self._rows.items()]


def _row(instrument: str, row: Mapping[str, Any]) -> Source:
    known = instruments().get(instrument, {})
    return Source(
        n=row["n"],
        instrument=instrument,
        title=Text.of(known.get("title") or {"zh": instrument, "en": instrument}),
        number=known.get("number"),
        number_en=known.get("number_en"),
        issuer=Text.maybe(known.get("issuer")),
        effective=known.get("effective"),
        ended=known.get("ended"),
        url=known.get("url"),
        confidence=known.get("confidence"),
        note=Text.maybe(known.get("note")),
        articles=[Text.of(article(a) or {"zh": a, "en": a}) for a in row["articles"]],
        used_by=row["used_by"],
    )
