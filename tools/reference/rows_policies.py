"""Rows of policies.yaml with its update: policies, policy sets, enterprise sizes, and the words about them."""

import re
from collections.abc import Mapping
from typing import Any, Final

from reference.citations import Law, same_basis
from reference.fields import Fields, by, english, is_pair, plain, rows
from reference.formulas import formulas_of, without_formulas
from reference.ledger import Ledger
from reference.policy_updates import POLICIES, figures
from reference.reading import BookFiles, FactFiles
from reference.retold import retold

_FILE: Final = FactFiles.POLICIES
_CLASSES: Final = ("large", "medium", "small", "micro")
#: `add 财政部 税务总局公告2026年第10号, 五（五）13`, `article of 2026 No. 10 for the one percent: 三（三）6`
_ARTICLE: Final = re.compile(r"[一二三四五六七八九十]（[一二三四五六七八九十]）\d+|article \d+")
_NAMED: Final = re.compile(r"[^\s,]+〔\d{4}〕\d+号|公告\d{4}年第\d+号|[^\s,]+（\d{4}年版）")
_OFFICIAL: Final = re.compile(r"https?://[^/]*\.gov\.(?:cn|hk)(?:[:/]|$)")
#: What the notes say of titles that nobody saw; the instruments have it in `title_state`.
_UNSEEN_TITLE: Final = ("title is a description", "working title", "as commonly used", "title from memory")


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
    _cautions(fields, [{k: row[k] for k in ("zh", "en")} for row in book.get("cautions") or ()])
    fields.equal("cautions_basis", law.basis(fields.take("cautions_basis")), books.table("policies", "cautions-basis"))
    language = dict(fields.take("predicate_language"))
    operators = language.pop("ops")
    for prefix, words in (("operator: ", operators), ("predicates: ", language), ("", fields.take("legend"))):
        for key, text in words.items():
            _convention(fields, key, text, book["conventions"].get(f"{prefix}{key}"))
    fields.close()


def _cautions(fields: Fields, found: list[Mapping[str, Any]]) -> None:
    """Each caution in order; one that the update writes anew is there in both languages."""
    texts = fields.take("cautions")
    fields.equal("cautions, how many", len(texts), len(found))
    for number, (text, pair) in enumerate(zip(texts, found, strict=False), 1):
        fields.said(f"cautions {number}", pair["en"] if text is None and pair["zh"] else text, pair)


def _convention(fields: Fields, key: str, text: str, pair: Any) -> None:
    """Names of files and the word memory are not said to readers; the rest of such a text is."""
    if (".yaml" in text or "memory" in text) and is_pair(pair) and len(pair) == 2 and ".yaml" not in pair["en"]:
        return
    fields.said(key, text, pair)


def _policy(fields: Fields, rule: Mapping[str, Any], law: Law) -> None:
    """`criteria` are compared by their meaning, formulas by their values."""
    gives = rule["gives"]
    fields.leave_out("criteria")
    fields.named(rule.get("title"))
    for key in ("level", "region", "kind", "status", "delivery", "set"):
        fields.same(key, gives.get(key))
    for key in ("confidence", "verification", "seen_at"):
        fields.same(key, rule.get(key))
    changes, details = dict(fields.take("changes") or {}), fields.take("details")
    touched = bool(changes)
    _basis(fields, changes, rule, law)
    _note(fields, changes, rule, touched)
    window = Fields(fields.ledger, fields.file, fields.name, fields.take("window"))
    window.same("from", rule.get("from"))
    window.same("to", rule.get("until"))
    retold(window, "note", window.take("note"), rule.get("window_note"))
    window.close()
    _benefit(fields, changes, gives.get("benefit") or {})
    _state(fields, rule)
    _details(fields, details, gives)
    _links(fields, details or {}, rule)
    fields.equal("see_also", changes.pop("see_also", None), next(iter(gives.get("see_also") or ()), None))
    for key, value in changes.items():
        fields.differs(key, f"nothing compares this change: {value}")


def _note(fields: Fields, changes: dict[str, Any], rule: Mapping[str, Any], touched: bool) -> None:
    """A note that the update changes was written anew; of the others the words or, at least, the figures stay."""
    text, changed = fields.take("notes"), changes.pop("notes", None)
    if changed is None and not touched:
        retold(fields, "notes", text, rule.get("note"))
    elif not is_pair(rule.get("note")) and text and not str(changed).startswith("drop"):
        fields.differs("notes", f"the update says {changed!r}, and the book has no note")


def _unseen_title(fields: Fields, text: str, rule: Mapping[str, Any], law: Law) -> None:
    """What a note says of a title that nobody saw stands in a field of the instrument."""
    if any(mark in text.lower() for mark in _UNSEEN_TITLE):
        states = [law.row(row["instrument"]).get("title_state") for row in rule["basis"]]
        fields.equal("title_state", True, any(states))


def _basis(fields: Fields, changes: dict[str, Any], rule: Mapping[str, Any], law: Law) -> None:
    """What was cited, and beside it what the update names by title, number and article."""
    _unseen_title(fields, str(fields.peek("notes") or ""), rule, law)
    told, found = changes.pop("basis", ""), rule.get("basis") or []
    added = [row for row in found if _is_named(row, told, law)]
    for row in added:
        law.cite(row["instrument"])
    for name in _NAMED.findall(told):
        if not any(_has_name(law.row(row["instrument"]), name) for row in found):
            fields.differs("basis", f"the update names {name}, which the book does not cite")
    for article in _ARTICLE.findall(told):
        wanted = {"article 3": "第三条"}.get(article, article)
        if wanted not in [row.get("article") for row in found]:
            fields.differs("basis", f"the update names {article}, which the book does not cite")
    same_basis(fields, law, [row for row in found if row not in added or _was_cited(row, fields, law)])


