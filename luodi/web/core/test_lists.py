"""A declared list: what it reads of an address, whom it shows what, its pages, and its files."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from luodi.documents.report import Cell
from luodi.web.accounts.models import Unit, User
from luodi.web.conftest import person, unit
from luodi.web.core.exports import file_of
from luodi.web.core.lists import Column, Columns, RecordList, choice, page_number
from luodi.web.core.roles import Role
from luodi.web.core.types import AnyUser
from luodi.web.leads.lists import INBOX
from luodi.web.leads.models import Lead

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 10, 2, 0, tzinfo=UTC)


@pytest.fixture
def here() -> Unit:
    return unit("Here", unit("City"))


@pytest.fixture
def anna(here: Unit) -> User:
    return person("anna", Role.OFFICER, here)


def lead(where: Unit, title: str, **more: Any) -> Lead:
    return Lead.objects.create(unit=where, title=title, received=NOW, changed=NOW, **more)


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ({}, {"state": "open"}),
        ({"state": ""}, {"state": ""}),
        ({"state": "nonsense", "other": "x"}, {"state": ""}),
        ({"words": "  a\0b "}, {"state": "open", "words": "ab"}),
        ({"words": "x" * 201}, {"state": "open", "words": "x" * 200}),
        ({"from": "2026-02-28", "until": "2026-02-30"}, {"state": "open", "from": "2026-02-28"}),
        ({"unit": "123456789"}, {"state": "open", "unit": "123456789"}),
        ({"unit": "1234567890"}, {"state": "open"}),
        ({"unit": "１"}, {"state": "open"}),
    ],
)
def test_a_list_reads_what_it_knows_and_leaves_out_the_rest(given: dict[str, str], read: dict[str, str]) -> None:
    assert INBOX.read(given) == read
    assert INBOX.read(read) == read


@pytest.mark.parametrize(
    ("text", "number"), [("", 1), ("0", 1), ("2", 2), ("99999", 99999), ("100000", 1), ("-1", 1), ("²", 1)]
)
def test_a_page_is_the_first_for_what_is_no_number(text: str, number: int) -> None:
    assert page_number(text) == number


def test_a_page_is_full_and_says_whether_another_follows(here: Unit, anna: User) -> None:
    for number in range(INBOX.page_size):
        lead(here, f"Mill {number}")
    rows, more = INBOX.page(anna, {"state": "open"}, 1)
    assert (len(rows), more) == (INBOX.page_size, False)
    lead(here, "One more")
    rows, more = INBOX.page(anna, {"state": "open"}, 1)
    assert (len(rows), more) == (INBOX.page_size, True)
    assert len(INBOX.page(anna, {"state": "open"}, 2)[0]) == 1


def test_every_word_must_be_found_and_an_officer_of_another_unit_sees_nothing(here: Unit, anna: User) -> None:
    wanted = lead(here, "Amber Mill", summary="turbines")
    lead(here, "Amber Quay")
    clara = person("clara", Role.OFFICER, unit("Aside"))
    assert list(INBOX.found(anna, {"words": "amber TURBINES"})) == [wanted]
    assert not INBOX.found(clara, {}).exists() and not INBOX.found(None, {}).exists()


def test_a_file_has_the_columns_of_the_list_and_no_cell_is_a_formula(here: Unit, anna: User) -> None:
    lead(here, "=1+1")
    answer = file_of(INBOX, INBOX.found(anna, {}), "csv", "leads", "en")
    heads, line = answer.getvalue().decode("utf-8-sig").splitlines()
    assert len(heads.split(",")) == len(INBOX.columns) and "'=1+1" in line and "2026-03-10" in line
    assert answer["Content-Disposition"] == 'attachment; filename="leads.csv"'
    assert file_of(INBOX, INBOX.found(anna, {}), "xlsx", "leads", "zh").getvalue()[:2] == b"PK"


def test_cells_that_depend_on_the_reader_are_found_once_for_many_records(here: Unit, anna: User) -> None:
    asked: list[tuple[int, AnyUser]] = []

    def cells(rows: Sequence[Lead], user: AnyUser, lang: str) -> Iterable[tuple[Cell, ...]]:
        asked.append((len(rows), user))
        return [(lang, one.title.upper()) for one in rows]

    title = Column[Lead]("lead", lambda one, lang: one.title)
    listed = RecordList(Lead, "leads", "leads:inbox", columns=(title, Columns(("country", "company"), cells)))
    for name in ("Mill", "Quay"):
        lead(here, name)
    found = file_of(listed, listed.found(anna, {}), "csv", "leads", "en", user=anna).getvalue().decode("utf-8-sig")
    assert found.splitlines()[1:] == ["Quay,en,QUAY", "Mill,en,MILL"]
    assert asked == [(2, anna)]


def test_a_filter_may_narrow_where_nothing_was_asked_and_a_form_shows_it_blank(here: Unit, anna: User) -> None:
    states = choice("state", ("new",), lambda rows, state, asked: rows.filter(state=state or "new"), always=True)
    listed = RecordList[Lead](Lead, "leads", "leads:inbox", filters=(states,))
    new, _ = lead(here, "Mill"), lead(here, "Quay", state="closed")
    assert listed.read({}) == {} and listed.filled({}) == {"state": ""}
    assert list(listed.found(anna, {})) == [new]
