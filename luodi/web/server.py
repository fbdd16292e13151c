"""The site under a real application server: gunicorn, a few processes with a few threads each."""

import atexit
import gc
import os
from collections.abc import Callable
from pathlib import Path

import django
from django.apps import apps


def set_up() -> None:
    """Django with our settings, for a command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "luodi.web.settings")
    if apps.ready:
        return
    gc.disable()  # all that this makes stays as long as the process: it is looked through for nothing
    django.setup()
    gc.freeze()
    gc.enable()
    atexit.register(gc.freeze)  # nor is what there is at the end, of which nothing stays
    gc.set_threshold(50_000, 20, 20)  # a page makes thousands of rows that go with it; an eighth of its time


def prepare(tell: Callable[[str], None], *, files: bool = True, fill: Callable[[], None] | None = None) -> None:
    """Tables as this version needs them, kept answers looked through, and stylesheets where the server finds them.

    Repeating it changes nothing. Without `files` it is for a command beside the server. `fill` is called once the
    tables are there.
    """
    from django.conf import settings
    from django.core.management import call_command

    prepare_tables(tell)
    put_in_force(tell)
    index_law(tell)
    if fill:
        fill()
    if files:
        check_enquiry_unit()
        look_through_answers(tell)
        call_command("collectstatic", verbosity=0, interactive=False)
        Path(settings.MEDIA_ROOT).mkdir(parents=True, exist_ok=True)


def away() -> tuple[type[Exception], ...]:
    """What is raised while the database does not answer."""
    from django.db import InterfaceError, OperationalError

    return OperationalError, InterfaceError


def prepare_tables(tell: Callable[[str], None]) -> None:
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        tell("setting up the database")
        call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)


def check_enquiry_unit() -> None:
    """Raises `UnknownValue` where `LUODI_ENQUIRY_UNIT` names no unit that is there and open."""
    from django.utils import timezone

    from luodi.web.advisor.queries import check_receiving_unit

    check_receiving_unit(on=timezone.localdate())


def put_in_force(tell: Callable[[str], None]) -> None:
    """The editions that were published here, with those whose day has come meanwhile."""
    from django.utils import timezone

    from luodi.web.books.actions.in_force import bring_out, settle

    bring_out(timezone.now())
    for book in settle(timezone.now()):
        tell(f"another edition of {book} is in force")


def index_law(tell: Callable[[str], None]) -> None:
    """The texts that search finds, as the books have them now."""
    from django.utils import timezone

    from luodi.web.books.actions.in_force import by_the_database
    from luodi.web.library.index import is_made, refresh

    if is_made():
        return
    with by_the_database(timezone.now()):
        if refresh(timezone.now()):
            tell("the law is indexed")


def look_through_answers(tell: Callable[[str], None]) -> None:
    """Answers that people rely on, against the books as they are now."""
    from django.utils import timezone

    from luodi.web.advisor.tasks import look_through

    found = look_through(timezone.now())
    if found:
        tell(f"{found} kept answers no longer hold; their owners are told")


def warm() -> None:
    """What every answer needs, read before the first visitor comes."""
    from luodi.access import access_book
    from luodi.rules.library import company_vocabulary, hold_books
    from luodi.web.core.signals import load_receivers
    from luodi.web.library.law import law

    load_receivers()
    hold_books()
    access_book()
    company_vocabulary()
    law()
