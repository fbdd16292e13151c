"""The address carries the answers: read, changed, written, and told where they cannot be."""

from datetime import date
from urllib.parse import parse_qsl

import pytest

from luodi.advice.answers import UNSURE, Answers, check


def read(query: str) -> Answers:
    return Answers.read(parse_qsl(query, keep_blank_values=True), ("q",))


def test_answers_become_the_profile_of_the_engine() -> None:
    answers = read("investor=SG&service=B11&place=BJ&share=100&operates_website=true&content_services=news,online_game")
    assert answers.faults == ()
    assert answers.profile == {
        "investor": {"country": "SG"},
        "plans": [{"service": "B11", "place": "BJ", "share": "100"}],
        "operates_website": "true",
        "content_services": ["news", "online_game"],
    }


def test_not_sure_stays_unknown_and_is_not_asked_again() -> None:
    answers = read(f"investor=SG&exports_pi={UNSURE}")
    assert "exports_pi" not in answers.profile and "exports_pi" in answers.dialogue.not_sure


def test_what_is_written_is_read_the_same() -> None:
    answers = read("investor=SG&share=33.5&content_services=news,online_game&exports_pi=~&on=2024-12-02")
    assert read(answers.query()).given == answers.given
    assert answers.on == date(2024, 12, 2) == read(answers.query()).on


def test_the_order_of_an_address_changes_nothing() -> None:
    assert read("share=0&investor=CN&service=B11").profile == read("service=B11&investor=CN&share=0").profile


def test_a_share_waits_while_there_is_no_foreign_investor() -> None:
    answers = read("investor=CN&service=B11&share=70")
    assert answers.faults == () and answers.profile["plans"][0]["share"] == "0"
    assert answers.having(investor="DE").profile["plans"][0]["share"] == "70"


def test_a_certificate_counts_only_for_those_who_can_hold_one() -> None:
    assert "cepa_qualified" not in read("investor=DE&cepa_qualified=true").profile["investor"]
    assert read("investor=HK&cepa_qualified=true").profile["investor"]["cepa_qualified"] == "true"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("share", "101"),
        ("share", "-1"),
        ("share", "much"),
        ("investor", "XX"),
        ("service", "B99"),
        ("place", "ROME"),
        ("employees", "12.5"),
        ("employees", "-1"),
        ("founded_date", "2024-02-30"),
        ("operates_website", "maybe"),
        ("content_services", "news,magic"),
        ("entity_type", "club"),
    ],
)
def test_an_answer_that_cannot_be_one_is_reported_and_the_others_stand(name: str, text: str) -> None:
    answers = read(f"mlps_level=3&{name}={text}")
    assert [fault.name for fault in answers.faults] == [name]
    assert answers.profile["mlps_level"] == "3"
    assert check(name, text, Answers()) is not None


def test_parts_that_mean_nothing_are_named_and_not_used() -> None:
    answers = read("investor=SG&utm_source=x&q=share&investr=DE")
    assert answers.unknown == ("utm_source", "investr")


@pytest.mark.parametrize("day", ["2024-13-01", "yesterday", "20241202", "2003-12-31", "2101-01-01"])
def test_a_day_that_is_none_is_reported(day: str) -> None:
    assert read(f"on={day}").on is None and read(f"on={day}").wrong_day == day


def test_a_blank_answer_takes_it_back() -> None:
    assert "share" not in read("share=10&investor=SG").having(share="").given