def _is_named(row: Mapping[str, Any], told: str, law: Law) -> bool:
    names, articles = _NAMED.findall(told), _ARTICLE.findall(told)
    return row.get("article") in articles or any(_has_name(law.row(row["instrument"]), name) for name in names)


def _has_name(instrument: Mapping[str, Any], name: str) -> bool:
    return name in instrument["title"]["zh"] or name in str(instrument.get("number"))


def _was_cited(row: Mapping[str, Any], fields: Fields, law: Law) -> bool:
    """The older facts cite the same text at the same article."""
    wanted = [(law.id(fact["title"], fact.get("number")), fact.get("article")) for fact in fields.peek("basis") or ()]
    return (law.own(row["instrument"]), row.get("article")) in wanted


def _benefit(fields: Fields, changes: dict[str, Any], found: Mapping[str, Any]) -> None:
    fact = fields.take("benefit")
    wanted, kept = without_formulas(fact), without_formulas(found)
    added = [key for key in changes if key.startswith("benefit.")]
    for figure in [figure for key in added for figure in figures(str(changes.pop(key)))]:
        kept = _without_figure(fields, figure, kept, wanted)
    for key in dict.fromkeys((*wanted, *kept)):
        if isinstance(wanted.get(key), str) and is_pair(kept.get(key)):
            retold(fields, f"benefit.{key}", wanted[key].replace(" (recalled)", ""), kept[key])
        else:
            fields.equal(f"benefit.{key}", _exact(wanted.get(key)), _as_written(wanted.get(key), kept.get(key)))
    fields.equal("benefit, its formulas", list(formulas_of(fact)), list(formulas_of(found)))


def _without_figure(fields: Fields, figure: str, kept: dict[str, Any], wanted: Mapping[str, Any]) -> dict[str, Any]:
    """A figure that the update adds stands under a key of its own."""
    key = next((key for key, value in kept.items() if value == figure and key not in wanted), None)
    if key is None:
        fields.differs("benefit", f"the update says {figure}, which the book has not")
    return {name: value for name, value in kept.items() if name != key}


def _exact(value: Any) -> Any:
    """5.0e-05 is 0.00005."""
    return f"{float(value):.5f}" if isinstance(value, str) and re.fullmatch(r"\d\.\d+e-\d+", value) else value


def _state(fields: Fields, rule: Mapping[str, Any]) -> None:
    """When and where the state was checked, how sure it is, and what came after."""
    state, gives = fields.take("state"), rule["gives"]
    fields.same("audited", gives.get("audited"))
    if state is None:
        return
    checked = gives.get("checked") or {}
    for key, name in (("confidence", "confidence"), ("source", "seen_at"), ("audited", "audited")):
        fields.equal(f"state, {key}", state.get(key), checked.get(name))
    fields.equal("state, replaced_by", state["replaced_by"], gives.get("replaced_by"))
    _checked_note(fields, state["note"], checked.get("note"))


def _checked_note(fields: Fields, text: str, pair: Any) -> None:
    """Numbers in Chinese letters have their English form in the book."""
    if plain(text) not in [plain(side) for side in (pair or {}).values()]:
        retold(fields, "state, note", re.sub(r"as recalled", "", text), pair)


def _details(fields: Fields, details: Mapping[str, Any] | None, gives: Mapping[str, Any]) -> None:
    if details is None:
        fields.says("authority", gives.get("authority"))
        return
    more = Fields(fields.ledger, POLICIES, fields.name, details)
    fields.equal("authority", fields.take("authority"), gives["authority"].get("zh"))
    more.equal("authority_en", more.take("authority_en"), gives["authority"].get("en"))
    more.named(gives.get("apply"), "apply_zh", "apply_en")
    more.same("documents", gives.get("documents"))
    more.same("documents_basis", gives.get("documents_basis"))
    _together(more, gives)
    more.leave_out("source_url")  # compared with the links
    more.close()


def _together(more: Fields, gives: Mapping[str, Any]) -> None:
    """The policies that one excludes are told apart: not for the same matter, or beside each other."""
    wanted = more.take("exclusive_with") or []
    kept = [*(gives.get("not_with") or ()), *(gives.get("also_with") or ())]
    more.equal("exclusive_with", [], [name for name in wanted if name not in kept])
    note, basis = more.take("exclusive_note"), more.take("exclusive_basis")
    retold(more, "exclusive_note", note and note.replace(" (recalled)", ""), gives.get("together"))
    if note:
        more.equal("exclusive_basis", basis, gives.get("together_basis"))


def _links(fields: Fields, details: Mapping[str, Any], rule: Mapping[str, Any]) -> None:
    """Every page is a link, those of a government first."""
    links = rule["gives"].get("links") or []
    pages = [rule.get("seen_at"), details.get("source_url"), (rule["gives"].get("checked") or {}).get("seen_at")]
    fields.equal("links", sorted({page for page in pages if page}), sorted(row["url"] for row in links))
    kinds = ["official" if _OFFICIAL.match(row["url"]) else "report" for row in links]
    fields.equal("links, kinds", sorted(kinds), [row["kind"] for row in links])


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
        _edition_note(edition, row)
        edition.close()


def _edition_note(edition: Fields, row: Mapping[str, Any]) -> None:
    """A title that is known from memory has a field that says so."""
    if edition.peek("note") == "from memory":
        edition.leave_out("note")
        edition.equal("title_state", "from_memory", row.get("title_state"))
    edition.says("note", row.get("note"))


def _sizes(ledger: Ledger, facts: Mapping[str, Any], books: BookFiles, law: Law) -> None:
    rows(
        ledger,
        (_FILE, "sme_size_standard"),
        facts["industries"],
        by(books.table("enterprise-size", "industries")),
        _industry,
    )
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
