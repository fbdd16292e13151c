"""What holds on every page in both languages: no barrier, no sideways scrolling, little weight, one host."""

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from luodi.rules.library import load_book
from luodi.web.conftest import unit
from luodi.web.core.language import CODES
from luodi.web.library.index import refresh
from tests.browser.looking import Eye
from tests.browser.pages import ALSO, PAGES

pytestmark = pytest.mark.django_db(transaction=True)
LANGUAGES = ["zh", "en"]
ADDRESSES = [*PAGES.items(), *ALSO]
SEARCHED = ("library:search", "library:list", "library:edition")


def address(name: str, rest: str, lang: str, **values: object) -> str:
    route, *args = name.format(edition=load_book("policies").hash[:12], **values).split()
    with translation.override(CODES[lang]):
        return reverse(route, args=args) + rest.format(**values)


@pytest.fixture(autouse=True)
def indexed(transactional_db: None, name: str) -> None:
    """Tables are emptied between these tests; search needs its index again."""
    if name.startswith(SEARCHED):
        refresh(timezone.now())
    if name == "advisor:hand_over":
        unit("City")


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("name", "rest"), ADDRESSES)
def test_a_page_is_open_to_everybody(eye: Eye, name: str, rest: str, lang: str) -> None:
    """Without a barrier in the light and in the dark, 320 px wide, light, and true to its policy."""
    assert eye.faults(address(name, rest, lang)) == []
