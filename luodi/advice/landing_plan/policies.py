"""What the company can get."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from luodi.advice.landing_plan.common import Cite, Row, Text

Group = Literal["fits", "one_fact_away", "further", "not_for_you"]


class Amount(Row, frozen=True, kw_only=True):
    min: int
    max: int | None
    currency: str = "CNY"


class Page(Row, frozen=True, kw_only=True):
    """A page where a row was seen: `official` of a government, else a `report`."""

    kind: str
    url: str


class Policy(Row, frozen=True, kw_only=True):
    """One policy as `luodi match` answers it, and the group it falls into. `money`: `one_off`, `yearly`, `tax`, `rate`
    or `non_money`; `sum` is what the rule states, or its formula comes to for the company, a year where `yearly`.
    `not_with`: policies for the same matter."""

    id: str
    title: Text
    answer: str
    group: Group
    missing: Sequence[str]
    reasons: Sequence[Mapping[str, Any]]
    basis: Sequence[Cite]
    confidence: str
    read: str
    decides: bool
    assumed: Sequence[str] = ()
    would_change: Sequence[Mapping[str, Any]] = ()
    amount: Mapping[str, Any] | None = None
    window: Mapping[str, Any] = {}
    kind: str | None = None
    level: str | None = None
    authority: Text | None = None
    delivery: str | None = None
    status: str | None = None
    benefit: Any = None
    money: str | None = None
    sum: Amount | None = None
    not_with: Sequence[str] = ()
    replaced_by: Sequence[str] = ()
    apply: Text | None = None
    documents: Sequence[Text] = ()
    links: Sequence[Page] = ()
    when: Mapping[str, Any] | None = None
    verification: str | None = None
    seen_at: str | None = None
    note: Text | None = None
    error: Mapping[str, Any] | None = None


class Beside(Row, frozen=True, kw_only=True):
    """A policy that is not for the company, with the reason in a line."""

    id: str
    title: Text
    why: Text


class Total(Row, frozen=True, kw_only=True):
    """What the policies that fit come to, without counting twice: once, and in a year. `counted` are those in it,
    `left_out` those for the same matter as one that is counted, `open_ended` those without a figure."""

    once: Amount | None
    yearly: Amount | None
    counted: Sequence[str]
    open_ended: Sequence[str]
    left_out: Sequence[str]


class Overlap(Row, frozen=True, kw_only=True):
    policies: Sequence[str]
    on: Sequence[str]
    text: Text
