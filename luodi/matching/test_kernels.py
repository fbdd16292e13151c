"""Columns against the walk: random books and companies, every limit from both sides, blocks at their ends."""

from datetime import date
from fractions import Fraction
from random import Random

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from luodi.matching.batch import BLOCK
from luodi.matching.compile import compile_rules
from luodi.matching.conftest import TYPES, in_columns, rounded, table_of, walked
from luodi.profiles.facts import Facts
from luodi.rules.lower import lower
from luodi.rules.strategies import DAY, WORDS, books, companies, pools, random_facts, rule_of
from luodi.rules.tree import Age, And, Const, Growth, Manual, Not, Op, Or, Test, Tree

RANDOM = settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))


def rules_of(*texts):
    return tuple(rule_of([lower(text, WORDS)], id=text) for text in texts)


# ---- random books


@RANDOM
@given(books(), st.lists(companies(), min_size=1, max_size=10), st.sampled_from(sorted(WORDS.attributes)))
def test_both_kernels_say_what_the_walk_says(rules, drawn, dropped):
    facts = [rounded(each.having({dropped: None})) for each in drawn]
    table, said = table_of(WORDS, facts), walked(rules, facts, DAY)
    for kernel in ("numba", "numpy"):
        found = in_columns(rules, WORDS, table, DAY, kernel, facts)
        assert found == {rule: said[rule] for rule in found}


@pytest.mark.parametrize("known", [0.8, 0.95])
def test_many_companies_with_missing_cells(known, kernel):
    """Long columns whose blocks end in the middle, drawn from the cells of a random book."""
    rules = rules_of(
        "employees >= 3 && share < 0.25 || listed",
        'zones.exists(z, z in ["a", "b"]) && !(size in ["large", "medium"])',
        "age_years(founded) <= 2 || age_months(licensed) > 5",
        'region.startsWith("11") && months != 3 || !certified',
        "growth(revenue, revenue_before) > 0.1 && employees * 2 >= revenue + 1",
        'size(zones) > 1 || zones.all(z, z in ["a", "b"])',
    )
    random = Random(known)
    values = pools(rules, WORDS, DAY) | {"revenue": (-1, 0, 2, 3), "revenue_before": (-1, 0, 2)}
    facts = [rounded(random_facts(values, WORDS, random, known=known)) for _ in range(3000)]
    assert in_columns(rules, WORDS, table_of(WORDS, facts), DAY, kernel, facts) == walked(rules, facts, DAY)


# ---- the same by a database, as two rails of two-valued expressions


def sql(node: Tree, wanted: bool, possible: bool) -> str:
    """Whether a node certainly, or possibly, has a truth."""
    match node:
        case Not(part):
            return sql(part, not wanted, possible)
        case And(parts) | Or(parts):
            sign = " AND " if isinstance(node, And) is wanted else " OR "
            return "(" + sign.join(sql(part, wanted, possible) for part in parts) + ")"
        case Const(value):
            return str(value is wanted)
        case Manual():
            return str(possible)
        case Growth(attribute=value, base=base, op=op, rate=rate):
            ratio = 1 + Fraction(rate)
            test = f"{value} * {ratio.denominator} {op.value} {base} * {ratio.numerator}".replace("==", "=")
            return rail(test, f"{value} IS NULL OR {base} IS NULL OR {base} = 0", wanted, possible)
    assert isinstance(node, Test)
    name = node.attribute
    closed = node.op is Op.PRESENT or node.presumed
    return rail(literal(node), f"{name} IS NULL", wanted, possible, closed=closed)


def rail(test: str, absent: str, wanted: bool, possible: bool, *, closed: bool = False) -> str:
    truth = f"(NOT ({absent}) AND coalesce({test}, false))"
    if closed:
        return truth if wanted else f"(NOT {truth})"
    here = truth if wanted else f"(NOT ({absent}) AND NOT {truth})"
    return f"({here} OR ({absent}))" if possible else here


