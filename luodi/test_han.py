"""Traditional characters become simplified ones, and nothing else changes."""

import pytest

from luodi.han import folded, simplified


def test_names_in_traditional_characters_become_simplified() -> None:
    assert simplified("臺灣數據電訊發展（集團）") == "台湾数据电讯发展（集团）"


def test_simplified_characters_and_other_letters_stay() -> None:
    for text in ("北京落地科技有限公司", "Acme GmbH & Co. KG", "café Ω", "", "１２３", "テスト"):
        assert simplified(text) == text


@pytest.mark.parametrize("text", ["乾隆", "瞭望", "著作權", "頭髮", "後来", "皇后"])
def test_a_character_does_not_depend_on_its_neighbours(text: str) -> None:
    assert simplified(text) == "".join(map(simplified, text))
    assert len(simplified(text)) == len(text)


def test_what_was_simplified_stays_as_it_is() -> None:
    every = "".join(map(chr, range(0x4E00, 0xA000)))
    assert len(simplified(every)) == len(every)
    assert simplified(simplified(every)) == simplified(every)
    assert sum(a != b for a, b in zip(every, simplified(every), strict=True)) > 2500


def test_texts_that_differ_in_width_case_and_script_are_compared_as_one() -> None:
    assert folded("ＡＣＭＥ臺灣　１２") == folded("acme台湾 12") == "acme台湾 12"
