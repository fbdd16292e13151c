"""Whether every text that a person reads is there in Chinese and in English."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from reference.fields import is_pair
from reference.ledger import Ledger
from reference.reading import BookFiles, FactFiles

_HEADING: Final = "languages"
_HAN: Final = re.compile(r"[\u3400-\u9fff]")
_LATIN: Final = re.compile(r"[A-Za-z]{2,}")
# Ids, addresses, numbers and abbreviations read the same in both languages.
_NEUTRAL: Final = re.compile(
    r"https?://\S+|\S+\.(?:cn|com|gov|org|net|yaml)\S*|\b\w*[A-Za-z]\w*(?:[-_./]\w+)+\b|\b\w*\d\w*\b|\b[A-Z][A-Z&]+s?\b"
)
_NAMES: Final = frozenset(("title", "name", "label", "question"))
_CODED: Final = {
    "kind": "kinds",
    "level": "levels",
    "status": "statuses",
    "delivery": "deliveries",
}


def compare_languages(ledger: Ledger, books: BookFiles) -> None:
    _texts(ledger, books)
    _articles(ledger, books)
    _numbers(ledger, books)
    _citation_notes(ledger, books)
    _attribute_words(ledger, books)
    _policy_words(ledger, books)
    _manual(ledger, books)
    ledger.open(_HEADING, "industry names")
    for row in books.industries():
        _pair(ledger, FactFiles.INDUSTRIES, (row["code"], "name"), {"zh": row["name_zh"], "en": row["name_en"]})


def _pair(ledger: Ledger, file: str, place: tuple[str, str], pair: Mapping[str, Any]) -> None:
    ledger.count("texts")
    for problem in _problems(place[1], str(pair.get("zh") or ""), str(pair.get("en") or "")):
        ledger.differs(file, *place, problem)


def _problems(key: str, chinese: str, english: str) -> Iterator[str]:
    if not chinese.strip():
        yield f"there is no Chinese text beside `{english[:60]}`"
    elif not _HAN.search(chinese) and _LATIN.search(_NEUTRAL.sub(" ", chinese)):
        yield f"the Chinese side is not Chinese: {chinese[:60]}"
    if not english.strip():
        yield f"there is no English text beside `{chinese[:60]}`"
    elif _HAN.search(english) and (key in _NAMES or not _LATIN.search(_NEUTRAL.sub(" ", english))):
        yield f"the English side holds Chinese: {english[:60]}"


def _texts(ledger: Ledger, books: BookFiles) -> None:
    """Every text in two languages of every book, and the labels that are written as two keys."""
    ledger.open(_HEADING, "texts of the books")
    for file, content in books.documents():
        for name, key, pair in _pairs(content, "", ""):
            _pair(ledger, file, (name or "-", key), pair)


def _pairs(value: Any, name: str, key: str) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    if is_pair(value):
        yield name, key, value
    elif isinstance(value, Mapping):
        name = str(value.get("id") or value.get("code") or value.get("name") or name)
        if "label_zh" in value or "label_en" in value:
            yield name, "label", {"zh": value.get("label_zh"), "en": value.get("label_en")}
        for inner, item in value.items():
            yield from _pairs(item, name, str(inner))
    elif isinstance(value, list):
        for item in value:
            yield from _pairs(item, name, key)


def _cited(books: BookFiles) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every citation of every book, with its file."""
    for file, content in books.documents():
        yield from ((file, row) for row in _maps(content) if "instrument" in row)


def _maps(value: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, Mapping):
        yield value
    for item in value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ():
        yield from _maps(item)


def _articles(ledger: Ledger, books: BookFiles) -> None:
    """An article is cited as it was read; the table of articles of a book has it in the other language."""
    ledger.open(_HEADING, "articles")
    known = dict(_articles_known(books))
    places = {str(row["article"]): file for file, row in _cited(books) if row.get("article")}
    for article, file in places.items():
        bare = not _LATIN.search(article) and not _HAN.search(article)
        alone = {"zh": article, "en": article if bare else ""} if _HAN.search(article) or bare else {"en": article}
        _pair(ledger, file, (article, "article"), known.get(article, alone))


