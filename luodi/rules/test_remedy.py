"""A remedy is true, small, cheap and possible; time alone is told to the day."""

from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from luodi.dates import Span
from luodi.profiles.facts import Facts
from luodi.rules.book import Rule
from luodi.rules.cells import cells
from luodi.rules.evaluate import Answer, evaluate
from luodi.rules.library import book_names, load_book
from luodi.rules.lower import lower
from luodi.rules.remedy import Remedies, Turn, nearest, remedies, turning_days, when_true
from luodi.rules.strategies import DAY, WORDS, by_attribute, companies, pools, random_facts, rule_of, rules
from luodi.rules.tree import Age, Op, Test, Tree, attributes

FRAMED = frozenset(name for name, attribute in WORDS.attributes.items() if attribute.frozen)


def cel(text: str) -> Tree:
    return lower(text, WORDS)


def found(*clauses: str, **facts: object) -> list[dict[str, object]]:
    rule = rule_of([cel(text) for text in clauses])
    return [dict(remedy.set) for remedy in remedies(rule, Facts(WORDS, facts), DAY)]


def answer(rule: Rule, facts: Facts, on: date) -> Answer:
    return evaluate(rule.tree(on), facts, on).answer if on in rule.span else Answer.NO


# ---- values


@pytest.mark.parametrize(
    ("clause", "facts", "expected"),
    [
        ("employees >= 5", {"employees": 2}, {"employees": 5}),
        ("employees > 5", {"employees": 2}, {"employees": 6}),
        ("employees < 5", {"employees": 9}, {"employees": 4}),
        ("employees != 5", {"employees": 5}, {"employees": 4}),
        ("share >= 0.5", {"share": 0}, {"share": cel("share >= 0.5").constant}),
        ('size in ["small", "medium"]', {"size": "large"}, {"size": "medium"}),
        ('region.startsWith("31")', {"region": "110000"}, {"region": "310000"}),
        ('zones.exists(z, z in ["a"])', {"zones": frozenset(("b",))}, {"zones": frozenset(("a", "b"))}),
        ('zones.exists(z, z in ["a"])', {"zones": frozenset(("none",))}, {"zones": frozenset(("a",))}),
        ('!zones.exists(z, z in ["a"])', {"zones": frozenset(("a", "b"))}, {"zones": frozenset(("b",))}),
        ('zones.exists(z, !(z in ["a"]))', {"zones": frozenset(("a",))}, {"zones": frozenset(("a", "b"))}),
        ("certified", {"certified": False}, {"certified": True}),
        ('licensed > date("2026-12-31")', {"licensed": date(2026, 1, 1)}, {"licensed": date(2027, 1, 1)}),
        ('licensed >= date("2026-03-31")', {"licensed": date(2026, 3, 30)}, {"licensed": DAY}),
        ("growth(revenue, revenue_before) > 0.1", {"revenue": 100, "revenue_before": 100}, {"revenue": 111}),
        ("employees > months", {"employees": 3, "months": 4}, {"employees": 5}),
    ],
)
def test_the_nearest_value_of_the_rules_own_cells(clause, facts, expected):
    assert found(clause, **facts)[0] == expected


def test_just_below_a_share_lies_a_hundredth():
    (change,) = found("share < 0.5", share=1)
    assert str(change["share"]) == "49/100"


def test_fewest_attributes_come_first_and_then_the_least_cost():
    changes = found(
        "size == 'small' || employees < 3 || (certified && months > 3)",
        size="large",
        employees=9,
        certified=False,
        months=0,
    )
    assert changes == [{"employees": 2}, {"size": "small"}, {"certified": True, "months": 4}]


def test_every_failing_clause_is_mended_at_once():
    assert found("employees > 2", "certified", "share > 0", employees=5, certified=False, share=0) == [
        {"certified": True, "share": cells(WORDS["share"], [cel("share > 0")], DAY, near=0)[1]}
    ]


def test_two_tests_of_one_attribute_are_met_together():
    assert found("employees > 2 || listed", "employees < 6", employees=1, listed=False)[0] == {"employees": 3}
    both = ("zones.exists(z, z == 'a')", "zones.exists(z, z == 'b')")
    assert found(*both, zones=frozenset()) == [{"zones": frozenset(("a", "b"))}]


# ---- what may not change


