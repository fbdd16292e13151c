"""Companies as facts and as tables, and answers from both, for tests that compare them."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from luodi.matching.blocks import ANSWERS
from luodi.matching.coding import Coder
from luodi.matching.compile import compile_rules
from luodi.matching.engine import Engine
from luodi.matching.inputs import map_columns
from luodi.profiles.facts import Facts
from luodi.profiles.vocabulary import Kind, Value, Vocabulary
from luodi.rules.book import Rule
from luodi.rules.evaluate import Answer, evaluate

WORD = {Answer.YES: "yes", Answer.NO: "no", Answer.UNKNOWN: "unknown", Answer.ERROR: "error"}
TYPES = {
    Kind.INTEGER: pa.int64(),
    Kind.MONEY: pa.int64(),
    Kind.DECIMAL: pa.decimal128(18, 4),
    Kind.DATE: pa.date32(),
    Kind.BOOLEAN: pa.bool_(),
    Kind.ENUM: pa.string(),
    Kind.STRING: pa.string(),
    Kind.SET: pa.list_(pa.string()),
    Kind.MAP: pa.map_(pa.string(), pa.string()),
}


def rounded(facts: Facts) -> Facts:
    """The same company with numbers that a table can hold."""
    given = {
        name: Fraction(round(value * 10_000), 10_000) if isinstance(value, Fraction) else value
        for name, value in facts.given.items()
    }
    return Facts(
        facts.vocabulary,
        {n: v.numerator if isinstance(v, Fraction) and v.denominator == 1 else v for n, v in given.items()},
    )


def cell(value: Value | None, kind: Kind) -> Any:
    if value is None:
        return None
    if kind is Kind.DECIMAL:
        return Decimal(value.numerator) / Decimal(value.denominator)
    if kind is Kind.SET:
        return sorted(value)
    return list(value.items()) if kind is Kind.MAP else value


def table_of(vocabulary: Vocabulary, companies: Sequence[Facts]) -> pa.Table:
    """A column for each attribute that any of them has."""
    columns = {}
    for name, attribute in vocabulary.attributes.items():
        values = [cell(facts.given.get(name), attribute.kind) for facts in companies]
        if any(value is not None for value in values):
            columns[name] = pa.array(values, TYPES[attribute.kind])
    return pa.table(columns) if columns else pa.table({"nothing": [None] * len(companies)})


def walked(rules: Sequence[Rule], companies: Sequence[Facts], on: date) -> dict[str, list[str]]:
    """What the walk says of each rule and company."""
    return {
        rule.id: [WORD[evaluate(rule.tree(on), facts, on).answer] if on in rule.span else "no" for facts in companies]
        for rule in rules
    }


def in_columns(
    rules: Sequence[Rule], vocabulary: Vocabulary, table: pa.Table, on: date, kernel: str, facts: Sequence[Facts] = ()
) -> dict[str, list[str]]:
    """What a kernel says."""
    program = compile_rules(rules, vocabulary, on)
    mapped = map_columns(table.schema, vocabulary, program.reads)
    batch, refusals = Coder(vocabulary, mapped.columns).batch(table, 0)
    assert not refusals.found
    batch.row_facts = facts.__getitem__
    return answered(program.ids, Engine(program, kernel=kernel), batch)


def answered(ids: Sequence[str], engine: Engine, batch: Any) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {rule: [] for rule in ids}

    def consume(first: int, words: Any) -> None:
        for block in words:
            bits = np.unpackbits(block.view(np.uint8), axis=1, bitorder="little")
            for at, rule in enumerate(ids):
                pairs = zip(bits[1 + at], bits[1 + len(ids) + at], strict=True)
                found[rule] += [ANSWERS[p + 2 * c] for c, p in pairs]

    counts = engine.run(batch, consume)
    whole = {rule: answers[: batch.rows] for rule, answers in found.items()}
    for at, rule in enumerate(ids):
        assert counts.yes[at] == whole[rule].count("yes")
        assert counts.unknown[at] == whole[rule].count("unknown")
        assert counts.error[at] == whole[rule].count("error")
    return whole


@pytest.fixture(params=["numba", "numpy"])
def kernel(request: pytest.FixtureRequest) -> str:
    return str(request.param)
