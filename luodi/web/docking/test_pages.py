"""The pages of the market: written, screened, offered, agreed to, by forms that lose nothing and act once."""

from typing import Any

import pytest
from django.test import Client

from luodi.casework.matches import MatchState, Part, Says
from luodi.errors import LuodiError
from luodi.web.core.keys import new_key
from luodi.web.docking.actions import matches as actions_matches
from luodi.web.docking.actions.posted import revise
from luodi.web.docking.conftest import NOW, Market
from luodi.web.docking.models import Demand, Match, Side
from luodi.web.docking.queries.pairs import Pair
from luodi.web.docking.test_matches import agreed, proposed

pytestmark = pytest.mark.django_db


def form_of(market: Market, **more: Any) -> dict[str, Any]:
    return {
        "key": new_key(),
        "owner": f"company-{market.hospital.pk}",
        "unit": market.here.pk,
        "kind": "scenario",
        "title_zh": "影像",
        "title_en": "Images",
        "text": "Nine hundred a day.",
        "visibility": "public",
        "wish_technology": ["digital_health"],
        "wish_employees": "20",
        "wish_sector": "I65, I64",
        **more,
    }


def act(client: Client, reference: str, act: str, **given: Any) -> Any:
    what = "matches" if reference.startswith("MT") else "market"
    return client.post(f"/en/{what}/{reference}/{act}/", {"key": new_key(), **given})


def test_a_demand_goes_from_a_form_to_everybody(market: Market) -> None:
    made = market.client("rolf").post("/en/market/demands/new/", form_of(market))
    assert made.status_code == 302
    demand = Demand.objects.get()
    assert demand.wishes == [
        {"ask": "technology", "value": ["digital_health"]},
        {"ask": "sector", "value": ["I65", "I64"]},
        {"ask": "employees", "value": "20"},
    ]
    assert market.client("visitor").get(f"/en/market/{demand.reference}/").status_code == 404
    act(market.client("ben"), demand.reference, "screen")
    act(market.client("olga"), demand.reference, "publish")
    page = market.client("visitor").get(f"/en/market/{demand.reference}/").content.decode()
    assert "Nine hundred a day." in page and "Employees at least 20" in page


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_place_of_a_demand_is_chosen_by_name_and_no_other_is_taken(market: Market, lang: str) -> None:
    client, address = market.client("rolf"), f"/{lang}/market/demands/new/"
    name = "北京市" if lang == "zh" else "Beijing municipality"
    assert f'<option value="{name}">' in client.get(address).text
    refused = client.post(address, form_of(market, place="Atlantis"))
    assert refused.status_code == 422 and 'value="Atlantis"' in refused.text and "Nine hundred" in refused.text
    assert client.post(address, form_of(market, place=name)).status_code == 302
    demand = Demand.objects.get()
    assert demand.place == "BJ" and name in client.get(f"/{lang}/market/{demand.reference}/").text
    for fields in ({"place": "Atlantis"}, {"converted_currency": "XYZ"}):
        with pytest.raises(LuodiError):
            revise(demand, fields, by=market.rolf, at=NOW)


def test_a_company_finds_what_it_posted_and_nobody_elses(market: Market) -> None:
    demand = market.demand()
    assert demand.reference in market.client("rolf").get("/en/matches/").content.decode()
    assert demand.reference not in market.client("mei").get("/en/matches/").content.decode()


def test_the_same_form_twice_makes_one_demand(market: Market) -> None:
    form = form_of(market)
    answers = [market.client("rolf").post("/en/market/demands/new/", form) for _ in range(2)]
    assert answers[0]["location"] == answers[1]["location"]
    assert Demand.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title_en": ""}, "title_en"),
        ({"wish_employees": "many"}, None),
        ({"clause": "employees >"}, None),
        ({"text": "We at Nordlicht Hospital"}, "text"),
        ({"amount": "5"}, "currency"),
        ({"until": "tomorrow"}, "until"),
        ({"wish_size": ["huge"]}, "wish_size"),
    ],
)
def test_what_is_wrong_is_said_where_it_is_and_nothing_typed_is_lost(
    market: Market, wrong: dict[str, Any], field: str | None
) -> None:
    answer = market.client("rolf").post("/en/market/demands/new/", form_of(market, **wrong))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'role="alert"' in page and ("Nine hundred" in page or "Nordlicht" in page)
    assert field is None or f'href="#id_{field}' in page
    assert not Demand.objects.exists()


def test_a_form_for_a_company_of_others_is_refused(market: Market) -> None:
    answer = market.client("mei").post("/en/market/demands/new/", form_of(market))
    assert answer.status_code == 422
    assert not Demand.objects.exists()


def test_a_draft_is_changed_and_a_stale_form_is_told(market: Market) -> None:
    client = market.client("rolf")
    client.post("/en/market/demands/new/", form_of(market))
    demand = Demand.objects.get()
    shown = client.get(f"/en/market/{demand.reference}/edit/").content.decode()
    assert 'value="I65, I64"' in shown
    form = form_of(market, version=1, text="A thousand.")
    assert client.post(f"/en/market/{demand.reference}/edit/", form).status_code == 302
    stale = client.post(f"/en/market/{demand.reference}/edit/", form_of(market, version=1, text="Late words."))
    assert stale.status_code == 409
    assert "Late words." in stale.content.decode() and 'name="version" value="2"' in stale.content.decode()
    demand.refresh_from_db()
    assert demand.text == "A thousand."


