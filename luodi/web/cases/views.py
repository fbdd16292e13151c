"""The pages of cases: parse, call one thing, present."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from luodi.casework.stages import ORDER, Stage
from luodi.web.accounts.doors import only
from luodi.web.accounts.roles import Role
from luodi.web.cases import queries
from luodi.web.cases.models import LandingCase
from luodi.web.pages import page
from luodi.web.parts import case_panels

_staff = only(Role.OFFICER, Role.LEADER)
STATES = (*queries.ASKED, *(stage.value for stage in Stage))


@require_safe
@_staff
def listed(request: HttpRequest) -> HttpResponse:
    """Those of one's units, the newest first."""
    asked = _asked(request.GET)
    found = Paginator(queries.cases(request.user, asked), 50).get_page(request.GET.get("page"))
    return page(request, "cases/list", cases=found, asked=asked, more=f"&{urlencode(asked)}", states=STATES)


def _asked(given: Mapping[str, str]) -> dict[str, str]:
    words = given.get("words", "").replace("\0", "").strip()[:200]
    return {"state": given.get("state", "open")[:20], "words": words}


@require_safe
@only(Role.REPRESENTATIVE)
def own(request: HttpRequest) -> HttpResponse:
    """The cases of the companies that one acts for."""
    return page(request, "cases/own", cases=queries.cases(request.user, {})[:50])


@require_safe
@only(Role.REPRESENTATIVE)
def own_case(request: HttpRequest, reference: str) -> HttpResponse:
    """The company's own view of its case."""
    return page(request, "cases/own_case", case=found_case(request, reference))


@require_safe
@_staff
def case(request: HttpRequest, reference: str) -> HttpResponse:
    """One case, with what every room has to show of it."""
    return _shown(request, found_case(request, reference))


def found_case(request: HttpRequest, reference: str) -> LandingCase:
    found = queries.case_of(request.user, reference)
    if found is None:
        raise Http404
    return found


def _shown(request: HttpRequest, found: LandingCase, status: int = 200, **more: Any) -> HttpResponse:
    on = timezone.localdate()
    place = ORDER.index(Stage(found.stage))
    return page(
        request, "cases/case", status, case=found, stages=ORDER, place=place,
        panels=case_panels(request.user, found, on), **more,
    )  # fmt: skip
