"""A company that has never heard of us gets its plan: with script and without, with a mouse and without."""

import re
from typing import Any

import pytest

from tests.browser.waiting import expect

pytestmark = pytest.mark.django_db(transaction=True)

WORDS = {
    "zh": ("从第一题开始", "继续", "云计算", "有条件准入", "没错，看结论"),
    "en": ("Start with the first", "Continue", "cloud", "Allowed with conditions", "That is right: show the answer"),
}


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("script", [True, False])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_newcomer_gets_a_plan_in_four_questions(open_page: Any, lang: str, script: bool, width: int) -> None:
    first, go_on, cloud, verdict, _ = WORDS[lang]
    page = open_page(f"/{lang}/", script=script, width=width)
    page.get_by_role("link", name=first, exact=True).click()
    page.get_by_role("combobox").select_option("SG")
    page.get_by_role("button", name=go_on).click()
    page.get_by_role("searchbox").fill(cloud)
    page.get_by_role("searchbox").press("Enter")
    page.get_by_role("checkbox").first.check()
    page.get_by_role("button", name=go_on).click()
    page.locator('input[value="BJ"]').check()
    page.get_by_role("button", name=go_on).click()
    page.locator('input[value="100"]').check()
    page.get_by_role("button", name=go_on).click()
    page.wait_for_url(re.compile("/plan/.*seen="))
    expect(page.locator("#result .word .stamp > span")).to_have_text(verdict)


SENTENCES = {
    "zh": "新加坡云服务公司，想在北京独资建数据中心",
    "en": "Singapore cloud company, wants to own all of a data centre in Beijing",
}


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("script", [True, False])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_newcomer_gets_a_plan_from_one_sentence(open_page: Any, lang: str, script: bool, width: int) -> None:
    *_, verdict, right = WORDS[lang]
    page = open_page(f"/{lang}/", script=script, width=width)
    page.locator("#say").fill(SENTENCES[lang])
    page.locator(".sentence button").click()
    expect(page.locator("#investor")).to_have_value("SG")
    expect(page.locator("#place")).to_have_value("BJ")
    expect(page.locator('input[name="service"]:checked')).to_have_value("B11")
    page.get_by_role("button", name=right).click()
    page.wait_for_url("**/plan/**")
    expect(page.locator("#result .word .stamp > span")).to_have_text(verdict)


def test_a_sentence_needs_no_mouse_and_a_blank_is_asked_next(open_page: Any) -> None:
    page = open_page("/en/")
    tab_to(page, "#say")
    page.keyboard.type("Japanese game studio, own all")
    tab_to(page, ".sentence button")
    page.keyboard.press("Enter")
    page.wait_for_url("**/say/**")
    tab_to(page, ".understood button")
    page.keyboard.press("Enter")
    page.wait_for_url("**/ask/**")
    expect(page.locator('form.question input[name="q"]')).to_have_value("place")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_on_a_phone_the_sentence_box_is_in_sight_at_once(open_page: Any, lang: str) -> None:
    page = open_page(f"/{lang}/", width=390)
    box = page.locator(".sentence button").bounding_box()
    assert box["y"] + box["height"] < 844


def test_the_back_button_goes_one_question_back_and_keeps_the_answers(open_page: Any) -> None:
    page = open_page("/en/advisor/ask/?investor=SG")
    page.locator('.choice input[value="~"]').check()
    page.get_by_role("button", name="Continue").click()
    expect(page.locator("h1")).not_to_have_text("What business will it be?")
    page.go_back()
    expect(page.locator("h1")).to_have_text("What business will it be?")
    assert "investor=SG" in page.url


def test_what_if_answers_in_place_and_says_so(open_page: Any) -> None:
    page = open_page("/en/advisor/plan/?investor=SG&service=B11&place=BJ&share=100&on=2026-11-25")
    page.evaluate("window.stillHere = true")
    page.get_by_text("Change one thing").click()
    page.get_by_label("Day", exact=True).fill("2024-10-22")
    page.get_by_role("button", name="Ask again").click()
    page.locator("#result .word", has_text="Not allowed").wait_for()
    assert page.evaluate("window.stillHere") is True
    expect(page).to_have_url(re.compile("on=2024-10-22"))
    expect(page.locator("#announcement")).to_have_text(re.compile("^The result was updated"))
    expect(page.locator(".whatif[open]")).to_have_count(1)  # one tries one thing after another
    expect(page.locator("#whatif_go")).to_be_focused()


def test_what_if_works_without_script(open_page: Any) -> None:
    page = open_page("/en/advisor/plan/?investor=SG&service=B11&place=BJ&share=100&on=2026-11-25", script=False)
    page.get_by_text("Change one thing").click()
    page.locator("select[name=place]").select_option("GUANGZHOU")
    page.get_by_role("button", name="Ask again").click()
    expect(page.locator("#result .word")).to_contain_text("Not allowed")


def test_a_keyboard_is_enough(open_page: Any) -> None:
    page = open_page("/en/advisor/ask/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.locator("#value").focus()
    page.keyboard.type("Singapore")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Continue")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**investor=SG**")
    page.locator("#value").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_url("**service=**")


def test_a_clause_opens_beside_the_text(open_page: Any) -> None:
    page = open_page("/en/advisor/plan/?investor=SG&service=B11&place=BJ&share=100")
    page.locator(".lede .cite").first.click()
    clause = page.locator("aside.clause:popover-open")
    expect(clause).to_contain_text("工业和信息化部关于开展增值电信业务扩大对外开放试点工作的通告")


