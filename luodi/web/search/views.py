"""The page of results."""

import logging
from dataclasses import asdict
from typing import Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from luodi.web.core.guards import signed_in
from luodi.web.core.lists import clean_text
from luodi.web.core.pages import page, url
from luodi.web.core.words import language, say
from luodi.web.library.search import NoIndex, search
from luodi.web.search.queries import COUNTED, MOST, SHOWN, Hit, Hits, find, scopes_of, suggest

_LAW: Final = "law"
_LOG: Final = logging.getLogger(__name__)


@require_safe
@signed_in
def results(request: HttpRequest) -> HttpResponse:
    """What somebody may see that fits, by kind; the library stands last."""
    query, lang, scopes = clean_text(request.GET.get("q", "")), language(), scopes_of(request.user)
    scope = request.GET.get("in", "")
    scope = scope if scope in scopes else ""
    found = find(request.user, query, scope, lang) if scope != _LAW else []
    if query and scope in ("", _LAW):
        found += _law(query, MOST if scope else SHOWN, lang)
    return page(request, "search/results", query=query, scope=scope, scopes=scopes, found=found, counted=COUNTED)


@require_safe
@signed_in
def suggestions(request: HttpRequest) -> JsonResponse:
    """The first records of each kind while somebody types, as `static/search/suggest.js` shows them."""
    found = suggest(request.user, request.GET.get("q", ""), language())
    kinds = [{"kind": say(f"search.kind_{one.kind}"), "hits": [asdict(hit) for hit in one.hits]} for one in found]
    return JsonResponse({"kinds": kinds})


def _law(query: str, most: int, lang: str) -> list[Hits]:
    try:
        found = search(query, {}, on=timezone.localdate(), page=1)
    except NoIndex as problem:  # the records are there all the same
        _LOG.error("%s", problem)
        return []
    hits = [
        Hit(text.title_zh if lang == "zh" else text.title_en, text.name, url("library:entry", text.kind, text.name))
        for text in found.texts[:most]
    ]
    return [Hits("entry", _LAW, tuple(hits), found.total)] if hits else []
