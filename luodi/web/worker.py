"""Background work: one process beside the server, which takes tasks from a queue in the database.

A task runs at least once: what a killed worker had begun is begun anew, so a task must bear being repeated.
"""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from subprocess import Popen
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from luodi.web.server import set_up

if TYPE_CHECKING:  # it is imported once Django is set up
    from django_tasks.base import Task

_BEHIND: Final = 5  # steps of priority behind the server: pages come first where both want the processor
BEAT: Final = 2  # seconds between signs of life
_AN_HOUR: Final = 3600
_A_DAY: Final = 24 * _AN_HOUR
_KEPT_DAYS: Final = 30
_AWAY: Final = ("django.db.utils.OperationalError", "django.db.utils.InterfaceError")
_TIMES: Final = 5  # a task is begun at most, where the database goes away each time


def main() -> None:
    """Work until told to stop, or until the server that started this process is gone."""
    os.nice(_BEHIND)
    set_up()
    from django_tasks_db.management.commands.db_worker import Worker

    name = uuid4().hex
    worker = Worker(
        queue_names=["*"],
        interval=0.5,
        batch=False,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=name,
        excluded_queue_names=[],
    )
    worker.configure_signals()
    threading.Thread(target=_live, args=(name, os.getppid()), daemon=True).start()
    work(name, worker.run)


def work(name: str, run: Callable[[], None]) -> None:
    """Take tasks until `run` returns. A database that went away ends nothing: as soon as it is there again, the task
    that was under way is put back and the work goes on."""
    import logging
    import time

    from django.db import InterfaceError, OperationalError, connection

    while True:
        try:
            put_back(name)
            run()
            return
        except (OperationalError, InterfaceError):
            logging.getLogger(__name__).warning("the database does not answer; asking again")
            connection.close()
            time.sleep(BEAT)


def put_back(name: str) -> int:
    """Tasks that this worker began and could not say the end of, and those of any worker that ended because the
    database went away, are to be begun anew; how many. One that met it often is left as failed, to be looked at."""
    from datetime import timedelta

    from django.utils import timezone
    from django_tasks_db.models import DBTaskResult

    begun = [run.pk for run in DBTaskResult.objects.running() if run.worker_ids and run.worker_ids[-1] == name]
    lately = DBTaskResult.objects.failed().filter(
        exception_class_path__in=_AWAY, finished_at__gt=timezone.now() - timedelta(hours=1)
    )
    begun += [run.pk for run in lately if len(run.worker_ids) < _TIMES]
    again = {"status": "READY", "started_at": None, "finished_at": None, "exception_class_path": "", "traceback": ""}
    return DBTaskResult.objects.filter(pk__in=begun).update(**again) if begun else 0


def _live(name: str, server: int) -> None:
    """Beside the work: signs of life, care for what the dead left behind, and what is due once a day."""
    import logging
    import signal
    import time

    from django.db import close_old_connections

    from luodi.web.core.heartbeat import beat

    tidied = looked = 0.0
    while os.getppid() == server:
        close_old_connections()
        try:
            beat(name)
            take_over()
            on_its_day()
            if time.monotonic() - tidied > _A_DAY or not tidied:
                tidied = time.monotonic()
                daily()
            if time.monotonic() - looked > _AN_HOUR or not looked:
                looked = time.monotonic()
                read_the_journal()
        except Exception:  # the database may be away for a while; the work itself says so too
            logging.getLogger(__name__).exception("no sign of life could be given")
        time.sleep(BEAT)
    os.kill(os.getpid(), signal.SIGTERM)


def on_its_day() -> None:
    """Editions whose day has come are in force, publications on other machines are followed, mail goes and comes."""
    from django.utils import timezone

    from luodi.web.books.actions.in_force import follow
    from luodi.web.core.context import acting_as
    from luodi.web.mail.tasks import look_after_mail
    from luodi.web.notices.tasks import send_what_is_due

    with acting_as("task"):
        follow(timezone.now())
        send_what_is_due(timezone.now())
        look_after_mail(timezone.now())


def take_over() -> int:
    """Put back what workers without a sign of life had begun; how many tasks that were."""
    from django_tasks_db.models import DBTaskResult

    from luodi.web.core.heartbeat import is_alive

    begun = DBTaskResult.objects.running()
    dead = [run.pk for run in begun if not run.worker_ids or not is_alive(run.worker_ids[-1])]
    return begun.filter(pk__in=dead).update(status="READY", started_at=None) if dead else 0


def daily() -> None:
    """Forget what is over, and look at kept answers again."""
    from django.core.management import call_command
    from django.utils import timezone

    from luodi.web.accounts.tasks import erase_what_is_over
    from luodi.web.advisor.tasks import check_answers
    from luodi.web.api.idempotency import forget
    from luodi.web.cases.tasks import look_after_cases, observe_times
    from luodi.web.dealings.tasks import chase
    from luodi.web.docking.tasks import ask_outcomes, seek_fits
    from luodi.web.events.tasks import remind_guests
    from luodi.web.files.tasks import sweep_files
    from luodi.web.leads.tasks import rescore_leads, wake_leads
    from luodi.web.mail.tasks import forget_kept_mail
    from luodi.web.notices.tasks import forget_unconfirmed
    from luodi.web.workbench.tasks import notify_followers_of_views

    call_command("prune_db_task_results", min_age_days=_KEPT_DAYS, verbosity=0)
    call_command("clearsessions")
    forget(timezone.now())
    check_answers.enqueue()
    forget_unconfirmed.enqueue()
    ask_outcomes.enqueue()
    seek_fits.enqueue()
    erase_what_is_over.enqueue()
    sweep_files.enqueue()
    forget_kept_mail.enqueue()
    chase.enqueue()
    remind_guests.enqueue()
    look_after_cases.enqueue()
    observe_times.enqueue()
    wake_leads.enqueue()
    rescore_leads.enqueue()
    notify_followers_of_views.enqueue()


def read_the_journal() -> None:
    """All of it once a day, however often the server is started; asked every hour."""
    from luodi.web.journal.tasks import check_chain

    if not lately(check_chain):
        check_chain.enqueue()


def lately(task: "Task") -> bool:
    """Did it run well within a day, or is it to run already?"""
    from django.utils import timezone
    from django_tasks_db.models import DBTaskResult

    since = timezone.now() - timedelta(seconds=_A_DAY - _AN_HOUR)
    there = DBTaskResult.objects.filter(task_path=task.module_path, enqueued_at__gt=since)
    return there.exclude(status="FAILED").exists()


# ---- beside the server


@contextmanager
def worker_beside() -> Iterator[None]:
    """A worker for as long as the block runs; one that ends by itself is started again."""
    over = threading.Event()
    holder: dict[str, Popen[bytes]] = {"process": _start()}
    keeper = threading.Thread(target=_keep, args=(holder, over), daemon=True)
    keeper.start()
    try:
        yield
    finally:
        over.set()
        with suppress(ProcessLookupError):
            holder["process"].terminate()
        keeper.join(timeout=30)


def _keep(holder: dict[str, Popen[bytes]], over: threading.Event) -> None:
    while True:
        holder["process"].wait()
        if over.wait(timeout=1):
            return
        holder["process"] = _start()


def _start() -> Popen[bytes]:
    import sys

    return Popen([sys.executable, "-m", "luodi.web.worker"])


if __name__ == "__main__":
    main()
