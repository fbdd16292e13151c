"""What the market shows in others' pages, capabilities with their proofs, and the forms of pilots and meetings."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from luodi.casework import demands, matches, meetings, pilots
from luodi.casework.matches import MatchAct, Part, Says
from luodi.casework.states import NotNow
from luodi.errors import MissingKey, UnknownValue
from luodi.message import messages
from luodi.web.core.errors import NotPermitted
from luodi.web.docking.actions import capabilities as actions_capabilities
from luodi.web.docking.actions import matches as actions_matches
from luodi.web.docking.actions import outcomes as actions_outcomes
from luodi.web.docking.actions import posted as actions
from luodi.web.docking.agenda import day_rows, new_rows
from luodi.web.docking.conftest import NOW, TODAY, Market
from luodi.web.docking.models import Capability, Demand, DemonstrationProject, Meeting, Pairing, Pilot, Side
from luodi.web.docking.permissions import NamesSomebody
from luodi.web.docking.receivers import facts, panels
from luodi.web.docking.test_matches import agreed, proposed
from luodi.web.docking.test_pages import act

pytestmark = pytest.mark.django_db
ABLE = {"title": "Night reading", "text": "Ten minutes a case.", "proof": "report", "proof_text": "No 7 of 2025"}


def rows(user: Any, day: int = 0) -> list[str]:
    return [row.act["en"] for part in (day_rows, new_rows) for row in part(user, TODAY + timedelta(days=day), 20)]


# ---- my day, the case


def test_my_day_shows_whom_a_consent_waits_for_and_turns_overdue(market: Market) -> None:
    match = proposed(market)
    assert [row.band for row in day_rows(market.mei, TODAY, 20)] == ["waiting"]
    assert [row.band for row in day_rows(market.mei, TODAY + timedelta(days=5), 20)] == ["due"]
    assert [row.band for row in day_rows(market.mei, TODAY + timedelta(days=10), 20)] == ["overdue"]
    assert day_rows(market.mei, TODAY, 20)[0].address.endswith(f"/matches/{match.reference}/")
    assert rows(market.max) == rows(market.clara) == []


def test_my_day_shows_questions_and_drafts_of_colleagues(market: Market) -> None:
    match = agreed(market)
    actions_matches.go_on(match, MatchAct.INTRODUCE, by=market.olga, at=NOW)
    actions_outcomes.ask_due(NOW + timedelta(days=30))
    assert rows(market.mei, 31) == ["Say what came of it"]
    fields = {"kind": "space", "title_zh": "场地", "title_en": "Space", "text": "A hall."}
    actions.post(Demand, market.here, fields, by=market.olga, at=NOW)
    assert rows(market.ben) == ["Read it and screen it"]
    assert rows(market.olga) == rows(market.clara) == []


def test_my_day_asks_a_fixed_number_of_questions(market: Market, django_assert_max_num_queries: Any) -> None:
    for _ in range(5):
        proposed(market)
    with django_assert_max_num_queries(4):
        assert len(day_rows(market.mei, TODAY, 20)) == 5


def test_a_case_shows_matches_of_its_company_once_names_are(market: Market) -> None:
    from types import SimpleNamespace

    case = SimpleNamespace(company=market.lantern)
    proposed(market)
    assert panels(None, user=market.olga, case=case, on=TODAY) == []
    agreed(market)
    [panel] = panels(None, user=market.olga, case=case, on=TODAY)
    assert len(panel.context["matches"]) == 1
    assert dict(facts(None, case=case, on=TODAY)) == {"has_introduction": False, "has_deal": False}


# ---- capabilities


def test_a_capability_is_entered_by_its_company_with_a_proof(market: Market) -> None:
    made = actions_capabilities.add_capability(market.lantern, ABLE, by=market.mei, at=NOW)
    for who in (market.max, market.sam):
        with pytest.raises(NotPermitted):
            actions_capabilities.add_capability(market.lantern, ABLE, by=who, at=NOW)
    with pytest.raises(MissingKey):
        actions_capabilities.add_capability(market.lantern, {**ABLE, "proof_text": " "}, by=market.mei, at=NOW)
    with pytest.raises(NamesSomebody):
        actions_capabilities.add_capability(market.lantern, {**ABLE, "text": "灯屿云阅片"}, by=market.mei, at=NOW)
    with pytest.raises(NotPermitted):
        actions_capabilities.check_proof(made, by=market.mei, at=NOW)
    assert actions_capabilities.check_proof(made, by=market.olga, at=NOW).checked == TODAY
    with pytest.raises(NotNow):
        actions_capabilities.check_proof(made, by=market.ben, at=NOW)


def test_invariant_14_an_offer_leans_on_a_capability_of_the_same_company_and_shows_it_with_the_name(
    market: Market,
) -> None:
    able = actions_capabilities.add_capability(market.lantern, ABLE, by=market.mei, at=NOW)
    foreign = actions_capabilities.add_capability(market.mill, ABLE, by=market.max, at=NOW)
    demand = market.demand()
    with pytest.raises(UnknownValue):
        actions_matches.offer(demand, market.lantern, "We read.", by=market.mei, at=NOW, capability=foreign)
    match = actions_matches.offer(demand, market.lantern, "We read.", by=market.mei, at=NOW, capability=able)
    page = market.client("rolf").get(f"/en/matches/{match.reference}/").content.decode()
    assert "test report" in page
    assert "Night reading" not in page and "No 7 of 2025" not in page  # by either the company would be found
    side = Side.objects.get(match=match, part=Part.OWNER)
    actions_matches.say(side, Says.YES, by=market.rolf, at=NOW)
    page = market.client("rolf").get(f"/en/matches/{match.reference}/").content.decode()
    assert "Night reading" in page and "No 7 of 2025" in page


def test_capabilities_have_a_page_to_enter_and_to_check(market: Market) -> None:
    given = {"key": "k" * 20, "company": market.lantern.pk, "technology": "digital_health", **ABLE}
    assert market.client("mei").post("/en/market/capabilities/", given).status_code == 302
    able = Capability.objects.get()
    assert "Night reading" in market.client("olga").get("/zh/market/capabilities/").content.decode()
    assert market.client("max").get("/en/market/capabilities/").content.decode().count("Night reading") == 0
    sent = {"key": "c" * 20, "version": 1}
    assert market.client("mei").post(f"/en/market/capabilities/{able.pk}/check/", sent).status_code == 403
    assert market.client("olga").post(f"/en/market/capabilities/{able.pk}/check/", sent).status_code == 302


# ---- pilots and meetings by their forms


def test_a_pilot_is_planned_run_judged_and_shown_on_the_page_of_its_match(market: Market) -> None:
    match, olga = agreed(market), market.client("olga")
    act(olga, match.reference, "introduce")
    plan = {"site": "Ward 3", "starts": "2026-03-10", "ends": "2026-06-30"}
    refused = act(olga, match.reference, "pilot_plan", tests="Speed", **plan)
    assert refused.status_code == 422 and "Ward 3" in refused.content.decode()
    assert act(olga, match.reference, "pilot_plan", tests="Speed | 3 minutes", **plan).status_code == 302
    assert act(olga, match.reference, "pilot_start").status_code == 302
    test = Pilot.objects.get().tests.get()
    result = {"test": f"{test.pk}-{test.version}", "measured": "2.4", "passed": "yes", "proof": "report 7"}
    assert f'value="{result["test"]}"' in market.client("mei").get(f"/en/matches/{match.reference}/").text
    assert act(market.client("max"), match.reference, "pilot_result", **result).status_code == 404
    assert act(market.client("mei"), match.reference, "pilot_result", **result).status_code == 302
    rolf = market.client("rolf")
    stale = act(rolf, match.reference, "pilot_result", **{**result, "measured": "9.9"})
    assert stale.status_code == 409 and "9.9" in stale.text and f'value="{test.pk}-{test.version + 1}"' in stale.text
    test.refresh_from_db()
    assert test.measured == "2.4"  # what one side reported is not replaced by another who had not seen it
    agrees = {"test": f"{test.pk}-{test.version}", "says": "agree"}
    assert act(rolf, match.reference, "pilot_answer", **agrees).status_code == 302
    assert act(olga, match.reference, "pilot_judge").status_code == 302
    texts = {"title_zh": "阅片", "title_en": "Reading", "text_zh": "阅片", "text_en": "Reading", "place": "Ward 3"}
    assert act(olga, match.reference, "pilot_show", since="2026-07-01", shown="on", **texts).status_code == 302
    project = DemonstrationProject.objects.get()
    more = {"key": "r" * 20, "row": project.pk, "place": "Chengdu", "since": "2026-09-01", "source": "a newspaper"}
    assert olga.post("/en/projects/repeat/", more).status_code == 302
    assert "Chengdu" in market.client("visitor").get("/en/projects/").content.decode()


def test_a_meeting_is_arranged_announced_and_its_results_noted_on_its_page(market: Market) -> None:
    match, olga = agreed(market), market.client("olga")
    given = {
        "key": "m" * 20,
        "unit": market.here.pk,
        "title_zh": "对接会",
        "title_en": "Meeting",
        "day": "2026-04-01",
        "place": "Hall 2",
    }
    assert olga.post("/en/meetings/new/", given).status_code == 302
    address = f"/en/meetings/{Meeting.objects.get().reference}"

    def sent(name: str, **more: Any) -> int:
        from luodi.web.core.keys import new_key

        status: int = olga.post(f"{address}/{name}/", {"key": new_key(), **more}).status_code
        return status

    hours = {"title_zh": "上午", "title_en": "Morning", "room": "A"}
    assert sent("add_session", starts="10:00", ends="09:00", **hours) == 422
    assert sent("add_session", starts="09:00", ends="10:00", **hours) == 302
    session = Meeting.objects.get().sessions.get().pk
    assert sent("pair", session=session, match="MT-2026-9999") == 422
    assert sent("pair", session=session, match=match.reference) == 302
    assert (sent("announce"), sent("hold")) == (302, 302)
    pairing = Pairing.objects.get().pk
    assert sent("step", pairing=pairing, goal="intent", amount="5", currency="CNY", amount_as_of="2026-04-01") == 422
    assert sent("step", pairing=pairing, goal="met") == 302
    assert sent("step", pairing=pairing, goal="intent", amount="5", currency="CNY", amount_as_of="2026-04-01") == 302
    page = olga.get(f"{address}/").content.decode()
    assert "CNY 5" in page and "Nordlicht" in page
    assert market.client("clara").post(f"{address}/cancel/", {"key": "x" * 20}).status_code == 404


def test_names_of_sides_are_those_of_the_part(market: Market) -> None:
    assert {one.part for one in proposed(market).sides.all()} == set(Part)


def test_what_is_refused_is_said_in_the_language_of_the_page() -> None:
    """Every refusal of the app and of its states has words in both languages."""
    states = (Path(one.__file__) for one in (demands, matches, meetings, pilots))
    files = [*Path(actions.__file__).parent.glob("*.py"), *states]
    raised = re.compile(r'(?:NotNow|OutOfRange|UnknownValue)\(\s*"([^"]+)"')
    found = {text for file in files if "test_" not in file.name for text in raised.findall(file.read_text("utf-8"))}
    assert len(found) > 25
    for reason in found:
        area, _, key = reason.partition(".")
        words = messages(area)[key]
        assert re.search("[\u4e00-\u9fff]", words["zh"]) and not re.search("[\u4e00-\u9fff]", words["en"])


def test_a_page_in_chinese_refuses_in_chinese(market: Market) -> None:
    match = proposed(market)
    sent = {"key": "k" * 20, "version": "1", "note": ""}
    answer = market.client("olga").post(f"/zh/matches/{match.reference}/introduce/", sent)
    assert (
        answer.status_code == 422
        and "对接处于“已提出”状态，不能引荐。" in answer.text
        and "nobody can" not in answer.text
    )
