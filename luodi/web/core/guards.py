"""Who may open a page: guards of views, and the page that a refusal becomes."""

import logging
from collections.abc import Callable
from functools import wraps
from typing import Final

from allauth.mfa.adapter import get_adapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.cache import add_never_cache_headers

from luodi.web.core.context import request_id
from luodi.web.core.errors import NotPermitted
from luodi.web.core.pages import page
from luodi.web.core.permissions import request_memberships
from luodi.web.core.roles import Role
from luodi.web.core.words import say

View = Callable[..., HttpResponseBase]
_log: Final = logging.getLogger(__name__)


def signed_in(view: View) -> View:
    """Visitors are sent to sign in, and come back. What is shown is for one person, so no cache keeps it."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        request_memberships(request)  # whatever else asks for the roles finds them read
        response = view(request, *args, **kwargs)
        add_never_cache_headers(response)
        return response

    return guarded


def only(*roles: Role) -> Callable[[View], View]:
    """A page for those who hold one of the roles. Rows on it are chosen by `visible` all the same."""

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
            if not any(membership.role in roles for membership in request_memberships(request)):
                raise NotPermitted("accounts.page", role=(role.value for role in roles))
            if Role.ADMINISTRATOR in roles and _lacks_second_factor(request):
                messages.warning(request, say("accounts.said_factor_needed"))
                return redirect("mfa_index")
            return view(request, *args, **kwargs)

        return signed_in(guarded)

    return guard


def _lacks_second_factor(request: HttpRequest) -> bool:
    return settings.ADMINISTRATORS_NEED_A_SECOND_FACTOR and not get_adapter().is_mfa_enabled(request.user)


class ErrorPages:
    """Middleware: `NotPermitted` becomes the page that says so, and a form that did not pass answers 422."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, problem: Exception) -> HttpResponse | None:
        if not isinstance(problem, NotPermitted):
            return None
        _log.warning("refused: user %s, request %s", request.user.pk or "none", request_id())
        return page(request, "site/fault", 403, key="403")

    def process_template_response(self, request: HttpRequest, response: TemplateResponse) -> object:
        """The pages of allauth, which answer 200 whatever the form says."""
        forms = [(response.context_data or {}).get(name) for name in ("form", "webauthn_form")]
        if response.status_code == 200 and any(form is not None and form.is_bound and form.errors for form in forms):
            response.status_code = 422
        return response
