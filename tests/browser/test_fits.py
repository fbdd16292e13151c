"""An officer's work fits a screen of 1280 px: the header takes one line, and the board shows every stage."""

from typing import Any

import pytest

from luodi.web.conftest import person, unit
from luodi.web.core.roles import Role
from tests.browser.test_desk import sign_in

pytestmark = pytest.mark.django_db(transaction=True)

_TOPS = "all => all.map(one => Math.round(one.getBoundingClientRect().top + one.getBoundingClientRect().height / 2))"


@pytest.fixture
def desk(open_page: Any, transactional_db: None) -> Any:
    person("anna", Role.OFFICER, unit("City"))
    page = sign_in(open_page("/en/"))
    page.set_viewport_size({"width": 1280, "height": 900})
    return page


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_header_is_one_line_and_the_board_shows_every_stage(desk: Any, lang: str) -> None:
    desk.goto(desk.url.split("/en/")[0] + f"/{lang}/desk/board/")
    places = desk.locator(".masthead nav > a, .masthead nav > details > summary").evaluate_all(_TOPS)
    assert len(places) >= 7 and max(places) - min(places) <= 4
    shown = desk.locator(".board > *").evaluate_all("all => all.map(one => one.getBoundingClientRect().right)")
    assert len(shown) == 8 and max(shown) <= 1280
