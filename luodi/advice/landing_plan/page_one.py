"""Page one: the answer in short, and what to do next."""

from collections.abc import Sequence

from luodi.advice.landing_plan.answers import Licence
from luodi.advice.landing_plan.common import Answer, Cite, Row, Text
from luodi.advice.landing_plan.questions import Settles
from luodi.advice.landing_plan.times import Duration


class Verdict(Row, frozen=True, kw_only=True):
    """`stamp` is None where several services are answered differently: never one stamp that hides a yes."""

    stamp: Answer | None
    says: Text
    decides: Text | None
    read: str | None
    basis: Sequence[Cite]


class Point(Row, frozen=True, kw_only=True):
    text: Text
    basis: Sequence[Cite] = ()


class Capital(Row, frozen=True, kw_only=True):
    minimum: Sequence[Point]
    paid_in: Point | None


class Fees(Row, frozen=True, kw_only=True):
    amount: int
    currency: str
    unknown: Sequence[str]
    basis: Sequence[Text]


class Risk(Row, frozen=True, kw_only=True):
    kind: str
    text: Text
    basis: Sequence[Cite] = ()


class NextAction(Row, frozen=True, kw_only=True):
    """To take a step, or to ask for a policy: one of both is named. `by` where a last day is known, else `since` stands
    alone."""

    step: str | None
    title: Text
    office: Text
    document: Text | None
    since: str
    by: str | None
    policy: str | None = None


class Unknown(Row, frozen=True, kw_only=True):
    attribute: str
    text: Text
    settles: Settles


class PageOne(Row, frozen=True, kw_only=True):
    answer: Verdict
    conditions: Sequence[Point]
    capital: Capital | None
    licences: Sequence[Licence]
    duration: Duration | None
    fees: Fees | None
    risks: Sequence[Risk]
    next: Sequence[NextAction]
    unknown: Sequence[Unknown]
