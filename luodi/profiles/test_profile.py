"""A profile as it is written down: its own keys, its facts, and where they come from."""

from datetime import date

import pytest

from luodi.errors import LuodiError
from luodi.profiles.profile import current_facts, parse_profile
from luodi.profiles.vocabulary import Vocabulary, attributes_from
from luodi.rules.library import company_vocabulary

WORDS = company_vocabulary()
DAY = date(2026, 11, 24)


def test_null_and_blank_are_not_facts_and_an_empty_set_is_one():
    profile = parse_profile({"employees": None, "uscc": "", "telecom_service_codes": " ", "qualifications": []}, WORDS)
    assert dict(profile.facts) == {"qualifications": frozenset()}


def test_a_fact_may_say_where_it_comes_from():
    raw = {"employees": {"value": "85", "source": "social_insurance", "as_of": "2026-11-01", "authorised": "true"}}
    profile = parse_profile(raw, WORDS)
    assert profile.facts["employees"] == 85
    seen = profile.provenance["employees"]
    assert (seen.source, seen.as_of, seen.authorised) == ("social_insurance", date(2026, 11, 1), True)


@pytest.mark.parametrize(
    ("raw", "hint"),
    [
        ({"employees": {"valu": "5"}}, "value"),
        ({"plans": [{"servce": "B11"}]}, "`service`"),
        ({"investor": {"country": "Germany"}}, "`DE`"),
        ({"foreign_investor_countries": ["DE", "UK"]}, "GB"),
        ({"uscc": "91110108MA01ABCD2A"}, "check digit"),
        ({"registered_region_code": "1101"}, "six digits"),
        ({"name": {"fr": "x"}}, "name"),
    ],
)
def test_a_mistake_names_what_was_meant(raw, hint):
    with pytest.raises(LuodiError) as caught:
        parse_profile(raw, WORDS)
    assert hint in str(caught.value)


def test_an_industry_code_of_the_right_shape_that_no_list_has_is_kept_with_a_warning():
    profile = parse_profile({"industry_code": "I6598"}, WORDS)
    assert profile.facts["industry_code"] == "I6598" and "I6598" in profile.warnings[0]["en"]


@pytest.mark.parametrize(("day", "held"), [(date(2026, 1, 1), {"hnte"}), (date(2026, 1, 2), {"none"})])
def test_a_certificate_counts_through_its_last_day(day, held):
    raw = {"qualifications": ["hnte"], "qualification_expiry": {"hnte": "2026-01-01"}}
    facts, warnings = current_facts(parse_profile(raw, WORDS), day)
    assert facts["qualifications"] == held and bool(warnings) is (held == {"none"})


def test_a_book_may_use_our_own_keys_as_its_words():
    words = Vocabulary(
        "little", attributes_from([{"name": "name", "type": "set"}, {"name": "id", "type": "integer"}], at="x")
    )
    profile = parse_profile({"name": ["a", "b"], "id": "7"}, words)
    assert dict(profile.facts) == {"name": frozenset("ab"), "id": 7}
