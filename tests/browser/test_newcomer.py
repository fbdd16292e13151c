"""A company that has never heard of us gets its plan: with script and without, with a mouse and without."""

from typing import Any

import pytest

pytestmark = pytest.mark.django_db(transaction=True)

WORDS = {
    "zh": ("开始", "开始回答", "继续", "不确定", "查看落地方案", "云计算", "有条件准入"),
    "en": (
        "Start now",
        "Start",
        "Continue",
        "I am not sure",
        "Show the landing plan",
        "cloud",
        "Allowed with conditions",
    ),
}


@pytest.mark.parametrize("script", [True, False])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_newcomer_gets_a_plan(open_page: Any, lang: str, script: bool) -> None:
    first, start, go_on, unsure, show, cloud, verdict = WORDS[lang]
    page = open_page(f"/{lang}/", script=script)
    page.get_by_role("link", name=first, exact=True).click()
    page.get_by_role("link", name=start, exact=True).click()
    page.get_by_role("combobox").select_option("SG")
    page.get_by_role("button", name=go_on).click()
    page.get_by_role("radio").first.check()
    page.get_by_role("button", name=go_on).click()
    page.get_by_role("searchbox").fill(cloud)
    page.get_by_role("searchbox").press("Enter")
    page.get_by_role("checkbox").first.check()
    page.get_by_role("button", name=go_on).click()
    while "q=" not in page.url and "/check/" not in page.url:
        name = page.locator('form.question input[name="q"]').get_attribute("value")
        if name == "place":
            page.locator('input[value="BJ"]').check()
            page.get_by_role("button", name=go_on).click()
        elif name == "share":
            page.get_by_role("textbox").fill("100")
            page.get_by_role("button", name=go_on).click()
        elif page.get_by_role("button", name=unsure).count():
            page.get_by_role("button", name=unsure).click()
        else:
            page.locator('.choice input[value="~"]').check()
            page.get_by_role("button", name=go_on).click()
    page.get_by_role("link", name=show).click()
    assert page.locator("#result .word").inner_text().endswith(verdict)


def test_the_back_button_goes_one_question_back_and_keeps_the_answers(open_page: Any) -> None:
    page = open_page("/en/advisor/ask/?investor=SG&entity_type=~")
    page.locator('.choice input[value="~"]').check()
    page.get_by_role("button", name="Continue").click()
    heading = page.locator("h1").inner_text()
    page.go_back()
    assert page.locator("h1").inner_text() == "Which service do you want to offer?" != heading
    assert "investor=SG" in page.url


def test_what_if_answers_in_place_and_says_so(open_page: Any) -> None:
    page = open_page("/en/advisor/plan/?investor=SG&service=B11&place=BJ&share=100&on=2026-11-25")
    page.evaluate("window.stillHere = true")
    page.get_by_label("Day", exact=True).fill("2024-10-22")
    page.get_by_role("button", name="Ask again").click()
    page.locator("#result .word", has_text="Not allowed").wait_for()
    assert page.evaluate("window.stillHere") is True
    assert "on=2024-10-22" in page.url
    assert page.locator("#told").inner_text().startswith("The result was updated")


def test_what_if_works_without_script(open_page: Any) -> None:
    page = open_page("/en/advisor/plan/?investor=SG&service=B11&place=BJ&share=100&on=2026-11-25", script=False)
    page.locator("select[name=place]").select_option("GUANGZHOU")
    page.get_by_role("button", name="Ask again").click()
    assert "Not allowed" in page.locator("#result .word").inner_text()


