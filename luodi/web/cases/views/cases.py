"""The pages of cases: parse, call one thing, present."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from luodi.web.cases.actions.cases import OWN, actions_of_case
from luodi.web.cases.forms import JudgeForm
from luodi.web.cases.models import LandingCase, Proof
from luodi.web.cases.queries import cases as queries
from luodi.web.cases.queries.judging import next_to_judge
from luodi.web.cases.queries.steps import work_of
from luodi.web.cases.signals import case_panels
from luodi.web.cases.views import case_page, proofs
from luodi.web.cases.views.course import as_svg as course_svg
from luodi.web.cases.views.course import as_table as course_table
from luodi.web.cases.views.course import course_of
from luodi.web.cases.views.schedule import as_svg, as_table
from luodi.web.core.actions import Action
from luodi.web.core.forms import ActionForm
from luodi.web.core.guards import only, signed_in
from luodi.web.core.pages import page, url
from luodi.web.core.permissions import has_role, visible
from luodi.web.core.roles import Role
from luodi.web.core.views import Attempt, submit, was_sent_before
from luodi.web.core.words import language, say
from luodi.web.files.downloads import deliver
from luodi.web.journal.actions import record_export

_STAFF = (Role.OFFICER, Role.LEADER)
_staff = only(*_STAFF)
#: What the company sees of the apps above, as far as it may: what it was promised and offered, and what it reported.
_OWN_PANELS = ("promises", "propositions", "obstacles")
#: States of the list of before that have another name in that of the desk.
_OF_DESK = {"open": {}, "mine": {"who": "mine"}, "at_risk": {"health": "unwell"}, "stale": {"plan": "stale"}}


@require_safe
@_staff
def listed(request: HttpRequest) -> HttpResponse:
    """There is one list of cases, that of the desk; addresses of before lead to what they asked for."""
    given = queries.CASES.read(request.GET.dict())
    state, words = given["state"], given.get("words", "")
    asked = {**_OF_DESK.get(state, {"state": state}), "words": words}
    return redirect(f"{url('workbench:queue')}?{urlencode({name: text for name, text in asked.items() if text})}")


@require_safe
@only(Role.REPRESENTATIVE)
def own(request: HttpRequest) -> HttpResponse:
    """The cases of the companies that one acts for."""
    return page(request, "cases/own", cases=queries.cases(request.user, {})[:50])


@require_safe
@only(Role.REPRESENTATIVE)
def own_case(request: HttpRequest, reference: str) -> HttpResponse:
    """The company's own view: who is responsible, what we wait for from it, what is left."""
    return _own_case(request, _found(request, reference))


@require_safe
@_staff
def case(request: HttpRequest, reference: str, part: str = "overview") -> HttpResponse:
    """One case: what is next, late and missing; or another part of it."""
    return _case(request, _found(request, reference), part)


def _found(request: HttpRequest, reference: str) -> LandingCase:
    found = queries.case_of(request.user, reference)
    if found is None:
        raise Http404
    return found


def _case(request: HttpRequest, found: LandingCase, part: str, status: int = 200, **more: object) -> HttpResponse:
    shown = case_page.PARTS[part](request.user, found, timezone.localdate(), language())
    return page(request, f"cases/case_{part}", status, **shown, **more)


def _own_case(request: HttpRequest, found: LandingCase, status: int = 200, **more: object) -> HttpResponse:
    on = timezone.localdate()
    shown = case_page.shared(request.user, found, on, language())
    panels = [one for one in case_panels.ask(user=request.user, case=found, on=on) if one.key in _OWN_PANELS]
    return page(request, "cases/own_case", status, panels=panels, **shown, **more)


