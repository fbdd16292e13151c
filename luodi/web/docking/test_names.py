"""Invariant 14: names in a match stay hidden until both sides agree, on every page, in every file and notice."""

import io
import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from luodi.casework.demands import DemandAct
from luodi.casework.matches import MatchAct, Part, Says
from luodi.casework.states import NotNow
from luodi.web.core.exports import cells_of
from luodi.web.docking import permissions
from luodi.web.docking.actions import matches as actions_matches
from luodi.web.docking.actions.ending import put_down
from luodi.web.docking.conftest import NOW, Market
from luodi.web.docking.lists import MATCHES
from luodi.web.docking.models import Match, Side
from luodi.web.docking.queries import market as queries
from luodi.web.docking.queries.pairs import Pair
from luodi.web.docking.test_matches import agreed, capital, proposed
from luodi.web.journal.models import Entry, ExportRecord
from luodi.web.notices.models import Notice

pytestmark = pytest.mark.django_db
HOSPITAL, LANTERN = ("北光医院", "Nordlicht"), ("灯屿云", "Lantern Isle")


def text_of(market: Market, who: str, address: str, **asked: str) -> str:
    answer = market.client(who).get(address, asked)
    assert answer.status_code == 200, (who, address, answer.status_code)
    return str(answer.content.decode())


def posted_text(market: Market, who: str, address: str) -> str:
    answer = market.client(who).post(address)
    assert answer.status_code == 200
    return b"".join(answer.streaming_content).decode()


def holds(text: str, those: tuple[str, str]) -> bool:
    return any(name in text for name in those)


def places(match: Match) -> list[str]:
    """Every page that shows something of a match."""
    posted = match.of.reference
    return [
        f"/{lang}/{page}"
        for lang in ("zh", "en")
        for page in ("matches/", f"matches/{match.reference}/", f"market/{posted}/")
    ]


def test_invariant_14_neither_side_reads_the_other_ones_name_on_any_page(market: Market) -> None:
    match = proposed(market)
    for address in places(match):
        assert not holds(text_of(market, "mei", address), HOSPITAL), address
        assert not holds(text_of(market, "rolf", address), LANTERN), address


def test_invariant_14_the_desk_knows_who_asks_and_not_who_may_fit(market: Market) -> None:
    match = proposed(market)
    for who in ("olga", "ben", "lee"):
        for address in [*places(match), "/en/desk/market/", "/zh/desk/market/"]:
            assert not holds(text_of(market, who, address), LANTERN), (who, address)
    assert holds(text_of(market, "olga", f"/en/matches/{match.reference}/"), HOSPITAL)


def test_invariant_14_a_unit_that_asks_for_itself_does_not_read_who_may_fit(market: Market) -> None:
    match = proposed(market, market.demand(own=True))
    for address in places(match):
        assert not holds(text_of(market, "olga", address), LANTERN)


def test_invariant_14_one_consent_shows_nothing_and_both_show_both(market: Market) -> None:
    match = proposed(market)
    sides = {Part(side.part): side for side in Side.objects.filter(match=match)}
    actions_matches.say(sides[Part.PARTNER], Says.YES, by=market.mei, at=NOW)
    assert not holds(text_of(market, "rolf", f"/en/matches/{match.reference}/"), LANTERN)
    assert not holds(text_of(market, "olga", f"/en/matches/{match.reference}/"), LANTERN)
    actions_matches.say(sides[Part.OWNER], Says.YES, by=market.rolf, at=NOW)
    for who in ("rolf", "mei", "olga", "lee"):
        text = text_of(market, who, f"/en/matches/{match.reference}/")
        assert holds(text, HOSPITAL) and holds(text, LANTERN), who


def test_invariant_14_a_match_that_was_declined_stays_nameless(market: Market) -> None:
    match = proposed(market)
    side = Side.objects.get(match=match, part=Part.OWNER)
    actions_matches.say(side, Says.NO, by=market.rolf, at=NOW)
    assert not holds(text_of(market, "mei", f"/en/matches/{match.reference}/"), HOSPITAL)
    assert not holds(text_of(market, "rolf", f"/en/matches/{match.reference}/"), LANTERN)


