"""Reading and writing: what a file says comes in whole, and what is wrong with it is told by record and field."""

import json
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luodi.dates import Span
from luodi.errors import LuodiError
from luodi.ownership import Contract, Kind, Node, Stake, Stakes, answer, equity, parse_share
from luodi.ownership.bods import stakes_from_bods
from luodi.ownership.bods_writing import bods_from
from luodi.ownership.conftest import closed
from luodi.ownership.gleif import read_gleif, with_hints
from luodi.ownership.interval import Interval, parse_votes
from luodi.ownership.reading import read_stakes, stakes_from
from luodi.text import parse_json

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
    [
        ("3/10", "3/10", "3/10"),
        ("0.3", "3/10", "3/10"),
        ("30 %", "3/10", "3/10"),
        ("?", "0", "1"),
        (None, "0", "1"),
        ("25..50 %", "1/4", "1/2"),
        (["1/4", "0.5"], "1/4", "1/2"),
        (1, "1", "1"),
        ("1e-3", "1/1000", "1/1000"),
    ],
)
def test_a_share_is_read_exactly(text, low, high):
    assert (parse_share(text).low, parse_share(text).high) == (Fraction(low), Fraction(high))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1.2", "outside 0 to 1"),
        ("51", "Did you mean `51 %`"),
        ("-0.1", "outside 0 to 1"),
        ("1/0", "divided by 0"),
        ("lots", "not a share"),
        ("50..25 %", "ends below"),
        (0.1, "not a share"),
        ("nan", "not a share"),
        (True, "not a share"),
    ],
)
def test_a_wrong_share_is_refused(text, message):
    with pytest.raises(LuodiError, match=message):
        parse_share(text)


def test_the_text_of_a_stake_is_kept():
    stakes = stakes_from(GOOD, "x.json")
    assert [s.share.text for s in stakes.stakes] == ["3/10", "0.7", "?", "1/3"]


# ---- errors


def test_all_faults_of_a_register_are_reported_with_counts_and_first_places():
    rows = [{"owner": "G", "company": "T", "share": "1"} for _ in range(5)] + [
        {"owner": "F", "company": "T", "share": "1.5"},
        {"owner": "Z", "company": "T", "share": "2"},
    ]
    with pytest.raises(LuodiError) as found:
        stakes_from({"nodes": {"T": "company", "F": "foreign", "Z": "forein"}, "stakes": rows}, "x.json")
    faults = found.value.as_json()["faults"]
    assert [(row["code"], row["count"]) for row in faults] == [
        ("unknown-value", 1),
        ("unknown-node", 5),
        ("out-of-range", 2),
    ]
    assert [f"stake {n} " in place for n, place in enumerate(faults[1]["first"], 1)] == [True] * 3
    assert str(found.value).startswith("x.json: 8 faults")


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
def test_what_is_wrong_is_reported_by_record_and_field(raw, words):
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
        "subject": "T",
        "interestedParty": "P",
        "isComponent": False,
        "interests": [
            {"type": "shareholding", "directOrIndirect": "direct", "share": share, "startDate": "2024-01-01"}
        ],
    }


def statement(record: str, kind: str, details, day="2024-01-01", status="new"):
    return {
        "statementId": f"{record}-{day}",
        "declarationSubject": "T",
        "recordId": record,
        "recordType": kind,
        "recordDetails": details,
        "recordStatus": status,
        "statementDate": day,
    }


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
    rows = [statement("R", "relationship", relationship(minimum=25, maximum=50))]
    band = of_bods(*rows)
    assert (band.low, band.high) == (Fraction(1, 4), Fraction(1))
    band = stakes_from_bods([COMPANY, PERSON, *rows], "x.json").stakes[0].share
    assert (band.low, band.high) == (Fraction(1, 4), Fraction(1, 2))


def test_what_statements_leave_out_is_unknown():
    found = of_bods(statement("R", "relationship", relationship(exact=30)))
    assert (found.low, found.high) == (Fraction(3, 10), 1)
    assert of_bods(statement("R", "relationship", relationship())) == Interval(Fraction(0), Fraction(1))


