"""What this site learned of the law, in the order in which it did: once each, with what was taken back."""

from datetime import UTC, datetime
from typing import Any

import pytest

from luodi.web.library import index, log
from luodi.web.library.changes import Change, changes
from luodi.web.library.editions import keep_editions
from luodi.web.library.models import Learned

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _nothing_learned_yet(db: None) -> None:
    """The tests of this room begin with an index, as a site that has started."""
    index.Index.objects.all().delete()
    Learned.objects.all().delete()


def test_everything_that_changed_is_learned_once_in_the_order_of_its_days() -> None:
    assert log.learn(NOW) == len(changes()) == Learned.objects.count()
    assert log.learn(NOW) == 0
    days = [row.on for row in log.since(0)]
    assert days == sorted(days) and log.newest() == log.since(0).reverse()[0].number
    assert {row.change for row in log.since(0)} == {change.id.hex for change in changes()}


def test_a_change_of_long_ago_that_is_learned_later_comes_after_what_was_known(monkeypatch: pytest.MonkeyPatch) -> None:
    known = changes()
    late = known[-1]
    monkeypatch.setattr(log, "changes", lambda: known[:-1])
    log.learn(NOW)
    last = log.newest()
    monkeypatch.setattr(log, "changes", lambda: known)
    assert log.learn(NOW) == 1
    [row] = log.documents(log.since(last))
    assert (row["id"], row["on"], row["learned"]) == (late.id.hex, late.on.isoformat(), "2026-11-25T08:00:00Z")


def test_what_the_books_no_longer_say_is_taken_back_and_may_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    known, told = changes(), []
    log.learn(NOW)
    for there in (known[1:], known[1:], known, known):
        last = log.newest()
        monkeypatch.setattr(log, "changes", lambda there=there: there)
        log.learn(NOW)
        told.append([(row["id"], row["withdrawn"]) for row in log.documents(log.since(last))])
    gone = known[0].id.hex
    assert told == [[(gone, True)], [], [(gone, False)], []]


def test_a_new_edition_is_learned_with_its_book(monkeypatch: pytest.MonkeyPatch) -> None:
    from luodi.web.library.models import Edition

    keep_editions(NOW)
    log.learn(NOW)
    last = log.newest()
    Edition.objects.filter(book="policies").update(changes={"added": []})
    assert log.learn(NOW) == 1
    [row] = log.documents(log.since(last))
    edition = Edition.objects.get(book="policies")
    assert row["edition"] == {"book": "policies", "version": edition.version, "hash": edition.hash[:12]}
    assert row["entry"] is None and row["title"]["zh"] and row["title"]["en"]


def test_the_index_and_the_log_are_made_together(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*given: Any) -> None:
        raise OSError("the disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(index, "learn", fails)
        with pytest.raises(OSError):
            index.refresh(NOW)
    assert not index.Index.objects.exists() and not Learned.objects.exists()
    assert index.refresh(NOW) and Learned.objects.exists()
    assert isinstance(changes()[0], Change)