@require_POST
@signed_in
def act(request: HttpRequest, reference: str, act: str) -> HttpResponse:
    """One act; a refusal is shown where one can act on it, with what was typed."""
    found = _found(request, reference)
    action, staff = actions_of_case().get(act), has_role(request.user, _STAFF)
    if action is None or not (staff or act in OWN):
        raise Http404
    if was_sent_before(request):
        return redirect(_back(found, act, staff))
    target = _target(request, found, action)
    ids = f"{act}_{target.pk}_%s" if target is not found else f"{act}_%s"
    form = action.form(
        request.POST, request.FILES or None, case=found, target=None if target is found else target, auto_id=ids
    )
    tried = submit(request, action, form, target)
    if tried.status != 302:
        return _refused(request, found, staff, act, form, tried)
    messages.success(request, say("cases.said_done"))
    return redirect(_back(found, act, staff))


def _back(case: LandingCase, act: str, staff: bool) -> str:
    """To the page on which the form of an act stands."""
    part = case_page.PART_OF.get(act)
    if not staff:
        return url("cases:own_case", case.reference)
    if act == "judge_proof" and (following := next_to_judge(case)) is not None:
        return url("cases:proof_page", case.reference, following.pk)
    return url("cases:part", case.reference, part) if part else url("cases:case", case.reference)


def _target(request: HttpRequest, found: LandingCase, action: Action) -> Any:
    if action.target is LandingCase:
        return found
    row = request.POST.get("row", "")
    rows = visible(request.user, action.model._default_manager.filter(case=found))
    return get_object_or_404(rows, pk=int(row) if row.isdecimal() and len(row) < 19 else 0)


def _refused(
    request: HttpRequest, found: LandingCase, staff: bool, act: str, form: ActionForm, tried: Attempt
) -> HttpResponse:
    found = _found(request, found.reference)
    if isinstance(form, JudgeForm):
        row = Proof.objects.select_related("file", "case", "by", "judged_by").get(pk=form.target.pk)
        return proofs.shown(request, row, tried.status, bound=form, bound_act=act, tried=tried)
    if staff:
        part = case_page.PART_OF.get(act, "overview")
        return _case(request, found, part, tried.status, bound=form, bound_act=act, tried=tried)
    return _own_case(request, found, tried.status, bound=form, bound_act=act, tried=tried)


@require_POST
@signed_in
def schedule(request: HttpRequest, reference: str, form: str) -> HttpResponse:
    """What is left of a case as a picture or a table that stands alone, to those who see it; it is written down."""
    found, on, lang = _found(request, reference), timezone.localdate(), language()
    made = (as_svg if form == "svg" else as_table)(found, work_of(found, on), on, lang)
    if made is None:
        raise Http404
    return _leaves(request, found, "schedule", made, form, on)


@require_POST
@signed_in
def course(request: HttpRequest, reference: str, form: str) -> HttpResponse:
    """How a case goes against its first plan, in the same way."""
    found, on, lang = _found(request, reference), timezone.localdate(), language()
    made = course_of(found, work_of(found, on), on, lang)
    if made is None:
        raise Http404
    return _leaves(request, found, "course", (course_svg if form == "svg" else course_table)(made, on, lang), form, on)


def _leaves(request: HttpRequest, case: LandingCase, what: str, made: str, form: str, on: date) -> HttpResponse:
    rows = LandingCase.objects.filter(pk=case.pk)
    record_export(rows, form, by=request.user, asked={what: case.reference, "on": on.isoformat()})
    kind = "image/svg+xml" if form == "svg" else "text/csv; charset=utf-8"
    answer = HttpResponse(made, content_type=kind)
    mark = "" if what == "schedule" else f"-{what}"
    answer["Content-Disposition"] = f'attachment; filename="{case.reference}{mark}-{on.isoformat()}.{form}"'
    return answer


@require_POST
@signed_in
def download(request: HttpRequest, reference: str, pk: int) -> HttpResponse | StreamingHttpResponse:
    """A proof, to those who may have it."""
    rows = visible(request.user, Proof.objects.filter(case__reference=reference), "download")
    return deliver(request, get_object_or_404(rows.select_related("file"), pk=pk).file)
