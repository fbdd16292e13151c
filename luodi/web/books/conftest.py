"""What tests of the desk share: two policy officers, a home for their editions, and edits of a book as text."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from luodi.web.accounts.models import User
from luodi.web.accounts.roles import Role
from luodi.web.books import actions
from luodi.web.books.models import Draft, Publication
from luodi.web.conftest import person

AT = datetime(2026, 11, 25, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
SIZE = "rules/size.yaml"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of editions that no other test sees."""
    monkeypatch.setenv("LUODI_HOME", str(tmp_path / "home"))
    yield tmp_path / "home"


@pytest.fixture
def anna(db: None) -> User:
    """She writes."""
    return person("anna", Role.POLICY_OFFICER)


@pytest.fixture
def ben(db: None) -> User:
    """He reviews."""
    return person("ben", Role.POLICY_OFFICER)


@pytest.fixture
def clara(db: None) -> User:
    """She keeps no books."""
    return person("clara", Role.ADMINISTRATOR)


Publish = Callable[..., Publication]


def approved(writer: User, reviewer: User, book: str, edit: Callable[[dict[str, str]], dict[str, str]],
             at: datetime = AT, first_day: datetime | None = None) -> Draft:  # fmt: skip
    """A draft with an edit, which the reviewer has agreed to."""
    from luodi.web.books.archive import unpack

    draft = actions.begin(writer, book, "A change", at=at)
    draft = actions.change(writer, draft, edit(unpack(draft.files)), draft.version, at=at)
    draft = actions.submit(writer, draft, (first_day or at).date(), at=at)
    return actions.approve(reviewer, draft, at=at)