def test_the_latest_statement_of_a_record_counts_and_a_closed_one_not():
    first = statement("R", "relationship", relationship(exact=30))
    later = statement("R", "relationship", relationship(exact=40), "2024-02-01", "updated")
    closed = statement("R", "relationship", relationship(exact=40), "2024-03-01", "closed")
    assert of_bods(later, first).low == Fraction(2, 5)
    assert of_bods(first, later, closed) == Interval(Fraction(0), Fraction(1))


def test_a_missing_record_is_named():
    with pytest.raises(LuodiError, match=r"statement 1, recordDetails: `subject` names the record `T`"):
        stakes_from_bods([statement("R", "relationship", relationship(exact=30))], "x.json")


def test_an_unspecified_party_may_be_anybody():
    details = {**relationship(exact=30), "interestedParty": {"reason": "unknown"}}
    found = equity(
        "T", closed(stakes_from_bods([COMPANY, PERSON, statement("R", "relationship", details)], "x")), on=JUNE
    )
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


def again(stakes: Stakes) -> Stakes:
    """Written as BODS and read, through JSON text."""
    text = json.dumps(bods_from(stakes, on=JUNE))
    return stakes_from_bods(parse_json(text, "x.json"), "x.json")


def told(stakes: Stakes):
    """Everything but where it stood."""
    return (
        dict(stakes.nodes),
        *([replace(row, at="") for row in rows] for rows in (stakes.stakes, stakes.contracts, stakes.hints)),
    )


SHARES = ["1/3", "0.30", "25 %", "25..50 %", ">25..50 %", ">50..<75 %", "1/3..2/3", "?", "0", "1"]
DAYS = [Span(), Span(date(2024, 1, 1)), Span(None, date(2025, 1, 1)), Span(date(2024, 1, 1), date(2025, 1, 1))]


@st.composite
def registers(draw: st.DrawFn) -> Stakes:
    """Everything a register can hold."""
    names = ["stake-1", "A", "B", "京", "D"]
    maybe = lambda of: st.none() | of  # noqa: E731
    node = st.builds(
        Node,
        st.just(""),
        st.sampled_from(Kind),
        maybe(st.just("Twins")),
        maybe(st.booleans()),
        maybe(st.sampled_from(["Anna", "A"])),
        maybe(st.sampled_from(["DE", "TW", "FR"])),
    )
    nodes = {name: replace(draw(node), id=name) for name in names}
    one, days = st.sampled_from(names), st.sampled_from(DAYS)
    share, votes = (st.sampled_from(SHARES).map(parse) for parse in (parse_share, parse_votes))
    source = maybe(st.sampled_from(["annual report", "https://example.org/1", '{"description": "a", "type": ["b"]}']))
    stake = st.builds(Stake, one, one, share, maybe(votes), maybe(one), maybe(one), days, st.just(""), source)
    contract = st.builds(Contract, one, one, days, st.just(""), maybe(st.sampled_from(["vie", "trustee"])))
    lists = (draw(st.lists(of, max_size=n)) for of, n in ((stake, 4), (contract, 2), (contract, 1)))
    return Stakes(nodes, *map(tuple, lists))


@given(registers())
def test_whatever_a_register_holds_comes_back_from_statements(stakes: Stakes):
    assert told(again(stakes)) == told(stakes)


@given(registers())
def test_a_reader_who_knows_only_the_standard_finds_the_same_figures(stakes: Stakes):
    rows = parse_json(json.dumps(bods_from(stakes, on=JUNE)), "x.json")
    plain = stakes_from_bods([{k: v for k, v in row.items() if k != "annotations"} for row in rows], "x.json")
    ours, theirs = (
        {
            (o.owner, c): (float(o.low), float(o.high))
            for c, edges in view.votes.items()
            for o in edges
            if o.owner in s.nodes
        }
        for s in (stakes, plain)
        for view in [s.on(JUNE)]
    )
    assert ours.keys() == theirs.keys()
    assert all(ours[pair] == pytest.approx(theirs[pair], abs=1e-12) for pair in ours)


def test_an_end_that_a_band_leaves_out_decides_control():
    above = stakes_from_bods([COMPANY, PERSON, statement("R", "relationship", relationship(exclusiveMinimum=50))], "x")
    at = stakes_from_bods([COMPANY, PERSON, statement("R", "relationship", relationship(minimum=50))], "x")
    assert [answer("T", s, on=JUNE)["controller"] for s in (above, at)] == ["P", None]
    assert above.stakes[0].share.text == ">50..100 %"


