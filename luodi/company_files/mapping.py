"""Which column of a file says what of a company: guessed by its name, changed by a person, remembered for its source.

What a column may say: a name, a country, a number of a scheme, a sector, a technology, or a fact of the vocabulary as
`fact:employees`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from luodi.errors import BadInput, UnknownValue
from luodi.han import folded
from luodi.message import Message
from luodi.places import country_named
from luodi.profiles.codes import check_industry
from luodi.profiles.identifiers import LEI, USCC, checked_scheme, checked_value
from luodi.profiles.names import script_of
from luodi.rules.library import company_vocabulary

PLAIN: Final = (
    "name",
    "name_zh",
    "name_en",
    "other_name",
    "former_name",
    "country",
    "credit_code",
    "lei",
    "register_scheme",
    "register_number",
    "sector",
    "technology",
)
FACT: Final = "fact:"
_GUESSES: Final[Mapping[str, tuple[str, ...]]] = {
    "name": (
        *("name", "company", "companyname", "legalname", "entitylegalname"),
        *("企业", "企业名称", "公司", "公司名称", "名称", "单位名称"),
    ),
    "name_zh": ("namezh", "chinesename", "中文名称", "企业中文名称", "中文名"),
    "name_en": ("nameen", "englishname", "英文名称", "英文名", "外文名称"),
    "other_name": ("othername", "tradename", "brand", "alias", "别名", "商号", "简称"),
    "former_name": ("formername", "previousname", "曾用名"),
    "country": (
        *("country", "countrycode", "jurisdiction", "origin"),
        *("国家", "国别", "国家地区", "国家或地区", "来源国", "注册地国家"),
    ),
    "credit_code": ("uscc", "creditcode", "cnuscc", "统一社会信用代码", "社会信用代码", "信用代码"),
    "lei": ("lei", "leicode", "法人机构识别编码", "全球法人识别编码"),
    "register_scheme": ("registerscheme", "scheme", "register", "登记机关"),
    "register_number": ("registernumber", "registrationnumber", "companynumber", "number", "注册号", "登记号"),
    "sector": ("sector", "industry", "industrycode", "行业", "行业代码", "国民经济行业"),
    "technology": ("technology", "technologyfield", "field", "技术", "技术领域"),
}


@dataclass
class Said:
    """What a row says of a company, checked."""

    names: list[dict[str, str]] = field(default_factory=list)  # {"text", "kind"}; the first is the one it is shown by
    country: str = ""
    identifiers: list[dict[str, str]] = field(default_factory=list)  # {"scheme", "value"}
    labels: list[dict[str, str]] = field(default_factory=list)  # {"kind", "code"}
    facts: dict[str, Any] = field(default_factory=dict)
    holdings: list[dict[str, Any]] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if value}


def targets() -> list[str]:
    """Everything a column may say."""
    return [*PLAIN, *(FACT + name for name in company_vocabulary().attributes)]


def guessed(columns: list[str]) -> dict[str, str]:
    """Column to what it says, each thing by the first column that looks like it; the others are left out."""
    found: dict[str, str] = {}
    for column in columns:
        target = _guess(column)
        if target and target not in found.values():
            found[column] = target
    return found


def _guess(column: str) -> str:
    word = re.sub(r"[\W_]+", "", folded(column))
    for target, words in _GUESSES.items():
        if word in words:
            return target
    for attribute in company_vocabulary().attributes.values():
        labels = (attribute.name, *(str(attribute.label.get(lang) or "") for lang in ("zh", "en")))
        if word and word in (re.sub(r"[\W_]+", "", folded(label)) for label in labels):
            return FACT + attribute.name
    return ""


def checked_mapping(mapping: Mapping[str, str], columns: list[str]) -> dict[str, str]:
    """Raises `UnknownValue` for what a column cannot say, `BadInput` where no column says a name."""
    known = set(targets())
    for column, target in mapping.items():
        if target not in known:
            raise UnknownValue("companies.no-column-says", target=target, at=Message("place.the-column", column=column))
    kept = {column: target for column, target in mapping.items() if column in columns}
    if not {"name", "name_zh", "name_en"} & set(kept.values()):
        raise BadInput("companies.column-says-name-company")
    twice = {target for target in kept.values() if list(kept.values()).count(target) > 1}
    if twice:
        raise BadInput("companies.two-columns-say", twice=sorted(twice)[0])
    return kept


def said(cells: Mapping[str, str], mapping: Mapping[str, str], more: Mapping[str, Any]) -> Said:
    """What a row says. Raises `LuodiError` for the first cell that cannot be what its column says."""
    lines = {target: " ".join(cells.get(column, "").split()) for column, target in mapping.items()}  # one line each
    given = {target: text for target, text in lines.items() if text}
    made = Said()
    _names(made, given)
    _country(made, given)
    _numbers(made, given, more)
    _labels(made, given)
    for target, text in given.items():
        if target.startswith(FACT):
            name = target.removeprefix(FACT)
            company_vocabulary().parse(name, text)
            made.facts[name] = text
    made.holdings = list(more.get("holdings", []))
    return made


def _names(made: Said, given: Mapping[str, str]) -> None:
    for target, kind in (
        ("name_zh", "legal"),
        ("name", "legal"),
        ("name_en", "legal"),
        ("other_name", "trade"),
        ("former_name", "former"),
    ):
        if given.get(target):
            if len(given[target]) > 300:
                raise BadInput("companies.name-most-300-characters")
            made.names.append({"text": given[target], "kind": kind})
    if not any(name["kind"] == "legal" for name in made.names):
        raise BadInput("companies.row-names-no-company")


def shown_by(names: list[dict[str, str]]) -> tuple[str, str]:
    """The Chinese and the other name that a company is shown by: the first of each script."""
    legal = [name["text"] for name in names if name["kind"] == "legal"]
    chinese = next((text for text in legal if script_of(text) == "Hani"), "")
    return chinese, next((text for text in legal if script_of(text) != "Hani"), "")


def _country(made: Said, given: Mapping[str, str]) -> None:
    text = given.get("country", "")
    if text:
        made.country = country_named(text).code


def _numbers(made: Said, given: Mapping[str, str], more: Mapping[str, Any]) -> None:
    pairs = [(USCC, given.get("credit_code", "")), (LEI, given.get("lei", ""))]
    if given.get("register_number"):
        scheme = given.get("register_scheme") or (f"{made.country}-REG" if made.country else "")
        if not scheme:
            raise BadInput("companies.number-register-needs-register-or")
        pairs.append((scheme, given["register_number"]))
    for one in more.get("identifiers", []):
        pairs.append(("LEI" if one["scheme"] == "XI-LEI" else one["scheme"], one["value"]))
    for scheme, value in pairs:
        if value:
            scheme = checked_scheme(scheme)
            made.identifiers.append({"scheme": scheme, "value": checked_value(scheme, value)})


def _labels(made: Said, given: Mapping[str, str]) -> None:
    for code in re.split(r"[,，;；、|]+", given.get("sector", "")):
        if code.strip():
            check_industry(code.strip())
            made.labels.append({"kind": "sector", "code": code.strip()})
    for word in re.split(r"[,，;；、|]+", given.get("technology", "")):
        if word.strip():
            made.labels.append({"kind": "technology", "code": word.strip()[:80]})