def test_invariant_14_a_yes_is_taken_back_until_the_introduction_and_names_hide_until_it_is_given_again(
    market: Market,
) -> None:
    match, address = agreed(market), "/en/matches/{}/"
    page = address.format(match.reference)
    assert "/take_back/" in text_of(market, "mei", page) and "/take_back/" not in text_of(market, "olga", page)
    partner = Side.objects.get(match=match, part=Part.PARTNER)
    form = {"key": "k" * 20, "version": str(partner.version)}
    for _ in range(2):  # twice by a double click
        assert market.client("mei").post(f"{page}take_back/", form).status_code == 302
    match.refresh_from_db()
    assert (match.state, match.revealed) == ("proposed", None)
    for who, hidden in (("rolf", LANTERN), ("olga", LANTERN), ("lee", LANTERN), ("mei", HOSPITAL)):
        for there in (page, "/zh/matches/", f"/en/market/{match.of.reference}/"):
            assert not holds(text_of(market, who, there), hidden), (who, there)
    assert not MATCHES.found(market.rolf, {"words": "灯屿"}).exists()
    assert not holds(posted_text(market, "olga", "/en/matches/export/"), LANTERN)
    with pytest.raises(NotNow):  # the owner's yes still stands, the partner has none to take back
        actions_matches.say(Side.objects.get(pk=partner.pk), Says.ASKED, by=market.mei, at=NOW)
    notified = Notice.objects.filter(kind="match_agreed", user=market.rolf).count()
    actions_matches.say(Side.objects.get(pk=partner.pk), Says.YES, by=market.mei, at=NOW)
    assert holds(text_of(market, "rolf", page), LANTERN) and holds(text_of(market, "mei", page), HOSPITAL)
    assert Notice.objects.filter(kind="match_agreed", user=market.rolf).count() == notified + 1
    match.refresh_from_db()
    actions_matches.go_on(match, MatchAct.INTRODUCE, by=market.olga, at=NOW)
    assert "/take_back/" not in text_of(market, "mei", page)
    with pytest.raises(NotNow):
        actions_matches.say(Side.objects.get(pk=partner.pk), Says.ASKED, by=market.mei, at=NOW)


def test_invariant_14_a_no_after_both_agreed_hides_both_names(market: Market) -> None:
    match = agreed(market)
    actions_matches.say(Side.objects.get(match=match, part=Part.OWNER), Says.NO, by=market.rolf, at=NOW)
    match.refresh_from_db()
    assert (match.state, match.reason, match.revealed) == ("none", "owner_declined", None)
    assert not holds(text_of(market, "mei", f"/en/matches/{match.reference}/"), HOSPITAL)
    assert not holds(text_of(market, "rolf", f"/en/matches/{match.reference}/"), LANTERN)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_invariant_14_a_workbook_holds_the_names_that_may_be_seen_and_what_its_figures_mean(
    market: Market, lang: str
) -> None:
    hidden = proposed(market)
    answer = market.client("olga").post(f"/{lang}/matches/export/", {"form": "xlsx", "state": "proposed"})
    sheets = load_workbook(io.BytesIO(answer.content))
    texts = [str(cell) for sheet in sheets for row in sheet.iter_rows(values_only=True) for cell in row]
    assert not any(holds(text, LANTERN) for text in texts) and any(holds(text, HOSPITAL) for text in texts)
    assert hidden.reference in texts and any("state=proposed" in text for text in texts)
    assert len(sheets.sheetnames) == 3 and ("名称" if lang == "zh" else "Names") in texts
    record = ExportRecord.objects.get()
    assert (record.form, record.rows, record.asked["state"]) == ("xlsx", 1, "proposed")
    both = agreed(market)
    second = load_workbook(io.BytesIO(market.client("olga").post("/en/matches/export/", {"form": "xlsx"}).content))
    names_of = {row[0]: row[3:5] for row in second.worksheets[0].iter_rows(values_only=True)}
    assert holds(str(names_of[both.reference]), LANTERN) and not holds(str(names_of[hidden.reference]), LANTERN)


