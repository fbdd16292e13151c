"""A policy officer lowers a cap in a real browser, a second one publishes it, its owner is told, and it goes back."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from luodi.advice.answers import Answers
from luodi.editions import SHIPPED
from luodi.editor.archive import files_of
from luodi.web.accounts.models import User
from luodi.web.advisor.actions import saved as actions_saved
from luodi.web.books.conftest import home, lowered
from luodi.web.conftest import PASSWORD, mailed, person
from luodi.web.core.roles import Role
from tests.browser.test_pages import address
from tests.browser.waiting import expect

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("home")]
__all__ = ["home"]
B26 = "investor=DE&service=B26&place=CN&share=45"


@pytest.fixture
def owner(transactional_db: None, home: Path) -> Iterator[User]:
    """Olga keeps an answer that holds so far; Anna and Ben keep the books."""
    for name in ("anna", "ben"):
        user = person(name, Role.POLICY_OFFICER)
        user.language = "en"
        user.save()
    olga = person("olga")
    now = timezone.now()
    actions_saved.save_answers(Answers.of(B26), "Ours", today=timezone.localdate(now), by=olga, at=now)
    yield olga


def sign_in(page: Any, name: str) -> Any:
    page.goto(address("account_login", "", "en"))
    page.get_by_label("Email address").fill(f"{name}@example.com")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/en/account/")
    return page


def expect_verdict(page: Any, verdict: str) -> None:
    page.goto(f"/en/advisor/plan/?{B26}")
    expect(page.locator(".stamp > span").first).to_have_text(verdict)


def edit_as_text(page: Any, files: dict[str, str]) -> None:
    page.get_by_role("link", name="Edit", exact=True).click()
    for name, text in files.items():
        page.get_by_role("link", name=f"Text {name}", exact=True).click()
        page.get_by_label("The text of").fill(text)
        page.get_by_role("button", name="Check and save").click()
        saved, anyway = page.get_by_text("Saved."), page.get_by_label("Save it with these errors")
        expect(saved.or_(anyway)).to_be_visible()
        if not saved.is_visible():  # until the other file has followed
            anyway.check()
            page.get_by_role("button", name="Check and save").click()
        page.get_by_text("Saved.").wait_for()
        page.get_by_role("link", name="Edit", exact=True).click()


@pytest.mark.long
@pytest.mark.parametrize("script", [True, False])
def test_a_cap_is_lowered_by_two_people_and_goes_back(open_page: Any, owner: User, script: bool) -> None:
    visitor = open_page("/en/", script=script)
    expect_verdict(visitor, "Allowed")

    anna = sign_in(open_page("/en/", script=script), "anna")
    anna.get_by_role("link", name="Policy desk").click()
    anna.get_by_label("Book", exact=True).select_option("market-access")
    anna.get_by_label("What the draft is for").fill("B26 at 40 %")
    anna.get_by_role("button", name="Begin").click()
    edit_as_text(anna, lowered(files_of(SHIPPED / "market-access")))
    anna.get_by_role("link", name="Overview").click()
    expect(anna.get_by_text("What it gives · cap")).to_be_visible()
    anna.get_by_role("button", name="Ask for a review").click()
    anna.get_by_text("A review was asked for.").wait_for()
    expect(anna.get_by_role("button", name="Approve")).to_have_count(0)

    ben = sign_in(open_page("/en/", script=script), "ben")
    ben.get_by_role("link", name="Policy desk").click()
    ben.get_by_role("region", name="Waiting for you").get_by_role("link", name="B26 at 40 %").click()
    ben.get_by_role("button", name="Approve").click()
    ben.get_by_role("button", name="Publish").click()
    ben.get_by_text("Published.", exact=True).wait_for()

    expect_verdict(visitor, "Not allowed")
    assert [letter.to for letter in mailed() if "Ours" in letter.body] == [[owner.email]]

    ben.get_by_role("link", name="Foreign access to telecom").click()
    ben.get_by_label("Reason").fill("The notice was not issued.")
    ben.get_by_role("button", name="Withdraw").click()
    ben.get_by_text("The edition before it is in force again.").wait_for()
    expect_verdict(visitor, "Allowed")
