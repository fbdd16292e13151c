"""The pages of notices: asking, saying that it was oneself, and stopping."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from luodi.web.accounts.limits import anonymous_letters
from luodi.web.core.pages import page
from luodi.web.core.words import language
from luodi.web.notices import actions
from luodi.web.notices.changes import subject_of
from luodi.web.notices.forms import Ask
from luodi.web.notices.links import CONFIRM, STOP, named
from luodi.web.notices.models import Subscription
from luodi.web.notices.subjects import Subject

View = Callable[..., HttpResponse]


def subscription_form(view: View) -> View:
    """What the pages with the form share: a visitor may send few of them, and no cache keeps an address."""
    guarded: View = require_http_methods(["GET", "HEAD", "POST"])(anonymous_letters(view))
    return sensitive_post_parameters()(never_cache(guarded))


def subscribe(request: HttpRequest, subject: Subject | None, back: str) -> HttpResponse:
    """The form for a subject, for the page of the app that owns it."""
    if subject is None:
        raise Http404
    first = {"email": request.user.email} if request.user.is_authenticated else {}
    form = Ask(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        actions.ask(subject, form.cleaned_data["email"], language(), at=timezone.now())
        return redirect("notices:asked")
    return page(
        request, "notices/ask", 422 if form.is_bound else 200, form=form, title=subject.title(language()), back=back
    )


@never_cache
@require_safe
def asked(request: HttpRequest) -> HttpResponse:
    """The same for everybody, whether the address was known or not."""
    return page(request, "notices/asked", days=actions.KEPT.days)


# ---- under the secret addresses of letters


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Reading it changes nothing, since mail programs read links ahead of people."""
    name = _named(token, CONFIRM)
    if request.method == "POST":
        found = actions.confirm(name, at=timezone.now())
    else:
        found = Subscription.objects.filter(name=name).first()
    if found is None:
        return _secret(page(request, "notices/over", 410))
    subject = subject_of(found)
    return _secret(
        page(request, "notices/confirm", found=found, title=subject.title(language()), place=subject.page(language()))
    )


@csrf_exempt  # the token is the permission; mail programs send this form by themselves (RFC 8058)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """The link of every letter; one click erases the address."""
    name = _named(token, STOP)
    if request.method == "POST":
        actions.stop(name, at=timezone.now())
    found = Subscription.objects.filter(name=name).first()
    title = subject_of(found).title(language()) if found else ""
    return _secret(page(request, "notices/stop", found=found, title=title))


def _named(token: str, act: str) -> str:
    name = named(token, act)
    if name is None:
        raise Http404
    return name


def _secret(response: HttpResponse) -> HttpResponse:
    response.headers["X-Robots-Tag"] = "noindex"
    return response
