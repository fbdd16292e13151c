"""Every shipped book over random tables, with what has to be derived: row by row what the walk says."""

from datetime import date
from functools import cache
from random import Random

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from luodi.access.treatments import AccessBook
from luodi.matching.asked import Out, RunOptions
from luodi.matching.blocks import read
from luodi.matching.conftest import WORD, rounded, table_of
from luodi.matching.derived import derivations_of
from luodi.matching.inputs import open_input
from luodi.matching.run import bulk
from luodi.matching.single import row_of
from luodi.profiles.facts import Facts
from luodi.profiles.profile import Profile, current_facts
from luodi.profiles.vocabulary import Kind
from luodi.rules.cells import cells
from luodi.rules.derive import facts_on
from luodi.rules.evaluate import evaluate
from luodi.rules.library import book_names, load_book
from luodi.rules.strategies import by_attribute, random_facts

DAY = date(2026, 3, 2)
BOOKS = [name for name in book_names() if load_book(name).rules]


def companies(name, count, *, known, seed):
    """Random companies of the cells of a book, and of what its derived attributes are worked out from."""
    book = load_book(name)
    vocabulary, inputs = book.vocabulary, derivations_of(book, DAY).inputs
    tests = by_attribute(book.rules, DAY)
    for attribute in [n for name in list(tests) for n in inputs.get(name, ())]:
        tests.setdefault(attribute, [])
    pools = {n: cells(vocabulary[n], found, DAY, most=300) for n, found in tests.items() if n in vocabulary}
    pools["industry_code"] = ("I6513", "C2710", "K7010", "Q8311")
    pools["employees"] = (5, 50, 250, 1500)
    for money in ("operating_revenue", "rd_expense", "total_assets", "sales_revenue_3y", "rd_expense_3y"):
        pools[money] = (0, 900_000, 30_000_000, 700_000_000)
    pools["qualification_expiry"] = ({"hnte": "2026-03-01"}, {"hnte": "2026-03-02", "tech_sme": "2020-01-01"}, {})
    pools = {n: values for n, values in pools.items() if n in vocabulary and n not in ("service", "place")}
    if name == "market-access":
        pools["investor"] = ("DE", "HK")
    random = Random(seed)
    return [rounded(random_facts(pools, vocabulary, random, known=known)) for _ in range(count)]


def as_one(book, given):
    """The facts of one company as commands and pages make them."""
    if given.get("investor") == "DE":
        given = {"cepa_qualified": False, **given}
    return facts_on(book.vocabulary, current_facts(Profile(given), DAY)[0], DAY)


def answers(name, table, tmp_path, on=DAY, **more):
    path = tmp_path / "companies.parquet"
    pq.write_table(table, path, row_group_size=1000)
    options = RunOptions(on, Out.BLOCKS, to=tmp_path / "answers.blocks", **more)
    report = bulk(load_book(name), open_input(path), options)
    return report, read(tmp_path / "answers.blocks")


@cache
def drawn_and_walked(name, known):
    """Companies, and by rule what the walk says of each; both kernels are held against it."""
    book, drawn = load_book(name), companies(name, 400, known=known, seed=known)
    facts = [as_one(book, each.given) for each in drawn]
    walked = {
        rule.id: [WORD[evaluate(rule.tree(DAY), each, DAY).answer] if DAY in rule.span else "no" for each in facts]
        for rule in book.rules
    }
    return drawn, walked


@pytest.mark.parametrize("name", BOOKS)
@pytest.mark.parametrize("known", [0.85, 1.0])
@pytest.mark.parametrize("kernel", ["numba", "numpy"])
def test_every_rule_of_a_book_answers_every_row_as_the_walk_does(name, known, kernel, tmp_path):
    book, (drawn, walked) = load_book(name), drawn_and_walked(name, known)
    report, found = answers(name, table_of(book.vocabulary, drawn), tmp_path, kernel=kernel)
    assert not report.program.refused, "every clause of a shipped book fits columns"
    columns = {rule: (found.certain(rule), found.possible(rule)) for rule in found.rules}
    for rule in book.rules:
        certain, possible = columns[rule.id]
        for row, word in enumerate(walked[rule.id]):
            pair = {"yes": (True, True), "no": (False, False), "unknown": (False, True)}[word]
            assert (certain[row], possible[row]) == pair, (rule.id, drawn[row].given)


@pytest.mark.parametrize("name", ["policies", "market-access"])
def test_a_row_by_itself_says_what_it_says_among_others(name, tmp_path):
    book, drawn = load_book(name), companies(name, 60, known=0.8, seed=3)
    _, found = answers(name, table_of(book.vocabulary, drawn), tmp_path)
    for row in (0, 17, 59):
        alone = row_of(book, open_input(tmp_path / "companies.parquet"), row, on=DAY, columns={}, kernel="numba")
        assert alone.answers == found.answers(row)
        walked = {r.id: WORD[evaluate(r.tree(DAY), alone.facts, DAY).answer] for r in book.rules if DAY in r.span}
        assert {rule: alone.answers[rule] for rule in walked} == walked


# ---- what is derived


