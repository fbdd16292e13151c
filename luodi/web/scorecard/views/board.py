"""Pages of the plan: parse, call one thing, present."""

from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from luodi.scorecard.contributions import Act, Thing
from luodi.scorecard.plan import plan, thresholds
from luodi.web.accounts.models import Unit
from luodi.web.core.actions import Action, actions_on, open_to
from luodi.web.core.forms import ActionForm, Data, Options
from luodi.web.core.guards import only
from luodi.web.core.page_cache import cached_page
from luodi.web.core.pages import page
from luodi.web.core.permissions import has_role, may, visible
from luodi.web.core.roles import Role
from luodi.web.core.views import Attempt, Offered, RecordView, list_context, submit, was_sent_before
from luodi.web.core.words import language, say
from luodi.web.scorecard import forms
from luodi.web.scorecard.actions import indicators as actions
from luodi.web.scorecard.actions.contributions import WITHOUT_PART
from luodi.web.scorecard.actions.tasks import give, pass_on
from luodi.web.scorecard.models import Contribution, Definition, Indicator, PlanTask
from luodi.web.scorecard.queries import board as queries
from luodi.web.scorecard.queries.countable import known, preparers
from luodi.web.scorecard.queries.definitions import approved, in_force
from luodi.web.scorecard.views import figures

readers = only(Role.OFFICER, Role.LEADER)
_page = require_http_methods(["GET", "HEAD", "POST"])


def who(request: HttpRequest) -> dict[str, object]:
    return {"by": request.user, "at": timezone.now()}


def _units(request: HttpRequest, *roles: Role) -> list[Unit]:
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
        asked=queries.to_reverse(request.user, 50),
        on=on,
        bars=figures.bullets(found.standings, on, lang, "board"),
        finding=figures.finding(found.standings, lang),
        thresholds=figures.bands_shown(thresholds(), lang),
        may_define=bool(_units(request, Role.OFFICER, Role.LEADER)),
        editions=queries.editions(request.user)[:1],
    )


