"""One row of facts held against one row of a book, key by key, so that no key can be forgotten."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any, Final

from reference.ledger import Ledger

_DECIMAL: Final = re.compile(r"-?\d+\.\d+")
_NOTHING: Final = (None, "", [], {})
_PAIR: Final = frozenset(("zh", "en"))


def plain(value: Any) -> Any:
    """The value without what says nothing; 1.0 and 1 are the same figure, `011` and `11` are not."""
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items() if plain(v) not in _NOTHING} or None
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [plain(item) for item in value] or None
    if value is None:
        return None
    text = " ".join(str(value).split())
    return (str(Fraction(text)) if _DECIMAL.fullmatch(text) else text) or None


def is_pair(value: Any) -> bool:
    return isinstance(value, Mapping) and bool(value) and set(value) <= _PAIR


def english(value: Any) -> Any:
    """The value with the English side in place of every text in two languages."""
    if is_pair(value):
        return value.get("en")
    if isinstance(value, Mapping):
        return {k: english(v) for k, v in value.items()}
    return [english(item) for item in value] if isinstance(value, list) else value


class Fields:
    """A row of facts whose keys are ticked off one by one; `close` names those that nobody compared."""

    def __init__(self, ledger: Ledger, file: str, name: str, fact: Mapping[str, Any]) -> None:
        self.ledger = ledger
        self.file = file
        self.name = name
        self._rest = dict(fact)

    def __contains__(self, key: str) -> bool:
        return key in self._rest

    def take(self, key: str) -> Any:
        """The fact's value; the key counts as seen."""
        return self._rest.pop(key, None)

    def peek(self, key: str) -> Any:
        """The fact's value; the key is still to be compared."""
        return self._rest.get(key)

    def leave_out(self, *keys: str) -> None:
        """Keys that are compared elsewhere, such as predicates, whose meaning is compared."""
        for key in keys:
            self._rest.pop(key, None)

    def same(self, key: str, found: Any) -> None:
        """The book holds the same value."""
        self.equal(key, self.take(key), found)

    def equal(self, key: str, wanted: Any, found: Any) -> None:
        self.ledger.count("fields")
        if plain(wanted) != plain(found):
            self.differs(key, f"the facts say {_short(wanted)}, the book {_short(found)}")

    def says(self, key: str, pair: Any) -> None:
        """The text of the fact stands on one side of the book's text in two languages."""
        self.said(key, self.take(key), pair)

    def said(self, key: str, text: Any, pair: Any) -> None:
        self.ledger.count("fields")
        sides = list(pair.values()) if is_pair(pair) else [pair]
        if plain(text) not in [plain(side) for side in sides]:
            self.differs(key, f"the facts say {_short(text)}, the book {_short(pair)}")

    def says_each(self, key: str, pairs: Any) -> None:
        """A list of texts, one pair each, in order."""
        self.said_each(key, self.take(key), pairs)

    def said_each(self, key: str, wanted: Any, pairs: Any) -> None:
        texts, found = wanted or [], pairs or []
        if len(texts) != len(found):
            self.differs(key, f"the facts have {len(texts)} texts, the book {len(found)}")
        for number, (text, pair) in enumerate(zip(texts, found, strict=False), 1):
            self.said(f"{key} {number}", text, pair)

    def named(self, pair: Any, zh: str = "name_zh", en: str = "name_en") -> None:
        """A name given in both languages."""
        sides = pair if isinstance(pair, Mapping) else {}
        self.same(zh, sides.get("zh"))
        self.same(en, sides.get("en"))

    def differs(self, key: str, problem: str) -> None:
        self.ledger.differs(self.file, self.name, key, problem)

    def close(self) -> None:
        for key, value in self._rest.items():
            self.differs(key, f"nothing compares this key; the facts say {_short(value)}")


Compare = Callable[[Fields, Mapping[str, Any]], None]


def rows(
    ledger: Ledger,
    place: tuple[str, str],
    facts: Iterable[Mapping[str, Any]],
    found: Mapping[str, Mapping[str, Any]],
    compare: Compare,
    *,
    key: str = "id",
) -> None:
    """Every row of one table, by its id. `place` is the file of facts and the name of the table in it."""
    file, table = place
    ledger.open(file, table)
    seen: set[str] = set()
    for fact in facts:
        name = str(fact[key])
        ledger.count("rows")
        if name in seen:
            ledger.differs(file, name, key, f"this {key} stands twice in the facts")
        seen.add(name)
        if name not in found:
            ledger.differs(file, name, key, f"the book has no such row of {table}")
            continue
        fields = Fields(ledger, file, name, fact)
        fields.leave_out(key)
        compare(fields, found[name])
        fields.close()
    for name in found:
        if name not in seen:
            ledger.differs(file, name, key, f"the book has this row of {table}, the facts do not")


def by(rows: Iterable[Mapping[str, Any]], key: str = "id") -> dict[str, Mapping[str, Any]]:
    return {str(row[key]): row for row in rows}


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 160 else f"{text[:157]}..."
