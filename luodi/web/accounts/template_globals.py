"""What the templates of accounts need beside their context."""

import json
from datetime import datetime
from typing import Final

from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.providers.base import Provider
from django.db.models import Model
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html, json_script
from django.utils.safestring import SafeString, mark_safe

from luodi.terms.figures import day_shown, duration_shown
from luodi.web.accounts.sessions import over_at
from luodi.web.core import personal_data
from luodi.web.core.words import language, say, words
from luodi.web.journal.queries import changes, names_of


def moment(at: datetime) -> str:
    """Day and minute in the time of the site, as the page is read: 25 November 2026, 14:03; 2026年11月25日 14:03."""
    local, lang = timezone.localtime(at), language()
    return f"{day_shown(local.date(), lang)}{' ' if lang == 'zh' else ', '}{local:%H:%M}"


def providers(request: HttpRequest) -> list[Provider]:
    """The organisation's own sign-on, where there is one."""
    return list(get_adapter().list_providers(request))


def onload(function: str, **ids: str) -> SafeString:
    """Tell allauth's script, in data, which function to run on which elements of the page."""
    data = mark_safe(json.dumps({"ids": ids}))  # ids are ours: letters and underscores
    return format_html('<script data-allauth-onload="{}" type="application/json">{}</script>', function, data)


def named(person: int | None) -> str:
    """What somebody is called by their number; blank for nobody, and for whoever has no account any more."""
    return names_of([person]).get(person, f"{person}") if person else ""


def lasts(rule: personal_data.Rule, lang: str) -> str:
    """For how long rows of a rule are kept, in words."""
    if isinstance(rule, personal_data.Personal):
        days = rule.term.days
        count, unit = (days // 365, "years") if days % 365 == 0 else (days, "days")
        since = say(f"accounts.since_{rule.since}", lang)
        return say("accounts.kept_for", lang, how_long=duration_shown(count, unit, lang), since=since)
    if isinstance(rule, personal_data.Kept):
        return rule.zh if lang == "zh" else rule.en
    return say(f"accounts.kept_{'account' if isinstance(rule, personal_data.Account) else 'with'}", lang)


def kind_of(model: type[Model], lang: str) -> str:
    """What rows of a model are called on the page about people's data; its label where nobody has named it."""
    key = f"accounts.kind_{model._meta.label_lower.replace('.', '_')}"
    return say(key, lang) if key in words() else str(model._meta.verbose_name)


GLOBALS: Final = {
    "session_over": over_at,
    "named": named,
    "changed": changes,
    "lasts": lasts,
    "kind_of": kind_of,
    "moment": moment,
    "providers": providers,
    "onload": onload,
    "json_script": json_script,
}