def _articles_known(books: BookFiles) -> Iterator[tuple[str, Mapping[str, str]]]:
    """The book on market access cites in English, every other one in Chinese."""
    for file, table in books.documents():
        if file.endswith("/articles.yaml"):
            langs = ("en", "zh") if file.startswith("market-access/") else ("zh", "en")
            yield from ((name, dict(zip(langs, (name, other), strict=True))) for name, other in table.items())


def _numbers(ledger: Ledger, books: BookFiles) -> None:
    """A document number in Chinese letters needs its English form."""
    ledger.open(_HEADING, "document numbers")
    for book in ("law", "market-access"):
        for row in books.table(book, "instruments"):
            number = str(row.get("number") or "")
            if _HAN.search(number):
                pair = {"zh": number, "en": row.get("number_en")}
                _pair(ledger, f"{book}/instruments.yaml", (row["id"], "number"), pair)


def _citation_notes(ledger: Ledger, books: BookFiles) -> None:
    ledger.open(_HEADING, "notes beside citations")
    for file, row in _cited(books):
        note = row.get("note")
        if note and not is_pair(note):
            _pair(ledger, file, (row["instrument"], "basis.note"), _one_side(note))


def _one_side(text: str) -> dict[str, str]:
    return {"en" if _LATIN.search(_NEUTRAL.sub(" ", text)) else "zh": text}


def _attribute_words(ledger: Ledger, books: BookFiles) -> None:
    """Questions, allowed values, units and groups."""
    ledger.open(_HEADING, "words of the vocabulary")
    units, groups = books.table("vocabulary", "units"), books.table("vocabulary", "groups")
    for row in books.table("vocabulary", "attributes"):
        name, file = str(row["name"]), "vocabulary/attributes.yaml"
        values = row.get("values") or {}
        for value in row.get("allowed") or ():
            _pair(ledger, file, (name, f"value {value}"), values.get(value) or {})
        if row.get("derived") != "true":
            _pair(ledger, file, (name, "question"), row.get("question") or {})
        for word, table in ((row.get("unit"), units), (row.get("group"), groups)):
            if word:
                _pair(ledger, file, (name, f"word {word}"), table.get(word) or {})


def _policy_words(ledger: Ledger, books: BookFiles) -> None:
    """Kinds, levels, statuses, deliveries, types and keys of benefits."""
    ledger.open(_HEADING, "words of the policies")
    tables = {key: books.table("policies", table) for key, table in _CODED.items()}
    types, keys = books.table("policies", "benefit-types"), books.table("policies", "benefit-keys")
    for rule in books.rules("policies"):
        gives = rule["gives"]
        words = [(f"{key} {gives[key]}", tables[key].get(gives[key])) for key in _CODED]
        words.append((f"benefit type {gives['benefit']['type']}", types.get(gives["benefit"]["type"])))
        words += [(f"benefit key {key}", keys.get(key)) for key in _keys(gives["benefit"])]
        for word, pair in words:
            _pair(ledger, "policies/rules", (rule["id"], word), pair or {})


def _keys(benefit: Mapping[str, Any]) -> Iterator[str]:
    for row in _maps({key: value for key, value in benefit.items() if not is_pair(value)}):
        if not is_pair(row):
            yield from row


def _manual(ledger: Ledger, books: BookFiles) -> None:
    """What only a person can decide is written in English in the clause, in Chinese beside it or in texts.yaml."""
    ledger.open(_HEADING, "matters for a person to decide")
    known = books.table("policies", "texts")
    for book in ("policies", "landing-steps"):
        for rule in books.rules(book):
            for clause in rule["when"]:
                text = clause["is"] if isinstance(clause, dict) else clause
                says = clause.get("says") if isinstance(clause, dict) else None
                for matter in re.findall(r'manual\("((?:[^"\\]|\\.)*)"\)', text):
                    _pair(ledger, book, (rule["id"], "manual"), says or {"zh": known.get(matter), "en": matter})
