"""Formulas and conditions in what a rule gives."""

from collections.abc import Callable, Iterator
from functools import partial

from luodi.errors import LuodiError
from luodi.located import Map
from luodi.message import Message
from luodi.rules.book import Book
from luodi.rules.finding import Finding, error, nowhere, place_of
from luodi.rules.lower import lower
from luodi.rules.syntax import Call, Expression, Ident, ListOf, Macro, Select, parse
from luodi.text import walk


def formulas(book: Book) -> Iterator[Finding]:
    for rule in book.rules:
        for row in walk(rule.gives):
            if isinstance(row, Map):
                for key, text in _texts(row):
                    yield from _formula(text, book, place_of(row, key))
                if isinstance(row.get("when"), str):
                    yield from _tried(partial(lower, row["when"], book.vocabulary), place_of(row, "when"))


def _texts(row: Map) -> Iterator[tuple[str, str]]:
    if isinstance(row.get("formula"), str):
        yield "formula", row["formula"]
    if isinstance(row.get("formulas"), dict):
        yield from (("formulas", text) for text in row["formulas"].values() if isinstance(text, str))


def _formula(text: str, book: Book, place: tuple[str, int]) -> Iterator[Finding]:
    try:
        names = set(_idents(parse(text)))
    except LuodiError as problem:
        yield error(place, problem.message, Message("rules.mend-formula"))
        return
    for name in sorted(names):
        if name not in book.vocabulary:
            yield nowhere(place, "attribute", name, book.vocabulary.attributes)


def _tried(act: Callable[[], object], place: tuple[str, int]) -> Iterator[Finding]:
    try:
        act()
    except LuodiError as problem:
        yield error(place, problem.message, Message("rules.mend-condition"))


def _idents(node: Expression) -> Iterator[str]:
    match node:
        case Ident(name=name):
            yield name
        case Select(operand=operand):
            yield from _idents(operand)
        case Call(arguments=arguments, target=target):
            for part in (*arguments, *((target,) if target is not None else ())):
                yield from _idents(part)
        case ListOf(items):
            for item in items:
                yield from _idents(item)
        case Macro(range=over, variable=variable, steps=steps):
            yield from _idents(over)
            yield from (name for step in steps for name in _idents(step) if name != variable)
