"""Owners in place of a share: typed as rows, carried by the address, looked through like everywhere else."""

import re
from datetime import date
from html import unescape
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.test import Client

from luodi.advice.answers import Answers
from luodi.advice.lines import ask
from luodi.advice.owners import MOST, Held, check, holdings, in_percent, rows
from luodi.web.advisor.views import shared
from luodi.web.api.graphs import MOST_IN_A_LOOP

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
    monkeypatch.setattr(shared, "today", lambda: TODAY)


def typed(lines: list[tuple[str, ...]], **more: str) -> str:
    names = ("owner", "kind", "company", "share", "from", "to")
    pairs = [(f"stake_{name}", text) for line in lines for name, text in zip(names, line, strict=True)]
    return urlencode([("company", "mill"), *pairs, *more.items()])


def test_rows_become_an_address_and_the_address_the_holdings(client: Client) -> None:
    sent = client.get(f"/en/advisor/owners/?investor=DE&service=B25&place=BJ&{typed(LINES, use='1', to='plan')}")
    assert sent.status_code == 302
    plan = client.get(sent["location"].replace("/plan/", "/plan.json")).json()
    question = {"investor": {"country": "DE"}, "plans": [{"service": "B25", "place": "BJ"}], "holdings": HOLDINGS}
    assert plan.pop("translation")["binding"] is False  # of what leaves, see `documents.marks`
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
        ("F", "foreign", "", "101", "", ""),
        ("F", "foreign", "", "-1", "", ""),
        ("F", "foreign", "", "half", "", ""),
        ("", "foreign", "", "10", "", ""),
        ("F", "foreign", "", "10", "2024-02-30", ""),
        ("F", "foreign", "", "10", "2024-02-01", "2024-01-01"),
    ],
)
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


def test_an_address_has_no_room_for_a_loop_too_large_to_solve() -> None:
    loop = [("stake", Held(f"c{n}", "company", f"c{(n + 1) % 301}", "1/3").text()) for n in range(301)]
    stakes = Answers.read(loop).stakes
    assert len(stakes) == MOST <= MOST_IN_A_LOOP and check("c0", stakes, TODAY) is None


# ---- special cases, as the engine knows them

PLACED = "investor=DE&service=B25&place=BJ"


def seen(client: Client, stakes: str, lang: str = "en") -> str:
    page = client.get(f"/{lang}/advisor/owners/?{PLACED}&held=T&{stakes}").text
    return unescape(page[page.index('id="seen"') :])


def figure(page: str, label: str) -> str:
    return re.search(rf"<dt>{label}[^<]*</dt><dd>(?:<b>)?([^<]*)", page).group(1).strip()


def test_a_nominee_counts_for_the_one_behind(client: Client) -> None:
    page = seen(client, "stake=N|domestic||60||||F||foreign&stake=D|domestic||40")
    assert figure(page, "Foreign share") == "60 %"
    assert "the stake of N is counted for F" in page and 'scope="row">F</th><td>foreign' in page


def test_votes_and_proxies_decide_control_and_not_the_share(client: Client) -> None:
    page = seen(client, "stake=F|foreign||30|||20&stake=D|domestic||70|||80||F|")
    assert figure(page, "Foreign share") == "30 %" and figure(page, "Foreign votes") == "100 %"
    assert figure(page, "Ultimate controller") == "F (foreign)"