def literal(test: Test) -> str:
    name, constant = test.attribute, test.constant
    match test.op:
        case Op.IN:
            return " OR ".join(f"{name} = {value(item)}" for item in constant)
        case Op.PREFIX:
            return " OR ".join(f"starts_with({name}, '{head}')" for head in constant)
        case Op.HAS_ANY:
            return f"list_has_any({name}, {sorted(constant)})"
        case Op.HAS_OTHER:
            return f"len(list_filter({name}, lambda x: NOT list_contains({sorted(constant)}, x))) > 0"
        case Op.TRUE:
            return name
        case Op.PRESENT if WORDS[name].kind == "set":
            return f"len(list_filter({name}, lambda x: x <> 'none')) > 0"
        case Op.PRESENT:
            return "true" if not WORDS[name].kind.is_text else f"{name} NOT IN ('', 'none')"
        case Op.AGE:
            age: Age = constant
            later = f"CAST({name} + INTERVAL {age.count} {age.unit} AS DATE)"
            return f"DATE '{DAY}' {age.op.value} {later}".replace("==", "=")
    return f"{name} {test.op.value} {value(constant)}".replace("==", "=")


def value(constant: object) -> str:
    if isinstance(constant, str):
        return f"'{constant}'"
    if isinstance(constant, date):
        return f"DATE '{constant}'"
    if isinstance(constant, Fraction):
        return f"(CAST({constant.numerator} AS DECIMAL(18, 8)) / {constant.denominator})"
    return str(constant)


def has_formula(node: Tree) -> bool:
    match node:
        case And(parts) | Or(parts):
            return any(map(has_formula, parts))
        case Not(part):
            return has_formula(part)
    return not isinstance(node, Test | Growth | Const | Manual)


@settings(RANDOM, max_examples=60)
@given(books(), st.lists(companies(), min_size=1, max_size=10))
def test_a_database_with_two_valued_rails_agrees(rules, drawn):
    facts = [rounded(each) for each in drawn]
    rules = [rule for rule in rules if not has_formula(rule.tree(DAY))]
    table = table_of(WORDS, facts)
    for name, attribute in WORDS.attributes.items():
        if name not in table.column_names:
            table = table.append_column(name, pa.nulls(len(facts), TYPES[attribute.kind]))
    said = in_columns(rules, WORDS, table, DAY, "numba", facts)
    with duckdb.connect() as database:
        database.register("companies", table)
        for rule in rules:
            tree = rule.tree(DAY)
            rails = ", ".join(sql(tree, True, possible) for possible in (False, True))
            rows = database.execute(f"SELECT {rails} FROM companies").fetchall()
            words = {(True, True): "yes", (False, True): "unknown", (False, False): "no"}
            assert [words[row] for row in rows] == said[rule.id], tree


# ---- the tables of three values, word by word

TRUTH = {"yes": True, "no": False, "unknown": None}
AND = {
    "yes yes": "yes",
    "yes no": "no",
    "yes unknown": "unknown",
    "no no": "no",
    "no unknown": "no",
    "unknown unknown": "unknown",
}
OR = {
    "yes yes": "yes",
    "yes no": "yes",
    "yes unknown": "yes",
    "no no": "no",
    "no unknown": "unknown",
    "unknown unknown": "unknown",
}


@pytest.mark.parametrize(("sign", "words"), [("&&", AND), ("||", OR)])
def test_and_or_as_in_the_tables(sign, words, kernel):
    rules = rules_of(f"listed {sign} certified", f"!(listed {sign} certified)")
    for pair, answer in words.items():
        for left, right in (pair.split(), reversed(pair.split())):
            given_facts = {"listed": TRUTH[left], "certified": TRUTH[right]}
            facts = [Facts(WORDS, {name: truth for name, truth in given_facts.items() if truth is not None})]
            plain, negated = in_columns(rules, WORDS, table_of(WORDS, facts), DAY, kernel).values()
            assert plain == [answer]
            assert negated == [{"yes": "no", "no": "yes", "unknown": "unknown"}[answer]]


def test_three_values_are_not_certainty(kernel):
    """Of an absent number neither half is known, so neither is the whole."""
    rules = rules_of("employees >= 5 || employees < 5", "employees >= 5 && employees < 5")
    table = pa.table({"employees": pa.array([4, 5, None])})
    assert list(in_columns(rules, WORDS, table, DAY, kernel).values()) == [
        ["yes", "yes", "unknown"],
        ["no", "no", "unknown"],
    ]


