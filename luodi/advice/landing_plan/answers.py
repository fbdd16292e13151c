"""What is open: the answers to the questions of the profile, the gates before a stamp, and ways after a no."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from luodi.advice.landing_plan.common import Answer, Cite, Named, Office, Row, Text

#: The verdict of a plan whose services are answered differently.
MIXED: Final = "mixed"


class Chain(Row, frozen=True, kw_only=True):
    holds: bool | None
    text: Text


class Licence(Row, frozen=True, kw_only=True):
    id: str
    name: Text
    authority: Office | None = None
    note: Text | None = None


class Requirement(Row, frozen=True, kw_only=True):
    name: str
    title: Text
    rule: str | None = None
    value: int | bool | None = None
    says: Text | None = None
    scope: str | None = None
    confidence: str | None = None
    read: str | None = None
    basis: Sequence[Cite] = ()


class Gate(Row, frozen=True, kw_only=True):
    """Something that had to be looked at before a stamp. `holds` is False for a contradiction or a bar, None where it
    cannot be told. `between` names the two facts, or the path, that it rests on; `ask` the attribute that settles it,
    `who` the one who can."""

    id: str
    holds: bool | None
    text: Text
    between: Sequence[str] = ()
    ask: str | None = None
    who: Text | None = None
    plan: int | None = None
    basis: Sequence[Cite] = ()


class Access(Row, frozen=True, kw_only=True):
    """One answer of `luodi access`, for one plan of the profile, with what a page needs beside it."""

    id: str
    answer: Answer
    cap: int | float | None
    basis: Sequence[Cite]
    question: Mapping[str, Any]
    on: str
    confidence: str | None = None
    read: str | None = None
    conditions: Sequence[Text] = ()
    licences: Sequence[str] = ()
    requirements: Sequence[Requirement] = ()
    rules: Sequence[str] = ()
    alternatives: Sequence[Mapping[str, Any]] = ()
    missing: Sequence[str] = ()
    possible: Sequence[str] = ()
    announced: Sequence[Mapping[str, Any]] = ()
    does_not_apply: Sequence[str] = ()
    note: Text | None = None
    speaks_from: str | None = None
    as_known_on: str | None = None
    would_change: Sequence[Mapping[str, Any]] = ()
    books: Sequence[Mapping[str, Any]] = ()
    service: Named | None = None
    place: Named | None = None
    rule: Mapping[str, Any] | None = None
    licence_details: Sequence[Licence] = ()
    chain: Sequence[Chain] = ()
    holdings: Mapping[str, Any] | None = None
    without_gates: Answer | None = None

    @property
    def is_open(self) -> bool:
        return self.answer in ("allowed", "conditional")


class Cell(Row, frozen=True, kw_only=True):
    """One of the services at one of the places, at the share of the plan."""

    service: str
    place: str
    answer: Answer
    cap: int | float | None
    basis: Sequence[Cite]


class Column(Row, frozen=True, kw_only=True):
    """What one company can do at a place. `one_company`: the highest share at which it may do all of it, None where no
    share opens all. The services by how they stand at the share asked for: `open`, `apart` (in another company, with a
    lower share), `shut` (closed at every share)."""

    place: str
    name: Text
    takes_all: bool
    one_company: int | float | None
    open: Sequence[str]
    apart: Sequence[str]
    shut: Sequence[str]
    says: Text


class Whole(Row, frozen=True, kw_only=True):
    """Several services of one company: they share one shareholding. `take` is the place where all is open."""

    answer: str
    says: Text
    take: str | None
    services: Sequence[Named]
    columns: Sequence[Column]
    cells: Sequence[Cell]


class Need(Row, frozen=True, kw_only=True):
    """Something that a route takes; `step` is the step of the book, where there is one."""

    text: Text
    step: str | None = None


class Rechecked(Row, frozen=True, kw_only=True):
    """The answer that a route leads to, asked of the engine with these parts of the question changed."""

    set: Mapping[str, Any]
    answer: Answer
    cap: int | float | None
    basis: Sequence[Cite]


class Route(Row, frozen=True, kw_only=True):
    """A lawful way after a no. `standing` is `offer`, `question` (it fits if `missing` is as it needs it),
    `to_be_checked` (recalled and not read) or `caution` (not settled in law, never recommended). `plan` is the number
    of the plan that was answered with no."""

    id: str
    kind: str
    standing: str
    title: Text
    what_it_is: Text
    gives_up: Text
    access: Sequence[Rechecked]
    basis: Sequence[Cite]
    confidence: str
    read: str
    plan: int
    needs: Sequence[Need] = ()
    limits: Text | None = None
    share_allowed: int | float | None = None
    share_note: Text | None = None
    unsettled: Text | None = None
    missing: Sequence[str] = ()
