"""A second opinion: random expressions, asked of ours and of Google's, must end alike: the same value, or none."""

import math
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luodi.rules.cel.outcome import Failure
from luodi.rules.cel.program import program
from luodi.rules.cel.values import Duration, Map, Timestamp, kind_of
from luodi.rules.syntax import BadExpression, Uint

cel = pytest.importorskip("cel_expr_python.cel", reason="cel-expr-python is not installed: no second opinion on CEL")

KINDS = {"i": cel.Type.INT, "j": cel.Type.INT, "u": cel.Type.UINT, "d": cel.Type.DOUBLE, "s": cel.Type.STRING}
KINDS |= {"b": cel.Type.BOOL, "l": cel.Type.List(cel.Type.INT), "m": cel.Type.Map(cel.Type.STRING, cel.Type.INT)}
ENVIRONMENT = cel.NewEnv(variables=KINDS)
NAMES = {"INT": "int", "UINT": "uint", "DOUBLE": "double", "STRING": "string", "BYTES": "bytes", "BOOL": "bool"}
NAMES |= {
    "TIMESTAMP": "google.protobuf.Timestamp",
    "DURATION": "google.protobuf.Duration",
    "LIST": "list",
    "MAP": "map",
}
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DECLARED = {"i": "int", "j": "int", "u": "uint", "d": "double", "s": "string", "b": "bool", "l": "list", "m": "map"}

# ---- expressions, as text, well typed so that both read them

HIGH = (1 << 63) - 1
TEXTS = ("''", "'a'", "'ab'", "'中😀'", "'12'", "'-1.5'", "'true'", "'1h'", "'2024-02-29T23:59:59.5Z'")
PATTERNS = ("'a'", "'^a*$'", "'.'", "'(a|b)+'", "'['")
ZONES = ("'UTC'", "'Asia/Shanghai'", "'-03:30'")
LEAVES = {
    "int": st.sampled_from(("i", "j", "0", "1", "2", "7", "(-1)", f"{HIGH}", f"({-HIGH - 1})")),
    "uint": st.sampled_from(("u", "0u", "1u", "3u", f"{(1 << 64) - 1}u")),
    "double": st.sampled_from(("d", "0.0", "0.5", "2.0", "(-1.5)", "1e300", "9223372036854775808.0")),
    "string": st.sampled_from(("s", *TEXTS)),
    "bool": st.sampled_from(("b", "true", "false")),
    "list": st.sampled_from(("l", "[1]", "[0, 1, 2]")),
    "map": st.sampled_from(("m", "{'a': 1}", "{'a': 2, 'b': i}")),
    "bytes": st.sampled_from(("b''", "b'a'", "b'\\xff'")),
    "timestamp": st.sampled_from(("timestamp(0)", "timestamp(i)", "timestamp('2024-02-29T23:59:59.5Z')")),
    "duration": st.sampled_from(("duration('1h')", "duration('-1.5s')", "duration('9000000000s')")),
}
RULES = {
    "int": "{int} + {int}|{int} - {int}|{int} * {int}|{int} / {int}|{int} % {int}|-{int}|int({uint})|int({double})|"
    "int({string})|int({timestamp})|size({string})|size({list})|{map}.size()|size({bytes})|{list}[{int}]|"
    "{map}[{string}]|{map}.a|{bool} ? {int} : {int}|{duration}.getMinutes()|{duration}.getMilliseconds()|"
    "{timestamp}.getHours({zone})|{timestamp}.getDayOfYear({zone})|{timestamp}.getDayOfWeek()|{timestamp}.getDate()",
    "uint": "{uint} + {uint}|{uint} - {uint}|{uint} * {uint}|{uint} / {uint}|{uint} % {uint}|uint({int})|"
    "uint({double})",
    "double": "{double} + {double}|{double} - {double}|{double} * {double}|{double} / {double}|-{double}|double({int})|"
    "double({uint})|double({string})",
    "string": "{string} + {string}|string({int})|string({uint})|string({bool})|string({bytes})|"
    "{bool} ? {string} : {string}",
    "bool": "{bool} && {bool}|{bool} \\|\\| {bool}|!{bool}|{int} {order} {int}|{uint} {order} {uint}|"
    "{double} {order} {double}|{string} {order} {string}|{bytes} {order} {bytes}|{timestamp} {order} {timestamp}|"
    "{duration} {order} {duration}|dyn({int}) {order} {double}|dyn({int}) {order} {uint}|dyn({uint}) {order} {double}|"
    "dyn({int}) == dyn({string})|{list} == {list}|{map} != {map}|{int} in {list}|{string} in {map}|has({map}.b)|"
    "dyn({double}) in {list}|bool({string})|{string}.startsWith({string})|{string}.endsWith({string})|"
    "{string}.contains({string})|{string}.matches({pattern})|{list}.exists(i, {bool})|{list}.all(j, {bool})|"
    "{list}.exists_one(i, {bool})|{map}.exists(s, {bool})|type({int}) == type({string})|{bool} ? {bool} : {bool}",
    "list": "{list} + {list}|[{int}, {int}]|{list}.map(i, {int})|{list}.map(j, {bool}, {int})|{list}.filter(i, {bool})",
    "map": "{{'a': {int}, 'b': {int}}}|{bool} ? {map} : {map}",
    "bytes": "{bytes} + {bytes}|bytes({string})",
    "timestamp": "{timestamp} + {duration}|{timestamp} - {duration}|timestamp({int})|timestamp({string})",
    "duration": "{duration} + {duration}|{duration} - {duration}|{timestamp} - {timestamp}|duration({string})",
}
WORDS = {
    "order": st.sampled_from(("<", "<=", "==", "!=", ">=", ">")),
    "pattern": st.sampled_from(PATTERNS),
    "zone": st.sampled_from(ZONES),
}


