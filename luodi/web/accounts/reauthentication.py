"""Whoever only ever signs in by the organisation's sign-on is asked again there: allauth asks only for what it keeps
itself, and lets them through."""

import time
from collections.abc import Callable
from typing import Final
from urllib.parse import urlencode

from allauth.account import app_settings
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.flows.reauthentication import get_reauthentication_flows
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

#: What guards an account. The ways in themselves are not among them.
GUARDED: Final = frozenset(
    {
        "mfa_index",
        "mfa_activate_totp",
        "mfa_deactivate_totp",
        "mfa_add_webauthn",
        "mfa_remove_webauthn",
        "mfa_edit_webauthn",
        "mfa_list_webauthn",
        "mfa_generate_recovery_codes",
        "mfa_view_recovery_codes",
        "mfa_download_recovery_codes",
        "account_set_password",
        "account_email",
        "socialaccount_connections",
        "erase_own",
    }
)


View = Callable[..., HttpResponse]


class Reauthentication:
    """Middleware: on to the sign-on before a guarded page, where the last sign-on is too long ago."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: View, args: object, kwargs: object) -> HttpResponse | None:
        match = request.resolver_match
        if match is None or match.url_name not in GUARDED or not request.user.is_authenticated:
            return None
        if get_reauthentication_flows(request.user) or _recently(request):
            return None
        return redirect(f"{reverse('accounts:sign_on_again')}?{urlencode({'next': request.get_full_path()})}")


def _recently(request: HttpRequest) -> bool:
    records = get_authentication_records(request, request.user)
    newest = max((float(record.get("at", 0)) for record in records), default=0.0)
    return time.time() - newest < app_settings.REAUTHENTICATION_TIMEOUT
