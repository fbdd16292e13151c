"""Lists, maps, types and null: built, indexed, asked for members and fields, and compared deeply."""

import pytest

from luodi.rules.cel.outcome import Failure, NoValue
from luodi.rules.cel.program import program
from luodi.rules.cel.values import Kind, Map
from luodi.rules.syntax import Uint


def value(text, **bindings):
    return program(text).evaluate(bindings)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("[]", ()),
        ("[1, 'a', null, [true]]", (1, "a", None, (True,))),
        ("[1, 2] + [3]", (1, 2, 3)),
        ("[] + []", ()),
        ("size([1, 2])", 2),
        ("[4, 5].size()", 2),
        ("size({})", 0),
        ("{'a': 1, 2: 'b'}.size()", 2),
        ("[4, 5][1]", 5),
        ("[4, 5][dyn(1u)]", 5),
        ("[4, 5][dyn(1.0)]", 5),
        ("[[1], [2]][1][0]", 2),
        ("{'a': 1}['a']", 1),
        ("{'a': 1}.a", 1),
        ("{'a': {'b': 2}}.a.b", 2),
        ("{'in': 1}.in", 1),
        ("{'a-b/c': 1}.`a-b/c`", 1),
        ("{true: 1, 1: 2}[true]", 1),
        ("{true: 1, 1: 2}[1]", 2),
        ("{1: 'a', 2u: 'b'}[dyn(1u)]", "a"),
        ("{1: 'a', 2u: 'b'}[dyn(2.0)]", "b"),
        ("has({'a': null}.a)", True),
        ("has({'a': 1}.b)", False),
        ("has({'a': {}}.a.b)", False),
        ("has({'a-b': 1}.`a-b`)", True),
    ],
)
def test_lists_and_maps(text, wanted):
    assert value(text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "[4, 5][2]",
        "[4, 5][-1]",
        "[4, 5][dyn(0.5)]",
        "[4, 5][dyn('0')]",
        "[4, 5][dyn(true)]",
        "{'a': 1}['b']",
        "{'a': 1}.b",
        "{1: 2}[dyn(1.5)]",
        "{1: 2}[dyn(b'')]",
        "{1: 2}[dyn(null)]",
        "dyn(1)[0]",
        "dyn(1).a",
        "dyn([1]).a",
        "has(dyn(1).a)",
        "has({}.a.b)",
        "{1.5: 2}",
        "{null: 2}",
        "{[1]: 2}",
        "{'a': 1, 'a': 2}",
        "{1: 1, 1u: 2}",
        "[1] + {}",
        "[1 / 0]",
        "{1 / 0: 1}",
        "{1: 1 / 0}",
        "1 in 1",
        "'a' in 'abc'",
        "A{b: 1}",
    ],
)
def test_what_has_no_value(text):
    assert isinstance(value(text), Failure)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2 in [1, 2]", True),
        ("3 in [1, 2]", False),
        ("1 in []", False),
        ("dyn(2u) in [1, 2]", True),
        ("dyn(2.0) in [1u, 2u]", True),
        ("dyn('2') in [1, 2]", False),
        ("[1] in [[1], [2]]", True),
        ("null in [null]", True),
        ("dyn(true) in [1]", False),
        ("'a' in {'a': 1}", True),
        ("1 in {'a': 1}", False),
        ("dyn(1u) in {1: 1}", True),
        ("dyn(1.5) in {1: 1}", False),
        ("dyn(null) in {1: 1}", False),
        ("dyn([1]) in {1: 1}", False),
        ("1 in {}", False),
    ],
)
def test_membership_is_of_items_and_of_keys(text, wanted):
    assert value(text) is wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("[1, [2, 'a']] == [1, [2, 'a']]", True),
        ("[1, 2] == [2, 1]", False),
        ("[1] == [1, 1]", False),
        ("[1, 2u, 3.0] == [1.0, 2, 3u]", True),
        ("[] == []", True),
        ("[null] == [null]", True),
        ("['1'] == [1]", False),
        ("{'a': 1, 'b': 2} == {'b': 2, 'a': 1}", True),
        ("{'a': 1} == {'a': 2}", False),
        ("{'a': 1} == {'b': 1}", False),
        ("{'a': 1} == {'a': 1, 'b': 1}", False),
        ("{1: [1]} == {1u: [1.0]}", True),
        ("{'a': null} == {'b': null}", False),
        ("{} != {}", False),
        ("[1] != [2]", True),
        ("null == null", True),
        ("null != null", False),
        ("dyn(null) == 0", False),
        ("dyn(null) == ''", False),
        ("dyn(null) == false", False),
        ("dyn([]) == {}", False),
        ("true == true", True),
        ("true != false", True),
        ("false < true", True),
        ("true <= false", False),
    ],
)
def test_equality_is_deep_and_never_fails(text, wanted):
    assert value(text) is wanted


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("type(null)", "null_type"),
        ("type(true)", "bool"),
        ("type(1)", "int"),
        ("type(1u)", "uint"),
        ("type(1.0)", "double"),
        ("type('')", "string"),
        ("type(b'')", "bytes"),
        ("type([])", "list"),
        ("type({})", "map"),
        ("type(int)", "type"),
        ("type(type)", "type"),
        ("type(timestamp(0))", "google.protobuf.Timestamp"),
        ("type(duration('0'))", "google.protobuf.Duration"),
        ("google.protobuf.Duration", "google.protobuf.Duration"),
        ("int", "int"),
        ("null_type", "null_type"),
        ("type(dyn(1))", "int"),
    ],
)
def test_a_type_is_a_value(text, name):
    assert value(text) == Kind(name)


def test_types_are_compared():
    assert value("type(1) == int && type(1) != uint && type([1]) == type(['a']) && type(1.0) != type(1)") is True
    assert isinstance(value("dyn"), Failure)


def test_a_map_in_python():
    found = value("{'a': 1, 2u: [3], true: null}")
    assert found == Map([("a", 1), (Uint(2), (3,)), (True, None)])
    assert list(found) == ["a", Uint(2), True]
    assert (found.get("a"), found.get("b"), found.get("b", 0), len(found), True in found) == (1, None, 0, 3, True)
    assert repr(found) == "Map([('a', 1), (Uint(value=2), (3,)), (True, None)])"
    with pytest.raises(NoValue, match="twice"):
        Map([(1, 2), (Uint(1), 3)])
