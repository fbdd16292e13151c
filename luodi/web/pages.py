"""Pages: the templates' environment, and the one way to answer with a page."""

from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from jinja2 import Environment

from luodi.documents import wording
from luodi.web.site.language import CODES
from luodi.web.site.once import once_input
from luodi.web.words import say


def environment(**options: Any) -> Environment:
    """The environment of every page; a room adds what it needs as `GLOBALS` in its `globals.py`."""
    made = Environment(**options)
    made.globals |= {
        "t": say,
        "url": url,
        "static": staticfiles_storage.url,
        "wording": wording,
        "once_input": once_input,
    }
    for room in settings.ROOMS:
        if find_spec(f"luodi.web.{room}.globals"):
            made.globals |= import_module(f"luodi.web.{room}.globals").GLOBALS
    return made


def url(name: str, *args: Any, **kwargs: Any) -> str:
    return _url(translation.get_language(), name, args, tuple(kwargs.items()))


@lru_cache(maxsize=16_384)
def _url(lang: str | None, name: str, args: tuple[Any, ...], kwargs: tuple[tuple[str, Any], ...]) -> str:
    """A page of the desk has two hundred links, most of them those of the page before."""
    return reverse(name, args=args, kwargs=dict(kwargs))


def place(name: str, lang: str, *args: Any, query: str = "") -> str:
    """A whole address, as letters have it, in the language of the letter."""
    with translation.override(CODES[lang]):
        return f"{settings.LINKS_TO}{reverse(name, args=args)}{'?' if query else ''}{query}"


def page(request: HttpRequest, template: str, status: int = 200, **context: Any) -> HttpResponse:
    """A page in the language of the request; `template` is `room/name`."""
    return render(request, f"{template}.html.j2", context, status=status)
