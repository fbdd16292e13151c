"""Reporting a line of a plan or of the library."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from luodi.web.accounts.limits import anonymous_letters
from luodi.web.accounts.models import User
from luodi.web.advisor.actions.reports import report_line
from luodi.web.advisor.forms import ReportForm
from luodi.web.advisor.models import FAULTS
from luodi.web.advisor.reportable import title_of
from luodi.web.advisor.types import Context
from luodi.web.advisor.views.shared import answers_in, person_of, words_of
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
    answers = answers_in(request)
    form = ReportForm(request.POST or None, initial=_known(request))
    if not answers.given:
        del form.fields["attach"]
    if request.method == "POST" and form.is_valid():
        query = answers.query() if form.cleaned_data.get("attach") else ""
        who = person_of(request)
        report_line.submit(form, kind, line, by=who, at=timezone.now(), query=query, language=language())
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


def _known(request: HttpRequest) -> Context:
    fault = request.GET.get("fault")
    known = {"attach": True, "fault": fault if fault in FAULTS else "wrong"}
    return {**known, "email": request.user.email} if isinstance(request.user, User) else known


@require_safe
def reported(request: HttpRequest) -> HttpResponse:
    return page(request, "advisor/reported")
