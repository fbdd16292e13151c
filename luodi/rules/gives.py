"""What a rule gives, as lines of plain text: an access treatment, a step, a policy's benefit, a decision's value."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from luodi.errors import LuodiError
from luodi.rules.book import Book, Rule
from luodi.rules.gives_step import fee_shown, licence_shown, portal_shown, time_shown, yes_or_no
from luodi.rules.words import grouped
from luodi.terms import find
from luodi.terms.figures import length, listed
from luodi.values import exact

#: The keys under `gives` that a person reads, in this order, with their names.
_KEYS: Final[Mapping[str, tuple[str, str]]] = {
    "value": ("结果", "Answer"),
    "status": ("状态", "Status"),
    "cap": ("外资股比上限", "Cap on the foreign share"),
    "kind": ("类别", "Kind"),
    "force": ("效力", "Force"),
    "domain": ("领域", "Domain"),
    "lane": ("阶段", "Stage"),
    "needs_company": ("须先设立公司", "Needs the company first"),
    "obligation": ("义务", "Obligation"),
    "level": ("层级", "Level"),
    "authority": ("主管机关", "Authority"),
    "authority_when": ("特定情形下的主管机关", "Authority in some cases"),
    "delivery": ("享受方式", "How it is obtained"),
    "benefit": ("优惠内容", "Benefit"),
    "licences": ("所需许可", "Licences"),
    "conditions": ("条件", "Conditions"),
    "prerequisites": ("前提", "Prerequisites"),
    "documents": ("材料", "Documents"),
    "depends_on": ("须先完成", "Comes after"),
    "any_of": ("须先完成其中一项", "Comes after one of"),
    "runs_with": ("一并办理", "Handed in together with"),
    "decision": ("办理时限", "Time for the decision"),
    "time": ("办理用时", "How long it takes"),
    "fee": ("官方收费", "Official fee"),
    "deadline": ("企业须遵守的期限", "Deadline for the company"),
    "output": ("办理结果", "Result"),
    "licence": ("取得的许可", "Licence"),
    "expires": ("许可期限", "Valid for"),
    "validity": ("有效期", "Validity"),
    "recurs": ("重复办理", "Recurs"),
    "online": ("网上办理", "Online"),
    "portal": ("办理平台", "Portal"),
}
#: The family of terms behind a key of the books.
_FAMILIES: Final[Mapping[str, str]] = {
    "status": "opening",
    "force": "force",
    "kind": "closure",
    "obligation": "obligation",
    "unit": "unit",
    "basis": "time_basis",
    "available": "online",
    "every": "recurs",
    "domain": "domain",
    "lane": "lane",
}
_TABLES: Final = {"status": "statuses", "level": "levels", "delivery": "deliveries", "kind": "kinds"}


def gives_shown(rule: Rule, book: Book, lang: str, say: Callable[[str], str]) -> list[str]:
    """Lines with a heading; empty where the rule gives nothing that a person reads. `say` puts a CEL text in words."""
    joint = "：" if lang == "zh" else ": "
    lines = [f"  - {name}{joint}{words}" for name, words in gives_named(rule, book, lang, say)]
    return ["结果：" if lang == "zh" else "It gives:", *lines] if lines else []


def gives_named(rule: Rule, book: Book, lang: str, say: Callable[[str], str]) -> list[tuple[str, str]]:
    """The same as pairs of a name and its words."""
    gives = dict(rule.gives)
    if "authority_when" in gives:
        gives["authority_when"] = [_authority(row, lang, say) for row in gives["authority_when"]]
    if isinstance(gives.get("benefit"), dict):
        gives["benefit"] = _worded(gives["benefit"], say)
    pairs = ((_KEYS[key][lang == "en"], _given(key, gives.get(key), book, lang)) for key in _KEYS)
    return [(name, words) for name, words in pairs if words]


def _authority(row: Mapping[str, Any], lang: str, say: Callable[[str], str]) -> str:
    words, authority = say(str(row["when"])), row["authority"][lang]
    return f"{words}的，为{authority}" if lang == "zh" else f"{authority} where this holds: {words}"


def _worded(benefit: Mapping[str, Any], say: Callable[[str], str]) -> dict[str, Any]:
    """A benefit with its formulas in words."""
    found = dict(benefit)
    if isinstance(found.get("formula"), str):
        found["formula"] = say(found["formula"])
    if isinstance(found.get("formulas"), dict):
        found["formulas"] = {name: say(text) for name, text in found["formulas"].items()}
    return found


def _given(key: str, value: Any, book: Book, lang: str) -> str:
    if value is None:
        unstated = key == "cap" and book.kind == "access"
        return ("未载明数字" if lang == "zh" else "no figure stated") if unstated else ""
    return _words(key, value, book, lang)


def _words(key: str, value: Any, book: Book, lang: str) -> str:
    match key, value:
        case "cap", str():
            return f"{value}%" if lang == "zh" else f"{value} %"
        case "decision" | "deadline", list():
            return _joined([_time(row, book, lang) for row in value], lang)
        case "benefit", dict():
            return _joined(list(_benefit(value, book, lang)), lang)
        case "recurs" | "online", dict():
            return _joined([w for k, v in value.items() if (w := _words(k, v, book, lang))], lang)
        case "licences" | "depends_on" | "any_of", list():
            return listed([_title(item, book, lang) for item in value], lang, "and")
        case "time", dict():
            return time_shown(value, lang)
        case "fee", dict():
            return fee_shown(value, lang)
        case "portal", dict():
            return portal_shown(value, lang)
        case "expires", dict():
            return _length(str(value.get("value")), str(value.get("unit") or ""), book, lang)
        case "licence", str():
            return licence_shown(value, lang)
        case "needs_company", _:
            return yes_or_no(str(value) == "true", lang)
        case "runs_with", str():
            return _title(value, book, lang)
        case "runs_with", list():
            return listed([_title(item, book, lang) for item in value], lang, "or")
    return _plain(key, value, book, lang)


def _plain(key: str, value: Any, book: Book, lang: str) -> str:
    if isinstance(value, dict):
        return str(value.get(lang) or "")
    if isinstance(value, list):
        return _joined([_plain(key, item, book, lang) for item in value], lang)
    return _word(key, str(value), book, lang)


def _word(key: str, value: str, book: Book, lang: str) -> str:
    """A word of the book in the reader's language, from the tables of the book or from those above."""
    table = book.tables.get(_TABLES.get(key, "values" if key == "value" else ""))
    if isinstance(table, dict) and isinstance(table.get(value), dict):
        return str(table[value].get(lang) or value)
    if key == "value":
        attribute = book.vocabulary.attributes.get(book.id.replace("-", "_"))
        return attribute.value_label(value, lang) if attribute else value
    known = find(_FAMILIES[key], value) if key in _FAMILIES else None
    return known.word(lang) if known else value


