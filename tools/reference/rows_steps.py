"""Rows of landing-services.yaml with its update: steps, telecom service codes, data-export rules, legend, unknowns."""

import re
from collections.abc import Mapping
from typing import Any, Final

from reference.citations import Law, same_basis
from reference.fields import Fields, by, is_pair, rows
from reference.ledger import Ledger
from reference.reading import BookFiles, FactFiles
from reference.rows_times import compare_portals, compare_timing
from reference.step_updates import STEPS
from reference.wording import for_readers

_FILE: Final = FactFiles.STEPS
_AVAILABLE: Final = {"true": "yes", "false": "no"}
_ADDRESS: Final = re.compile(r"[a-z]+(?:\.[a-z]+)+")
#: The update adds the answers of the member bodies to the time of the law and leaves the stages as they were.
_STAGE_ADDED: Final = {"cybersecurity-review": 2}


def compare_steps(ledger: Ledger, facts: FactFiles, books: BookFiles, law: Law) -> None:
    book = books.table("landing-steps", "book")
    _head(ledger, facts.steps, book)

    def step(fields: Fields, rule: Mapping[str, Any]) -> None:
        _step(fields, rule, law)

    found = by(books.rules("landing-steps"))
    rows(ledger, (_FILE, "steps"), facts.steps["steps"], found, step)
    compare_portals(ledger, STEPS, facts.steps["portals"], found)
    _general_rules(ledger, facts.steps["general_rules"], books.table("landing-steps", "general-rules"), law)
    _path_examples(ledger, facts.steps["path_examples"], books.table("landing-steps", "path-examples"))
    _order(ledger, facts.steps["steps"], books.table("landing-steps", "order"))
    _service_codes(ledger, facts.steps["telecom_service_codes"], books.table("landing-steps", "service-codes"), law)
    _data_export(ledger, facts.steps["data_export_rules"], books, law)


def _head(ledger: Ledger, facts: Mapping[str, Any], book: Mapping[str, Any]) -> None:
    ledger.open(_FILE, "legend and known unknowns")
    fields = Fields(ledger, _FILE, "head", facts)
    fields.leave_out("version", "telecom_service_codes", "data_export_rules", "steps")
    fields.leave_out("general_rules", "path_examples", "portals")
    fields.same("as_of", book.get("as_of"))
    fields.says_each("known_unknowns", book["about"].get("known_unknowns"))
    legend = Fields(ledger, _FILE, "legend", fields.take("legend"))
    for key in list(facts["legend"]):
        legend.said(key, for_readers(legend.take(key)), book["conventions"].get(key))
    fields.close()


def _step(fields: Fields, rule: Mapping[str, Any], law: Law) -> None:
    """`trigger` and the conditions of `authority_when` are compared by their meaning."""
    gives = rule["gives"]
    fields.leave_out("trigger")
    fields.named(rule.get("title"))
    for key in ("confidence", "verification", "seen_at", "seen_file"):
        fields.same(key, rule.get(key))
    for key in (
        "domain",
        "obligation",
        "authority",
        "depends_on",
        "any_of",
        "service_codes",
        "needs_company",
    ):
        fields.same(key, gives.get(key))
    fields.equal("output", for_readers(fields.take("output")), gives.get("output"))
    _parts_of_confidence(fields, rule.get("confidence_parts") or {})
    _days(fields, rule, law)
    same_basis(fields, law, rule.get("basis"))
    fields.equal("runs_with", fields.take("runs_with") or [], _listed(gives.get("runs_with")))
    for key in ("prerequisites", "documents"):
        fields.said_each(key, for_readers(fields.take(key)), gives.get(key))
    fields.said("validity", for_readers(fields.take("validity")), gives.get("validity"))
    _note(fields, rule.get("note"))
    _online(fields, gives.get("online") or {})
    _authority_when(fields, gives.get("authority_when") or [])
    _time_limit(fields, gives)
    _lane(fields, gives)
    compare_timing(fields, gives, law)


def _parts_of_confidence(fields: Fields, found: Mapping[str, Any]) -> None:
    """The book may say of more parts how they are known: "from memory" stood in texts and is a field now."""
    wanted = fields.take("confidence_parts") or {}
    fields.equal("confidence_parts", wanted, {key: value for key, value in found.items() if key in wanted})


def _days(fields: Fields, rule: Mapping[str, Any], law: Law) -> None:
    """A step begins on the day that a correction gives; else on one that the facts or a cited text tell."""
    begins, fixed, found = fields.take("begins") or [], fields.take("from"), rule.get("from")
    told = [fixed] if fixed else [*begins, *law.first_days(rule.get("basis"))]
    fields.ledger.count("fields")
    if found not in (told if fixed else [None, *told]):
        fields.differs(
            "from", f"the book says {found}, the facts and the texts it cites {', '.join(told) or 'nothing'}"
        )
    _editions(fields, rule.get("basis") or [])


