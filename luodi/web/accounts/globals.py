"""What the templates of accounts need beside their context."""

import json
from datetime import datetime
from typing import Any, Final

from allauth.socialaccount.adapter import get_adapter
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html, json_script
from django.utils.safestring import SafeString, mark_safe


def moment(at: datetime) -> str:
    """Day and minute in the time of the site, such as 2026-11-25 14:03."""
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M")


def providers(request: HttpRequest) -> list[Any]:
    """The organisation's own sign-on, where there is one."""
    return list(get_adapter().list_providers(request))


def onload(function: str, **ids: str) -> SafeString:
    """Tell allauth's script, in data, which function to run on which elements of the page."""
    data = mark_safe(json.dumps({"ids": ids}))  # ids are ours: letters and underscores
    return format_html('<script data-allauth-onload="{}" type="application/json">{}</script>', function, data)


GLOBALS: Final = {"moment": moment, "providers": providers, "onload": onload, "json_script": json_script}
