"""Reading cases."""

from collections.abc import Mapping
from typing import Any, Final

from django.db.models import Q, QuerySet

from luodi.casework.stages import End, Health, Stage
from luodi.web.accounts.access import visible
from luodi.web.cases.models import LandingCase

#: What a list can be narrowed to, beside the stages.
ASKED: Final = ("open", "mine", "at_risk", "stale", "ended")
STATES: Final = (*ASKED, *(stage.value for stage in Stage))


def cases(user: Any, asked: Mapping[str, str]) -> QuerySet[LandingCase]:
    """Those that somebody may see, the newest first. `asked`: `state` (a stage, or one of `ASKED`), `words`."""
    found = visible(user, LandingCase.objects.all()).select_related("company", "unit", "officer")
    found = found.annotate(is_stale=Q(determination__stale__isnull=False))
    found = _narrowed(found, user, asked.get("state", ""))
    for word in asked.get("words", "").split()[:8]:
        found = found.filter(
            Q(reference__icontains=word) | Q(company__name_zh__icontains=word) | Q(company__name_en__icontains=word)
        )
    return found


def _narrowed(found: QuerySet[LandingCase], user: Any, state: str) -> QuerySet[LandingCase]:
    if state == "ended":
        return found.exclude(end=End.NONE)
    if state == "open":
        return found.filter(end=End.NONE)
    if state == "mine":
        return found.filter(end=End.NONE, officer=user)
    if state == "stale":
        return found.filter(end=End.NONE, determination__stale__isnull=False)
    if state == "at_risk":
        return found.filter(end=End.NONE).exclude(health=Health.ON_TRACK)
    return found.filter(end=End.NONE, stage=state) if state in set(Stage) else found


def case_of(user: Any, reference: str) -> LandingCase | None:
    """A case by its reference, as far as somebody may see it."""
    whole = LandingCase.objects.select_related("company", "unit", "officer", "assurance")
    return visible(user, whole).filter(reference=reference).first()
