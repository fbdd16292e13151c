"""What is posted: browsed by anybody, written by companies and units, screened and published at a desk."""

from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from luodi.casework.criteria import in_words as criteria_in_words
from luodi.casework.demands import DemandAct, DemandKind, DemandState
from luodi.web.accounts.models import Company, Unit
from luodi.web.accounts.queries import open_units
from luodi.web.core.forms import ActionForm, Data, Options
from luodi.web.core.guards import only, signed_in
from luodi.web.core.pages import page
from luodi.web.core.permissions import may
from luodi.web.core.roles import Role
from luodi.web.core.types import AnyUser, Json
from luodi.web.core.views import Attempt, page_context, was_sent_before
from luodi.web.core.words import language
from luodi.web.docking import permissions
from luodi.web.docking.actions import posted as actions
from luodi.web.docking.actions.ending import put_down
from luodi.web.docking.actions.matches import offer, propose
from luodi.web.docking.forms.fields import Plain
from luodi.web.docking.forms.matches import OfferForm, Propose
from luodi.web.docking.forms.posted import FORMS, filled
from luodi.web.docking.lists import KINDS, desk_of, market_of, word_of
from luodi.web.docking.models import Capability, CapitalNeed, Demand, InvestorProfile, ParkOffer, Posted
from luodi.web.docking.queries import market as queries
from luodi.web.docking.queries.pairs import Pair, judged
from luodi.web.docking.tasks import seek_for
from luodi.web.docking.views.shared import Offered, Refused, done, forms_of, perform, run

_staff = only(Role.OFFICER, Role.LEADER)


# ---- lists


def _listed(what: str) -> type[Posted]:
    if what not in KINDS:
        raise Http404
    return KINDS[what]


@require_safe
def market(request: HttpRequest, what: str = "demands") -> HttpResponse:
    """What anybody may read, the newest first."""
    shown = page_context(request, market_of(_listed(what)), None)
    return page(
        request,
        "docking/market",
        what=what,
        **shown,
        whats=list(KINDS),
        kinds=list(DemandKind),
        owners={one.pk: permissions.owner_of(None, one) for one in shown["rows"]},
    )


@require_safe
@_staff
def desk(request: HttpRequest, what: str = "demands") -> HttpResponse:
    """Those of one's units, in every state, the newest first."""
    shown = page_context(request, desk_of(_listed(what)), request.user)
    return page(
        request,
        "docking/desk",
        what=what,
        **shown,
        whats=list(KINDS),
        states=list(DemandState),
        funnel=queries.counted(request.user, {}),
    )


# ---- one


def _found(request: HttpRequest, reference: str) -> Posted:
    found = queries.posted_of(request.user, reference)
    if found is None:
        raise Http404
    return found


@require_safe
def posted(request: HttpRequest, reference: str) -> HttpResponse:
    """What it says, what it asks, and what the reader may do with it."""
    return _shown(request, _found(request, reference))


def _shown(request: HttpRequest, found: Posted, refused: Refused | None = None) -> HttpResponse:
    user, on, what = request.user, queries.today(), word_of(found)
    own = queries.may_act_for(user, on) if user.is_authenticated else []
    possible = _possible(user, found, own)
    made = {act: _form(act, found, own) for act in possible}
    matches = list(queries.of_posted(user, found)[:100]) if user.is_authenticated else []
    shown = permissions.shown(user, matches)
    known = next((one.owner for one in shown.values() if one.owner is not None), None)
    answer = page(
        request,
        "docking/posted",
        refused.status if refused else 200,
        posted=found,
        what=what,
        refused=refused,
        owner=permissions.owner_of(user, found) or known,
        wishes=criteria_in_words(found.wishes, language()),
        possible=possible,
        forms=forms_of(made, refused),
        matches=matches,
        shown=shown,
        fits=_fits(found, own),
        may_write=found.state == DemandState.DRAFT and user.is_authenticated and may(user, "write", found),
        is_desk=may(user, "screen", found) if user.is_authenticated else False,
    )
    if user.is_authenticated:
        answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _fits(found: Posted, own: list[Company]) -> list[tuple[Company, Json]]:
    """How the companies that one acts for fit, with all reasons: these are one's own facts."""
    if isinstance(found, InvestorProfile | CapitalNeed):
        return []
    fitting = [one for one in own if one.pk != found.company_id][:5]
    return [(one, judged(Pair(found, one), timezone.now())) for one in fitting]


