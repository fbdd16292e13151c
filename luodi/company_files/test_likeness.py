"""Two names are alike by their trade names; what companies of one city and one industry share counts for little."""

import csv
from pathlib import Path

import pytest

from luodi.company_files.likeness import CUT, Called, Register, likeness

PAIRS = Path(__file__).parents[2] / "benches" / "name_pairs.csv"


def alike(one: str, other: str) -> bool:
    left, right = Called.of(one), Called.of(other)
    return left.key == right.key or likeness(left, right) >= CUT


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("上海灯屿云科技有限公司", "灯屿云", True),
        ("上海灯屿云科技有限公司", "灯屿云科技（上海）有限公司", True),
        ("上海灯屿云科技有限公司", "上海灯塔云科技有限公司", False),
        ("上海灯屿云科技有限公司", "北京灯屿云科技有限公司", False),  # a register has a name once in a place
        ("Lantern Isle Cloud Ltd", "Lantern Isle", True),
        ("Amber Systems Technologies Ltd", "Ember Systems Technologies Ltd", False),
    ],
)
def test_the_trade_name_decides(one: str, other: str, same: bool) -> None:
    assert alike(one, other) is same and alike(other, one) is same


def test_of_the_labelled_pairs_nearly_all_come_out_right() -> None:
    """`benches/name_likeness.py` says which do not."""
    with PAIRS.open(encoding="utf-8", newline="") as file:
        rows = [(row, alike(row["one"], row["other"])) for row in csv.DictReader(file)]
    wrong = [row for row, said in rows if said != (row["same"] == "yes")]
    assert len(rows) >= 100 and len(wrong) <= 3, wrong


def test_a_register_finds_a_short_name_by_its_trade_name() -> None:
    register = Register()
    register.add(1, [Called.of("上海灯屿云科技有限公司")], "CN")
    register.add(2, [Called.of("上海灯塔云科技有限公司")], "CN")
    [found] = register.alike([Called.of("灯屿云")], "CN", [])
    assert found.company == 1 and "similar" in found.parts
