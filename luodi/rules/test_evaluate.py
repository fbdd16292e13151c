"""Yes, no, not known, or a defect of the rule: the tables of Kleene, and every kind of leaf at its boundary."""

from datetime import date
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given

from luodi.profiles.facts import Facts, Lacking
from luodi.rules.evaluate import Answer, Finding, evaluate
from luodi.rules.library import company_vocabulary
from luodi.rules.lower import lower
from luodi.rules.strategies import DAY, WORDS, companies, trees
from luodi.rules.tree import And, Not, Op, Or, Test

YES, NO, OPEN = True, False, None
NAMES = ("listed", "certified")


def ask(text: str, on: date = DAY, *, presume: frozenset[str] = frozenset(), **facts: object) -> Finding:
    return evaluate(lower(text, WORDS, presume=presume), Facts(WORDS, facts), on)


def facts_for(*truths: bool | None) -> dict[str, bool]:
    return {name: truth for name, truth in zip(NAMES, truths, strict=False) if truth is not None}


# ---- the tables


AND = {(YES, YES): YES, (YES, OPEN): OPEN, (OPEN, OPEN): OPEN} | {(NO, x): NO for x in (YES, NO, OPEN)}
OR = {(NO, NO): NO, (NO, OPEN): OPEN, (OPEN, OPEN): OPEN} | {(YES, x): YES for x in (YES, NO, OPEN)}


@pytest.mark.parametrize(("left", "right"), list(product((YES, NO, OPEN), repeat=2)))
def test_and_or_follow_the_tables(left, right):
    both = AND.get((left, right), AND.get((right, left)))
    either = OR.get((left, right), OR.get((right, left)))
    assert ask("listed && certified", **facts_for(left, right)).truth is both
    assert ask("listed || certified", **facts_for(left, right)).truth is either


@pytest.mark.parametrize(("truth", "other"), [(YES, NO), (NO, YES), (OPEN, OPEN)])
def test_not_swaps_yes_and_no_and_keeps_what_is_open(truth, other):
    assert ask("!listed", **facts_for(truth)).truth is other


@given(trees(presence=False), companies())
def test_not_all_is_the_same_as_one_that_does_not_hold(tree, facts):
    assert evaluate(Not(And((tree, tree))), facts, DAY).truth is evaluate(Or((Not(tree), Not(tree))), facts, DAY).truth


# ---- absent


@pytest.mark.parametrize(
    "text",
    [
        "employees > 1",
        'size == "large"',
        'size != "large"',
        'size in ["large"]',
        'region.startsWith("11")',
        '"a" in zones',
        'zones.exists(z, !(z in ["none"]))',
        "listed",
        "!listed",
        "age_days(founded) >= 1",
        "employees >= 1 || employees < 1",
        "size(zones) > 1",
    ],
)
def test_an_absent_fact_is_never_a_default(text):
    found = ask(text)
    assert found.truth is None
    assert found.answer is Answer.UNKNOWN
    assert len(found.missing) == 1


def test_a_list_that_excludes_says_nothing_about_an_absent_fact():
    assert ask('!(size in ["large", "medium"])').missing == {"size"}
    assert ask('!(size in ["large"] && size in ["small"])').truth is None


@pytest.mark.parametrize("held", [frozenset(), frozenset(("none",))])
def test_a_set_known_to_be_empty_is_an_answer(held):
    assert ask('"a" in zones', zones=held).truth is NO
    assert ask('!("a" in zones)', zones=held).truth is YES


def test_something_besides_none_is_asked_of_a_set():
    text = 'zones.exists(z, !(z in ["none"]))'
    assert ask(text, zones=frozenset(("a",))).truth is YES
    assert ask(text, zones=frozenset(("none",))).truth is NO
    assert ask(text, zones=frozenset()).truth is NO


@pytest.mark.parametrize(
    ("facts", "truth"),
    [({}, NO), ({"zones": frozenset()}, NO), ({"zones": frozenset(("none",))}, NO), ({"zones": frozenset("a")}, YES)],
)
def test_has_is_never_open(facts, truth):
    assert ask("has(profile.zones)", **facts).truth is truth
    assert ask("!has(profile.zones)", **facts).truth is not truth


# ---- missing


