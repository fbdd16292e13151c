"""An edition comes into force on its day, on every page and endpoint, with all that follows from it, or not at all."""

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from luodi import editions
from luodi.advice.answers import Answers
from luodi.advice.lines import ask
from luodi.editions import SHIPPED, editions_folder, in_force, latest, reading
from luodi.editor.archive import files_of
from luodi.editor.merging import BaseMoved
from luodi.editor.stages import DraftNotNow
from luodi.rules.book import file_hash
from luodi.rules.library import load_book
from luodi.web.accounts.models import User
from luodi.web.advisor import staleness
from luodi.web.advisor.actions.saved import save_answers
from luodi.web.advisor.models import Saved
from luodi.web.books.actions import drafts
from luodi.web.books.actions import in_force as changeover
from luodi.web.books.actions.editions import publish, withdraw
from luodi.web.books.conftest import AT, TODAY, approved, lowered, retitled
from luodi.web.books.folders import is_current, write_current
from luodi.web.books.models import Draft, Publication
from luodi.web.books.queries import settled
from luodi.web.conftest import mailed, person
from luodi.web.journal.models import Entry
from luodi.web.library import index
from luodi.web.library.models import Edition, Index

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]

B26 = {"service": "B26", "place": "CN", "share": "45", "investor": "DE"}
LATER = TODAY + timedelta(days=6)
OnCommit = Callable[..., Any]


