"""From CEL text to the typed tree: what is read as a test, and what is refused with its place."""

from datetime import date
from fractions import Fraction

import pytest

from luodi.profiles.vocabulary import Attribute, Kind, Vocabulary
from luodi.rules.lower import lower
from luodi.rules.syntax import BadExpression
from luodi.rules.tree import Age, And, Const, Formula, Growth, Manual, Not, Op, Or, Test, attributes


def attribute(name: str, kind: Kind, **more) -> Attribute:
    return Attribute(name, kind, {"zh": name, "en": name}, **more)


WORDS = Vocabulary(
    "words",
    {
        a.name: a
        for a in (
            attribute("employees", Kind.INTEGER),
            attribute("revenue", Kind.MONEY),
            attribute("before", Kind.MONEY),
            attribute("share", Kind.DECIMAL),
            attribute("founded", Kind.DATE),
            attribute("listed", Kind.BOOLEAN),
            attribute("size", Kind.ENUM, allowed=("large", "small")),
            attribute("held", Kind.SET, allowed=("hnte", "sme", "none")),
            attribute("region", Kind.STRING),
            attribute("extra", Kind.MAP),
        )
    },
)


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("employees >= 30", Test("employees", Op.GE, 30)),
        ("30 <= employees", Test("employees", Op.GE, 30)),
        ("profile.employees < 30", Test("employees", Op.LT, 30)),
        ("employees == -3", Test("employees", Op.EQ, -3)),
        ("share <= 0.1", Test("share", Op.LE, Fraction(1, 10))),
        ('size != "large"', Test("size", Op.NE, "large")),
        ('size in ["large", "small"]', Test("size", Op.IN, frozenset(("large", "small")))),
        ('"hnte" in held', Test("held", Op.HAS_ANY, frozenset(("hnte",)))),
        ('held.exists(h, h in ["hnte", "sme"])', Test("held", Op.HAS_ANY, frozenset(("hnte", "sme")))),
        ('held.exists(h, h == "hnte")', Test("held", Op.HAS_ANY, frozenset(("hnte",)))),
        ('held.exists(h, !(h in ["none"]))', Test("held", Op.HAS_OTHER, frozenset(("none",)))),
        ('region.startsWith("11")', Test("region", Op.PREFIX, ("11",))),
        ('founded >= date("2024-02-29")', Test("founded", Op.GE, date(2024, 2, 29))),
        ("age_days(founded) >= 365", Test("founded", Op.AGE, Age("days", Op.GE, 365))),
        ("3 >= age_years(founded)", Test("founded", Op.AGE, Age("years", Op.LE, 3))),
        ("growth(revenue, before) > 0.15", Growth("revenue", "before", Op.GT, Fraction(3, 20))),
        ("listed", Test("listed", Op.TRUE, True)),
        ("listed == true", Test("listed", Op.TRUE, True)),
        ("listed != true", Not(Test("listed", Op.TRUE, True))),
        ("listed == false", Not(Test("listed", Op.TRUE, True))),
        ("!listed", Not(Test("listed", Op.TRUE, True))),
        ("has(profile.revenue)", Test("revenue", Op.PRESENT)),
        ('manual("looks fine")', Manual("looks fine")),
        ("true", Const(True)),
    ],
)
def test_what_asks_one_attribute_becomes_a_test(text, tree):
    assert lower(text, WORDS) == tree


def test_a_chain_of_one_sign_is_one_node():
    a, b, c = (Test("employees", Op.EQ, n) for n in (1, 2, 3))
    assert lower("employees == 1 || (employees == 2 || employees == 3)", WORDS) == Or((a, b, c))
    assert lower("employees == 1 && employees == 2 || employees == 3", WORDS) == Or((And((a, b)), c))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("revenue > before", {"revenue", "before"}),
        ("revenue * 2 >= before + 1", {"revenue", "before"}),
        ("size(held) > 1", {"held"}),
        ('held.all(h, h != "none")', {"held"}),
        ("listed ? share > 0.1 : employees > 1", {"listed", "share", "employees"}),
        ("has(profile.share) == listed", {"share", "listed"}),
    ],
)
def test_anything_else_that_is_well_typed_becomes_a_formula(text, names):
    tree = lower(text, WORDS)
    assert isinstance(tree, Formula)
    assert attributes(tree) == names


