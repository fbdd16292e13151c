"""What tests of the site share."""

import os
import shutil
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from fcntl import LOCK_EX, flock
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.db import transaction
from django.test import Client
from django.utils import timezone

from luodi.web.accounts.actions import companies
from luodi.web.accounts.models import Company, Membership, Unit, User
from luodi.web.core.roles import OF_A_UNIT, Role
from luodi.web.test_writes import requests_are_watched

__all__ = ["requests_are_watched"]

ROOT = Path(__file__).parents[2]
_TOUCH = {"db", "transactional_db", "site", "empty_site", "prepared_site"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL, what touches no database is not run again: it cannot come out otherwise there."""
    if not os.environ.get("LUODI_TEST_DATABASE_URL"):
        return
    left_out = {item for item in items if not _touches_a_database(item)}
    config.hook.pytest_deselected(items=[item for item in items if item in left_out])
    items[:] = [item for item in items if item not in left_out]


def _touches_a_database(item: pytest.Item) -> bool:
    """By its mark or a fixture; a server that an assistant's test starts by itself has one too."""
    if item.get_closest_marker("django_db") is not None or _TOUCH & set(getattr(item, "fixturenames", ())):
        return True
    return item.path.parent.name == "mcp"


PASSWORD = "a long and quiet river"
SINCE = date(2020, 1, 1)


def unit(name: str, parent: Unit | None = None) -> Unit:
    made = Unit.objects.create(kind="bureau", name_zh=name, name_en=name, parent=parent, path=f"new {name}")
    made.path = f"{parent.path if parent else '/'}{made.pk}/"
    made.save()
    return made


def person(name: str, role: Role | None = None, at: Unit | Company | None = None) -> User:
    """A fictional person with one role, since 2020."""
    from allauth.account.models import EmailAddress

    user = User.objects.create_user(f"{name}@example.com", PASSWORD, name=name.title())
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    if role:
        tied = {"unit": at} if isinstance(at, Unit) else {"company": at} if isinstance(at, Company) else {}
        assert bool(tied) or role not in OF_A_UNIT
        Membership.objects.create(user=user, role=role, starts=SINCE, **tied)
    return user


def mailed(at: datetime | None = None) -> list[EmailMessage]:
    """Send what is due at a moment, now if left out; the letters that went."""
    from luodi.web.notices.mail import deliver

    before = len(mail.outbox)
    deliver(at or timezone.now())
    return mail.outbox[before:]


def add_company(name_zh: str, name_en: str, **more: Any) -> Company:
    """By the operator, now."""
    made: Company = companies.add_company(name_zh, name_en, by=None, at=timezone.now(), **more)
    return made


def by_operator(action: Callable[..., Any], *given: Any, **more: Any) -> Any:
    """Perform an action of accounts as the operator's commands do, now."""
    return action(*given, by=None, at=timezone.now(), **more)


@pytest.fixture
def administrator(db: None) -> User:
    return person("ada", Role.ADMINISTRATOR)


@pytest.fixture
def as_administrator(administrator: User) -> Client:
    client = Client()
    client.force_login(administrator)
    return client


@pytest.fixture(scope="module")
def rows_of_module(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """What a fixture of the whole module makes after this one is made once: each test finds it as it was made, since
    what a test changes is taken back, and it goes with the module. Not for tests with transactions of their own."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


# ---- a whole site of its own, with real processes


class Site:
    """A home and a database for one test; `luodi` runs a command there, as an operator would."""

    def __init__(self, home: Path, database: str) -> None:
        self.home, self.database = home, database
        self.environment = {
            **{key: value for key, value in os.environ.items() if not key.startswith(("LUODI_", "DJANGO_"))},
            "LUODI_HOME": str(home),
            "LUODI_DATABASE_URL": database,
            "DJANGO_SETTINGS_MODULE": "tests.settings_of_sites",
            "PYTHONPATH": os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH")))),
            "PYTHONWARNINGS": "error::ResourceWarning",
        }

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "luodi", *arguments]

    def luodi(self, *arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*arguments), input=given, text=True, capture_output=True, env=self.environment
        )

    def python(self, text: str, stdin: int | None = None) -> subprocess.Popen[str]:
        """A process with Django set up, running some lines."""
        lines = f"from luodi.web.server import set_up\nset_up()\n{text}"
        return subprocess.Popen(
            [sys.executable, "-c", lines], env=self.environment, text=True, stdin=stdin, stdout=subprocess.PIPE
        )


PREPARED = """
from luodi.web.server import prepare, warm
prepare(lambda text: None)
warm()
"""


@pytest.fixture(scope="session")
def prepared_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """As a first start leaves it, made once: tables, the law indexed, books compiled, and nobody there. Where a site is
    no more than a folder, the workers of one run share it."""
    if os.environ.get("LUODI_TEST_DATABASE_URL"):
        with new_site(tmp_path_factory.mktemp("prepared") / "home") as made:
            _prepare(made)
            yield made
        return
    folder = tmp_path_factory.getbasetemp()
    if os.environ.get("PYTEST_XDIST_WORKER"):
        folder = folder.parent  # of the whole run
    with (folder / "prepared.lock").open("w") as lock:
        flock(lock, LOCK_EX)
        if not (folder / "prepared").exists():
            _prepare(Site(folder / "in-preparation", ""))
            (folder / "in-preparation").rename(folder / "prepared")
    yield Site(folder / "prepared", "")


def _prepare(made: Site) -> None:
    assert made.python(PREPARED).wait() == 0


@pytest.fixture
def site(tmp_path: Path, prepared_site: Site) -> Iterator[Site]:
    """On the database that the suite runs on: a file of its own, or a PostgreSQL database of its own."""
    with new_site(tmp_path / "home", like=prepared_site) as made:
        yield made


@pytest.fixture
def empty_site(tmp_path: Path) -> Iterator[Site]:
    """One that nothing was done for yet."""
    with new_site(tmp_path / "home") as made:
        yield made


@contextmanager
def new_site(home: Path, database: str | None = None, like: Site | None = None) -> Iterator[Site]:
    """Empty, or a copy of another one of the same database that nobody uses at the moment."""
    server = os.environ.get("LUODI_TEST_DATABASE_URL", "") if database is None else database
    if like is not None:
        shutil.copytree(like.home, home)
    if not server:
        yield Site(home, "")
        return
    import psycopg

    name = f"luodi_{uuid.uuid4().hex[:12]}"
    template = f" TEMPLATE {like.database.rsplit('/', 1)[1]}" if like is not None else ""
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}{template}")
        try:
            yield Site(home, f"{server.rsplit('/', 1)[0]}/{name}")
        finally:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
