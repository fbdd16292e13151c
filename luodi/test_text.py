"""YAML and JSON lose no letter: scalars stay text, each value knows its line, and nothing is said twice."""

import errno
import json
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from luodi.errors import DuplicateKey, LuodiError, UnreadableFile, WrongType
from luodi.located import where
from luodi.message import messages, said, system_words
from luodi.text import (
    NumberText,
    Written,
    json_line,
    kept_yaml,
    parse_json,
    parse_yaml,
    read_document,
    read_text,
    read_yaml,
    walk,
)

# ---- YAML


@pytest.mark.parametrize(
    "word",
    ["NO", "no", "yes", "on", "off", "true", "011", "1_000", "1e3", "0x1F", "2024-10-23", "12:30:00", "1.10", ".5"],
)
def test_a_scalar_is_the_text_that_stands_there(word):
    assert parse_yaml(f"key: {word}", "a.yaml") == {"key": word}


def test_keys_stay_text_as_well():
    assert parse_yaml("on: 1\nNO: 2\n011: 3", "a.yaml") == {"on": "1", "NO": "2", "011": "3"}


@pytest.mark.parametrize("word", ["", "~", "null"])
def test_only_an_empty_unquoted_value_is_null(word):
    assert parse_yaml(f"key: {word}", "a.yaml") == {"key": None}


@pytest.mark.parametrize(("written", "text"), [("''", ""), ('"null"', "null"), ("'~'", "~")])
def test_quotes_make_text_of_it(written, text):
    assert parse_yaml(f"key: {written}", "a.yaml") == {"key": text}


def test_each_key_and_item_knows_its_line():
    found = parse_yaml("# a remark\na: 1\n\nb:\n- x\n- y: 2\n", "rules/a.yaml")
    assert found.where() == "rules/a.yaml, line 2"
    assert found.where("b") == "rules/a.yaml, line 4"
    assert found["b"].where(0) == "rules/a.yaml, line 5"
    assert found["b"][1].where("y") == "rules/a.yaml, line 6"
    assert where(found["b"], "else") == "rules/a.yaml, line 5"
    assert where("text", "else") == "else"


