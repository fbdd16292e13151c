"""Statements of BODS 0.2 and 0.3 say what the same ones in 0.4 say."""

import json
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from luodi.ownership.bods import stakes_from_bods
from luodi.ownership.bods_older import in_words_of_0_4
from luodi.ownership.reading import read_stakes

JUNE = date(2026, 6, 1)


def entity(key: str, name: str, code: str = "CN", **more: Any) -> dict[str, Any]:
    return {
        "statementID": key,
        "statementType": "entityStatement",
        "statementDate": "2020-01-01",
        "entityType": "registeredEntity",
        "name": name,
        "incorporatedInJurisdiction": {"name": code, "code": code},
        **more,
    }


def held(key: str, company: str, party: dict[str, Any], *interests: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "statementID": key,
        "statementType": "ownershipOrControlStatement",
        "statementDate": "2020-01-01",
        "subject": {"describedByEntityStatement": company},
        "interestedParty": party,
        "interests": list(interests),
        **more,
    }


def share(**given: Any) -> dict[str, Any]:
    return {"type": "shareholding", "interestLevel": "direct", "share": given}


MILL, NORD = entity("mill-1", "Mill"), entity("nord-1", "Nordlicht", "DE")
BY_NORD = {"describedByEntityStatement": "nord-1"}


def test_an_older_statement_is_a_stake_with_its_share() -> None:
    found = stakes_from_bods([MILL, NORD, held("link", "mill-1", BY_NORD, share(exact=51))], "x")
    [stake] = found.stakes
    assert (stake.owner, stake.company, stake.share.low) == ("nord-1", "mill-1", Fraction(51, 100))
    assert (found.nodes["nord-1"].name, found.nodes["nord-1"].country) == ("Nordlicht", "DE")


def test_a_statement_that_replaces_another_is_about_the_same_record() -> None:
    later = {"statementDate": "2025-01-01", "replacesStatements": ["link"]}
    renamed = entity("mill-2", "Mill Works", statementDate="2025-01-01", replacesStatements=["mill-1"])
    statements = [
        MILL,
        renamed,
        NORD,
        held("link", "mill-1", BY_NORD, share(exact=51)),
        held("link-2", "mill-2", BY_NORD, share(exact=49), **later),
    ]
    found = stakes_from_bods(statements, "x")
    assert found.nodes["mill-1"].name == "Mill Works" and "mill-2" not in found.nodes
    assert [one.low for one in (row[0] for row in found.on(JUNE).capital.values())] == [Fraction(49, 100)]
    assert [one.low for one in (row[0] for row in found.on(date(2021, 1, 1)).capital.values())] == [Fraction(51, 100)]


def test_an_end_that_does_not_belong_to_a_band_is_one_that_does_not() -> None:
    band = share(minimum=25, maximum=50, exclusiveMinimum=True, exclusiveMaximum=False)
    [stake] = stakes_from_bods([MILL, NORD, held("link", "mill-1", BY_NORD, band)], "x").stakes
    assert (stake.share.over, stake.share.under, stake.share.text) == (True, False, ">25..50 %")


@pytest.mark.parametrize("reason", ["no-beneficial-owners", "unknown"])
def test_an_owner_that_is_not_named_is_of_unknown_kind(reason: str) -> None:
    party = {"unspecified": {"reason": reason}}
    found = stakes_from_bods([MILL, held("link", "mill-1", party, share(minimum=25, maximum=50))], "x")
    [stake] = found.stakes
    assert found.nodes[stake.owner].kind.value == "unknown" and found.nodes[stake.owner].name == reason


def test_kinds_of_control_have_their_later_names() -> None:
    kinds = ["voting-rights", "appointment-of-board", "influence-or-control", "trustee-of-trust", "votingRights"]
    [row] = in_words_of_0_4([held("link", "mill-1", BY_NORD, *({"type": kind} for kind in kinds))])
    assert [one["type"] for one in row["recordDetails"]["interests"]] == [
        "votingRights",
        "appointmentOfBoard",
        "otherInfluenceOrControl",
        "trustee",
        "votingRights",
    ]


def test_statements_of_0_4_and_what_is_none_stay_as_they_are() -> None:
    rows = [{"recordId": "a", "statementType": "x"}, 3, {"statementType": "entityStatement"}]
    assert in_words_of_0_4(rows) is rows


@pytest.mark.parametrize("name", ["register.jsonl", "register.json"])
def test_a_register_may_have_a_statement_a_line(tmp_path: Path, name: str) -> None:
    statements = [MILL, NORD, held("link", "mill-1", BY_NORD, share(exact=51))]
    (tmp_path / name).write_text("\n".join(map(json.dumps, statements)) + "\n\n")
    assert [one.company for one in read_stakes(tmp_path / name).stakes] == ["mill-1"]
