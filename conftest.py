"""How every test runs: property tests look for the same examples each time, so that a green run stays green.
`HYPOTHESIS_PROFILE=search make test` looks further, and elsewhere each time; what it finds becomes a test."""

import atexit
import gc
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

#: A worker of the suite keeps books, plans and pages of both languages; Python's own pace would look through all of
#: these millions of objects again and again, which was a sixth of the whole run.
gc.set_threshold(200_000, 20, 100)
atexit.register(gc.freeze)  # nor once more when it ends

settings.register_profile("steady", deadline=None, derandomize=True, max_examples=30, print_blob=True)
settings.register_profile("search", deadline=None, max_examples=2000, print_blob=True)
#: mutmut runs the tests of one process again and again, each time with new objects of the same classes.
settings.register_profile(
    "mutants", settings.get_profile("steady"), suppress_health_check=[HealthCheck.differing_executors]
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))

#: What `make test` leaves out on a machine that has only Python, by the variable that says where it is.
SERVICES = {"LUODI_TEST_BROWSER": "the browser", "LUODI_TEST_POSTGRESQL": "PostgreSQL"}


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Pages in a browser are collected only where there is one."""
    is_browser = collection_path.name == "browser" and collection_path.parent.name == "tests"
    return True if is_browser and not os.environ.get("LUODI_TEST_BROWSER") else None


def pytest_sessionstart() -> None:
    """A mutant is tried in a fork of a process that ran the tests before, whose caches would answer in its place."""
    if os.environ.get("HYPOTHESIS_PROFILE") != "mutants":
        return
    for name, module in list(sys.modules.items()):
        for value in list(vars(module).values()) if name.partition(".")[0] == "luodi" else ():
            if callable(getattr(value, "cache_clear", None)):
                value.cache_clear()
    from luodi import editions

    editions._seen = None  # with all that was made of the books
    editions._remembered.clear()


def pytest_report_header() -> list[str]:
    clock, order = os.environ.get("TEST_CLOCK"), os.environ.get("TEST_ORDER")
    return [f"clock: {clock}"] * bool(clock) + [f"order: {order}"] * bool(order)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long tests begin first, so that no core waits for one of them at the end. `make test ORDER=7` takes the files in
    another order, and the tests of each; the same number is the same order."""
    if order := os.environ.get("TEST_ORDER"):
        chosen = Random(order)
        turns = {path: chosen.random() for path in dict.fromkeys(item.path for item in items)}
        chosen.shuffle(items)
        items.sort(key=lambda item: (_empties_tables(item), turns[item.path]))
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


def _empties_tables(item: pytest.Item) -> bool:
    """Tests with transactions of their own come after all others, as pytest-django has it."""
    marker = item.get_closest_marker("django_db")
    own = {"transactional_db", "live_server"} & set(getattr(item, "fixturenames", ()))
    return bool(own) or bool(marker and marker.kwargs.get("transaction"))


class _Emptied:
    """Whether a test of this process emptied the tables, and how the database is reached between two tests."""

    yes = False
    blocker: Any = None


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """A worker that takes over what is left of another one's tests may get some that need the law after some that
    emptied the tables; and what a request of an earlier test kept is not this test's."""
    if context := sys.modules.get("luodi.web.core.context"):
        context._kept.set(None)
    if _Emptied.yes and not _empties_tables(item):
        _index_the_law(_Emptied.blocker)
        _Emptied.yes = False


def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    _Emptied.yes = _Emptied.yes or _empties_tables(item)


def _index_the_law(blocker: Any) -> None:
    from django.utils import timezone

    from luodi.web.library.index import refresh

    with blocker.unblock():
        refresh(timezone.now())


def pytest_terminal_summary(terminalreporter: Any) -> None:
    absent = [f"{name} ({variable})" for variable, name in SERVICES.items() if not os.environ.get(variable)]
    if absent:
        terminalreporter.write_line(f"left out: {', '.join(absent)}")


# ---- what the site needs of every test that may touch it


@pytest.fixture(autouse=True, scope="session")
def a_database_of_tests_may_be_emptied() -> Iterator[None]:
    """Tests with real transactions empty the tables after them, which the journal's triggers would refuse. Django would
    then write its permissions anew, a dozen times as long as the emptying takes; nobody here asks for them."""
    from django.core.management.commands import flush
    from django.db import connections

    from luodi.web.journal import append_only

    handle = flush.Command.handle

    def lifting(self: Any, **options: Any) -> Any:
        with append_only.without_triggers(connections[options["database"]]):
            return handle(self, **options | {"inhibit_post_migrate": True})

    flush.Command.handle = lifting
    yield
    flush.Command.handle = handle


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, texts_are_split_once: None, django_db_blocker: Any) -> None:
    """The law is indexed, as in a site that has started: made once, where every command of an operator and every
    publication of a test would make it again. Tests that empty the tables come last where they can, and what they need
    they make."""
    _Emptied.blocker = django_db_blocker
    _index_the_law(django_db_blocker)


@pytest.fixture(scope="session")
def texts_are_split_once() -> Iterator[None]:
    """Of some thousand texts an edition changes a few, and the words of the others are known."""
    from luodi.web.library import index

    split, known = index.split, {}

    def split_once(text: Any) -> Any:
        key = (text.position, text.name, str(text.names), text.title_zh, text.title_en, text.body_zh, text.body_en)
        if key not in known:
            known[key] = split(text)
        return known[key]

    index.split = split_once
    yield
    index.split = split


@pytest.fixture(autouse=True, scope="module")
def books_are_held() -> Iterator[None]:
    """As in a server: the files of the house's books are not read anew for every question. A folder that a test makes
    is, as ever."""
    from luodi.rules.library import hold_books, let_books_go

    hold_books()
    yield
    let_books_go()


@pytest.fixture(autouse=True)
def nobody_has_sent_a_form_yet() -> None:
    from luodi.web.accounts.limits import counter

    counter.clear()


# ---- what a process inherits from whoever started the suite


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Ctrl-C stops the test and what it starts. A shell that runs the suite in the background has it ignored, and
    processes inherit that."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)
