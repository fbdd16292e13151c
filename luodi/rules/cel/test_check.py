"""What is told before anything is bound, with the letter it concerns; and what only the values can tell."""

import pytest

from luodi.rules.cel.check import check
from luodi.rules.cel.program import program
from luodi.rules.syntax import BadExpression, parse

DECLARED = {"i": "int", "u": "uint", "d": "double", "s": "string", "b": "bool", "l": "list", "m": "map", "x": "dyn"}
DECLARED |= {"t": "google.protobuf.Timestamp", "a.n": "int", "a": "map"}


def kind(text, **options):
    return check(parse(text), text, DECLARED, **options)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("i + 1", "int"),
        ("d / 2.0", "double"),
        ("i < 2", "bool"),
        ("x + 1", "int"),
        ("x + x", "dyn"),
        ("x < x", "bool"),
        ("t - t", "google.protobuf.Duration"),
        ("t - x", "dyn"),
        ("l[0]", "dyn"),
        ("m.k.j", "dyn"),
        ("has(m.k)", "bool"),
        ("m['k']", "dyn"),
        ("a.n", "int"),
        ("a.k", "dyn"),
        ("[1, 'a']", "list"),
        ("{'a': 1, 2: u}", "map"),
        ("b ? 1 : 2", "int"),
        ("b ? 1 : x", "dyn"),
        ("l.map(v, v + 1)", "list"),
        ("l.map(v, v > 1, v)", "list"),
        ("m.filter(k, k == 'a')", "list"),
        ("l.exists(v, v > 1) || l.all(v, v) || l.exists_one(v, b)", "bool"),
        ("size(l) + s.size()", "int"),
        ("int(s) + int(d)", "int"),
        ("string(x)", "string"),
        ("type(i)", "type"),
        ("type(i) == int", "bool"),
        ("dyn(i) == u", "bool"),
        ("i in l && s in m", "bool"),
        ("t.getHours('UTC')", "int"),
        ("null == x", "bool"),
        ("s.matches('a') && matches(s, 'a')", "bool"),
    ],
)
def test_the_kind_of_what_comes_out(text, wanted):
    assert kind(text) == wanted


@pytest.mark.parametrize(
    ("text", "position", "words"),
    [
        ("i + y", 4, "there is no `y`"),
        ("lll", 0, "Did you mean `l`?"),
        ("i.k", 0, "there is no `i.k`"),
        ("f(i)", 0, "no function `f`"),
        ("i.sise()", 0, "Did you mean `size`?"),
        ("startsWith(s, 'a')", 0, "no function `startsWith`"),
        ("size(s, s)", 0, "no function `size`"),
        ("i + u", 0, "there is no `+` for int, uint"),
        ("-u", 0, "there is no `-` for uint"),
        ("i == u", 5, "do not go together"),
        ("i == s", 5, "a int and a string"),
        ("null == i", 8, "do not go together"),
        ("l < l", 0, "there is no `<`"),
        ("b && i", 5, "a bool is wanted here, not a int"),
        ("!i", 0, "there is no `!` for int"),
        ("i ? 1 : 2", 0, "a bool is wanted"),
        ("b ? 1 : 'a'", 8, "do not go together"),
        ("l['a']", 2, "a int is wanted"),
        ("i[0]", 0, "a list or map is wanted"),
        ("i in s", 5, "a list or map is wanted"),
        ("{1.5: 1}", 1, "is wanted here, not a double"),
        ("s.exists(v, true)", 0, "a list or map is wanted"),
        ("l.exists(v, 1)", 12, "a bool is wanted"),
        ("l.map(v, w)", 9, "there is no `w`"),
        ("(i + 1).k", 1, "a map is wanted"),
        ("A{b: 1}", 0, "there is no message `A`"),
        ("bool(i)", 0, "there is no `bool` for int"),
    ],
)
def test_what_does_not_fit_is_reported_with_its_place(text, position, words):
    with pytest.raises(BadExpression) as caught:
        kind(text)
    assert caught.value.position == position
    assert words in str(caught.value)


def test_names_are_looked_up_in_the_container():
    assert kind("n", container="a") == "int"
    assert kind(".s", container="a") == "string"


def test_a_program_is_checked_only_where_kinds_are_declared():
    assert program("i == 1u").evaluate({"i": 1}) is True
    with pytest.raises(BadExpression, match="do not go together"):
        program("i == 1u", declared={"i": "int"})
    assert program("i == 1", declared={"i": "int"}).evaluate({"i": 1}) is True


def test_a_kind_that_is_none_is_refused():
    with pytest.raises(BadExpression, match="Did you mean `string`"):
        program("i", declared={"i": "strin"})