def test_control_by_contract_is_no_share(client: Client) -> None:
    page = seen(client, "stake=D|domestic||100&contract=V|foreign")
    assert figure(page, "Foreign share") == "0 %" and figure(page, "Ultimate controller").startswith("V")
    assert "never equity" in page


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_is_special_goes_through_form_and_address_unharmed(client: Client, lang: str) -> None:
    line = ("N", "domestic", "", "60", "2024-01-01", "", "50", "F", "P", "foreign")
    names = ("owner", "kind", "company", "share", "from", "to", "votes", "nominee", "proxy", "behind")
    pairs = [(f"stake_{name}", text) for name, text in zip(names, line, strict=True)]
    pairs += [("control_controller", "V"), ("control_kind", "hmt"), ("control_company", "mill")]
    sent = client.get(f"/{lang}/advisor/owners/?{urlencode([('company', 'mill'), *pairs, ('use', '1')])}")
    asked = parse_qs(urlsplit(sent["location"]).query)
    assert asked["stake"] == ["N|domestic||60|2024-01-01||50|F|P|foreign"] and asked["contract"] == ["V|hmt|mill"]
    again = client.get(f"/{lang}/advisor/owners/?{urlsplit(sent['location']).query}").text
    for name, text in pairs:
        assert re.search(rf'name="{name}" value="{text}"|<option value="{text}" selected', again), name


def test_an_address_without_what_is_special_stays_as_it_was() -> None:
    assert Held.read("F|foreign||30").text() == "F|foreign||30"
    assert "contracts" not in holdings("T", [Held("F", "foreign", share="30")])


def test_contracts_without_owners_mean_nothing() -> None:
    assert Answers.of("contract=V|foreign").contracts == ()


def test_beside_the_picture_stand_holders_and_every_chain(client: Client) -> None:
    page = client.get(f"/en/advisor/owners/?{typed(LINES)}").text
    assert "nordlicht → kranich → mill" in unescape(page[page.index("Every chain") :])
    assert "38.25 %" in page[page.index("Who stands at the end") :]


# ---- remedies


def test_the_smallest_transfers_are_offered_filled_in_and_true(client: Client) -> None:
    stakes = "stake=K|foreign||60&stake=F|domestic||40"
    page = seen(client, stakes)
    assert "K sells 10 % to F; the foreign share is then 50 %" in page
    assert "K sells 10 % to a new domestic holder" in page
    links = re.findall(r'→ Allowed <a href="([^"]*/owners/[^"]*)"', page)
    assert len(links) == 2
    for link in links:
        after = unescape(client.get(link).text)
        assert figure(after, "Foreign share") == "50 %" and "sells" not in after


def test_the_result_offers_the_same_change_of_hands(client: Client) -> None:
    page = unescape(client.get(f"/en/advisor/plan/?{PLACED}&held=T&stake=K|foreign||60&stake=F|domestic||40").text)
    link = next(a for a in re.findall(r'<p><a href="([^"]*/plan/[^"]*)"', page) if "stake=" in a)
    assert client.get(link.replace("/plan/", "/plan.json")).json()["verdict"] == "allowed"


@pytest.mark.parametrize(
    "stakes",
    ["stake=K|foreign||60||2030-01-01&stake=F|domestic||40", "stake=N|domestic||60||||K||foreign&stake=F|domestic||40"],
)
def test_where_it_is_open_which_stake_is_sold_it_is_told_without_a_link(client: Client, stakes: str) -> None:
    page = seen(client, stakes)
    assert "sells 10 %" in page and "Fill this in" not in page


@pytest.mark.parametrize(
    ("lang", "untold", "rest"), [("en", "cannot be told", "not recorded"), ("zh", "无法判断", "未记录")]
)
def test_what_is_not_recorded_is_shown_and_control_cannot_be_told(client: Client, lang, untold, rest) -> None:
    page = client.get(f"/{lang}/advisor/owners/?investor=DE&service=B25&place=BJ&held=M&stake=F|foreign||30")
    text = unescape(page.text)
    assert f"<dd>{untold}</dd>" in text and f">{rest}</th>" in text
    whole = unescape(
        client.get(
            f"/{lang}/advisor/owners/?investor=DE&service=B25&place=BJ&held=M&stake=F|foreign||50&stake=H|domestic||50"
        ).text
    )
    assert f"<dd>{untold}</dd>" not in whole and f">{rest}</th>" not in whole