def test_invariant_14_neither_a_reason_nor_a_note_names_the_owner(market: Market) -> None:
    match = proposed(market)
    with pytest.raises(permissions.NamesSomebody):
        actions_matches.go_on(
            match, MatchAct.NONE, by=market.olga, at=NOW, reason=actions_matches.Reason.PRICE, note="北光医院嫌贵"
        )
    with pytest.raises(permissions.NamesSomebody):
        put_down(match.of, DemandAct.WITHDRAW, "Nordlicht  Hospital moved", by=market.rolf, at=NOW)
    # of the partner nothing is said, since a refusal would tell the desk who it is
    actions_matches.go_on(
        match, MatchAct.NONE, by=market.olga, at=NOW, reason=actions_matches.Reason.PRICE, note="Lantern Isle Cloud?"
    )


def test_invariant_14_what_was_shown_stays_shown_though_nothing_came_of_it(market: Market) -> None:
    match = agreed(market)
    actions_matches.go_on(match, MatchAct.NONE, by=market.olga, at=NOW, reason=actions_matches.Reason.PRICE)
    assert holds(text_of(market, "rolf", f"/en/matches/{match.reference}/"), LANTERN)


@pytest.mark.parametrize(
    ("who", "word"), [("rolf", "Lantern"), ("olga", "灯屿"), ("lee", "Lantern"), ("mei", "Nordlicht")]
)
def test_invariant_14_a_search_for_a_name_finds_no_match_that_hides_it(market: Market, who: str, word: str) -> None:
    user = getattr(market, who)
    match = proposed(market)
    assert not MATCHES.found(user, {"words": word}).exists()
    for side in Side.objects.filter(match=match):
        actions_matches.say(side, Says.YES, by=market.rolf if side.part == Part.OWNER else market.mei, at=NOW)
    assert MATCHES.found(user, {"words": word}).get() == match


def test_invariant_14_a_search_finds_ones_own_name_and_what_it_is_about(market: Market) -> None:
    match = proposed(market)
    assert MATCHES.found(market.mei, {"words": "灯屿"}).get() == match
    assert MATCHES.found(market.olga, {"words": "images"}).get() == match


@pytest.mark.parametrize(("who", "word"), [("olga", "Lantern"), ("mei", "Nordlicht")])
def test_invariant_14_a_count_tells_no_name(market: Market, who: str, word: str) -> None:
    proposed(market)
    assert queries.counted(getattr(market, who), {"words": word})[0].count == 0
    assert queries.counted(getattr(market, who), {})[0].count == 1


def test_invariant_14_an_export_holds_no_hidden_name_and_is_written_down(market: Market) -> None:
    hidden = proposed(market)
    text = posted_text(market, "olga", "/en/matches/export/")
    assert hidden.reference in text and holds(text, HOSPITAL) and not holds(text, LANTERN)
    for side in Side.objects.filter(match=hidden):
        actions_matches.say(side, Says.YES, by=market.rolf if side.part == Part.OWNER else market.mei, at=NOW)
    assert holds(posted_text(market, "olga", "/en/matches/export/"), LANTERN)
    assert ExportRecord.objects.filter(kind="docking.Match").count() == 2


def test_more_matches_in_a_file_are_not_more_questions(market: Market) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert list(cells_of(MATCHES, MATCHES.found(market.olga, {}), market.olga, "en"))
        return len(seen)

    proposed(market)
    first = asked()
    for number in range(3):
        company = type(market.mill).objects.create(name_en=f"Firm {number}")
        actions_matches.propose(Pair(market.demand(), company), by=market.olga, at=NOW)
    assert asked() == first


def test_invariant_14_no_notice_holds_a_name(market: Market) -> None:
    match = agreed(market)
    actions_matches.go_on(match, MatchAct.INTRODUCE, by=market.olga, at=NOW)
    assert Notice.objects.count() >= 6
    for notice in Notice.objects.all():
        assert not holds(str(notice.values), HOSPITAL + LANTERN)