def test_a_statement_that_was_changed_since_is_believed_before_our_note_of_it():
    rows = bods_from(Stakes.parse("F (foreign) -> T 1/3"), on=JUNE)
    rows[-1]["recordDetails"]["interests"][0]["share"] = {"exact": 40}
    assert stakes_from_bods(rows, "x.json").stakes[0].share.low == Fraction(2, 5)


def test_a_nomination_of_somebody_else_is_read():
    arrangement = {"entityType": {"type": "arrangement", "subtype": "nomination"}}
    nominee = statement("Li", "person", {"personType": "knownPerson", "nationalities": [{"code": "CN"}]})
    of = lambda who, role: {"subject": "N", "interestedParty": who, "interests": [{"type": role}]}  # noqa: E731
    rows = [
        nominee,
        statement("N", "entity", arrangement),
        statement("R", "relationship", {**relationship(exact=49), "interestedParty": "N"}),
        statement("R1", "relationship", of("Li", "nominee")),
        statement("R2", "relationship", of("P", "nominator")),
    ]
    found = stakes_from_bods([COMPANY, PERSON, *rows], "x.json")
    assert [(s.owner, s.nominee_for, s.share.low) for s in found.stakes] == [("Li", "P", Fraction(49, 100))]
    assert "N" not in found.nodes


def test_a_closed_record_held_until_it_was_closed():
    first = statement("R", "relationship", relationship(exact=30))
    closed = statement("R", "relationship", relationship(exact=30), "2024-03-01", "closed")
    read = stakes_from_bods([COMPANY, PERSON, first, closed], "x.json")
    assert [equity("T", read, on=date(2024, *day)).low for day in ((2, 29), (3, 1))] == [Fraction(3, 10), 0]
    alone = stakes_from_bods([COMPANY, PERSON, closed], "x.json")
    assert [equity("T", alone, on=date(2024, *day)).low for day in ((2, 29), (3, 1))] == [Fraction(3, 10), 0]


def test_an_earlier_statement_counts_until_the_later_one():
    first = statement("R", "relationship", relationship(exact=30))
    later = statement("R", "relationship", relationship(exact=40), "2024-02-01", "updated")
    read = stakes_from_bods([COMPANY, PERSON, later, first], "x.json")
    assert [equity("T", read, on=date(2024, *day)).low for day in ((1, 31), (2, 1))] == [
        Fraction(3, 10),
        Fraction(2, 5),
    ]


def test_two_share_classes_of_one_relationship_are_added():
    details = relationship(exact=30)
    details["interests"] = [*details["interests"], {**details["interests"][0], "share": {"exact": 10}}]
    assert of_bods(statement("R", "relationship", details)).low == Fraction(2, 5)


def test_an_interest_that_no_figure_uses_is_reported():
    details = relationship(exact=30)
    details["interests"] = [*details["interests"], {"type": "rightsToProfitOrIncome", "directOrIndirect": "direct"}]
    found = stakes_from_bods([COMPANY, PERSON, statement("R", "relationship", details)], "x.json")
    assert found.notes == ("x.json, statement 3: no figure uses `rightsToProfitOrIncome` (1 in the file)",)


def test_all_wrong_statements_are_reported_at_once():
    rows = [statement(f"R{i}", "relationship", relationship(exact=300 + i)) for i in range(5)]
    rows.append(statement("R9", "relationship", {**relationship(exact=3), "subject": "U"}))
    with pytest.raises(LuodiError) as told_:
        of_bods(*rows)
    problem = told_.value.as_json()
    assert problem["code"] == "many-faults"
    assert [(row["code"], row["count"], len(row["first"])) for row in problem["faults"]] == [
        ("out-of-range", 5, 3),
        ("unknown-value", 1, 1),
    ]
    assert "statement 3, recordDetails, shareholding, share.exact" in problem["faults"][0]["first"][0]


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


def test_a_share_is_read_as_a_chinese_keyboard_types_it():
    assert parse_share("３０％") == parse_share("30%")
    assert parse_share("２５..５０ ％") == parse_share("25..50 %")
    assert parse_share("？") == parse_share("?")
