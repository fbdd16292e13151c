"""The market for programs: what anybody may read, and matches without names until both sides agree."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from luodi.web.api.actions import add_key
from luodi.web.docking.conftest import Market
from luodi.web.docking.models import Match
from luodi.web.docking.test_matches import proposed

pytestmark = pytest.mark.django_db


def asked(user: Any, path: str, body: dict[str, Any] | None = None, scopes: tuple[str, ...] = ("match",)) -> Any:
    _, secret = add_key("k", scopes, 600, owner=user, by=user, at=timezone.now())
    headers = {"authorization": f"Bearer {secret}"}
    if body is None:
        return Client().get(f"/api/v1/{path}", headers=headers)
    return Client().post(f"/api/v1/{path}", body, content_type="application/json", headers=headers)


def test_anybody_reads_demands_without_their_hidden_owner(market: Market) -> None:
    hidden, named = market.demand(), market.demand(names_owner=True)
    rows = {row["reference"]: row for row in Client().get("/api/v1/demands").json()["demands"]}
    assert rows[hidden.reference]["owner"] is None
    assert rows[named.reference]["owner"] == {"name": {"zh": "北光医院", "en": "Nordlicht Hospital"}}
    one = Client().get(f"/api/v1/demands/{hidden.reference}").json()
    assert len(one["wishes"]["en"]) == 2 and "北光" not in str(one)


@pytest.mark.parametrize("query", ["kind=purchase", "words=Nordlicht"])
def test_demands_are_narrowed_and_a_hidden_owner_finds_nothing(market: Market, query: str) -> None:
    market.demand()
    assert Client().get(f"/api/v1/demands?{query}").json()["demands"] == []


def test_a_kind_that_is_none_is_refused(market: Market) -> None:
    assert Client().get("/api/v1/demands?kind=wish").status_code == 422


def test_invariant_14_a_program_reads_no_name_before_both_agree(market: Market) -> None:
    match = proposed(market)
    for path in ("matches", f"matches/{match.reference}"):
        assert "北光" not in asked(market.mei, path).text
        assert "灯屿" not in asked(market.rolf, path).text
        assert "灯屿" not in asked(market.olga, path).text
    assert asked(market.rolf, f"matches/{match.reference}/consent", {"says": "yes"}).json()["partner"] is None
    both = asked(market.mei, f"matches/{match.reference}/consent", {"says": "yes"}).json()
    assert (both["state"], both["owner"]["name"]["zh"]) == ("consented", "北光医院")
    assert asked(market.olga, "matches?words=灯屿").json()["matches"][0]["partner"]["name"]["zh"] == "灯屿云"


def test_invariant_14_a_search_of_a_program_finds_no_hidden_name(market: Market) -> None:
    proposed(market)
    assert asked(market.olga, "matches?words=灯屿").json()["matches"] == []
    assert asked(market.mei, "matches?words=Nordlicht").json()["matches"] == []


def test_clara_reaches_no_match(market: Market) -> None:
    match = proposed(market)
    assert asked(market.clara, f"matches/{match.reference}").status_code == 404
    assert asked(market.clara, f"matches/{match.reference}/consent", {"says": "yes"}).status_code == 404
    assert asked(market.clara, "matches").json()["matches"] == []
    assert Client().get("/api/v1/matches").status_code == 401


def test_an_officer_of_the_desk_agrees_for_nobody(market: Market) -> None:
    match = proposed(market)
    assert asked(market.olga, f"matches/{match.reference}/consent", {"says": "yes"}).status_code == 404
    assert Match.objects.get().state == "proposed"


def test_a_side_that_answered_is_told_that_it_is_too_late(market: Market) -> None:
    match = proposed(market)
    asked(market.mei, f"matches/{match.reference}/consent", {"says": "no"})
    assert asked(market.rolf, f"matches/{match.reference}/consent", {"says": "yes"}).status_code == 409


def test_a_yes_is_taken_back_by_program_until_the_introduction(market: Market) -> None:
    match = proposed(market)
    address = f"matches/{match.reference}/consent"
    assert asked(market.mei, address, {"says": "asked"}).status_code == 409  # there is none yet
    asked(market.rolf, address, {"says": "yes"})
    assert asked(market.mei, address, {"says": "yes"}).json()["owner"]["name"]["zh"] == "北光医院"
    back = asked(market.mei, address, {"says": "asked"}).json()
    assert (back["state"], back["owner"], back["says"]) == ("proposed", None, {"owner": "yes", "partner": "asked"})
    assert asked(market.mei, address, {"says": "maybe"}).status_code == 422
