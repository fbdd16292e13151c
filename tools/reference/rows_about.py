"""What the files of December 2026 say of themselves and of each other: legends, counts, proposals, corrections.

A part of a file that nothing here or elsewhere reads is a difference, so that a new part cannot slip through.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from reference.fields import Fields, by, is_pair
from reference.ledger import Ledger
from reference.reading import BookFiles, Row, read_yaml

STEPS: Final = "updates/2026-12-steps.yaml"
POLICIES: Final = "updates/2026-12-policies.yaml"
CORRECTIONS: Final = "updates/2026-12-corrections.yaml"
ROUTES: Final = "routes.yaml"
AI: Final = "ai-services.yaml"

_PARTS: Final = {
    STEPS: "version as_of updates legend general_rules portals path_examples known_unknowns rows new_steps",
    POLICIES: "version as_of conventions refresh new details new_attributes other_changes",
    CORRECTIONS: "version seen_at principle market_access steps policies remedies_never",
    ROUTES: "meta instruments routes unknowns",
    AI: "meta instruments regimes ai_services synonyms ambiguous outside_book unknowns",
}
#: A part of a legend, and the conventions of the book that say it to readers; None: it speaks to authors alone.
_STEP_LEGEND: Final = {
    "legal_time": "time",
    "kind": "kind",
    "practice_time": "time",
    "fee": "fee",
    "confidence": "confidence",
    "source": None,
    "lists": None,
    "planning": "kind",
    "audited": "audited",
}
_POLICY_LEGEND: Final = {
    "replaced_by": "replaced_by",
    "confidence": "checked",
    "source": None,
    "changes": None,
    "seen_at": None,
    "status_expired_round": "status: expired round",
    "details": None,
    "documents_basis": "documents_basis",
    "exclusive_basis": "together_basis",
    "vat_text": None,
    "titles": "title_state",
    "audited": "audited",
}
#: Words of a legend that stand in rows, such as `authority_clock`: the book explains each.
_CODE: Final = re.compile(r"\b[a-z]+(?:_[a-z]+)+(?=:)|\b(?:text|usual|promised|text_by_note|general_rule)(?=:| =)")
#: What `remedies_never` forbids, one row each, and the row of the book that holds it.
_NEVER: Final = {
    "foreign-capital": "to make capital foreign",
    "loss": "to lose staff",
    "staff-to-lose-an-exemption": "gain staff in order to lose an exemption",
    "two-addresses": "two addresses at once",
    "passed-day": "a day that has passed",
    "other-industry": "a recognition of another industry",
    "general-taxpayer": "A general VAT taxpayer does not become small-scale again",
}


def compare_about(ledger: Ledger, folder: Path, books: BookFiles) -> None:
    files = {name: read_yaml(folder / name) for name in _PARTS}
    ledger.open(CORRECTIONS, "parts of the files")
    for name, content in files.items():
        ledger.count("parts", len(content))
        for part in set(content) ^ set(_PARTS[name].split()):
            ledger.differs(name, part, "-", "a part that is missing, or that nothing compares")
    _legend(ledger, STEPS, files[STEPS]["legend"], _STEP_LEGEND, books.table("landing-steps", "book")["conventions"])
    _legend(ledger, POLICIES, files[POLICIES]["conventions"], _POLICY_LEGEND, _conventions(books, "policies"))
    _proposals(ledger, files[POLICIES]["new_attributes"], books)
    _counts(ledger, files, books)
    _policies(ledger, files[CORRECTIONS]["policies"], books)
    _never(ledger, files[CORRECTIONS], books)


def _conventions(books: BookFiles, book: str) -> Row:
    return dict(books.table(book, "book")["conventions"])


def _legend(ledger: Ledger, file: str, legend: Row, homes: Mapping[str, str | None], found: Row) -> None:
    """A legend was written anew for readers: each part has its convention in both languages, each code its words."""
    ledger.open(file, "legend")
    for key, text in legend.items():
        ledger.count("parts")
        if key not in homes:
            ledger.differs(file, "legend", key, f"nothing compares this part: {text[:80]}")
        elif (home := homes[key]) is not None:
            pair = found.get(home)
            if not is_pair(pair) or len(pair) != 2:
                ledger.differs(file, "legend", key, f"the book has no convention `{home}` in two languages")
                continue
            for code in _CODE.findall(text):
                if code not in pair["en"]:
                    ledger.differs(file, "legend", key, f"the convention `{home}` does not explain {code}")


# ---- proposals: attributes that no row of the facts reads


def _proposals(ledger: Ledger, part: Row, books: BookFiles) -> None:
    """None of them has to be there; one that the vocabulary took up is the one proposed."""
    ledger.open(POLICIES, "proposed attributes and values")
    known = by(books.table("vocabulary", "attributes"), "name")
    for fact in part["attributes"]:
        ledger.count("proposals")
        if (row := known.get(fact["name"])) is not None:
            fields = Fields(ledger, POLICIES, fact["name"], fact)
            for key in ("id", "label_zh", "label_en", "type", "unit", "group"):
                fields.same(key, row.get(key))
    for fact in part["allowed_values"]:
        row = known.get(fact["attribute"])
        if row is None:
            ledger.differs(POLICIES, fact["attribute"], "allowed", "the vocabulary has no such attribute")
            continue
        for value in fact["add"]:
            ledger.count("proposals")
            if value["value"] in row["allowed"]:
                fields = Fields(ledger, POLICIES, value["value"], value)
                fields.named(row["values"][value["value"]], "label_zh", "label_en")


# ---- counts


def _counts(ledger: Ledger, files: Mapping[str, Row], books: BookFiles) -> None:
    """What the files count of themselves, counted again in the books."""
    ledger.open(AI, "counts")
    services, regimes = books.table("ai-services", "ai-services"), books.table("ai-services", "regimes")
    words = books.table("market-access", "synonyms")
    routes = books.rules("routes")
    ai = Fields(ledger, AI, "counts", files[AI]["meta"]["counts"])
    ai.same("ai_services", str(len(services)))
    ai.same("ai_by_confidence", _by_confidence(services))
    ai.same("regimes", _by_confidence(regimes))
    ai.same("services_with_words", str(len(words)))
    typed = sum(len(row[lang]) for row in files[AI]["synonyms"] for lang in ("zh", "en"))
    ai.same("words", str(typed))
    ai.close()
    counts = Fields(ledger, ROUTES, "counts", files[ROUTES]["meta"]["counts"])
    counts.same("routes", str(len(routes)))
    for key, number in _by_confidence(routes).items():
        counts.same(key, number)
    counts.close()


def _by_confidence(rows: Iterable[Row]) -> dict[str, str]:
    return {key: str(number) for key, number in Counter(row["confidence"] for row in rows).items()}


# ---- corrections of policies


def _policies(ledger: Ledger, corrections: Iterable[Row], books: BookFiles) -> None:
    """Ends, what was replaced, and the days of editions. A correction of words alone has no other key than its note."""
    ledger.open(CORRECTIONS, "policies")
    rules = by(books.rules("policies"))
    for row in corrections:
        ledger.count("rows")
        for name in row.get("ids") or ():
            if name not in rules:
                ledger.differs(CORRECTIONS, name, "id", "the book has no such policy")
                continue
            for key, problem in _corrected(row, rules[name], name == row["ids"][0]):
                ledger.differs(CORRECTIONS, name, key, problem)
        for key in set(row) - {"ids", "note", "confidence", "until", "replaced", "editions", "title"}:
            ledger.differs(CORRECTIONS, str(row.get("ids")), key, "nothing compares this key")


def _corrected(row: Row, rule: Row, is_first: bool) -> Iterable[tuple[str, str]]:
    """`until` and `replaced` speak of the first policy of a row; what follows on it begins the day after."""
    ends = [str(rule.get("until") or "")]
    if is_first and row.get("until") and row["until"] not in ends:
        yield "until", f"the corrections say {row['until']}, the book {ends[0] or 'nothing'}"
    if is_first and row.get("replaced") and not (rule["gives"].get("replaced_by") and ends[0] < row["replaced"]):
        yield "replaced", f"it was replaced on {row['replaced']}, the book ends it on {ends[0] or 'no day'}"
    kept = [(str(c.get("from") or ""), str(c.get("until") or "")) for c in rule["basis"]]
    for edition in row.get("editions") or ():
        wanted = str(edition.get("from") or ""), str(edition.get("until") or "")
        if wanted not in kept:
            yield "editions", f"nothing is cited from {wanted[0] or 'the start'} until {wanted[1] or 'further notice'}"


def _never(ledger: Ledger, corrections: Row, books: BookFiles) -> None:
    """Each remedy that the book never gives stands on a sentence of the corrections, and each sentence has its row."""
    ledger.open(CORRECTIONS, "remedies never given")
    notes = [str(row["note"]) for row in corrections["policies"] if "never propose" in str(row.get("note"))]
    told = [*corrections["remedies_never"], *notes]
    rows = {row["id"] for row in books.table("policies", "remedies-never")}
    for name in rows | set(_NEVER):
        ledger.count("rows")
        if name not in rows or not any(_NEVER.get(name, "-") in text for text in told):
            ledger.differs(CORRECTIONS, name, "remedies_never", "the sentence or the row of the book is missing")
    for text in told:
        if not any(words in text for words in _NEVER.values()):
            ledger.differs(CORRECTIONS, text, "remedies_never", "the book has no row for this")