def test_invariant_14_the_page_of_notices_holds_no_hidden_name(market: Market) -> None:
    proposed(market)
    assert not holds(text_of(market, "rolf", "/en/notices/"), LANTERN)
    assert not holds(text_of(market, "mei", "/en/notices/"), HOSPITAL)


def test_invariant_14_the_journal_of_a_match_names_nobody(market: Market) -> None:
    proposed(market)
    entries = Entry.objects.filter(kind__in=["docking.Match", "docking.Side", "docking.Offer"])
    for entry in entries:
        assert not {"company", "partner"} & set(entry.after or {})


def test_invariant_14_the_time_line_of_a_company_shows_no_match_that_hides_it(market: Market) -> None:
    from luodi.web.companies.queries import events_of

    match = proposed(market)
    seen = [event for event in events_of(market.olga, market.lantern, NOW.date()) if match.reference in event.en]
    assert seen == []
    own = [event for event in events_of(market.mei, market.lantern, NOW.date()) if match.reference in event.en]
    assert len(own) == 1
    for side in Side.objects.filter(match=match):
        actions_matches.say(side, Says.YES, by=market.rolf if side.part == Part.OWNER else market.mei, at=NOW)
    assert any(match.reference in event.en for event in events_of(market.olga, market.lantern, NOW.date()))


def test_invariant_14_an_investor_stays_hidden_like_anybody(market: Market) -> None:
    match = actions_matches.propose(capital(market), by=market.olga, at=NOW)
    for address in [*places(match), "/en/market/capital/", "/en/market/investors/"]:
        assert not holds(text_of(market, "mei", address), ("磨坊机械", "Mill Works")), address
        assert not holds(text_of(market, "max", address), LANTERN), address


def test_invariant_14_an_owner_hidden_to_visitors_is_hidden_in_every_public_page(market: Market) -> None:
    demand = market.demand()
    for lang in ("zh", "en"):
        for page in ("market/", "market/demands/?words=images", f"market/{demand.reference}/"):
            for who in ("visitor", "sam", "mei", "clara"):
                assert not holds(text_of(market, who, f"/{lang}/{page}"), HOSPITAL), (who, page)
    open_one = market.demand(names_owner=True)
    assert holds(text_of(market, "visitor", f"/zh/market/{open_one.reference}/"), HOSPITAL)


def test_a_search_for_a_hidden_owner_finds_nothing_on_the_market(market: Market) -> None:
    demand = market.demand()
    assert demand.reference not in text_of(market, "visitor", "/en/market/", words="Nordlicht")
    assert demand.reference in text_of(market, "visitor", "/en/market/", words="images")


@pytest.mark.parametrize("who", ["visitor", "sam", "clara", "max"])
def test_who_stands_on_no_side_does_not_learn_that_there_is_a_match(market: Market, who: str) -> None:
    match = proposed(market)
    answer = market.client(who).get(f"/en/matches/{match.reference}/")
    assert answer.status_code == (302 if who == "visitor" else 404)
    assert match.reference not in text_of(market, who, f"/en/market/{match.of.reference}/")


def test_a_list_of_matches_asks_a_fixed_number_of_questions(market: Market, django_assert_max_num_queries: Any) -> None:
    for number in range(6):
        company = type(market.mill).objects.create(name_en=f"Firm {number}")
        actions_matches.propose(Pair(market.demand(), company), by=market.olga, at=NOW)
    client = market.client("olga")
    client.get("/en/matches/")
    with django_assert_max_num_queries(26):
        page = client.get("/en/matches/").content.decode()
    assert len(re.findall("MT-2026-", page)) >= 6


def test_names_are_shown_by_one_function(market: Market) -> None:
    match = proposed(market)
    assert permissions.shown(market.mei, [match])[match.pk].partner == market.lantern
    assert permissions.shown(market.mei, [match])[match.pk].owner is None
    assert permissions.shown(None, [match])[match.pk].parties == {Part.OWNER: None, Part.PARTNER: None}