def test_missing_names_the_members_that_are_open_and_no_others():
    found = ask('(listed || employees > 5) && size == "large" && share > 0', employees=1, share=Fraction(1, 2))
    assert found.missing == {"listed", "size"}


def test_a_decided_member_adds_nothing_to_missing():
    assert ask("(listed && certified) || critical", listed=False).missing == {"critical"}
    assert ask("listed && certified", listed=False) == Finding(False)


def test_a_matter_for_a_person_stays_open_as_manual():
    assert ask('listed && manual("is it good?")', listed=True).missing == {"manual"}
    assert ask('listed && manual("is it good?")', listed=False).truth is NO
    assert ask('!manual("is it good?")').missing == {"manual"}


def test_a_derived_fact_that_cannot_be_made_names_what_it_lacks():
    derivations = {"ratio": lambda facts: Lacking(frozenset(("revenue",)))}
    found = evaluate(lower("ratio > 1", WORDS), Facts(WORDS, {}, derivations), DAY)
    assert found.missing == {"revenue"}


def test_a_given_fact_is_never_replaced_by_a_derived_one():
    facts = Facts(WORDS, {"ratio": 5}, {"ratio": lambda facts: 1})
    assert evaluate(lower("ratio == 5", WORDS), facts, DAY).truth is YES


# ---- presumed


def test_a_presumed_fact_counts_as_no_and_is_named():
    presume = frozenset(("critical",))
    assert ask("critical", presume=presume) == Finding(False, assumed=presume)
    assert ask("!critical", presume=presume) == Finding(True, assumed=presume)
    assert ask("!critical", presume=presume, critical=True) == Finding(False)
    assert ask("!critical", presume=presume, critical=False) == Finding(True)


def test_nothing_is_assumed_where_a_known_fact_settles_it():
    presume = frozenset(("critical",))
    assert ask("critical && listed", presume=presume, listed=False) == Finding(False)
    assert ask("!critical && listed", presume=presume, listed=True) == Finding(True, assumed=presume)
    assert ask("critical || listed", presume=presume, listed=True).assumed == frozenset()


# ---- figures


@pytest.mark.parametrize(
    ("op", "truths"),
    [
        ("<", (YES, NO, NO)),
        ("<=", (YES, YES, NO)),
        ("==", (NO, YES, NO)),
        ("!=", (YES, NO, YES)),
        (">=", (NO, YES, YES)),
        (">", (NO, NO, YES)),
    ],
)
def test_a_limit_is_met_just_below_at_and_just_above_as_its_sign_says(op, truths):
    assert tuple(ask(f"employees {op} 5", employees=n).truth for n in (4, 5, 6)) == truths


def test_a_tenth_is_a_tenth():
    assert ask("share <= 0.1", share=Fraction(1, 10)).truth is YES
    assert ask("share > 0.3", share=Fraction(3, 10)).truth is NO


@pytest.mark.parametrize(("now", "truth"), [(109, NO), (110, NO), (111, YES)])
def test_growth_of_more_than_a_tenth_excludes_exactly_a_tenth(now, truth):
    assert ask("growth(revenue, revenue_before) > 0.1", revenue=now, revenue_before=100).truth is truth


def test_growth_over_nothing_is_open_and_asks_for_the_base():
    assert ask("growth(revenue, revenue_before) > 0.1", revenue=5, revenue_before=0).missing == {"revenue_before"}
    assert ask("growth(revenue, revenue_before) > 0.1", revenue=5).missing == {"revenue_before"}
    assert ask("growth(revenue, revenue_before) > 0.1").missing == {"revenue", "revenue_before"}


def test_both_ends_of_a_range_are_inside():
    text = "employees >= 2 && employees <= 4"
    assert [ask(text, employees=n).truth for n in (1, 2, 4, 5)] == [NO, YES, YES, NO]


# ---- days


@pytest.mark.parametrize(("on", "truth"), [(date(2027, 2, 27), YES), (date(2027, 2, 28), YES), (date(2027, 3, 1), NO)])
def test_three_years_after_29_february_end_on_28_february(on, truth):
    assert ask("age_years(founded) <= 3", on, founded=date(2024, 2, 29)).truth is truth