@pytest.mark.parametrize(
    ("text", "error", "words"),
    [
        ("a: 1\nb: 2\na: 3", DuplicateKey, "a.yaml, line 3: the key `a` stands twice; the first is on line 1"),
        ("a: {x: 1, x: 2}", DuplicateKey, "`x` stands twice"),
        ("a: &n {x: 1}\nb: *n", UnreadableFile, "anchors and aliases"),
        ("a: *n", UnreadableFile, "a.yaml, line 1: anchors and aliases"),
        ("a: &n b\n*n : 1", UnreadableFile, "a.yaml, line 2: anchors and aliases"),
        ("a: &n {x: 1}\nb: {<<: {y: 1}}", UnreadableFile, "merge keys"),
        ("a: 1\na: 2\nb: [", UnreadableFile, "no valid YAML"),
        ("? [a]\n: 1", WrongType, "a key must be plain text"),
        ("a: [1\nb: 2", UnreadableFile, "a.yaml, line 2: no valid YAML"),
        ("a: 1\n\tb: 2", UnreadableFile, "no valid YAML"),
        ("a: 1\n---\nb: 2", UnreadableFile, "no valid YAML"),
        ("# nothing", UnreadableFile, "empty"),
        ("[" * 100_000, UnreadableFile, "a.yaml"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_line(text, error, words):
    with pytest.raises(error) as caught:
        parse_yaml(text, "a.yaml")
    assert words in str(caught.value)


def test_what_is_kept_is_what_is_read_anew():
    text = "a: 1\nb: [x, {y: 2}]\n"
    kept = kept_yaml(text, "a.yaml")
    assert kept == parse_yaml(text, "a.yaml") and kept.where("b") == "a.yaml, line 2"
    assert kept_yaml(text, "a.yaml") is kept
    assert kept_yaml(text, "b.yaml").where() == "b.yaml, line 1"  # another file that says the same
    assert kept_yaml(text + "c: 3", "a.yaml")["c"] == "3"


def test_a_long_text_is_not_kept():
    long = "a: " + "x" * 300_000
    assert kept_yaml(long, "a.yaml") == parse_yaml(long, "a.yaml")
    assert kept_yaml(long, "a.yaml") is not kept_yaml(long, "a.yaml")


# ---- files


def test_a_file_is_read_with_or_without_a_byte_order_mark(tmp_path: Path):
    path = tmp_path / "a.yaml"
    path.write_bytes("\ufeff标题: 落地".encode())
    assert read_yaml(path) == {"标题": "落地"}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "the file is empty"),
        (b" \n\n", "the file is empty"),
        (b"a: \0", "the file is binary"),
        (b"a: 1\nb: \xff", "a.yaml, line 2: the file is not UTF-8"),
        (b"a" * 101, "the file has 101 bytes; at most 100 are read"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(tmp_path: Path, content: bytes, words: str):
    path = tmp_path / "a.yaml"
    path.write_bytes(content)
    with pytest.raises(UnreadableFile) as caught:
        read_text(path, max_bytes=100)
    assert words in str(caught.value)


def test_a_file_of_just_the_most_bytes_is_read(tmp_path: Path):
    path = tmp_path / "a.yaml"
    path.write_bytes(b"a" * 100)
    assert read_text(path, max_bytes=100) == "a" * 100


def test_a_folder_and_an_absent_file_are_distinguished(tmp_path: Path):
    with pytest.raises(UnreadableFile, match="this is a folder"):
        read_text(tmp_path)
    with pytest.raises(UnreadableFile, match="cannot be read"):
        read_text(tmp_path / "none.yaml")


# ---- JSON


def test_a_number_with_a_point_keeps_its_text():
    found = parse_json('{"share": 0.1, "count": 3, "big": 1e3}', "line 1")
    assert found == {"share": "0.1", "count": 3, "big": "1e3"}
    assert isinstance(found["share"], NumberText)


@pytest.mark.parametrize(
    ("text", "error", "words"),
    [
        ('{"a": 1, "a": 2}', DuplicateKey, "`a` stands twice"),
        ('{"a": NaN}', WrongType, "NaN is not a number"),
        ('{"a": }', UnreadableFile, "column 7"),
        ('{"a": 1\n "b": 2}', UnreadableFile, "line 2"),
        ("[" * 100_000, UnreadableFile, "no valid JSON"),
        ("1" * 5000, UnreadableFile, "no valid JSON"),
    ],
)
def test_json_that_says_two_things_or_none_is_refused(text, error, words):
    with pytest.raises(error) as caught:
        parse_json(text, "line 7")
    assert words in str(caught.value)
    assert str(caught.value).startswith("line 7")


def test_a_document_is_json_by_its_name_and_first_letter(tmp_path: Path):
    (tmp_path / "a.json").write_text('{"share": 0.55}')
    (tmp_path / "b.yaml").write_text("share: 0.55")
    assert read_document(tmp_path / "a.json") == read_document(tmp_path / "b.yaml") == {"share": "0.55"}


def test_every_error_of_reading_is_one_a_person_may_see():
    for error in (DuplicateKey, UnreadableFile, WrongType):
        assert issubclass(error, LuodiError)


def test_walk_meets_every_value_itself_first():
    found = list(walk({"a": [1, {"b": 2}]}))
    assert found == [{"a": [1, {"b": 2}]}, [1, {"b": 2}], 1, {"b": 2}, 2]


def test_an_answer_is_json_on_one_line_with_every_digit():
    document = {"id": "甲\n", "cap": 2**70, "share": 0.1, "on": None, "places": ["BJ"], "number": NumberText("0.30")}
    assert json.loads(json_line(document)) == document and "\n" not in json_line(document)
    assert str(2**70) in json_line(document)


def test_half_a_character_is_written_as_an_escape():
    assert json_line({"name": "half \ud800"}) == r'{"name":"half \ud800"}'


def test_a_part_that_is_written_already_stands_as_it_is():
    part = Written(b'[1, "\xe8\x90\xbd"]')
    assert json_line({"part": part}) == '{"part":[1, "落"]}'
    assert json_line({"part": part, "big": 2**70}) == f'{{"part":[1,"落"],"big":{2**70}}}'


@pytest.mark.parametrize("value", [date(2024, 12, 2), {1, 2}, Fraction(1, 3)])
def test_what_is_no_json_value_is_refused(value):
    with pytest.raises(TypeError):
        json_line({"value": value})


# ---- what the operating system says


def test_a_missing_file_is_said_in_one_language(tmp_path):
    with pytest.raises(UnreadableFile) as refused:
        read_text(tmp_path / "mill.yaml")
    assert str(refused.value) == "mill.yaml: cannot be read (No such file or directory)"
    assert refused.value.said("zh") == "mill.yaml：无法读取（没有这个文件或文件夹）"


@pytest.mark.parametrize("name", messages("system"))
def test_an_error_of_the_system_has_the_words_of_the_system_in_english(name):
    number = getattr(errno, name.upper())
    assert system_words(OSError(number, "as the system says it")) == messages("system")[name]["en"]
    assert said(system_words(OSError(number, "")), "zh") == messages("system")[name]["zh"]


@pytest.mark.parametrize("problem", [OSError(errno.EXDEV, "Invalid cross-device link"), OSError("no number at all")])
def test_an_error_of_the_system_that_we_do_not_know_is_said_as_the_system_does(problem):
    assert system_words(problem) == (problem.strerror or str(problem))
