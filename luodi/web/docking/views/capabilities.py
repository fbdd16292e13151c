"""What companies can do: their own page of it, and the officers' list with its proofs to look at."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from luodi.web.accounts.models import Company
from luodi.web.core.guards import only
from luodi.web.core.pages import page
from luodi.web.core.permissions import may, visible
from luodi.web.core.roles import Role
from luodi.web.docking import forms
from luodi.web.docking.actions import capabilities as actions_capabilities
from luodi.web.docking.models import Capability
from luodi.web.docking.queries import market as queries
from luodi.web.docking.views.shared import Refused, Who, attempt, done

_all = only(Role.REPRESENTATIVE, Role.OFFICER, Role.LEADER)


@require_http_methods(["GET", "HEAD", "POST"])
@_all
def capabilities(request: HttpRequest) -> HttpResponse:
    """Those of one's companies, with a form for one more; to officers those of all, the unchecked first."""
    own = queries.may_act_for(request.user, queries.today())
    form = forms.CapabilityForm(request.POST or None, owners=[(str(one.pk), str(one)) for one in own])
    if request.method != "POST":
        return _shown(request, form, own)
    result = attempt(request, "add", form, _add)
    return _shown(request, form, own, result) if isinstance(result, Refused) else done(request, "docking:capabilities")


def _shown(request: HttpRequest, form: Any, own: list[Company], refused: Refused | None = None) -> HttpResponse:
    rows = visible(request.user, Capability.objects.all()).select_related("company").order_by("checked", "-pk")
    shown = Paginator(rows, 50).get_page(request.GET.get("page"))
    status = refused.status if refused else 200
    checks = {one.pk: forms.Bare(version=one.version, auto_id=f"check_{one.pk}_%s") for one in shown if not one.checked}
    if not any(may(request.user, "check", one) for one in list(shown)[:1]):
        checks = {}
    return page(
        request, "docking/capabilities", status, rows=shown, form=form if own else None, refused=refused, checks=checks
    )


def _add(given: dict[str, Any], who: Who) -> Capability:
    company = Company.objects.get(pk=int(given.pop("company")))
    return actions_capabilities.add_capability(company, given, **who)


@require_POST
@only(Role.OFFICER)
def check(request: HttpRequest, number: int) -> HttpResponse:
    """An officer has looked at the proof."""
    found = visible(request.user, Capability.objects.filter(pk=number), "check").first()
    if found is None:
        raise Http404
    form = forms.Bare(request.POST)
    result = attempt(request, "check", form, lambda _, who: actions_capabilities.check_proof(found, **who))
    if isinstance(result, Refused):
        return _shown(request, None, [], result)
    return done(request, "docking:capabilities")
