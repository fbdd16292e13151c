"""The landing plan as frozen types. Their fields are the keys of `luodi advise --json`, so one definition serves both.

`as_json` gives the document, `LandingPlan.of` reads one back (a plan that was kept). Days are ISO texts, offsets whole
working days from `on`, money whole CNY unless a `currency` says otherwise, shares percent numbers. None is "not known"
or "does not apply", never 0. The meaning of each key stands in docs/reference/landing-plan.md.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from luodi.advice.landing_plan.answers import Access, Gate, Route, Whole
from luodi.advice.landing_plan.common import Row, Text
from luodi.advice.landing_plan.page_one import PageOne
from luodi.advice.landing_plan.policies import Beside, Overlap, Policy, Total
from luodi.advice.landing_plan.questions import Question
from luodi.advice.landing_plan.steps import Coming, Document, Expiring, Obligation, OpenStep, Step
from luodi.advice.landing_plan.times import Duration


class Totals(Row, frozen=True, kw_only=True):
    """Counted from the lists they stand before."""

    steps: int
    steps_needed: int
    steps_optional: int
    steps_open: int
    steps_offered: int = 0
    authorities: int
    documents: int
    policies_fit: int
    policies_one_fact_away: int
    duration: Duration | None


class Source(Row, frozen=True, kw_only=True):
    n: int
    instrument: str
    title: Text
    number: str | None = None
    number_en: str | None = None
    issuer: Text | None = None
    effective: str | None = None
    ended: str | None = None
    url: str | None = None
    confidence: str | None = None
    note: Text | None = None
    articles: Sequence[Text] = ()
    used_by: Sequence[str] = ()


class LandingPlan(Row, frozen=True, kw_only=True):
    """All that one answer holds; see the module."""

    on: str
    id: str | None
    company: Mapping[str, str]
    about: Mapping[str, str] | None
    verdict: str | None
    as_known_on: str | None
    page_one: PageOne
    whole: Whole | None
    gates: Sequence[Gate]
    totals: Totals
    access: Sequence[Access]
    steps: Sequence[Step]
    open_steps: Sequence[OpenStep]
    offered_steps: Sequence[OpenStep] = ()
    critical_path: Sequence[str]
    routes: Sequence[Route]
    documents: Sequence[Document]
    policies: Sequence[Policy]
    policies_beside: Sequence[Beside]
    policies_total: Total
    overlaps: Sequence[Overlap]
    obligations: Sequence[Obligation]
    coming: Sequence[Coming]
    expiring: Sequence[Expiring]
    data_export: Mapping[str, Any]
    questions: Sequence[Question]
    would_change: Sequence[Mapping[str, Any]]
    announced: Sequence[Mapping[str, Any]]
    facts: Sequence[Mapping[str, Any]]
    derived: Sequence[Mapping[str, Any]]
    calendar: Mapping[str, Any]
    cautions: Sequence[Text]
    warnings: Sequence[Mapping[str, Any]]
    sources: Sequence[Source]
    books: Sequence[Mapping[str, Any]]

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> "LandingPlan":
        """Read a plan that was kept. Raises `msgspec.ValidationError` for a document of another shape."""
        return msgspec.convert(document, cls)

    def as_json(self) -> dict[str, Any]:
        """The document of the contract."""
        found: dict[str, Any] = msgspec.to_builtins(self)
        return found
