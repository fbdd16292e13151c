"""A person's own notices, how they want to be told, and the link that stops a kind of letters."""

from typing import TypedDict

from django.conf import settings as site
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from luodi.web.accounts.models import User
from luodi.web.accounts.queries import user_of
from luodi.web.core.guards import signed_in
from luodi.web.core.notify import Address, NoticeKind
from luodi.web.core.pages import page
from luodi.web.core.permissions import memberships, visible
from luodi.web.core.views import Attempt, submit
from luodi.web.core.words import language, say
from luodi.web.notices import actions, queries
from luodi.web.notices.forms import LettersForm
from luodi.web.notices.kinds import kinds, stoppable
from luodi.web.notices.models import Notice, Quiet, Stopped
from luodi.web.notices.texts import row_of, said, whose_stop


@require_safe
@signed_in
def own(request: HttpRequest) -> HttpResponse:
    shown = queries.page_of(request.user, request.GET.get("page", ""))
    lines = [(one, said(one, row, language())) for one in shown if (row := row_of(one)) is not None]
    return page(request, "notices/own", shown=shown, lines=lines)


@require_POST
@signed_in
def go(request: HttpRequest, pk: int) -> HttpResponse:
    """To what a notice is about; it is read then."""
    found = get_object_or_404(visible(request.user, Notice.objects.all()), pk=pk)
    row = row_of(found)
    if row is None or found not in queries.own(request.user):
        raise Http404
    actions.read_notices(user_of(request), Notice.objects.filter(pk=pk), by=request.user, at=timezone.now())
    return redirect(said(found, row, language()).place.removeprefix(site.LINKS_TO))


@require_POST
@signed_in
def read(request: HttpRequest) -> HttpResponse:
    """One notice as read, or all."""
    those = Notice.objects.filter(user=user_of(request))
    key, number = request.POST.get("notice", ""), request.POST.get("page", "")
    if key:
        those = those.filter(pk=key if _is_number(key) else 0)
    actions.read_notices(user_of(request), those, by=request.user, at=timezone.now())
    return redirect(reverse("notices:own") + (f"?page={number}" if _is_number(number) else ""))


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 19


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def settings(request: HttpRequest) -> HttpResponse:
    """How and when I am told by e-mail."""
    offered, user = _offered(request), user_of(request)
    posted = request.POST if request.method == "POST" else None
    form = LettersForm(posted, offered=offered, initial=_now(user))
    tried = submit(request, actions.choose, form, user) if posted is not None else Attempt()
    if tried.done is not None:
        messages.success(request, say("accounts.said_changed"))
        return redirect("notices:settings")
    stopped = set(Stopped.objects.filter(user=user).values_list("kind", flat=True))
    unwanted = stopped if posted is None else {kind.key for kind in offered} - set(posted.getlist("letters"))
    lines = [(kind, kind.key not in unwanted) for kind in offered]
    return page(request, "notices/settings", tried.status, form=form, kinds=lines)


def _offered(request: HttpRequest) -> list[NoticeKind]:
    return stoppable(held.role for held in memberships(request.user, timezone.localdate()))


class Choices(TypedDict):
    digest: str
    zone: str
    quiet_from: str | None
    quiet_until: str | None


def _now(user: User) -> Choices:
    quiet = Quiet.objects.filter(user=user).first()
    return {
        "digest": str(int(user.digest)),
        "zone": quiet.zone if quiet else site.TIME_ZONE,
        "quiet_from": f"{quiet.starts:%H:%M}" if quiet else None,
        "quiet_until": f"{quiet.ends:%H:%M}" if quiet else None,
    }


@csrf_exempt  # the token is the permission; mail programs send this form by themselves (RFC 8058)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop_kind(request: HttpRequest, token: str) -> HttpResponse:
    """The link of every such letter. Reading it changes nothing, since mail programs read links ahead of people."""
    whose = whose_stop(token)
    user = User.objects.filter(pk=whose[0]).first() if whose and isinstance(whose[0], int) else None
    if whose is None or (user is None and isinstance(whose[0], int)):
        raise Http404
    who = user or Address(str(whose[0]), language())
    if request.method == "POST":
        for kind in whose[1]:
            actions.stop_kind(who, kind, by=None, at=timezone.now())
    names = [say(kinds()[kind].title) for kind in whose[1]]
    response = page(
        request, "notices/stop_kind", done=request.method == "POST", email=who.email, names=names, account=bool(user)
    )
    response.headers["X-Robots-Tag"] = "noindex"
    return response
