"""The command `luodi ownership`: the document, batches, files, and what bad input costs."""

import io
import json
from pathlib import Path

import pytest

from luodi.cli import main

REGISTER = """
nodes: {T: company, A: company, F: foreign, H: domestic}
stakes:
- {owner: F, company: A, share: 51 %}
- {owner: H, company: A, share: 49 %}
- {owner: A, company: T, share: 51/100}
- {owner: H, company: T, share: 0.49, from: 2024-01-01, to: 2025-01-01}
"""
KEYS = """equity equity_foreign_only equity_state direct votes any_foreign controller groups beneficial_owners
passthrough_ge_1o4 passthrough_ge_1o2 passthrough_gt_half holders chains loop_factor remainder flags
books basis""".split()


@pytest.fixture
def luodi(capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    Path("own.yaml").write_text(REGISTER)

    def run(*arguments, stdin=None):
        if stdin is not None:
            monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
        with pytest.raises(SystemExit) as stopped:
            main(["ownership", *arguments])
        return stopped.value.code, *capsys.readouterr()

    return run


def asked(luodi, *more, on="2024-06-01"):
    return luodi("own.yaml", "--company", "T", "--on", on, *more)


def test_the_document_has_every_key_that_is_promised(luodi):
    code, out, err = asked(luodi, "--json")
    document = json.loads(out)
    assert (code, err, [key for key in KEYS if key not in document]) == (0, "", [])
    assert (document["equity"], document["controller"], document["on"]) == ("2601/10000", "F", "2024-06-01")


def test_the_day_decides_which_stakes_count(luodi):
    remainders = [json.loads(asked(luodi, "--json", on=day)[1])["remainder"] for day in ("2024-12-31", "2025-01-01")]
    assert remainders == ["0", "49/100"]


@pytest.mark.parametrize(
    ("lang", "words"), [("en", ["Foreign share", "26.01 %", "F -> A -> T"]), ("zh", ["外资股比", "控制人"])]
)
def test_people_get_a_table_in_their_language(luodi, lang, words):
    code, out, _ = asked(luodi, "--lang", lang)
    assert code == 0
    assert all(word in out for word in words)


def test_a_picture_and_bods_are_written(luodi):
    code, out, err = asked(luodi, "--picture", "t.svg", "--bods", "t.json", "--json")
    assert (code, json.loads(out)["company"], "t.svg written" in err) == (0, "T", True)
    assert Path("t.svg").read_text().startswith("<svg")
    again = luodi("t.json", "--company", "T", "--on", "2024-06-01", "--json")
    assert json.loads(again[1])["equity"] == "2601/10000"


def line(number, **more):
    stakes = [{"owner": "F", "company": "T", "share": "3/10"}, {"owner": "H", "company": "T", "share": "?"}]
    graph = {"nodes": {"T": "company", "F": "foreign", "H": "domestic"}, "stakes": stakes}
    return json.dumps({"id": number, "target": "T", **graph, "as_of": "2024-06-01", **more})


def test_a_batch_answers_each_line_in_order_and_goes_on_after_a_bad_one(luodi):
    bad = line(2, stakes=[{"owner": "F", "company": "T", "share": "1.3"}])
    code, out, _ = luodi("--batch", "-", stdin="\n".join([line(1), bad, line(3, target="U"), line(4)]))
    rows = [json.loads(row) for row in out.splitlines()]
    assert (code, [row["id"] for row in rows]) == (2, [1, 2, 3, 4])
    assert [row.get("equity") for row in rows] == ["3/10", None, None, "3/10"]
    assert rows[1]["error"]["code"] == "out-of-range"
    assert "stake 1 (F -> T), key `share`" in rows[1]["error"]["at"]
    assert rows[2]["error"]["code"] == "unknown-company"


def test_numbers_of_a_batch_are_read_exactly(luodi):
    row = line(1).replace('"3/10"', "0.1")
    assert json.loads(luodi("--batch", "-", stdin=row)[1])["equity"] == "1/10"


def test_a_batch_without_a_fault_ends_with_0(luodi):
    assert luodi("--batch", "-", stdin=line(1))[0] == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["own.yaml", "--company", "TT"], ["no company `TT`", "Did you mean `T`"]),
        (["own.yaml"], ["--company"]),
        ([], ["FILE"]),
        (["gone.yaml", "--company", "T"], ["gone.yaml", "cannot be read"]),
        (["--stakes", "s.parquet", "--company", "T"], ["--nodes"]),
        (["own.yaml", "--company", "T", "--since", "x.parquet"], ["--to"]),
        (["own.yaml", "--company", "T", "--picture", "gone/t.svg"], ["t.svg", "cannot be written"]),
    ],
)
def test_bad_input_is_one_message_and_status_2(luodi, arguments, words):
    code, out, err = luodi(*arguments, "--on", "2024-06-01")
    assert (code, out) == (2, "")
    assert all(word in err for word in words), err