def test_an_offer_is_made_on_the_page_and_one_sees_where_it_stands(market: Market) -> None:
    demand, client = market.demand(), market.client("mei")
    page = client.get(f"/en/market/{demand.reference}/").content.decode()
    assert "Make an offer" in page and "How Lantern Isle Cloud fits" in page
    refused = act(client, demand.reference, "offer", company=market.lantern.pk, text="We read at night.")
    assert refused.status_code == 422  # without the tick
    sent = act(client, demand.reference, "offer", company=market.lantern.pk, text="We read at night.", agree="on")
    match = Match.objects.get()
    assert sent["location"].endswith(f"/matches/{match.reference}/")
    assert "We read at night." in market.client("rolf").get(f"/en/matches/{match.reference}/").content.decode()


def test_an_offer_sent_twice_is_one(market: Market) -> None:
    demand, client, key = market.demand(), market.client("mei"), new_key()
    given = {"key": key, "company": market.lantern.pk, "text": "We read at night.", "agree": "on"}
    for _ in range(2):
        assert client.post(f"/en/market/{demand.reference}/offer/", given).status_code == 302
    assert Match.objects.count() == 1


@pytest.mark.parametrize("who", ["visitor", "sam", "clara", "lee", "max"])
def test_who_may_not_act_on_a_demand_finds_no_act(market: Market, who: str) -> None:
    demand, client = market.demand(), market.client(who)
    for name in ("screen", "publish", "close", "withdraw", "seek", "propose"):
        answer = act(client, demand.reference, name, reason="x", partner="Lantern Isle Cloud")
        assert answer.status_code in (302, 404), name
        assert answer.status_code == 404 or "login" in answer["location"]
    demand.refresh_from_db()
    assert demand.state == "published" and not Match.objects.exists()


def test_an_officer_proposes_a_company_by_its_name(market: Market) -> None:
    demand = market.demand()
    assert act(market.client("olga"), demand.reference, "propose", partner="Nobody at all").status_code == 422
    assert act(market.client("olga"), demand.reference, "propose", partner="lantern isle cloud").status_code == 302
    assert Side.objects.get(part=Part.PARTNER).company == market.lantern


def test_sides_agree_on_the_page_of_the_match(market: Market) -> None:
    match = proposed(market)
    for who in ("rolf", "mei"):
        assert act(market.client(who), match.reference, "consent", says="yes", version=1).status_code == 302
    match.refresh_from_db()
    assert match.state == MatchState.CONSENTED
    assert act(market.client("olga"), match.reference, "introduce", version=match.version).status_code == 302


def test_a_stale_consent_is_told_what_came_first(market: Market) -> None:
    match = proposed(market)
    side = Side.objects.get(match=match, part=Part.OWNER)
    actions_matches.say(side, Says.YES, by=market.rolf, at=NOW)
    answer = act(market.client("rolf"), match.reference, "consent", says="no", version=1)
    assert answer.status_code == 409
    assert Match.objects.get().state == MatchState.PROPOSED


def test_an_act_out_of_its_time_is_refused_on_the_page(market: Market) -> None:
    match = proposed(market)
    answer = act(market.client("olga"), match.reference, "introduce", version=match.version)
    assert answer.status_code == 422
    assert "Nobody can introduce a match that is proposed." in answer.content.decode()


def test_a_company_does_not_do_what_an_officer_does(market: Market) -> None:
    match = agreed(market)
    assert act(market.client("mei"), match.reference, "introduce", version=match.version).status_code == 403


def test_an_export_is_no_formula(market: Market) -> None:
    market.demand(title_en="=HYPERLINK(1)")
    actions_matches.propose(Pair(Demand.objects.get(), market.lantern), by=market.olga, at=NOW)
    answer = market.client("olga").post("/en/matches/export/")
    assert ",'=HYPERLINK(1)," in b"".join(answer.streaming_content).decode()


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("what", ["demands", "capital", "investors", "parks"])
def test_every_kind_has_its_list_its_desk_and_its_form_in_both_languages(market: Market, what: str, lang: str) -> None:
    assert market.client("visitor").get(f"/{lang}/market/{what}/").status_code == 200
    assert market.client("olga").get(f"/{lang}/desk/market/{what}/?state=draft").status_code == 200
    assert market.client("rolf").get(f"/{lang}/market/{what}/new/").status_code == 200


def test_what_is_shown_to_matched_companies_alone_is_not_on_the_market(market: Market) -> None:
    demand = market.demand(visibility="matched")
    for who in ("visitor", "max", "mei"):
        assert market.client(who).get(f"/en/market/{demand.reference}/").status_code == 404
        assert demand.reference not in market.client(who).get("/en/market/").content.decode()
    proposed(market, demand)
    assert market.client("mei").get(f"/en/market/{demand.reference}/").status_code == 200
    assert market.client("max").get(f"/en/market/{demand.reference}/").status_code == 404


def test_a_long_list_leads_to_its_next_page_with_what_was_asked(market: Market) -> None:
    for number in range(26):
        market.demand(title_en=f"Number {number}")
    first = market.client("visitor").get("/en/market/?words=number&kind=scenario&state=x").text
    assert first.count('<p class="kicker">') == 25
    assert 'href="?words=number&amp;kind=scenario&amp;page=2" rel="next"' in first.replace("&amp;amp;", "&amp;")
    second = market.client("visitor").get("/en/market/?words=number&kind=scenario&page=2").text
    assert second.count('<p class="kicker">') == 1 and 'rel="next"' not in second
