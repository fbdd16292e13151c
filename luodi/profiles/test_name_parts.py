"""Names of companies have parts, and the trade name says which company it is."""

import pytest

from luodi.profiles.name_parts import NameParts, name_parts


@pytest.mark.parametrize(
    ("name", "place", "trade", "industry", "form"),
    [
        ("上海灯屿云数据科技有限公司", "上海", "灯屿云", "数据科技", "有限公司"),
        ("灯屿云（上海）科技有限公司", "上海", "灯屿云", "科技", "有限公司"),
        ("廣州珊瑚灣供應鏈管理有限公司", "广州", "珊瑚湾", "供应链管理", "有限公司"),
        ("北京市海淀区灯塔科技股份有限公司", "北京市海淀区", "灯塔", "科技", "股份有限公司"),
        ("株式会社鹤浦", "", "鹤浦", "", "株式会社"),
        ("灯屿云", "", "灯屿云", "", ""),
        ("Lantern Isle Technology (Shanghai) Co., Ltd.", "shanghai", "lanternisle", "technology", "coltd"),
        ("H.I.J. Tech GmbH", "", "hij", "tech", "gmbh"),
        ("北京", "", "北京", "", ""),
        ("科技有限公司", "", "科技", "", "有限公司"),
        ("The Data Company", "", "data", "", "thecompany"),
        ("!", "", "", "", ""),
    ],
)
def test_a_name_is_split_and_a_trade_name_is_always_left(
    name: str, place: str, trade: str, industry: str, form: str
) -> None:
    assert name_parts(name) == NameParts(place, trade, industry, form)


@pytest.mark.parametrize("name", ["东方", "新华书店", "和平里餐饮", "长安", "海南岛"])
def test_no_trade_name_is_taken_for_a_place(name: str) -> None:
    assert name_parts(name).trade
