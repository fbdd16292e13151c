"""One's own API keys: which there are, a new one, and no more of one."""

from datetime import datetime, time
from typing import Any, Final

from allauth.account.decorators import reauthentication_required
from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from luodi.web.accounts.models import User
from luodi.web.api import actions, queries
from luodi.web.api.models import KeyScope
from luodi.web.core.guards import signed_in
from luodi.web.core.pages import page
from luodi.web.core.permissions import has_role
from luodi.web.core.roles import Role
from luodi.web.core.words import say

PER_MINUTE: Final = 600
MOST: Final = 20  # keys of one person that are good


class Make(forms.Form):
    name = forms.CharField(max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    scopes = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple)
    until = forms.DateField(required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, user: User, **more: Any) -> None:
        super().__init__(*args, **more)
        self.user = user
        scopes = self.fields["scopes"]
        assert isinstance(scopes, forms.MultipleChoiceField)
        scopes.choices = [(one.value, say(f"api.scope_{one.value}_for")) for one in scopes_of(user)]

    def clean_until(self) -> datetime | None:
        """The last moment of that day here."""
        day = self.cleaned_data["until"]
        if day is None:
            return None
        if day < timezone.localdate():
            raise forms.ValidationError(say("api.error_past"))
        return timezone.make_aware(datetime.combine(day, time.max))

    def clean(self) -> dict[str, Any]:
        if queries.good_keys(self.user, at=timezone.now()) >= MOST:
            self.add_error(None, say("api.error_many", most=MOST))
        return super().clean() or {}


def scopes_of(user: User) -> list[KeyScope]:
    """What a key of somebody can be good for; what it then shows, their roles say."""
    return [scope for scope in KeyScope if scope is not KeyScope.OFFICE or has_role(user, [Role.OFFICER])]


@require_safe
@signed_in
def keys(request: HttpRequest) -> HttpResponse:
    return page(request, "api/keys", keys=queries.keys_of(request.user), now=timezone.now())


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@reauthentication_required
def make(request: HttpRequest) -> HttpResponse:
    """Shown once, on the answer to the form; it cannot be read again."""
    user = _user(request)
    form = Make(request.POST or None, user=user, initial={"scopes": ["ask", "read"]})
    if request.method != "POST" or not form.is_valid():
        return page(request, "api/make_key", 422 if form.is_bound else 200, form=form)
    given = form.cleaned_data
    key, text = actions.add_key(
        given["name"], given["scopes"], PER_MINUTE, owner=user, by=user, at=timezone.now(), expires=given["until"]
    )
    return page(request, "api/made_key", api_key=key, text=text)


@require_POST
@signed_in
def revoke(request: HttpRequest, number: int) -> HttpResponse:
    found = get_object_or_404(queries.keys_of(request.user), pk=number)
    actions.revoke_key(found.start, at=timezone.now(), by=_user(request))
    messages.success(request, say("api.said_revoked"))
    return redirect("api:keys")


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
