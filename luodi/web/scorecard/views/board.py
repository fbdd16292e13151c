"""Pages of the plan: parse, call one thing, present."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from luodi.scorecard.contributions import State, Thing
from luodi.scorecard.plan import plan, thresholds
from luodi.web.core.actions import actions_on, open_to
from luodi.web.core.forms import Options
from luodi.web.core.guards import only
from luodi.web.core.page_cache import cached_page
from luodi.web.core.pages import page
from luodi.web.core.permissions import has_role, may, require, visible
from luodi.web.core.roles import Role
from luodi.web.core.views import Attempt, attempt, submit, was_sent_before
from luodi.web.core.words import language, say
from luodi.web.scorecard import forms
from luodi.web.scorecard.actions import contributions as actions_contributions
from luodi.web.scorecard.actions import indicators as actions
from luodi.web.scorecard.actions import tasks as actions_tasks
from luodi.web.scorecard.models import Contribution, Definition, Indicator, PlanTask
from luodi.web.scorecard.queries import board as queries
from luodi.web.scorecard.queries.countable import known, preparers
from luodi.web.scorecard.queries.definitions import approved, in_force
from luodi.web.scorecard.views import figures as showing

readers = only(Role.OFFICER, Role.LEADER)
STATES = ("open", *(state.value for state in State))


def who(request: HttpRequest) -> dict[str, Any]:
    return {"by": request.user, "at": timezone.now()}


def _units(request: HttpRequest, *roles: Role) -> list[Any]:
    return queries.units_led(request.user, timezone.localdate(), roles)


# ---- the plan and the board


@require_safe
@cached_page
def plan_page(request: HttpRequest) -> HttpResponse:
    """The plan of the book, for anybody: what was promised, what is assumed, what is known of its outcome."""
    return page(request, "scorecard/plan", plan=plan())


@require_safe
@readers
def board(request: HttpRequest) -> HttpResponse:
    """Goals, measures, tasks and indicators, with the figures that the reader may see."""
    on, lang = timezone.localdate(), language()
    found = queries.board(request.user, on)
    return page(
        request,
        "scorecard/board",
        board=found,
        on=on,
        bars=showing.bullets(found.standings, on, lang, "board"),
        finding=showing.finding(found.standings, lang),
        thresholds=showing.bands_shown(thresholds(), lang),
        may_define=bool(_units(request, Role.OFFICER, Role.LEADER)),
        editions=queries.editions(request.user)[:1],
    )


@require_safe
@readers
def claims(request: HttpRequest) -> HttpResponse:
    """What one may check, what one may claim, and what was claimed, by state."""
    on = timezone.localdate()
    asked = {"state": request.GET.get("state", "open")[:20], "indicator": request.GET.get("indicator", "")[:40]}
    asked["indicator"] = asked["indicator"].replace("\0", "")
    rows = Paginator(queries.contributions(request.user, asked), 50).get_page(request.GET.get("page"))
    works = has_role(request.user, {Role.OFFICER})
    return page(
        request,
        "scorecard/claims",
        rows=rows,
        asked=asked,
        states=STATES,
        on=on,
        more=f"&{urlencode(asked)}",
        checks=queries.to_check(request.user, 20) if works else [],
        offered=queries.proposals(request.user, on, 20) if works else [],
    )


# ---- indicators


@require_http_methods(["GET", "HEAD", "POST"])
@readers
def new_indicator(request: HttpRequest) -> HttpResponse:
    """An indicator with its first definition, which somebody else approves."""
    units, on = _units(request, Role.OFFICER, Role.LEADER), timezone.localdate()
    initial = {**forms.of_line(None, on), "of": request.GET.get("of", "")[:20]}
    form, tried = forms.NewIndicator(request.POST or None, units=units, initial=initial), Attempt()
    if request.method == "POST":
        tried = submit(request, actions.make_indicator, form)
        if tried.done is not None:
            messages.success(request, say("scorecard.said_proposed"))
            return redirect("scorecard:indicator", code=tried.done.code)
    return page(request, "scorecard/new", tried.status, form=form, tried=tried)


@require_http_methods(["GET", "HEAD", "POST"])
@readers
def indicator(request: HttpRequest, code: str) -> HttpResponse:
    """Its definitions from the first promise on, its contributions, and what can be done; on POST an act."""
    row = get_object_or_404(visible(request.user, Indicator.objects.select_related("unit")), code=code)
    tried, bound, act = Attempt(), None, request.POST.get("act", "")
    if request.method == "POST" and was_sent_before(request):
        return redirect("scorecard:indicator", code=code)  # the second of two clicks: what it chose is chosen already
    if request.method == "POST":
        bound, do = _indicator_act(request, row, act)
        tried = attempt(bound, do)
        if tried.done is not None:
            messages.success(request, say("scorecard.said_done"))
            return redirect("scorecard:indicator", code=code)
        row.refresh_from_db()
    return _indicator_page(request, row, tried, act, bound)


def _indicator_page(request: HttpRequest, row: Indicator, tried: Attempt, act: str, bound: Any) -> HttpResponse:
    on, lang = timezone.localdate(), language()
    standing = queries.standings(request.user, Indicator.objects.filter(pk=row.pk), on)[0]
    asked = {"indicator": row.code, "state": request.GET.get("state", "")[:20]}
    rows = Paginator(queries.contributions(request.user, asked), 50).get_page(request.GET.get("page"))
    made = {name: _indicator_form(request, row, name, None) for name in _indicator_acts(request, row, on)}
    if bound is not None:
        made[act] = bound
    lines = list(row.definitions.select_related("by", "decided_by"))
    return page(
        request,
        "scorecard/indicator",
        tried.status,
        row=row,
        standing=standing,
        on=on,
        rows=rows,
        lines=lines,
        holds={line.pk: day for day, line in approved(lines, on.max)},
        forms=made,
        tried=tried,
        bound=bound,
        bars=showing.bullets([standing], on, lang, "indicator"),
        finding=showing.finding([standing], lang),
        thresholds=showing.bands_shown(thresholds(), lang),
        place=plan().title_of(row.of),
        words=lambda name: say(f"scorecard.action_{name.split('-')[0]}"),
        address=lambda _: request.path,
        states=STATES,
        asked=asked,
        more=f"&{urlencode(asked)}",
    )


def _indicator_acts(request: HttpRequest, row: Indicator, on: Any) -> list[str]:
    """`approve-7` is about the definition 7."""
    found: list[str] = []
    if in_force(row.definitions.all(), on) is not None:
        if row.thing == Thing.PLATFORM:
            found += ["claim_platform"] if _units(request, Role.OFFICER) else []
        elif queries.proposals(request.user, on, 1, indicator=row):
            found.append("claim")
    proposed = row.definitions.filter(state="proposed").first()
    if proposed is not None:
        names = open_to(request.user, proposed) if proposed.by_id != request.user.pk else []
        found += [f"{name}-{proposed.pk}" for name in names]
    elif may(request.user, "define", row):
        found.append("revise")
    return found


def _indicator_form(request: HttpRequest, row: Indicator, name: str, data: Any) -> Any:
    on, more = timezone.localdate(), Options(row=row, auto_id=f"{name}_%s")
    if name == "claim":
        things = queries.proposals(request.user, on, 200, indicator=row)
        lang = language()
        return forms.Claim(
            data, things=[(one.label, f"{one.titles[lang]}　{one.label}　{one.day}") for one in things], **more
        )
    if name == "claim_platform":
        return forms.ClaimPlatform(data, units=_units(request, Role.OFFICER), **more)
    if name == "revise":
        more["initial"] = forms.of_line(in_force(row.definitions.all(), on), on)
        return forms.Line(data, **more)
    line = _line_of(row, name)
    return actions_on(Definition)[name.partition("-")[0]].form(data, row=line, auto_id=f"{name}_%s")


def _line_of(row: Indicator, name: str) -> Definition:
    act, _, number = name.partition("-")
    if act not in actions_on(Definition) or not number.isdecimal() or len(number) > 18:
        raise Http404
    return get_object_or_404(row.definitions.all(), pk=number)


def _indicator_act(request: HttpRequest, row: Indicator, name: str) -> tuple[Any, Any]:
    """The form as it was sent, and the function that does the act."""
    form = _indicator_form(request, row, name, request.POST)
    if name == "claim":
        return form, lambda given: _claim(request, row, given)
    if name == "claim_platform":
        return form, lambda given: actions_contributions.claim_platform(
            row,
            given["unit"],
            (given["name_zh"], given["name_en"]),
            given["address"],
            given["since"],
            key=given["key"],
            **who(request),
        )
    if name == "revise":
        return form, lambda _: actions.revise.submit(form, row, **who(request))
    line, action = _line_of(row, name), actions_on(Definition)[name.partition("-")[0]]
    require(request.user, action.permission, line)
    return form, lambda _: action.submit(form, line, **who(request))


def _claim(request: HttpRequest, row: Indicator, given: Mapping[str, Any]) -> Any:
    found = queries.proposals(request.user, timezone.localdate(), 200, indicator=row)
    thing = next(one.thing for one in found if one.label == given["thing"])
    return actions_contributions.claim(row, thing, key=given["key"], **who(request))


# ---- contributions


@require_http_methods(["GET", "HEAD", "POST"])
@readers
def contribution(request: HttpRequest, reference: str) -> HttpResponse:
    """One claim: its thing, what must hold for it to count, proofs, every act on it, and what can be done."""
    row = queries.contribution_of(request.user, reference) if "\0" not in reference else None
    if row is None:
        raise Http404
    tried, bound, act = Attempt(), None, request.POST.get("act", "")
    if request.method == "POST":
        action = actions_on(Contribution).get(act)
        if action is None:
            raise Http404
        require(request.user, action.permission, row)
        bound = action.form(request.POST, row=row, auto_id=f"{act}_%s")
        tried = submit(request, action, bound, row)
        if tried.done is not None:
            messages.success(request, say("scorecard.said_done"))
            return redirect("scorecard:contribution", reference=reference)
        row = queries.contribution_of(request.user, reference)
        assert row is not None
    return _contribution_page(request, row, tried, act, bound)


def _contribution_page(request: HttpRequest, row: Any, tried: Attempt, act: str, bound: Any) -> HttpResponse:
    on, lang = timezone.localdate(), language()
    people = preparers(row)
    names = open_to(request.user, row)
    own = request.user.pk in people
    if own:  # what they prepared they may claim again, and nothing else
        names = [name for name in names if name == "claim"]
    known_actions = actions_on(Contribution)
    made = {name: known_actions[name].form(row=row, auto_id=f"{name}_%s") for name in names}
    if bound is not None:
        made[act] = bound
    line = in_force(row.indicator.definitions.all(), on)
    about = known(row.thing, on)
    return page(
        request,
        "scorecard/contribution",
        tried.status,
        row=row,
        forms=made,
        tried=tried,
        bound=bound,
        on=on,
        conditions=showing.conditions(row, line, on, lang) if line else (),
        about=about,
        own=own,
        line=line,
        steps=row.steps.select_related("by"),
        words=lambda name: say(f"scorecard.action_{name}"),
        address=lambda _: request.path,
        proofs=visible(request.user, row.case.proofs.filter(withdrawn=None), "download") if row.case else [],
    )


# ---- tasks


@require_http_methods(["GET", "HEAD", "POST"])
@readers
def task(request: HttpRequest, name: str) -> HttpResponse:
    """One task of the plan: what the article says, to whom it was given, three statuses, and every line of them."""
    promised = plan().tasks.get(name)
    if promised is None:
        raise Http404
    row = visible(request.user, PlanTask.objects.select_related("unit")).filter(task=name).first()
    tried, bound, act = Attempt(), None, request.POST.get("act", "")
    if request.method == "POST":
        bound, do = _task_act(request, name, row, act)
        tried = attempt(bound, do)
        if tried.done is not None:
            messages.success(request, say("scorecard.said_done"))
            return redirect("scorecard:task", name=name)
        row = visible(request.user, PlanTask.objects.select_related("unit")).filter(task=name).first()
    made = {one: _task_form(request, row, one, None) for one in _task_acts(request, row)}
    if bound is not None:
        made[act] = bound
    on = timezone.localdate()
    found = next(r for _, rows in queries.board(request.user, on).measures for r in rows if r.task.id == name)
    return page(
        request,
        "scorecard/task",
        tried.status,
        task=promised,
        row=found,
        given=row,
        forms=made,
        tried=tried,
        bound=bound,
        words=lambda one: say(f"scorecard.action_{one}"),
        on=on,
        address=lambda _: request.path,
        lines=row.lines.select_related("unit", "by").order_by("-id") if row else [],
        may_define=bool(_units(request, Role.OFFICER, Role.LEADER)),
    )


def _task_acts(request: HttpRequest, row: PlanTask | None) -> list[str]:
    if row is None:
        return ["assign"] if _units(request, Role.LEADER) else []
    found = open_to(request.user, row)
    inside = any(unit.path.startswith(row.unit.path) for unit in queries.own_units(request.user, timezone.localdate()))
    return [name for name in found if name != "review" or not inside]


def _task_form(request: HttpRequest, row: PlanTask | None, name: str, data: Any) -> Any:
    if name == "assign":
        initial = {"unit": row.unit_id, "due": row.due} if row else {}
        units = _units(request, Role.LEADER)
        return forms.Assign(data, units=units, row=row, auto_id="assign_%s", initial=initial)
    if name not in actions_on(PlanTask) or row is None:
        raise Http404
    return actions_on(PlanTask)[name].form(data, row=row, auto_id=f"{name}_%s")


def _task_act(request: HttpRequest, task: str, row: PlanTask | None, name: str) -> tuple[Any, Any]:
    form = _task_form(request, row, name, request.POST)
    if name == "assign":
        names = ("unit", "due", "reason", "key", "version")
        return form, lambda given: actions_tasks.assign(task, **{one: given[one] for one in names}, **who(request))
    assert row is not None
    action = actions_on(PlanTask)[name]
    require(request.user, action.permission, row)
    return form, lambda _: action.submit(form, row, **who(request))
