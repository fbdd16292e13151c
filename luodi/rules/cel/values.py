"""The values of standard CEL as Python values, their kinds, and when two of them are the same.

`int`, `float`, `bool`, `str`, `bytes` and `None` stand for themselves; lists are tuples; `Uint`, `Map`, `Timestamp`,
`Duration` and `Kind` are ours. Numbers of different kinds compare as numbers; anything else of different kinds is
unequal.
"""

import operator
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import repeat
from typing import Any, Final

from luodi.errors import OutOfRange, WrongType
from luodi.message import Message
from luodi.rules.cel.numbers import HIGH, LOW
from luodi.rules.cel.outcome import NoValue, Unknown
from luodi.rules.syntax import Uint


@dataclass(frozen=True, slots=True)
class Kind:
    """A type as a value, such as what `type(1)` gives."""

    name: str


@dataclass(frozen=True, slots=True, order=True)
class Timestamp:
    """A moment from the year 1 to 9999, in nanoseconds since 1970."""

    nanos: int


@dataclass(frozen=True, slots=True, order=True)
class Duration:
    """A length of time in nanoseconds."""

    nanos: int


LONGEST: Final = 315_576_000_000 * 1_000_000_000  # of a duration, in nanoseconds
_ABSENT: Final = object()


class Map:
    """A map whose keys are numbers, texts or booleans; `1`, `1u` and `1.0` find the same entry, `true` does not."""

    __slots__ = ("_entries",)

    def __init__(self, entries: Iterable[tuple[Any, Any]] = ()) -> None:
        self._entries: dict[Any, tuple[Any, Any]] = {}
        for key, value in entries:
            if type(key) not in KEYS:
                raise NoValue(Message("rules.cannot-key-map", kind_of=kind_of(key).name))
            slot = _slot(key)
            if slot in self._entries:
                raise NoValue(Message("rules.same-key-stands-twice-map"))
            self._entries[slot] = (key, value)

    def get(self, key: Any, otherwise: Any = None) -> Any:
        found = self._entries.get(_slot(key))
        return otherwise if found is None else found[1]

    def __contains__(self, key: Any) -> bool:
        return _slot(key) in self._entries

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[Any]:
        return (key for key, _ in self._entries.values())

    def items(self) -> Iterable[tuple[Any, Any]]:
        return self._entries.values()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Map) and equal(self, other)

    def __repr__(self) -> str:
        return f"Map({list(self.items())!r})"


def _slot(key: Any) -> Any:
    """What the keys are told apart by. Python takes True for 1, so booleans are wrapped."""
    kind = type(key)
    if kind is str or kind is int:
        return key
    if kind is Uint:
        return key.value
    if kind is float and key.is_integer():
        return int(key)
    return key if kind is float else (kind, key if kind is bool else None)


KINDS: Final[Mapping[type, Kind]] = {
    type(None): Kind("null_type"),
    bool: Kind("bool"),
    int: Kind("int"),
    Uint: Kind("uint"),
    float: Kind("double"),
    str: Kind("string"),
    bytes: Kind("bytes"),
    tuple: Kind("list"),
    Map: Kind("map"),
    Kind: Kind("type"),
    Timestamp: Kind("google.protobuf.Timestamp"),
    Duration: Kind("google.protobuf.Duration"),
}
KEYS: Final = frozenset((bool, int, Uint, str))
ANY: Final = object  # stands for every kind where only the value can tell
_NUMBERS: Final = frozenset((int, Uint, float))


def kind_of(value: Any) -> Kind:
    return KINDS[type(value)]


def kind_name(kind: type) -> str:
    return "dyn" if kind is ANY else KINDS[kind].name


# ---- the same, and before


def equal(left: Any, right: Any) -> bool:
    """Whether two values are the same; never a failure. NaN is not the same as anything."""
    kind = type(left)
    if kind is not type(right):
        return kind in _NUMBERS and type(right) in _NUMBERS and compared(operator.eq, left, right)
    if kind is tuple:
        return len(left) == len(right) and all(map(equal, left, right))
    if kind is Map:
        return len(left) == len(right) and all(equal(v, right.get(k, _ABSENT)) for k, v in left.items())
    return bool(left == right)


def compared(sign: Callable[[Any, Any], Any], left: Any, right: Any) -> bool:
    """Two numbers, perhaps of different kinds. Beside a double the other one is rounded to a double too."""
    first = left.value if type(left) is Uint else left
    second = right.value if type(right) is Uint else right
    if type(first) is not type(second):
        first, second = float(first), float(second)
    return bool(sign(first, second))


def contains(item: Any, items: Any) -> bool:
    """`item in items`, of a list or of the keys of a map."""
    if type(items) is Map:
        return item in items
    if type(items) is tuple:
        return any(map(equal, repeat(item), items))
    raise NoValue(Message("rules.only-list-or-map-members"))


def item_of(items: Any, index: Any) -> Any:
    """`items[index]`; a list takes any number without a fraction."""
    if type(items) is Map:
        found = items.get(index, _ABSENT)
    elif type(items) is tuple:
        position = _slot(index) if type(index) in _NUMBERS else -1
        found = items[position] if type(position) is int and 0 <= position < len(items) else _ABSENT
    else:
        raise NoValue(Message("rules.only-list-or-map-items"))
    if found is _ABSENT:
        raise NoValue(Message("rules.no-such-item"))
    return found


def field_of(value: Any, name: str) -> Any:
    """`value.name`, of a map with that key."""
    if type(value) is not Map:
        raise NoValue(Message("rules.no-fields", kind_of=kind_of(value).name))
    return item_of(value, name)


def has_field(value: Any, name: str) -> bool:
    if type(value) is not Map:
        raise NoValue(Message("rules.no-fields", kind_of=kind_of(value).name))
    return name in value


# ---- from Python


_AS_THEY_ARE: Final = frozenset((*KINDS, Unknown)) - {int, tuple}
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


def value_of(given: Any) -> Any:
    """The CEL value of a Python value: lists, dictionaries, moments with a zone and lengths of time are taken too."""
    if type(given) in _AS_THEY_ARE:
        return given
    match given:
        case int():
            return _whole(given)
        case float() | str():
            return float(given) if isinstance(given, float) else str(given)
        case list() | tuple():
            return tuple(value_of(item) for item in given)
        case Mapping():
            return _map(given)
        case datetime() if given.tzinfo is not None:
            return Timestamp((given - _EPOCH) // _MICROSECOND * 1000)
        case timedelta():
            return _length(given // _MICROSECOND * 1000)
    raise WrongType("rules.cel-no-value", name=type(given).__name__)


def _whole(given: int) -> int:
    if LOW <= given <= HIGH:
        return int(given)
    raise OutOfRange("rules.number-does-not-fit-64")


def _length(nanos: int) -> Duration:
    if abs(nanos) <= LONGEST:
        return Duration(nanos)
    raise OutOfRange("rules.duration-most-10-000-years")


def _map(given: Mapping[Any, Any]) -> Map:
    try:
        return Map((value_of(key), value_of(value)) for key, value in given.items())
    except NoValue as problem:
        raise WrongType(problem.message) from None
