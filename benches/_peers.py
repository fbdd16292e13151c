"""The same rules for other engines, over columns coded in advance (`_companies.coded`), and what they count.

A rule becomes a plain expression whose nulls the engine carries by itself. Polars, DuckDB and Spark SQL have the three
values of Kleene for AND, OR and NOT; that this holds for these very expressions is checked by comparing every count.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from _companies import TODAY
from _synthetic import DAY, MARKS, REGIONS, SIZES

from luodi.rules.book import Rule
from luodi.rules.tree import And, Not, Op, Or, Test, Tree

Answers = list[tuple[int, int]]  # yes and unknown of each rule


@dataclass(frozen=True)
class Compare:
    column: str
    sign: str
    number: int


@dataclass(frozen=True)
class Among:
    column: str
    codes: tuple[int, ...]


@dataclass(frozen=True)
class AnyBit:
    column: str
    mask: int


@dataclass(frozen=True)
class IsTrue:
    column: str


def question(test: Test) -> Compare | Among | AnyBit | IsTrue:
    """One test on a coded column."""
    name, constant = test.attribute, test.constant
    match test.op:
        case Op.TRUE:
            return IsTrue(name)
        case Op.IN:
            return Among(name, tuple(sorted(SIZES.index(word) for word in constant)))
        case Op.PREFIX:
            heads = tuple(constant)
            return Among(name, tuple(at for at, region in enumerate(REGIONS) if region.startswith(heads)))
        case Op.HAS_ANY:
            return AnyBit(name, sum(1 << MARKS.index(word) for word in constant))
        case Op.AGE:
            assert (constant.unit, constant.op) == ("years", Op.LE)
            before = DAY.replace(year=DAY.year - constant.count)
            return Compare(name, ">=", TODAY - (DAY - before).days)
    hundredths = constant * 100 if isinstance(constant, Fraction) else constant
    assert int(hundredths) == hundredths
    return Compare(name, str(test.op.value), int(hundredths))


# ---- Polars


def polars_expression(tree: Tree) -> Any:
    import polars as pl

    match tree:
        case And(parts):
            return pl.all_horizontal([polars_expression(part) for part in parts])
        case Or(parts):
            return pl.any_horizontal([polars_expression(part) for part in parts])
        case Not(part):
            return ~polars_expression(part)
    assert isinstance(tree, Test)
    match question(tree):
        case Compare(column, sign, number):
            here = pl.col(column)
            return {">=": here >= number, ">": here > number, "<=": here <= number, "<": here < number}[sign]
        case Among(column, codes):
            here = pl.col(column)
            return here == codes[0] if len(codes) == 1 else here.is_in(codes)
        case AnyBit(column, mask):
            return (pl.col(column) & mask) != 0
        case IsTrue(column):
            return pl.col(column)


def polars_counts(frame: Any, rules: Sequence[Rule], at_once: int) -> Answers:
    """By Polars' streaming engine, some rules a query."""
    found: Answers = []
    for start in range(0, len(rules), at_once):
        asked = []
        for at, rule in enumerate(rules[start : start + at_once]):
            answer = polars_expression(rule.tree(DAY))
            asked += [answer.sum().alias(f"yes{at}"), answer.null_count().alias(f"unknown{at}")]
        row = frame.lazy().select(asked).collect(engine="streaming").row(0)
        found += list(zip(row[::2], row[1::2], strict=True))
    return found


# ---- SQL


def sql_expression(tree: Tree) -> str:
    """A rule as SQL text, for DuckDB and Spark alike."""
    match tree:
        case And(parts):
            return f"({' AND '.join(map(sql_expression, parts))})"
        case Or(parts):
            return f"({' OR '.join(map(sql_expression, parts))})"
        case Not(part):
            return f"(NOT {sql_expression(part)})"
    assert isinstance(tree, Test)
    match question(tree):
        case Compare(column, sign, number):
            return f"{column} {sign} {number}"
        case Among(column, codes):
            return f"{column} IN ({', '.join(map(str, codes))})"
        case AnyBit(column, mask):
            return f"({column} & {mask}) <> 0"
        case IsTrue(column):
            return column


def sql_queries(rules: Sequence[Rule], table: str, at_once: int) -> list[str]:
    """Each query counts the yes and the unknown of some rules in one row."""
    found = []
    for start in range(0, len(rules), at_once):
        texts = [sql_expression(rule.tree(DAY)) for rule in rules[start : start + at_once]]
        inner = ", ".join(f"{text} AS r{at}" for at, text in enumerate(texts))
        outer = ", ".join(f"count_if(r{at}), count(*) - count(r{at})" for at in range(len(texts)))
        found.append(f"SELECT {outer} FROM (SELECT {inner} FROM {table})")
    return found


def in_pairs(row: Sequence[int]) -> Answers:
    return [(int(yes), int(unknown)) for yes, unknown in zip(row[::2], row[1::2], strict=True)]
