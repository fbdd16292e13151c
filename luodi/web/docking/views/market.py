"""What is posted: browsed by anybody, written by companies and units, screened and published at a desk."""

from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from luodi.casework.demands import DemandAct, DemandKind, DemandState
from luodi.casework.wishes import in_words as wishes_in_words
from luodi.errors import UnknownValue
from luodi.web.accounts.models import Company, Unit
from luodi.web.companies import queries as companies
from luodi.web.core.guards import only, signed_in
from luodi.web.core.pages import page
from luodi.web.core.permissions import may
from luodi.web.core.roles import Role
from luodi.web.core.views import was_sent_before
from luodi.web.core.words import language
from luodi.web.docking import forms, permissions
from luodi.web.docking.actions import matches as actions_matches
from luodi.web.docking.actions import posted as actions
from luodi.web.docking.actions.ending import put_down
from luodi.web.docking.actions.matches import Pair, judged
from luodi.web.docking.models import Capability, InvestorProfile, Posted
from luodi.web.docking.queries import market as queries
from luodi.web.docking.tasks import seek_for
from luodi.web.docking.views.shared import Refused, Who, attempt, done

_staff = only(Role.OFFICER, Role.LEADER)
KINDS: Final = tuple(queries.KINDS)
_MONEY: Final = {"demands": "budget", "capital": "capital", "investors": "capital", "parks": "price"}


def _asked(given: Mapping[str, str]) -> dict[str, str]:
    return {name: given.get(name, "").replace("\0", "").strip()[:200] for name in ("words", "kind", "open", "state")}


def _listed(request: HttpRequest, what: str) -> str:
    if what not in queries.KINDS:
        raise Http404
    return what


# ---- lists


@require_safe
def market(request: HttpRequest, what: str = "demands") -> HttpResponse:
    """What anybody may read, the newest first."""
    asked = _asked(request.GET)
    rows = queries.on_the_market(_listed(request, what), asked, queries.today())
    shown = Paginator(queries.pages_of(what, rows), 25).get_page(request.GET.get("page"))
    return page(
        request,
        "docking/market",
        what=what,
        rows=shown,
        asked=asked,
        more=f"&{urlencode(asked)}",
        whats=KINDS,
        kinds=list(DemandKind),
        owners={one.pk: permissions.owner_of(None, one) for one in shown},
    )


@require_safe
@_staff
def desk(request: HttpRequest, what: str = "demands") -> HttpResponse:
    """Those of one's units, in every state, the newest first."""
    asked = _asked(request.GET)
    rows = queries.posted(request.user, _listed(request, what), asked)
    shown = Paginator(queries.pages_of(what, rows), 50).get_page(request.GET.get("page"))
    return page(
        request,
        "docking/desk",
        what=what,
        rows=shown,
        asked=asked,
        more=f"&{urlencode(asked)}",
        whats=KINDS,
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
    user, on, what = request.user, queries.today(), queries.word_of(found)
    own = queries.may_act_for(user, on) if user.is_authenticated else []
    possible = _possible(user, found, own)
    made = {act: _form(act, found, own, auto_id=f"{act}_%s", version=found.version) for act in possible}
    if refused is not None and refused.act in made:
        made[refused.act] = refused.form
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
        wishes=wishes_in_words(found.wishes, language()),
        possible=possible,
        forms=made,
        matches=matches,
        shown=shown,
        fits=_fits(user, found, own),
        may_write=found.state == DemandState.DRAFT and user.is_authenticated and may(user, "write", found),
        is_desk=may(user, "screen", found) if user.is_authenticated else False,
    )
    if user.is_authenticated:
        answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _fits(user: Any, found: Posted, own: list[Company]) -> list[tuple[Company, dict[str, Any]]]:
    """How the companies that one acts for fit, with all reasons: these are one's own facts."""
    if isinstance(found, InvestorProfile) or queries.word_of(found) == "capital":
        return []
    fitting = [one for one in own if one.pk != found.company_id][:5]
    return [(one, judged(Pair(found, one), timezone.now())) for one in fitting]