_STATES: Final = {
    "screen": {DemandState.DRAFT},
    "return": {DemandState.SCREENED},
    "publish": {DemandState.SCREENED},
}


def _possible(user: AnyUser, found: Posted, own: list[Company]) -> list[str]:
    """The actions that a page offers; each asks for itself whether it may."""
    if user is None or not user.is_authenticated:
        return []
    state, possible = DemandState(found.state), list[str]()
    if may(user, "screen", found):
        possible += [act for act, states in _STATES.items() if state in states]
        possible += ["close"] if state.is_public else []
        if state.takes_offers and not isinstance(found, InvestorProfile):
            possible += ["seek", "propose"]
    if not state.is_over and may(user, "withdraw", found):
        possible.append("withdraw")
    takes = state.takes_offers and isinstance(found, Demand | ParkOffer)
    if takes and any(one.pk != found.company_id for one in own):
        possible.append("offer")
    return possible


def _form(act: str, found: Posted, own: list[Company], data: Data = None) -> ActionForm:
    more = Options(row=found, auto_id=f"{act}_%s")
    if act == "offer":
        owners = [one for one in own if one.pk != found.company_id]
        able = Capability.objects.filter(company__in=own).order_by("-pk")[:50]
        return OfferForm(data, owners=owners, capabilities=able, **more)
    if act == "propose":
        return Propose(data, posted=found, **more)
    return (Plain if act == "seek" else _ACTIONS[act].form)(data, **more)


_ACTIONS: Final = {
    "screen": actions.screen,
    "publish": actions.publish,
    "return": put_down[DemandAct.RETURN],
    "close": put_down[DemandAct.CLOSE],
    "withdraw": put_down[DemandAct.WITHDRAW],
    "propose": propose,
    "offer": offer,
}


@require_POST
@signed_in
def act(request: HttpRequest, reference: str, act: str) -> HttpResponse:
    """One action on what is posted; only those that its page offers to this reader."""
    found = _found(request, reference)
    own = queries.may_act_for(request.user, queries.today())
    if act not in _possible(request.user, found, own) and not was_sent_before(request):
        raise Http404
    form = _form(act, found, own, request.POST)
    if act == "seek":
        tried = run(act, form, lambda: seek_for.enqueue(word_of(found), found.pk))
    else:
        records = () if act == "propose" else (found,)
        tried = perform(request, act, Offered(_ACTIONS[act], form, records))
    if isinstance(tried, Refused):
        return _shown(request, found, tried)
    if act == "offer":
        return done(request, "docking:match", tried.done.reference)
    return done(request, "docking:posted", found.reference)


# ---- writing


@require_http_methods(["GET", "HEAD", "POST"])
@only(Role.OFFICER, Role.REPRESENTATIVE)
def new(request: HttpRequest, what: str) -> HttpResponse:
    """A draft, of a company that one acts for or of one's own unit."""
    on = queries.today()
    owners: list[Company | Unit] = [*queries.may_act_for(request.user, on)]
    if _listed(what) in (Demand, ParkOffer):
        owners += queries.units_of(request.user, on)
    form = FORMS[what](request.POST or None, owners=owners, desks=open_units(on).order_by("path"))
    return _write(request, what, Offered(actions.post, form), None)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def edit(request: HttpRequest, reference: str) -> HttpResponse:
    """A draft is changed by those who may write it."""
    found = _found(request, reference)
    if found.state != DemandState.DRAFT or not may(request.user, "write", found):
        raise Http404
    left = ("unit", "company", "version")
    columns = [field.name for field in found._meta.concrete_fields if field.name not in left]
    initial = {**{name: getattr(found, name) for name in columns}, **filled(found.wishes)}
    what = word_of(found)
    form = FORMS[what](request.POST or None, row=found, initial=initial)
    return _write(request, what, Offered(actions.revise, form, (found,)), found)


def _write(request: HttpRequest, what: str, offered: Offered, posted: Posted | None) -> HttpResponse:
    tried = perform(request, "write", offered) if request.method == "POST" else Attempt()
    if tried.done is not None:
        return done(request, "docking:posted", tried.done.reference)
    refused = tried if isinstance(tried, Refused) else None
    return page(request, "docking/write", tried.status, what=what, form=offered.form, posted=posted, refused=refused)
