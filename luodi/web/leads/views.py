"""Pages of leads: the inbox, one lead, and what can be done with it; and the form of those who would like to come."""

import re
from datetime import date
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from luodi.errors import LuodiError
from luodi.message import Message
from luodi.web.accounts.models import Unit, User
from luodi.web.accounts.queries import colleagues_of
from luodi.web.advisor.queries import receiving_unit
from luodi.web.core.actions import actions_on
from luodi.web.core.bulk import Outcome, pairs
from luodi.web.core.error_words import in_words
from luodi.web.core.exports import file_form, file_of
from luodi.web.core.guards import only
from luodi.web.core.keys import key_sent, new_key
from luodi.web.core.pages import page
from luodi.web.core.permissions import has_role, may, require
from luodi.web.core.roles import Role
from luodi.web.core.views import page_context, submit
from luodi.web.core.words import language, say
from luodi.web.journal.actions import record_export
from luodi.web.leads import actions, bulk, forms, queries
from luodi.web.leads.forms import described, form_of
from luodi.web.leads.lists import INBOX, STATES
from luodi.web.leads.models import Lead, Signal
from luodi.web.leads.scoring import computed

_KEY: Final = re.compile(r"[0-9A-Za-z_-]{16,40}")
_staff = only(Role.OFFICER, Role.LEADER)
_officers = only(Role.OFFICER)


def user_of(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


@require_safe
@_staff
def inbox(request: HttpRequest) -> HttpResponse:
    """Those of one's units, the best first."""
    shown = page_context(request, INBOX, request.user)
    return page(
        request,
        "leads/inbox",
        **shown,
        states=STATES,
        steady=queries.steady(shown["rows"], on=timezone.localdate()),
        may_work=has_role(request.user, {Role.OFFICER}),
    )


@require_POST
@_staff
def exported(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """What the inbox shows, all pages of it, written down as an export."""
    asked, form = INBOX.read(request.POST.dict()), file_form(request)
    found = INBOX.found(request.user, asked)
    record_export(found, form, by=request.user, asked=asked)
    return file_of(INBOX, found, form, "leads", language())


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
    known = actions_on(Lead)
    acts = queries.now_possible(found) if may(request.user, "work", found) else []
    made = {name: form_of(known[name], found, companies) for name in acts}
    if bound is not None and act in made:
        made[act] = bound
    return page(
        request,
        "leads/lead",
        status,
        lead=found,
        score=computed(found, on=today),
        acts=acts,
        forms=made,
        bound=bound,
        problem=problem,
        companies=companies,
        alike=list(queries.leads_like(request.user, found)),
        today=today,
        signals=found.signals.all(),
        adjustments=list(found.adjustments.select_related("by")),
        scores=found.scores.all()[:10],
    )


@require_POST
@_staff
def act(request: HttpRequest, lead: int, act: str) -> HttpResponse:
    """One act; a refusal is shown where one can act on it, with what was typed."""
    found = _found(request, lead)
    require(request.user, "work", found)
    action = actions_on(Lead).get(act)
    if action is None:
        raise Http404
    form = form_of(action, found, list(queries.companies_like(request.user, found)), request.POST)
    tried = submit(request, action, form, found, own="leads.refused")
    if tried.done is None:
        return _lead(request, _found(request, lead), tried.status, tried.problem, act, form)
    messages.success(request, say(f"leads.said_{act}"))
    now = _found(request, lead)
    return redirect("cases:case", now.case.reference) if act == "convert" and now.case else redirect("leads:lead", lead)


# ---- many at once


@require_POST
@_officers
def many(request: HttpRequest) -> HttpResponse:
    """First what will and will not change, and why; once that was confirmed, what became of each."""
    now, given, user = timezone.now(), request.POST, user_of(request)
    versions = pairs(given.getlist("lead"))
    wanted, problem = _wanted(request)
    rows = bulk.chosen(user, versions)
    if wanted is None or not rows:
        problem = say("leads.many_none") if not rows else problem
        return _many_page(request, 422, wanted=None, outcomes=[Outcome(row) for row in rows], problem=problem)
    if given.get("confirmed") and _KEY.fullmatch(given.get("key", "")):
        by_row = {row.pk: versions[str(row.pk)] for row in rows}
        done = bulk.BULK.do(user, rows, by_row, wanted, key=key_sent(request), at=now)
        return _many_page(request, 200, wanted=wanted, outcomes=done, done=True)
    return _many_page(request, 200, wanted=wanted, outcomes=bulk.BULK.foreseen(user, rows, wanted, at=now))


def _many_page(request: HttpRequest, status: int, **more: object) -> HttpResponse:
    officers = colleagues_of(user_of(request), on=timezone.localdate())
    whole: dict[str, object] = {"problem": "", "done": False, "key": new_key(), "officers": officers, **more}
    return page(request, "leads/many", status, acts=bulk.ACTS, given=request.POST.dict(), **whole)


def _wanted(request: HttpRequest) -> tuple[bulk.Wanted | None, str]:
    """What the form asks for; or None and why it cannot be done. The inbox sends what was chosen without an act."""
    act, given = request.POST.get("act", ""), request.POST
    reason = given.get("reason", "").strip()[:2000]
    if act not in bulk.ACTS:
        return None, ""
    if act == "assign":
        people = colleagues_of(user_of(request), on=timezone.localdate())
        officer = next((one for one in people if str(one.pk) == given.get("officer", "")), None)
        return (bulk.Wanted(act, officer=officer), "") if officer else (None, say("workbench.refused_no_officer"))
    if not reason:
        return None, Message("leads.reason").said(language())
    if act == "refuse":
        return bulk.Wanted(act, reason=reason), ""
    until = _day(given.get("until", ""))
    if until is None or until <= timezone.localdate():
        return None, Message("leads.until").said(language())
    return bulk.Wanted(act, until=until, reason=reason), ""


def _day(text: str) -> date | None:
    try:
        return parse_date(text[:10])
    except ValueError:
        return None


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
            made = actions.receive(heard, signal, unit_of(request), at=timezone.now(), by=user_of(request))
            return redirect("leads:lead", made.pk)
        except LuodiError as refused:
            problem = in_words(refused, "leads.refused")
    status = 422 if request.method == "POST" else 200
    return page(request, "leads/new", status, form=form, problem=problem, heading_key="new_title")


def unit_of(request: HttpRequest) -> Unit:
    """The unit that an officer works in."""
    unit = queries.unit_of(user_of(request)) or receiving_unit()
    if unit is None:
        raise Http404
    return unit


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
                title=given["company_name"],
                company_name=given["company_name"],
                country=given["country"],
                summary=given["message"],
                contact=given["name"],
                email=given["email"],
                technology=given["technology"],
                language=language(),
            )
            signal = actions.From(Signal.Kind.FORM, "interest", {"message": given["message"]}, given["key"])
            actions.receive(heard, signal, unit, at=timezone.now())
            return redirect("leads:thanks")
        except LuodiError as refused:
            problem = in_words(refused, "leads.refused")
    status = 422 if request.method == "POST" else 200
    return page(request, "leads/interest", status, form=form, problem=problem, unit=unit)


@require_safe
def thanks(request: HttpRequest) -> HttpResponse:
    return page(request, "leads/thanks")