@pytest.mark.parametrize(("on", "truth"), [(date(2028, 2, 28), NO), (date(2028, 2, 29), YES)])
def test_four_years_after_29_february_are_29_february_again(on, truth):
    assert ask("age_years(founded) >= 4", on, founded=date(2024, 2, 29)).truth is truth


@pytest.mark.parametrize(("on", "truth"), [(date(2025, 2, 27), NO), (date(2025, 2, 28), YES)])
def test_six_months_after_31_august_are_the_last_day_of_february(on, truth):
    assert ask("age_months(founded) >= 6", on, founded=date(2024, 8, 31)).truth is truth


@pytest.mark.parametrize(("on", "truth"), [(date(2025, 3, 30), NO), (date(2025, 3, 31), YES)])
def test_365_days_are_counted_and_not_a_year(on, truth):
    assert ask("age_days(founded) >= 365", on, founded=date(2024, 3, 31)).truth is truth


def test_an_age_beyond_the_calendar_is_simply_never_reached():
    assert ask("age_years(founded) >= 9000", founded=date(2024, 2, 29)).truth is NO


@pytest.mark.parametrize(("founded", "truth"), [(date(2025, 12, 31), NO), (date(2026, 1, 1), YES)])
def test_on_or_after_includes_the_day(founded, truth):
    assert ask('founded >= date("2026-01-01")', founded=founded).truth is truth


# ---- errors


def test_a_division_by_zero_is_an_error_and_no_missing_fact():
    found = ask("revenue / employees > 1", revenue=1, employees=0)
    assert found.answer is Answer.ERROR
    assert found.is_error
    assert found.error is not None
    assert found.error.message == "a division by zero"
    assert found.error.position == 0
    assert not found.missing


def test_an_absent_fact_keeps_a_formula_open_rather_than_wrong():
    assert ask("revenue / employees > 1", employees=0).answer is Answer.UNKNOWN


def test_a_decided_part_absorbs_an_error_and_records_it():
    broken = "revenue / employees > 1"
    either = ask(f"listed || {broken}", listed=True, revenue=1, employees=0)
    assert either.answer is Answer.YES
    assert either.error is not None
    both = ask(f"listed && {broken}", listed=False, revenue=1, employees=0)
    assert both.answer is Answer.NO


def test_an_error_beside_an_open_part_waits_for_the_fact():
    found = ask("listed && revenue / employees > 1", revenue=1, employees=0)
    assert found.answer is Answer.UNKNOWN
    assert found.missing == {"listed"}
    assert not found.is_error


def test_a_number_beyond_64_bits_is_an_error():
    assert ask("revenue * 9223372036854775807 > 1", revenue=2).answer is Answer.ERROR


# ---- laws


@given(trees(presence=False), companies())
def test_what_is_open_always_says_why(tree, facts):
    found = evaluate(tree, facts, DAY)
    assert (found.answer is Answer.UNKNOWN) == bool(found.truth is None and found.missing)


@given(trees(), companies())
def test_twice_not_is_the_thing_itself(tree, facts):
    assert evaluate(Not(Not(tree)), facts, DAY) == evaluate(tree, facts, DAY)


def test_a_prefix_is_compared_as_text():
    test = Test("region", Op.PREFIX, ("11", "4401"))
    truths = [evaluate(test, Facts(WORDS, {"region": code}), DAY).truth for code in ("110108", "440100", "440300")]
    assert truths == [YES, YES, NO]


class TestABeginningOfACode:
    """A code that is not known whole: what its beginning settles, and what it leaves open."""

    @pytest.mark.parametrize(
        ("text", "truth"),
        [
            ('registered_region_code.startsWith("11")', True),
            ('registered_region_code.startsWith("1")', True),
            ('registered_region_code.startsWith("44")', False),
            ('registered_region_code.startsWith("1101")', None),
            ('registered_region_code.startsWith("1101") || registered_region_code.startsWith("11")', True),
            ('registered_region_code == "110105"', None),
            ('!registered_region_code.startsWith("44")', True),
        ],
    )
    def test_settles_a_prefix_where_it_can_and_nothing_else(self, text, truth):
        words = company_vocabulary()
        facts = Facts(words, {}, prefixes={"registered_region_code": "11"})
        found = evaluate(lower(text, words), facts, date(2026, 11, 24))
        assert found.truth is truth
        assert found.missing == (frozenset(("registered_region_code",)) if truth is None else frozenset())
