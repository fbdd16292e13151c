"""Owners in place of a share: typed as rows, carried by the address, looked through like everywhere else."""

from datetime import date
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.test import Client

from luodi.advice.lines import ask
from luodi.web.advisor import views
from luodi.web.advisor.answers import Answers
from luodi.web.advisor.owners import MOST, Held, check, in_percent, rows

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 25)
LINES = [
    ("kranich", "company", "mill", "51", "", ""),
    ("nordlicht", "foreign", "kranich", "3/4", "", ""),
    ("founder", "domestic", "kranich", "25 %", "", ""),
    ("founder", "domestic", "", "49", "", ""),
]
HOLDINGS = {
    "company": "mill",
    "nodes": {"mill": "company", "kranich": "company", "nordlicht": "foreign", "founder": "domestic"},
    "stakes": [
        {"owner": "kranich", "company": "mill", "share": "51 %"},
        {"owner": "nordlicht", "company": "kranich", "share": "3/4"},
        {"owner": "founder", "company": "kranich", "share": "25 %"},
        {"owner": "founder", "company": "mill", "share": "49 %"},
    ],
}


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "_today", lambda: TODAY)


def typed(lines: list[tuple[str, ...]], **more: str) -> str:
    names = ("owner", "kind", "company", "share", "from", "to")
    pairs = [(f"stake_{name}", text) for line in lines for name, text in zip(names, line, strict=True)]
    return urlencode([("company", "mill"), *pairs, *more.items()])


def test_rows_become_an_address_and_the_address_the_holdings(client: Client) -> None:
    sent = client.get(f"/en/advisor/owners/?investor=DE&service=B25&place=BJ&{typed(LINES, use='1', to='plan')}")
    assert sent.status_code == 302
    plan = client.get(sent["location"].replace("/plan/", "/plan.json")).json()
    question = {"investor": {"country": "DE"}, "plans": [{"service": "B25", "place": "BJ"}], "holdings": HOLDINGS}
    assert plan == ask("advise", {"profile": question}, today=TODAY)
    assert plan["access"][0]["holdings"]["percent"] == ["38.25", "38.25"]


def test_what_they_come_to_stands_beside_with_its_picture(client: Client) -> None:
    page = client.get(f"/en/advisor/owners/?{typed(LINES)}").text
    assert "38.25 %" in page and "<svg" in page and "nordlicht" in page


def test_a_holding_of_another_day_does_not_count(client: Client) -> None:
    lines = [("F", "foreign", "", "30", "2024-01-01", "2025-01-01"), ("D", "domestic", "", "70", "", "")]
    assert "30 %" in client.get(f"/en/advisor/owners/?on=2024-12-31&{typed(lines)}").text.split("Looked through")[1]
    assert "0 %" in client.get(f"/en/advisor/owners/?on=2025-01-01&{typed(lines)}").text.split("Looked through")[1]


def test_an_unknown_share_is_a_range(client: Client) -> None:
    page = client.get(f"/en/advisor/owners/?{typed([('F', 'foreign', '', '?', '', '')])}").text
    assert "0 % to 100 %" in page


@pytest.mark.parametrize(
    "line",
    [
        ("F", "foreign", "", "101", "", ""), ("F", "foreign", "", "-1", "", ""), ("F", "foreign", "", "half", "", ""),
        ("", "foreign", "", "10", "", ""), ("F", "foreign", "", "10", "2024-02-30", ""),
        ("F", "foreign", "", "10", "2024-02-01", "2024-01-01"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_told_and_nothing_is_lost(client: Client, line: tuple[str, ...]) -> None:
    page = client.get(f"/en/advisor/owners/?{typed([*LINES, line], use='1')}")
    assert page.status_code == 422 and 'role="alert"' in page.text
    assert page.text.count('value="kranich"') == 3  # as owner once, as the company held twice


def test_a_share_takes_the_place_of_owners_and_the_other_way_round(client: Client) -> None:
    owners = client.get(f"/en/advisor/owners/?share=20&{typed(LINES, use='1')}")["location"]
    assert "share=" not in owners and "stake=" in owners
    share = client.get(f"/en/advisor/answer/?{urlsplit(owners).query}&q=share&value=20")["location"]
    assert parse_qs(urlsplit(share).query) == {"share": ["20"]}


def test_owners_are_asked_no_share(client: Client) -> None:
    page = client.get("/en/advisor/check/?investor=DE&service=B25&place=BJ&held=T&stake=F|foreign||30")
    assert "Owners and shares" in page.text and "q=share" not in page.text


def test_rows_that_are_blank_fall_out_and_there_is_an_end() -> None:
    blank = {f"stake_{n}": [""] * 9 for n in ("owner", "kind", "company", "share", "from", "to")}
    assert rows(blank) == ()
    many = {key: ["1"] * 200 for key in blank}
    assert len(rows(many)) == MOST


def test_an_address_may_be_cut_short_or_hold_anything() -> None:
    assert Held.read("F") == Held("F")
    assert Held.read("a|b|c|d|e|f|g|h").kind == "unknown"
    assert Held.of(["a|b", "foreign", "", "1", "", ""]).owner == "a/b"


@pytest.mark.parametrize(
    ("share", "shown"), [("1/3", "33.3333 % (1/3)"), ("1/4", "25 %"), (["0", "1"], "0 % to 100 %")]
)
def test_percent_is_exact_or_says_the_fraction(share: object, shown: str) -> None:
    assert in_percent(share, "en") == shown


UNKNOWN = "investor=DE&service=B25&place=BJ&held=M&stake=F|foreign||?"


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    "path", ["plan/", "check/", "owners/", "compare/", "ask/", "plan.html", "plan.json", "hand-over/"]
)
def test_owners_of_whom_nobody_knows_how_much_they_hold_leave_the_answer_open(
    client: Client, path: str, lang: str
) -> None:
    assert client.get(f"/{lang}/advisor/{path}?{UNKNOWN}").status_code in (200, 302, 503)
    assert client.get(f"/en/advisor/plan.json?{UNKNOWN}").json()["verdict"] == "unknown"


def test_not_being_sure_of_a_share_keeps_the_owners() -> None:
    answers = Answers.of(UNKNOWN)
    assert answers.having(share="~").stakes == answers.stakes and answers.having(share="20").stakes == ()


def test_owners_in_a_loop_too_large_to_solve_are_refused() -> None:
    """An address has room for few; should it have more one day, the limits of the API hold."""
    loop = [Held(f"c{n}", "company", f"c{(n + 1) % 301}", "1/3") for n in range(301)]
    assert "301 companies hold each other in a loop" in check("c0", loop, TODAY)
    assert check("c0", loop[:60], TODAY) == ""
