"""Links of pages: worked out once for all rows, and the same as if each were worked out by itself."""

import pytest
from django.urls import NoReverseMatch, reverse
from django.utils import translation

from luodi.web.core.pages import in_language_of, url


@pytest.mark.parametrize("code", ["zh-hans", "en"])
@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("cases:case", ("LD-2026-00017",)),
        ("cases:case", ("LD-2026-123456789",)),
        ("cases:part", ("LD-2026-00017", "steps")),
        ("cases:act", ("LD-2026-00017", "health")),
        ("cases:proof", ("LD-2026-00017", 12)),
        ("leads:lead", (3,)),
        ("dealings:record", ("promise", 7)),
        ("workbench:day", ()),
        ("cases:case", ("äö 1",)),
    ],
)
def test_a_link_is_that_of_the_routes(name: str, args: tuple[object, ...], code: str) -> None:
    with translation.override(code):
        assert url(name, *args) == reverse(name, args=args)
        assert in_language_of(code)["url"](name, *args) == url(name, *args)
        if args and isinstance(args[-1], int):
            assert url(name, *args[:-1], args[-1] + 1) == reverse(name, args=(*args[:-1], args[-1] + 1))


@pytest.mark.parametrize(
    ("name", "args"),
    [("leads:lead", ("LD-2026-00017",)), ("leads:lead", (-1,)), ("cases:case", ("a/b",)), ("no:no", (1,))],
)
def test_what_no_route_takes_is_refused(name: str, args: tuple[object, ...]) -> None:
    with pytest.raises(NoReverseMatch):
        url(name, *args)