@require_safe
@readers
def claims(request: HttpRequest) -> HttpResponse:
    """What one may check, what one may claim, and what was claimed, by state."""
    on = timezone.localdate()
    works = has_role(request.user, {Role.OFFICER})
    return page(
        request,
        "scorecard/claims",
        **list_context(request, queries.CONTRIBUTIONS),
        states=queries.STATES,
        on=on,
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


class IndicatorView(RecordView[Indicator]):
    """Its definitions from the first promise on, its contributions, and what can be done."""

    app = "scorecard"

    def find(self) -> Indicator:
        rows = visible(self.request.user, Indicator.objects.select_related("unit"))
        return get_object_or_404(rows, code=self.kwargs["code"])

    def post(self, request: HttpRequest, **more: object) -> HttpResponse:
        if was_sent_before(request):  # the second of two clicks: what it chose is chosen already
            return redirect(self.after(self.find()))
        return super().post(request, **more)

    def names(self, record: Indicator) -> list[str]:
        """`approve-7` is about the definition 7."""
        user, on, found = self.request.user, timezone.localdate(), list[str]()
        if in_force(record.definitions.all(), on) is not None:
            if record.thing == Thing.PLATFORM:
                found += ["claim_platform"] if _units(self.request, Role.OFFICER) else []
            elif queries.proposals(user, on, 1, indicator=record):
                found.append("claim")
        proposed = record.definitions.filter(state="proposed").first()
        if proposed is not None:
            names = open_to(user, proposed) if proposed.by_id != user.pk else []
            found += [f"{name}-{proposed.pk}" for name in names]
        elif may(user, "define", record):
            found.append("revise")
        return found

    def offered(self, record: Indicator, name: str, data: Data = None) -> Offered:
        act, _, number = name.partition("-")
        if act in actions_on(Definition) and number.isdecimal() and len(number) < 19:
            line = get_object_or_404(record.definitions.all(), pk=number)
            action = actions_on(Definition)[act]
            return Offered(action, action.form(data, row=line, auto_id=f"{name}_%s"), (line,))
        return super().offered(record, name, data)

    def form(self, action: Action, record: Indicator, data: Data) -> ActionForm:
        on, more = timezone.localdate(), Options(row=record, auto_id=f"{action.name}_%s")
        if action.form is forms.Claim:
            return forms.Claim(data, things=queries.proposals(self.request.user, on, 200, indicator=record), **more)
        if action.form is forms.ClaimPlatform:
            return forms.ClaimPlatform(data, units=_units(self.request, Role.OFFICER), **more)
        more["initial"] = forms.of_line(in_force(record.definitions.all(), on), on)
        return forms.Line(data, **more)

    def show(self, record: Indicator, status: int, **more: object) -> HttpResponse:
        request, on, lang = self.request, timezone.localdate(), language()
        standing = queries.standings(request.user, Indicator.objects.filter(pk=record.pk), on)[0]
        asked = queries.CONTRIBUTIONS.read({"indicator": record.code, "state": request.GET.get("state", "")})
        found = queries.CONTRIBUTIONS.found(request.user, asked)
        rows = Paginator(found, 50).get_page(request.GET.get("page"))
        lines = list(record.definitions.select_related("by", "decided_by"))
        return page(
            request,
            "scorecard/indicator",
            status,
            standing=standing,
            on=on,
            rows=rows,
            lines=lines,
            holds={line.pk: day for day, line in approved(lines, on.max)},
            bars=figures.bullets([standing], on, lang, "indicator"),
            finding=figures.finding([standing], lang),
            thresholds=figures.bands_shown(thresholds(), lang),
            place=plan().title_of(record.of),
            states=queries.STATES,
            asked=asked,
            more=f"&{urlencode(asked)}",
            **more,
        )


indicator = _page(readers(IndicatorView.as_view()))


# ---- contributions


class ContributionView(RecordView[Contribution]):
    """One claim: its thing, what must hold for it to count, proofs, every act on it, and what can be done."""

    app = "scorecard"
    own = False  # whether the reader prepared it

    def find(self) -> Contribution:
        reference = self.kwargs["reference"]
        found = queries.contribution_of(self.request.user, reference) if "\0" not in reference else None
        if found is None:
            raise Http404
        return found

    def names(self, record: Contribution) -> list[str]:
        """What somebody prepared they may claim again, and nothing else."""
        user = self.request.user.pk
        self.own = user in preparers(record)
        apart = user not in preparers(record, but=WITHOUT_PART[Act.REVERSE])
        names = open_to(self.request.user, record)
        return [one for one in names if one == "claim" or not self.own or (apart and one in (Act.REVERSE, Act.KEEP))]

    def show(self, record: Contribution, status: int, **more: object) -> HttpResponse:
        user, on, case = self.request.user, timezone.localdate(), record.case
        line = in_force(record.indicator.definitions.all(), on)
        return page(
            self.request,
            "scorecard/contribution",
            status,
            on=on,
            conditions=figures.conditions(record, line, on, language()) if line else (),
            about=known(record.thing, on),
            own=self.own,
            line=line,
            steps=record.steps.select_related("by"),
            proofs=visible(user, case.proofs.filter(withdrawn=None), "download") if case else [],
            **more,
        )


contribution = _page(readers(ContributionView.as_view()))


# ---- tasks


class TaskView(RecordView[PlanTask]):
    """One task of the plan: what the article says, to whom it was given, three statuses, and every line of them."""

    app = "scorecard"

    def find(self) -> PlanTask:
        """One that no unit has is not stored yet."""
        name = self.kwargs["name"]
        if name not in plan().tasks:
            raise Http404
        rows = visible(self.request.user, PlanTask.objects.select_related("unit"))
        return rows.filter(task=name).first() or PlanTask(task=name)

    def post(self, request: HttpRequest, **more: object) -> HttpResponse:
        if was_sent_before(request):  # the second of two clicks: the task is given already
            return redirect(self.after(self.find()))
        return super().post(request, **more)

    def names(self, record: PlanTask) -> list[str]:
        if record._state.adding:
            return ["assign"] if _units(self.request, Role.LEADER) else []
        units = queries.own_units(self.request.user, timezone.localdate())
        inside = any(unit.path.startswith(record.unit.path) for unit in units)
        return [name for name in open_to(self.request.user, record) if name != "review" or not inside]

    def offered(self, record: PlanTask, name: str, data: Data = None) -> Offered:
        if name == "assign":
            there = PlanTask.objects.filter(task=record.task).first()  # perhaps of a unit that the reader does not see
            is_new = record._state.adding
            initial = {} if is_new else {"unit": record.unit_id, "due": record.due}
            more = Options(row=None if is_new else record, auto_id="assign_%s", initial=initial)
            form = forms.Assign(data, units=_units(self.request, Role.LEADER), **more)
            return Offered(pass_on, form, (there,)) if there else Offered(give, form, (), {"name": record.task})
        if record._state.adding:
            raise Http404
        return super().offered(record, name, data)

    def show(self, record: PlanTask, status: int, **more: object) -> HttpResponse:
        on, measures = timezone.localdate(), queries.board(self.request.user, timezone.localdate()).measures
        given = None if record._state.adding else record
        shown = next(row for _, rows in measures for row in rows if row.task.id == record.task)
        return page(
            self.request,
            "scorecard/task",
            status,
            **{**more, "row": shown},
            task=plan().tasks[record.task],
            given=given,
            on=on,
            lines=given.lines.select_related("unit", "by").order_by("-id") if given else [],
            may_define=bool(_units(self.request, Role.OFFICER, Role.LEADER)),
        )


task = _page(readers(TaskView.as_view()))
