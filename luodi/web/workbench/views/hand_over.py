"""All cases of an officer who leaves, to be handed over at once."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from luodi.web.accounts.queries import colleagues_of, user_of
from luodi.web.core.bulk import MOST
from luodi.web.core.guards import only
from luodi.web.core.pages import page
from luodi.web.core.permissions import visible
from luodi.web.core.roles import Role
from luodi.web.workbench.queries import day as days
from luodi.web.workbench.queries import team


@require_safe
@only(Role.OFFICER, Role.LEADER)
def choose(request: HttpRequest, officer: int) -> HttpResponse:
    """Their open cases, all of them chosen at first; what will and will not change is shown before anything does."""
    user, today = user_of(request), timezone.localdate()
    of = next((one for one in team.people_of(user, today) if one.pk == officer), None)
    if of is None:
        raise Http404
    found = days.cases_of(user, of).select_related("company").order_by("reference")
    cases = list(visible(user, found, "assign", on=today)[: MOST + 1])
    return page(
        request,
        "workbench/hand_over",
        of=of,
        cases=cases[:MOST],
        most=MOST if len(cases) > MOST else None,
        chosen=request.GET.get("chosen") != "none",
        officers=[one for one in colleagues_of(user, on=today) if one != of],
    )