def test_what_is_presumed_or_asked_to_be_there_is_never_unknown(kernel):
    presumed = rule_of([lower("!listed", WORDS, presume=frozenset(("listed",)))], id="presumed")
    there = rules_of("has(profile.employees)", "has(profile.zones)", "has(profile.region)")
    table = pa.table(
        {
            "listed": pa.array([True, False, None]),
            "employees": pa.array([0, None, 1]),
            "zones": pa.array([["none"], ["a"], None], pa.list_(pa.string())),
            "region": pa.array(["110000", None, "310000"]),
        }
    )
    assert list(in_columns((presumed, *there), WORDS, table, DAY, kernel).values()) == [
        ["no", "yes", "yes"],
        ["yes", "no", "yes"],
        ["no", "yes", "no"],
        ["yes", "no", "yes"],
    ]


# ---- at the limit, just past it


@pytest.mark.parametrize(
    "kind", [pa.int8(), pa.int16(), pa.int32(), pa.int64(), pa.uint64(), pa.decimal128(22, 2), pa.float64()]
)
def test_numbers_at_the_limit_however_they_are_stored(kind, kernel):
    rules = rules_of("employees >= 5", "employees > 5", "employees == 5", "employees in [4, 6]", "employees < 5")
    table = pa.table({"employees": pa.array([4, 5, 6, None]).cast(kind)})
    assert list(in_columns(rules, WORDS, table, DAY, kernel).values()) == [
        ["no", "yes", "yes", "unknown"],
        ["no", "no", "yes", "unknown"],
        ["no", "yes", "no", "unknown"],
        ["yes", "no", "yes", "unknown"],
        ["yes", "no", "no", "unknown"],
    ]


def test_a_double_stands_for_its_shortest_decimal_text(kernel):
    """0.1 + 0.2 is not 0.3; what was written 0.3 is."""
    rules = rules_of("ratio >= 0.3", "ratio > 0.3", "ratio == 0.3", "ratio == 0.0")
    table = pa.table({"ratio": pa.array([0.3, 0.1 + 0.2, 0.29999999999999993, float("nan"), 0.0, 1e300])})
    assert list(in_columns(rules, WORDS, table, DAY, kernel).values()) == [
        ["yes", "yes", "no", "unknown", "no", "yes"],
        ["no", "yes", "no", "unknown", "no", "yes"],
        ["yes", "no", "no", "unknown", "no", "no"],
        ["no", "no", "no", "unknown", "yes", "no"],
    ]


def test_a_third_is_met_by_no_decimal(kernel):
    third = Test("ratio", Op.GE, Fraction(1, 3))
    rules = (rule_of([third], id="at least"), rule_of([Test("ratio", Op.EQ, Fraction(1, 3))], id="equal"))
    for column in (pa.array([0.3333, 0.3334]), pa.array([0.3333, 0.3334]).cast(pa.decimal128(9, 4))):
        found = in_columns(rules, WORDS, pa.table({"ratio": column}), DAY, kernel)
        assert found == {"at least": ["no", "yes"], "equal": ["no", "no"]}


def test_numbers_beyond_64_bits_are_exact(kernel):
    rules = rules_of("revenue >= 5", "revenue + revenue >= 5")
    wide = pa.array([2**62, -(2**63), 5, 3], pa.int64())
    facts = [Facts(WORDS, {"revenue": number}) for number in wide.to_pylist()]
    table = pa.table({"revenue": wide})
    assert in_columns(rules, WORDS, table, DAY, kernel, facts) == walked(rules, facts, DAY)


def test_a_formula_that_fails_is_an_error_and_a_decided_part_absorbs_it(kernel):
    rules = rules_of("revenue * revenue > 0", "revenue * revenue > 0 || listed", "revenue * revenue > 0 && certified")
    table = pa.table(
        {
            "revenue": pa.array([2**40, 2, None], pa.int64()),
            "listed": pa.array([True, False, False]),
            "certified": pa.array([None, True, False]),
        }
    )
    facts = [
        Facts(WORDS, {"revenue": 2**40, "listed": True}),
        Facts(WORDS, {"revenue": 2, "listed": False, "certified": True}),
        Facts(WORDS, {"listed": False, "certified": False}),
    ]
    found = in_columns(rules, WORDS, table, DAY, kernel, facts)
    assert found == walked(rules, facts, DAY)
    assert [found[rule.id][0] for rule in rules] == ["error", "yes", "unknown"]


@pytest.mark.parametrize("day", [date(2025, 2, 28), date(2025, 3, 1), date(2028, 2, 29)])
def test_anniversaries_of_a_day_that_does_not_exist(day, kernel):
    rules = rules_of("age_years(founded) >= 1", "age_months(founded) < 12", "age_days(founded) == 365")
    facts = [Facts(WORDS, {"founded": since}) for since in (date(2024, 2, 29), date(2024, 3, 1), date(2027, 2, 28))]
    assert in_columns(rules, WORDS, table_of(WORDS, facts), day, kernel) == walked(rules, facts, day)


