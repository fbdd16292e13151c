"""Yes and no absorb what is wrong beside them; macros are loops of them; a chain may be long and a nest may be deep."""

import pytest

from luodi.rules.cel.outcome import Failure, Unknown
from luodi.rules.cel.program import program

ERROR = object()
WRONG = "1 / 0 > 0"


def value(text, **bindings):
    found = program(text).evaluate(bindings)
    return ERROR if isinstance(found, Failure) else found


PARTS = {"true": True, "false": False, WRONG: ERROR, "dyn(3)": ERROR, "nothing": ERROR, "f(1)": ERROR, "'a' - 1": ERROR}


@pytest.mark.parametrize("left", PARTS)
@pytest.mark.parametrize("right", PARTS)
def test_a_part_that_decides_absorbs_an_error_on_either_side(left, right):
    sides = (PARTS[left], PARTS[right])
    both = False if False in sides else ERROR if ERROR in sides else True
    either = True if True in sides else ERROR if ERROR in sides else False
    assert value(f"({left}) && ({right})") is both
    assert value(f"({left}) || ({right})") is either


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("!true", False),
        ("!!true", True),
        ("!dyn(0)", ERROR),
        (f"!({WRONG})", ERROR),
        ("true ? 1 : 2", 1),
        ("false ? 1 : 2", 2),
        (f"true ? 1 : ({WRONG} ? 1 : 2)", 1),
        (f"({WRONG}) ? 1 : 2", ERROR),
        ("dyn('a') ? 1 : 2", ERROR),
        ("false ? 1 : false ? 2 : 3", 3),
        ("(true ? 'a' : 'b') + 'c'", "ac"),
    ],
)
def test_not_and_one_or_the_other(text, wanted):
    assert value(text) == wanted


def test_the_first_error_is_the_one_that_is_reported():
    found = program("'a' < 1 || 1 / 0 == 1").evaluate()
    assert found == Failure("there is no `<` for string, int", 0)
    assert program("[1, 1 / 0]").evaluate() == Failure("a division by zero", 4)


# ---- macros


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("[1, 2].exists(v, v > 1)", True),
        ("[1, 2].exists(v, v > 2)", False),
        ("[].exists(v, true)", False),
        ("[0, 1].exists(v, 1 / v == 1)", True),
        ("[0, 2].exists(v, 1 / v == 1)", ERROR),
        ("[1, 2].exists(v, dyn(v))", ERROR),
        ("[dyn(1), true].exists(v, v)", True),
        ("{'a': 1, 'b': 2}.exists(k, k == 'b')", True),
        ("[1, 2].all(v, v > 0)", True),
        ("[1, 2].all(v, v > 1)", False),
        ("[].all(v, false)", True),
        ("[0, 2].all(v, 1 / v == 1)", False),
        ("[0, 1].all(v, 1 / v == 1)", ERROR),
        ("[1, 'a'].all(v, v % 2 == 0)", False),
        ("['a', 2].all(v, v % 2 == 0)", ERROR),
        ("{'a': 1}.all(k, k == 'a')", True),
        ("[1, 2, 1].exists_one(v, v == 2)", True),
        ("[1, 2, 1].exists_one(v, v == 1)", False),
        ("[].exists_one(v, true)", False),
        ("[0, 1].exists_one(v, 1 / v == 1)", ERROR),
        ("{1: 1, 2: 2}.exists_one(k, k % 2 == 0)", True),
        ("[1, 2, 3].map(v, v * v)", (1, 4, 9)),
        ("[1, 2, 3].map(v, v > 1, v * v)", (4, 9)),
        ("[0, 1].map(v, v > 0, 1 / v)", (1,)),
        ("[].map(v, 1 / 0)", ()),
        ("[0].map(v, 1 / v)", ERROR),
        ("{'b': 1, 'a': 2}.map(k, k)", ("b", "a")),
        ("[1, 2, 3].filter(v, v != 2)", (1, 3)),
        ("[1, 2].filter(v, dyn(v))", ERROR),
        ("[0].filter(v, 1 / v > 0)", ERROR),
        ("{'b': 1, 'a': 2}.filter(k, k > 'a')", ("b",)),
        ("[[1, 2], [3]].map(v, v.map(w, w + 1))", ((2, 3), (4,))),
        ("[1, 2].map(v, [10, 20].map(w, v * w))", ((10, 20), (20, 40))),
        ("[1, 2].map(v, [v].map(v, v + 1)[0] + v)", (3, 5)),
        ("[1].exists(v, [2].exists(v, [3].exists(w, v == 2 && w == 3)))", True),
        ("[1].map(v, true, [2].map(w, v + w))", ((3,),)),
        ("[3].all(a, [4].all(b, a < b)) && [5].all(c, c == 5)", True),
        ("dyn(1).exists(v, true)", ERROR),
        ("dyn('abc').all(v, true)", ERROR),
        ("(1 / 0 == 0 ? [1] : []).map(v, v)", ERROR),
    ],
)
def test_macros(text, wanted):
    assert value(text) == wanted


# ---- unknowns


SOME, OTHER = Unknown(frozenset(("a",))), Unknown(frozenset(("b",)))
BOTH = Unknown(frozenset(("a", "b")))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("a && true", SOME),
        ("a && false", False),
        ("a || true", True),
        ("a || b", BOTH),
        ("a + b", BOTH),
        ("[a, b]", SOME),
        ("{'x': a, 'y': b}", BOTH),
        ("a ? 1 : 2", SOME),
        ("!a", SOME),
        (f"a && {WRONG}", SOME),
        ("a + 1 / 0", SOME),
        ("a.x.y", SOME),
        ("has(a.x)", SOME),
        ("a[0].x", SOME),
        ("a.exists(v, true)", SOME),
        ("[1, 2].exists(v, v == a)", SOME),
        ("[1, 2].exists(v, v == a || v == 2)", True),
        ("[a, 1].filter(v, v == 1)", SOME),
        ("[1].map(v, b)", OTHER),
        ("type(a)", SOME),
        ("size(a, b)", BOTH),
    ],
)
def test_what_is_unknown_travels_until_something_decides(text, wanted):
    assert value(text, a=SOME, b=OTHER) == wanted


# ---- sizes


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("false || " * 5000 + "true", True),
        ("true && " * 5000 + "true", True),
        (" + ".join(["1"] * 200), 200),
        ("(" * 60 + "7" + ")" * 60, 7),
        ("!" * 60 + "true", True),
        ("-" * 60 + "x", 5),
        ("[" * 40 + "1" + "]" * 40 + "[0]" * 40, 1),
        ("true ? " * 0 + "false ? 0 : " * 60 + "1", 1),
        ("[" + ", ".join(map(str, range(500))) + "][499]", 499),
        ("{" + ", ".join(f"{n}: {n}" for n in range(500)) + "}[499]", 499),
        ("m" + ".a" * 40, 1),
    ],
)
def test_long_chains_and_deep_nests(text, wanted):
    deep: object = 1
    for _ in range(40):
        deep = {"a": deep}
    assert value(text, x=5, m=deep) == wanted
