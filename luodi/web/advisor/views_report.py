"""Reporting a line of a plan or of the library."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from luodi.web.accounts.limits import anonymous_letters
from luodi.web.accounts.models import User
from luodi.web.advisor import actions_reports, views
from luodi.web.advisor.answers import Answers
from luodi.web.advisor.forms import Wrong
from luodi.web.advisor.lines import title_of
from luodi.web.advisor.models import FAULTS
from luodi.web.advisor.views_enquiry import words_of
from luodi.web.core.keys import new_key
from luodi.web.core.pages import page
from luodi.web.core.words import language


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@anonymous_letters
def report(request: HttpRequest) -> HttpResponse:
    """`line=KIND:ID` names it; answers in the address may go along."""
    kind, _, line = request.GET.get("line", "").partition(":")
    title = title_of(kind, line, language())
    if title is None:
        raise Http404
    answers = views.answers_in(request)
    form = Wrong(request.POST or None, with_answers=bool(answers.given), initial=_known(request))
    if request.method == "POST" and form.is_valid():
        _stored(kind, line, form.cleaned_data, answers, request.user)
        return redirect("advisor:reported")
    return page(
        request,
        "advisor/report",
        422 if form.is_bound else 200,
        form=form,
        title=title,
        kind=kind,
        line=line,
        **words_of(answers),
    )


def _known(request: HttpRequest) -> dict[str, Any]:
    fault = request.GET.get("fault")
    known = {"key": new_key(), "attach": True, "fault": fault if fault in FAULTS else "wrong"}
    return {**known, "email": request.user.email} if isinstance(request.user, User) else known


def _stored(kind: str, line: str, given: dict[str, Any], answers: Answers, user: Any) -> None:
    actions_reports.report_line(
        kind,
        line,
        fault=given["fault"],
        text=given["text"],
        key=given["key"],
        email=given["email"],
        query=answers.query() if given.get("attach") else "",
        language=language(),
        at=timezone.now(),
        by=user if isinstance(user, User) else None,
    )


@require_safe
def reported(request: HttpRequest) -> HttpResponse:
    return page(request, "advisor/reported")