# ---- blocks at their ends


@pytest.mark.parametrize("rows", [1, 63, 64, 65, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK, 3 * BLOCK + 4097])
def test_every_row_is_answered_once_whatever_the_end(rows, kernel):
    numbers = np.arange(rows) % 7
    table = pa.table({"employees": pa.array(numbers, mask=np.arange(rows) % 5 == 0)})
    (answers,) = in_columns(rules_of("employees >= 3"), WORDS, table, DAY, kernel).values()
    assert answers == [
        "unknown" if row % 5 == 0 else "yes" if number >= 3 else "no" for row, number in enumerate(numbers.tolist())
    ]


def test_a_slice_in_the_middle_of_an_array_is_read_from_its_own_first_row(kernel):
    whole = pa.table(
        {
            "employees": pa.array([None, 9, 1, 9, None, 1]),
            "listed": pa.array([False, None, True, False, True, None]),
            "zones": pa.array([["b"], [], ["a"], None, ["a", "c"], ["c"]], pa.list_(pa.string())),
            "region": pa.array(["310000", "110000", None, "110101", "440300", "110000"]).dictionary_encode(),
        }
    )
    rules = rules_of("employees >= 5", "listed", '"a" in zones', 'region.startsWith("11")')
    found = in_columns(rules, WORDS, whole.slice(1, 4), DAY, kernel)
    assert list(found.values()) == [
        ["yes", "no", "yes", "unknown"],
        ["unknown", "yes", "no", "yes"],
        ["no", "yes", "unknown", "yes"],
        ["yes", "unknown", "yes", "no"],
    ]


def test_more_literals_and_members_than_fit_one_word(kernel):
    codes = [f"{at:06}" for at in range(110000, 110200)]
    rules = rules_of(*(f'region in ["{code}"] || "m{at}" in scope' for at, code in enumerate(codes)))
    facts = [Facts(WORDS, {"region": codes[at], "scope": frozenset((f"m{(at * 7) % 230}",))}) for at in range(200)]
    facts.append(Facts(WORDS, {"scope": frozenset()}))
    assert in_columns(rules, WORDS, table_of(WORDS, facts), DAY, kernel) == walked(rules, facts, DAY)


# ---- sharing, and what is left out


def test_equal_parts_are_worked_out_once():
    program = compile_rules(
        rules_of("employees >= 5 && listed", "listed && employees >= 5", "!(employees < 5) && listed", "employees < 5"),
        WORDS,
        DAY,
    )
    assert (len(program.literals), len(program.nodes)) == (2, 3 + 3 + 1)
    assert len(set(program.fingerprints[:3])) == 1


def test_a_fingerprint_tells_what_is_asked_and_nothing_else():
    (alone,) = compile_rules(rules_of("employees >= 5"), WORDS, DAY).fingerprints
    among = compile_rules(rules_of("employees >= 9 || months > 3", "employees >= 5"), WORDS, DAY).fingerprints
    other = compile_rules(rules_of("employees >= 6", 'zones.exists(z, z == "a")'), WORDS, DAY).fingerprints
    assert alone == among[1]
    assert len({alone, *other, among[0]}) == 4


@pytest.mark.parametrize(
    ("text", "position", "reason"),
    [
        ("employees >= 5 && revenue / employees > 1", 29, "a division by something that is no constant"),
        ("revenue % 2 == 0", 1, "`%` has no form over columns"),
        ("zones.filter(z, z == 'a').size() > 0", 1, "`size` has no form over columns"),
        ("size(zones.map(z, z)) > 0", 1, "the size of something that is no attribute"),
        ("zones.all(z, z == size)", 1, "a body that asks more than the member"),
        ("min(employees, months) > 2", 1, "`min` has no form over columns"),
    ],
)
def test_what_columns_cannot_hold_is_named_with_its_place(text, position, reason):
    program = compile_rules((*rules_of("listed"), rule_of([lower(text, WORDS)], id="hard")), WORDS, DAY)
    (refused,) = program.refused
    assert program.ids == ("listed",)
    assert (refused.rule, refused.as_json()["position"], refused.reason) == ("hard", position, reason)
    assert refused.hint
