"""Is the site alive, and is it ready to answer?"""

import logging
import os
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from luodi.rules.library import book_names, load_book
from luodi.web.books.folders import is_current
from luodi.web.books.queries import in_force, settled
from luodi.web.core.heartbeat import is_working
from luodi.web.library.index import is_there


@require_safe
def alive(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"status": "alive"})


@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """Everything that answers need is there; 503 and what is not otherwise, without its message."""
    found = {name: _holds(check) for name, check in CHECKS.items()}
    return JsonResponse({"ready": all(found.values()), **found}, status=200 if all(found.values()) else 503)


def _holds(check: Callable[[], bool]) -> bool:
    try:
        return check()
    except Exception:  # whatever it is, the site is not ready; the log has it
        logging.getLogger(__name__).exception("not ready")
        return False


def _database() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return bool(cursor.fetchone())


def _migrations() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def _books() -> bool:
    return all(load_book(name).rules for name in book_names() if load_book(name).rules)


def _files() -> bool:
    """Uploads can be written, and the stylesheets are where pages say they are."""
    uploads = Path(settings.MEDIA_ROOT)
    there = uploads if uploads.exists() else uploads.parent
    style = "site/site.css"
    return os.access(there, os.W_OK) and (
        staticfiles_storage.exists(staticfiles_storage.stored_name(style))
        if hasattr(staticfiles_storage, "stored_name")
        else bool(finders.find(style))
    )


def _editions() -> bool:
    """What the folders say is what the database says, and what is due is in force."""
    on = timezone.localdate()
    return is_current(on) and settled() == in_force(on)


CHECKS: dict[str, Callable[[], bool]] = {
    "database": _database,
    "migrations": _migrations,
    "books": _books,
    "editions": _editions,
    "index": is_there,
    "queue": is_working,
    "files": _files,
}
