"""What tests of the site share."""

import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management.commands import flush
from django.db import connections
from django.test import Client

from luodi.web.accounts.models import Company, Membership, Unit, User
from luodi.web.accounts.roles import OF_A_UNIT, Role
from luodi.web.journal import append_only
from luodi.web.site.limits import counter


@pytest.fixture(autouse=True, scope="session")
def a_database_of_tests_may_be_emptied() -> Iterator[None]:
    """Tests with real transactions empty the tables after them, which the journal's triggers would refuse."""
    handle = flush.Command.handle

    def lifting(self: Any, **options: Any) -> Any:
        with append_only.lifted(connections[options["database"]]):
            return handle(self, **options)

    flush.Command.handle = lifting
    yield
    flush.Command.handle = handle


@pytest.fixture(autouse=True)
def nobody_has_sent_a_form_yet() -> None:
    counter.clear()


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

    def python(self, text: str) -> subprocess.Popen[str]:
        """A process with Django set up, running some lines."""
        lines = f"from luodi.web.server import set_up\nset_up()\n{text}"
        return subprocess.Popen([sys.executable, "-c", lines], env=self.environment, text=True, stdout=subprocess.PIPE)


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
