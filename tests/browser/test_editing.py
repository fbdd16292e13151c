"""A policy officer edits a draft by form and by text, and tries it, in a real browser; with script and without."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from luodi.advice.answers import Answers
from luodi.editor.archive import unpack
from luodi.web.accounts.models import User
from luodi.web.advisor.actions import saved as actions_saved
from luodi.web.books import runs
from luodi.web.books.actions import drafts, trials
from luodi.web.books.conftest import home
from luodi.web.books.models import Draft, Run
from luodi.web.books.test_editing_pages import capped
from luodi.web.conftest import person
from luodi.web.core.roles import Role
from tests.browser.looking import STANDARD
from tests.browser.pages import CLOUD
from tests.browser.test_pages import LANGUAGES
from tests.browser.test_policy import sign_in
from tests.browser.waiting import expect

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("home")]
__all__ = ["home"]
FILE, KEY = "rules/pilot-2024.yaml", "p24-b11"
SCRIPT = pytest.mark.parametrize("script", [True, False])


@pytest.fixture
def draft(transactional_db: None, home: Path) -> Draft:
    anna = person("anna", Role.POLICY_OFFICER)
    anna.language = "en"
    anna.save()
    return drafts.begin("market-access", "A cap of half", by=anna, at=timezone.now())


def text_of(draft: Draft, file: str = FILE) -> str:
    return unpack(Draft.objects.get(pk=draft.pk).files)[file]


def at(draft: Draft, page: str, lang: str = "en") -> str:
    return f"/{lang}/desk/books/drafts/{draft.pk}/{page}"


@SCRIPT
def test_a_cap_is_changed_by_form(open_page: Any, draft: Draft, script: bool) -> None:
    page, before = sign_in(open_page("/en/", script=script), "anna"), text_of(draft)
    page.goto(at(draft, ""))
    page.get_by_role("link", name="Edit", exact=True).click()
    page.get_by_role("link", name=FILE, exact=True).first.click()
    page.get_by_role("link", name="Data centres and cloud in the 2024 pilot areas").click()
    for name in ("gives.cap", "parameters.0.0.is"):  # what is told, and what is tested
        page.locator(f"[name='{name}']").fill("50")
    page.locator("[name='basis.0.instrument']").fill("miit-1999-1")
    page.get_by_role("button", name="Check and save").click()
    page.get_by_role("alert").get_by_role("link").first.click()
    expect(page.locator("[aria-invalid=true]").first).to_have_value("miit-1999-1")
    assert text_of(draft) == before
    page.locator("[aria-invalid=true]").first.fill("miit-2024-107")
    page.get_by_role("button", name="Check and save").click()
    page.get_by_text("Saved.").wait_for()
    changed = [line for line in text_of(draft).splitlines() if line not in before.splitlines()]
    assert changed == ["      is: 50", "    cap: 50"]
    expect(page.get_by_role("complementary")).to_contain_text("50 %")


@SCRIPT
def test_a_file_is_changed_as_text_and_its_errors_stand_at_their_lines(
    open_page: Any, draft: Draft, script: bool
) -> None:
    page, before = sign_in(open_page("/en/", script=script), "anna"), text_of(draft)
    page.goto(at(draft, f"edit/text/?file={FILE}"))
    field = page.get_by_label("The text of")
    expect(field).to_have_value(before)
    field.fill(before.replace("  title:", "  titel:", 1) + "# one more line\n")
    if script:
        expect(page.locator("[data-numbers] > span")).to_have_count(before.count("\n") + 2)
    page.get_by_role("button", name="Check and save").click()
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("titel")
    assert text_of(draft) == before
    alert.get_by_role("link", name="Line 2").click()
    expect(page).to_have_url(re.compile("#L2$"))
    if script:
        expect(page.locator("#text")).to_be_focused()
    field.fill(before + "# one more line\n")
    page.get_by_role("button", name="Check and save").click()
    page.get_by_text("Saved.").wait_for()
    assert text_of(draft) == before + "# one more line\n"


@SCRIPT
def test_what_two_people_wrote_is_shown_to_the_second(open_page: Any, draft: Draft, script: bool) -> None:
    page = sign_in(open_page("/en/", script=script), "anna")
    page.goto(at(draft, f"edit/text/?file={FILE}"))
    theirs = capped(text_of(draft), 70)
    ben = person("ben", Role.POLICY_OFFICER)
    drafts.change(draft, {FILE: theirs}, by=ben, at=timezone.now(), version=draft.version)
    mine = capped(page.get_by_label("The text of").input_value(), 60)
    page.get_by_label("The text of").fill(mine)
    with page.expect_response(lambda answer: answer.request.method == "POST") as answered:
        page.get_by_role("button", name="Check and save").click()
    assert answered.value.status == 409
    expect(page.get_by_label("What stands now")).to_have_value(theirs)
    expect(page.get_by_label("Yours")).to_have_value(mine)
    assert text_of(draft) == theirs
    page.get_by_role("button", name="Save mine over it").click()
    page.get_by_text("Saved.").wait_for()
    assert text_of(draft) == mine


@pytest.fixture
def tried(draft: Draft) -> Draft:
    """The draft closes data centres to whoever wants all of one, and was tried on everything."""
    now, anna = timezone.now(), User.objects.get(email="anna@example.com")
    text = text_of(draft).replace("    cap: 100", "    cap: 50", 1)
    draft = drafts.change(draft, {FILE: text}, by=anna, at=now, version=draft.version)
    actions_saved.save_answers(Answers.of(CLOUD), "Ours", today=timezone.localdate(now), by=person("olga"), at=now)
    return draft


@SCRIPT
def test_a_draft_is_tried_and_the_page_says_how_far_it_is(open_page: Any, tried: Draft, script: bool) -> None:
    page = sign_in(open_page("/en/", script=script), "anna")
    page.goto(at(tried, "try/"))
    page.get_by_label("Name", exact=True).fill("Cloud of a friend")
    page.get_by_role("button", name="Keep the profile").click()
    page.get_by_role("button", name="Try it on").click()
    page.get_by_text("Waiting").wait_for()
    runs.carry_out(Run.objects.get().pk)
    if not script:
        page.get_by_role("link", name="See how far it is").click()
    row = page.get_by_role("row", name="Cloud of a friend")
    row.get_by_text("→").wait_for()
    expect(row).to_contain_text("Not allowed")
    page.get_by_role("link", name="Who is affected").click()
    page.get_by_role("button", name="Look through stored answers").click()
    runs.carry_out(Run.objects.get(kind="answers").pk)
    page.goto(at(tried, "affected/"))
    expect(page.get_by_text("1 of 1 answer would change")).to_be_visible()
    assert "olga" not in page.content() and "Ours" not in page.content()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_the_runs_found_has_no_barrier_and_fits_a_narrow_screen(open_page: Any, tried: Draft, lang: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    anna = User.objects.get(email="anna@example.com")
    for kind in ("profiles", "answers"):
        run = trials.start_run(tried, kind, by=anna, at=timezone.now())
        assert runs.carry_out(run.pk) == "done"
    page = sign_in(open_page("/en/"), "anna")
    for name in ("try/", "affected/", f"edit/row/?file={FILE}&row={KEY}", "edit/?q=cloud"):
        page.set_viewport_size({"width": 1280, "height": 900})
        page.goto(at(tried, name, lang))
        options = {"runOnly": {"type": "tag", "values": STANDARD}}
        found = axe.Axe().run(page, options=options).response["violations"]
        assert [(v["id"], [node["target"] for node in v["nodes"]][:3]) for v in found] == []
        page.set_viewport_size({"width": 320, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, name
