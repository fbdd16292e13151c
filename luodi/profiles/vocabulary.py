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
from functools import partial
from typing import Any, Final

from luodi.dates import parse_day
from luodi.errors import BadInput, LuodiError, MissingKey, OutOfRange, UnknownKey, UnknownValue, WrongType, did_you_mean
from luodi.located import List, Map
from luodi.message import Message, in_key
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
    `help`, `example`, `where` (which paper, register or department has it) and `doubt` (what to answer when in doubt)
    are for the person who is asked; `note` is of the authors and for those who read the vocabulary.
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
    help: Bilingual | None = None
    example: Bilingual | None = None
    where: Bilingual | None = None
    doubt: Bilingual | None = None
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
    "id name label_zh label_en label type unit group allowed values question help example where doubt note "
    "source_system confidence basis seen_at code minimum maximum changes cost derived only_if used_by why".split()
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
            raise UnknownKey("profiles.no-attribute-2", name=name, meant=did_you_mean(name, self.attributes), at=at)
        return found

    def parse(self, name: str, raw: object, *, at: str | None = None) -> Value | None:
        """The typed value of one fact; None where nothing was said (null, blank)."""
        return self._parse(name, raw, lambda: at)

    def _parse(self, name: str, raw: object, at: Callable[[], str | None]) -> Value | None:
        """The place is put into words only where something is wrong there: books have facts by the hundred thousand."""
        attribute = self.attributes.get(name) or self.attribute(name, at=at())
        try:
            return parse_value(attribute, raw, self.codes.get(attribute.code or ""))
        except LuodiError as problem:
            place = at()
            raise problem.located(in_key(name, place) if place else in_key(name)) from None

    def parse_facts(self, raw: object, *, at: str = "profile") -> dict[str, Value]:
        """Typed facts of a mapping; unknown names, wrong types and values outside the vocabulary are refused."""
        if not isinstance(raw, dict):
            raise WrongType("profiles.facts-must-mapping-attribute-names", at=at)
        facts: dict[str, Value] = {}
        for name, value in raw.items():
            place = partial(raw.where, name) if isinstance(raw, Map) else lambda: at
            parsed = self._parse(str(name), value, place)
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
                raise WrongType("profiles.mapping-wanted")
            return dict(raw)
        case Kind.ENUM | Kind.STRING:
            text = _scalar(raw)
            _allowed(attribute, text)
            if check:
                check(text)
            return text


def _scalar(raw: object) -> str:
    if isinstance(raw, bool | float):
        raise WrongType("profiles.not-text", raw=str(raw).lower())
    if isinstance(raw, int | str):
        return str(raw).strip()
    raise WrongType("profiles.value-wanted-not", found="list" if isinstance(raw, list) else "mapping")


def _boolean(raw: object) -> bool:
    if isinstance(raw, bool):
        return raw
    if isinstance(raw, str) and raw.strip() in _TRUTHS:
        return _TRUTHS[raw.strip()]
    raise WrongType("profiles.neither-true-nor-false", raw=raw)


def _number(attribute: Attribute, raw: object) -> Number:
    if isinstance(raw, bool | list | dict):
        raise WrongType("profiles.not-number", raw=str(raw).lower())
    value = exact(raw)
    if attribute.kind is not Kind.DECIMAL and not isinstance(value, int):
        raise WrongType(
            "profiles.not-whole-number",
            raw=raw,
            unit=Message("profiles.of-unit", unit=attribute.unit) if attribute.unit else "",
        )
    low, high = attribute.minimum, attribute.maximum
    if low is not None and value < low:
        raise OutOfRange("profiles.below-least-can", value=plain(value), low=plain(low), attribute=attribute.name)
    if high is not None and value > high:
        hint = Message("profiles.ratio-wanted-such-0-55") if attribute.unit and "ratio" in attribute.unit else ""
        raise OutOfRange(
            "profiles.above-most-can", value=plain(value), high=plain(high), attribute=attribute.name, hint=hint
        )
    return value


def _set(attribute: Attribute, raw: object, check: CodeCheck | None) -> frozenset[str]:
    items = raw if isinstance(raw, list | tuple | set | frozenset) else [raw]
    words = [_scalar(item) for item in items if item is not None]
    for word in words:
        _allowed(attribute, word)
        if check and word != "none":
            check(word)
    return frozenset(word for word in words if word)


_FEW: Final = 12  # values that are all named


def _allowed(attribute: Attribute, word: str) -> None:
    if attribute.allowed is not None and word and word not in attribute.allowed:
        few = len(attribute.allowed) <= _FEW
        choices = attribute.allowed if few else Message("profiles.values", count=len(attribute.allowed))
        raise UnknownValue(
            "profiles.not-value",
            word=word,
            attribute=attribute.name,
            choices=choices,
            meant=did_you_mean(word, attribute.allowed),
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
        raise WrongType("profiles.attributes-must-list", at=at)
    found: dict[str, Attribute] = {}
    for index, row in enumerate(rows):
        place = rows.where(index) if isinstance(rows, List) else at
        if not isinstance(row, dict):
            raise WrongType("profiles.attribute-mapping-with-name-type", at=place)
        attribute = _attribute(row, place)
        if attribute.name in found:
            raise BadInput("profiles.attribute-stands-twice", attribute=attribute.name, at=place)
        found[attribute.name] = attribute
    return found


def _attribute(row: dict[str, Any], at: str) -> Attribute:
    for key in row:
        if key not in _KEYS:
            raise UnknownKey(
                "profiles.attribute-no-key",
                key=key,
                meant=did_you_mean(key, _KEYS),
                at=row.where(key) if isinstance(row, Map) else at,
            )
    for key in ("name", "type"):
        if not row.get(key):
            raise MissingKey("profiles.attribute-needs", key=key, at=at)
    try:
        kind = Kind(str(row["type"]))
    except ValueError:
        kinds = [k.value for k in Kind]
        raise UnknownValue(
            "profiles.not-type", kind=row["type"], kinds=kinds, meant=did_you_mean(str(row["type"]), kinds), at=at
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
        **{key: _texts(row, key) for key in ("help", "example", "where", "doubt", "note")},
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
            "profiles.no-way-change", word=word, changes=CHANGES, meant=did_you_mean(word, CHANGES), at=place
        )
    return word


def _texts(row: Mapping[str, Any], key: str) -> dict[str, str] | None:
    return dict(row[key]) if row.get(key) else None
