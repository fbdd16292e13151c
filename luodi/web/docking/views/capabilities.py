"""What companies can do: their own page of it, and the officers' list with its proofs to look at."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from luodi.web.core.forms import ActionForm
from luodi.web.core.guards import only
from luodi.web.core.pages import page
from luodi.web.core.permissions import may, visible
from luodi.web.core.roles import Role
from luodi.web.docking.actions.capabilities import add_capability, check_proof
from luodi.web.docking.forms.fields import Plain
from luodi.web.docking.forms.matches import CapabilityForm
from luodi.web.docking.models import Capability
from luodi.web.docking.queries import market as queries
from luodi.web.docking.views.shared import Offered, Refused, done, perform


@require_http_methods(["GET", "HEAD", "POST"])
@only(Role.REPRESENTATIVE, Role.OFFICER, Role.LEADER)
def capabilities(request: HttpRequest) -> HttpResponse:
    """Those of one's companies, with a form for one more; to officers those of all, the unchecked first."""
    own = queries.may_act_for(request.user, queries.today())
    form = CapabilityForm(request.POST or None, owners=own)
    shown = form if own else None
    if request.method != "POST":
        return _shown(request, shown)
    tried = perform(request, "add", Offered(add_capability, form))
    return _shown(request, shown, tried) if isinstance(tried, Refused) else done(request, "docking:capabilities")


def _shown(request: HttpRequest, form: ActionForm | None, refused: Refused | None = None) -> HttpResponse:
    rows = visible(request.user, Capability.objects.all()).select_related("company").order_by("checked", "-pk")
    shown = Paginator(rows, 50).get_page(request.GET.get("page"))
    checks = {one.pk: Plain(row=one, auto_id=f"check_{one.pk}_%s") for one in shown if not one.checked}
    if not any(may(request.user, "check", one) for one in list(shown)[:1]):
        checks = {}
    status = refused.status if refused else 200
    return page(request, "docking/capabilities", status, rows=shown, form=form, refused=refused, checks=checks)


@require_POST
@only(Role.OFFICER)
def check(request: HttpRequest, number: int) -> HttpResponse:
    """An officer has looked at the proof."""
    found = visible(request.user, Capability.objects.filter(pk=number), "check").first()
    if found is None:
        raise Http404
    tried = perform(request, "check", Offered(check_proof, Plain(request.POST), (found,)))
    return _shown(request, None, tried) if isinstance(tried, Refused) else done(request, "docking:capabilities")
