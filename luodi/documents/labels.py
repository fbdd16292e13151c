"""Headings, table heads and notices of a plan; terms, days, money and shares as its parts ask for them.

The words of terms and enums are in `luodi.terms`, the sentences in `wording`, what a policy gives in `benefits`.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final, Literal

from luodi.editions import with_books
from luodi.rules.library import load_book
from luodi.rules.words import money_shown, percent_shown
from luodi.terms import find, term
from luodi.terms.figures import count_word, counted, day_shown, length, listed, short_day_shown
from luodi.values import Number, exact

__all__ = [
    "SETTLES",
    "Doc",
    "Lang",
    "asked_word",
    "at",
    "count_word",
    "counted",
    "day",
    "delivery",
    "exact_time",
    "from_table",
    "html_lang",
    "join_facts",
    "joined",
    "kind",
    "label",
    "level",
    "money",
    "notice",
    "number",
    "other",
    "percent",
    "pick",
    "prose",
    "ratio",
    "read",
    "seal",
    "section",
    "sentence",
    "short_day",
    "span",
    "stamp",
    "tone",
    "translated",
    "untold",
    "verdict_word",
    "window",
    "word",
    "working_days",
]

Lang = Literal["zh", "en"]
Doc = Mapping[str, Any]


def at(pair: tuple[str, str], lang: str) -> str:
    """The member of a (zh, en) pair."""
    return pair[lang == "en"]


def other(lang: str) -> str:
    """The language that is not `lang`."""
    return "zh" if lang == "en" else "en"


def pick(text: Mapping[str, str] | None, lang: str) -> str:
    """The text of one language, the other one where it is missing, empty where there is none."""
    if not text:
        return ""
    return str(text.get(lang) or text.get(other(lang)) or "")


def html_lang(lang: str) -> str:
    return "zh-Hans" if lang == "zh" else "en"


# ---- words with one home

#: Who can settle a missing part of an access question.
SETTLES: Final[Mapping[str, tuple[str, str]]] = {
    "service": (
        "贵公司。不清楚属于哪一项的，可用自己的话搜索目录，或请通信管理部门判定。",
        "You. Where it is unclear which it is, search the catalogue in your own words, or let the communications "
        "administration decide.",
    ),
    "place": ("贵公司：注册地和服务器、网络设施所在地。", "You: where the office is registered and the servers stand."),
    "share": (
        "贵公司和股东；间接持股可逐层穿透计算。",
        "You and your owners; indirect holdings can be looked through.",
    ),
    "investor": ("投资者：其所在国家或地区。", "The investor: where it is at home."),
    "cepa_qualified": (
        "投资者：是否持有香港或澳门服务提供者证明书。",
        "The investor: whether it holds the certificate of a service supplier of Hong Kong or Macao.",
    ),
    "holdings": ("各层股东和公司登记机关。", "The owners at every layer, and the register of companies."),
}
_SECTIONS: Final[Mapping[str, tuple[str, str]]] = {
    "changes": ("什么会改变结论", "What would change it"),
    "announced": ("已宣布、尚未生效", "Announced, not yet in force"),
    "documents": ("要准备的材料", "Documents to prepare"),
    "duties": ("落地之后的义务", "What you must keep"),
    "questions": ("还需告诉我们", "Still to tell us"),
    "sources": ("依据", "Sources"),
}
_LABELS: Final[Mapping[str, tuple[str, str]]] = {
    # facts asked
    "service": ("业务", "Service"),
    "place": ("地点", "Place"),
    "share": ("外资股比", "Foreign share"),
    "investor": ("投资者", "Investor"),
    "on": ("日期", "On"),
    # tables
    # step details
    "documents": ("材料", "Documents"),
    # chart
    # policies
    "match": ("符合", "Fits"),
    "need_info": ("补充信息即可判定", "Tell us, and we can say"),
    "near": ("差一步", "Near: one change away"),
    "beside_policies": ("已核对、不适用", "Checked, and does not apply"),
    # others
    "licences": ("所需许可", "Licences needed"),
    "requirements": ("对企业本身的要求", "Asked of the company"),
    "conditions": ("条件", "Conditions"),
    "not_applied": ("已核对、不适用", "Checked, and does not apply"),
    "assumed": ("已假定", "Assumed"),
    "to_check": ("有待核实", "to be checked"),
    "yes": ("是", "yes"),
    "no": ("否", "no"),
    "no_amount": ("未载明金额", "no amount stated"),
    "seal": ("印章", "Seal"),
    "close": ("关闭", "Close"),
    "change": ("修改", "Change"),
    "complain": ("投诉渠道", "Where to complain"),
    "simplify": ("建议简化", "Suggest a simplification"),
    "report_section": ("此处有误或遗漏", "Report something wrong or missing"),
    "report_line": ("报告有误", "Report this line"),
    "open_text": ("公布页面", "Published at"),
    "on_this_page": ("本页内容", "On this page"),
    "csv_step_id": ("代码", "id"),
    "csv_step": ("步骤", "step"),
    "csv_office": ("办理机关", "office"),
    "csv_lane": ("阶段", "lane"),
    "csv_time": ("时间", "time"),
    "csv_time_kind": ("时限种类", "kind of time"),
    "csv_start_earliest": ("最早开始（第几个工作日）", "earliest start, in working days"),
    "csv_start_latest": ("最晚开始（第几个工作日）", "latest start, in working days"),
    "csv_finish_earliest": ("最早完成（第几个工作日）", "earliest finish, in working days"),
    "csv_finish_latest": ("最晚完成（第几个工作日）", "latest finish, in working days"),
    "csv_critical": ("关键路径", "critical"),
    "csv_needs": ("前置步骤", "waits for"),
    "csv_clause": ("依据", "clause"),
    "csv_means": ("含义", "definition"),
    "csv_counted_from": ("起算日", "counted from"),
    "csv_editions": ("规则库版本", "editions of the books"),
    "csv_terms_of_use": ("使用许可", "licence"),
    "csv_yes": ("是", "yes"),
    "csv_meaning": (
        "按中国的工作日计；前面有时间未定的步骤的，最晚开始和最晚完成为空。",
        "Working days of China; the latest start and finish are empty where a step before is open in time.",
    ),
    "csv_terms": (
        "规则及文字按Apache-2.0许可使用；仅供参考，不构成法律意见。",
        "Rules and wording under Apache-2.0; reference, not legal advice.",
    ),
}
_NOTICES: Final[Mapping[str, tuple[str, str]]] = {
    "legal": (
        "仅供参考，不构成法律意见；以主管机关的决定为准。",
        "Reference, not legal advice. The authority’s own decision prevails.",
    ),
    "binding": (
        "原文为中文，英文为本站译文（{day}有效的文本），不具约束力。",
        "Translated by us from Chinese, as the texts stood on {day}; not binding: the Chinese text is.",
    ),
    "asked_day": ("所问之日", "the day asked about"),
    "complain_nowhere": (
        "规则库未载专门的投诉渠道；可先向办理机关提出。",
        "The books name no separate body; turn to the office itself first.",
    ),
}


def asked_word(name: str, lang: str) -> str:
    """A part of an access question inside a sentence; the name itself where no term has it."""
    return word("asked", name, lang)


def section(key: str, lang: str) -> str:
    return at(_SECTIONS[key], lang)


def label(key: str, lang: str) -> str:
    return at(_LABELS[key], lang)


def notice(key: str, lang: str) -> str:
    return at(_NOTICES[key], lang)


def translated(on: str | date | None, lang: str) -> str:
    """That a legal text is translated: from which language, as of which day, and that it binds nobody."""
    return notice("binding", lang).format(day=day(on, lang) if on else notice("asked_day", lang))


def verdict_word(verdict: str, lang: str) -> str:
    return term("answer", verdict).title(lang)


def tone(verdict: str) -> str:
    return term("answer", verdict).tone


def stamp(verdict: str) -> str:
    """The one character of the stamp: 准 条 否 待 默."""
    return term("answer", verdict).stamp


def seal(verdict: str) -> str:
    """The four characters of the large seal, read from the right, top down."""
    return term("answer", verdict).seal


def word(family: str, key: str | None, lang: str) -> str:
    """The word of a term inside a sentence; the key itself where there is no such term."""
    found = find(family, key)
    return found.word(lang) if found else key or ""


def read(key: str | None, lang: str) -> str:
    """How far the text was read, in the three words; nothing where no row speaks."""
    return word("read", key, lang) if key else ""


@with_books()
def _table(name: str) -> Mapping[str, Mapping[str, str]]:
    return dict(load_book("policies").tables.get(name) or {})


def from_table(name: str, word: str | None, lang: str) -> str:
    return pick(_table(name).get(word or "") or None, lang) or (word or "")


def kind(word: str | None, lang: str) -> str:
    return from_table("kinds", word, lang)


def delivery(word: str | None, lang: str) -> str:
    return from_table("deliveries", word, lang)


def level(word: str | None, lang: str) -> str:
    return from_table("levels", word, lang)


# ---- figures


def day(value: str | date | None, lang: str) -> str:
    """2 December 2024, 2024年12月2日; empty where there is no day."""
    if not value:
        return ""
    return day_shown(value if isinstance(value, date) else date.fromisoformat(value), lang)


def short_day(value: str | date, lang: str) -> str:
    """2 Dec, 12月2日: for the axis of a chart, whose first mark has the year."""
    return short_day_shown(value if isinstance(value, date) else date.fromisoformat(value), lang)


def window(row: Doc, lang: str) -> str:
    """ "from 1 January 2024 to 31 December 2027", with what is known of it."""
    first, last = day(row.get("from"), lang), day(row.get("until"), lang)
    if lang == "zh":
        return {(True, True): f"{first}至{last}", (True, False): f"自{first}起", (False, True): f"至{last}"}.get(
            (bool(first), bool(last)), ""
        )
    return " ".join(part for part in (first and f"from {first}", last and f"to {last}") if part)


def number(value: object) -> Number:
    """An exact number from a JSON document, where a fraction is a double."""
    return exact(repr(value) if isinstance(value, float) else value)


def money(value: object, currency: str, lang: str) -> str:
    """CNY 5,000,000, 500万元; a fraction of a cent is rounded."""
    return money_shown(number(round(value, 2) if isinstance(value, float) else value), currency, lang)


def percent(value: object, lang: str) -> str:
    """55 % from the number 55."""
    return percent_shown(number(value), lang)


def ratio(value: object, lang: str) -> str:
    """55 % from the ratio 0.55."""
    return percent_shown(exact(number(value) * 100), lang)


def working_days(n: int, lang: str) -> str:
    return f"{n}个工作日" if lang == "zh" else counted(n, "working day")


def span(value: int, unit: str, lang: str) -> str:
    """ "20 working days"; a limit of nothing is the same day."""
    return length(value, unit, lang)


def joined(items: Iterable[str], lang: str) -> str:
    return listed([item for item in items if item], lang, "and")


def sentence(text: str, lang: str) -> str:
    """With a capital at the start and a full stop at the end."""
    text = text.strip()
    if not text:
        return ""
    if text[-1] not in "。.!?！？…":
        text += "。" if lang == "zh" else "."
    return text[0].upper() + text[1:]


_ISO_DAY: Final = re.compile(r"(?<![A-Za-z0-9_/=.-])(\d{4}-\d{2}-\d{2})(?![A-Za-z0-9_/-])")


def prose(text: Mapping[str, str] | None, lang: str) -> str:
    """The text of one language, with the days in it as a reader writes them."""
    return dated(pick(text, lang), lang)


def dated(text: str, lang: str) -> str:
    """The text with the days in it written out."""
    return _ISO_DAY.sub(lambda m: _readable_day(m.group(), lang), text) if "-" in text else text


def _readable_day(text: str, lang: str) -> str:
    try:
        return day(text, lang)
    except ValueError:
        return text


#: Words of time that mean another year every year, with what they mean beside a day: which part, years before it.
_RELATIVE: Final[Mapping[str, tuple[tuple[re.Pattern[str], str, int], ...]]] = {
    "zh": (
        (re.compile("上上年度?"), "{}年度", 2),
        (re.compile("上年度?(?=[末\\w])"), "{}年", 1),
        (re.compile("当年(?=累计|实际|新认定|高企|是否)"), "{}年", 0),
    ),
    "en": (
        (re.compile(r"(?<=, )last year\b"), "{}", 1),
        (re.compile(r"(?<=end of )last year\b"), "{}", 1),
        (re.compile(r"\blast year\b"), "in {}", 1),
        (re.compile(r"\bthis year\b"), "in {}", 0),
    ),
}


def exact_time(text: str, on: str | date, lang: str) -> str:
    """ "R&D expense, last year" as of a day in 2026: "R&D expense, 2025"."""
    if not any(word in text for word in ("上年", "上上年", "当年", "last year", "this year")):
        return text  # of thousands of texts of a page few speak of time
    year = (on if isinstance(on, date) else date.fromisoformat(on)).year
    for words, shown, before in _RELATIVE[lang]:
        text = words.sub(shown.format(year - before), text)
    return text


def join_facts(parts: Iterable[str], lang: str) -> str:
    """Short facts side by side: "Beijing · 2 December 2024"."""
    return " · ".join(part for part in parts if part)


def untold(lang: str) -> str:
    return "尚未告知" if lang == "zh" else "not told yet"
