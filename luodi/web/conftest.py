"""What tests of the site share."""

import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.test import Client
from django.utils import timezone

from luodi.web.accounts.models import Company, Membership, Unit, User
from luodi.web.accounts.roles import OF_A_UNIT, Role

_TOUCH = {"db", "transactional_db", "site"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL, what would be the same on any database is not run again.

    That is what touches none, and what asks the same of the books whatever keeps its rows (marked `once`).
    """
    if not os.environ.get("LUODI_TEST_DATABASE_URL"):
        return
    kept = [item for item in items if not _is_the_same_anywhere(item)]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
    items[:] = kept


def _is_the_same_anywhere(item: pytest.Item) -> bool:
    if item.get_closest_marker("once") is not None:
        return True
    touches = item.get_closest_marker("django_db") is not None or _TOUCH & set(getattr(item, "fixturenames", ()))
    return not touches and item.path.parent.name != "mcp"


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
    from luodi.web.notices.letters import deliver

    before = len(mail.outbox)
    deliver(at or timezone.now())
    return mail.outbox[before:]


@pytest.fixture
def search_index(db: None) -> None:
    """What search needs, as a site has it after it started."""
    from luodi.web.library.index import refresh

    refresh(timezone.now())


@pytest.fixture
def administrator(db: None) -> User:
    return person("ada", Role.ADMINISTRATOR)


@pytest.fixture
def as_administrator(administrator: User) -> Client:
    client = Client()
    client.force_login(administrator)
    return client


# ---- a whole site of its own, with real processes


class Site:
    """A home and a database for one test; `luodi` runs a command there, as an operator would."""

    def __init__(self, home: Path, database: str) -> None:
        self.home = home
        self.environment = {
            **{key: value for key, value in os.environ.items() if not key.startswith(("LUODI_", "DJANGO_"))},
            "LUODI_HOME": str(home),
            "LUODI_DATABASE_URL": database,
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


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """On the database that the suite runs on: a file of its own, or a PostgreSQL database of its own."""
    with new_site(tmp_path / "home") as made:
        yield made


@contextmanager
def new_site(home: Path, database: str | None = None) -> Iterator[Site]:
    server = os.environ.get("LUODI_TEST_DATABASE_URL", "") if database is None else database
    if not server:
        yield Site(home, "")
        return
    import psycopg

    name = f"luodi_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}")
        try:
            yield Site(home, f"{server.rsplit('/', 1)[0]}/{name}")
        finally:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
