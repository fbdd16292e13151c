"""Pages of leads: the inbox, one lead, and what can be done with it; and the form of those who would like to come."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from luodi.casework.leads import Lead as State
from luodi.errors import LuodiError
from luodi.web.accounts.access import may, require
from luodi.web.accounts.doors import only
from luodi.web.accounts.models import Unit, User
from luodi.web.accounts.roles import Role
from luodi.web.advisor.queries import receiving_unit
from luodi.web.cases.acting import Moved
from luodi.web.leads import actions, feeds, forms, queries
from luodi.web.leads.acts import DEEDS, described, form_of, now_possible
from luodi.web.leads.models import Lead, Signal
from luodi.web.leads.scoring import computed
from luodi.web.pages import page
from luodi.web.words import language, say, words

STATES = (*queries.ASKED, *(state.value for state in State))
_staff = only(Role.OFFICER, Role.LEADER)
_officers = only(Role.OFFICER)


def user_of(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def in_words(refused: LuodiError) -> str:
    key = f"leads.refused_{refused.code.replace('-', '_')}"
    return say(key) if key in words() else refused.message


@require_safe
@_staff
def inbox(request: HttpRequest) -> HttpResponse:
    """Those of one's units, the best first."""
    asked = {
        "state": request.GET.get("state", "open")[:20],
        "words": request.GET.get("words", "").replace("\0", "")[:200],
        **_days(request),
    }
    number = request.GET.get("page", "1")
    at = int(number) if number.isdecimal() and 0 < len(number) < 6 else 1
    found, more = queries.page_of(request.user, asked, max(at, 1))
    today = timezone.localdate()
    return page(
        request, "leads/inbox", leads=found, asked=asked, states=STATES, steady=queries.steady(found, on=today),
        more=urlencode({**asked, "page": at + 1}) if more else "",
    )  # fmt: skip


def _days(request: HttpRequest) -> dict[str, str]:
    """`from` and `until` where they are days."""
    given = {name: request.GET.get(name, "") for name in ("from", "until")}
    return {name: text[:10] for name, text in given.items() if _is_day(text)}


def _is_day(text: str) -> bool:
    try:
        return parse_date(text[:10]) is not None
    except ValueError:  # the thirtieth of February
        return False


@require_safe
@_staff
def lead(request: HttpRequest, lead: int) -> HttpResponse:
    """One lead: where it comes from, what its score rests on, what would raise it, and what to do."""
    return _lead(request, _found(request, lead))


def _found(request: HttpRequest, pk: int) -> Lead:
    found = queries.lead_of(request.user, pk)
    if found is None:
        raise Http404
    return found


def _lead(
    request: HttpRequest, found: Lead, status: int = 200, problem: str = "", act: str = "", bound: Any = None
) -> HttpResponse:
    today, companies = timezone.localdate(), list(queries.companies_like(request.user, found))
    acts = now_possible(found) if may(request.user, "work", found) else []
    made = {name: form_of(name, found, companies) for name in acts}
    if bound is not None and act in made:
        made[act] = bound
    return page(
        request, "leads/lead", status, lead=found, score=computed(found, on=today), acts=acts, forms=made, bound=bound,
        problem=problem, companies=companies, alike=list(queries.leads_like(request.user, found)), today=today,
        signals=found.signals.all(), adjustments=list(found.adjustments.select_related("by")),
        scores=found.scores.all()[:10],
    )  # fmt: skip


@require_POST
@_staff
def act(request: HttpRequest, lead: int, act: str) -> HttpResponse:
    """One act; a refusal is shown where one can act on it, with what was typed."""
    found = _found(request, lead)
    require(request.user, "work", found)
    form = form_of(act, found, list(queries.companies_like(request.user, found)), request.POST)
    if not form.is_valid():
        return _lead(request, found, 422, act=act, bound=form)
    given = form.cleaned_data
    try:
        DEEDS[act].do(found, given, actions.Sent(user_of(request), timezone.now(), given["key"], given["version"]))
    except LuodiError as refused:
        if refused.code == "not-permitted":
            raise
        now = _found(request, lead)
        form.again(now.version)
        return _lead(request, now, 409 if isinstance(refused, Moved) else 422, in_words(refused), act, form)
    messages.success(request, say(f"leads.said_{act}"))
    now = _found(request, lead)
    return redirect("cases:case", now.case.reference) if act == "convert" and now.case else redirect("leads:lead", lead)


# ---- new ones


@require_http_methods(["GET", "HEAD", "POST"])
@_officers
def new(request: HttpRequest) -> HttpResponse:
    """One that an officer heard of."""
    form, problem = forms.New(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        heard = actions.Heard(**described(given), contact=given["contact"], email=given["email"], language=language())
        raw = {name: given[name] for name in ("title", "company_name", "summary", "source")}
        signal = actions.From(given["kind"], given["source"], raw, f"form {given['key']}")
        try:
            made = actions.receive(heard, signal, _unit(request), at=timezone.now(), by=user_of(request))
            return redirect("leads:lead", made.pk)
        except LuodiError as refused:
            problem = in_words(refused)
    status = 422 if request.method == "POST" else 200
    return page(request, "leads/new", status, form=form, problem=problem, heading_key="new_title")


def _unit(request: HttpRequest) -> Unit:
    """The unit that an officer works in."""
    unit = queries.unit_of(user_of(request)) or receiving_unit()
    if unit is None:
        raise Http404
    return unit


@require_http_methods(["GET", "HEAD", "POST"])
@_officers
def file(request: HttpRequest) -> HttpResponse:
    """Signals of a feed or table: each entry once, however often the file is brought."""
    form, problem = forms.File(request.POST or None, files=request.FILES or None), ""
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            content = given["file"].read(feeds.MOST_BYTES + 1)
            new, known = actions.receive_all(
                feeds.signals(content, given["source"]), _unit(request), at=timezone.now(), by=user_of(request)
            )
            messages.success(request, say("leads.said_file", new=new, known=known))
            return redirect("leads:inbox")
        except LuodiError as refused:
            problem = str(refused)
    status = 422 if request.method == "POST" else 200
    return page(request, "leads/file", status, form=form, problem=problem)


# ---- for those who would like to come


@require_http_methods(["GET", "HEAD", "POST"])
def interest(request: HttpRequest) -> HttpResponse:
    """Tell us what you plan; an officer answers. No account is needed."""
    unit = receiving_unit()
    form, problem = forms.Interest(request.POST or None), ""
    if request.method == "POST" and unit is not None and form.is_valid():
        given = form.cleaned_data
        try:
            heard = actions.Heard(
                title=given["company_name"], company_name=given["company_name"], country=given["country"].upper(),
                summary=given["message"], contact=given["name"], email=given["email"], technology=given["technology"],
                language=language(),
            )  # fmt: skip
            signal = actions.From(Signal.Kind.FORM, "interest", {"message": given["message"]}, given["key"])
            actions.receive(heard, signal, unit, at=timezone.now())
            return redirect("leads:thanks")
        except LuodiError as refused:
            problem = in_words(refused)
    status = 422 if request.method == "POST" else 200
    return page(request, "leads/interest", status, form=form, problem=problem, unit=unit)


@require_safe
def thanks(request: HttpRequest) -> HttpResponse:
    return page(request, "leads/thanks")
