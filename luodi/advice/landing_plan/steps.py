"""What to obtain, in which order, and what recurs after."""

from collections.abc import Mapping, Sequence
from typing import Any

from luodi.advice.landing_plan.common import Cite, Lane, Office, Row, Text
from luodi.advice.landing_plan.times import Span, Time


class Fee(Row, frozen=True, kw_only=True):
    """The official charge; `amount` None is not known, 0 a finding with its basis."""

    amount: int | None
    currency: str = "CNY"
    basis: Text | None = None
    confidence: str | None = None
    url: str | None = None


class Portal(Row, frozen=True, kw_only=True):
    name: Text | None = None
    address: str | None = None
    confidence: str | None = None


class Alternative(Row, frozen=True, kw_only=True):
    id: str
    title: Text
    why: Text
    basis: Sequence[Cite]


class Step(Row, frozen=True, kw_only=True):
    """One step of the plan. `preparation`: the company's own, in a lane of its own on the chart."""

    id: str
    title: Text
    lane: Lane
    preparation: bool
    domain: str
    obligation: str
    authority: Office
    why: Sequence[Mapping[str, Any]]
    needs: Sequence[str]
    documents: Sequence[Text]
    time: Time
    fee: Fee | None
    start: Span
    finish: Span
    critical: bool
    basis: Sequence[Cite]
    confidence: str
    read: str
    authority_confidence: str | None = None
    assumed: Sequence[str] = ()
    waits_on_open: Sequence[str] = ()
    runs_with: str | None = None
    prerequisites: Sequence[Text] = ()
    deadline: Sequence[Mapping[str, Any]] = ()
    output: Text | None = None
    licence: str | None = None
    validity: Text | None = None
    online: Mapping[str, Any] | None = None
    portal: Portal | None = None
    alternatives: Sequence[Alternative] = ()
    until: str | None = None
    verification: str | None = None
    seen_at: str | None = None
    note: Text | None = None

    @property
    def is_optional(self) -> bool:
        return self.lane == "if_you_want"


class OpenStep(Row, frozen=True, kw_only=True):
    """A step that may be needed: `missing` names the facts that settle it; `needs` may name other steps that are open.
    Of one that nobody has to take, and which is on offer whatever the facts are, `only_if` says whom it is for."""

    id: str
    title: Text
    lane: Lane
    domain: str
    obligation: str
    authority: Office
    missing: Sequence[str]
    time: Time
    start: Span
    finish: Span
    basis: Sequence[Cite]
    confidence: str
    read: str
    needs: Sequence[str] = ()
    runs_with: str | None = None
    only_if: Sequence[Text] = ()


class Document(Row, frozen=True, kw_only=True):
    name: Text
    steps: Sequence[str]


class Obligation(Row, frozen=True, kw_only=True):
    """What the company must keep after it has landed. `every` is None for a duty that comes once; `right` is something
    that the company may use and need not."""

    id: str
    title: Text
    authority: Office
    deadline: Sequence[Mapping[str, Any]]
    basis: Sequence[Cite]
    confidence: str
    read: str
    every: Mapping[str, Any] | None = None
    window: str | None = None
    next_due: str | None = None
    right: bool = False
    note: Text | None = None


class Coming(Row, frozen=True, kw_only=True):
    """What begins after the day of the plan."""

    kind: str
    id: str
    title: Text
    begins: str
    basis: Sequence[Cite]


class Expiring(Row, frozen=True, kw_only=True):
    """What ends within a year of the day of the plan."""

    kind: str
    id: str
    title: Text
    ends: str
