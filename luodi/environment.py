"""What the environment says of the world outside: the post office, and an organisation's own sign-on."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from luodi.errors import BadInput

_PORTS: Final = {"smtp": 587, "smtps": 465}
#: The one provider has this name in addresses; it is part of what is registered with the provider.
SIGN_ON: Final = "sign-on"


def number(name: str, without: int) -> int:
    """A whole number of the environment, not below zero. Raises `BadInput` for anything else."""
    text = os.environ.get(name, "").strip()
    if not text:
        return without
    if not (text.isascii() and text.isdecimal()) or len(text) > 9:
        raise BadInput("site.give-whole-number-or-leave", name=name, text=text, at="environment")
    return int(text)


def mail_settings(address: str, folder: Path) -> tuple[str, dict[str, object]]:
    """Django's backend and its settings for `smtp://user:password@host:587` (STARTTLS) or `smtps://..:465` (TLS).

    Without an address every letter becomes a file in `folder`. Raises `BadInput`; the message holds no password.
    """
    if not address:
        return "django.core.mail.backends.filebased.EmailBackend", {"EMAIL_FILE_PATH": folder}
    parts = urlsplit(address)
    if parts.scheme not in _PORTS or not parts.hostname:
        raise BadInput("site.luodi-mail-no-address-such", at="environment")
    return "django.core.mail.backends.smtp.EmailBackend", {
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or _PORTS[parts.scheme],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": parts.scheme == "smtp",
        "EMAIL_TIMEOUT": 10,
    }


def sign_on_settings(environment: Mapping[str, str]) -> dict[str, object]:
    """allauth's providers: one by OpenID Connect where `LUODI_OIDC_ISSUER` is set, none otherwise."""
    issuer = environment.get("LUODI_OIDC_ISSUER", "").rstrip("/")
    if not issuer:
        return {}
    missing = [name for name in ("LUODI_OIDC_CLIENT", "LUODI_OIDC_SECRET") if not environment.get(name)]
    if missing:
        raise BadInput("site.luodi-oidc-issuer-needs-too", missing=" and ".join(missing), at="environment")
    app = {
        "provider_id": SIGN_ON,
        "name": environment.get("LUODI_OIDC_NAME", urlsplit(issuer).hostname),
        "client_id": environment["LUODI_OIDC_CLIENT"],
        "secret": environment["LUODI_OIDC_SECRET"],
        "settings": {"server_url": issuer, "uid_field": "sub", "oauth_pkce_enabled": True},
    }
    return {"openid_connect": {"APPS": [app], "OAUTH_PKCE_ENABLED": True}}