def _editions(fields: Fields, basis: list[Mapping[str, Any]]) -> None:
    """Each edition of a text that was replaced is cited on its own days."""
    kept = [(row.get("from"), row.get("until")) for row in basis]
    for edition in fields.take("editions") or ():
        wanted = edition.get("from"), edition.get("until")
        fields.ledger.count("fields")
        if wanted not in kept:
            fields.differs("editions", f"nothing is cited from {wanted[0]} until {wanted[1]}")


def _note(fields: Fields, found: Any) -> None:
    """A row that the update touched may have a note that was written anew; no note is lost."""
    text, anew = for_readers(fields.take("notes")), fields.take("remark")
    if anew and text and is_pair(found) and len(found) == 2:
        return
    fields.said("notes", text, found if text else None)


def _lane(fields: Fields, gives: Mapping[str, Any]) -> None:
    """What the corrections call a duty or a right stands after the launch."""
    kind = fields.take("never_on_the_path")
    fields.ledger.count("fields")
    if kind and gives.get("lane") != "after":
        fields.differs("lane", f"the corrections say {kind}, the book has the lane {gives.get('lane')}")


def _online(fields: Fields, found: Mapping[str, Any]) -> None:
    online = Fields(fields.ledger, fields.file, fields.name, fields.take("online"))
    available = online.take("available")
    online.equal("available", _AVAILABLE.get(available, available), found.get("available"))
    _platform(online, found.get("platform"))
    online.close()


def _platform(online: Fields, found: Any) -> None:
    """The name in one of the languages; where the facts name several places, the same addresses in both."""
    wanted = online.take("platform")
    addresses = sorted(_ADDRESS.findall(str(wanted)))
    if addresses and is_pair(found) and all(sorted(_ADDRESS.findall(side)) == addresses for side in found.values()):
        return
    online.said("platform", wanted, found)


def _authority_when(fields: Fields, found: list[Any]) -> None:
    """All but the condition, which is compared by its meaning."""
    wanted = [
        {key: value for key, value in row.items() if key != "when"} for row in fields.take("authority_when") or []
    ]
    kept = [{**row["authority"], "confidence": row.get("confidence")} for row in found]
    fields.equal("authority_when", wanted, kept)


def _time_limit(fields: Fields, gives: Mapping[str, Any]) -> None:
    limits = Fields(fields.ledger, fields.file, fields.name, fields.take("time_limit"))
    decision = list(gives.get("decision") or ())
    if fields.name in _STAGE_ADDED:
        decision.pop(_STAGE_ADDED[fields.name])
    _entries(limits, "authority_decision", decision, ("value", "unit", "basis"), "note")
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
        entry.said(f"{key} {number} {text}", for_readers(entry.take(f"{key} {number} {text}")), row.get(text))
        entry.close()


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _general_rules(ledger: Ledger, facts: list[Any], found: list[Any], law: Law) -> None:
    ledger.open(STEPS, "general rules")
    for number, (fact, row) in enumerate(zip(facts, found, strict=True), 1):
        ledger.count("rows")
        fields = Fields(ledger, STEPS, f"general rule {number}", fact)
        cited = row["basis"][0]
        law.cite(cited["instrument"])
        fields.same("title", law.title(cited["instrument"]))
        fields.same("article", cited.get("article"))
        fields.says("rule", row.get("rule"))
        for key in ("confidence", "audited"):
            fields.same(key, row.get(key))
        fields.same("url", row.get("seen_at"))
        fields.close()


def _path_examples(ledger: Ledger, facts: list[Any], found: list[Any]) -> None:
    """`open` of the facts may say "beside it" after a step, which the note of the row and its lane say too."""
    ledger.open(STEPS, "path examples")
    for number, (fact, row) in enumerate(zip(facts, found, strict=True), 1):
        ledger.count("rows")
        fields = Fields(ledger, STEPS, f"path example {number}", fact)
        for key in ("chain", "min_working_days", "max_working_days"):
            fields.same(key, row.get(key))
        fields.equal("open", [text.removesuffix(" beside it") for text in fields.take("open")], row.get("open"))
        for key in ("profile", "note"):
            fields.says(key, row.get(key))
        fields.close()


def _order(ledger: Ledger, facts: list[Any], found: list[str]) -> None:
    """The steps that were there keep their order among each other; those that came in stand where they belong."""
    wanted = [fact["id"] for fact in facts]
    first = [name for name in wanted if name not in _added(facts)]
    if [name for name in found if name in first] != first or sorted(found) != sorted(wanted):
        ledger.differs(_FILE, "steps", "order", "order.yaml of the book has another order than the facts")


def _added(facts: list[Any]) -> set[str]:
    """A step that came in with the update has no page of its own for its time: its own page is that."""
    return {fact["id"] for fact in facts if "source" not in (fact.get("timing") or {})}


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
    fields.said("note", for_readers(fields.take("note")), book.get("note"))


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
        fields.said(key, for_readers(fields.take(key)), about.get(key))
    fields.close()
