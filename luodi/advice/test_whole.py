"""Several services of one company: one shareholding for all, a place to take, and never one stamp that hides a yes."""

from datetime import date

from luodi.access import access_book, what_is_open
from luodi.advice.landing_plan.answers import MIXED
from luodi.advice.plan import advise
from luodi.profiles.profile import parse_profile
from luodi.rules.library import company_vocabulary

DAY = date(2026, 12, 1)


def plan(*plans, country="DE"):
    rows = [{"service": s, "place": p, "share": share} for s, p, share in plans]
    return advise(parse_profile({"investor": {"country": country}, "plans": rows}, company_vocabulary()), on=DAY)


def test_of_two_places_the_one_that_opens_all_is_taken():
    rows = [(s, p, "100") for s in ("B25-APP", "B21-EC") for p in ("BJ-ZGC-HD", "CN")]
    found = plan(*rows)
    assert found.whole.take == "BJ-ZGC-HD" and found.verdict == "allowed"
    assert found.whole.says.en.startswith("Choose Haidian")
    there = next(c for c in found.whole.columns if c.place == "CN")
    assert (there.one_company, there.apart) == (50, ["B25-APP"])


def test_the_share_of_one_company_is_never_above_what_it_may_hold():
    rows = [{"service": "B24", "place": "BJ", "share": "100"}, {"service": "B11", "place": "CN", "share": "50"}]
    profile = {"investor": {"country": "HK", "cepa_qualified": True}, "plans": rows}
    found = advise(parse_profile(profile, company_vocabulary()), on=DAY)
    there = next(c for c in found.whole.columns if c.place == "CN")
    assert there.one_company == 50 and there.says.en == "One company, at most 50 %"


def test_a_yes_is_never_hidden_behind_the_no_of_another_service():
    found = plan(("C-GAME", "BJ", "100"), ("B21-EC", "BJ", "100"))
    assert found.verdict == MIXED and found.page_one.answer.stamp is None
    assert found.whole.columns[0].open == ["B21-EC"] and found.whole.columns[0].shut == ["C-GAME"]
    assert {cell.answer for cell in found.whole.cells} == {"allowed", "not_allowed"}
    assert found.steps and found.routes
    assert found.whole.says.en == "Operating e-commerce: yes; online games: no, at any share."


def test_the_lower_share_at_which_one_company_does_all_is_asked_of_the_engine():
    found = plan(("B25", "BJ", "100"), ("B24", "BJ", "100"))
    column = found.whole.columns[0]
    assert column.one_company == 50 and column.apart == ["B25"]
    for question in (row.question for row in found.access):
        from luodi.access import AccessQuestion

        asked = AccessQuestion.parse({**question, "share": 50}, access_book())
        assert what_is_open(asked, access_book(), on=DAY).is_open


def test_one_service_at_one_place_is_no_table():
    assert plan(("B24", "BJ", "100")).whole is None


def test_a_share_that_is_not_given_leaves_the_whole_undecided():
    assert plan(("B24", "BJ", None), ("B25", "BJ", None)).whole is None
