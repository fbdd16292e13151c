"""The desk's pages: who sees them, what they show, and that a refusal stands where one can act on it."""

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from luodi.editions import SHIPPED
from luodi.editor.archive import files_of, unpack
from luodi.web.accounts.models import User
from luodi.web.books.actions import drafts, editions
from luodi.web.books.conftest import AT, PATHS, TODAY, approved, retitled, written
from luodi.web.books.models import Draft, Publication
from luodi.web.conftest import person, unit
from luodi.web.core.roles import Role
from luodi.web.journal.models import ExportRecord

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]


def as_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    from luodi.web.books.views import drafts as pages
    from luodi.web.books.views import editions as pages_of_editions

    for module in (pages, pages_of_editions):
        monkeypatch.setattr(module.timezone, "now", lambda: AT)


PAGES = [
    "",
    "drafts/{pk}/",
    "drafts/{pk}/edit/text/?file=rules/paths.yaml",
    "drafts/{pk}/history/",
    "drafts/{pk}.zip",
    "editions/policies/",
    "editions/policies/shipped.zip",
]


@pytest.mark.parametrize("path", PAGES)
def test_only_policy_officers_come_in(anna: User, clara: User, path: str) -> None:
    address = f"/en/desk/books/{path.format(pk=written(anna).pk)}"
    assert as_of(anna).get(address).status_code == 200
    assert as_of(clara).get(address).status_code == 403
    assert Client().get(address).status_code == 302
    of_a_unit = person("uma", Role.POLICY_OFFICER, unit("Bureau"))
    assert as_of(of_a_unit).get(address).status_code == 200


@pytest.mark.parametrize("act", ["submit", "approve", "send_back", "publish", "discard", "catch_up"])
def test_nobody_else_acts(anna: User, clara: User, act: str) -> None:
    draft = written(anna)
    given = {"first_day": "2026-12-01", "reason": "no", "seen": 2}
    assert as_of(clara).post(f"/en/desk/books/drafts/{draft.pk}/{act}/", given).status_code == 403
    assert Draft.objects.get().state == "draft"


def test_the_desk_shows_what_waits_for_whom(anna: User, ben: User) -> None:
    drafts.submit(written(anna), TODAY, by=anna, at=AT)
    assert "Waiting for you to review" in as_of(ben).get("/en/desk/books/").text
    assert "Waiting for you to review" not in as_of(anna).get("/en/desk/books/").text
    assert "等您审核或发布" in as_of(ben).get("/zh/desk/books/").text


def test_a_draft_goes_its_way_over_pages(anna: User, ben: User, django_capture_on_commit_callbacks: Any) -> None:
    hers, his = as_of(anna), as_of(ben)
    went = hers.post("/en/desk/books/drafts/", {"book": "data-export-path", "title": "Clearer words"})
    draft = Draft.objects.get()
    assert went.headers["Location"].endswith(f"/desk/books/drafts/{draft.pk}/")
    text = retitled(unpack(draft.files))[PATHS]
    page = f"/en/desk/books/drafts/{draft.pk}/"
    assert hers.post(f"{page}edit/text/?file={PATHS}", {"seen": 1, "text": text}).status_code == 302
    shown = hers.get(page).text
    assert "Important data leaves the country" in shown and "+2 −1" in shown
    assert hers.post(f"{page}submit/", {"first_day": "2026-11-25"}).status_code == 302
    assert "another policy officer approves" in hers.get(page).text
    assert hers.post(f"{page}approve/").status_code == 403
    assert his.post(f"{page}approve/").status_code == 302
    with django_capture_on_commit_callbacks(execute=True):
        assert his.post(f"{page}publish/").status_code == 302
    made = Publication.objects.get()
    assert made.hash[:12] in his.get("/en/desk/books/").text
    listed = his.get("/en/desk/books/editions/data-export-path/").text
    assert made.hash[:12] in listed and "in force" in listed
    assert "published it" in his.get(f"{page}history/").text
    with django_capture_on_commit_callbacks(execute=True):
        his.post(f"/en/desk/books/editions/data-export-path/{made.pk}/withdraw/", {"reason": "Not issued."})
    assert "Withdrawn: Not issued." in his.get(page).text


def test_failures_stand_on_the_page_with_links_to_their_lines(anna: User) -> None:
    draft = drafts.begin("data-export-path", "Words", by=anna, at=AT)
    rules = unpack(draft.files)[PATHS].replace("en: Important data leaves}", "en: Important data goes}")
    draft = drafts.change(draft, {PATHS: rules}, by=anna, at=AT, version=1)
    answer = as_of(anna).post(f"/en/desk/books/drafts/{draft.pk}/submit/", {"first_day": "2026-11-25"})
    assert answer.status_code == 422 and "has no day by which somebody looks at it again" in answer.text
    line = rules[: rules.index("- id: dx-important")].count("\n") + 1
    assert f"?file=rules/paths.yaml#L{line}" in answer.text


def test_a_reason_is_asked_for(anna: User, ben: User) -> None:
    draft = approved(anna, ben)
    answer = as_of(ben).post(f"/en/desk/books/drafts/{draft.pk}/send_back/", {"reason": " "})
    assert answer.status_code == 422 and 'href="#send_back_reason"' in answer.text


def test_who_saved_in_between_is_not_overwritten(anna: User, ben: User) -> None:
    draft = drafts.begin("data-export-path", "Words", by=anna, at=AT)
    drafts.change(draft, {"values.yaml": "# Ben's\n"}, by=ben, at=AT, version=1)
    given = {"seen": 1, "text": "# Anna's\n"}
    answer = as_of(anna).post(f"/en/desk/books/drafts/{draft.pk}/edit/text/?file=values.yaml", given)
    assert answer.status_code == 409
    assert "# Ben&#39;s" in answer.text and "# Anna&#39;s" in answer.text and 'name="seen" value="2"' in answer.text


def test_a_moved_base_is_taken_over_on_the_page(
    anna: User, ben: User, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    stale = written(ben, edit=lambda files: {"values.yaml": files["values.yaml"] + "# Ben\n"})
    with django_capture_on_commit_callbacks(execute=True):
        editions.publish(approved(anna, ben), by=ben, at=AT)
    page = f"/en/desk/books/drafts/{stale.pk}/"
    assert "Another edition was published" in as_of(ben).get(page).text
    assert as_of(ben).post(f"{page}submit/", {"first_day": "2026-11-25"}).status_code == 409
    assert as_of(ben).post(f"{page}catch_up/", {"seen": stale.version}).status_code == 302
    assert "Another edition was published" not in as_of(ben).get(page).text


def test_an_edition_is_taken_away_as_the_same_yaml(
    anna: User, ben: User, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        made = editions.publish(approved(anna, ben), by=ben, at=AT).publication
    answer = as_of(ben).get(f"/en/desk/books/editions/data-export-path/{made.pk}.zip")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        found = {name: archive.read(name).decode() for name in archive.namelist()}
    shipped = files_of(SHIPPED / "data-export-path")
    assert found == {f"data-export-path/{n}": t for n, t in {**shipped, **retitled(shipped)}.items()}
    assert ExportRecord.objects.get().kind == "books.Publication"
