"""What a name means: a macro's variable, else the longest name that is bound, from the innermost container outwards."""

import pytest

from luodi.rules.cel.outcome import Failure
from luodi.rules.cel.program import program


def value(text, container="", **bindings):
    given = {name.replace("__", "."): bound for name, bound in bindings.items()}
    return program(text, container=container).evaluate(given)


def test_a_name_is_looked_up_outwards():
    assert value("x", "a.b", a__b__x=1, a__x=2, x=3) == 1
    assert value("x", "a.b", a__x=2, x=3) == 2
    assert value("x", "a.b", x=3) == 3
    assert isinstance(value("x", "a.b", a__b__y=1), Failure)


def test_a_point_before_a_name_begins_at_the_root():
    assert value(".x", "a.b", a__b__x=1, x=3) == 3
    assert value(".a.x", "a.b", a__b__a__x=1, a__x=2) == 2


def test_the_longest_name_that_is_bound_is_meant():
    assert value("a.b.c", a__b__c=1, a__b={"c": 2}, a={"b": {"c": 3}}) == 1
    assert value("a.b.c", a__b={"c": 2}, a={"b": {"c": 3}}) == 2
    assert value("a.b.c", a={"b": {"c": 3}}) == 3
    assert value("(a.b).c", a__b={"c": 2}) == 2
    assert value("b.c", "a", a__b={"c": 1}, b__c=2) == 2


def test_a_field_that_is_not_there_is_no_value():
    assert isinstance(value("a.b", a={"c": 1}), Failure)
    assert isinstance(value("a.b", a=[1]), Failure)
    assert isinstance(value("a.b.c", a={"b": 5}), Failure)


def test_a_variable_of_a_macro_comes_first():
    assert value("[1].exists(x, x == 1)", "a", a__x=2, x=3) is True
    assert value("[{'y': 1}].exists(x, x.y == 1)", "a", a__x__y=2, x__y=3) is True
    assert value("[1].exists(x, .x == 3)", "a", a__x=2, x=3) is True
    assert value("[1].exists(x, .x.y == 3)", "a", x__y=3) is True
    assert value("[1].exists(x, [2].exists(x, x == 2)) && x == 3", x=3) is True


def test_words_of_the_language_cannot_be_bound():
    assert value("true", true=False) is True
    assert value("null", null=1) is None


def test_a_bound_name_hides_a_type():
    assert value("int", int=1) == 1
    assert value("type(int)", "a").name == "type"


def test_a_program_says_which_names_it_may_ask():
    assert program("x + a.b", container="c").names == {"x", "c.x", "a", "a.b", "c.a", "c.a.b"}
    assert program("[1].all(v, v > w)").names == {"w"}


@pytest.mark.parametrize(
    "word", "as break const else for function if import let loop package return var void while".split()
)
def test_a_reserved_word_may_be_a_field_or_a_method(word):
    assert value(f"{{'{word}': 1}}.{word}") == 1
    assert value(f"a.{word}() || true") is True


def test_nothing_bound_is_needed_but_what_decides():
    assert value("x || true") is True
    assert value("false && x.y.z") is False
    assert value("f(x) || true") is True
    assert value("1", x=2) == 1
