"""Reading and writing: what a file says comes in whole, and what is wrong with it is told by record and field."""

import json
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from luodi.errors import LuodiError
from luodi.ownership import Kind, Stakes, answer, equity, parse_share
from luodi.ownership.bods import bods_from, stakes_from_bods
from luodi.ownership.gleif import read_gleif, with_hints
from luodi.ownership.reading import read_stakes, stakes_from

JUNE = date(2024, 6, 1)
GOOD = {
    "nodes": {"T": "company", "A": "company", "F": "foreign", "H": {"kind": "domestic", "person": True, "name": "Han"}},
    "stakes": [
        {"owner": "F", "company": "A", "share": "3/10"},
        {"owner": "H", "company": "A", "share": "0.7"},
        {"owner": "A", "company": "T", "share": "?"},
        {"owner": "H", "company": "T", "share": "1/3", "votes": "50 %", "from": "2024-01-01", "to": "2025-01-01"},
    ],
    "contracts": [{"controller": "F", "company": "T"}],
}


# ---- shares


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [("3/10", "3/10", "3/10"), ("0.3", "3/10", "3/10"), ("30 %", "3/10", "3/10"), ("?", "0", "1"), (None, "0", "1"),
     ("25..50 %", "1/4", "1/2"), (["1/4", "0.5"], "1/4", "1/2"), (1, "1", "1"), ("1e-3", "1/1000", "1/1000")],
)  # fmt: skip
def test_a_share_is_read_exactly(text, low, high):
    assert (parse_share(text).low, parse_share(text).high) == (Fraction(low), Fraction(high))


@pytest.mark.parametrize(
    ("text", "message"),
    [("1.2", "outside 0 to 1"), ("51", "Did you mean `51 %`"), ("-0.1", "outside 0 to 1"), ("1/0", "divided by 0"),
     ("lots", "not a share"), ("50..25 %", "ends below"), (0.1, "not a share"), ("nan", "not a share"),
     (True, "not a share")],
)  # fmt: skip
def test_a_wrong_share_is_refused(text, message):
    with pytest.raises(LuodiError, match=message):
        parse_share(text)


def test_the_text_of_a_stake_is_kept():
    stakes = stakes_from(GOOD, "x.json")
    assert [s.share.text for s in stakes.stakes] == ["3/10", "0.7", "?", "1/3"]


# ---- errors


def changed(**more):
    return {**GOOD, **more}


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (
            changed(stakes=[{"owner": "F", "company": "T", "share": "1.5"}]),
            ["stake 1 (F -> T)", "key `share`", "outside"],
        ),
        (changed(stakes=[{"owner": "G", "company": "T", "share": "1"}]), ["stake 1", "key `owner`", "no node `G`"]),
        (changed(stakes=[{"owner": "F", "company": "T"}]), ["stake 1", "needs `share`"]),
        (changed(stakes=[{"owner": "F", "compny": "T", "share": 1}]), ["stake 1", "Did you mean `company`"]),
        (changed(stakes=[{"owner": "F", "company": "T", "share": 1, "from": "2024-02-30"}]), ["key `from`", "29"]),
        (
            changed(stakes=[{"owner": "F", "company": "T", "share": 1, "from": "2024-02-01", "to": "2024-01-01"}]),
            ["before"],
        ),
        (changed(nodes={"T": "compny"}), ["node `T`", "Did you mean `company`"]),
        (changed(nodes=[{"id": "T", "kind": "company"}, {"id": "T", "kind": "foreign"}]), ["`T` stands twice"]),
        (changed(contracts=[{"controller": "F"}]), ["contract 1", "needs `company`"]),
        ({"stakes": []}, ["needs `nodes`"]),
        ({"nodes": {}, "stake": []}, ["Did you mean `stakes`"]),
        ("text", ["a register is a mapping"]),
    ],
)
def test_what_is_wrong_is_told_by_record_and_field(raw, words):
    with pytest.raises(LuodiError) as told:
        stakes_from(raw, "x.json")
    assert all(word in str(told.value) for word in ["x.json", *words])


def test_a_yaml_file_names_the_line(tmp_path: Path):
    path = tmp_path / "own.yaml"
    path.write_text("nodes: {T: company, F: foreign}\nstakes:\n- owner: F\n  company: T\n  share: '1.01'\n")
    with pytest.raises(LuodiError, match=r"own.yaml, line 3, stake 1 \(F -> T\), key `share`, line 5"):
        read_stakes(path)


def test_json_numbers_are_exact(tmp_path: Path):
    path = tmp_path / "own.json"
    path.write_text(
        '{"nodes": {"T": "company", "F": "foreign"}, "stakes": [{"owner": "F", "company": "T", "share": 0.1}]}'
    )
    assert equity("T", read_stakes(path), on=JUNE).low == Fraction(1, 10)


# ---- BODS