def test_the_figures_of_the_day_stand_in_for_their_names():
    assert lower("share <= ceiling", WORDS, parameters={"ceiling": 50}) == Test("share", Op.LE, 50)
    day = date(2026, 1, 1)
    assert lower("founded < start", WORDS, parameters={"start": day}) == Test("founded", Op.LT, day)


def test_a_parameter_inside_a_formula_is_exact():
    tree = lower("revenue * rate > before", WORDS, parameters={"rate": Fraction(1, 3)})
    assert attributes(tree) == {"revenue", "before"}


def test_a_presumed_fact_is_marked_on_its_test():
    assert lower("!listed", WORDS, presume=frozenset(("listed",))) == Not(Test("listed", Op.TRUE, True, presumed=True))


def test_presuming_a_fact_that_the_clause_does_not_ask_is_refused():
    with pytest.raises(BadExpression, match="`presume` names `listed`"):
        lower("employees > 1", WORDS, presume=frozenset(("listed",)))


@pytest.mark.parametrize(
    ("text", "position", "words"),
    [
        ("employes > 1", 0, "there is no attribute `employes`. Did you mean `employees`?"),
        ("listed && profile.shares > 1", 10, "Did you mean `share`?"),
        ("employees", 0, "this is a number, not a question"),
        ("revenue + 1", 0, "this is a number"),
        ('employees > "3"', 12, "is of type integer and cannot be compared with this text"),
        ("employees in [1, before]", 17, "a constant is wanted here"),
        ("size == 3", 8, "cannot be compared with this number"),
        ('size == "huge"', 8, "`huge` is not a value of `size`."),
        ('size in ["large", "smal"]', 18, "Did you mean `small`?"),
        ('"hntes" in held', 0, "Did you mean `hnte`?"),
        ('"a" in size', 7, "`size` is no set"),
        ("employees == null", 13, "cannot be compared"),
        ("listed == 1", 10, "cannot be compared"),
        ("founded > 2024", 10, "cannot be compared"),
        ('founded > date("2025-02-29")', 10, "February 2025 has days 01 to 28"),
        ("age_years(revenue) > 1", 10, "takes an attribute that is a date"),
        ("age_days(founded) > 1.5", 20, "a whole number of days"),
        ("age_days(founded) > -1", 20, "a whole number of days"),
        ("growth(revenue, founded) > 0.1", 0, "two attributes that are numbers"),
        ("growth(revenue, before) > null", 0, "two attributes that are numbers"),
        ('employees > -"a"', 13, "only a number can stand after a minus sign"),
        ("employees == -true", 14, "only a number can stand after a minus sign"),
        ("listed && revenue", 10, "this is a number"),
        ("revenue > listed", 10, "a number is wanted here, not a bool"),
        ("size(employees) > 1", 5, "`size` takes a set or a text"),
        ("sizes(held) > 1", 0, "Did you mean `size`?"),
        ("age_years(founded) + 1 > 3", 0, "stands only in a comparison"),
        ("{1: 2} == {1: 2}", 0, "our books know no such expression"),
        ("extra.x > 1", 0, "our books know no such expression"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_place(text, position, words):
    with pytest.raises(BadExpression) as caught:
        lower(text, WORDS)
    assert words in str(caught.value)
    assert caught.value.position == position


def test_an_endless_chain_is_refused_and_not_a_crash():
    with pytest.raises(BadExpression, match="too long a chain"):
        lower(" || ".join(["listed"] * 5000), WORDS)


def test_each_leaf_knows_its_letters():
    text = "(employees > 1 || listed) && share <= 0.5"
    tree = lower(text, WORDS)
    assert isinstance(tree, And)
    either, share = tree.parts
    assert text[share.start : share.end] == "share <= 0.5"
    assert isinstance(either, Or)
    assert [text[part.start : part.end] for part in either.parts] == ["employees > 1", "listed"]
