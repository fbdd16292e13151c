"""`luodi bulk` answers as the one question does: rows explained, rules left out, every shipped book."""

import json

import pyarrow.parquet as pq
import pytest

from luodi.cli.conftest import (
    ROWS,
    companies,
    run_text,
    write_book,
)
from luodi.matching.blocks import read

# ---- one row


def test_a_row_is_explained_by_the_walk_and_both_agree(place):
    arguments, _ = place.write(companies(), "parquet")
    place.run(*arguments, "--out", "blocks", "--to", "a")
    found = read(place.folder / "a")
    words = {"match": "yes", "no_match": "no", "need_info": "unknown"}
    for row in (0, 7, 8_192, ROWS - 1):
        status, document, _ = place.run(*arguments, "--explain", row)
        assert (status, document["row"]) == (0, row)
        assert {each["id"]: words[each["answer"]] for each in document["results"]} == found.answers(row)


def test_a_row_that_is_not_there_or_refused_is_reported_with_its_place(place):
    content = "employees,size\n1,large\n1\n-2,small\n"
    status, document, said = run_text(place, content, "--explain", "1")
    assert (status, document) == (2, None)
    assert "c.csv, line 4, row 1, column `employees`: -2 is below 0" in said
    status, document, said = run_text(place, content, "--explain", "2")
    assert (status, document) == (2, None)
    assert "there is no row 2" in said
    arguments, _ = place.write(companies(10), "parquet")
    assert "there is no row 10; there are 10, counted from 0" in place.run(*arguments, "--explain", "10")[2]


# ---- rules that columns cannot hold


def test_a_rule_that_columns_cannot_hold_is_listed_with_reason_and_hint(place):
    write_book(place.folder / "hard", {"many": "employees >= 5", "hard": "revenue / employees > 100"})
    arguments, _ = place.write(companies(10), "parquet")
    status, document, _ = place.run(*arguments, "--book", "hard")
    assert (status, [rule["id"] for rule in document["rules"]]) == (0, ["many"])
    (refused,) = document["left_out"]
    assert (refused["rule"], refused["clause"], refused["position"]) == ("hard", "revenue / employees > 100", 11)
    assert refused["reason"] == "a division by something that is no constant"
    assert refused["hint"] == "multiply both sides by the divisor"
    _, explained, _ = place.run(*arguments, "--book", "hard", "--explain", 0)
    assert (explained["left_out"], explained["results"][1]["answer"]) == (["hard"], "need_info")


# ---- every shipped book: what bulk says is what the one question says


def as_profile(row):
    """A row of the made-up register as a person would write it down."""
    found = {}
    for name, value in row.items():
        if value is None or name in ("id", "company_name_zh", "name_en"):
            continue
        found[name] = dict(value) if name == "qualification_expiry" else value
    return json.loads(json.dumps(found, default=str))


@pytest.mark.parametrize("book", ["policies", "landing-steps", "data-export-path", "enterprise-size"])
def test_a_made_up_register_gets_the_answers_of_the_one_question(luodi, tmp_path, book):
    assert luodi("world", "--companies", "60", "--seed", "11", "--to", "made", "--on", "2026-03-02")[0] == 0
    asked = ("--book", book, "--on", "2026-03-02", "--json")
    status, out, said = luodi(
        "bulk", "--companies", "made/companies.parquet", "--out", "blocks", "--to", "a", "--kernel", "numpy", *asked
    )
    assert (status, json.loads(out)["left_out"], json.loads(out)["rejected"]) == (0, [], 0), said
    rows = pq.read_table(tmp_path / "made" / "companies.parquet").to_pylist()
    lines = [json.dumps({"id": row["id"], "profile": as_profile(row)}) for row in rows]
    (tmp_path / "lines.jsonl").write_text("\n".join(lines))
    status, out, said = luodi("match", "--batch", "lines.jsonl", *asked)
    assert status == 0, said + out[:500]
    words = {"match": "yes", "no_match": "no", "need_info": "unknown"}
    found, seen = read(tmp_path / "a"), set()
    for at, line in enumerate(out.splitlines()):
        singly = {each["id"]: words[each["answer"]] for each in json.loads(line)["results"]}
        assert singly == found.answers(at), rows[at]["id"]
        seen |= set(singly.values())
    assert seen == {"yes", "no", "unknown"}
