"""The officers, leaders and companies of the tests of cases."""

from typing import Any

from luodi.web.cases.actions.clocks import keep_next
from luodi.web.cases.conftest import bench, planned, proof_files
from luodi.web.cases.models import Clock, LandingCase

__all__ = ["bench", "planned", "proof_files"]


def clocked(case: LandingCase, **more: Any) -> Clock:
    """A clock as it is kept, with whatever last day a test wants."""
    made = Clock.objects.create(case=case, **more)
    keep_next(case.pk)
    return made
