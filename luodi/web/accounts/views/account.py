"""The pages of one's own account, and the way in by invitation."""

from allauth.account.adapter import get_adapter
from allauth.socialaccount.providers.openid_connect import views as sign_on
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from luodi.web.accounts.actions.invitations import accept, open_invitation
from luodi.web.accounts.forms.own import Accept
from luodi.web.accounts.models import Membership
from luodi.web.core.guards import signed_in
from luodi.web.core.pages import page
from luodi.web.core.permissions import memberships, require, visible
from luodi.web.core.words import say


@require_safe
@signed_in
def home(request: HttpRequest) -> HttpResponse:
    """Who one is here, what one may do, and how one signs in."""
    today = timezone.localdate()
    waiting = Membership.objects.waiting(today).filter(user=request.user.pk).select_related("company")
    return page(request, "accounts/home", held=memberships(request.user, today), waiting=waiting)


@require_POST
@signed_in
def end_session(request: HttpRequest, session: int) -> HttpResponse:
    """Sign out one other session of one's own."""
    found = get_object_or_404(visible(request.user, UserSession.objects.all()), pk=session)
    require(request.user, "end", found)
    found.end()
    messages.info(request, say("accounts.said_session_ended"))
    return redirect("usersessions_list")


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, secret: str) -> HttpResponse:
    """Take up an invitation: a name, a password, and one is signed in."""
    found = open_invitation(secret, at=timezone.now())
    if found is None:
        return page(request, "accounts/invitation_over", 410)
    form = Accept(request.POST or None, email=found.email)
    if request.method != "POST" or not form.is_valid():
        return page(request, "accounts/invitation", 422 if form.is_bound else 200, form=form, email=found.email)
    given = form.cleaned_data
    user = accept(secret, name=given["name"], password=given["password1"], at=timezone.now())
    get_adapter(request).login(request, user)
    return redirect("accounts:home")


@never_cache
def leave_for_sign_on(request: HttpRequest, provider_id: str) -> HttpResponse:
    """On to the organisation's own sign-on. The policy lets no form of ours end elsewhere, redirects included, so a
    page in between takes people there."""
    response = sign_on.login(request, provider_id)
    if response.status_code != 302:
        return response
    if not response["Location"].startswith(("https://", "http://")):
        raise Http404
    return page(request, "socialaccount/login_redirect", redirect_to=response["Location"])
