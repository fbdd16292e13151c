"""Rows of landing-services.yaml: steps, telecom service codes, data-export rules, legend and what is not known."""

from collections.abc import Mapping
from typing import Any, Final

from reference.citations import Law, same_basis
from reference.fields import Fields, by, rows
from reference.ledger import Ledger
from reference.reading import BookFiles, FactFiles

_FILE: Final = FactFiles.STEPS
_AVAILABLE: Final = {"true": "yes", "false": "no"}


def compare_steps(ledger: Ledger, facts: FactFiles, books: BookFiles, law: Law) -> None:
    book = books.table("landing-steps", "book")
    _head(ledger, facts.steps, book)

    def step(fields: Fields, rule: Mapping[str, Any]) -> None:
        _step(fields, rule, law)

    rows(ledger, (_FILE, "steps"), facts.steps["steps"], by(books.rules("landing-steps")), step)
    _order(ledger, facts.steps["steps"], books.table("landing-steps", "order"))
    _service_codes(ledger, facts.steps["telecom_service_codes"], books.table("landing-steps", "service-codes"), law)
    _data_export(ledger, facts.steps["data_export_rules"], books, law)


def _head(ledger: Ledger, facts: Mapping[str, Any], book: Mapping[str, Any]) -> None:
    ledger.open(_FILE, "legend and known unknowns")
    fields = Fields(ledger, _FILE, "head", facts)
    fields.leave_out("version", "telecom_service_codes", "data_export_rules", "steps")
    fields.same("as_of", book.get("as_of"))
    fields.says_each("known_unknowns", book["about"].get("known_unknowns"))
    legend = Fields(ledger, _FILE, "legend", fields.take("legend"))
    for key in list(facts["legend"]):
        legend.says(key, book["conventions"].get(key))
    fields.close()


def _step(fields: Fields, rule: Mapping[str, Any], law: Law) -> None:
    """`trigger` and the conditions of `authority_when` are compared by their meaning."""
    gives = rule["gives"]
    fields.leave_out("trigger")
    fields.named(rule.get("title"))
    for key in ("confidence", "confidence_parts", "verification", "seen_at", "seen_file"):
        fields.same(key, rule.get(key))
    for key in ("domain", "obligation", "authority", "depends_on", "any_of", "service_codes", "output"):
        fields.same(key, gives.get(key))
    same_basis(fields, law, rule.get("basis"))
    fields.equal("runs_with", fields.take("runs_with") or [], [gives["runs_with"]] if gives.get("runs_with") else [])
    for key in ("prerequisites", "documents"):
        fields.says_each(key, gives.get(key))
    fields.says("validity", gives.get("validity"))
    fields.says("notes", rule.get("note"))
    _online(fields, gives.get("online") or {})
    _authority_when(fields, gives.get("authority_when") or [])
    _time_limit(fields, gives)


def _online(fields: Fields, found: Mapping[str, Any]) -> None:
    online = Fields(fields.ledger, fields.file, fields.name, fields.take("online"))
    available = online.take("available")
    online.equal("available", _AVAILABLE.get(available, available), found.get("available"))
    online.says("platform", found.get("platform"))
    online.close()


def _authority_when(fields: Fields, found: list[Any]) -> None:
    """All but the condition, which is compared by its meaning."""
    wanted = [
        {key: value for key, value in row.items() if key != "when"} for row in fields.take("authority_when") or []
    ]
    kept = [{**row["authority"], "confidence": row.get("confidence")} for row in found]
    fields.equal("authority_when", wanted, kept)


def _time_limit(fields: Fields, gives: Mapping[str, Any]) -> None:
    limits = Fields(fields.ledger, fields.file, fields.name, fields.take("time_limit"))
    _entries(limits, "authority_decision", gives.get("decision"), ("value", "unit", "basis"), "note")
    _entries(limits, "applicant_deadline", gives.get("deadline"), ("value", "unit", "window"), "rule")
    limits.close()


def _entries(limits: Fields, key: str, found: Any, same: tuple[str, ...], text: str) -> None:
    """One limit or a list of them."""
    wanted, kept = _listed(limits.take(key)), found or []
    if len(wanted) != len(kept):
        limits.differs(key, f"the facts have {len(wanted)} entries, the book {len(kept)}")
    for number, (fact, row) in enumerate(zip(wanted, kept, strict=False), 1):
        entry = Fields(limits.ledger, limits.file, limits.name, {f"{key} {number} {k}": v for k, v in fact.items()})
        for word in same:
            entry.same(f"{key} {number} {word}", row.get(word))
        entry.says(f"{key} {number} {text}", row.get(text))
        entry.close()


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _order(ledger: Ledger, facts: list[Any], found: list[str]) -> None:
    if [fact["id"] for fact in facts] != found:
        ledger.differs(_FILE, "steps", "order", "order.yaml of the book has another order than the facts")


def _service_codes(ledger: Ledger, facts: Mapping[str, Any], book: Mapping[str, Any], law: Law) -> None:
    rows(ledger, (_FILE, "telecom_service_codes"), facts["codes"], by(book["codes"], "code"), _service_code, key="code")
    fields = Fields(ledger, _FILE, "telecom_service_codes", facts)
    fields.leave_out("codes")
    same_basis(fields, law, book.get("basis"))
    fields.same("seen_at", book.get("seen_at"))
    fields.close()


def _service_code(fields: Fields, book: Mapping[str, Any]) -> None:
    fields.named(book.get("name"))
    for key in ("foreign_share_cap", "confidence"):
        fields.same(key, book.get(key))
    fields.says("note", book.get("note"))


def _data_export(ledger: Ledger, facts: Mapping[str, Any], books: BookFiles, law: Law) -> None:
    """Basis, confidence and source stand once in the facts and on every rule of the book."""

    def rule(fields: Fields, book: Mapping[str, Any]) -> None:
        fields.leave_out("when")
        fields.same("path", book["gives"].get("value"))
        fields.says("note", book.get("note"))
        shared = Fields(ledger, _FILE, fields.name, {key: facts[key] for key in ("basis", "confidence", "seen_at")})
        same_basis(shared, law, book.get("basis"))
        shared.same("confidence", book.get("confidence"))
        shared.same("seen_at", book.get("seen_at"))

    found = books.rules("data-export-path")
    rows(ledger, (_FILE, "data_export_rules"), facts["rules"], by(found), rule)
    if [fact["id"] for fact in facts["rules"]] != [row["id"] for row in found]:
        ledger.differs(_FILE, "data_export_rules", "order", "the rules stand in another order")
    fields = Fields(ledger, _FILE, "data_export_rules", facts)
    fields.leave_out("rules", "basis", "confidence", "seen_at")
    about = books.table("data-export-path", "book")["about"]
    for key in ("count_window", "order", "unit_of_use"):
        fields.says(key, about.get(key))
    fields.close()
