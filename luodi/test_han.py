"""Traditional characters are compared as simplified ones, and nothing else of a text changes."""

from luodi.han import _pairs, simplified


def test_a_traditional_text_is_its_simplified_one():
    assert simplified("臺灣數據電訊發展（集團）") == "台湾数据电讯发展（集团）"


def test_what_is_simplified_or_not_chinese_stays():
    for text in ("灯屿云有限公司", "Müller & Söhne", "株式会社", "", "𠮷野屋"):
        assert simplified(text) == text


def test_what_comes_out_is_not_changed_again():
    assert all(simplified(chr(before)) == after == simplified(after) for before, after in _pairs().items())