@pytest.mark.parametrize(
    ("clause", "facts"),
    [
        ("critical", {"critical": False}),  # frozen
        ("age_years(founded) <= 3", {"founded": date(2000, 1, 1)}),  # frozen
        ("ratio > 1", {"ratio": 0}),  # derived
        ("months < 3", {"months": 5}),  # only up
        ("listed", {"listed": False}),  # only down
        ("!scope.exists(s, s == 'x')", {"scope": frozenset(("x",))}),  # only up
        ("has(profile.employees)", {}),  # not known: a question, not a change
        ("employees < 0", {"employees": 3}),  # less than it can be
        ('licensed < date("2026-03-31")', {"licensed": DAY}),  # the day before has passed
        ('licensed < date("2025-01-01")', {"licensed": date(2025, 6, 1)}),
        ("age_months(licensed) >= 6", {"licensed": date(2026, 1, 1)}),  # time brings it, nobody else
        ("funds > 5", {"funds": 0}),  # more, and only where there is some
        ("site.exists(s, s in ['a']) && site.exists(s, s in ['b'])", {"site": frozenset(("c",))}),  # two places at once
        ("!site.exists(s, s in ['c'])", {"site": frozenset(("c",))}),  # nowhere is no place to move to
        ("'y' in papers", {"papers": frozenset(("x",)), "region": "310000"}),  # not for this company
        ("'y' in papers", {"papers": frozenset(("x",))}),  # whether it is for this company is not known
    ],
)
def test_what_cannot_change_is_left_alone_and_said(clause, facts):
    result = remedies(rule_of([cel(clause)]), Facts(WORDS, facts), DAY)
    assert result.found == () and result.none_within


@pytest.mark.parametrize(
    ("clause", "facts", "expected"),
    [
        ("funds > 5", {"funds": 1}, {"funds": 6}),
        ("site.exists(s, s in ['a'])", {"site": frozenset(("b", "c"))}, {"site": frozenset(("a",))}),
        ("site.exists(s, s in ['a'])", {"site": frozenset(("none",))}, {"site": frozenset(("a",))}),
        ("'x' in papers", {"papers": frozenset(("none",))}, {"papers": frozenset(("x",))}),
        ("'y' in papers", {"papers": frozenset(), "region": "110105"}, {"papers": frozenset(("y",))}),
    ],
)
def test_what_can_change_does_so_within_its_limits(clause, facts, expected):
    assert found(clause, **facts) == [expected]


def test_what_a_rule_may_not_be_had_by_is_left_alone():
    rule, facts = rule_of([cel("employees > 30 || certified")]), Facts(WORDS, {"employees": 20, "certified": False})
    assert [set(r.set) for r in remedies(rule, facts, DAY)] == [{"certified"}, {"employees"}]
    object.__setattr__(rule, "gives", {"unchanged": ["employees"]})
    assert [set(r.set) for r in remedies(rule, facts, DAY)] == [{"certified"}]


def test_none_within_three_is_said():
    rule = rule_of([cel(text) for text in ("certified", "employees > 2", "months > 2", "share > 0.5")])
    facts = Facts(WORDS, {"certified": False, "employees": 0, "months": 0, "share": 0})
    assert remedies(rule, facts, DAY) == Remedies((), none_within=True, most=3)
    assert len(remedies(rule, facts, DAY, most=4).found[0].set) == 4


def test_a_presumed_no_can_become_a_yes():
    rule = rule_of([lower("certified", WORDS, presume=frozenset(("certified",)))])
    assert [dict(r.set) for r in remedies(rule, Facts(WORDS, {}), DAY)] == [{"certified": True}]


def test_unknown_clauses_stay_open_and_listed():
    rule = rule_of([cel("employees > 2"), cel("certified")])
    change = nearest(rule, Facts(WORDS, {"employees": 1}), DAY)
    assert change is not None
    assert (dict(change.set), change.answer, change.missing) == ({"employees": 3}, Answer.UNKNOWN, {"certified"})


@pytest.mark.parametrize("facts", [{}, {"certified": True}])
def test_only_a_no_has_remedies(facts):
    result = remedies(rule_of([cel("certified")]), Facts(WORDS, facts), DAY)
    assert result.found == () and not result.none_within


def test_no_fact_helps_a_rule_that_is_not_in_force():
    rule = rule_of([cel("certified")], span=Span(None, DAY))
    result = remedies(rule, Facts(WORDS, {"certified": False}), DAY)
    assert result.found == () and not result.none_within


def test_words_that_may_only_rise_have_no_order():
    assert [name for name, a in WORDS.attributes.items() if a.changes == "up" and a.kind.is_text] == []


# ---- every remedy, on random rules and on our books


def check(rule: Rule, facts: Facts, result: Remedies, on: date) -> None:
    vocabulary = facts.vocabulary
    for remedy in result:
        after = evaluate(rule.tree(on), facts.having(remedy.set), on)
        assert after.answer is remedy.answer is not Answer.NO
        assert remedy.cost == sum(vocabulary[name].cost for name in remedy.set)
        assert len(remedy.set) <= result.most
        for name, value in remedy.set.items():
            assert not vocabulary[name].frozen and not vocabulary[name].derived
            assert value != facts.value(name)
    names = [frozenset(remedy.set) for remedy in result]
    assert not any(a <= b for i, a in enumerate(names) for j, b in enumerate(names) if i != j)
    assert [(len(r.set), r.cost) for r in result] == sorted((len(r.set), r.cost) for r in result)


@given(rules(), companies())
def test_a_remedy_once_applied_does_match(rule, facts):
    check(rule, facts, remedies(rule, facts, DAY), DAY)


