"""The visitor's side of an enquiry: what will be sent, and what became of it under a secret address."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from luodi.files import CannotWrite
from luodi.web.accounts.limits import anonymous_letters
from luodi.web.accounts.models import User
from luodi.web.advisor import queries
from luodi.web.advisor.actions.enquiries import Sender, send_enquiry
from luodi.web.advisor.determinations import answers_of, digest_of, document_of
from luodi.web.advisor.forms import EnquiryForm
from luodi.web.advisor.mail import secret_of
from luodi.web.advisor.models import Enquiry
from luodi.web.advisor.result import plan_of
from luodi.web.advisor.types import Context
from luodi.web.advisor.views import shared
from luodi.web.advisor.views.shared import answers_in, person_of, words_of
from luodi.web.core.error_words import in_words
from luodi.web.core.pages import page
from luodi.web.core.types import AnyUser
from luodi.web.core.words import language


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@anonymous_letters
def hand_over(request: HttpRequest) -> HttpResponse:
    """Exactly what will be sent; on POST it is sent, once."""
    answers = answers_in(request)
    unit = queries.receiving_unit()
    if unit is None:
        return page(request, "advisor/nobody", 503 if request.method == "POST" else 200)
    today = shared.today()
    plan = plan_of(answers, answers.on or today)
    form = EnquiryForm(
        request.POST or None,
        request.FILES or None,
        digest=digest_of(plan),
        asks=bool(answers.given),
        initial=_known(request.user),
    )
    if request.method == "POST" and form.is_valid():
        sender, by = _sender(form.cleaned_data), person_of(request)
        try:
            enquiry = send_enquiry.submit(form, answers, today, sender, unit, by=by, at=timezone.now())
            return redirect("advisor:enquiry", secret_of(enquiry))
        except CannotWrite as refused:  # what was written stays on the page, and can be sent without the files
            form.add_error("files", in_words(refused))
    return page(
        request,
        "advisor/hand_over",
        422 if form.is_bound else 200,
        form=form,
        plan=plan,
        unit=unit,
        on=answers.on or today,
        **words_of(answers),
    )


def _known(user: AnyUser) -> dict[str, str]:
    """What need not be typed again."""
    return {"name": user.name, "email": user.email} if isinstance(user, User) else {}


def _sender(given: Context) -> Sender:
    return Sender(
        name=given["name"],
        email=given["email"],
        company=given["company"],
        message=given["message"],
        files=given["files"],
        language=language(),
    )


@never_cache
@require_safe
def enquiry(request: HttpRequest, secret: str) -> HttpResponse:
    """What became of it, for whoever has the address."""
    found = queries.enquiry_of(secret)
    if found is None:
        raise Http404
    response = page(request, "advisor/enquiry", **of_enquiry(found))
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def of_enquiry(found: Enquiry) -> Context:
    """What the sender's page and the officer's page both show."""
    answers = answers_of(found.determination)
    return {
        "enquiry": found,
        "determination": found.determination,
        "plan": document_of(found.determination),
        "replies": found.replies.select_related("author"),
        "files": found.files.select_related("file"),
        "on": found.determination.on,
        "address": f"{reverse('advisor:plan')}?{answers.asked_on(found.determination.on).query()}",
        **words_of(answers),
    }
