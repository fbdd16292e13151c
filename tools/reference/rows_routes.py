"""Rows of routes.yaml and ai-services.yaml."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from reference.fields import Fields, by, is_pair, rows
from reference.ledger import Ledger
from reference.reading import BookFiles, Row, read_yaml
from reference.told import told
from reference.wording import for_readers

ROUTES: Final = "routes.yaml"
AI: Final = "ai-services.yaml"
_WORDS: Final = ("synonyms", "ambiguous", "outside_book")  # the words that people type stand in the access book


def compare_routes(ledger: Ledger, folder: Path, books: BookFiles) -> None:
    """Both files: their instruments, rows and what they say of themselves."""
    known = _Instruments(books)
    routes = told(read_yaml(folder / ROUTES))
    _instruments(ledger, ROUTES, routes["instruments"], known)
    rows(ledger, (ROUTES, "routes"), routes["routes"], by(books.rules("routes")), _route)
    _order(ledger, routes["routes"], books)
    _about(ledger, ROUTES, routes, books.table("routes", "book"))
    _kinds(ledger, routes["meta"], books)
    ai = told(read_yaml(folder / AI))
    _instruments(ledger, AI, ai["instruments"], known)
    rows(ledger, (AI, "ai_services"), ai["ai_services"], by(books.table("ai-services", "ai-services")), _service)
    rows(ledger, (AI, "regimes"), ai["regimes"], by(books.table("ai-services", "regimes")), _regime)
    _about(ledger, AI, ai, books.table("ai-services", "book"))
    for part in set(ai) - {"meta", "instruments", "ai_services", "regimes", "unknowns", *_WORDS}:
        ledger.differs(AI, part, "-", "nothing compares this part")


# ---- instruments


class _Instruments:
    """Rows of both books of instruments by every id they have or had."""

    def __init__(self, books: BookFiles) -> None:
        self._rows: dict[str, Row] = {}
        for row in (row for book in ("market-access", "law") for row in books.table(book, "instruments")):
            for name in (row["id"], *(old["id"] for old in row.get("also") or () if old.get("id"))):
                self._rows.setdefault(name, row)

    def find(self, name: str) -> Row | None:
        return self._rows.get(name)


def _instruments(ledger: Ledger, file: str, facts: Iterable[Row], known: _Instruments) -> None:
    ledger.open(file, "instruments")
    for fact in facts:
        ledger.count("rows")
        book = known.find(fact["id"])
        if book is None:
            ledger.differs(file, fact["id"], "id", "no book has this instrument")
            continue
        fields = Fields(ledger, file, fact["id"], fact)
        fields.leave_out("id")
        _one_of(fields, "title_zh", [book["title"]["zh"], *_also(book, "title")])
        _one_of(fields, "number", [book.get("number"), *_also(book, "number")])
        fields.same("effective", book.get("effective"))
        fields.same("confidence", book.get("confidence"))
        fields.leave_out("title_en")  # one text has one English title, and the book's was first
        if "number_seen" in fact:
            fields.same("number_seen", book.get("number_seen"))
        fields.close()


def _also(book: Row, key: str) -> list[Any]:
    return [old[key] for old in book.get("also") or () if key in old]


def _one_of(fields: Fields, key: str, choices: Sequence[Any]) -> None:
    fact = fields.take(key)
    fields.equal(key, fact, fact if fact in choices else choices[0])


# ---- routes


def _route(fields: Fields, book: Row) -> None:
    gives = book["gives"]
    for key in (
        "kind",
        "for",
        "topic",
        "needs",
        "share_allowed",
        "recheck",
        "unsettled",
        "example",
        "audited",
        "what_it_is",
        "gives_up",
        "limits",
    ):
        fields.same(key, gives.get(key))
    fields.equal("share_note", for_readers(fields.take("share_note")), gives.get("share_note"))
    fields.same("title", book["title"])
    fields.equal("when", [fields.take("when")], book["when"])
    fields.same("confidence", book["confidence"])
    cited = [{k: v for k, v in c.items() if k != "from"} for c in book["basis"]]
    fields.same("basis", [*cited, *(gives.get("mentions") or ())])
    _sources(fields, gives["sources"])


def _sources(fields: Fields, found: Sequence[Row]) -> None:
    """Every page, in another order: official ones stand first in the book."""
    wanted = [fields.take("source"), *(fields.take("more_sources") or ())]
    fields.equal("source", sorted(wanted, key=str), sorted(found, key=str))


def _order(ledger: Ledger, facts: Sequence[Row], books: BookFiles) -> None:
    found = by(books.rules("routes"))
    for number, fact in enumerate(facts):
        if found.get(fact["id"], {}).get("gives", {}).get("order") != str(number):
            ledger.differs(ROUTES, fact["id"], "order", f"row {number} of the facts has another order in the book")


def _kinds(ledger: Ledger, meta: Row, books: BookFiles) -> None:
    ledger.open(ROUTES, "kinds")
    fields = Fields(ledger, ROUTES, "meta", {"kinds": meta["kinds"], "do_not_say": meta["do_not_say"]})
    fields.same("kinds", [row["id"] for row in books.table("routes", "kinds")])
    fields.same("do_not_say", books.table("routes", "do-not-say"))


# ---- artificial intelligence


def _service(fields: Fields, book: Row) -> None:
    for key in (
        "name",
        "what",
        "services",
        "filings",
        "foreign_capital",
        "routes",
        "synonyms",
        "unsettled",
        "confidence",
    ):
        fields.same(key, book.get(key))
    duties = [{key: duty[key] for key in ("zh", "en")} for duty in book.get("duties") or ()]
    fields.same("duties", duties)
    _sources(fields, book["sources"])


def _regime(fields: Fields, book: Row) -> None:
    for key in ("step", "from", "confidence", "source"):
        fields.same(key, book.get(key))
    fields.equal("basis", [fields.take("basis")], book["basis"])
    fields.equal("zh and en", {key: fields.take(key) for key in ("zh", "en")}, book["says"])


# ---- what a file says of itself


def _about(ledger: Ledger, file: str, facts: Row, book: Row) -> None:
    ledger.open(file, "meta")
    meta = facts["meta"]
    fields = Fields(ledger, file, "meta", meta)
    fields.same("as_of", book.get("as_of"))
    told = _english(book)
    for key in ("note", "when", "share_allowed", "recheck", "print", "audited", "role", "foreign_capital", "title"):
        text = fields.take(key)
        if text is not None and " ".join(text.split()).rstrip(".") not in told:
            fields.differs(key, f"the book does not say: {text[:80]}")
    fields.equal("unknowns", facts["unknowns"], book["about"]["unknowns"])
    fields.leave_out("confidence", "ranking", "synonyms", "kinds", "do_not_say", "counts")
    fields.close()


def _english(value: Any) -> str:
    if is_pair(value):
        return " ".join(str(value.get("en")).split())
    inner = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    return " | ".join(_english(item) for item in inner)
