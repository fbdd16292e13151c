"""Rows of policies.yaml: policies, policy sets, the table of enterprise sizes, and the words about them."""

from collections.abc import Mapping
from typing import Any, Final

from reference.citations import Law, same_basis
from reference.fields import Fields, by, english, rows
from reference.formulas import formulas_of, without_formulas
from reference.ledger import Ledger
from reference.reading import BookFiles, FactFiles

_FILE: Final = FactFiles.POLICIES
_CLASSES: Final = ("large", "medium", "small", "micro")


def compare_policies(ledger: Ledger, facts: FactFiles, books: BookFiles, law: Law) -> None:
    _head(ledger, facts.policies, books, law)

    def policy(fields: Fields, rule: Mapping[str, Any]) -> None:
        _policy(fields, rule, law)

    policies = facts.policies["policies"]
    rows(ledger, (_FILE, "policies"), policies, by(books.rules("policies")), policy)
    if [fact["id"] for fact in policies] != books.table("policies", "order"):
        ledger.differs(_FILE, "policies", "order", "order.yaml of the book has another order than the facts")
    rows(ledger, (_FILE, "policy_sets"), facts.policies["policy_sets"], by(books.table("policies", "sets")), _set)
    _sizes(ledger, facts.policies["sme_size_standard"], books, law)


def _head(ledger: Ledger, facts: Mapping[str, Any], books: BookFiles, law: Law) -> None:
    ledger.open(_FILE, "predicate language, legend, cautions")
    book = books.table("policies", "book")
    fields = Fields(ledger, _FILE, "head", facts)
    fields.leave_out("version", "policy_sets", "sme_size_standard", "policies")
    fields.same("as_of", book.get("as_of"))
    # `for: editors` is the book's own remark on whom a caution concerns.
    fields.says_each("cautions", [{k: row[k] for k in ("zh", "en")} for row in book.get("cautions") or ()])
    fields.equal("cautions_basis", law.basis(fields.take("cautions_basis")), books.table("policies", "cautions-basis"))
    language = dict(fields.take("predicate_language"))
    operators = language.pop("ops")
    for prefix, words in (("operator: ", operators), ("predicates: ", language), ("", fields.take("legend"))):
        for key, text in words.items():
            fields.said(key, text, book["conventions"].get(f"{prefix}{key}"))
    fields.close()


def _policy(fields: Fields, rule: Mapping[str, Any], law: Law) -> None:
    """`criteria` are compared by their meaning, formulas by their values."""
    gives = rule["gives"]
    fields.leave_out("criteria")
    fields.named(rule.get("title"))
    fields.says("authority", gives.get("authority"))
    for key in ("level", "region", "kind", "status", "delivery", "set"):
        fields.same(key, gives.get(key))
    for key in ("confidence", "verification", "seen_at"):
        fields.same(key, rule.get(key))
    fields.says("notes", rule.get("note"))
    same_basis(fields, law, rule.get("basis"))
    window = Fields(fields.ledger, fields.file, fields.name, fields.take("window"))
    window.same("from", rule.get("from"))
    window.same("to", rule.get("until"))
    window.says("note", rule.get("window_note"))
    window.close()
    _benefit(fields, gives.get("benefit") or {})


def _benefit(fields: Fields, found: Mapping[str, Any]) -> None:
    fact = fields.take("benefit")
    wanted, kept = without_formulas(fact), without_formulas(found)
    for key in dict.fromkeys((*wanted, *kept)):
        fields.equal(f"benefit.{key}", wanted.get(key), _as_written(wanted.get(key), kept.get(key)))
    fields.equal("benefit, its formulas", list(formulas_of(fact)), list(formulas_of(found)))


def _as_written(fact: Any, found: Any) -> Any:
    """The English side of the book, or the Chinese one where the fact is written in Chinese."""
    if isinstance(found, Mapping) and isinstance(fact, str) and fact == found.get("zh"):
        return fact
    return english(found)


def _set(fields: Fields, book: Mapping[str, Any]) -> None:
    fields.named(book.get("name"))
    fields.same("fields", book.get("fields"))
    fields.same("seen_at", book.get("seen_at"))
    editions, kept = fields.take("editions"), book.get("editions") or []
    fields.equal("editions", [fact["year"] for fact in editions], [row["year"] for row in kept])
    for fact, row in zip(editions, kept, strict=False):
        edition = Fields(fields.ledger, fields.file, fields.name, fact)
        for key in ("year", "number", "confidence"):
            edition.same(key, row.get(key))
        edition.says("title", row.get("title"))
        edition.says("note", row.get("note"))
        edition.close()


def _sizes(ledger: Ledger, facts: Mapping[str, Any], books: BookFiles, law: Law) -> None:
    rows(
        ledger, (_FILE, "sme_size_standard"), facts["industries"],
        by(books.table("enterprise-size", "industries")), _industry,
    )  # fmt: skip
    rules = books.rules("enterprise-size")
    wanted = [f"size-{str(row['id']).replace('_', '-')}-{size}" for row in facts["industries"] for size in _CLASSES]
    about = books.table("enterprise-size", "book")["about"]
    fields = Fields(ledger, _FILE, "sme_size_standard", facts)
    fields.leave_out("industries")
    fields.equal("rules", wanted, [rule["id"] for rule in rules])
    basis = law.basis([{"title": fields.take("title"), "number": fields.take("number")}])
    issued, confidence = fields.take("issued"), fields.take("confidence")
    for rule in rules:
        fields.equal(f"title, number of {rule['id']}", basis, rule.get("basis"))
        fields.equal(f"issued of {rule['id']}", issued, rule.get("from"))
        fields.equal(f"confidence of {rule['id']}", confidence, rule.get("confidence"))
    for key in ("unit", "seen_at"):
        fields.same(key, about.get(key))
    for key in ("authority", "rule", "exclusions", "scope", "check", "note"):
        fields.says(key, about.get(key))
    fields.close()


def _industry(fields: Fields, book: Mapping[str, Any]) -> None:
    fields.same("industry_zh", (book.get("name") or {}).get("zh"))
    fields.same("gb_t_4754_2017", book.get("codes"))
    fields.same("indicators", book.get("indicators"))
    fields.says("note", book.get("note"))