@given(rules(presence=False, plain=True), companies(whole=True))
def test_one_change_is_found_wherever_there_is_one(rule, facts):
    """Every cell of every attribute that may change is tried in turn."""
    assume(answer(rule, facts, DAY) is Answer.NO and DAY in rule.span)
    free = {"employees", "share", "revenue", "size", "licensed"} & attributes(rule.tree(DAY))
    tests = by_attribute([rule], DAY)
    given_ratio = facts.having({"ratio": facts.value("ratio")})  # so that no input moves it
    options = {
        name
        for name in free
        for value in cells(WORDS[name], tests[name], DAY)
        if answer(rule, given_ratio.having({name: value}), DAY) is Answer.YES
        and not (isinstance(value, date) and value < DAY)
    }
    result = remedies(rule, given_ratio, DAY, limit=99, most=1)
    assert options <= {name for remedy in result for name in remedy.set}


@pytest.mark.parametrize("name", book_names())
def test_every_remedy_of_our_books_is_true(name):
    book, random = load_book(name), Random(name)
    values = pools(book.rules, book.vocabulary, DAY)
    for known in (0.7, 1.0, 1.0):
        facts = random_facts(values, book.vocabulary, random, known=known)
        for rule in book.rules:
            check(rule, facts, remedies(rule, facts, DAY), DAY)


# ---- what time alone will change


def test_an_age_is_given_to_the_day():
    rule = rule_of([cel("age_months(founded) >= 24")])
    facts = Facts(WORDS, {"founded": date(2024, 8, 31)})
    assert when_true(rule, facts, DAY) == Turn(date(2026, 8, 31), Answer.YES)


def test_an_age_that_ends_turns_on_the_day_after():
    rule = rule_of([cel("age_years(founded) <= 3")])
    facts = Facts(WORDS, {"founded": date(2024, 2, 29)})
    assert when_true(rule, facts, DAY) == Turn(date(2027, 3, 1), Answer.NO)


def test_a_window_opens_and_closes():
    rule = rule_of([], span=Span.through(date(2027, 1, 1), date(2027, 12, 31)))
    assert when_true(rule, Facts(WORDS, {}), DAY) == Turn(date(2027, 1, 1), Answer.YES)
    assert when_true(rule, Facts(WORDS, {}), date(2027, 5, 1)) == Turn(date(2028, 1, 1), Answer.NO)


def test_a_dated_figure_turns_an_answer():
    plain = rule_of([cel("employees < 5")])
    later = rule_of([cel("employees < 9")])
    rule = rule_of([])
    object.__setattr__(rule, "editions", (plain.editions[0], (date(2028, 1, 1), later.editions[0][1])))
    assert when_true(rule, Facts(WORDS, {"employees": 7}), DAY) == Turn(date(2028, 1, 1), Answer.YES)


def test_ten_years_are_looked_ahead_by_default():
    rule = rule_of([cel("age_years(founded) >= 20")])
    for founded, turns in ((date(2016, 3, 31), True), (date(2016, 4, 1), False)):
        assert (when_true(rule, Facts(WORDS, {"founded": founded}), DAY) is not None) is turns
    facts = Facts(WORDS, {"founded": date(2016, 4, 1)})
    assert when_true(rule, facts, DAY, until=date(2040, 1, 1)) == Turn(date(2036, 4, 1), Answer.YES)


def test_an_age_in_a_formula_is_reported_too():
    rule = rule_of([cel("age_days(founded) > months * 100")])
    facts = Facts(WORDS, {"founded": DAY, "months": 2})
    assert when_true(rule, facts, DAY) == Turn(DAY + timedelta(days=201), Answer.YES)


def test_an_age_beyond_the_calendar_is_never_reached():
    rule = rule_of([Test("founded", Op.AGE, Age("years", Op.GE, 9000))])
    assert when_true(rule, Facts(WORDS, {"founded": DAY}), DAY, until=date.max - timedelta(days=1)) is None


@given(rules(), companies(), st.integers(30, 700))
def test_the_day_is_right_and_no_day_before_it_differs(rule, facts, days):
    last = DAY + timedelta(days=days)
    turn = when_true(rule, facts, DAY, until=last)
    before = answer(rule, facts, DAY)
    between = (last if turn is None else turn.day - timedelta(days=1)) - DAY
    assert all(answer(rule, facts, DAY + timedelta(days=n)) is before for n in range(between.days + 1))
    if turn is not None:
        assert answer(rule, facts, turn.day) is turn.answer is not before


def test_time_in_our_books_agrees_with_every_single_day():
    book, random = load_book("policies"), Random(4)
    values = pools(book.rules, book.vocabulary, DAY)
    facts = random_facts(values, book.vocabulary, random)
    for rule in book.rules:
        turn, before = when_true(rule, facts, DAY), answer(rule, facts, DAY)
        assert all(day in turning_days(rule, facts) for day in ([turn.day] if turn else []))
        for n in range(0, 800, 1 if "age" in str(rule.clauses) else 40):
            day = DAY + timedelta(days=n)
            assert (turn is not None and day >= turn.day) or answer(rule, facts, day) is before
