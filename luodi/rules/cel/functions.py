"""The functions and operators of standard CEL: for each name, form and kinds of arguments one Python function.

`OVERLOADS` holds those that are chosen by the kinds of all arguments, `GENERAL` those that take any. Both say what
comes out, so that the evaluator and the checker read the same table.
"""

import operator
from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple

from luodi.rules.cel import numbers, texts, times
from luodi.rules.cel.values import (
    ANY,
    Duration,
    Kind,
    Map,
    Timestamp,
    compared,
    contains,
    equal,
    item_of,
    kind_name,
    kind_of,
)
from luodi.rules.syntax import Call, Uint


class Overload(NamedTuple):
    """A function and the kind of its result."""

    function: Callable[..., Any]
    result: type


class Form(NamedTuple):
    """How something is called: its name, as a method or not, and with how many values, the receiver included."""

    name: str
    is_method: bool
    size: int


def form_of(node: Call) -> Form:
    is_method = node.target is not None
    return Form(node.name, is_method, len(node.arguments) + is_method)


Kinds = tuple[type, ...]
Table = dict[Form, dict[Kinds, Overload]]


def _table() -> Table:
    table: Table = {}
    for form, kinds, overload in (*_arithmetic(), *_order(), *_conversions(), *_on_texts(), *_sizes(), *_parts()):
        table.setdefault(form, {})[kinds] = overload
    return table


Row = tuple[Form, Kinds, Overload]


def _function(name: str, kinds: Kinds, function: Callable[..., Any], result: type) -> Row:
    return Form(name, False, len(kinds)), kinds, Overload(function, result)


def _method(name: str, kinds: Kinds, function: Callable[..., Any], result: type) -> Row:
    return Form(name, True, len(kinds)), kinds, Overload(function, result)


def _arithmetic() -> Iterator[Row]:
    same: list[tuple[str, type, Callable[..., Any]]] = [
        *(("+", int, numbers.add), ("+", Uint, numbers.add_unsigned), ("+", Duration, times.longer)),
        *(("+", kind, operator.add) for kind in (float, str, bytes, tuple)),
        *(("-", int, numbers.subtract), ("-", Uint, numbers.subtract_unsigned), ("-", float, operator.sub)),
        *(("-", Duration, times.shorter), ("*", int, numbers.multiply), ("*", Uint, numbers.multiply_unsigned)),
        *(("*", float, operator.mul), ("/", int, numbers.divide), ("/", Uint, numbers.divide_unsigned)),
        *(("/", float, numbers.divide_doubles), ("%", int, numbers.modulo), ("%", Uint, numbers.modulo_unsigned)),
    ]
    for sign, kind, function in same:
        yield _function(sign, (kind, kind), function, kind)
    yield _function("+", (Timestamp, Duration), times.later, Timestamp)
    yield _function("+", (Duration, Timestamp), times.later_by, Timestamp)
    yield _function("-", (Timestamp, Duration), times.earlier, Timestamp)
    yield _function("-", (Timestamp, Timestamp), times.between, Duration)
    yield _function("-x", (int,), numbers.negate, int)
    yield _function("-x", (float,), operator.neg, float)
    yield _function("!", (bool,), operator.not_, bool)


_SIGNS: Final = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}


def _order() -> Iterator[Row]:
    for sign, function in _SIGNS.items():
        for kind in (bool, int, float, str, bytes, Timestamp, Duration):
            yield _function(sign, (kind, kind), function, bool)
        for left in (int, Uint, float):
            for right in (int, Uint, float):
                if left is not right or left is Uint:
                    yield _function(sign, (left, right), _numbers(function), bool)


def _numbers(sign: Callable[[Any, Any], Any]) -> Callable[..., bool]:
    return lambda left, right: compared(sign, left, right)


def _same(value: Any) -> Any:
    return value


def _conversions() -> Iterator[Row]:
    rows: list[tuple[type, type, Callable[..., Any]]] = [
        *((kind, kind, _same) for kind in (bool, int, Uint, float, str, bytes, Timestamp, Duration)),
        *((int, Uint, lambda value: numbers.fitting(value.value)), (int, float, numbers.to_int)),
        *((int, str, texts.int_from), (int, Timestamp, times.seconds_of)),
        *((Uint, int, numbers.unsigned), (Uint, float, numbers.to_uint), (Uint, str, texts.uint_from)),
        *((float, int, float), (float, Uint, lambda value: float(value.value)), (float, str, texts.double_from)),
        *((str, int, str), (str, Uint, lambda value: str(value.value)), (str, float, texts.text_from_double)),
        *((str, bool, lambda value: "true" if value else "false"), (str, bytes, texts.text_from_bytes)),
        *((str, Timestamp, times.text_from_timestamp), (str, Duration, times.text_from_duration)),
        *((bytes, str, texts.bytes_from), (bool, str, texts.bool_from), (Duration, str, times.duration_from)),
        *((Timestamp, str, times.timestamp_from), (Timestamp, int, times.timestamp_from_seconds)),
    ]
    for result, given, function in rows:
        name = kind_name(result).removeprefix("google.protobuf.").lower()
        yield _function(name, (given,), function, result)


def _on_texts() -> Iterator[Row]:
    pair = (str, str)
    yield _method("startsWith", pair, str.startswith, bool)
    yield _method("endsWith", pair, str.endswith, bool)
    yield _method("contains", pair, operator.contains, bool)
    yield _method("matches", pair, texts.matches, bool)
    yield _function("matches", pair, texts.matches, bool)


def _sizes() -> Iterator[Row]:
    for kind in (str, bytes, tuple, Map):
        yield _function("size", (kind,), len, int)
        yield _method("size", (kind,), len, int)


def _parts() -> Iterator[Row]:
    for name in times.PARTS:
        yield _method(name, (Timestamp,), times.part(name), int)
        yield _method(name, (Timestamp, str), times.part(name), int)
    for name, function in (("getHours", times.hours), ("getMinutes", times.minutes), ("getSeconds", times.seconds)):
        yield _method(name, (Duration,), function, int)
    yield _method("getMilliseconds", (Duration,), times.milliseconds, int)


OVERLOADS: Final = _table()
GENERAL: Final = {
    Form("==", False, 2): Overload(equal, bool),
    Form("!=", False, 2): Overload(lambda left, right: not equal(left, right), bool),
    Form("in", False, 2): Overload(contains, bool),
    Form("[]", False, 2): Overload(item_of, ANY),
    Form("type", False, 1): Overload(kind_of, Kind),
    Form("dyn", False, 1): Overload(_same, ANY),
}
