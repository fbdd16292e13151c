"""What is worth asking, and what an answer would settle."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from luodi.advice.landing_plan.common import Row, Text


class Settles(Row, frozen=True, kw_only=True):
    access: int
    steps: int
    policies: int


class Item(Row, frozen=True, kw_only=True):
    """One fact of a checklist with the names of its ticks: its own, or one for each of the `values` of a set."""

    attribute: str
    label: Text
    text: Text
    help: Text | None
    example: Text | None
    where: Text | None
    doubt: Text | None
    values: Mapping[str, Any]
    ticks: Sequence[str]
    decides: int
    # `for` is a word of Python
    rules: Sequence[str] = msgspec.field(name="for", default=())


class Question(Row, frozen=True, kw_only=True):
    """A fact worth asking, or several of a `checklist`: `attributes` names all that the answer gives, and `attribute`
    the one that decides most. `decides` counts what they keep open, `settles` the same by kind."""

    attribute: str
    label: Text
    text: Text
    type: str
    unit: str | None
    allowed: Sequence[Any] | None
    values: Mapping[str, Any]
    decides: int
    settles: Settles
    note: Text | None = None
    help: Text | None = None
    example: Text | None = None
    where: Text | None = None
    doubt: Text | None = None
    plan: int | None = None
    attributes: Sequence[str] = ()
    checklist: str | None = None
    items: Sequence[Item] = ()
    # `for` is a word of Python
    rules: Sequence[str] = msgspec.field(name="for", default=())

    @property
    def name(self) -> str:
        """What it is called: its checklist, or the one fact."""
        return self.checklist or self.attribute
