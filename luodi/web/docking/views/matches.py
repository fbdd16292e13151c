"""Matches: what one may see of them, agreeing, and what came of it. Names are shown as `permissions` says."""

from typing import Final

from django.db.models import F, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from luodi.casework.matches import SAYING, MatchAct, MatchState, Part, Says, after
from luodi.casework.states import NotNow
from luodi.web.core.forms import Data
from luodi.web.core.guards import signed_in
from luodi.web.core.pages import page
from luodi.web.core.permissions import may, visible
from luodi.web.core.types import AnyUser, Json
from luodi.web.core.views import page_context
from luodi.web.docking import permissions
from luodi.web.docking.actions import matches as actions_matches
from luodi.web.docking.actions import outcomes as actions_outcomes
from luodi.web.docking.forms.fields import Plain
from luodi.web.docking.forms.matches import ConsentForm, OutcomeForm
from luodi.web.docking.lists import MATCHES
from luodi.web.docking.models import Asked, Match, Side
from luodi.web.docking.queries import market as queries
from luodi.web.docking.queries.pairs import Pair, judged
from luodi.web.docking.views import pilots
from luodi.web.docking.views.shared import Offered, Refused, done, forms_of, perform


@require_safe
@signed_in
def listed(request: HttpRequest) -> HttpResponse:
    """Those that one may see: of one's companies, or of one's units with their funnel."""
    return matches_page(request)


def matches_page(request: HttpRequest, problem: str = "") -> HttpResponse:
    found = page_context(request, MATCHES, request.user)
    return page(
        request,
        "docking/matches",
        422 if problem else 200,
        problem=problem,
        **found,
        shown=permissions.shown(request.user, found["rows"]),
        states=list(MatchState),
        funnel=queries.counted(request.user, found["asked"]),
        own=queries.posted_by_own(request.user, queries.today()),
        may_export=visible(request.user, Match.objects.all(), "export").exists(),
    )


# ---- one match


def found_match(request: HttpRequest, reference: str) -> Match:
    found = queries.match_of(request.user, reference)
    if found is None:
        raise Http404
    return found


@require_safe
@signed_in
def match(request: HttpRequest, reference: str) -> HttpResponse:
    return _shown(request, found_match(request, reference))


def _shown(request: HttpRequest, found: Match, refused: Refused | None = None) -> HttpResponse:
    user = request.user
    seen, sides = permissions.shown(user, [found])[found.pk], queries.own_sides(user, found)
    possible = _possible(user, found, sides)
    if refused is not None and refused.act == "pilot_result" and refused.act not in possible:
        possible.append(refused.act)  # the other side came first: what was typed is not lost
    made = {act: _offered(user, act, found, sides).form for act in possible}
    return page(
        request,
        "docking/match",
        refused.status if refused else 200,
        match=found,
        seen=seen,
        refused=refused,
        possible=possible,
        forms=forms_of(made, refused),
        offer=getattr(found, "offer", None),
        pilot=pilots.pilot_of(found),
        **pilots.said(found),
        fit=_own_fit(found, sides),
        asked=_answers(user, found, sides),
        Part=Part,
    )


def _own_fit(found: Match, sides: list[Side]) -> Json | None:
    """For the partner's own eyes: what is missing of its facts, and what would change the answer."""
    mine = next((side.company for side in sides if side.part == Part.PARTNER and side.company), None)
    if mine is None or found.need is not None:
        return None
    return judged(Pair(found.of, mine), timezone.now())


def _answers(user: AnyUser, found: Match, sides: list[Side]) -> list[Asked]:
    """What was asked of the reader's sides; an officer of the unit sees both."""
    rows = found.asked.all()
    return list(rows if may(user, "work", found) else rows.filter(part__in=[side.part for side in sides]))


_ACTS: Final = {act.value: act for act in (MatchAct.INTRODUCE, MatchAct.TALK, MatchAct.DEAL, MatchAct.NONE)}


def _possible(user: AnyUser, found: Match, sides: list[Side]) -> list[str]:
    possible, state = list[str](), MatchState(found.state)
    if state is MatchState.PROPOSED and any(side.says == Says.ASKED for side in sides):
        possible.append("consent")
    if state in SAYING and any(side.says == Says.YES for side in sides):
        possible.append("take_back")
    if may(user, "work", found):
        possible += [name for name, act in _ACTS.items() if _fits(state, act)]
    if _questions(found, sides).filter(answered=None).exists():
        possible.append("outcome")
    return possible + pilots.possible(user, found)


def _fits(state: MatchState, act: MatchAct) -> bool:
    try:
        after(state, act)
    except NotNow:
        return False
    return True


def _questions(found: Match, sides: list[Side]) -> QuerySet[Asked]:
    """Those that the sides were asked: the open ones, then the one that was answered last."""
    asked = found.asked.filter(part__in=[side.part for side in sides])
    return asked.order_by(F("answered").desc(nulls_first=True), "-days")


def _offered(user: AnyUser, act: str, found: Match, sides: list[Side], data: Data = None) -> Offered:
    """An action of the page with its form. Raises `Http404` for one that the page has nothing for."""
    auto_id = f"{act}_%s"
    if act.startswith("pilot"):
        return pilots.offered(user, act, found, data)
    if act in _ACTS:
        action = actions_matches.go_on[_ACTS[act]]
        return Offered(action, action.form(data, row=found, auto_id=auto_id), (found,))
    record: Side | Asked | None
    if act == "outcome":
        record = _questions(found, sides).first()
    else:
        before = Says.ASKED if act == "consent" else Says.YES
        record = next((one for one in sides if one.says == before), None) or next(iter(sides), None)
    if record is None:
        raise Http404
    if act == "outcome":
        return Offered(actions_outcomes.answer, OutcomeForm(data, row=record, auto_id=auto_id), (record,))
    if act == "consent":
        return Offered(actions_matches.say, ConsentForm(data, row=record, auto_id=auto_id), (record,))
    return Offered(actions_matches.say, Plain(data, row=record, auto_id=auto_id), (record,), {"says": Says.ASKED})


@require_POST
@signed_in
def act(request: HttpRequest, reference: str, act: str) -> HttpResponse:
    """One action on a match; a refusal is shown where one can act on it, with what was typed."""
    found = found_match(request, reference)
    sides = queries.own_sides(request.user, found)
    tried = perform(request, act, _offered(request.user, act, found, sides, request.POST))
    if isinstance(tried, Refused):
        found.refresh_from_db()
        return _shown(request, found, tried)
    return done(request, "docking:match", found.reference)
