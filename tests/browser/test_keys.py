"""The keyboard of those who work here, and the suggestions of the search; without script the form does."""

from typing import Any

import pytest
from django.utils import timezone

from luodi.web.accounts.models import Unit
from luodi.web.conftest import person, unit
from luodi.web.core.roles import Role
from luodi.web.leads.models import Lead
from tests.browser.test_desk import sign_in
from tests.browser.waiting import expect

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def here(transactional_db: None) -> Unit:
    made, now = unit("City"), timezone.now()
    person("anna", Role.OFFICER, made)
    for number in (1, 2):
        Lead.objects.create(unit=made, title=f"蓝鲸来访{number}", received=now, changed=now)
    return made


@pytest.fixture
def desk(open_page: Any, here: Unit) -> Any:
    return sign_in(open_page("/en/"))


def test_a_key_goes_to_the_search_and_a_suggestion_opens_its_record(desk: Any) -> None:
    desk.locator("body").press("/")
    search = desk.get_by_role("combobox")
    expect(search).to_be_focused()
    desk.keyboard.type("ljlf")  # initials of pinyin
    expect(desk.get_by_role("option")).to_have_count(2)
    expect(search).to_have_attribute("aria-expanded", "true")
    expect(desk.get_by_text("Suggestions: 2")).to_be_attached()
    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("ArrowDown")
    expect(desk.get_by_role("option", selected=True)).to_contain_text("蓝鲸来访1")
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("heading", level=1)).to_contain_text("蓝鲸来访1")


def test_escape_closes_the_suggestions_and_enter_searches(desk: Any) -> None:
    desk.locator("#seek").fill("蓝鲸")
    expect(desk.get_by_role("option")).to_have_count(2)
    desk.keyboard.press("Escape")
    expect(desk.get_by_role("option")).to_have_count(0)
    desk.keyboard.press("Enter")
    desk.wait_for_url("**/en/search/?q=*")
    expect(desk.get_by_role("heading", level=2)).to_contain_text("Leads 2")


def test_letters_lead_to_pages_but_not_while_one_types(desk: Any) -> None:
    desk.locator("#seek").focus()
    desk.keyboard.type("gd?/")
    expect(desk.locator("#seek")).to_have_value("gd?/")
    expect(desk.get_by_role("dialog")).to_have_count(0)
    desk.locator("main").press("g")
    desk.locator("main").press("d")
    desk.wait_for_url("**/en/desk/")
    desk.locator("main").press("g")
    desk.locator("main").press("l")
    desk.wait_for_url("**/en/desk/leads/")


def test_a_question_mark_shows_all_keys_in_a_dialog(desk: Any) -> None:
    desk.locator("main").press("?")
    dialog = desk.get_by_role("dialog", name="Keyboard")
    expect(dialog).to_contain_text("My day")
    desk.keyboard.press("/")
    expect(dialog.get_by_role("button", name="Close")).to_be_focused()
    desk.keyboard.press("Escape")
    expect(desk.get_by_role("dialog")).to_have_count(0)


def test_without_script_the_form_leads_to_the_results(open_page: Any, here: Unit) -> None:
    page = sign_in(open_page("/en/", script=False))
    page.get_by_role("searchbox").fill("蓝鲸")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="蓝鲸来访1")).to_be_visible()