def test_a_keyboard_is_enough(open_page: Any) -> None:
    page = open_page("/en/advisor/ask/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.locator("#value").focus()
    page.keyboard.type("Singapore")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.innerText") == "Continue"
    page.keyboard.press("Enter")
    page.wait_for_url("**investor=SG**")
    page.locator("#value").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_url("**entity_type=**")


def test_a_clause_opens_beside_the_text(open_page: Any) -> None:
    page = open_page("/en/advisor/plan/?investor=SG&service=B11&place=BJ&share=100")
    page.locator(".lede .cite").first.click()
    assert page.locator("aside.clause:popover-open").inner_text().count("107号") == 1


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
        assert not page.locator(part).first.is_visible()
    assert page.locator("#result h1").is_visible()


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
    """From the front page to the plan, with Tab, Space, Enter and letters only."""
    page = open_page("/en/")
    tab_to(page, "main a.button.main")
    page.keyboard.press("Enter")
    page.wait_for_url("**/advisor/")
    tab_to(page, "main a.button.main")
    page.keyboard.press("Enter")
    page.wait_for_url("**/ask/**")
    tab_to(page, "select#value")
    page.keyboard.type("Singapore")
    tab_to(page, "button.main")
    page.keyboard.press("Enter")
    page.wait_for_url("**investor=SG**")
    tab_to(page, "input#value")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_url("**entity_type=**")
    tab_to(page, "#find")
    page.keyboard.type("cloud")
    page.keyboard.press("Enter")
    page.wait_for_url("**find=cloud**")
    tab_to(page, "input#value")
    page.keyboard.press("Space")
    tab_to(page, "button.main")
    page.keyboard.press("Enter")
    page.wait_for_url("**service=**")
    while "/check/" not in page.url:
        before = page.url
        if page.locator("input[type=radio], input[type=checkbox]").count():
            tab_to(page, "input[type=radio], input[type=checkbox]")
            if page.locator("input[type=radio]").count():
                page.keyboard.press("ArrowUp")  # the last one is "not sure"
            else:
                tab_to(page, 'input[name="unsure"]')
                page.keyboard.press("Space")
            tab_to(page, "button.main")
        else:
            tab_to(page, 'button[name="unsure"]')
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url, before=before: url != before)
    tab_to(page, "main a.button.main")
    page.keyboard.press("Enter")
    page.wait_for_url("**/plan/**")
    tab_to(page, ".whatif button")
    tab_to(page, ".cite")
    page.keyboard.press("Enter")
    assert page.locator("aside.clause:popover-open").count() == 1
    page.keyboard.press("Escape")
    assert page.locator("aside.clause:popover-open").count() == 0


@pytest.mark.parametrize("script", [True, False])
def test_the_language_is_switched_on_the_same_page_and_step(open_page: Any, script: bool) -> None:
    page = open_page("/en/advisor/ask/?investor=SG&service=B11,B24&q=place", script=script)
    page.get_by_role("link", name="中文").click()
    page.wait_for_url("**/zh/advisor/ask/**")
    assert page.locator('form.question input[name="q"]').get_attribute("value") == "place"
    assert page.locator("html").get_attribute("lang") == "zh-Hans"
    page.locator('input[value="BJ"]').check()
    page.get_by_role("button", name="继续").click()
    assert "service=B11,B24" in page.url.replace("%2C", ",") and "place=BJ" in page.url
    page.get_by_role("link", name="English").click()
    page.wait_for_url("**/en/advisor/ask/**")
    assert "place=BJ" in page.url


@pytest.mark.parametrize("script", [True, False])
def test_two_services_are_chosen_in_a_browser_and_one_is_removed(open_page: Any, script: bool) -> None:
    page = open_page("/en/advisor/ask/?investor=SG&q=service&find=cloud", script=script)
    page.locator('input[value="B11-IRCS"]').check()
    page.get_by_role("button", name="Add another service").click()
    page.get_by_role("searchbox").fill("call centre")
    page.get_by_role("searchbox").press("Enter")
    page.locator('input[value="B24"]').check()
    page.get_by_role("button", name="Continue").click()
    page.goto(page.url.replace("/ask/", "/check/"))
    assert page.locator(".chosen li").count() == 2
    page.get_by_role("link", name="Remove Internet").click()
    assert page.locator(".chosen").count() == 0 and "service=B24" in page.url


@pytest.mark.parametrize("script", [True, False])
def test_owners_are_typed_and_a_change_of_hands_is_filled_in(open_page: Any, script: bool) -> None:
    page = open_page("/en/advisor/owners/?investor=DE&service=B25&place=BJ", script=script)
    page.get_by_label("The company", exact=True).fill("Mill")
    for line, (owner, kind, share) in enumerate((("Kranich", "foreign", "60"), ("Founder", "domestic", "40")), 1):
        page.get_by_label(f"Line {line}, Owner", exact=True).fill(owner)
        page.get_by_label(f"Line {line}, Kind of owner").select_option(kind)
        page.get_by_label(f"Line {line}, Share (%)").fill(share)
    page.get_by_role("button", name="Look through").click()
    assert "Not allowed" in page.locator(".look .stamp").first.inner_text()
    page.get_by_role("link", name="Fill this in").first.click()
    assert "Allowed" in page.locator(".look .stamp").first.inner_text()
    page.get_by_role("button", name="Use these holdings").click()
    assert "/owners/" not in page.url and "stake=" in page.url