@st.composite
def expressions(draw, kind, depth):
    """A text of one kind; each part of it in brackets."""
    if kind in WORDS:
        return draw(WORDS[kind])
    if depth == 0 or draw(st.integers(0, 3)) == 0:
        return draw(LEAVES[kind])
    shapes = [shape.replace("\\", "") for shape in RULES[kind].replace("\\|", "\0").split("|")]
    shape = draw(st.sampled_from(shapes)).replace("\0", "|")
    wanted = [piece.partition("}")[0] for piece in shape.replace("{{", "").split("{")[1:]]
    for part in wanted:
        shape = shape.replace(f"{{{part}}}", draw(expressions(part, depth - 1)), 1)
    return f"({shape.replace('{{', '{').replace('}}', '}')})"


BINDINGS = st.fixed_dictionaries(
    {
        "i": st.integers(-3, 3) | st.integers(-HIGH - 1, HIGH),
        "j": st.integers(-3, 3),
        "u": st.integers(0, 3) | st.integers(0, 2 * HIGH + 1),
        "d": st.floats() | st.integers(-3, 3).map(float),
        "s": st.text("ab1中😀", max_size=4),
        "b": st.booleans(),
        "l": st.lists(st.integers(-2, 2), max_size=3),
        "m": st.dictionaries(st.sampled_from("ab"), st.integers(-2, 2)),
    }
)

# ---- the two answers


def ours(text, bindings):
    given = {**bindings, "u": Uint(bindings["u"])}
    found = program(text, declared=DECLARED).evaluate(given)
    return "no value" if isinstance(found, Failure) else plain(found)


def plain(found):
    """What both can be compared by: the kind and a Python value, moments and lengths to the microsecond."""
    name = kind_of(found).name
    match found:
        case float():
            return name, "nan" if math.isnan(found) else repr(found)
        case Uint(number):
            return name, number
        case Timestamp(nanos) | Duration(nanos):
            return name, nanos // 1000
        case tuple():
            return name, list(found)
        case Map():
            return name, dict(found.items())
    return name, found


def theirs(text, bindings):
    try:
        found = ENVIRONMENT.compile(text).eval(data=bindings)
    except RuntimeError:
        return "no value"
    kind, value = found.type().name().partition("<")[0], found.plain_value()
    match kind:
        case "ERROR":
            return "no value"
        case "DOUBLE":
            return "double", "nan" if math.isnan(value) else repr(value)
        case "TIMESTAMP":
            return NAMES[kind], (value - EPOCH) // timedelta(microseconds=1)
        case "DURATION":
            return NAMES[kind], value // timedelta(microseconds=1)
        case "BYTES":
            return NAMES[kind], bytes(value)
    return NAMES[kind], value


@pytest.mark.parametrize("kind", sorted(RULES))
@given(data=st.data(), bindings=BINDINGS)
def test_both_end_alike(kind, data, bindings):
    text = data.draw(expressions(kind, 3))
    try:
        mine = ours(text, bindings)
    except BadExpression as problem:
        pytest.fail(f"{text}: {problem}")
    assert mine == theirs(text, bindings), text