def _title(code: str, book: Book, lang: str) -> str:
    """The title of a rule or of a row of the licences."""
    if code in book.by_id:
        return str(book.by_id[code].title[lang])
    for row in book.tables.get("licences") or ():
        if row.get("id") == code:
            return str(row["name"][lang])
    return code


def _time(row: Mapping[str, Any], book: Book, lang: str) -> str:
    parts = []
    if row.get("value") is not None:
        parts.append(_length(str(row["value"]), str(row.get("unit") or ""), book, lang))
    if row.get("basis"):
        word = _word("basis", str(row["basis"]), book, lang)
        parts.append(f"（{word}）" if lang == "zh" else f"({word})")
    said = row.get("rule") or row.get("note")
    words = "".join(parts) if lang == "zh" else " ".join(parts)
    if not isinstance(said, dict):
        return words
    return (
        f"{words}{'：' if words else ''}{said[lang]}" if lang == "zh" else f"{words}{': ' if words else ''}{said[lang]}"
    )


def _length(value: str, unit: str, book: Book, lang: str) -> str:
    if value.isdigit() and find("unit", unit):
        return length(int(value), unit, lang)
    said = _word("unit", unit, book, lang)
    return f"{value}{said}" if lang == "zh" else f"{value} {said}".strip()


def _benefit(benefit: Mapping[str, Any], book: Book, lang: str) -> Iterator[str]:
    keys = book.tables.get("benefit-keys") or {}
    types = book.tables.get("benefit-types") or {}
    for key, value in benefit.items():
        name = str((keys.get(key) or {}).get(lang) or key)
        if key == "type":
            words = str((types.get(str(value)) or {}).get(lang) or value)
        else:
            words = _figure(key, value, book, lang)
        yield f"{name}：{words}" if lang == "zh" else f"{name}: {words}"


def _figure(key: str, value: Any, book: Book, lang: str) -> str:
    if value is None:
        return "未载明" if lang == "zh" else "not stated"
    if isinstance(value, dict) and set(value) <= {"zh", "en"}:
        return str(value.get(lang) or "")
    if isinstance(value, dict):
        return _joined(list(_benefit(value, book, lang)), lang, inner=True)
    if isinstance(value, list):
        return _joined([_figure(key, item, book, lang) for item in value], lang, inner=True)
    if key == "grants" and "qualifications" in book.vocabulary:
        return book.vocabulary["qualifications"].value_label(str(value), lang)
    try:
        return grouped(exact(str(value)))
    except LuodiError:
        return str(value)


def _joined(items: list[str], lang: str, *, inner: bool = False) -> str:
    joint = {"zh": ("；", "，"), "en": ("; ", ", ")}[lang][inner]
    return joint.join(item for item in items if item)
