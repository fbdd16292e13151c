"""What the law asks of the company itself: capital, track record, legal form; the day picks the edition."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from luodi.access.treatments import AccessBook
from luodi.dates import Span, parse_day
from luodi.errors import UnknownValue, did_you_mean
from luodi.rules.book import cited_on
from luodi.rules.book_reading import citations
from luodi.terms.reading import read_state

#: Rows of the book that are editions of one requirement, by the name people ask with.
EDITIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "cap-basic-national": ("cap-basic-national", "cap-basic-national-2008"),
    "cap-basic-province": ("cap-basic-province", "cap-basic-province-2008"),
    "cap-vats-national": ("cap-vats-national",),
    "cap-vats-province": ("cap-vats-province",),
    "cap-shftz-trial": ("cap-shftz-trial",),
    "track-vats": ("track-vats", "track-vats-none"),
    "track-basic": ("track-basic", "track-basic-licence"),
    "jv-form": ("jv-form",),
    "opinion": ("opinion",),
    "cross-border": ("cross-border",),
}
_NO_TEST: Final = frozenset(("track-vats-none",))
_TRIAL: Final = "shanghai_ftz_trial"
_TRIAL_ZONE: Final = "SH-FTZ-ORIG"


def requirement_names() -> list[str]:
    return list(EDITIONS)


def requirement(name: str, book: AccessBook, *, on: date) -> dict[str, Any]:
    """`{"answer": "required" | "not_required" | "silent", "value": CNY or bool or null, "basis", ..}`.

    A requirement that ended is not required, cited by the text that ended it. Before its first edition the
    book is silent. Raises `UnknownValue` for a name it does not have.
    """
    if name not in EDITIONS:
        raise UnknownValue("access.no-requirement", name=name, meant=did_you_mean(name, EDITIONS))
    rows = [row for row in book.book.tables["requirements"] if row["id"] in EDITIONS[name]]
    spans = [(row, Span.through(_day(row.get("from")), _day(row.get("until")))) for row in rows]
    for row, span in spans:
        if on in span:
            return _answer(name, row, book, on)
    last = max(rows, key=lambda r: str(r.get("from")))
    until = _day(last.get("until"))
    if until is not None and until < on:
        return _ended(name, last, book, on)
    first = min(str(row["from"]) for row in rows)
    note = {
        "zh": f"本书对该要求的规定自{first}起",
        "en": f"The book has this requirement from {first} on.",
    }
    return _document(name, None, "silent", None, [], book, on) | {"note": note, "speaks_from": first}


def requirements_of(service: str, places: frozenset[str], book: AccessBook, *, on: date) -> list[dict[str, Any]]:
    """What the law asks, on a day, of a company with a foreign share in a service: those requirements that hold.

    A requirement confined to the Shanghai trial is listed only for places inside it.
    """
    line = set(book.service(service).line)
    found = []
    for name in EDITIONS:
        rows = [row for row in book.book.tables["requirements"] if row["id"] in EDITIONS[name]]
        if not line & set(rows[0]["services"]) or (rows[0].get("scope") == _TRIAL and _TRIAL_ZONE not in places):
            continue
        document = requirement(name, book, on=on)
        if document["answer"] == "required":
            kept = ("name", "rule", "title", "value", "says", "basis", "confidence", "read")
            found.append({**{key: document[key] for key in kept}, "scope": rows[0].get("scope")})
    return found


def _day(text: str | None) -> date | None:
    return parse_day(text) if text else None


def _answer(name: str, row: Mapping[str, Any], book: AccessBook, on: date) -> dict[str, Any]:
    basis = _cited(row, "basis", book, on)
    if "minimum" in row:
        return _document(name, row, "required", int(row["minimum"]), basis, book, on)
    required = row["id"] not in _NO_TEST
    return _document(name, row, "required" if required else "not_required", required, basis, book, on)


def _ended(name: str, row: Mapping[str, Any], book: AccessBook, on: date) -> dict[str, Any]:
    return _document(name, row, "not_required", False, _cited(row, "ended_by", book, on), book, on)


def _cited(row: Mapping[str, Any], key: str, book: AccessBook, on: date) -> list[dict[str, str | None]]:
    """The editions of a day: nothing is cited before or after it is in force."""
    cited = cited_on(citations(row.get(key), "requirements.yaml"), on)
    return [c.as_json(row["id"]) for c in cited if on in book.instruments[c.instrument].span]


def _document(
    name: str, row: Mapping[str, Any] | None, answer: str, value: Any, basis: list[Any], book: AccessBook, on: date
) -> dict[str, Any]:
    return {
        "answer": answer,
        "value": value,
        "basis": basis,
        "name": name,
        "rule": row["id"] if row else None,
        "title": dict(row["title"]) if row and row.get("title") else None,
        "says": dict(row["rule"]) if row and row.get("rule") else None,
        "confidence": row["confidence"] if row else None,
        "read": read_state(row).id if row else None,
        "note": dict(row["note"]) if row and row.get("note") else None,
        "on": on.isoformat(),
        **book.as_known_on(on),
        "books": [book.book.as_json()],
    }
