"""The words a company is described in: attributes with type, unit, allowed values and labels.

Values in Python: text for string and enum, `int` for integer and money, `int | Fraction` for decimal,
`date`, `bool`, `frozenset[str]` for set, `dict` for map. Absent means unknown; null and blank are dropped
at the door, so no null reaches a rule.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Any, Final

from luodi.dates import parse_day
from luodi.errors import BadInput, LuodiError, MissingKey, OutOfRange, UnknownKey, UnknownValue, WrongType, did_you_mean
from luodi.text import List, Map
from luodi.values import Number, exact, plain

Value = str | int | Fraction | date | bool | frozenset[str] | Mapping[str, Any]
Bilingual = Mapping[str, str]


class Kind(StrEnum):
    STRING = "string"
    INTEGER = "integer"
    MONEY = "money"
    DECIMAL = "decimal"
    DATE = "date"
    BOOLEAN = "boolean"
    ENUM = "enum"
    SET = "set"
    MAP = "map"

    @property
    def is_number(self) -> bool:
        return self in (Kind.INTEGER, Kind.MONEY, Kind.DECIMAL)

    @property
    def is_text(self) -> bool:
        return self in (Kind.STRING, Kind.ENUM)


#: "more": up, and only where there is some already. "move": a set of places, of which a new one takes the place of all.
CHANGES: Final = ("any", "up", "down", "more", "move", "never")


@dataclass(frozen=True, slots=True)
class Attribute:
    """One word of the vocabulary.

    `changes`: how a company may change it when it looks for another answer, one of `CHANGES`
    (`never` is frozen: a founding date, the size class). `cost`: how hard the change is, 1 easy to 9 hard.
    `only_if`: for some of its values the condition, in CEL, under which a company may gain them.
    `code`: "region" (GB/T 2260, six digits) or "industry" (GB/T 4754) where the text is such a code.
    """

    name: str
    kind: Kind
    label: Bilingual
    id: str = ""
    unit: str | None = None
    group: str = ""
    allowed: tuple[str, ...] | None = None
    values: Mapping[str, Bilingual] = field(default_factory=dict)
    question: Bilingual = field(default_factory=dict)
    note: Bilingual | None = None
    source_system: tuple[str, ...] = ()
    confidence: str = ""
    basis: tuple[Mapping[str, Any], ...] = ()
    seen_at: str | None = None
    code: str | None = None
    minimum: Number | None = None
    maximum: Number | None = None
    changes: str = "any"
    cost: int = 5
    derived: bool = False
    only_if: Mapping[str, str] = field(default_factory=dict)

    @property
    def frozen(self) -> bool:
        return self.changes == "never"

    def value_label(self, value: str, lang: str) -> str:
        return str(self.values.get(value, {}).get(lang) or value)


CodeCheck = Callable[[str], None]
_TRUTHS: Final = {"true": True, "false": False, "yes": True, "no": False, "True": True, "False": False}
_KEYS: Final = frozenset(
    "id name label_zh label_en label type unit group allowed values question note source_system confidence basis "
    "seen_at code minimum maximum changes cost derived only_if used_by why".split()
)


@dataclass(frozen=True)
class Vocabulary:
    """All attributes of one name space, such as the company profile."""

    id: str
    attributes: Mapping[str, Attribute]
    codes: Mapping[str, CodeCheck] = field(default_factory=dict, compare=False)

    def __contains__(self, name: object) -> bool:
        return name in self.attributes

    def __getitem__(self, name: str) -> Attribute:
        return self.attribute(name)

    def attribute(self, name: str, *, at: str | None = None) -> Attribute:
        found = self.attributes.get(name)
        if found is None:
            raise UnknownKey(f"there is no attribute `{name}`.{did_you_mean(name, self.attributes)}", at=at)
        return found

    def parse(self, name: str, raw: object, *, at: str | None = None) -> Value | None:
        """The typed value of one fact; None where nothing was said (null, blank)."""
        attribute = self.attribute(name, at=at)
        try:
            return parse_value(attribute, raw, self.codes.get(attribute.code or ""))
        except LuodiError as problem:
            raise problem.located(f"{at}, key `{name}`" if at else f"key `{name}`") from None

    def parse_facts(self, raw: object, *, at: str = "profile") -> dict[str, Value]:
        """Typed facts of a mapping; unknown names, wrong types and values outside the vocabulary are refused."""
        if not isinstance(raw, dict):
            raise WrongType("the facts must be a mapping of attribute names to values", at=at)
        facts: dict[str, Value] = {}
        for name, value in raw.items():
            place = raw.where(name) if isinstance(raw, Map) else at
            parsed = self.parse(str(name), value, at=place)
            if parsed is not None:
                facts[str(name)] = parsed
        return facts


def parse_value(attribute: Attribute, raw: object, check: CodeCheck | None = None) -> Value | None:
    if raw is None or (isinstance(raw, str) and not raw.strip()):
        return None
    match attribute.kind:
        case Kind.BOOLEAN:
            return _boolean(raw)
        case Kind.INTEGER | Kind.MONEY | Kind.DECIMAL:
            return _number(attribute, raw)
        case Kind.DATE:
            return raw if isinstance(raw, date) else parse_day(_scalar(raw))
        case Kind.SET:
            return _set(attribute, raw, check)
        case Kind.MAP:
            if not isinstance(raw, dict):
                raise WrongType("a mapping is wanted here")
            return dict(raw)
        case Kind.ENUM | Kind.STRING:
            text = _scalar(raw)
            _allowed(attribute, text)
            if check:
                check(text)
            return text


def _scalar(raw: object) -> str:
    if isinstance(raw, bool | float):
        raise WrongType(f"{str(raw).lower()} is not text")
    if isinstance(raw, int | str):
        return str(raw).strip()
    raise WrongType(f"one value is wanted here, not a {'list' if isinstance(raw, list) else 'mapping'}")


def _boolean(raw: object) -> bool:
    if isinstance(raw, bool):
        return raw
    if isinstance(raw, str) and raw.strip() in _TRUTHS:
        return _TRUTHS[raw.strip()]
    raise WrongType(f"`{raw}` is neither true nor false")


def _number(attribute: Attribute, raw: object) -> Number:
    if isinstance(raw, bool | list | dict):
        raise WrongType(f"`{str(raw).lower()}` is not a number")
    value = exact(raw)
    if attribute.kind is not Kind.DECIMAL and not isinstance(value, int):
        raise WrongType(f"`{raw}` is not a whole number{' of ' + attribute.unit if attribute.unit else ''}")
    low, high = attribute.minimum, attribute.maximum
    if low is not None and value < low:
        raise OutOfRange(f"{plain(value)} is below {plain(low)}, the least that `{attribute.name}` can be")
    if high is not None and value > high:
        hint = "; a ratio is wanted, such as 0.55 for 55 %" if attribute.unit and "ratio" in attribute.unit else ""
        raise OutOfRange(f"{plain(value)} is above {plain(high)}, the most that `{attribute.name}` can be{hint}")
    return value


def _set(attribute: Attribute, raw: object, check: CodeCheck | None) -> frozenset[str]:
    items = raw if isinstance(raw, list | tuple | set | frozenset) else [raw]
    words = [_scalar(item) for item in items if item is not None]
    for word in words:
        _allowed(attribute, word)
        if check and word != "none":
            check(word)
    return frozenset(word for word in words if word)


def _allowed(attribute: Attribute, word: str) -> None:
    if attribute.allowed is not None and word and word not in attribute.allowed:
        choices = ", ".join(attribute.allowed) if len(attribute.allowed) <= 12 else f"{len(attribute.allowed)} values"
        raise UnknownValue(
            f"`{word}` is not a value of `{attribute.name}` ({choices}).{did_you_mean(word, attribute.allowed)}"
        )


def as_json(value: object) -> object:
    """A fact as a JSON document shows it: dates as ISO text, sets as sorted lists, fractions as numbers."""
    if isinstance(value, Fraction):
        return int(value) if value.denominator == 1 else float(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, frozenset):
        return sorted(value)
    return value


def attributes_from(rows: object, *, at: str) -> dict[str, Attribute]:
    """Attributes of a vocabulary file, or of `attributes:` in a book that brings its own."""
    if not isinstance(rows, list):
        raise WrongType("`attributes` must be a list", at=at)
    found: dict[str, Attribute] = {}
    for index, row in enumerate(rows):
        place = rows.where(index) if isinstance(rows, List) else at
        if not isinstance(row, dict):
            raise WrongType("an attribute is a mapping with `name` and `type`", at=place)
        attribute = _attribute(row, place)
        if attribute.name in found:
            raise BadInput(f"the attribute `{attribute.name}` stands twice", at=place)
        found[attribute.name] = attribute
    return found


def _attribute(row: dict[str, Any], at: str) -> Attribute:
    for key in row:
        if key not in _KEYS:
            raise UnknownKey(
                f"an attribute has no key `{key}`.{did_you_mean(key, _KEYS)}",
                at=row.where(key) if isinstance(row, Map) else at,
            )
    for key in ("name", "type"):
        if not row.get(key):
            raise MissingKey(f"an attribute needs `{key}`", at=at)
    try:
        kind = Kind(str(row["type"]))
    except ValueError:
        kinds = [k.value for k in Kind]
        raise UnknownValue(
            f"`{row['type']}` is not a type ({', '.join(kinds)}).{did_you_mean(str(row['type']), kinds)}", at=at
        ) from None
    label = row.get("label") or {"zh": row.get("label_zh") or row["name"], "en": row.get("label_en") or row["name"]}
    allowed = row.get("allowed")
    return Attribute(
        name=str(row["name"]),
        kind=kind,
        label=dict(label),
        id=str(row.get("id") or row["name"]),
        unit=row.get("unit"),
        group=str(row.get("group") or ""),
        allowed=tuple(map(str, allowed)) if allowed is not None else None,
        values={k: dict(v) for k, v in (row.get("values") or {}).items()},
        question=dict(row.get("question") or {}),
        note=dict(row["note"]) if row.get("note") else None,
        source_system=tuple(row.get("source_system") or ()),
        confidence=str(row.get("confidence") or ""),
        basis=tuple(row.get("basis") or ()),
        seen_at=row.get("seen_at"),
        code=row.get("code"),
        minimum=exact(row["minimum"]) if row.get("minimum") is not None else None,
        maximum=exact(row["maximum"]) if row.get("maximum") is not None else None,
        changes=_changes(row, at),
        cost=int(str(row.get("cost") or 5)),
        derived=str(row.get("derived") or "false") == "true",
        only_if={str(k): str(v) for k, v in (row.get("only_if") or {}).items()},
    )


def _changes(row: Mapping[str, Any], at: str) -> str:
    word = str(row.get("changes") or "any")
    if word not in CHANGES:
        place = row.where("changes") if isinstance(row, Map) else at
        raise UnknownValue(
            f"`{word}` is no way to change ({', '.join(CHANGES)}).{did_you_mean(word, CHANGES)}", at=place
        )
    return word
