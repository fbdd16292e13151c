"""What is open: the twelve steps at their edges, on the real book."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from luodi.access import AccessQuestion, Verdict, access_book, what_is_open, would_change
from luodi.access.resolve import as_json, least_open
from luodi.errors import BadInput, LuodiError, OutOfRange, UnknownKey, UnknownValue

BOOK = access_book()
PILOT = date(2024, 10, 23)


def ask(service=None, place=None, share=None, investor="DE", cepa=None, on=PILOT):
    raw = {"service": service, "place": place, "share": share, "investor": investor, "cepa_qualified": cepa}
    return what_is_open(AccessQuestion.parse(raw, BOOK), BOOK, on=on)


def rules(answer):
    return [row.id for row in answer.deciding]


def test_the_day_before_the_areas_were_approved_data_centres_are_closed():
    answer = ask("B11", "BJ", 100, on=date(2024, 10, 22))
    assert (answer.verdict, answer.cap, rules(answer)) == (Verdict.NOT_ALLOWED, 0, ["n-b11-closed"])


def test_on_the_day_they_open_on_condition_of_an_individual_approval():
    answer = ask("B11", "BJ", 100)
    assert (answer.verdict, answer.cap, rules(answer)) == (Verdict.CONDITIONAL, 100, ["p24-b11"])
    assert answer.first.conditions[0]["en"] == "Individual pilot approval from the ministry"


@pytest.mark.parametrize(
    "place", ["BJ", "SH-LINGANG", "SH-PUDONG", "SH-FTZ", "SH-FTZ-ORIG", "HI", "SZ", "BJ-FTZ-TECH", "BJ-ZGC-HD"]
)
def test_the_pilot_reaches_every_place_inside_its_areas(place):
    assert rules(ask("B11", place, 100)) == ["p24-b11"]


@pytest.mark.parametrize("place", ["SH", "GD", "GUANGZHOU", "CN", "TJ"])
def test_the_pilot_does_not_reach_places_around_or_beside_them(place):
    assert ask("B11", place, 100).verdict is Verdict.NOT_ALLOWED


def test_a_sub_scope_is_answered_by_its_parent_and_the_narrower_code_is_cited_first():
    answer = ask("B11-IRCS", "BJ", 100)
    assert answer.verdict is Verdict.CONDITIONAL
    assert answer.deciding[0].service in ("B11-IRCS", "B11")


@pytest.mark.parametrize(
    ("share", "verdict"), [(50, Verdict.ALLOWED), ("50.01", Verdict.NOT_ALLOWED), (100, Verdict.NOT_ALLOWED)]
)
def test_an_app_store_outside_haidian_ends_at_half(share, verdict):
    answer = ask("B25-APP", "BJ", share, "US")
    assert (answer.verdict, answer.cap) == (verdict, 50)


def test_an_app_store_in_haidian_park_may_be_wholly_owned():
    assert ask("B25-APP", "BJ-ZGC-HD", 100, "US").verdict is Verdict.ALLOWED


def test_announced_plans_are_shown_and_never_decide():
    answer = ask("B25-APP", "BJ", 100, "US")
    assert "bj-b25app-2023" in [row.id for row in answer.announced]
    assert all(row.decides for row in answer.deciding)


def test_an_express_ban_on_content_cuts_through_every_zone():
    for place in ("CN", "BJ", "SH-FTZ", "HI-FTP", "BJ-AVBASES"):
        answer = ask("C-NEWS", place, 1)
        assert (answer.verdict, answer.cap) == (Verdict.NOT_ALLOWED, 0)


def test_recording_in_the_three_bases_is_the_one_exception_to_a_ban():
    inside, outside = ask("C-AVPROD", "BJ-AVBASES", 50), ask("C-AVPROD", "BJ", 50)
    assert (inside.verdict, inside.cap, rules(inside)) == (Verdict.CONDITIONAL, None, ["bj-cavprod-2021"])
    assert outside.verdict is Verdict.NOT_ALLOWED


def test_a_code_without_rows_is_silent_and_names_narrower_ones():
    answer = ask("B1", "BJ", 50)
    assert (answer.verdict, answer.cap) == (Verdict.SILENT, None)
    assert "B11" in answer.note["en"]


def test_before_any_row_the_book_is_silent_and_says_from_when():
    answer = ask("B25", "BJ", 30, on=date(1999, 1, 1))
    assert answer.verdict is Verdict.SILENT
    assert answer.speaks_from == date(2001, 12, 11)


def test_no_foreign_investor_is_allowed_without_cap_or_basis():
    answer = ask("C-NEWS", "BJ", 0, None)
    assert (answer.verdict, answer.cap, answer.basis) == (Verdict.ALLOWED, None, ())
    assert answer.note


def test_a_certified_supplier_has_its_own_rows_beside_the_foreign_ones():
    with_certificate = ask("B11", "GUANGZHOU", 50, "HK", True)
    without = ask("B11", "GUANGZHOU", 50, "HK", False)
    assert with_certificate.verdict is not Verdict.NOT_ALLOWED and with_certificate.first.cepa
    assert without.verdict is Verdict.NOT_ALLOWED


class TestWhatIsNotKnown:
    def test_a_place_not_known_is_asked_for_instead_of_guessed(self):
        answer = ask("B11", None, 100)
        assert (answer.verdict, answer.missing) == (Verdict.UNKNOWN, ("place",))

    def test_a_share_not_known_keeps_a_yes_open(self):
        assert ask("B11", "BJ", None).missing == ("share",)

    def test_but_a_ban_needs_no_share(self):
        answer = ask("C-NEWS", "BJ", None)
        assert (answer.verdict, answer.missing) == (Verdict.NOT_ALLOWED, ())

    def test_everything_missing_is_listed_in_order(self):
        assert ask(investor=None).missing == ("investor", "place", "service", "share")

    def test_a_certificate_matters_only_where_the_answers_differ(self):
        assert ask("B11", "GUANGZHOU", 50, "HK").missing == ("cepa_qualified",)
        assert ask("B24", "SZ", 50, "HK").verdict is Verdict.ALLOWED


class TestBadInput:
    @pytest.mark.parametrize(
        ("raw", "error", "hint"),
        [
            ({"service": "B111"}, UnknownValue, "B11"),
            ({"place": "BJJ"}, UnknownValue, "BJ"),
            ({"place": "北京市"}, UnknownValue, "`BJ`"),
            ({"place": "Beijing"}, UnknownValue, "`BJ`"),
            ({"investor": "UK"}, LuodiError, "GB"),
            ({"share": "-1"}, OutOfRange, "below 0"),
            ({"share": "100.01"}, OutOfRange, "above 100"),
            ({"share": "half"}, BadInput, "number"),
            ({"shares": "5"}, UnknownKey, "`share`"),
        ],
    )
    def test_is_refused_with_the_nearest_valid_word(self, raw, error, hint):
        with pytest.raises(error) as caught:
            AccessQuestion.parse(raw, BOOK)
        assert hint in str(caught.value)

    def test_a_float_share_never_slips_in(self):
        with pytest.raises(BadInput):
            AccessQuestion.parse({"share": 0.1}, BOOK)


@pytest.mark.parametrize(
    ("raw", "names"),
    [
        ({"investor": "CN", "share": "10"}, ("investor", "share")),
        ({"investor": "DE", "share": "10", "cepa_qualified": True}, ("investor", "cepa_qualified")),
        ({"investor": "CN", "share": "0", "cepa_qualified": True}, ("investor", "cepa_qualified")),
    ],
)
class TestContradiction:
    """Two parts that cannot both be true give a question: no error, no stamp."""

    def test_asks_for_both_and_says_why(self, raw, names):
        found = what_is_open(AccessQuestion.parse({"service": "B25", "place": "BJ", **raw}, BOOK), BOOK, on=PILOT)
        assert (found.verdict, found.missing) == (Verdict.UNKNOWN, names)
        assert found.note["zh"] and "do not agree" in found.note["en"] and found.basis == ()

    def test_has_no_change_to_offer_before_it_is_settled(self, raw, names):
        question = AccessQuestion.parse({"service": "B25", "place": "BJ", **raw}, BOOK)
        assert would_change(question, BOOK, on=PILOT) == []


def test_a_no_stays_a_no_whichever_of_two_parts_is_right():
    raw = {"service": "C-NEWS", "place": "BJ", "share": "10", "investor": "DE", "cepa_qualified": True}
    assert what_is_open(AccessQuestion.parse(raw, BOOK), BOOK, on=PILOT).verdict is Verdict.NOT_ALLOWED


QUESTIONS = st.builds(
    AccessQuestion,
    service=st.sampled_from(sorted(BOOK.services)),
    place=st.sampled_from(sorted(BOOK.zones)),
    share=st.one_of(st.integers(1, 100), st.sampled_from([Fraction(1, 100), Fraction(5001, 100), Fraction(9999, 100)])),
    investor=st.just("HK"),
    cepa_qualified=st.booleans(),
)
DAYS = st.dates(date(1999, 1, 1), date(2027, 12, 31))


class TestLaws:
    @given(QUESTIONS, DAYS, st.integers(1, 100))
    def test_a_lower_share_is_never_less_open(self, question, day, other):
        low, high = sorted([question.share, other])
        one = what_is_open(question.having(share=low), BOOK, on=day).verdict.openness
        assert one >= what_is_open(question.having(share=high), BOOK, on=day).verdict.openness

    @given(QUESTIONS, DAYS)
    def test_a_certificate_never_takes_anything_away(self, question, day):
        plain = what_is_open(question.having(cepa_qualified=False), BOOK, on=day)
        certified = what_is_open(question.having(cepa_qualified=True), BOOK, on=day)
        if plain.verdict is not Verdict.SILENT:
            assert certified.verdict.openness >= plain.verdict.openness

    @given(QUESTIONS, DAYS)
    def test_every_decision_cites_a_text_in_force_on_the_day(self, question, day):
        answer = what_is_open(question, BOOK, on=day)
        if answer.verdict is not Verdict.SILENT:
            assert answer.basis
            assert all(day in BOOK.instruments[entry["instrument"]].span for entry in answer.basis)

    @given(QUESTIONS, DAYS)
    def test_the_cap_agrees_with_the_verdict(self, question, day):
        answer = what_is_open(question, BOOK, on=day)
        if answer.verdict is Verdict.ALLOWED:
            assert answer.cap >= question.share
        if answer.verdict is Verdict.NOT_ALLOWED:
            assert answer.cap < question.share

    @given(QUESTIONS, DAYS)
    def test_what_would_change_it_really_does(self, question, day):
        before = what_is_open(question, BOOK, on=day)
        for change in would_change(question, BOOK, on=day):
            changes = dict(change["set"])
            on = date.fromisoformat(changes.pop("on", day.isoformat()))
            after = what_is_open(question.having(**changes), BOOK, on=on)
            assert after.verdict.value == change["answer"] != before.verdict.value

    @given(QUESTIONS, DAYS, st.sampled_from(["service", "place", "share", "cepa_qualified"]))
    def test_forgetting_a_part_never_turns_a_no_into_a_yes_or_back(self, question, day, part):
        whole = what_is_open(question, BOOK, on=day)
        partial = what_is_open(question.having(**{part: None}), BOOK, on=day)
        if partial.verdict is not Verdict.UNKNOWN:
            assert partial.verdict is whole.verdict


def test_a_plan_is_as_open_as_its_least_open_service():
    answers = [ask("B24", "BJ", 100), ask("B11", "BJ", 100), ask("C-GAME", "BJ", 100)]
    assert least_open(answers) is Verdict.NOT_ALLOWED
    assert least_open(answers[:2]) is Verdict.CONDITIONAL


def test_the_document_has_the_promised_keys():
    document = as_json(ask("B11", "BJ", 100), BOOK)
    promised = {"answer", "cap", "basis", "conditions", "licences", "missing", "announced", "would_change", "books"}
    assert promised <= set(document)
    assert all(set(entry) == {"instrument", "article", "rule"} for entry in document["basis"])
    assert set(document["books"][0]) == {"name", "version", "hash"}


@given(
    st.sampled_from(sorted(BOOK.services)), st.sampled_from([1, 50, 100]), st.sampled_from([PILOT, date(2016, 5, 5)])
)
@settings(max_examples=25)
def test_without_a_place_what_is_possible_is_what_the_places_say(service, share, on):
    """Each place asked by itself, one by one."""
    answer = ask(service, None, share, on=on)
    verdicts = {ask(service, place, share, on=on).verdict for place in BOOK.zones}
    if answer.verdict is Verdict.UNKNOWN:
        assert set(answer.possible) == verdicts
    else:
        assert {answer.verdict} == verdicts


class TestLinGang:
    """It belongs to the free trade zone from 20 August 2019; for two weeks before nobody can tell."""

    def test_on_its_first_day_it_is_inside_the_zone(self):
        assert "SH-FTZ" in BOOK.places("SH-LINGANG", date(2019, 8, 20))

    def test_before_the_plan_was_published_it_was_not(self):
        assert BOOK.places("SH-LINGANG", date(2019, 8, 5)) == BOOK.places("SH", date(2019, 8, 5)) | {"SH-LINGANG"}

    @pytest.mark.parametrize("day", [date(2019, 8, 6), date(2019, 8, 19)])
    def test_between_the_two_an_answer_that_depends_on_it_cannot_be_given(self, day):
        assert ask("B13", "SH-LINGANG", 50, on=day).possible == (Verdict.NOT_ALLOWED, Verdict.ALLOWED)
        assert ask("B21-EC", "SH-LINGANG", 100, on=day).verdict is Verdict.ALLOWED  # open in both readings

    def test_it_says_why_and_what_is_possible(self):
        day = date(2019, 8, 10)
        found = {s: ask(s, "SH-LINGANG", share, on=day) for s in BOOK.services for share in (50, 100)}
        unknown = {s: a for s, a in found.items() if a.verdict is Verdict.UNKNOWN}
        assert unknown and all(answer.note and len(answer.possible) > 1 for answer in unknown.values())


class TestMacao:
    """Its arrangement is a text of its own, in effect from 1 January 2004."""

    def test_the_day_before_no_answer_for_it_rests_on_the_text_of_hong_kong(self):
        before = date(2003, 12, 31)
        assert ask("B11", "BJ", 50, "HK", True, on=before).verdict is Verdict.ALLOWED
        assert ask("B11", "BJ", 50, "MO", True, on=before).verdict is not Verdict.ALLOWED

    def test_from_that_day_it_is_cited(self):
        day = date(2004, 1, 1)
        cited = {
            home: [c["instrument"] for c in ask("B11", "BJ", 50, home, True, on=day).basis] for home in ("HK", "MO")
        }
        assert cited == {"HK": ["cepa-2003"], "MO": ["cepa-mo-2003"]}

    @pytest.mark.parametrize("service", ["B11", "B14-USER", "B25-APP", "B24"])
    def test_the_agreement_of_hong_kong_is_never_cited_for_it(self, service):
        instruments = {c["instrument"] for c in ask(service, "BJ", 50, "MO", True, on=date(2020, 1, 1)).basis}
        assert instruments and not any(BOOK.instruments[name].home == "HK" for name in instruments)


def test_a_licence_that_ended_is_not_asked_for_any_more():
    answer = ask("B21", "BJ", 50, on=date(2021, 1, 1))
    row = replace(answer.first, licences=(*answer.first.licences, "fite-opinion"))
    shown = as_json(replace(answer, deciding=(row,)), BOOK)["licences"]
    assert "fite-opinion" not in shown and shown == list(answer.first.licences)


def test_a_day_after_the_book_is_answered_as_known_on_its_own_day():
    document = as_json(ask("B11", "BJ", 100, on=BOOK.as_of + timedelta(days=1)), BOOK)
    assert document["as_known_on"] == BOOK.as_of.isoformat()
    assert "as_known_on" not in as_json(ask("B11", "BJ", 100, on=BOOK.as_of), BOOK)


def cited_by(document):
    yield from document["basis"]
    for row in (*document["alternatives"], *document["announced"], *document["requirements"]):
        yield from row["basis"]


CHANGES = sorted(
    {
        near
        for spans in (
            [t.rule.span for t in BOOK.treatments],
            [i.span for i in BOOK.instruments.values()],
            [z.span for z in BOOK.zones.values()],
        )
        for span in spans
        for day in (span.first, span.end)
        if day
        for near in (day - timedelta(days=1), day)
    }
)


@given(
    st.sampled_from(sorted(BOOK.services)),
    st.sampled_from(sorted(BOOK.zones)),
    st.sampled_from([1, 50, 100]),
    st.sampled_from([("DE", None), ("HK", True), ("MO", True)]),
    st.sampled_from(CHANGES),
)
def test_no_answer_cites_what_is_not_in_force_on_its_day(service, place, share, investor, day):
    home, cepa = investor
    answer = ask(service, place, share, home, cepa, on=day)
    document = as_json(answer, BOOK)
    for entry in cited_by(document):
        assert day in BOOK.instruments[entry["instrument"]].span, entry
    if document["answer"] in ("allowed", "conditional", "not_allowed"):
        assert document["basis"]
    for name in document["licences"]:
        assert day in BOOK.licences[name]


def test_every_row_cites_a_text_in_force_in_its_own_zone_on_every_day_on_which_anything_changes():
    for row in BOOK.treatments:
        for day in CHANGES:
            if day in row.rule.span:
                places = BOOK.places(row.zone, day)
                homes = [h for h in ("HK", "MO") if BOOK.certified(h, day)] if row.cepa else [""]
                for home in homes:
                    assert any(BOOK.in_force(c, day, places, home) for c in row.rule.basis), (row.id, day, home)
