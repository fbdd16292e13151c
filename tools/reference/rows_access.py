"""Rows of market-access.yaml: instruments, services, zones, treatments, requirements, licences, events, conflicts."""

from collections.abc import Mapping
from typing import Any, Final

from reference.fields import Fields, by, rows
from reference.ledger import Ledger
from reference.reading import BookFiles, FactFiles

_FILE: Final = FactFiles.ACCESS
_BOOK: Final = "market-access"


def compare_access(ledger: Ledger, facts: FactFiles, books: BookFiles) -> None:
    access = facts.access

    def table(name: str) -> Any:
        return books.table(_BOOK, name)

    _meta(ledger, access["meta"], table("book"))
    rows(ledger, (_FILE, "instruments"), access["instruments"], by(table("instruments")), _instrument)
    rows(ledger, (_FILE, "services"), access["services"], by(table("services")), _service, key="code")
    rows(ledger, (_FILE, "zones"), access["zones"], by(table("places")), _zone)
    rows(ledger, (_FILE, "treatments"), access["treatments"], by(books.rules(_BOOK)), _treatment)
    _order(ledger, access["treatments"], by(books.rules(_BOOK)))
    rows(ledger, (_FILE, "requirements"), access["requirements"], by(table("requirements")), _requirement)
    rows(ledger, (_FILE, "licences"), access["licences"], by(table("licences")), _licence)
    events = {str(row["event"].get("en")): row for row in table("events")}
    rows(ledger, (_FILE, "events"), access["events"], events, _event, key="event")
    rows(ledger, (_FILE, "conflicts"), access["conflicts"], by(table("conflicts")), _conflict)


def _meta(ledger: Ledger, meta: Mapping[str, Any], book: Mapping[str, Any]) -> None:
    ledger.open(_FILE, "meta")
    fields = Fields(ledger, _FILE, "meta", meta)
    fields.says("title", book["about"].get("title"))
    fields.same("as_of", book.get("as_of"))
    fields.says("scope", book.get("scope"))
    fields.says_each("conventions", book.get("conventions"))
    fields.says_each("resolution", book["about"].get("resolution"))
    fields.close()


def _instrument(fields: Fields, book: Mapping[str, Any]) -> None:
    if "title_zh" in fields or "title_en" in fields:  # one that only the corrections name has none
        fields.named(book.get("title"), "title_zh", "title_en")
    fields.same("home", book.get("home"))
    for key in ("number", "issued", "effective", "ended", "replaced_by", "scope", "url", "confidence"):
        fields.same(key, book.get(key))
    if "issuer" in fields:
        fields.says("issuer", book.get("issuer"))
    if "note" in fields:
        fields.says("note", book.get("note"))


def _service(fields: Fields, book: Mapping[str, Any]) -> None:
    fields.named(book.get("name"))
    for key in ("parent", "kind", "confidence"):
        fields.same(key, book.get(key))
    fields.says("note", book.get("note"))


def _zone(fields: Fields, book: Mapping[str, Any]) -> None:
    fields.named(book.get("name"))
    for key in ("parent", "from", "until", "member_of", "covers", "confidence", "seen_at", "unclear"):
        fields.same(key, book.get(key))
    if "note" in fields:
        fields.says("note", book.get("note"))


def _treatment(fields: Fields, book: Mapping[str, Any]) -> None:
    gives = book["gives"]
    _clauses(fields, book)
    for key in ("from", "until", "basis", "confidence", "seen_at", "seen_also"):
        fields.same(key, book.get(key))
    for key in ("status", "force", "kind"):
        fields.same(key, gives.get(key))
    fields.same("licence", gives.get("licences"))
    fields.says_each("conditions", gives.get("conditions"))
    fields.says("note", book.get("note"))


def _clauses(fields: Fields, book: Mapping[str, Any]) -> None:
    """Service, zone, supplier and cap are the clauses of the rule, and its only ones."""
    found = [clause["is"] if isinstance(clause, dict) else clause for clause in book["when"]]
    fields.same("applies_to", "hk_mo_cepa" if "cepa_qualified" in found else "foreign")
    cap = fields.take("foreign_equity_cap")
    capped = cap is not None and book["gives"].get("status") != "prohibited"
    wanted = [f'"{fields.take("service")}" in services', f'"{fields.take("zone")}" in zones']
    wanted += ["share <= ceiling"] if capped else []
    fields.equal("service, zone, foreign_equity_cap", wanted, [text for text in found if text != "cepa_qualified"])
    fields.equal("foreign_equity_cap", cap, book["gives"].get("cap"))
    steps = (book.get("parameters") or {}).get("ceiling") or []
    fields.equal("foreign_equity_cap", [cap] if capped else [], [step["is"] for step in steps])


def _order(ledger: Ledger, facts: list[Any], found: Mapping[str, Mapping[str, Any]]) -> None:
    """Step 11 of the resolution falls back on file order, so the book keeps it."""
    for number, fact in enumerate(facts):
        kept = found.get(fact["id"], {}).get("gives", {}).get("order")
        if kept != str(number):
            ledger.differs(_FILE, fact["id"], "order", f"row {number} of the facts has order {kept} in the book")


def _requirement(fields: Fields, book: Mapping[str, Any]) -> None:
    for key in ("kind", "scope", "from", "until", "confidence", "seen_at"):
        fields.same(key, book.get(key))
    if "ended_by" in fields:
        fields.same("ended_by", book.get("ended_by"))
    fields.equal("service", str(fields.take("service")).split(","), book.get("services"))
    fields.same("minimum_rmb", book.get("minimum"))
    cited = (f"{c['instrument']} {c.get('article') or ''}".strip() for c in book.get("basis") or ())
    fields.same("basis", ", ".join(cited))
    for key in ("who", "rule", *(("note",) if "note" in fields else ())):
        fields.says(key, book.get(key))


def _licence(fields: Fields, book: Mapping[str, Any]) -> None:
    fields.named(book.get("name"))
    for key in ("authority", "basis", "note"):
        fields.says(key, book.get(key))


def _event(fields: Fields, book: Mapping[str, Any]) -> None:
    for key in ("date", "confidence", "seen_at"):
        fields.same(key, book.get(key))


def _conflict(fields: Fields, book: Mapping[str, Any]) -> None:
    for key in ("about", "detail", "resolved_as"):
        fields.says(key, book.get(key))
