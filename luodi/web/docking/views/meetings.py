"""Meetings with their programme, and projects that others may look at."""

from collections.abc import Callable
from typing import Any, Final

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from luodi.casework.meetings import MeetingAct, MeetingState, Step
from luodi.errors import UnknownValue
from luodi.web.accounts.models import Unit
from luodi.web.core.guards import only, signed_in
from luodi.web.core.pages import page
from luodi.web.core.permissions import may, visible
from luodi.web.core.roles import Role
from luodi.web.core.words import language
from luodi.web.docking import forms, permissions
from luodi.web.docking.actions import meetings as actions_meetings
from luodi.web.docking.actions import pilots as actions_pilots
from luodi.web.docking.models import DemonstrationProject, Match, Meeting, Pairing, Session
from luodi.web.docking.queries import market as queries
from luodi.web.docking.queries import meetings as queries_meetings
from luodi.web.docking.views.shared import Refused, Who, attempt, done


@require_safe
def meetings(request: HttpRequest) -> HttpResponse:
    """Those that the reader may see, the latest day first."""
    shown = Paginator(queries_meetings.meetings(request.user), 25).get_page(request.GET.get("page"))
    works = request.user.is_authenticated and bool(queries.units_of(request.user, queries.today()))
    return page(request, "docking/meetings", rows=shown, works=works)


@require_http_methods(["GET", "HEAD", "POST"])
@only(Role.OFFICER)
def new(request: HttpRequest) -> HttpResponse:
    """A meeting of one of one's own units."""
    lang = language()
    units = queries.units_of(request.user, queries.today())
    desks = [(str(one.pk), one.name_zh if lang == "zh" else one.name_en) for one in units]
    form = forms.MeetingForm(request.POST or None, desks=desks)
    if request.method != "POST":
        return page(request, "docking/arrange", form=form, refused=None)
    result = attempt(request, "new", form, _arrange)
    if isinstance(result, Refused):
        return page(request, "docking/arrange", result.status, form=form, refused=result)
    return done(request, "docking:meeting", result.reference)


def _arrange(given: dict[str, Any], who: Who) -> Meeting:
    unit = Unit.objects.get(pk=int(given.pop("unit")))
    return actions_meetings.arrange(unit, given, **who)


def _found(request: HttpRequest, reference: str) -> Meeting:
    found = queries_meetings.meeting_of(request.user, reference)
    if found is None:
        raise Http404
    return found


@require_safe
def meeting(request: HttpRequest, reference: str) -> HttpResponse:
    """The programme; names stand in it once both sides of a match agreed. It prints on paper."""
    return _shown(request, _found(request, reference))


def _shown(request: HttpRequest, found: Meeting, refused: Refused | None = None) -> HttpResponse:
    user = request.user
    sessions = queries_meetings.programme(user, found)
    pairings = [pairing for session in sessions for pairing in session.seen]
    works = user.is_authenticated and may(user, "work", found)
    possible = _possible(found, sessions, pairings) if works else []
    made = {act: _form(act, found, auto_id=f"{act}_%s", version=found.version) for act in possible}
    if refused is not None and refused.act in made:
        made[refused.act] = refused.form
    counts = user.is_authenticated and may(user, "count", found)
    return page(
        request,
        "docking/meeting",
        refused.status if refused else 200,
        meeting=found,
        sessions=sessions,
        shown=permissions.shown(user, [one.match for one in pairings]),
        possible=possible,
        forms=made,
        refused=refused,
        funnel=queries_meetings.funnel(found) if counts else (),
        sums=queries_meetings.sums(found) if counts else (),
    )


_MOVES: Final = {"announce": MeetingAct.ANNOUNCE, "hold": MeetingAct.HOLD, "cancel": MeetingAct.CANCEL}


def _possible(found: Meeting, sessions: list[Session], pairings: list[Pairing]) -> list[str]:
    state = MeetingState(found.state)
    open_acts = ["add_session", *(["pair"] if sessions else []), "cancel"]
    return {
        MeetingState.DRAFT: [*(["announce"] if sessions else []), *open_acts],
        MeetingState.ANNOUNCED: ["hold", *open_acts],
        MeetingState.HELD: ["step"] if pairings else [],
        MeetingState.CANCELLED: [],
    }[state]


