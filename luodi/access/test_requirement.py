"""What the law asks of the company: the day picks the edition."""

from datetime import date, timedelta

import pytest

from luodi.access import AccessQuestion, access_book, requirement, requirement_names, what_is_open
from luodi.access.resolve import as_json
from luodi.errors import UnknownValue

BOOK = access_book()


@pytest.mark.parametrize(
    ("name", "day", "answer", "value", "instrument"),
    [
        ("cap-basic-national", "2008-09-09", "required", 2_000_000_000, "fite-2001"),
        ("cap-basic-national", "2008-09-10", "required", 1_000_000_000, "fite-2008"),
        ("cap-basic-province", "2026-11-24", "required", 100_000_000, "fite-2022"),
        ("cap-vats-national", "2008-09-10", "required", 10_000_000, "fite-2008"),
        ("cap-vats-province", "2022-05-01", "required", 1_000_000, "fite-2022"),
        ("cap-vats-national", "2016-02-05", "required", 10_000_000, "fite-2008"),
        ("cap-vats-national", "2016-02-06", "required", 10_000_000, "fite-2016"),
        ("track-vats", "2008-09-09", "required", True, "fite-2001"),
        ("track-vats", "2008-09-10", "required", True, "fite-2008"),
        ("track-vats", "2022-04-30", "required", True, "fite-2016"),
        ("track-vats", "2022-05-01", "not_required", False, "fite-2022"),
        ("track-basic", "2022-04-30", "required", True, "fite-2016"),
        ("track-basic", "2022-05-01", "required", True, "fite-2022"),
        ("jv-form", "2022-04-30", "required", True, "fite-2016"),
        ("jv-form", "2022-05-01", "not_required", False, "fite-2022"),
        ("opinion", "2020-10-14", "required", True, "fite-2016"),
        ("opinion", "2020-10-15", "not_required", False, "miit-2020-248"),
        ("opinion", "2021-07-01", "not_required", False, "miit-2021-zzfl"),
        ("opinion", "2022-05-01", "not_required", False, "fite-2022"),
        ("cross-border", "2002-01-01", "required", True, "fite-2001"),
        ("cross-border", "2022-04-30", "required", True, "fite-2016"),
        ("cross-border", "2022-05-01", "required", True, "fite-2022"),
    ],
)
def test_the_edition_of_the_day_decides(name, day, answer, value, instrument):
    document = requirement(name, BOOK, on=date.fromisoformat(day))
    assert (document["answer"], document["value"]) == (answer, value)
    assert instrument in [entry["instrument"] for entry in document["basis"]]


def test_good_record_and_experience_fell_away_and_the_licence_at_home_stayed():
    before, after = (requirement("track-basic", BOOK, on=date(2022, *day)) for day in ((4, 30), (5, 1)))
    assert "良好业绩" in before["says"]["zh"] and "许可" in before["says"]["zh"]
    assert after["says"]["en"] == "basic telecom licence at home"
    assert (after["rule"], after["confidence"]) == ("track-basic-licence", "medium")


def test_the_opinion_ended_in_three_steps_and_each_is_cited_from_its_day():
    cited = {
        day: [c["instrument"] for c in requirement("opinion", BOOK, on=date.fromisoformat(day))["basis"]]
        for day in ("2021-06-30", "2022-04-30", "2022-05-01")
    }
    assert cited == {
        "2021-06-30": ["miit-2020-248"],
        "2022-04-30": ["miit-2020-248", "miit-2021-zzfl"],
        "2022-05-01": ["miit-2020-248", "miit-2021-zzfl", "fite-2022"],
    }


@pytest.mark.parametrize("name", requirement_names())
def test_on_no_day_is_a_text_cited_that_is_not_in_force(name):
    changes = {first for one in BOOK.instruments.values() for first in (one.span.first, one.span.end) if first}
    for day in sorted(near for change in changes for near in (change - timedelta(days=1), change)):
        for entry in requirement(name, BOOK, on=day)["basis"]:
            assert day in BOOK.instruments[entry["instrument"]].span, (day, entry)


def test_a_day_after_the_book_is_answered_as_known_on_its_own_day():
    assert BOOK.as_of == date(2026, 12, 1)
    on_it, after = (requirement("opinion", BOOK, on=day) for day in (BOOK.as_of, BOOK.as_of + timedelta(days=1)))
    assert "as_known_on" not in on_it
    assert after["as_known_on"] == "2026-12-01"


def test_before_the_first_edition_the_book_is_silent_and_says_from_when():
    document = requirement("cap-vats-national", BOOK, on=date(2008, 9, 9))
    assert (document["answer"], document["value"], document["speaks_from"]) == ("silent", None, "2008-09-10")


@pytest.mark.parametrize("name", requirement_names())
def test_no_requirement_decides_without_its_citation(name):
    for day in (date(2005, 1, 1), date(2015, 6, 1), date(2021, 1, 1), date(2026, 11, 24)):
        document = requirement(name, BOOK, on=day)
        assert document["answer"] == "silent" or document["basis"]


def test_a_misspelt_name_gets_the_nearest():
    with pytest.raises(UnknownValue, match="cap-vats-national"):
        requirement("cap-vat-national", BOOK, on=date(2024, 1, 1))


class TestWhatAnAnswerAsksOfTheCompany:
    def names(self, service, place, share, day, investor="DE"):
        raw = {"service": service, "place": place, "share": share, "investor": investor}
        answer = what_is_open(AccessQuestion.parse(raw, BOOK), BOOK, on=date.fromisoformat(day))
        return {row["name"] for row in as_json(answer, BOOK)["requirements"]}

    def test_the_joint_venture_form_goes_with_the_revision_of_2022(self):
        before, after = (self.names("B21", "BJ", 50, day) for day in ("2022-04-30", "2022-05-01"))
        assert {"jv-form", "track-vats"} <= before and {"jv-form", "track-vats"}.isdisjoint(after)
        assert {"cap-vats-national", "cap-vats-province", "cross-border"} <= after

    def test_basic_services_have_their_own_capital(self):
        assert "cap-basic-national" in self.names("A11", "BJ", 49, "2024-01-01")

    def test_the_capital_of_the_trial_is_asked_only_inside_it(self):
        assert "cap-shftz-trial" in self.names("B24", "SH-FTZ-ORIG", 100, "2015-01-01")
        assert "cap-shftz-trial" not in self.names("B24", "BJ", 50, "2020-01-01")

    def test_nothing_is_asked_where_nothing_is_open(self):
        assert self.names("B11", "GUANGZHOU", 100, "2024-12-02") == set()
