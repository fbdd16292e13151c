"""Every task of every room can be run again: a worker that is killed has its task begun anew, so the second run must
find that there is nothing left to do."""

import pkgutil
from collections.abc import Iterator
from datetime import timedelta
from importlib import import_module
from typing import Any, Final

import pytest
from django.apps import apps
from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.utils import timezone
from django_tasks.base import Task

from luodi.web.cases.models import Cause, LandingCase, LawChange
from luodi.web.companies.models import ImportRun
from luodi.web.docking.models import Demand
from luodi.web.files.models import StoredFile
from luodi.web.leads.models import LeadFile
from luodi.web.test_endpoints_records import Records, records  # noqa: F401

pytestmark = pytest.mark.django_db
#: What differs without anything having been done: signs that it was looked at, tasks themselves.
LEFT_OUT: Final = {"django_tasks_database.DBTaskResult", "sessions.Session", "usersessions.UserSession"}
#: A task with arguments, and what it is given.
GIVEN: Final[dict[str, Any]] = {
    "companies.read_import": lambda: [ImportRun.objects.get().pk],
    "companies.decide_import": lambda: [_asked_to_decide(), None],
    "leads.read_file": lambda: [LeadFile.objects.get().pk],
    "leads.decide_file": lambda: [_leads_to_decide(), None],
    "docking.seek_for": lambda: ["demands", Demand.objects.get(text="open").pk],
    "files.scan_file": lambda: [StoredFile.objects.first().pk],
    "books.carry_out": lambda: [0],
    "cases.work_out": lambda: [_changed_law()],
    "cases.count_facts": lambda: [LandingCase.objects.order_by("pk").first().pk],
}


def _asked_to_decide() -> int:

    from luodi.web.companies.actions.imports import ON_RUN

    run = ImportRun.objects.get()
    if run.state == "deciding" and not run.doing and run.records.filter(state="new").exists():
        ON_RUN["new"](run, by=None, at=timezone.now())
    return run.pk


def _changed_law() -> int:
    """A change by a day alone: what it did is worked out at the first run."""
    now, day = timezone.now(), timezone.localdate()
    values = {"cause": Cause.DAY, "before": {}, "after": {}, "day_before": day, "on": day}
    return LawChange.objects.get_or_create(cause=Cause.DAY, defaults={**values, "at": now})[0].pk


def _leads_to_decide() -> int:
    from luodi.web.leads.actions_imports import LEAD_FILES

    run = LeadFile.objects.get()
    if run.state == "deciding" and not run.doing and run.records.filter(state="new").exists():
        LEAD_FILES.on_run["new"](run, by=None, at=timezone.now())
    return run.pk


def tasks() -> Iterator[tuple[str, Task[Any, Any]]]:
    for room in settings.LUODI_APPS:
        package = import_module(f"luodi.web.{room}")
        for module in pkgutil.iter_modules(package.__path__):
            if module.name.startswith("tasks"):
                for name, found in vars(import_module(f"luodi.web.{room}.{module.name}")).items():
                    if isinstance(found, Task) and found.func.__module__ == f"luodi.web.{room}.{module.name}":
                        yield f"{room}.{name}", found


def state() -> dict[str, Any]:
    models = [model for model in apps.get_models() if model._meta.label not in LEFT_OUT]
    return {model._meta.label: sorted(map(str, model._base_manager.values_list())) for model in models}


def test_every_task_may_be_run_again(records: Records, monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:  # noqa: F811
    """Two months after everything came, so that each has something to do: terms are over, questions are chased."""
    later = timezone.now() + timedelta(days=60)
    monkeypatch.setattr(timezone, "now", lambda: later)
    done = set()
    for name, task in tasks():
        given = GIVEN[name]() if name in GIVEN else []
        before = state()
        _run(task, given)
        first = state()
        _run(task, given)
        second = state()
        assert {label for label in first if first[label] != second[label]} == set(), name
        done |= {name} if first != before else set()
    assert len(done) >= 5, done  # they had something to do


def _run(task: Task[Any, Any], given: list[Any]) -> None:
    try:
        task.func(*given)
    except ObjectDoesNotExist:
        assert given == [0]  # a record that is gone
