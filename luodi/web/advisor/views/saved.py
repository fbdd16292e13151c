"""One's own saved answers."""

from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from luodi.advice.answers import Answers
from luodi.advice.plan_difference import PlanDifference, between
from luodi.web.advisor import queries
from luodi.web.advisor.actions.saved import forget_answers, renew_answers, save_answers
from luodi.web.advisor.answer_texts import answers_text
from luodi.web.advisor.determinations import answers_of, document_of
from luodi.web.advisor.forms import SaveForm
from luodi.web.advisor.mail import secret_of
from luodi.web.advisor.models import Saved
from luodi.web.advisor.result import plan_of
from luodi.web.advisor.subjects import PlanSubject
from luodi.web.advisor.types import Context
from luodi.web.advisor.views import shared
from luodi.web.advisor.views.results import ways_to_keep
from luodi.web.advisor.views.shared import answers_in, user_of, words_of
from luodi.web.core.guards import signed_in
from luodi.web.core.pages import page
from luodi.web.core.permissions import visible
from luodi.web.core.words import language, say
from luodi.web.notices.views import subscriptions
from luodi.web.notices.views.subscriptions import subscription_form


@dataclass(frozen=True)
class Line:
    """Saved answers with what they were, and how that differs from today where it does."""

    saved: Saved
    query: str
    since: PlanDifference | None

    @classmethod
    def of(cls, saved: Saved, today: date) -> "Line":
        kept, answers = saved.determination, answers_of(saved.determination)
        if not hasattr(kept, "stale"):
            return cls(saved, answers.query(), None)
        now = plan_of(answers, kept.on if kept.has_day else today)
        return cls(saved, answers.query(), between(document_of(kept), now))


@require_safe
@signed_in
def saved(request: HttpRequest) -> HttpResponse:
    """What one keeps, with its difference where it has changed; and what one handed over."""
    lines = [Line.of(row, shared.today()) for row in queries.saved(request.user)]
    sent = [(one, secret_of(one)) for one in queries.sent_by(request.user)]
    return page(request, "advisor/saved", lines=lines, sent=sent)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def keep(request: HttpRequest) -> HttpResponse:
    """The ways to keep a result: its address, a file, a link by mail; and, for who has signed in, under a name."""
    answers = answers_in(request)
    if not answers.given:
        return redirect("advisor:start")
    if request.user.is_authenticated:
        return _under_a_name(request, answers)
    if request.method == "POST":
        return redirect_to_login(request.get_full_path())
    return page(request, "advisor/take", **_ways(request, answers), **words_of(answers))


def _ways(request: HttpRequest, answers: Answers) -> Context:
    return ways_to_keep(request, answers, answers.on or shared.today())


def _under_a_name(request: HttpRequest, answers: Answers) -> HttpResponse:
    name = answers_text([n for n in ("service", "place", "share") if n in answers.given], answers, language())
    form = SaveForm(request.POST or None, initial={"name": name[:200]})
    if request.method == "POST" and form.is_valid():
        save_answers.submit(form, answers, today=shared.today(), by=user_of(request), at=timezone.now())
        messages.success(request, say("advisor.said_saved"))
        return redirect("advisor:saved")
    return page(
        request,
        "advisor/keep",
        422 if form.is_bound else 200,
        form=form,
        **_ways(request, answers),
        **words_of(answers),
    )


@subscription_form
def subscribe(request: HttpRequest) -> HttpResponse:
    """To the plan of the answers in the address, by e-mail and without an account."""
    answers = answers_in(request)
    subject, plan = PlanSubject.find(answers), f"{reverse('advisor:plan')}?{answers.query()}"
    if subject is None:
        return redirect(plan if answers.given else "advisor:start")
    return subscriptions.subscribe(request, subject, plan)


@require_POST
@signed_in
def act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Take today's answer, or forget."""
    found = get_object_or_404(visible(request.user, Saved.objects.all()), pk=pk)
    if act == "renew":
        renew_answers(found, today=shared.today(), by=user_of(request), at=timezone.now())
    else:
        forget_answers(found, by=user_of(request), at=timezone.now())
    messages.success(request, say(f"advisor.said_{act}"))
    return redirect("advisor:saved")
