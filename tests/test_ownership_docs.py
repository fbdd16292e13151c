"""The reference of ownership can fail: each key of a register, each key of the answer and each flag has its entry."""

import re
from datetime import date
from pathlib import Path

import pytest

from luodi.ownership import Kind, Stakes, answer
from luodi.ownership.bulk import FIGURES
from luodi.ownership.definitions import definitions
from luodi.ownership.reading import KEYS
from luodi.ownership.records import CONTRACT_KEYS, NODE_KEYS, STAKE_KEYS

PAGE = (Path(__file__).parents[1] / "docs/reference/ownership.md").read_text(encoding="utf-8")


def entries(first: str) -> set[str]:
    """The keys in the first column of the table whose head begins so."""
    table = PAGE.split(f"| {first} |", 1)[1].split("\n\n", 1)[0]
    rows = re.findall(r"^\| *((?:`[^`|]+`(?:, *)?)+) *\|", table, re.M)
    return {key for row in rows for key in re.findall(r"`([^`]+)`", row)}


@pytest.mark.parametrize(
    ("head", "keys"),
    [
        ("key", KEYS),
        ("kind of node", [kind.value for kind in Kind]),
        ("key of a node", NODE_KEYS),
        ("key of a stake", STAKE_KEYS),
        ("key of a contract", CONTRACT_KEYS),
        ("flag", definitions().flags),
    ],
)
def test_every_key_has_its_entry_and_no_other_has_one(head, keys):
    assert entries(head) == set(keys)


def test_every_key_of_the_answer_has_its_entry_and_no_other_has_one():
    assert entries("key of the answer") == set(answer("T", Stakes.parse("F (foreign) -> T 1"), on=date(2024, 6, 1)))


def test_every_figure_for_all_companies_is_named():
    below = PAGE.split("## All companies")[1]
    assert all(f"`{name}`" in below for name in FIGURES if not name.startswith("passthrough"))
