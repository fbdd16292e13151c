"""Meetings with their programme, and projects that others may look at."""

from typing import Final

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from luodi.casework.meetings import MeetingAct, MeetingState
from luodi.web.core.forms import Data, Options
from luodi.web.core.guards import only, signed_in
from luodi.web.core.pages import page
from luodi.web.core.permissions import may, visible
from luodi.web.core.roles import Role
from luodi.web.core.views import Attempt
from luodi.web.docking import permissions
from luodi.web.docking.actions import meetings as actions
from luodi.web.docking.actions.pilots import repeat as repeat_project
from luodi.web.docking.forms.fields import Plain
from luodi.web.docking.forms.meetings import MeetingForm, PairForm, RepeatForm, SessionForm, StepForm
from luodi.web.docking.models import DemonstrationProject, Meeting, Pairing
from luodi.web.docking.queries import market as queries
from luodi.web.docking.queries import meetings as queries_meetings
from luodi.web.docking.queries.meetings import SessionShown
from luodi.web.docking.views.shared import Offered, Refused, done, forms_of, perform


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
    form = MeetingForm(request.POST or None, units=queries.units_of(request.user, queries.today()))
    tried = perform(request, "new", Offered(actions.arrange, form)) if request.method == "POST" else Attempt()
    if tried.done is not None:
        return done(request, "docking:meeting", tried.done.reference)
    refused = tried if isinstance(tried, Refused) else None
    return page(request, "docking/arrange", tried.status, form=form, refused=refused)


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
    pairings = [pairing for session in sessions for pairing in session.visible_pairings]
    works = user.is_authenticated and may(user, "work", found)
    possible = _possible(found, sessions, pairings) if works else []
    made = {act: _offered(request, act, found).form for act in possible}
    counts = user.is_authenticated and may(user, "count", found)
    return page(
        request,
        "docking/meeting",
        refused.status if refused else 200,
        meeting=found,
        sessions=sessions,
        shown=permissions.shown(user, [one.match for one in pairings]),
        possible=possible,
        forms=forms_of(made, refused),
        refused=refused,
        funnel=queries_meetings.funnel(found) if counts else (),
        sums=queries_meetings.sums(found) if counts else (),
    )


_MOVES: Final = {"announce": MeetingAct.ANNOUNCE, "hold": MeetingAct.HOLD, "cancel": MeetingAct.CANCEL}


def _possible(found: Meeting, sessions: list[SessionShown], pairings: list[Pairing]) -> list[str]:
    state = MeetingState(found.state)
    always = ["add_session", *(["pair"] if sessions else []), "cancel"]
    return {
        MeetingState.DRAFT: [*(["announce"] if sessions else []), *always],
        MeetingState.ANNOUNCED: ["hold", *always],
        MeetingState.HELD: ["step"] if pairings else [],
        MeetingState.CANCELLED: [],
    }[state]


def _offered(request: HttpRequest, act: str, found: Meeting, data: Data = None) -> Offered:
    more = Options(row=found, auto_id=f"{act}_%s")
    if act == "pair":
        return Offered(actions.pair, PairForm(data, sessions=found.sessions.all(), user=request.user, **more))
    if act == "step":
        rows = Pairing.objects.filter(session__meeting=found).select_related("match").order_by("session", "table")
        return Offered(actions.step, StepForm(data, pairings=rows, **more))
    if act == "add_session":
        return Offered(actions.add_session, SessionForm(data, **more), (found,))
    return Offered(actions.move[_MOVES[act]], Plain(data, **more), (found,))


@require_POST
@signed_in
def act(request: HttpRequest, reference: str, act: str) -> HttpResponse:
    """One action on a meeting, by an officer of its unit."""
    found = _found(request, reference)
    if not may(request.user, "work", found):
        raise Http404
    tried = perform(request, act, _offered(request, act, found, request.POST))
    return _shown(request, found, tried) if isinstance(tried, Refused) else done(request, "docking:meeting", reference)


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
    made = {key: RepeatForm(auto_id=f"repeat_{key}_%s", initial={"row": key}) for key in mine}
    if refused is not None and isinstance(refused.form, RepeatForm):
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
    form = RepeatForm(request.POST, auto_id=f"repeat_{found.pk}_%s")
    tried = perform(request, "repeat", Offered(repeat_project, form, (found,)))
    return _projects(request, tried) if isinstance(tried, Refused) else done(request, "docking:projects")