def _form(act: str, found: Meeting, data: Any = None, **more: Any) -> forms.DockingForm:
    if act == "pair":
        sessions = [(str(one.pk), f"{one.starts:%H:%M} {one.title(language())}") for one in found.sessions.all()]
        return forms.PairForm(data, sessions=sessions, **more)
    if act == "step":
        rows = Pairing.objects.filter(session__meeting=found).select_related("match").order_by("session", "table")
        return forms.StepForm(data, pairings=[(str(one.pk), one.match.reference) for one in rows], **more)
    return forms.SessionForm(data, **more) if act == "add_session" else forms.Bare(data, **more)


def _session(found: Meeting, given: dict[str, Any], who: Who) -> Session:
    titles, hours = (given["title_zh"], given["title_en"]), (given["starts"], given["ends"])
    return actions_meetings.add_session(found, titles, hours, given["room"], **who)


def _pair(found: Meeting, given: dict[str, Any], who: Who) -> Pairing:
    rows = visible(who["by"], Match.objects.all(), "work").filter(reference=given["match"].strip())
    match = rows.first()
    if match is None:
        raise UnknownValue("docking.match", at="match")
    session = found.sessions.get(pk=int(given["session"]))
    return actions_meetings.pair(session, match, **who)


def _step(found: Meeting, given: dict[str, Any], who: Who) -> Pairing:
    pairing = Pairing.objects.get(session__meeting=found, pk=int(given["pairing"]))
    goal = Step(given["goal"])
    kind = "contract" if goal is Step.CONTRACT else "intent"
    money = forms.money_of(given, kind)
    return actions_meetings.step(pairing, goal, money=money, note=given["note"], **{**who, "version": None})


def _move(act: MeetingAct) -> Callable[[Meeting, dict[str, Any], Who], Meeting]:
    return lambda found, given, who: actions_meetings.move(found, act, **who)


_ACTS: Final[dict[str, Callable[[Meeting, dict[str, Any], Who], Any]]] = {
    "add_session": _session,
    "pair": _pair,
    "step": _step,
    **{act: _move(move) for act, move in _MOVES.items()},
}


@require_POST
@signed_in
def act(request: HttpRequest, reference: str, act: str) -> HttpResponse:
    """One act on a meeting, by an officer of its unit."""
    found = _found(request, reference)
    if not may(request.user, "work", found):
        raise Http404
    form = _form(act, found, request.POST, auto_id=f"{act}_%s")
    result = attempt(request, act, form, lambda given, who: _ACTS[act](found, given, who))
    return (
        _shown(request, found, result) if isinstance(result, Refused) else done(request, "docking:meeting", reference)
    )


# ---- projects


@require_safe
def projects(request: HttpRequest) -> HttpResponse:
    """What was accepted and is shown: where, what, since when, and where it was repeated."""
    return _projects(request)


def _projects(request: HttpRequest, refused: Refused | None = None) -> HttpResponse:
    shown = Paginator(queries_meetings.projects(request.user), 25).get_page(request.GET.get("page"))
    mine = set[int]()
    if request.user.is_authenticated:
        rows = DemonstrationProject.objects.filter(pk__in=[one.pk for one in shown])
        mine = set(visible(request.user, rows, "work").values_list("pk", flat=True))
    made = {key: forms.RepeatForm(auto_id=f"repeat_{key}_%s", initial={"row": key}) for key in mine}
    if refused is not None:
        made[int(refused.form.data["row"])] = refused.form
    status = refused.status if refused else 200
    return page(request, "docking/projects", status, rows=shown, forms=made, refused=refused)


@require_POST
@only(Role.OFFICER)
def repeat(request: HttpRequest) -> HttpResponse:
    """That a project was repeated somewhere else."""
    row = request.POST.get("row", "")
    rows = visible(request.user, DemonstrationProject.objects.all(), "work")
    found = rows.filter(pk=int(row)).first() if row.isdecimal() and len(row) < 19 else None
    if found is None:
        raise Http404
    form = forms.RepeatForm(request.POST, auto_id=f"repeat_{found.pk}_%s")
    result = attempt(request, "repeat", form, lambda given, who: _repeat(found, given, who))
    return _projects(request, result) if isinstance(result, Refused) else done(request, "docking:projects")


def _repeat(found: DemonstrationProject, given: dict[str, Any], who: Who) -> Any:
    return actions_pilots.repeat(found, given["place"], given["since"], given["source"], **who)