_STATES: Final = {
    "screen": {DemandState.DRAFT},
    "return": {DemandState.SCREENED},
    "publish": {DemandState.SCREENED},
}


def _possible(user: Any, found: Posted, own: list[Company]) -> list[str]:
    """The acts that a page offers; each act asks for itself whether it may."""
    if not user.is_authenticated:
        return []
    state, possible = DemandState(found.state), list[str]()
    if may(user, "screen", found):
        possible += [act for act, states in _STATES.items() if state in states]
        possible += ["close"] if state.is_public else []
        if state.takes_offers and not isinstance(found, InvestorProfile):
            possible += ["seek", "propose"]
    if not state.is_over and may(user, "withdraw", found):
        possible.append("withdraw")
    takes = state.takes_offers and queries.word_of(found) in ("demands", "parks")
    if takes and any(one.pk != found.company_id for one in own):
        possible.append("offer")
    return possible


_FORMS: Final[dict[str, type[forms.DockingForm]]] = {
    "screen": forms.Bare,
    "publish": forms.Bare,
    "seek": forms.Bare,
    "return": forms.WithReason,
    "close": forms.WithReason,
    "withdraw": forms.WithReason,
    "propose": forms.Propose,
    "offer": forms.OfferForm,
}


def _form(act: str, found: Posted, own: list[Company], data: Any = None, **more: Any) -> forms.DockingForm:
    if act == "offer":
        owners = [(str(one.pk), str(one)) for one in own if one.pk != found.company_id]
        able = Capability.objects.filter(company__in=own).order_by("-pk")[:50]
        return forms.OfferForm(data, owners=owners, capabilities=[(str(one.pk), one.title) for one in able], **more)
    return _FORMS[act](data, **more)


# ---- acts


def _screen(found: Posted, given: dict[str, Any], who: Who) -> Any:
    return actions.screen(found, **who)


def _publish(found: Posted, given: dict[str, Any], who: Who) -> Any:
    return actions.publish(found, **who)


def _put(act: DemandAct) -> Callable[[Posted, dict[str, Any], Who], Any]:
    return lambda found, given, who: put_down(found, act, given["reason"], **who)


def _seek(found: Posted, given: dict[str, Any], who: Who) -> Any:
    return seek_for.enqueue(queries.word_of(found), found.pk)


def _propose(found: Posted, given: dict[str, Any], who: Who) -> Any:
    partner = _partner(found, given["partner"].strip())
    return actions_matches.propose(partner, **who)


def _partner(found: Posted, text: str) -> Pair:
    """By a number of the register, the only company of a name, or the reference of an investor."""
    if queries.word_of(found) == "capital":
        investor = InvestorProfile.objects.select_related("company").filter(reference=text).first()
        if investor is None:
            raise UnknownValue("docking.investor", at="partner")
        return Pair.capital(found, investor)
    rows = companies.alike([text])[:2]
    named = [one for one in rows if one.merged_into_id is None]
    if text.isdecimal() and len(text) < 19:
        named = list(Company.objects.filter(pk=int(text), merged_into=None))
    if len(named) != 1:
        raise UnknownValue("docking.partner", at="partner")
    return Pair(found, named[0])


def _offer(found: Posted, given: dict[str, Any], who: Who) -> Any:
    company = Company.objects.get(pk=int(given["company"]))
    money = forms.money_of(given, "price")
    able = Capability.objects.get(pk=int(given["capability"])) if given["capability"] else None
    return actions_matches.offer(found, company, given["text"], **who, money=money, capability=able)


_ACTS: Final[dict[str, Callable[[Posted, dict[str, Any], Who], Any]]] = {
    "screen": _screen,
    "publish": _publish,
    "return": _put(DemandAct.RETURN),
    "close": _put(DemandAct.CLOSE),
    "withdraw": _put(DemandAct.WITHDRAW),
    "seek": _seek,
    "propose": _propose,
    "offer": _offer,
}


