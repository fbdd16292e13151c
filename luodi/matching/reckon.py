"""Growth tests and formulas for the rows of a batch: worked out before the kernel, which then reads them as truths."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Final

import numpy as np

from luodi.dates import parse_day
from luodi.matching.batch import (
    EPOCH,
    Batch,
    DayCells,
    Flags,
    Ints,
    NumberCells,
    SetCells,
    TextCells,
    TruthCells,
    unpack,
)
from luodi.matching.formulas import COMPARISONS, name_of
from luodi.matching.vectors import (
    COMPARE,
    Vector,
    added,
    both,
    chosen,
    compared,
    constant,
    divided,
    multiplied,
    negated,
)
from luodi.profiles.facts import Facts
from luodi.profiles.vocabulary import Vocabulary
from luodi.rules.compute import compute
from luodi.rules.evaluate import leaf_finding
from luodi.rules.syntax import Call, Expression, Ident, ListOf, Literal, Macro, Select
from luodi.rules.tree import Formula, Growth

_SCALE: Final = 9  # decimals of a double that formulas read; one with more is left to the walk


@dataclass(frozen=True)
class Reckoned:
    """For each row: yes, known, and failed (then it is not known either)."""

    truth: Flags
    known: Flags
    failed: Flags | None = None


def reckon(leaf: Growth | Formula, batch: Batch, vocabulary: Vocabulary, on: date) -> Reckoned:
    frame = _Frame(batch, vocabulary, on)
    found = frame.growth(leaf) if isinstance(leaf, Growth) else frame.value(leaf.expression)
    truth = np.broadcast_to(np.asarray(found.values, np.bool_), (batch.rows,))
    if not found.hard.any():
        return Reckoned(truth & ~found.unknown, ~found.unknown)
    return _walked(leaf, batch, truth.copy(), ~found.unknown, np.flatnonzero(found.hard), on)


def _walked(leaf: Growth | Formula, batch: Batch, truth: Flags, known: Flags, rows: Ints, on: date) -> Reckoned:
    """The rows that 64 bits cannot hold, one by one."""
    failed = np.zeros(batch.rows, np.bool_)
    for row in rows.tolist():
        finding = leaf_finding(leaf, batch.row_facts(row), on)
        truth[row] = finding.truth is True
        known[row] = finding.truth is not None
        failed[row] = finding.is_error
    return Reckoned(truth & known, known, failed if failed.any() else None)


class _Frame:
    """The columns of a batch as vectors."""

    def __init__(self, batch: Batch, vocabulary: Vocabulary, on: date) -> None:
        self.batch, self.vocabulary, self.on = batch, vocabulary, on
        self.no = np.zeros(batch.rows, np.bool_)
        self.texts: dict[str, int] = {}

    def growth(self, leaf: Growth) -> Vector:
        value, base = self.attribute(leaf.attribute), self.attribute(leaf.base)
        rate = 1 + Fraction(leaf.rate)
        found = compared(leaf.op.value, value, multiplied(base, constant(rate, self.batch.rows)))
        flat = np.broadcast_to(np.asarray(base.values == 0), self.no.shape)
        return Vector(found.values, found.unknown | flat, found.hard)

    def value(self, node: Expression) -> Vector:
        match node:
            case Literal(value=str() as text):
                return Vector(np.int64(self.text(text)), self.no, self.no, is_text=True)
            case Literal(value=float(), text=text):
                return constant(Fraction(text), self.batch.rows)
            case Literal(value=bool() | int() as value):
                return constant(value, self.batch.rows)
            case Select(operand=Ident(name="profile"), field=name, test=True):
                return Vector(self.present(name), self.no, self.no)
            case Macro(range=over, steps=_):
                return self.macro(node, name_of(over) or "")
            case Call():
                return self.call(node)
        return self.attribute(name_of(node) or "")

    def call(self, node: Call) -> Vector:
        match node:
            case Call(name="&&" | "||", arguments=parts):
                return both([self.value(part) for part in parts], node.name == "||")
            case Call(name="!", arguments=(inner,)):
                found = self.value(inner)
                return found.with_values(~found.values)
            case Call(name="?:", arguments=(test, then, other)):
                return chosen(self.value(test), self.value(then), self.value(other))
            case Call(name="-x", arguments=(inner,)):
                return negated(self.value(inner))
            case Call(name="+" | "-", arguments=(left, right)):
                return added(self.value(left), self.value(right), minus=node.name == "-")
            case Call(name="*", arguments=(left, right)):
                return multiplied(self.value(left), self.value(right))
            case Call(name="/", arguments=(left, Literal(value=float(), text=text))):
                return divided(self.value(left), Fraction(text))
            case Call(name="/", arguments=(left, Literal(value=int() as divisor))):
                return divided(self.value(left), divisor)
            case Call(name="date", arguments=(Literal(value=text),), target=None):
                return constant(parse_day(str(text)).toordinal(), self.batch.rows)
            case Call(name="age_days", arguments=(since,)):
                return added(constant(self.on.toordinal(), self.batch.rows), self.value(since), minus=True)
            case Call(name="size", arguments=(inner,)):
                return self.size(name_of(inner) or "")
            case Call(name="in", arguments=(left, ListOf(items))):
                return self.among(self.value(left), [self.value(item) for item in items])
            case Call(name="in", arguments=(Literal(value=value), right)):
                return self.member(name_of(right) or "", {str(value)})
            case Call(name=sign, arguments=(left, right)) if sign in COMPARISONS:
                return self.compared(sign, self.value(left), self.value(right))
            case Call(name=name, arguments=(Literal(value=str() as part),), target=target) if target is not None:
                return self.by_text(self.value(target), lambda text: _asks(name, text, part))
        raise AssertionError(f"`{node.name}` was not refused")

    # -- attributes

    def attribute(self, name: str) -> Vector:
        match self.batch.columns.get(name):
            case NumberCells() as cells:
                return self.number(cells)
            case DayCells(days=days, known=known):
                return Vector(days.astype(np.int64) + EPOCH, ~known.flags, self.no)
            case TruthCells(bits=bits, known=known):
                return Vector(unpack(bits, self.batch.rows), ~known.flags, self.no)
            case TextCells(places=places, texts=texts, known=known):
                at = np.array([self.text(text) for text in texts] or [0], np.int64)
                inside = np.where(known.flags, places, 0)
                return Vector(at[inside], ~known.flags, self.no, is_text=True)
        kind = self.vocabulary[name].kind
        values = self.no if kind == "boolean" else np.zeros(self.batch.rows, np.int64)
        return Vector(values, ~self.no, self.no, is_text=kind.is_text)

    def number(self, cells: NumberCells) -> Vector:
        unknown = ~cells.known.flags
        if not cells.are_doubles:
            hard = self.no.copy()
            hard[list(cells.odd)] = True
            divisor = 10**cells.scale
            whole = True if divisor == 1 else cells.values % divisor == 0
            return Vector(cells.values, unknown, hard, divisor, whole)
        doubles = np.where(cells.known.flags, cells.values, 0.0)
        near = np.rint(doubles * 10.0**_SCALE)
        exact = (np.abs(near) < 2.0**53) & (near / 10.0**_SCALE == doubles)
        values = np.where(exact, near, 0).astype(np.int64)
        return Vector(values, unknown, ~exact, 10**_SCALE, values % 10**_SCALE == 0)

    def present(self, name: str) -> Flags:
        cells = self.batch.columns.get(name)
        if cells is None:
            return self.no
        if not isinstance(cells, SetCells):
            return cells.known.flags
        found: Flags = self.member(name, {text for text in cells.texts if text != "none"}).values & cells.known.flags
        return found

    # -- texts

    def text(self, text: str) -> int:
        return self.texts.setdefault(text, len(self.texts))

    def by_text(self, found: Vector, ask: Any) -> Vector:
        """A function of a text, asked once of each distinct one."""
        answers = np.array([ask(text) for text in self.texts] or [False])
        return Vector(answers[found.values], found.unknown, found.hard)

    def compared(self, sign: str, left: Vector, right: Vector) -> Vector:
        if not left.is_text:
            return compared(sign, left, right)
        if sign not in ("==", "!="):
            order = {text: at for at, text in enumerate(sorted(self.texts))}
            left, right = (self.by_text(side, order.__getitem__) for side in (left, right))
        return Vector(COMPARE[sign](left.values, right.values), left.unknown | right.unknown, left.hard | right.hard)

    def among(self, found: Vector, items: list[Vector]) -> Vector:
        hits = [self.compared("==", found, item) for item in items]
        if not hits:
            return Vector(self.no, found.unknown, found.hard)
        hit = np.logical_or.reduce([np.broadcast_to(h.values, self.no.shape) for h in hits])
        hard = np.logical_or.reduce([h.hard for h in hits])
        return Vector(hit, found.unknown, found.hard | hard)

    # -- sets

    def member(self, name: str, wanted: set[str]) -> Vector:
        """Whether a set holds any of these."""
        cells = self.batch.columns.get(name)
        if not isinstance(cells, SetCells):
            return Vector(self.no, ~self.no, self.no)
        hit = np.array([text in wanted for text in cells.texts] or [False])
        return Vector(_any(hit[cells.places], cells.starts), ~cells.known.flags, self.no)

    def macro(self, node: Macro, name: str) -> Vector:
        """Each distinct member is put to the body once, as the only member of a set."""
        cells = self.batch.columns.get(name)
        texts = cells.texts if isinstance(cells, SetCells) else ()
        hits = {
            text for text in texts if compute(node, Facts(self.vocabulary, {name: frozenset((text,))}), self.on) is True
        }
        if node.kind == "exists":
            return self.member(name, hits)
        found = self.member(name, set(texts) - hits)
        return found.with_values(~found.values)

    def size(self, name: str) -> Vector:
        cells = self.batch.columns.get(name)
        if isinstance(cells, TextCells):
            return self.by_text(self.attribute(name), len)
        if not isinstance(cells, SetCells):
            return Vector(np.zeros(self.batch.rows, np.int64), ~self.no, self.no)
        row = np.repeat(np.arange(self.batch.rows), np.diff(cells.starts))
        distinct = np.unique(row * max(len(cells.texts), 1) + cells.places) // max(len(cells.texts), 1)
        return Vector(np.bincount(distinct, minlength=self.batch.rows), ~cells.known.flags, self.no)


def _any(hits: Flags, starts: Ints) -> Flags:
    """Whether any of the hits from each start to the next is true."""
    before = np.concatenate([np.zeros(1, np.int64), np.cumsum(hits)])
    return before[starts[1:]] > before[starts[:-1]]


def _asks(name: str, text: str, part: str) -> bool:
    match name:
        case "startsWith":
            return text.startswith(part)
        case "endsWith":
            return text.endswith(part)
        case _:
            return part in text
