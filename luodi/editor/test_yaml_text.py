"""A value changed in a YAML text leaves every other letter of it as it was."""

import copy
from difflib import unified_diff
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from luodi.editor.rows import line_at
from luodi.editor.yaml_text import at_path, plain, rewritten
from luodi.editor.yaml_words import entry, flow, item
from luodi.rules.library import BOOKS
from luodi.text import parse_yaml

FILES = {f"{p.parent.name}/{p.name}": p for p in sorted(BOOKS.rglob("*.yaml")) if p.stat().st_size < 15_000}
TEXT = """\
# What a rule says.
- id: one   # kept for good
  title: {zh: 一, en: One}
  when: [a > 1, 'b == "x"']

  # the days
  from: 2024-01-01
  note:
    zh: 很长的说明
    en: 'A long note: it
      goes on'
- id: two
  title: {zh: 二, en: Two}
"""


def changes(before: str, after: str) -> list[str]:
    """The lines that went and came."""
    lines = unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=0)
    return [line for line in lines if line[:1] in "+-" and line[:3] not in ("+++", "---")]


def paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(found for key, part in inner for found in paths(part, (*path, key)))]


@pytest.mark.parametrize("name", FILES)
def test_the_same_value_gives_the_same_text(name):
    text = FILES[name].read_text(encoding="utf-8")
    assert rewritten(text, name, (), plain(parse_yaml(text, name))) == text


@pytest.mark.parametrize(
    ("path", "value", "lines"),
    [
        ((0, "from"), "2025-01-01", ["-  from: 2024-01-01", "+  from: 2025-01-01"]),
        ((0, "id"), "first", ["-- id: one   # kept for good", "+- id: first   # kept for good"]),
        ((0, "title", "en"), "One, or more", ["-  title: {zh: 一, en: One}", "+  title: {zh: 一, en: 'One, or more'}"]),
        ((0, "when", 0), "a > 2", ["-  when: [a > 1, 'b == \"x\"']", "+  when: [a > 2, 'b == \"x\"']"]),
        ((0, "note", "en"), "Short", ["-    en: 'A long note: it", "-      goes on'", "+    en: Short"]),
        ((1, "until"), "2026-12-31", ["+  until: 2026-12-31"]),
        ((2,), {"id": "three", "title": {"zh": "三", "en": "Three"}}, ["+- {id: three, title: {zh: 三, en: Three}}"]),
    ],
)
def test_only_the_lines_of_the_value_change(path, value, lines):
    assert changes(TEXT, rewritten(TEXT, "x.yaml", path, value)) == lines


def test_a_key_taken_out_leaves_the_comments_around_it():
    row = plain(parse_yaml(TEXT, "x"))[0]
    row.pop("from")
    assert changes(TEXT, rewritten(TEXT, "x", (0,), row)) == ["-  from: 2024-01-01"]


def test_the_first_key_taken_out_leaves_the_dash():
    row = plain(parse_yaml(TEXT, "x"))[1]
    row.pop("id")
    assert changes(TEXT, rewritten(TEXT, "x", (1,), row)) == [
        "-- id: two",
        "-  title: {zh: 二, en: Two}",
        "+- title: {zh: 二, en: Two}",
    ]


def test_an_item_taken_out_takes_its_lines_only():
    rows = plain(parse_yaml(TEXT, "x"))
    assert rewritten(TEXT, "x", (), rows[1:]).startswith("# What a rule says.\n- id: two")
    assert rewritten(TEXT, "x", (), rows[:1]) == TEXT[: TEXT.index("- id: two")]


@pytest.mark.parametrize("text", ["a: 1", "a: 1\nb:", "{a: 1}", "a: 1\n? b\n: 2\n"])
def test_a_file_without_a_last_line_end_or_in_braces_takes_a_key(text):
    made = rewritten(text, "x", ("c",), "3")
    assert plain(parse_yaml(made, "x")) == {**plain(parse_yaml(text, "x")), "c": "3"}


WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=40) | st.sampled_from(
    [
        "null",
        "~",
        "",
        "- a",
        "a: b",
        "# c",
        "it's",
        '"q"',
        "[1",
        "{",
        "no",
        "011",
        "2024-01-01",
        "中文：“引”",
        "a\nb",
        "word " * 40,
    ]
)
VALUES = st.recursive(
    st.none() | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc_", min_size=1), inner, max_size=3),
    max_leaves=6,
)


@given(value=VALUES)
def test_whatever_is_written_reads_back(value):
    made = ("  " + "\n".join(entry("k", value, 2)).lstrip(), f"k: {flow(value)}", "k:\n" + "\n".join(item(value, 0)))
    for index, text in enumerate(made):
        read = plain(parse_yaml(text, "x"))["k"]
        assert read == ([value] if index == 2 else value)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_any_value_of_any_book_can_be_changed_and_nothing_else_moves(data):
    name = data.draw(st.sampled_from(sorted(FILES)))
    text = FILES[name].read_text(encoding="utf-8")
    whole = plain(parse_yaml(text, name))
    path = data.draw(st.sampled_from(paths(whole)[1:]))
    value = data.draw(VALUES)
    made = rewritten(text, name, path, value)
    assert at_path(plain(parse_yaml(made, name)), path) == value
    before = line_at(text, name, path) - 1
    assert made.splitlines()[:before] == text.splitlines()[:before]


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_parts_can_be_taken_out_and_put_in_anywhere(data):
    name = data.draw(st.sampled_from(sorted(FILES)))
    text = FILES[name].read_text(encoding="utf-8")
    whole = plain(parse_yaml(text, name))
    inner = [path for path in paths(whole) if isinstance(at_path(whole, path), dict | list) and at_path(whole, path)]
    path = data.draw(st.sampled_from(inner))
    value = copy.deepcopy(at_path(whole, path))
    keys = list(value) if isinstance(value, dict) else list(range(len(value)))
    if data.draw(st.booleans()) and len(keys) > 1:
        del value[data.draw(st.sampled_from(keys))]
    elif isinstance(value, list):
        value.insert(data.draw(st.integers(0, len(value))), data.draw(WORDS))
    else:
        value["a_new_key"] = data.draw(VALUES)
    assert at_path(plain(parse_yaml(rewritten(text, name, path, value), name)), path) == value
