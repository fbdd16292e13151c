"""Every page of the site has an address in `tests/browser/pages.py`, and is looked at there."""

from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from luodi.web.core.language import LanguagePrefix
from tests.browser.pages import ACTS, DESK_PAGES, FILES, OWN_PAGES, PAGES, route_of


def routes(resolver: Any, space: str = "") -> Iterator[str]:
    for part in resolver.url_patterns:
        if isinstance(part, URLResolver):
            inner = part.namespace or space
            yield from routes(part, inner)
        elif isinstance(part, URLPattern) and part.name:
            yield f"{space}:{part.name}" if space else part.name


def test_every_page_has_an_address_here() -> None:
    paged = {
        name
        for part in get_resolver().url_patterns
        if isinstance(part.pattern, LanguagePrefix)
        for name in routes(part)
    }
    assert paged - FILES - ACTS == {*map(route_of, [*PAGES, *DESK_PAGES]), *OWN_PAGES}
