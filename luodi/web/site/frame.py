"""What every page has around it."""

from functools import cache, partial
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

from luodi.editions import with_books
from luodi.rules.library import load_book
from luodi.web.core.language import in_language
from luodi.web.core.pages import in_language_of
from luodi.web.core.permissions import request_memberships
from luodi.web.core.words import language


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context of every page: its language, the same page in the other one, the apps one can go to."""
    lang = language()
    other = "en" if lang == "zh" else "zh"
    return {
        **in_language_of(get_language() or "en"),
        "lang": lang,
        "html_lang": "zh-Hans" if lang == "zh" else "en",
        "other": other,
        "other_url": in_language(request.get_full_path(), other) if _has_language(request) else f"/{other}/",
        "navigation": navigation(),
        "desks": partial(desks, request),
        "keys_of_pages": _KEYS,
        "demo": settings.DEMO,
        "operator": settings.OPERATOR,
        "rule_book": rule_book(),
        "here_path": request.path_info,
        "account": "accounts:home" if settings.SESSION_COOKIE_NAME in request.COOKIES else "account_login",
        "here": request.resolver_match.view_name if request.resolver_match else "",
    }


@with_books()
def rule_book() -> tuple[str, str]:
    """Version and day of the book that decides what is open, for the foot of every page."""
    book = load_book("market-access")
    return book.version, str(book.head.get("as_of") or "")


def _has_language(request: HttpRequest) -> bool:
    return request.method == "GET" and request.path_info[:4] in ("/zh/", "/en/")


#: What one works with all day stands first, whatever the order of the apps; of the rest, what they say.
_DAILY: Final = (
    "workbench:day",
    "workbench:queue",
    "workbench:figures",
    "scorecard:board",
    "cases:own",
    "leads:inbox",
    "docking:desk",
)
#: The letter behind `g` that leads to a page; `n`, the notices, stands at the bell.
_KEYS: Final = {
    "workbench:day": "d",
    "workbench:queue": "c",
    "workbench:team": "t",
    "workbench:figures": "f",
    "leads:inbox": "l",
    "companies:companies": "o",
    "cases:own": "c",
}


def desks(request: HttpRequest) -> list[tuple[str, str]]:
    """The entrances of those who work here, by their roles; asked of the database only for whoever has a session."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return []
    roles = {held.role for held in request_memberships(request)}
    found = [(name, key) for name, key, wanted in _of_rooms("staff_entrances") if roles & wanted]
    return sorted(found, key=lambda one: _DAILY.index(one[0]) if one[0] in _DAILY else len(_DAILY))


def navigation() -> list[tuple[str, str]]:
    """Name of the address and key of the words, of each app that has an entrance."""
    return list(_of_rooms("entrances"))


@cache
def _of_rooms(name: str) -> tuple[Any, ...]:
    """What the apps say in their `urls.py` under a name, in their order."""
    there = [app for app in settings.LUODI_APPS if find_spec(f"luodi.web.{app}.urls")]
    return tuple(one for app in there for one in getattr(import_module(f"luodi.web.{app}.urls"), name, []))
