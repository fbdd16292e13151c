"""The table of what is open says what the resolution says, and its downloads the same."""

import csv
import io
from datetime import date

import pytest
from django.test import Client

from luodi.access import AccessQuestion, access_book, what_is_open
from luodi.library.law_table import INVESTORS, MAIN_PLACES, cell, look, main_services, table
from luodi.library.shelf import shelf

DAY = date(2026, 11, 24)


@pytest.mark.parametrize("on", [date(2001, 12, 11), date(2014, 1, 6), date(2019, 9, 2), date(2024, 10, 22), DAY])
@pytest.mark.parametrize("investor", list(INVESTORS))
def test_every_cell_is_the_answer_to_its_question(on: date, investor: str) -> None:
    country, certified = INVESTORS[investor]
    for service, place, made in table(on, investor, "all").rows():
        answer = what_is_open(AccessQuestion(service, place, 100, country, certified), access_book(), on=on)
        assert (made.access.verdict, made.cap, made.access.basis) == (answer.verdict, answer.cap, answer.basis)


@pytest.mark.parametrize(
    ("service", "place", "on", "sign", "cap"),
    [
        ("B11", "BJ", date(2024, 10, 22), "否", 0),
        ("B11", "BJ", date(2024, 10, 23), "条", 100),
        ("B13", "BJ", DAY, "条", 50),
        ("B13", "CN-FTZ", DAY, "限", 50),
        ("B21", "HI", DAY, "准", 100),
        ("C-NEWS", "HI", DAY, "否", 0),
        ("B11", "CN", date(2001, 12, 11), "默", None),
    ],
)
def test_stamps(service: str, place: str, on: date, sign: str, cap: int | None) -> None:
    made = cell(service, place, on, "foreign")
    assert (look(made.access)[1], made.cap) == (sign, cap)


def test_what_is_the_same_as_in_the_first_place_is_known() -> None:
    rows = dict(row for _, rows in table(DAY).groups for row in rows)
    assert [c.same for c in rows["B11"]] == [False, True, False, False, False, False, False]
    assert all(c.same for c in rows["B22"][1:])


def test_the_table_shows_every_main_service_once() -> None:
    codes = [service for service, place, _ in table(DAY).rows() if place == "CN"]
    assert codes == main_services(shelf().access) and len(codes) == len(set(codes))


@pytest.mark.django_db
def test_page_csv_and_json_hold_the_same_answers(client: Client) -> None:
    made = table(DAY)
    expected = {(s, p): (c.access.verdict.value, c.cap) for s, p, c in made.rows()}
    rows = list(csv.DictReader(io.StringIO(client.get("/en/law/table.csv?on=2026-11-24").content.decode("utf-8-sig"))))
    assert {(r["service"], r["place"]): (r["answer"], int(r["cap"]) if r["cap"] else None) for r in rows} == expected
    document = client.get("/en/law/table.json?on=2026-11-24").json()
    assert {(r["service"], r["place"]): (r["answer"], r["cap"]) for r in document["rows"]} == expected
    assert document["books"][0]["hash"] == shelf().access.book.hash
    page = client.get("/en/law/table/?on=2026-11-24").text
    assert all(f"/law/table/{service}/{place}/?on=2026-11-24" in page for service, place in expected)
    assert page.count('class="same"') == sum(c.same for _, _, c in made.rows())


@pytest.mark.django_db
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_cell_names_its_rules_terms_and_announcements(client: Client, lang: str) -> None:
    page = client.get(f"/{lang}/law/table/B11/BJ/?on=2024-10-23").text
    assert f"/{lang}/law/treatment/p24-b11/" in page and f"/{lang}/law/treatment/n-b11-closed/" in page
    assert f"/{lang}/law/licence/vats-pilot-approval/" in page
    assert "s20-b13-2025" in client.get(f"/{lang}/law/table/B13/BJ/?on=2026-11-24").text


def test_all_places_are_offered() -> None:
    wide = table(DAY, "foreign", "all", tuple(shelf().access.zones))
    assert set(MAIN_PLACES) < set(wide.places) and len(wide.places) == len(shelf().by_kind["place"])