@require_POST
@signed_in
def act(request: HttpRequest, reference: str, act: str) -> HttpResponse:
    """One act on what is posted; only those that its page offers to this reader."""
    found = _found(request, reference)
    own = queries.may_act_for(request.user, queries.today())
    if act not in _possible(request.user, found, own) and not was_sent_before(request):
        raise Http404
    form = _form(act, found, own, request.POST, auto_id=f"{act}_%s")
    result = attempt(request, act, form, lambda given, who: _ACTS[act](found, given, who))
    if isinstance(result, Refused):
        return _shown(request, found, result)
    if act == "offer":
        return done(request, "docking:match", result.reference)
    return done(request, "docking:posted", found.reference)


# ---- writing


@require_http_methods(["GET", "HEAD", "POST"])
@only(Role.OFFICER, Role.REPRESENTATIVE)
def new(request: HttpRequest, what: str) -> HttpResponse:
    """A draft, of a company that one acts for or of one's own unit."""
    form = _writing(request, _listed(request, what), request.POST or None)
    if request.method != "POST":
        return page(request, "docking/write", what=what, form=form, posted=None, refused=None)
    result = attempt(request, "new", form, lambda given, who: _write(what, form, who))
    if isinstance(result, Refused):
        return page(request, "docking/write", result.status, what=what, form=form, posted=None, refused=result)
    return done(request, "docking:posted", result.reference)


def _writing(request: HttpRequest, what: str, data: Any, **more: Any) -> forms.Post:
    """The form, with whom one may write for and where it may be handed in."""
    on, lang = queries.today(), language()
    own = [(f"company-{one.pk}", str(one)) for one in queries.may_act_for(request.user, on)]
    units = queries.units_of(request.user, on)
    if what in ("demands", "parks"):
        own += [(f"unit-{one.pk}", one.name_zh if lang == "zh" else one.name_en) for one in units]
    desks = [(str(one.pk), one.name_zh if lang == "zh" else one.name_en) for one in queries.desks(on)]
    return forms.FORMS[what](data, owners=own or [("", "–")], desks=desks, **more)


def _write(what: str, form: forms.Post, who: Who) -> Posted:
    owner, _, number = form.cleaned_data["owner"].partition("-")
    company = Company.objects.get(pk=number) if owner == "company" else None
    unit = Unit.objects.get(pk=number if owner == "unit" else form.cleaned_data["unit"])
    given = dict(form.cleaned_data)
    return actions.post(
        queries.KINDS[what],
        unit,
        form.columns(),
        company=company,
        **who,
        money=forms.money_of(given, _MONEY[what]),
        wishes=form.wishes(),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def edit(request: HttpRequest, reference: str) -> HttpResponse:
    """A draft is changed by those who may write it."""
    found = _found(request, reference)
    if found.state != DemandState.DRAFT or not may(request.user, "write", found):
        raise Http404
    what, names_of_columns = queries.word_of(found), [field.name for field in found._meta.concrete_fields]
    kept = {name: getattr(found, name) for name in names_of_columns if name not in ("unit", "company")}
    initial = {**kept, **forms.filled(found.wishes)}
    initial.pop("version")
    form = forms.FORMS[what](request.POST or None, version=found.version, initial=initial)
    if request.method != "POST":
        return page(request, "docking/write", what=what, form=form, posted=found, refused=None)
    result = attempt(request, "edit", form, lambda given, who: _revise(found, what, form, who))
    if isinstance(result, Refused):
        return page(request, "docking/write", result.status, what=what, form=form, posted=found, refused=result)
    return done(request, "docking:posted", found.reference)


def _revise(found: Posted, what: str, form: forms.Post, who: Who) -> Posted:
    given = dict(form.cleaned_data)
    money = forms.money_of(given, _MONEY[what])
    return actions.revise(found, form.columns(), money=money, wishes=form.wishes(), **who)
