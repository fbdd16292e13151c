"""Books, rules and texts of law are read a page at a time, and only once until a book changes."""

from typing import Any

import pytest

from luodi.advice import shelf
from luodi.web.api.conftest import Program

pytestmark = pytest.mark.django_db
LISTS = ["books", "books/market-access/rules", "requirements", "services", "places", "instruments"]


def get(program: Program, path: str, status: int = 200, **more: Any) -> Any:
    answer = program.get(f"/api/v1/{path}", **more)
    assert answer.status_code == status, answer.content
    return answer


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("limit", [1, 7, 200])
def test_the_pages_of_a_list_hold_every_row_once(program: Program, path: str, limit: int) -> None:
    noun, rows, cursor = path.rpartition("/")[2], [], ""
    while cursor is not None:
        found = get(program, f"{path}?limit={limit}{f'&cursor={cursor}' if cursor else ''}").json()
        assert len(found[noun]) <= limit
        rows += found[noun]
        cursor = found["next"]
    wanted = {"books": shelf.books, "rules": lambda: shelf.rules("market-access")}
    assert rows == wanted.get(noun, getattr(shelf, noun, None))()


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=201", "limit=x", "limit=", "cursor=nothing", "cursor=%00", "cursor=!"]
)
def test_a_page_that_cannot_be_is_refused(program: Program, query: str) -> None:
    assert get(program, f"services?{query}", 422).json()["at"].startswith("the query, key")


def test_a_rule_is_read_in_plain_language_with_its_citations(program: Program) -> None:
    rule = get(program, "books/market-access/rules/p24-b11?on=2024-10-23").json()
    assert rule["text"]["en"].startswith("Data centres and cloud")
    assert rule["basis"][0]["text"]["zh"].startswith("《工业和信息化部")


@pytest.mark.parametrize(
    "path",
    [
        "books/nothing",
        "books/..",
        "books/%2e%2e",
        "books/luodi%2fbooks%2fpolicies",
        "books/nothing/rules",
        "books/policies/rules/p24-b11",
        "books/x/rules/y",
        "instruments/nothing",
    ],
)
def test_what_is_not_there_is_404(program: Program, path: str) -> None:
    answer = get(program, path, 404)
    assert answer["content-type"] == "application/problem+json" and answer.json()["code"]


@pytest.mark.parametrize("path", ["books/market-access/rules/p24-b11", "places", "search"])
def test_a_day_that_is_none_is_refused(program: Program, path: str) -> None:
    found = get(program, f"{path}?on=2024-02-30&q=x", 422).json()
    assert (found["code"], found["at"]) == ("bad-date", "the query, key `on`")


@pytest.mark.parametrize("path", [*LISTS, "books/policies", "instruments/telecom-regs-2000", "search?q=law"])
def test_who_has_it_already_is_told_so(program: Program, path: str) -> None:
    first = get(program, path)
    for known in (first["etag"], f"W/{first['etag']}", f'"other", {first["etag"]}', "*"):
        again = get(program, path, 304, headers={"if-none-match": known})
        assert again.content == b"" and again["etag"] == first["etag"]
    assert get(program, path, headers={"if-none-match": '"other"'}).content == first.content


def test_another_day_book_or_page_has_another_tag(program: Program) -> None:
    paths = ["places", "places?on=2002-01-01", "places?limit=2", "services", "books/policies", "books/law"]
    assert len({get(program, path)["etag"] for path in paths}) == len(paths)


def test_a_changed_book_has_another_tag(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    from luodi.web.library.api import reading

    before, whole = get(program, "places")["etag"], reading.load_book
    monkeypatch.setattr(reading, "load_book", lambda name: replace(whole(name), hash="edited"))
    assert get(program, "places", headers={"if-none-match": before})["etag"] != before


def test_head_is_get_without_the_body(program: Program) -> None:
    whole, head = get(program, "places"), program.head("/api/v1/places")
    assert (head.status_code, head.content, head["etag"]) == (200, b"", whole["etag"])
    assert int(head["content-length"]) == len(whole.content)


def test_words_find_the_law(program: Program) -> None:
    found = get(program, "search?q=电信条例&on=2024-12-02&limit=3").json()
    assert found["hits"][0]["id"] == "telecom-regs-2000" and len(found["hits"]) == 3
    assert get(program, "search?q=", 422).json()["code"] == "missing-key"
    assert get(program, "search", 422).json()["at"] == "the query, key `q`"
