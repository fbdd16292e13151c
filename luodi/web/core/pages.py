"""Pages: the templates' environment, and the one way to answer with a page."""

import re
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final
from urllib.parse import quote

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import engines
from django.template.backends.jinja2 import Jinja2
from django.urls import NoReverseMatch, reverse
from django.utils import timezone, translation
from jinja2 import Environment

from luodi.colours import seal_svg
from luodi.documents import wording
from luodi.documents.durations import duration_of
from luodi.terms.reading import read_state
from luodi.web.core.keys import once_input
from luodi.web.core.language import CODES
from luodi.web.core.words import say


def environment(**options: Any) -> Environment:
    """The environment of every page; an app adds what it needs as `GLOBALS` in its `template_globals.py`."""
    made = Environment(**options)
    made.globals |= {
        "t": say,
        "url": url,
        "static": staticfiles_storage.url,
        "icon": f"data:image/svg+xml,{quote(seal_svg())}",
        "wording": wording,
        "duration_of": duration_of,
        "read_state": read_state,
        "local_day": timezone.localdate,
        "once_input": once_input,
    }
    for app in settings.LUODI_APPS:
        if find_spec(f"luodi.web.{app}.template_globals"):
            made.globals |= import_module(f"luodi.web.{app}.template_globals").GLOBALS
    return made


def jinja() -> Environment:
    """The environment of every page, for what is made of a template apart from a page."""
    backend = engines["jinja2"]
    assert isinstance(backend, Jinja2)
    return backend.env


@cache
def in_language_of(code: str) -> Mapping[str, Callable[..., str]]:
    """`t` and `url` for a page that knows its language: it says some hundred words and links, and each would ask."""
    here = "zh" if code.startswith("zh") else "en"

    def t(key: str, lang: str | None = None, **values: object) -> str:
        return say(key, lang or here, **values)

    def link(name: str, *args: object, **kwargs: object) -> str:
        return _url(code, name, args, tuple(kwargs.items()))

    return {"t": t, "url": link}


def url(name: str, *args: object, **kwargs: object) -> str:
    return _url(translation.get_language(), name, args, tuple(kwargs.items()))


@lru_cache(maxsize=16_384)
def _url(lang: str | None, name: str, args: tuple[object, ...], kwargs: tuple[tuple[str, object], ...]) -> str:
    """A page of the desk has two hundred links, most of them those of the page before."""
    plain = not kwargs and args and all(_is_plain(one) for one in args)
    shape = _shape(lang, name, tuple(type(one) for one in args)) if plain else None
    return shape.format(*args) if shape else reverse(name, args=args, kwargs=dict(kwargs))


def _is_plain(value: object) -> bool:
    """Whether it stands in an address as it is: a number, or a reference."""
    if isinstance(value, str):
        return _REFERENCE.fullmatch(value) is not None
    return type(value) is int and value >= 0


_REFERENCE: Final = re.compile(r"[A-Z]{2}-\d{4}-\d{4,9}")


@lru_cache(maxsize=4096)
def _shape(lang: str | None, name: str, kinds: tuple[type, ...]) -> str | None:
    """An address with places for numbers and references, so that it is worked out once for all rows; None where these
    are not what the address takes."""
    marks = [900_000_000_000_001 + n if kind is int else f"XQ-0000-{10_000_001 + n}" for n, kind in enumerate(kinds)]
    try:
        found = reverse(name, args=marks)
    except NoReverseMatch:
        return None
    found = found.replace("{", "{{").replace("}", "}}")
    for n, mark in enumerate(marks):
        if found.count(str(mark)) != 1:
            return None
        found = found.replace(str(mark), f"{{{n}}}")
    return found


def place(name: str, lang: str, *args: object, query: str = "") -> str:
    """A whole address, as letters have it, in the language of the letter."""
    with translation.override(CODES[lang]):
        return f"{settings.LINKS_TO}{reverse(name, args=args)}{'?' if query else ''}{query}"


def page(request: HttpRequest, template: str, status: int = 200, **context: object) -> HttpResponse:
    """A page in the language of the request; `template` is `app/name`."""
    return render(request, f"{template}.html.j2", context, status=status)
