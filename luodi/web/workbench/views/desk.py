"""The pages of the desk: one's day, the queue, the board, and the form that moves a case on."""

from datetime import date
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from luodi.casework.gates import GateMissing
from luodi.errors import LuodiError
from luodi.web.accounts.models import User
from luodi.web.cases.models import LandingCase
from luodi.web.cases.queries.cases import case_of
from luodi.web.cases.queries.next_facts import next_facts
from luodi.web.core.error_words import in_words
from luodi.web.core.errors import StaleVersion
from luodi.web.core.guards import only
from luodi.web.core.pages import page, url
from luodi.web.core.permissions import has_role
from luodi.web.core.roles import Role
from luodi.web.core.words import language, say
from luodi.web.workbench import forms
from luodi.web.workbench.lists import CHOICES, QUEUE
from luodi.web.workbench.queries import cases as queries
from luodi.web.workbench.queries import day as days
from luodi.web.workbench.queries import team
from luodi.web.workbench.queries.bands import CASE_BANDS
from luodi.web.workbench.views.choosers import choosers, columns_of, further_cells, stale_among
from luodi.web.workbench.views.moves import make_move, moves_of
from luodi.web.workbench.views.panel import Panel, panel_of

_officers = only(Role.OFFICER)
_staff = only(Role.OFFICER, Role.LEADER)


def user_of(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


@require_safe
@_officers
def day(request: HttpRequest) -> HttpResponse:
    """Every open case of one's own in its group, and what else there is to do; beside it the case that was chosen."""
    user, today = user_of(request), timezone.localdate()
    found = days.day_of(user, today, page=_page_number(request))
    first = next((row.case for row in (*found.lines, *found.rows) if row.case), "")
    beside = _panel(request, (request.GET.get("case") or first)[:16], today)
    facts = next_facts(user) if found.page == 1 else None
    return page(request, "workbench/day", day=found, of=user, beside=beside, form=_form(beside, "day"), facts=facts)


@require_safe
@_staff
def team_day(request: HttpRequest, officer: int) -> HttpResponse:
    """The cases of an officer of one's units, in the same groups."""
    user, today = user_of(request), timezone.localdate()
    of = next((one for one in team.people_of(user, today) if one.pk == officer), None)
    if of is None:
        raise Http404
    found = days.day_of(user, today, of=of, page=_page_number(request))
    return page(request, "workbench/day", day=found, of=of, beside=None, form=None, facts=None)


@require_safe
@_staff
def team_page(request: HttpRequest) -> HttpResponse:
    """Each officer of one's units with their open cases by group."""
    user, today = user_of(request), timezone.localdate()
    return page(request, "workbench/team", rows=team.team_of(user, today), bands=CASE_BANDS)


def _page_number(request: HttpRequest) -> int:
    text = request.GET.get("page", "")
    return int(text) if text.isdecimal() and len(text) < 6 else 1


@require_safe
@_staff
def queue(request: HttpRequest) -> HttpResponse:
    """The cases of one's units: the open ones by their nearest day, unless somebody asks for others."""
    today = timezone.localdate()
    asked = QUEUE.read(_given(request))
    found = QUEUE.found(request.user, asked, on=today)
    if sort := asked.get("sort"):
        number = _page_number(request) or 1
        items, follows = queries.in_order(found, sort, number)
        more = urlencode({**asked, "page": number + 1}) if follows else ""
    else:
        items, following = queries.queue(found, queries.Place.read(request.GET.get("after", "")))
        more = urlencode({**asked, "after": str(following)}) if following else ""
    columns, lang = columns_of(asked.get("columns", "")), language()
    chosen = request.GET.get("case", "")
    beside = _panel(request, chosen[:16], today) if chosen else None
    return page(
        request,
        "workbench/queue",
        items=items,
        asked=QUEUE.filled(asked),
        known=CHOICES,
        choosers=choosers(user_of(request), today, lang),
        columns=columns,
        stale=stale_among(item.case.pk for item in items),
        cells=further_cells((item.case for item in items), columns, lang),
        more=more,
        beside=beside,
        query=urlencode(asked),
        form=_form(beside, "queue"),
        today=today,
        may_work=has_role(request.user, {Role.OFFICER}),
    )


def _given(request: HttpRequest) -> dict[str, str]:
    """What was asked; columns come as boxes that are ticked."""
    return {**request.GET.dict(), "columns": ",".join(request.GET.getlist("columns"))}


@require_safe
@_staff
def board(request: HttpRequest) -> HttpResponse:
    """The same cases by stage."""
    today = timezone.localdate()
    asked = QUEUE.read(request.GET)
    columns = queries.board(request.user, asked, today)
    return page(
        request,
        "workbench/board",
        columns=columns,
        asked=QUEUE.filled(asked),
        known=CHOICES,
        query=urlencode(asked),
        today=today,
    )


def _panel(request: HttpRequest, reference: str, on: date) -> Panel | None:
    found = case_of(request.user, reference) if reference else None
    return panel_of(request.user, found, on) if found else None


def _form(beside: Panel | None, to: str) -> forms.Move | None:
    if beside is None or not beside.moves:
        return None
    return forms.Move(moves=beside.moves, initial={"version": beside.case.version, "to": to})


@require_http_methods(["GET", "HEAD", "POST"])
@_officers
def move(request: HttpRequest, reference: str) -> HttpResponse:
    """Move a case on or back, or say how it goes; a refusal is shown with what is missing and what was typed."""
    found = case_of(request.user, reference)
    if found is None:
        raise Http404
    to = request.GET.get("to", "board")
    start = {"version": found.version, "to": to if to in forms.BACK_TO else "board"}
    form = forms.Move(request.POST or None, moves=moves_of(found), initial=start)
    if request.method != "POST":
        return _move_page(request, found, form)
    if not form.is_valid():
        return _move_page(request, found, form, 422)
    return _moved(request, found, form)


def _moved(request: HttpRequest, found: LandingCase, form: forms.Move) -> HttpResponse:
    given = form.cleaned_data
    try:
        make_move(
            found,
            given["move"],
            given["reason"],
            by=user_of(request),
            at=timezone.now(),
            key=given["key"],
            version=given["version"],
        )
    except LuodiError as refused:
        if refused.code == "not-permitted":
            raise
        return _refused(request, found, form, refused)
    messages.success(request, say("workbench.said_moved", reference=found.reference))
    if given["to"] == "board":
        return redirect("workbench:board")
    return redirect(url("workbench:" + given["to"]) + f"?case={found.reference}")


def _refused(request: HttpRequest, found: LandingCase, form: forms.Move, refused: LuodiError) -> HttpResponse:
    """409 for a case that has moved on meanwhile, with the form made anew for what it is now."""
    now = case_of(request.user, found.reference) or found
    typed: dict[str, str] = {name: form.cleaned_data[name] for name in ("to", "move", "reason", "key")}
    fresh = forms.Move({**typed, "version": now.version}, moves=moves_of(now) or tuple({typed["move"]}))
    problem = "" if isinstance(refused, GateMissing) else in_words(refused, "workbench.refused")
    problem = problem or say("workbench.refused_gate_missing")
    return _move_page(request, now, fresh, 409 if isinstance(refused, StaleVersion) else 422, problem)


def _move_page(
    request: HttpRequest, found: LandingCase, form: forms.Move, status: int = 200, problem: str = ""
) -> HttpResponse:
    beside = panel_of(request.user, found, timezone.localdate())
    return page(request, "workbench/move", status, beside=beside, form=form, problem=problem)
