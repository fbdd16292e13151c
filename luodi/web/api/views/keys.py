"""One's own API keys: which there are, a new one, and no more of one."""

from typing import Final

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from luodi.web.accounts.queries import user_of
from luodi.web.api import actions, queries
from luodi.web.api.forms import MakeKey
from luodi.web.core.forms import ActionForm
from luodi.web.core.guards import signed_in
from luodi.web.core.pages import page
from luodi.web.core.views import submit
from luodi.web.core.words import say

PER_MINUTE: Final = 600


@require_safe
@signed_in
def keys(request: HttpRequest) -> HttpResponse:
    return page(request, "api/keys", keys=queries.keys_of(request.user), plain=ActionForm(), now=timezone.now())


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@reauthentication_required
def make(request: HttpRequest) -> HttpResponse:
    """Its text is shown once, on the answer to the form; it cannot be read again."""
    user, text = user_of(request), actions.new_text()
    if request.method != "POST":
        return page(request, "api/make_key", form=MakeKey(user=user, initial={"scopes": ["ask", "read"]}))
    form = MakeKey(request.POST, user=user)
    tried = submit(request, actions.make_key, form, per_minute=PER_MINUTE, text=text, owner=user)
    if tried.done is None:
        return page(request, "api/make_key", tried.status, form=form)
    if tried.done.start != queries.start_of(text):  # the second of two clicks, which made no key
        return redirect("api:keys")
    return page(request, "api/made_key", api_key=tried.done, text=text)


@require_POST
@signed_in
def revoke(request: HttpRequest, number: int) -> HttpResponse:
    found = get_object_or_404(queries.keys_of(request.user), pk=number)
    if submit(request, actions.revoke, ActionForm(request.POST), found).done is not None:
        messages.success(request, say("api.said_revoked"))
    return redirect("api:keys")
