"""Whole-vector steps for the numba kernel, written as LLVM instructions: 64 rows at a time, on any processor.

LLVM turns a comparison of 64 values into a 64-bit word with whatever the machine has for it (one instruction for bytes
with AVX-512), which it does not find by itself in a loop over rows. Addresses are plain whole numbers.
"""

from collections.abc import Callable, Sequence
from typing import Any, Final

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

Generate = Callable[[Any, Sequence[Any]], Any]

I8, I32, I64 = ir.IntType(8), ir.IntType(32), ir.IntType(64)
_LANES: Final = 64
_EIGHT: Final = ir.VectorType(I64, 8)
GROUP: Final = 32  # words of a row of the room in which literals are worked out, a few vectors at a time
_TILE: Final = 4  # vectors of eight words that an and/or keeps in registers


def _vector(kind: Any, lanes: int = _LANES) -> Any:
    return ir.VectorType(kind, lanes)


def _number(value: int) -> Any:
    return ir.Constant(I64, value)


def _pointer(builder: Any, address: Any, kind: Any) -> Any:
    return builder.inttoptr(address, kind.as_pointer())


def _load(builder: Any, address: Any, kind: Any, align: int = 1) -> Any:
    value = builder.load(_pointer(builder, address, kind))
    value.align = align
    return value


def _store(builder: Any, value: Any, address: Any, align: int = 1) -> None:
    builder.store(value, _pointer(builder, address, value.type)).align = align


def _splat(builder: Any, value: Any, lanes: int = _LANES) -> Any:
    empty = ir.Constant(_vector(value.type, lanes), ir.Undefined)
    one = builder.insert_element(empty, value, ir.Constant(I32, 0))
    return builder.shuffle_vector(one, empty, ir.Constant(_vector(I32, lanes), [0] * lanes))


def _zeros(kind: Any, lanes: int = _LANES) -> Any:
    return ir.Constant(_vector(kind, lanes), [0] * lanes)


def _step(generate: Generate, result: Any, arguments: int) -> Any:
    """An intrinsic of whole numbers; `result` None returns nothing."""

    def typing(context: Any, *given: Any) -> Any:
        def code(context: Any, builder: Any, signature: Any, values: Any) -> Any:
            found = generate(builder, values)
            return context.get_dummy_value() if result is None else found

        return (result or types.void)(*[types.int64] * arguments), code

    return typing


# numba reads the number of arguments off the function, so that each step is written out


@intrinsic
def load_word(context, address):
    """The 64-bit word at an address."""
    return _step(lambda builder, values: _load(builder, values[0], I64), types.uint64, 1)(context, address)


