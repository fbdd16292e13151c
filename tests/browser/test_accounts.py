"""The pages of one who has signed in: without barriers, narrow, and with a passkey of the browser itself."""

from typing import Any

import pytest

from luodi.web.conftest import PASSWORD, person
from luodi.web.core.roles import Role
from tests.browser.looking import Eye
from tests.browser.pages import OWN_PAGES
from tests.browser.test_pages import LANGUAGES, address
from tests.browser.waiting import expect

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def signed_in(open_page: Any) -> Any:
    """A page of an administrator, who signed in as people do and said the password once more."""
    person("ada", Role.ADMINISTRATOR)

    def opened(**how: Any) -> Any:
        page = open_page(address("account_login", "", "en"), **how)
        page.get_by_label("Email address").fill("ada@example.com")
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.wait_for_url("**/en/account/")
        page.goto(address("account_reauthenticate", "", "en"))
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Continue").click()
        page.wait_for_load_state()
        return page

    return opened


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_page_of_ones_own_is_open_to_everybody(signed_in: Any, lang: str) -> None:
    eye = Eye(signed_in(), [])
    assert [fault for name in OWN_PAGES for fault in eye.faults(address(name, "", lang))] == []


def test_one_signs_in_without_script(signed_in: Any) -> None:
    expect(signed_in(script=False).locator("h1")).to_have_text("My account")


def test_a_passkey_of_the_browser_is_added_and_signs_in(signed_in: Any, live_server: Any, settings: Any) -> None:
    """The scripts and the policy as they are, with a key that the browser itself holds."""
    page = signed_in()
    local = live_server.url.replace("127.0.0.1", "localhost")
    if not page.url.startswith(local):
        pytest.skip("a passkey needs the name localhost")
    keys = page.context.new_cdp_session(page)
    keys.send("WebAuthn.enable")
    keys.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    page.goto(address("mfa_add_webauthn", "", "en"))
    page.get_by_label("Name").fill("office")
    page.get_by_label("Use it as a passkey").check()
    page.get_by_role("button", name="Add one").click()
    page.wait_for_url("**/recovery-codes/")
    page.goto(address("account_logout", "", "en"))
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/en/")
    page.goto(address("account_login", "", "en"))
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/en/account/")