def test_the_address_can_be_copied(open_page: Any) -> None:
    page = open_page("/en/advisor/plan/?investor=SG&service=B11&place=BJ&share=100")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy the address").click()
    page.get_by_role("button", name="Copied").wait_for()
    assert "seen=" in page.evaluate("navigator.clipboard.readText()")


def test_a_plan_prints_without_what_is_only_for_the_screen(open_page: Any) -> None:
    page = open_page("/en/advisor/plan/?investor=SG&service=B11&place=BJ&share=100")
    page.emulate_media(media="print")
    for part in (".tools", ".whatif", "nav", ".lang"):
        expect(page.locator(part).first).to_be_hidden()
    expect(page.locator("#result h1")).to_be_visible()


def tab_to(page: Any, what: str, most: int = 120) -> None:
    """Go with the Tab key until the focus is on what is looked for, and never where one cannot see it."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("what => document.activeElement.matches(what)", what):
            seen = page.evaluate(
                "() => { const box = document.activeElement.getBoundingClientRect();"
                " return box.bottom > 0 && box.top < innerHeight }"
            )
            assert seen, f"the focus on {what} is out of sight"
            return
    raise AssertionError(f"no Tab leads to {what} on {page.url}")


def test_the_whole_way_needs_no_mouse(open_page: Any) -> None:
    """From the front page to the plan in four questions, with Tab, Space, Enter and letters only."""
    page = open_page("/en/")
    tab_to(page, ".four a.button")
    page.keyboard.press("Enter")
    page.wait_for_url("**/ask/**")
    tab_to(page, "select#value")
    page.keyboard.type("Singapore")
    tab_to(page, "button.main")
    page.keyboard.press("Enter")
    page.wait_for_url("**investor=SG**")
    tab_to(page, "#find")
    page.keyboard.type("data centre")
    page.keyboard.press("Enter")
    page.wait_for_url("**find=data**")
    tab_to(page, "input#value")
    page.keyboard.press("Space")
    tab_to(page, "button.main")
    page.keyboard.press("Enter")
    page.wait_for_url("**service=**")
    tab_to(page, "input[type=radio]")
    page.keyboard.press("Space")
    tab_to(page, "button.main")
    page.keyboard.press("Enter")
    page.wait_for_url("**place=**")
    tab_to(page, "input[type=radio]")
    page.keyboard.press("Space")
    tab_to(page, "button.main")
    page.keyboard.press("Enter")
    page.wait_for_url("**/plan/**")
    tab_to(page, ".cite")
    page.keyboard.press("Enter")
    expect(page.locator("aside.clause:popover-open")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator("aside.clause:popover-open")).to_have_count(0)
    tab_to(page, "#whatif")
    page.keyboard.press("Space")
    tab_to(page, "#whatif_go")
    tab_to(page, ".leaf > summary")
    page.keyboard.press("Enter")
    expect(page.locator(".leaf[open]")).to_have_count(1)


@pytest.mark.parametrize("script", [True, False])
def test_the_language_is_switched_on_the_same_page_and_step(open_page: Any, script: bool) -> None:
    page = open_page("/en/advisor/ask/?investor=SG&service=B11,B24&q=place", script=script)
    page.get_by_role("link", name="中文").click()
    page.wait_for_url("**/zh/advisor/ask/**")
    expect(page.locator('form.question input[name="q"]')).to_have_value("place")
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
    page.locator('input[value="BJ"]').check()
    page.get_by_role("button", name="继续").click()
    page.wait_for_url(re.compile("service=B11(,|%2C)B24"))
    page.wait_for_url("**place=BJ**")
    page.get_by_role("link", name="English").click()
    page.wait_for_url(re.compile("/en/advisor/ask/.*place=BJ"))


@pytest.mark.parametrize("script", [True, False])
def test_two_services_are_chosen_in_a_browser_and_one_is_removed(open_page: Any, script: bool) -> None:
    page = open_page("/en/advisor/ask/?investor=SG&q=service&find=cloud", script=script)
    page.locator('input[value="B11-IRCS"]').check()
    page.get_by_role("button", name="Add another service").click()
    page.get_by_role("searchbox").fill("call centre")
    page.get_by_role("searchbox").press("Enter")
    page.locator('input[value="B24"]').check()
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url(re.compile("service=[^&]*B24"))
    page.goto(page.url.replace("/ask/", "/check/"))
    expect(page.locator(".chosen li")).to_have_count(2)
    page.get_by_role("link", name="Remove Internet").click()
    page.wait_for_url("**service=B24**")
    expect(page.locator(".chosen")).to_have_count(0)


@pytest.mark.parametrize("script", [True, False])
def test_owners_are_typed_and_a_change_of_hands_is_filled_in(open_page: Any, script: bool) -> None:
    page = open_page("/en/advisor/owners/?investor=DE&service=B25&place=BJ", script=script)
    page.get_by_label("The company", exact=True).fill("Mill")
    for line, (owner, kind, share) in enumerate((("Kranich", "foreign", "60"), ("Founder", "domestic", "40")), 1):
        page.get_by_label(f"Line {line}, Owner", exact=True).fill(owner)
        page.get_by_label(f"Line {line}, Kind of owner").select_option(kind)
        page.get_by_label(f"Line {line}, Share (%)").fill(share)
    page.get_by_role("button", name="Look through").click()
    expect(page.locator(".look .stamp").first).to_contain_text("Not allowed")
    page.get_by_role("link", name="Fill this in").first.click()
    expect(page.locator(".look .stamp").first).to_contain_text("Allowed")
    page.get_by_role("button", name="Use these holdings").click()
    page.wait_for_url(lambda url: "/owners/" not in url and "stake=" in url)
