"""What tests of the desk share: two policy officers, a home for their editions, and edits of a book as text."""

import os
import re
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from luodi.editor.archive import Files, unpack
from luodi.web.accounts.models import User
from luodi.web.books.actions import drafts
from luodi.web.books.models import Draft
from luodi.web.conftest import person
from luodi.web.core.roles import Role

AT = datetime(2026, 11, 25, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
TODAY = AT.date()
PATHS = "rules/paths.yaml"
Edit = Callable[[Files], dict[str, str]]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home whose editions no other test sees; books that were compiled before need not be compiled again."""
    made = tmp_path / "home"
    made.mkdir()
    cache = Path(os.environ["LUODI_HOME"]) / "cache"
    cache.mkdir(exist_ok=True)
    (made / "cache").symlink_to(cache, target_is_directory=True)
    monkeypatch.setenv("LUODI_HOME", str(made))
    monkeypatch.setattr("luodi.editions._day", None)  # a command that ran in this process has told it what day it is
    yield made


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


# ---- edits


def retitled(files: Files, title: str = "Important data leaves the country") -> dict[str, str]:
    """Of the book data-export-path: one rule with another English title, and a day to look at it again."""
    was = "en: Important data leaves}\n"
    assert files[PATHS].count(was) == 1
    return {PATHS: files[PATHS].replace(was, f"en: {title}}}\n  review_by: 2099-12-31\n")}


def lowered(files: Files, cap: int = 40) -> dict[str, str]:
    """Of the book market-access: the cap of B26 is another one than 50 %, in the rule and in its cases."""
    rules = re.sub(
        r"- id: n-b26-50\n.*?(?=\n- id:)", lambda m: _capped(m[0], cap), files["rules/national.yaml"], flags=re.DOTALL
    )
    changed = {"rules/national.yaml": rules}
    for name in ("tests/national.yaml", "tests/questions.yaml"):
        cases = re.split(r"(?m)^(?=- case:)", files[name])
        changed[name] = "".join(_moved(case, cap) if "n-b26-50" in case else case for case in cases)
    return changed


def _capped(rule: str, cap: int) -> str:
    texts = {"is: 50\n": f"is: {cap}\n", "cap: 50\n": f"cap: {cap}\n", "50%, en": f"{cap}%, en", "50 %}": f"{cap} %}}"}
    for was, text in texts.items():
        assert was in rule
        rule = rule.replace(was, text)
    return rule.replace("  from: 2003-12-11\n", "  from: 2003-12-11\n  review_by: 2099-12-31\n", 1)


def _moved(case: str, cap: int) -> str:
    texts = {" 50,": f" {cap},", " 50.01,": f" {cap}.01,", " 51,": f" {cap + 1},", "cap: 50": f"cap: {cap}"}
    for was, now in texts.items():
        case = case.replace(was, now)
    return case


# ---- drafts that are some way on


def written(writer: User, book: str = "data-export-path", edit: Edit = retitled, at: datetime = AT) -> Draft:
    draft = drafts.begin(book, "A change", by=writer, at=at)
    return drafts.change(draft, edit(unpack(draft.files)), by=writer, at=at, version=draft.version)


def approved(
    writer: User,
    reviewer: User,
    first_day: date = TODAY,
    book: str = "data-export-path",
    edit: Edit = retitled,
    at: datetime = AT,
) -> Draft:
    draft = drafts.submit(written(writer, book, edit, at), first_day, by=writer, at=at)
    return drafts.approve(draft, by=reviewer, at=at)
