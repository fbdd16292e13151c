"""Time, fee and portal of a step: `timing` of the facts (see step_updates.py) against `gives` of the book."""

import re
from collections.abc import Mapping
from typing import Any, Final

from reference.citations import Law
from reference.fields import Fields, is_pair
from reference.ledger import Ledger
from reference.wording import for_readers

_UNITS: Final = {"working": "working_days", "calendar": "calendar_days"}
_LENGTH: Final = re.compile(r"\b(\d+) (?:working |calendar )?(?:days|months|years)\b")
_FIGURE: Final = re.compile(r"\d+")
_LAWBOOK: Final = "https://github.com/LawRefBook/Laws"  # one page for every law: the file tells them apart


def compare_timing(fields: Fields, gives: Mapping[str, Any], law: Law) -> None:
    timing = Fields(fields.ledger, fields.file, fields.name, fields.take("timing") or {})
    found = gives.get("time") or {}
    usual = timing.take("practice_time")
    _law(_part(timing, "legal_time", timing.take("legal_time") or {}), found, law)
    _usual(timing, usual, found.get("usual"))
    timing.same("confidence", found.get("confidence"))
    timing.same("audited", found.get("audited"))
    _sources(timing, found, usual)
    _fee(_part(timing, "fee", timing.take("fee") or {}), gives.get("fee") or {})
    timing.close()


def _part(fields: Fields, name: str, fact: Mapping[str, Any]) -> Fields:
    return Fields(fields.ledger, fields.file, f"{fields.name}, {name}", fact)


def _law(fields: Fields, found: Mapping[str, Any], law: Law) -> None:
    """The figures of the law. Without days its confidence and note stand on the time itself."""
    row = found.get("law") or {}
    days, unit = fields.take("days"), fields.take("unit")
    fields.same("kind", found.get("kind"))
    fields.equal("days", days, row.get("days"))
    fields.equal("unit", _UNITS.get(unit, unit), row.get("unit"))
    fields.same("confidence", row.get("confidence") if days is not None else found.get("kind_confidence"))
    _cited(fields, row if days is not None else found, law)
    _said(fields, "note", row.get("note") if days is not None else found.get("note"))
    fields.close()


def _cited(fields: Fields, found: Mapping[str, Any], law: Law) -> None:
    """A basis names an instrument of the book, or is a text in two languages; of two texts the first is cited."""
    basis, cited = fields.take("basis"), found.get("basis") or {}
    if not basis:
        fields.equal("basis", None, cited or found.get("text"))
        return
    told = str(basis["instrument"])
    if not is_pair(found.get("text")) and not law.is_told(cited.get("instrument"), told):
        fields.differs("basis", f"the facts cite {told}, the book {cited.get('instrument') or 'nothing'}")
    law.cite(cited.get("instrument"))
    fields.equal("basis article", (basis.get("article") or "").split("；")[0], cited.get("article"))


def _said(fields: Fields, key: str, found: Any) -> None:
    """Notes were written anew for readers: both languages, and every length of time of the facts."""
    wanted = fields.take(key)
    if wanted and not (is_pair(found) and len(found) == 2):
        fields.differs(key, "the facts have a note, the book none in two languages")
    elif lost := set(_LENGTH.findall(wanted or "")) - set(_FIGURE.findall(str(found))):
        fields.differs(key, f"the book loses {', '.join(sorted(lost))} of {wanted!r}")


def _usual(timing: Fields, usual: Mapping[str, Any] | None, found: Mapping[str, Any] | None) -> None:
    if usual is None or found is None:
        timing.equal("practice_time", usual, found)
        return
    fields, source = _part(timing, "practice_time", usual), found.get("source") or {}
    unit = fields.take("unit")
    for key, kept in (("min_days", "min"), ("max_days", "max")):
        fields.same(key, found.get(kept))
    fields.equal("unit", _UNITS.get(unit, unit), found.get("unit"))
    fields.equal("source", for_readers(fields.take("source")), source.get("title"))
    for key in ("url", "dated", "seen_at"):
        fields.same(key, source.get(key))
    fields.same("confidence", found.get("confidence"))
    _said(fields, "note", found.get("note"))
    fields.close()


def _sources(timing: Fields, found: Mapping[str, Any], usual: Mapping[str, Any] | None) -> None:
    """Every page of the facts; the one of the usual time stands there."""
    first, more = timing.take("source"), timing.take("more_sources") or []
    told = usual.get("url") if usual else None
    wanted = [row for row in ([first] if first else []) + more if row["url"] != told or row["url"] == _LAWBOOK]
    timing.equal("sources", for_readers(wanted), found.get("sources"))


def _fee(fee: Fields, found: Mapping[str, Any]) -> None:
    for key in ("amount", "currency", "confidence", "url"):
        fee.same(key, found.get(key))
    _said(fee, "basis", found.get("basis"))
    fee.close()


def compare_portals(ledger: Ledger, file: str, facts: list[Any], rules: Mapping[str, Mapping[str, Any]]) -> None:
    """The place where a step is handed in."""
    ledger.open(file, "portals")
    for fact in facts:
        ledger.count("rows")
        found = rules[fact["step"]]["gives"].get("portal") or {}
        fields = Fields(ledger, file, fact["step"], fact)
        fields.leave_out("step", "note")  # the note says how the address is known, as its confidence does
        fields.said("platform", fields.take("platform"), found.get("name"))
        fields.equal("address", (fields.take("address") or "").split(" (")[0], found.get("address"))
        fields.same("confidence", found.get("confidence"))
        fields.close()
