"""Which language a page speaks: the address says so; without one, the visitor's browser."""

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.urls.resolvers import LocalePrefixPattern
from django.utils import translation

CODES: Final = {"zh": "zh-hans", "en": "en"}
_PREFIXES: Final = {code: prefix for prefix, code in CODES.items()}


class LanguagePrefix(LocalePrefixPattern):
    """/zh/ and /en/, where Django would write /zh-hans/."""

    @property
    def language_prefix(self) -> str:
        return f"{_PREFIXES[translation.get_language() or 'en']}/"


def choose(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: speak the language of the address for the length of the request."""

    def answer(request: HttpRequest) -> HttpResponse:
        prefix = request.path_info[1:3] if request.path_info[3:4] in ("/", "") else ""
        code = CODES.get(prefix) or translation.get_language_from_request(request)
        with translation.override(code if code in _PREFIXES else "en"):
            request.LANGUAGE_CODE = translation.get_language()
            response = get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language() or "en")
            return response

    return answer


def in_language(path: str, lang: str) -> str:
    """The same address in another language: /zh/advisor/?a=1 -> /en/advisor/?a=1."""
    head, slash, rest = path[1:].partition("/")
    return f"/{lang}/{rest}" if head in CODES and slash else path
