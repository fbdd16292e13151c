"""Rows for the matrix of access, of models that a random row would not fit."""

from datetime import UTC, datetime
from typing import Any, Final

from luodi.web.cases.models import LandingCase

_AT: Final = datetime(2026, 1, 5, tzinfo=UTC)


def landing_case(town: Any) -> LandingCase:
    made: LandingCase = LandingCase.objects.create(
        reference=f"LD-2026-{LandingCase.objects.count() + 1:04}", company=town.ours, unit=town.here, opened=_AT,
        since=_AT, changed=_AT,
    )  # fmt: skip
    return made


ROWS: Final = {LandingCase: landing_case}