@intrinsic
def store_word(context, address, word):
    def code(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        _store(builder, values[1], values[0], 8)
        return context.get_dummy_value()

    return types.void(types.int64, types.uint64), code


@intrinsic
def load_place(context, address):
    """The 32-bit whole number at an address."""
    return _step(lambda b, values: b.sext(_load(b, values[0], I32), I64), types.int64, 1)(context, address)


def _compare(builder: Any, values: Any, kind: Any, lanes: int) -> None:
    """64 numbers against an edge, a few at a time: each answer is stored as it comes; to join bits takes longer."""
    numbers, edge, target = values
    edges = _splat(builder, edge if kind is I64 else builder.trunc(edge, kind), lanes)
    size = kind.width // 8
    for at in range(0, _LANES, lanes):
        part = _load(builder, builder.add(numbers, _number(at * size)), _vector(kind, lanes))
        bits = builder.bitcast(builder.icmp_signed(">=", part, edges), ir.IntType(lanes))
        _store(builder, bits, builder.add(target, _number(at // 8)))


@intrinsic
def compare_64(context, numbers, edge, target):
    """Which of 64 numbers of 64 bits are at least `edge`: one bit each, written at `target`."""
    return _step(lambda b, values: _compare(b, values, I64, 8), None, 3)(context, numbers, edge, target)


@intrinsic
def compare_doubles(context, numbers, edge, target):
    """The same of doubles; `edge` has the bits of one."""

    def code(builder: Any, values: Any) -> None:
        numbers, edge, target = values
        edges = _splat(builder, builder.bitcast(edge, ir.DoubleType()), 8)
        for at in range(8):
            part = _load(builder, builder.add(numbers, _number(at * 64)), _vector(ir.DoubleType(), 8))
            bits = builder.bitcast(builder.fcmp_ordered(">=", part, edges), I8)
            _store(builder, bits, builder.add(target, _number(at)))

    return _step(code, None, 3)(context, numbers, edge, target)


@intrinsic
def compare_32(context, numbers, edge, target):
    """The same of 32-bit numbers."""
    return _step(lambda b, values: _compare(b, values, I32, 16), None, 3)(context, numbers, edge, target)


@intrinsic
def narrow(context, source, target, low, high):
    """64 numbers held between `low` and `high`, less `low`, as 32 bits each."""

    def code(builder: Any, values: Any) -> Any:
        numbers = _load(builder, values[0], _vector(I64))
        low, high = _splat(builder, values[2]), _splat(builder, values[3])
        numbers = builder.select(builder.icmp_signed("<", numbers, low), low, numbers)
        numbers = builder.select(builder.icmp_signed(">", numbers, high), high, numbers)
        _store(builder, builder.trunc(builder.sub(numbers, low), _vector(I32)), values[1])

    return _step(code, None, 4)(context, source, target, low, high)


@intrinsic
def unzip(context, source, target):
    """64 words of eight bytes to eight planes of 64 bytes: plane i holds byte i of each word.

    Three rounds part even bytes from odd ones, each time on vectors half as far apart.
    """

    def code(builder: Any, values: Any) -> Any:
        kind = _vector(I8)
        even = ir.Constant(_vector(I32), [2 * at for at in range(_LANES)])
        odd = ir.Constant(_vector(I32), [2 * at + 1 for at in range(_LANES)])
        groups = [[_load(builder, builder.add(values[0], _number(_LANES * at)), kind) for at in range(8)]]
        for _ in range(3):
            groups = [
                [builder.shuffle_vector(group[at], group[at + 1], mask) for at in range(0, len(group), 2)]
                for group in groups
                for mask in (even, odd)
            ]
        for at, (plane,) in enumerate(groups):
            byte = int(f"{at:03b}"[::-1], 2)
            _store(builder, plane, builder.add(values[1], _number(_LANES * byte)))

    return _step(code, None, 2)(context, source, target)


@intrinsic
def any_bit(context, plane, bits):
    """Which of 64 bytes have any of `bits`: one bit each."""

    def code(builder: Any, values: Any) -> Any:
        found = builder.and_(_load(builder, values[0], _vector(I8)), _splat(builder, builder.trunc(values[1], I8)))
        return builder.bitcast(builder.icmp_unsigned("!=", found, _zeros(I8)), I64)

    return _step(code, types.uint64, 2)(context, plane, bits)


def _each(builder: Any, work: Callable[[Any], None]) -> None:
    """Work for every vector of a row of the room, by its offset."""
    for at in range(0, GROUP * 8, 64):
        work(_number(at))


def _held(builder: Any, value: Any, offset: Any, is_more: Any) -> Any:
    """What stands at a value already, if there is more to come to it than the first."""
    held = _load(builder, builder.add(value, offset), _EIGHT)
    return builder.select(builder.icmp_signed("!=", is_more, _number(0)), held, _zeros(I64, 8))


@intrinsic
def take_span(context, value, reached, not_reached, is_more):
    """A row of the room: `reached` without `not_reached`, beside what stands at `value` already if `is_more`."""

    def code(builder: Any, values: Any) -> Any:
        value, reached, not_reached, is_more = values

        def work(offset: Any) -> None:
            low, high = (_load(builder, builder.add(at, offset), _EIGHT) for at in (reached, not_reached))
            found = builder.or_(_held(builder, value, offset, is_more), builder.and_(low, builder.not_(high)))
            _store(builder, found, builder.add(value, offset))

        _each(builder, work)

    return _step(code, None, 4)(context, value, reached, not_reached, is_more)


@intrinsic
def take_row(context, value, row, is_more):
    """A row of the room: `row`, beside what stands at `value` already if `is_more`."""

    def code(builder: Any, values: Any) -> Any:
        value, row, is_more = values

        def work(offset: Any) -> None:
            found = builder.or_(
                _held(builder, value, offset, is_more), _load(builder, builder.add(row, offset), _EIGHT)
            )
            _store(builder, found, builder.add(value, offset))

        _each(builder, work)

    return _step(code, None, 3)(context, value, row, is_more)


@intrinsic
def write_literal(context, value, known, row, opposite, rail, closed):
    """A row of the room on both rails, at `row` for the literal's yes and at `opposite` for its no unless that is 0."""

    def code(builder: Any, values: Any) -> Any:
        value, known, row, opposite, rail, closed = values

        def both(offset: Any) -> tuple[Any, Any]:
            has = _load(builder, builder.add(known, offset), _EIGHT)
            certain = builder.and_(_load(builder, builder.add(value, offset), _EIGHT), has)
            open_ = builder.or_(certain, builder.not_(has))
            return certain, builder.select(builder.icmp_signed("!=", closed, _number(0)), certain, open_)

        def write(place: Any, offset: Any, low: Any, high: Any) -> None:
            at = builder.add(place, offset)
            _store(builder, low, at)
            _store(builder, high, builder.add(at, rail))

        def work(offset: Any) -> None:
            write(row, offset, *both(offset))

        def work_opposite(offset: Any) -> None:
            certain, possible = both(offset)
            write(opposite, offset, builder.not_(possible), builder.not_(certain))

        for place, wanted in ((row, work), (opposite, work_opposite)):
            with builder.if_then(builder.icmp_unsigned("!=", place, _number(0))):
                _each(builder, wanted)

    return _step(code, None, 6)(context, value, known, row, opposite, rail, closed)


@intrinsic
def combine(context, memory, size, row, arguments, count, is_or):
    """Row `row` becomes the and (or the or) of `count` rows of `size` bytes, whose numbers stand at `arguments`."""

    def joined(builder: Any, values: Any, join: str) -> None:
        memory, size, row, arguments, count, _ = values
        target = builder.add(memory, builder.mul(row, size))
        held = [cgutils.alloca_once(builder, _EIGHT) for _ in range(_TILE)]

        def start(at: Any) -> Any:
            number = _load(builder, builder.add(arguments, builder.mul(at, _number(8))), I64, 8)
            return builder.add(memory, builder.mul(number, size))

        with cgutils.for_range_slice(builder, _number(0), size, _number(64 * _TILE)) as (offset, _):
            places = [builder.add(offset, _number(64 * at)) for at in range(_TILE)]
            first = start(_number(0))
            for place, box in zip(places, held, strict=True):
                builder.store(_load(builder, builder.add(first, place), _EIGHT, 8), box)
            with cgutils.for_range_slice(builder, _number(1), count, _number(1)) as (at, _):
                other = start(at)
                for place, box in zip(places, held, strict=True):
                    value = _load(builder, builder.add(other, place), _EIGHT, 8)
                    builder.store(getattr(builder, join)(builder.load(box), value), box)
            for place, box in zip(places, held, strict=True):
                _store(builder, builder.load(box), builder.add(target, place), 8)

    def code(builder: Any, values: Any) -> Any:
        with builder.if_else(builder.icmp_signed("!=", values[5], _number(0))) as (is_or, is_and):
            with is_or:
                joined(builder, values, "or_")
            with is_and:
                joined(builder, values, "and_")

    return _step(code, None, 6)(context, memory, size, row, arguments, count, is_or)


def _ones(builder: Any, value: Any) -> Any:
    kind = ir.FunctionType(_EIGHT, [_EIGHT])
    return builder.call(cgutils.get_or_insert_function(builder.module, kind, "llvm.ctpop.v8i64"), [value])


@intrinsic
def count_masked(context, row, mask, target, size):
    """How many bits a row of `size` bytes has within a mask; the masked row is written to `target` unless that is 0."""

    def code(builder: Any, values: Any) -> Any:
        row, mask, target, size = values
        total = cgutils.alloca_once_value(builder, _zeros(I64, 8))
        writes = builder.icmp_unsigned("!=", target, _number(0))
        with cgutils.for_range_slice(builder, _number(0), size, _number(64)) as (offset, _):
            value = builder.and_(
                _load(builder, builder.add(row, offset), _EIGHT, 8),
                _load(builder, builder.add(mask, offset), _EIGHT, 8),
            )
            builder.store(builder.add(builder.load(total), _ones(builder, value)), total)
            with builder.if_then(writes):
                _store(builder, value, builder.add(target, offset), 8)
        vector, found = builder.load(total), _number(0)
        for lane in range(8):
            found = builder.add(found, builder.extract_element(vector, ir.Constant(I32, lane)))
        return found

    return _step(code, types.int64, 4)(context, row, mask, target, size)