def test_the_size_class_follows_from_industry_and_figures_unless_it_is_given(tmp_path):
    """Software: 300 persons and CNY 100 million are large; the figure that is missing decides nothing."""
    rows = [
        ("I6513", 300, 100_000_000, None),
        ("I6513", 299, 100_000_000, None),
        ("I6513", 300, None, None),
        ("I6513", 5, None, None),
        ("Q8311", 300, 100_000_000, None),
        ("I6513", 300, 100_000_000, "small"),
        (None, 300, 100_000_000, None),
    ]
    names = ("industry_code", "employees", "operating_revenue", "enterprise_size")
    table = pa.table({name: pa.array(column) for name, column in zip(names, zip(*rows, strict=True), strict=True)})
    book = load_book("policies")
    for row, cell in enumerate(rows):
        facts = facts_on(book.vocabulary, {n: v for n, v in zip(names, cell, strict=True) if v is not None}, DAY)
        pq.write_table(table, tmp_path / "c.parquet")
        alone = row_of(book, open_input(tmp_path / "c.parquet"), row, on=DAY, columns={}, kernel="numpy")
        assert alone.facts.value("enterprise_size") == facts.value("enterprise_size")
    _, found = answers("policies", table, tmp_path)
    for row, cell in enumerate(rows):
        facts = facts_on(book.vocabulary, {n: v for n, v in zip(names, cell, strict=True) if v is not None}, DAY)
        said = {r.id: WORD[evaluate(r.tree(DAY), facts, DAY).answer] for r in book.rules if DAY in r.span}
        assert {rule: found.answers(row)[rule] for rule in said} == said


def test_a_share_worked_out_meets_its_limit_exactly(tmp_path, make_ratio_book):
    """3 of 100 is 3 %, and nothing is said of no revenue."""
    table = pa.table(
        {
            "rd_expense": [3, 3, 2, 10**17, 1, 0, None],
            "operating_revenue": [100, 101, 66, 3 * 10**18, 0, 5, 100],
            "rd_ratio": pa.array([None, None, None, None, None, None, 0.03]),
        }
    )
    found = make_ratio_book("rd_ratio >= 0.03", "rd_ratio > 0.03", "rd_ratio == 0.03")(table)
    assert found == [
        ["yes", "no", "yes", "yes", "unknown", "no", "yes"],
        ["no", "no", "yes", "yes", "unknown", "no", "no"],
        ["yes", "no", "no", "no", "unknown", "no", "yes"],
    ]


@pytest.fixture
def make_ratio_book(tmp_path):
    """Rules over the company's vocabulary, asked of a table."""

    def make(*clauses):
        folder = tmp_path / "book"
        (folder / "rules").mkdir(parents=True)
        (folder / "book.yaml").write_text("id: little\ntitle: little\nversion: '1'\n")
        rules = "".join(f"- {{id: r{at}, title: r, basis: b, when: ['{text}']}}\n" for at, text in enumerate(clauses))
        (folder / "rules" / "all.yaml").write_text(rules)

        def ask(table):
            _, found = answers(str(folder), table, tmp_path)
            return [[found.answers(row)[rule] for row in range(table.num_rows)] for rule in found.rules]

        return ask

    return make


def test_recognitions_that_expired_do_not_count(tmp_path, make_ratio_book):
    kind = pa.map_(pa.string(), pa.date32())
    table = pa.table(
        {
            "qualifications": pa.array([["hnte"], ["hnte"], ["hnte", "tech_sme"], ["tech_sme"]]),
            "qualification_expiry": pa.array(
                [[("hnte", date(2026, 3, 1))], [("hnte", DAY)], [("hnte", date(2026, 3, 1))], None], kind
            ),
        }
    )
    ask = make_ratio_book(
        '"hnte" in qualifications', "has(profile.qualifications)", "has(profile.qualification_expiry)"
    )
    assert ask(table) == [["no", "yes", "no", "no"], ["no", "yes", "yes", "yes"], ["yes", "yes", "yes", "no"]]


def test_access_rows_from_service_place_and_investor(tmp_path):
    """The line of parents and the zones are worked out; what no place is, is refused."""
    table = pa.table(
        {
            "service": ["B11", "B111", "B11", None],
            "place": ["BJ", "SH-LINGANG", "Atlantis", "BJ"],
            "share": pa.array([100, 50, 50, 50]).cast(pa.decimal128(22, 2)),
            "investor": ["DE", "HK", "DE", "DE"],
        }
    )
    report, found = answers("market-access", table, tmp_path)
    assert [reject.row for reject in report.first_rejects] == [2, 1] or report.counts.refused in (1, 2)
    access = AccessBook(load_book("market-access"))
    given = {
        "services": frozenset(access.service("B11").line),
        "zones": access.places("BJ", DAY),
        "share": 100,
        "cepa_qualified": False,
    }
    facts = Facts(access.book.vocabulary, given)
    for rule in access.book.rules:
        word = WORD[evaluate(rule.tree(DAY), facts, DAY).answer] if DAY in rule.span else "no"
        assert found.answers(0)[rule.id] == word
    assert found.answers(2) is None


def test_the_vocabulary_has_every_input_of_what_is_derived():
    for name in BOOKS:
        book = load_book(name)
        inputs = derivations_of(book, DAY).inputs
        assert {n for some in inputs.values() for n in some} <= set(book.vocabulary.attributes)
        assert all(book.vocabulary[n].kind is not Kind.MAP or n == "qualification_expiry" for n in inputs)