def relationship(**share):
    return {
        "subject": "T", "interestedParty": "P", "isComponent": False,
        "interests": [
            {"type": "shareholding", "directOrIndirect": "direct", "share": share, "startDate": "2024-01-01"}
        ],
    }  # fmt: skip


def statement(record: str, kind: str, details, day="2024-01-01", status="new"):
    return {
        "statementId": f"{record}-{day}", "declarationSubject": "T", "recordId": record, "recordType": kind,
        "recordDetails": details, "recordStatus": status, "statementDate": day,
    }  # fmt: skip


COMPANY = statement(
    "T",
    "entity",
    {"isComponent": False, "entityType": {"type": "registeredEntity"}, "jurisdiction": {"name": "China", "code": "CN"}},
)
PERSON = statement(
    "P",
    "person",
    {"isComponent": False, "personType": "knownPerson", "nationalities": [{"name": "Germany", "code": "DE"}]},
)


def of_bods(*rows):
    return equity("T", stakes_from_bods([COMPANY, PERSON, *rows], "x.json"), on=JUNE)


def test_an_exact_share_and_a_band_are_read():
    assert of_bods(statement("R", "relationship", relationship(exact=30))).low == Fraction(3, 10)
    band = of_bods(statement("R", "relationship", relationship(minimum=25, maximum=50)))
    assert (band.low, band.high) == (Fraction(1, 4), Fraction(1, 2))


def test_the_latest_statement_of_a_record_counts_and_a_closed_one_not():
    first = statement("R", "relationship", relationship(exact=30))
    later = statement("R", "relationship", relationship(exact=40), "2024-02-01", "updated")
    closed = statement("R", "relationship", relationship(exact=40), "2024-03-01", "closed")
    assert of_bods(later, first).low == Fraction(2, 5)
    assert of_bods(first, later, closed).high == 0


def test_a_missing_record_is_named():
    with pytest.raises(LuodiError, match=r"statement 1, recordDetails: `subject` names the record `T`"):
        stakes_from_bods([statement("R", "relationship", relationship(exact=30))], "x.json")


def test_an_unspecified_party_may_be_anybody():
    details = {**relationship(exact=30), "interestedParty": {"reason": "unknown"}}
    found = of_bods(statement("R", "relationship", details))
    assert (found.low, found.high) == (0, Fraction(3, 10))


def test_what_is_written_is_read_again(tmp_path: Path):
    before = Stakes.parse("""
        F (foreign) -> A 51 % from 2024-01-01 to 2025-01-01
        A -> T 25..50 % votes 60 %
        H (domestic) -> T ?
        K (hmt) => T
    """)
    path = tmp_path / "bods.json"
    path.write_text(json.dumps(bods_from(before, on=JUNE)))
    after = read_stakes(path)
    assert {n: node.kind for n, node in after.nodes.items()} == {n: node.kind for n, node in before.nodes.items()}
    ours, theirs = (answer("T", stakes, on=JUNE) for stakes in (before, after))
    assert {k: ours[k] for k in ("equity", "votes", "controller", "holders")} == {
        k: theirs[k] for k in ("equity", "votes", "controller", "holders")
    }


def test_statements_have_what_the_standard_requires():
    rows = bods_from(Stakes.parse("F (foreign) -> T 1/3\nH => T"), on=JUNE)
    assert all(
        {"statementId", "declarationSubject", "recordId", "recordType", "recordDetails"} <= row.keys() for row in rows
    )
    assert all(32 <= len(row["statementId"]) <= 64 for row in rows)
    assert len({row["statementId"] for row in rows}) == len(rows)
    interest = next(r for r in rows if r["recordType"] == "relationship")["recordDetails"]["interests"][0]
    assert interest["share"]["exact"] == pytest.approx(100 / 3)
    assert interest["details"] == "1/3"


# ---- GLEIF

COLUMNS = ",".join(
    f"Relationship.{c}" for c in ("StartNode.NodeID", "EndNode.NodeID", "RelationshipType", "RelationshipStatus")
)


def test_a_consolidation_is_a_hint_and_decides_nothing(tmp_path: Path):
    path = tmp_path / "rr.csv"
    path.write_text(f"{COLUMNS}\nT,P,IS_ULTIMATELY_CONSOLIDATED_BY,ACTIVE\nT,Q,IS_DIRECTLY_CONSOLIDATED_BY,INACTIVE\n")
    stakes = with_hints(Stakes.parse("H (domestic) -> T 100 %"), read_gleif(path))
    found = answer("T", stakes, on=JUNE)
    assert (found["controller"], found["equity"]) == ("H", "0")
    assert [(f["flag"], f["value"]) for f in found["flags"]] == [("control-hint", "P")]
    assert stakes.nodes["P"].kind is Kind.UNKNOWN


def test_another_file_is_no_gleif(tmp_path: Path):
    path = tmp_path / "rr.csv"
    path.write_text("a,b\n1,2\n")
    with pytest.raises(LuodiError, match="has the column"):
        read_gleif(path)
