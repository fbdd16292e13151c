"""The answers of single commands in Chinese and English: what is open, a requirement, a decision, what fits."""

from collections.abc import Mapping, Sequence
from typing import Any

from luodi.documents import wording as w
from luodi.documents.labels import at
from luodi.errors import LuodiError
from luodi.rules.library import load_book
from luodi.terms import term, terms
from luodi.terms.figures import verb_of


def more(n: int, lang: str) -> str:
    """At the end of a list that was cut short."""
    return f"另有{n}项" if lang == "zh" else f"and {n} more"


def named_access(answer: w.Doc) -> dict[str, Any]:
    """An answer of `luodi.access.resolve.as_json` with the names that a plan adds."""
    tables = load_book("market-access").tables
    names = {key: {row["id"]: row["name"] for row in tables[key]} for key in ("services", "places", "licences")}
    rule = load_book("market-access").by_id.get(next(iter(answer["rules"]), ""))
    asked_for = answer["question"]
    return {
        **answer,
        "service": _named(asked_for["service"], names["services"]),
        "place": _named(asked_for["place"], names["places"]),
        "rule": {"id": rule.id, "title": dict(rule.title)} if rule else None,
        "licence_names": [names["licences"].get(i) or {"zh": i, "en": i} for i in answer["licences"]],
        "would_change": [{**c, "label": _change_label(c["set"], names)} for c in answer["would_change"]],
    }


def _named(key: str | None, names: Mapping[str, Mapping[str, str]]) -> dict[str, Any] | None:
    return None if key is None else {"id": key, "name": names.get(key) or {"zh": key, "en": key}}


def _change_label(changed: Mapping[str, Any], names: Mapping[str, Mapping[str, Mapping[str, str]]]) -> dict[str, str]:
    return {
        lang: stop.join(_one_change(key, value, names, lang) for key, value in changed.items())
        for lang, stop in (("zh", "，"), ("en", ", "))
    }


def _one_change(key: str, value: Any, names: Mapping[str, Mapping[str, Mapping[str, str]]], lang: str) -> str:
    match key:
        case "place" | "service":
            text = w.pick(names[f"{key}s"].get(value), lang) or str(value)
            text = f"{text}（{value}）" if lang == "zh" else f"{text} ({value})"
            pairs = {"place": ("地点改为", "another place: "), "service": ("业务改为", "another service: ")}
            return at(pairs[key], lang) + text
        case "share":
            held = w.percent(value, lang)
            return f"外资股比改为{held}" if lang == "zh" else f"a foreign share of {held}"
        case "investor":
            return "由香港服务提供者投资" if lang == "zh" else "an investor from Hong Kong"
        case "cepa_qualified":
            if value:
                return "取得CEPA港澳服务提供者证明" if lang == "zh" else "with a CEPA certificate"
            return "没有CEPA港澳服务提供者证明" if lang == "zh" else "without a CEPA certificate"
    return w.day(str(value), lang)


def requirement_headline(answer: w.Doc, lang: str) -> str:
    """The answer to one requirement: how much, or whether."""
    value = answer["value"]
    if answer["answer"] == "required" and isinstance(value, int) and not isinstance(value, bool):
        amount = w.money(value, "CNY", lang)
        return f"至少{amount}。" if lang == "zh" else f"At least {amount}."
    return w.sentence(term("requirement", answer["answer"]).word(lang), lang)


def decision_headline(answer: w.Doc, lang: str) -> str:
    """The value of a decision list, or what is missing to say."""
    if answer["answer"] is None:
        if answer["missing"]:
            names = w.fact_names(answer["missing"], lang)
            return f"尚不能判定，请补充：{names}。" if lang == "zh" else f"This cannot be told yet: tell us {names}."
        return "没有一条规则成立。" if lang == "zh" else "No rule of the list is true."
    return w.sentence(decision_value(answer, lang), lang)


def decision_value(answer: w.Doc, lang: str) -> str:
    """The value in words, where the book or the vocabulary has them."""
    name, value = str(answer["books"][0]["name"]), str(answer["answer"])
    try:
        values = load_book(name).tables.get("values") or {}
    except LuodiError:
        values = {}
    return w.pick(values.get(value), lang) or w.fact_shown(name.replace("-", "_"), value, lang)


def match_headline(results: Sequence[w.Doc], lang: str) -> str:
    """How many rules fit, wait for facts, do not fit."""
    counts = {answer: sum(1 for r in results if r["answer"] == answer) for answer in terms("fit")}
    if lang == "zh":
        text = f"{len(results)}项规则：符合{counts['match']}项，待补充{counts['need_info']}项"
        text += f"，不符合{counts['no_match']}项"
        return text + (f"，无法判定{counts['error']}项。" if counts["error"] else "。")
    text = f"Of {w.counted(len(results), 'rule')} {_so_many(counts['match'], 'fits')}, "
    text += f"{_so_many(counts['need_info'], 'waits for facts')}, {_so_many(counts['no_match'], 'does not fit')}"
    return text + (f", {counts['error']} cannot be evaluated." if counts["error"] else ".")


def _so_many(n: int, verb: str) -> str:
    return f"{n} {verb_of(n, verb)}"