@pytest.fixture
def committed(django_capture_on_commit_callbacks: OnCommit) -> OnCommit:
    """What follows a transaction runs when the block ends, as it does on a site."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


def answer() -> tuple[str, str, str]:
    """What is said of B26 at 45 %: the verdict, the cap and the hash of the book."""
    with reading():
        found = ask("access", B26, today=TODAY)
    return found["answer"], str(found["cap"]), found["books"][0]["hash"]


def at_noon(day: Any) -> datetime:
    return AT.replace(year=day.year, month=day.month, day=day.day)


# ---- the same function everywhere


def test_the_last_edition_whose_day_has_come_is_in_force() -> None:
    one, two = (editions.Listed(TODAY + timedelta(days=n), str(n), "") for n in (0, 3))
    assert in_force([one, two], TODAY - timedelta(days=1)) is None
    assert in_force([one, two], TODAY + timedelta(days=2)) is one
    assert in_force([one, two], TODAY + timedelta(days=3)) is two
    again = editions.Listed(two.first_day, "again", "")
    assert in_force([one, two, again], LATER) is again


# ---- publication


def test_a_changed_cap_changes_every_answer_and_tells_its_owners_once(
    anna: User, ben: User, committed: OnCommit
) -> None:
    owner = person("olga")
    saved = save_answers(Answers.of("service=B26&place=CN&share=45&investor=DE"), "Ours", today=TODAY, by=owner, at=AT)
    index.refresh(AT)
    before = answer()
    draft = approved(anna, ben, book="market-access", edit=lowered)
    mailed(AT)
    with committed():
        made = publish(draft, by=ben, at=AT).publication
    assert before[:2] == ("allowed", "50")
    assert answer() == ("not_allowed", "40", made.hash) and made.hash != before[2]

    assert Saved.objects.get(pk=saved.pk).determination.state == "stale"
    letters = [letter for letter in mailed(AT) if letter.to == [owner.email]]
    assert len(letters) == 1 and "40" in letters[0].body
    assert Edition.objects.filter(book="market-access").order_by("id").last().hash == made.hash
    assert {e.act for e in Entry.objects.filter(kind="books.InForce")} == {"come_into_force"}
    assert Draft.objects.get(pk=draft.pk).state == "published"
    with committed():
        assert changeover.settle(AT) == []  # again: nothing to do, nobody told
    assert mailed(AT) == []


def test_the_command_gives_the_answer_of_the_site(anna: User, ben: User, committed: OnCommit, home: Path) -> None:
    with committed():
        made = publish(approved(anna, ben, book="market-access", edit=lowered), by=ben, at=AT).publication
    asked = [f"--{key}={value}" for key, value in B26.items()]
    said = subprocess.run(
        [sys.executable, "-m", "luodi", "access", *asked, f"--on={TODAY}", "--json"], capture_output=True, text=True
    )
    found = json.loads(said.stdout)
    assert (found["answer"], found["cap"], found["books"][0]["hash"]) == ("not_allowed", 40, made.hash)


def test_the_folder_holds_the_draft_byte_for_byte(anna: User, ben: User, committed: OnCommit) -> None:
    with committed():
        made = publish(approved(anna, ben), by=ben, at=AT).publication
    folder = latest().folders["data-export-path"]
    shipped = files_of(SHIPPED / "data-export-path")
    assert files_of(folder) == {**shipped, **retitled(shipped)}
    assert file_hash(folder)[0] == made.hash == load_book("data-export-path").hash


def test_a_failure_while_answers_are_looked_through_leaves_everything_as_it_was(
    anna: User, ben: User, committed: OnCommit, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft, before, indexed = approved(anna, ben), load_book("data-export-path").hash, Index.objects.get().digest

    def fails(at: datetime, **more: Any) -> int:
        raise RuntimeError("no post office")

    monkeypatch.setattr(staleness, "refresh", fails)
    with pytest.raises(RuntimeError), committed():
        publish(draft, by=ben, at=AT)
    assert not Publication.objects.exists() and settled() == {}
    assert Draft.objects.get(pk=draft.pk).state == "approved"
    assert load_book("data-export-path").hash == before and not (editions_folder() / "current.json").exists()
    assert Index.objects.get().digest == indexed


def test_an_answer_under_way_keeps_the_books_it_began_with(anna: User, ben: User, committed: OnCommit) -> None:
    with reading():
        before = ask("access", B26, today=TODAY)
        with committed():
            publish(approved(anna, ben, book="market-access", edit=lowered), by=ben, at=AT)
        assert ask("access", B26, today=TODAY) == before
    assert answer()[0] == "not_allowed"


# ---- its day


def test_an_edition_waits_for_its_day(anna: User, ben: User, committed: OnCommit) -> None:
    before = load_book("data-export-path").hash
    with committed():
        made = publish(approved(anna, ben, LATER), by=ben, at=AT).publication
    assert load_book("data-export-path").hash == before and editions.look().awaited == LATER
    with committed():
        assert changeover.settle(at_noon(LATER - timedelta(days=1))) == []
    with committed():
        assert changeover.settle(at_noon(LATER)) == ["data-export-path"]
    assert load_book("data-export-path").hash == made.hash and editions.look().awaited is None


def test_a_reader_without_a_database_knows_the_day(
    anna: User, ben: User, committed: OnCommit, monkeypatch: pytest.MonkeyPatch
) -> None:
    with committed():
        made = publish(approved(anna, ben, LATER), by=ben, at=AT).publication
    monkeypatch.setattr(editions, "_day", None)
    editions.read_on(LATER - timedelta(days=1))
    assert load_book("data-export-path").hash != made.hash
    editions.read_on(LATER)
    assert load_book("data-export-path").hash == made.hash


def test_a_request_on_the_day_does_not_wait_for_the_background_work(
    anna: User, ben: User, committed: OnCommit, monkeypatch: pytest.MonkeyPatch
) -> None:
    from luodi.web.books import middleware

    with committed():
        made = publish(approved(anna, ben, LATER), by=ben, at=AT).publication
    monkeypatch.setattr(middleware.timezone, "localdate", lambda at=None: LATER)
    monkeypatch.setattr(middleware.timezone, "now", lambda: at_noon(LATER))
    with committed():
        assert Client().get("/en/law/books/").status_code == 200
    assert settled() == {"data-export-path": made}


# ---- what follows another edition


def test_the_next_edition_builds_on_the_last_one(anna: User, ben: User, committed: OnCommit) -> None:
    stale = approved(ben, anna, edit=lambda files: {"values.yaml": files["values.yaml"] + "# Ben\n"})
    with committed():
        first = publish(approved(anna, ben), by=ben, at=AT).publication
    with pytest.raises(BaseMoved):
        publish(stale, by=anna, at=AT)
    joined = drafts.catch_up(stale, by=ben, at=AT, version=stale.version)
    assert (joined.state, joined.base) == ("draft", first.hash)
    joined = drafts.approve(drafts.submit(joined, TODAY, by=ben, at=AT), by=anna, at=AT)
    with committed():
        second = publish(joined, by=anna, at=AT).publication
    found = files_of(latest().folders["data-export-path"])
    assert "leaves the country" in found["rules/paths.yaml"] and found["values.yaml"].endswith("# Ben\n")
    assert [d.state for d in Draft.objects.order_by("id")] == ["published", "superseded"]
    with pytest.raises(DraftNotNow):
        withdraw(first, "no", by=ben, at=AT)
    assert second.hash == load_book("data-export-path").hash


def test_where_both_changed_a_file_a_person_chooses(anna: User, ben: User, committed: OnCommit) -> None:
    stale = approved(ben, anna, edit=lambda files: retitled(files, "Ben's words"))
    with committed():
        publish(approved(anna, ben), by=ben, at=AT)
    with pytest.raises(BaseMoved) as problem:
        drafts.catch_up(stale, by=ben, at=AT, version=stale.version)
    assert problem.value.files == ["rules/paths.yaml"]
    kept = drafts.catch_up(stale, {"rules/paths.yaml": True}, by=ben, at=AT, version=stale.version)
    assert "Ben's words" in files_of_draft(kept)["rules/paths.yaml"]


def files_of_draft(draft: Draft) -> dict[str, str]:
    from luodi.editor.archive import unpack

    return unpack(draft.files)


def test_a_withdrawal_brings_the_edition_before_back(anna: User, ben: User, committed: OnCommit) -> None:
    before = answer()
    with committed():
        made = publish(approved(anna, ben, book="market-access", edit=lowered), by=ben, at=AT).publication
    owner = person("olga")
    save_answers(Answers.of("service=B26&place=CN&share=45&investor=DE"), "Ours", today=TODAY, by=owner, at=AT)
    mailed(AT)
    with committed():
        withdraw(made, "The notice was not issued.", by=anna, at=AT)
    assert answer() == before
    assert sorted(letter.to[0] for letter in mailed(AT)) == [ben.email, owner.email]
    assert Draft.objects.get().state == "withdrawn" and latest().folders["market-access"] == SHIPPED / "market-access"


# ---- folders follow the database


def test_folders_are_made_again_from_the_database(anna: User, ben: User, committed: OnCommit) -> None:
    with committed():
        made = publish(approved(anna, ben), by=ben, at=AT).publication
    folder = latest().folders["data-export-path"]
    assert is_current(TODAY)
    (folder / "values.yaml").write_text("# somebody was here\n", encoding="utf-8")
    assert not is_current(TODAY)
    write_current(TODAY)
    assert is_current(TODAY) and file_hash(folder)[0] == made.hash
    (editions_folder() / "current.json").write_text("{", encoding="utf-8")
    assert not is_current(TODAY)
    assert Client().get("/en/law/books/").status_code == 200  # mended by the first request
    assert is_current(TODAY) and load_book("data-export-path").hash == made.hash


def test_the_feed_says_that_an_edition_came_and_went(anna: User, ben: User, committed: OnCommit) -> None:
    from luodi.web.library.changes import changes

    index.refresh(AT)
    with committed():
        made = publish(approved(anna, ben), by=ben, at=AT).publication
    with committed():
        withdraw(made, "Not issued.", by=anna, at=AT)
    with reading():
        found = [change for change in changes() if change.name.endswith(made.hash[:12])]
    assert sorted(change.kind for change in found) == ["edition", "withdrawn"]
    assert "Not issued" not in Client().get("/en/law/changes/feed.atom").text
    edition = Edition.objects.get(hash=made.hash)
    assert edition.changes and edition.changes["changed"][0]["rule"] == "dx-important"
