"""CEL text becomes a tree that knows where each part stands, and becomes the same text again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luodi.rules.syntax import (
    BadExpression,
    Call,
    Expression,
    Ident,
    ListOf,
    Literal,
    Macro,
    MapOf,
    Select,
    Struct,
    Uint,
    parse,
)
from luodi.rules.unparse import unparse

# ---- grammar


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("a || b && c", "a || (b && c)"),
        ("a && b || c", "(a && b) || c"),
        ("a + b * c", "a + (b * c)"),
        ("a - b - c", "(a - b) - c"),
        ("a / b * c", "(a / b) * c"),
        ("a < b == c", "(a < b) == c"),
        ("a + 1 in s", "(a + 1) in s"),
        ("!a && b", "(!a) && b"),
        ("-a.b", "-(a.b)"),
        ("!a.b(c)", "!(a.b(c))"),
        ("a ? b : c ? d : e", "a ? b : (c ? d : e)"),
        ("a || b ? c : d", "(a || b) ? c : d"),
        ("!!a", "!(!a)"),
        ("--a", "-(-a)"),
    ],
)
def test_signs_bind_as_cel_says(text, same):
    assert parse(text) == parse(same)


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("null", Literal(None)),
        ("true", Literal(True)),
        ("12", Literal(12)),
        ("-12", Literal(-12)),
        ("- 12", Call("-x", (Literal(12),))),
        ("a -1", Call("-", (Ident("a"), Literal(1)))),
        ("12u", Literal(Uint(12))),
        ("0x1F", Literal(31)),
        ("-9223372036854775808", Literal(-(1 << 63))),
        ("1.5e3", Literal(1500.0)),
        (".5", Literal(0.5)),
        ("'a\\n\"'", Literal('a\n"')),
        (r"r'a\n'", Literal("a\\n")),
        ('"""a\nb"""', Literal("a\nb")),
        (r"b'\xff'", Literal(b"\xff")),
        (r'"\u4e2d\U0001F600\101"', Literal("中😀A")),
        ("[1, a,]", ListOf((Literal(1), Ident("a")))),
        ("{'a': 1}", MapOf(((Literal("a"), Literal(1)),))),
        ("A{b: 1}", Struct("A", (("b", Literal(1)),))),
        ("a.b[0]", Call("[]", (Select(Ident("a"), "b"), Literal(0)))),
        ("a.`b-c`", Select(Ident("a"), "b-c")),
        (".a", Ident("a", absolute=True)),
        ("has(a.b)", Select(Ident("a"), "b", test=True)),
        ("s.exists(v, v == 1)", Macro("exists", Ident("s"), "v", (Call("==", (Ident("v"), Literal(1))),))),
        ("s.exists(v)", Call("exists", (Ident("v"),), Ident("s"))),
        ("a // a remark\n && b", Call("&&", (Ident("a"), Ident("b")))),
    ],
)
def test_each_form_is_read(text, tree):
    assert parse(text) == tree


def test_a_double_keeps_its_text_so_that_a_tenth_is_a_tenth():
    found = parse("0.10")
    assert isinstance(found, Literal)
    assert found.text == "0.10"


# ---- what cannot be read


@pytest.mark.parametrize(
    ("text", "position", "words"),
    [
        ("", 0, "an expression is missing"),
        ("a &&", 4, "an expression is missing"),
        ("a & b", 2, "`&` does not belong here"),
        ("a b", 2, "`b` does not belong here"),
        ("(a", 2, "`)` is missing"),
        ("[a", 2, "`]` is missing"),
        ("a ? b", 5, "`:` is missing"),
        ('"abc', 0, "never closed"),
        ('"a\nb"', 0, "never closed"),
        (r'"\q"', 1, "escape is not known"),
        (r'"\xG1"', 1, "escape is not complete"),
        (r'"\uD800"', 1, "no Unicode character"),
        ("a.", 2, "a field name is missing"),
        ("for", 0, "reserved word"),
        ("9223372036854775808", 0, "64-bit"),
        ("18446744073709551616u", 0, "64-bit"),
        ("has(a)", 0, "`has` takes one selection"),
        ("s.all(a.b, true)", 6, "plain variable name"),
        ("!-a", 1, "does not belong here"),
        ("foreign_share ≤ 5", 14, "`≤` does not belong here"),
    ],
)
def test_an_error_points_at_the_letter_and_says_what_is_wrong(text, position, words):
    with pytest.raises(BadExpression) as caught:
        parse(text)
    assert caught.value.position == position
    assert words in str(caught.value)
    assert f"at character {position + 1}" in str(caught.value)


@pytest.mark.parametrize("text", ["(" * 5000 + "a" + ")" * 5000, "[" * 5000, "!(" * 3000 + "a" + ")" * 3000])
def test_deep_nesting_is_refused_and_not_a_crash(text):
    with pytest.raises(BadExpression, match="too deeply"):
        parse(text)


def test_a_long_text_is_shown_only_around_the_trouble():
    with pytest.raises(BadExpression) as caught:
        parse("a && " * 200 + "&")
    assert len(str(caught.value)) < 220


@given(st.text(max_size=30))
def test_any_text_is_read_or_refused(text):
    try:
        parse(text)
    except BadExpression as problem:
        assert 0 <= problem.position <= len(text)


# ---- positions


def parts(node: Expression) -> list[Expression]:
    match node:
        case Select(operand=operand):
            inner = [operand]
        case Call(arguments=arguments, target=target):
            inner = [*arguments, *((target,) if target is not None else ())]
        case ListOf(items):
            inner = list(items)
        case MapOf(entries):
            inner = [side for entry in entries for side in entry]
        case Struct(fields=fields):
            inner = [value for _, value in fields]
        case Macro(range=over, steps=steps):
            inner = [over, *steps]
        case _:
            inner = []
    return [node, *(found for part in inner for found in parts(part))]


@pytest.mark.parametrize(
    "text",
    [
        "(a || b) && (c)",
        "((a)) + (b) * (c + d)",
        "(s).exists(v, (v) in ['a'])",
        "(a ? b : c) ? (d) : (e)",
        "!(a) && -(b) < -1",
        "(a.b)[(0)].c",
        "  a  &&  b  ",
    ],
)
def test_the_letters_of_each_part_say_that_part(text):
    for node in parts(parse(text)):
        assert parse(text[node.start : node.end]) == node


# ---- there and back

NAMES = st.sampled_from(("a", "b", "share", "zones"))
LITERALS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(1 << 63), (1 << 63) - 1),
    st.integers(0, (1 << 64) - 1).map(Uint),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=5),
    st.binary(max_size=3),
).map(Literal)
BINARY = ("||", "&&", "<", "<=", ">", ">=", "==", "!=", "in", "+", "-", "*", "/", "%")


def _grow(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    some = st.lists(inner, max_size=3).map(tuple)
    return st.one_of(
        st.builds(Call, st.sampled_from(BINARY), st.tuples(inner, inner)),
        st.builds(Call, st.sampled_from(("!", "-x")), st.tuples(inner)).filter(_is_no_number),
        st.builds(Call, st.just("?:"), st.tuples(inner, inner, inner)),
        st.builds(Call, st.just("[]"), st.tuples(inner, inner)),
        st.builds(Call, st.sampled_from(("size", "f")), some, st.none() | inner),
        st.builds(Select, inner, st.sampled_from(("x", "in", "a-b")), st.booleans()),
        st.builds(ListOf, some),
        st.builds(MapOf, st.lists(st.tuples(inner, inner), max_size=2).map(tuple)),
        st.builds(Struct, st.just("A"), st.lists(st.tuples(NAMES, inner), max_size=2).map(tuple)),
        st.builds(Macro, st.sampled_from(("all", "exists", "filter", "map")), inner, NAMES, st.tuples(inner)),
    )


def _is_no_number(node: Expression) -> bool:
    return isinstance(node, Call) and not (node.name == "-x" and isinstance(node.arguments[0], Literal))


TREES = st.recursive(LITERALS | st.builds(Ident, NAMES, st.booleans()), _grow, max_leaves=12)


@given(TREES)
def test_a_tree_written_down_is_read_back_the_same(tree):
    assert parse(unparse(tree)) == tree


@given(TREES)
def test_every_part_of_a_tree_is_found_again_at_its_letters(tree):
    text = unparse(tree)
    for node in parts(parse(text)):
        assert parse(text[node.start : node.end]) == node
