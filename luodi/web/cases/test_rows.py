"""Rows for the matrix of access, of models that a random row would not fit."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

from model_bakery import baker

from luodi.web.cases.models import (
    CaseChange,
    Check,
    Claim,
    DateChange,
    DayCorrection,
    HandlingRating,
    LandingCase,
    Proof,
    Statement,
)

_AT: Final = datetime(2026, 1, 5, tzinfo=UTC)


def landing_case(town: Any) -> LandingCase:
    made: LandingCase = LandingCase.objects.create(
        reference=f"LD-2026-{LandingCase.objects.count() + 1:04}",
        company=town.ours,
        unit=town.here,
        opened=_AT,
        since=_AT,
        changed=_AT,
    )
    return made


def _of_a_case(model: Any, **more: Any) -> Callable[[Any], Any]:
    return lambda town: baker.make(model, case=landing_case(town), **more)


def _correction(case: LandingCase) -> DayCorrection:
    made: DayCorrection = baker.make(DayCorrection, case=case, claim=baker.make(Claim, case=case))
    return made


ROWS: Final[dict[Any, Callable[[Any], Any]]] = {
    LandingCase: landing_case,
    **{model: _of_a_case(model) for model in (Check, Claim, DateChange)},
    DayCorrection: lambda town: _correction(landing_case(town)),
    Proof: _of_a_case(Proof, proves="other"),
    HandlingRating: _of_a_case(HandlingRating, rating=5),
    CaseChange: _of_a_case(CaseChange),
    Statement: lambda town: baker.make(Statement, company=town.ours, unit=town.here, side="agency", says="propose"),
}
