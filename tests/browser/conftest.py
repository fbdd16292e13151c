"""A real browser before the real site. `LUODI_TEST_BROWSER` names a Chromium; without it these tests are left out."""

import os
from collections.abc import Iterator
from typing import Any

import pytest

from tests.browser.looking import Eye
from tests.browser.waiting import PATIENCE

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # the browser's driver runs a loop of its own in this thread

GOOD = {200, 302, 304, 409, 422}


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    path = os.environ.get("LUODI_TEST_BROWSER")
    if not path:
        pytest.skip("the browser is left out: LUODI_TEST_BROWSER names no Chromium")
    playwright = pytest.importorskip("playwright.sync_api", reason="the browser is left out: it needs `make more`")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


def _watched(page: Any, host: str, wrong: list[str]) -> Any:
    """What must not happen on any page is gathered in `wrong`."""

    def is_wrong(message: Any) -> bool:
        """A page that asks again answers 422 and is no fault; statuses are looked at below."""
        return message.type == "error" and not message.text.startswith("Failed to load resource")

    page.set_default_timeout(PATIENCE)
    page.on("console", lambda message: wrong.append(message.text) if is_wrong(message) else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", lambda request: None if request.url.startswith(host) else wrong.append(request.url))
    page.on("response", lambda response: wrong.append(response.url) if response.status not in GOOD else None)
    return page


@pytest.fixture
def open_page(chromium: Any, live_server: Any) -> Iterator[Any]:
    """Opens a page of the site; afterwards nothing may have broken the policy, failed to load or gone elsewhere."""
    contexts, wrong = [], []

    def opened(path: str, *, script: bool = True, width: int = 1280, scheme: str = "light") -> Any:
        context = chromium.new_context(
            java_script_enabled=script,
            viewport={"width": width, "height": 900},
            color_scheme=scheme,
            base_url=live_server.url,
            accept_downloads=True,
            reduced_motion="reduce",
        )
        contexts.append(context)
        page = _watched(context.new_page(), live_server.url, wrong)
        page.goto(path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert wrong == []


@pytest.fixture(scope="session")
def _window(chromium: Any, live_server: Any) -> Iterator[tuple[Any, list[str]]]:
    """One window for all who only look: opening one for every page would take longer than looking."""
    context = chromium.new_context(base_url=live_server.url, reduced_motion="reduce")
    wrong: list[str] = []
    yield _watched(context.new_page(), live_server.url, wrong), wrong
    context.close()


@pytest.fixture
def eye(_window: tuple[Any, list[str]]) -> Iterator[Eye]:
    """Looks at pages as a visitor whom nobody knows."""
    page, wrong = _window
    page.context.clear_cookies()
    yield Eye(page, wrong)
    wrong.clear()
