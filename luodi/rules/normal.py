"""A rule's tree as choices: all must be met, and each is met by any one of its literals.

Conjunctive normal form by De Morgan and distribution alone. Both are laws of Kleene's three values, so the
choices are yes, no or unknown exactly when the tree is. Nothing else is simplified: `x || !x` is unknown
while x is, and has to stay so.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from luodi.rules.tree import And, Const, Formula, Leaf, Not, Or, Tree

CAP: Final = 64


@dataclass(frozen=True, slots=True)
class Literal:
    """A leaf and the truth it must have."""

    leaf: Leaf
    wanted: bool = True


Choice = tuple[Literal, ...]


class _TooMany(Exception):
    """More choices than the cap."""


def choices(tree: Tree, *, cap: int = CAP) -> tuple[Choice, ...] | None:
    """The choices of a tree, none if it always holds, an empty one if it never does.

    None above `cap` choices: distribution can double with each level, and then the tree itself is quicker.
    """
    try:
        return _choices(tree, True, cap)
    except _TooMany:
        return None


def _choices(node: Tree, wanted: bool, cap: int) -> tuple[Choice, ...]:
    match node:
        case Not(part):
            return _choices(part, not wanted, cap)
        case And(parts) if wanted:
            return _all_of(parts, wanted, cap)
        case Or(parts) if not wanted:
            return _all_of(parts, wanted, cap)
        case And(parts) | Or(parts):
            return _one_of(parts, wanted, cap)
        case Const(value):
            return () if value is wanted else ((),)
        case _:
            return ((Literal(node, wanted),),)


def _all_of(parts: tuple[Tree, ...], wanted: bool, cap: int) -> tuple[Choice, ...]:
    found = [choice for part in parts for choice in _choices(part, wanted, cap)]
    return _limited(found, cap)


def _one_of(parts: tuple[Tree, ...], wanted: bool, cap: int) -> tuple[Choice, ...]:
    found: list[Choice] = [()]
    for part in parts:
        more = _choices(part, wanted, cap)
        if len(found) * len(more) > cap * 4:  # room for the doubles that go next
            raise _TooMany
        found = list(_limited([tuple(_distinct(left + right)) for left in found for right in more], cap))
    return tuple(found)


def _limited(found: list[Choice], cap: int) -> tuple[Choice, ...]:
    kept = {frozenset(map(_key, choice)): choice for choice in reversed(found)}
    if len(kept) > cap:
        raise _TooMany
    return tuple(reversed(kept.values()))


def _distinct(choice: Choice) -> Iterator[Literal]:
    seen = set()
    for literal in choice:
        if (key := _key(literal)) not in seen:
            seen.add(key)
            yield literal


def _key(literal: Literal) -> object:
    """Formulas are told apart by object: their equality overlooks the text of a number."""
    return (id(literal.leaf), literal.wanted) if isinstance(literal.leaf, Formula) else literal
