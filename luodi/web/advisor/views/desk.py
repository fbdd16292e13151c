"""The officer's side of enquiries, and the policy officer's list of reported lines."""

from collections.abc import Mapping
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from markupsafe import Markup

from luodi.advice.answers import Answers
from luodi.advice.plan_difference import between
from luodi.casework.enquiries import State
from luodi.documents.plan_html import plan_context
from luodi.documents.plan_view import plan_view
from luodi.web.advisor import queries
from luodi.web.advisor.actions.enquiries import answer_enquiry, assign_enquiry, close_enquiry
from luodi.web.advisor.actions.reports import close_report
from luodi.web.advisor.determinations import advice_in, answers_of, document_of
from luodi.web.advisor.forms import AnswerForm, CloseForm
from luodi.web.advisor.models import Enquiry, EnquiryFile, Report
from luodi.web.advisor.reportable import title_of
from luodi.web.advisor.result import plan_of
from luodi.web.advisor.views import shared
from luodi.web.advisor.views.enquiries import of_enquiry
from luodi.web.advisor.views.shared import words_of
from luodi.web.core.forms import ActionForm
from luodi.web.core.guards import only
from luodi.web.core.pages import jinja, page
from luodi.web.core.permissions import may, require, visible
from luodi.web.core.roles import Role
from luodi.web.core.views import Attempt, submit
from luodi.web.core.words import language, say
from luodi.web.files.downloads import deliver

_officers = only(Role.OFFICER, Role.LEADER)
_policy_officers = only(Role.POLICY_OFFICER)
_ACTIONS = {action.name: action for action in (assign_enquiry, answer_enquiry, close_enquiry)}
STATES = ("open", "mine", "stale", *(state.value for state in State))


@require_safe
@_officers
def enquiries(request: HttpRequest) -> HttpResponse:
    """Those of one's units, the newest first."""
    asked = _asked(request.GET, "open")
    found = Paginator(queries.enquiries(request.user, asked), 50).get_page(request.GET.get("page"))
    new = queries.enquiries(request.user, {"state": State.NEW.value}).count()
    return page(
        request, "advisor/enquiries", enquiries=found, asked=asked, more=f"&{urlencode(asked)}", states=STATES, new=new
    )


def _asked(given: Mapping[str, str], state: str) -> dict[str, str]:
    return {"state": given.get("state", state)[:20], "words": given.get("words", "").replace("\0", "").strip()[:200]}


@require_safe
@_officers
def received(request: HttpRequest, pk: int) -> HttpResponse:
    """One enquiry: the answers as received, the plan as it was against that of today, and what to do."""
    return _received(request, _enquiry(request, pk), Attempt())


def _enquiry(request: HttpRequest, pk: int) -> Enquiry:
    whole = Enquiry.objects.select_related("determination", "determination__stale", "unit", "assigned")
    return get_object_or_404(visible(request.user, whole), pk=pk)


def _received(request: HttpRequest, found: Enquiry, tried: Attempt, **forms: ActionForm) -> HttpResponse:
    """`forms` are those that were sent, by the name of the action."""
    answers = answers_of(found.determination)
    on = found.determination.on if found.determination.has_day else shared.today()
    offered = {
        "assign": ActionForm(row=found, auto_id="assign_%s"),
        "answer": AnswerForm(row=found, initial={"language": found.language}, auto_id="answer_%s"),
        "close": CloseForm(row=found, auto_id="close_%s"),
    }
    return page(
        request,
        "advisor/received",
        tried.status,
        problem=tried.problem,
        since=between(document_of(found.determination), plan_of(answers, on)),
        file_address=lambda row: reverse("advisor:file", args=[found.pk, row.file_id]),
        acts={name for name in offered if may(request.user, name, found)},
        **(offered | forms),
        **of_enquiry(found),
    )


@require_safe
@_officers
def as_it_was(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole plan that the sender saw, from what was stored of it."""
    found = _enquiry(request, pk)
    template = jinja().get_template("advisor/plan_body.html.j2")
    plan = advice_in(found.determination)
    body = Markup(template.render(plan_context(plan_view(plan, language())))) if plan else None
    return page(request, "advisor/as_it_was", enquiry=found, body=body, plan=document_of(found.determination))


@require_POST
@_officers
def act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Assign to oneself, answer, close; a refusal is shown where one can act on it."""
    found, action = _enquiry(request, pk), _ACTIONS[act]
    require(request.user, action.permission, found)  # a reader is refused before the form is read
    form = action.form(request.POST, auto_id=f"{act}_%s")
    tried = submit(request, action, form, found, own="advisor.error")
    if tried.done is None:
        return _received(request, _enquiry(request, pk), tried, **{act: form})
    messages.success(request, say(f"advisor.said_{act}"))
    return redirect("advisor:received", pk=found.pk)


@require_POST
@_officers
def file(request: HttpRequest, pk: int, file: int) -> HttpResponseBase:
    """A file of an enquiry as a download, which is written down."""
    sent = visible(request.user, EnquiryFile.objects.select_related("file"), "download")
    return deliver(request, get_object_or_404(sent, enquiry=pk, file=file).file)


# ---- reported lines


@require_safe
@_policy_officers
def reports(request: HttpRequest) -> HttpResponse:
    """What was reported, the newest first."""
    asked = _asked(request.GET, "open")
    found = Paginator(queries.reports(request.user, asked), 50).get_page(request.GET.get("page"))
    return page(request, "advisor/reports", reports=found, asked=asked, more=f"&{urlencode(asked)}", title_of=title_of)


@require_http_methods(["GET", "HEAD", "POST"])
@_policy_officers
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """One of them, to be closed with a reason."""
    found = get_object_or_404(visible(request.user, Report.objects.all()), pk=pk)
    form, tried = CloseForm(request.POST or None), Attempt()
    if request.method == "POST":
        tried = submit(request, close_report, form, found, own="advisor.error")
        if tried.done is not None:
            messages.success(request, say("advisor.said_close"))
            return redirect("advisor:reported_line", pk=found.pk)
        found.refresh_from_db()
    return page(
        request,
        "advisor/reported_line",
        tried.status,
        report=found,
        form=form,
        problem=tried.problem,
        title_of=title_of,
        **words_of(Answers.of(found.query)),
    )
