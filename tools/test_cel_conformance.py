"""The conformance tool counts what passes, names what does not, and says so by its exit status."""

import json

import pytest

from tools.cel_conformance import main


def line(expr, expect, **more):
    test = {"section": "some", "name": "case", "expr": expr, "bindings": {}, "container": "", "declared": []}
    return json.dumps({**test, "disable_check": False, "expect": expect, **more})


GOOD = [
    line("1 + 1", {"value": {"int": "2"}}),
    line("1u", {"value": {"uint": "1"}}),
    line("0.0 / 0.0", {"value": {"double": "NaN"}}),
    line("b'a'", {"value": {"bytes_base64": "YQ=="}}),
    line("[null, true]", {"value": {"list": [{"null": None}, {"bool": True}]}}),
    line("{'a': 1}", {"value": {"map": [[{"string": "a"}, {"int": "1"}]]}}),
    line("timestamp(1)", {"value": {"timestamp": {"seconds": 1, "nanos": 0}}}),
    line("duration('1ns')", {"value": {"duration": {"seconds": 0, "nanos": 1}}}),
    line("type(1)", {"value": {"type": "int"}}),
    line("x.y", {"value": {"int": "3"}}, bindings={"c.x.y": {"int": "3"}}, declared=["c.x.y"], container="c"),
    line("1 / 0", {"error": True}),
    line("y", {"error": True}),
    line("y || true", {"value": {"bool": True}}, disable_check=True),
]
BAD = [
    line("1", {"value": {"uint": "1"}}),
    line("[1]", {"value": {"list": [{"double": 1.0}]}}),
    line("{1: 1}", {"value": {"map": [[{"int": "1"}, {"double": 1.0}]]}}),
    line("0.0", {"value": {"double": -0.0}}),
    line("1 / 0", {"value": {"int": "1"}}),
    line("y || true", {"value": {"bool": True}}),
    line("1 +", {"value": {"int": "1"}}),
    line("1", {"error": True}),
]


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "good.jsonl").write_text("\n".join(GOOD) + "\n", encoding="utf-8")
    return tmp_path


def test_all_pass(folder, capsys):
    assert main([str(folder), "--must-pass", str(len(GOOD))]) == 0
    assert f"{len(GOOD)} / {len(GOOD)}" in capsys.readouterr().out


@pytest.mark.parametrize("bad", BAD)
def test_a_failure_is_named_with_its_reason(folder, capsys, bad):
    (folder / "bad.jsonl").write_text(bad, encoding="utf-8")
    assert main([str(folder), "--must-pass", str(len(GOOD) + 1)]) == 1
    assert "    some/case: " in capsys.readouterr().out


def test_a_folder_without_tests(tmp_path, capsys):
    assert main([str(tmp_path)]) == 2
    assert "no tests" in capsys.readouterr().err
