"""What must be true of the settings before the public may come."""

import os
from urllib.parse import urlsplit

from django.conf import settings

from luodi.errors import LuodiError


class UnsafeSettings(LuodiError):
    """The site is set up in a way that is not safe for the public."""

    code = "unsafe-settings"


def unsafe() -> list[str]:
    """What is wrong, each with what to do; empty where nothing is."""
    secret, origin = os.environ.get("LUODI_SECRET_KEY", ""), urlsplit(settings.ORIGIN)
    checks = [
        (len(secret) < 40, "LUODI_SECRET_KEY is missing or has fewer than 40 characters: give a random one"),
        (not settings.ALLOWED_HOSTS, "LUODI_HOSTS is empty: give the names of the site, with commas between"),
        ("*" in settings.ALLOWED_HOSTS, "LUODI_HOSTS allows any name: give the names of the site"),
        (origin.scheme != "https" or not origin.netloc, "LUODI_ORIGIN is no https:// address: give that of the site"),
        (settings.DEBUG, "DEBUG is on"),
        (
            not settings.SECURITY_CONTACT.startswith(("mailto:", "https://")),
            "LUODI_SECURITY_CONTACT is missing: give the mailto: or https: address to which people tell of a hole",
        ),
    ]
    return [text for wrong, text in checks if wrong]


def refuse_demo() -> None:
    """Raises `UnsafeSettings` where the site holds the world of the demo, whose people must not meet the public."""
    from luodi.web.accounts.models import DemoWorld

    if DemoWorld.objects.exists():
        raise UnsafeSettings("site.site-holds-fictional-world-demo")


def refuse_unsafe(host: str) -> None:
    """Raises `UnsafeSettings` with everything that is wrong at once."""
    found = unsafe()
    if found:
        raise UnsafeSettings("site.settings-not-safe-public", found="\n  ".join(found))
