"""Background work: it is done, seen, taken over from the dead, and ends with the server."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import InterfaceError, OperationalError
from django.test import Client
from django.utils import timezone
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from luodi.web import worker
from luodi.web.conftest import unit
from luodi.web.core.heartbeat import LATE, beat, is_working
from luodi.web.journal import append_only
from luodi.web.journal.actions import write
from luodi.web.journal.models import Entry
from luodi.web.journal.tasks import check_chain
from luodi.web.notices.tasks import forget_unconfirmed
from luodi.web.worker import lately, put_back, read_the_journal, take_over

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def no_sign_of_life_yet(transactional_db: None) -> Iterator[None]:
    """Signs of life are kept in the cache, which emptying the tables of a test does not reach."""
    cache.clear()
    yield
    cache.clear()


def work() -> None:
    Worker(
        queue_names=["*"],
        interval=0,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id="one",
        excluded_queue_names=[],
    ).run()


def test_what_is_asked_for_is_done_and_seen(as_administrator: Client) -> None:
    write("add", unit("Bureau"))
    run = check_chain.enqueue()
    assert "Waiting" in as_administrator.get("/en/account/runs/").text
    work()
    run.refresh()
    assert run.return_value["entries"] == Entry.objects.count()
    page = as_administrator.get("/en/account/runs/").text
    assert "journal.tasks.check_chain" in page and "Done" in page


def test_the_whole_journal_is_read_once_a_day_however_often_the_server_starts(as_administrator: Client) -> None:
    assert not lately(check_chain)
    run = check_chain.enqueue()
    assert lately(check_chain)  # it is to run already
    work()
    assert lately(check_chain) and not lately(forget_unconfirmed)
    rows = DBTaskResult.objects.filter(id=run.id)
    rows.update(enqueued_at=timezone.now() - timedelta(hours=22, minutes=59))
    assert lately(check_chain)
    rows.update(enqueued_at=timezone.now() - timedelta(hours=23, minutes=1))
    assert not lately(check_chain)
    rows.update(enqueued_at=timezone.now(), status="FAILED")
    assert not lately(check_chain)
    for _ in range(3):
        read_the_journal()
    assert DBTaskResult.objects.filter(task_path=check_chain.module_path).exclude(status="FAILED").count() == 1


def test_a_task_that_fails_is_seen_without_its_details(as_administrator: Client) -> None:
    write("add", unit("Bureau"))
    from django.db import connection

    with append_only.without_triggers(connection):
        Entry.objects.update(reason="a secret detail")
    check_chain.enqueue()
    work()
    page = as_administrator.get("/en/account/runs/").text
    assert "Failed" in page and "secret" not in page and "BrokenJournal" not in page


@pytest.mark.parametrize(("lives", "taken"), [(True, 0), (False, 1)])
def test_what_a_dead_worker_had_begun_is_begun_anew(lives: bool, taken: int) -> None:
    check_chain.enqueue()
    DBTaskResult.objects.get().claim("one")
    if lives:
        beat("one")
    assert take_over() == taken
    work()
    assert DBTaskResult.objects.get().status == ("RUNNING" if lives else "SUCCESSFUL")


@pytest.mark.parametrize(("waits", "well"), [(LATE - timedelta(minutes=1), True), (LATE + timedelta(minutes=1), False)])
def test_a_queue_in_which_tasks_wait_for_long_is_not_ready(waits: timedelta, well: bool) -> None:
    beat("one")
    assert is_working()
    check_chain.enqueue()
    DBTaskResult.objects.update(enqueued_at=timezone.now() - waits)
    assert is_working() is well


def test_without_a_sign_of_life_the_queue_does_not_run() -> None:
    beat("one")
    cache.delete("worker")
    assert not is_working()


@pytest.mark.parametrize(
    ("problem", "begun", "again"),
    [(OperationalError, 1, 1), (InterfaceError, 4, 1), (OperationalError, 5, 0), (ValueError, 1, 0)],
)
def test_a_task_under_which_the_database_went_away_is_begun_anew(
    problem: type[Exception], begun: int, again: int
) -> None:
    """A task that fails by itself stays failed; so does one that the database leaves each time."""
    check_chain.enqueue()
    DBTaskResult.objects.update(worker_ids=["one"] * begun)
    DBTaskResult.objects.get().set_failed(problem("gone"))
    assert put_back("another") == again
    work()
    assert DBTaskResult.objects.get().status == ("SUCCESSFUL" if again else "FAILED")


def test_a_worker_goes_on_by_itself_when_the_database_is_there_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also with the task that it had begun, whose end it could not write."""
    monkeypatch.setattr(worker, "BEAT", 0)
    check_chain.enqueue()
    DBTaskResult.objects.get().claim("one")
    beat("one")
    seen: list[str] = []

    def run() -> None:
        seen.append(DBTaskResult.objects.get().status)
        if len(seen) == 1:
            DBTaskResult.objects.get().claim("one")
            raise OperationalError("the server closed the connection")
        work()

    worker.work("one", run)
    assert seen == ["READY", "READY"] and DBTaskResult.objects.get().status == "SUCCESSFUL"
