"""What a policy gives, why it fits or not, and what would make it fit, in plain words of both languages."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, Final

from luodi.documents.fact_words import fact_label, fact_names, fact_shown
from luodi.documents.labels import (
    Doc,
    at,
    day,
    delivery,
    from_table,
    join_facts,
    joined,
    kind,
    label,
    level,
    money,
    pick,
    prose,
    ratio,
    window,
)
from luodi.errors import LuodiError
from luodi.rules.library import company_vocabulary
from luodi.rules.words import grouped, money_shown, percent_shown
from luodi.terms import term
from luodi.values import exact

# ---- how it stands


def fit_word(policy: Doc, lang: str) -> str:
    """How a policy stands: fits, tell us, not yet; "to be checked" for a row that does not decide."""
    if not policy.get("decides", True):
        return label("to_check", lang)
    if policy["answer"] == "no_match" and policy.get("when"):
        when = day(policy["when"]["on"], lang)
        return f"自{when}起" if lang == "zh" else f"from {when}"
    return term("fit", policy["answer"]).word(lang)


def policy_groups(plan: Doc) -> dict[str, list[Doc]]:
    """The policies that fit, those that wait for a fact, and the near ones, in the order of the plan."""
    groups: dict[str, list[Doc]] = {"match": [], "need_info": [], "near": []}
    for policy in plan["policies"]:
        groups[policy["answer"] if policy["answer"] in groups else "near"].append(policy)
    return groups


def policy_stand(policy: Doc, lang: str) -> str:
    """Why it fits, what is missing, or which condition fails."""
    match policy["answer"]:
        case "need_info":
            names = fact_names(policy["missing"], lang)
            return f"请补充：{names}" if lang == "zh" else f"Tell us: {names}"
        case "no_match":
            return _listed([prose(r["text"], lang) for r in policy["reasons"] if r["holds"] is False], lang)
        case "error":
            return str(policy.get("error", ""))
    held = [prose(r["expected"], lang) for r in policy["reasons"] if r["holds"] is True]
    return _listed(held, lang) or ("未设条件" if lang == "zh" else "no condition stated")


def policy_change(policy: Doc, lang: str) -> list[str]:
    """What would make a near policy fit: single changes of a fact, or a day that makes it true by itself."""
    found = [_by_itself(policy["when"], lang)] if policy.get("when") else []
    for change in policy.get("would_change") or ():
        if change.get("answer", "match") != "match":
            continue  # a change after which it still cannot be told is no way to get it
        parts = ("，" if lang == "zh" else ", ").join(
            _set_to(name, value, lang) for name, value in change["set"].items()
        )
        found.append(f"{parts}即符合" if lang == "zh" else f"would fit with {parts}")
    return found


def _by_itself(turn: Doc, lang: str) -> str:
    when = day(turn["on"], lang)
    if turn["answer"] == "match":
        return f"到{when}自然符合" if lang == "zh" else f"fits by itself on {when}"
    return f"自{when}起可再判定" if lang == "zh" else f"can be looked at again from {when}"


def _set_to(name: str, value: Any, lang: str) -> str:
    text = fact_shown(name, value, lang)
    return f"{fact_label(name, lang)}为{text}" if lang == "zh" else f"{fact_label(name, lang)}: {text}"


def policy_about(policy: Doc, lang: str) -> str:
    """Kind, level, how to obtain it and its window, in one line."""
    parts = [kind(policy.get("kind"), lang), level(policy.get("level"), lang), delivery(policy.get("delivery"), lang)]
    return join_facts([*parts, window(policy["window"], lang)], lang)


def _listed(items: Sequence[str], lang: str) -> str:
    return ("；" if lang == "zh" else "; ").join(items)


# ---- what it gives

#: Keys of a benefit that the head of the sentence says, or that are formulas and no figures.
_SAID_ELSEWHERE: Final = frozenset(("type", "tax", "item", "grants", "formula", "formulas", "from"))
_CODES: Final[Mapping[str, tuple[str, str]]] = {
    "cit": ("企业所得税", "corporate income tax"),
    "vat": ("增值税", "value-added tax"),
    "withholding": ("预提所得税", "withholding tax"),
    "customs_duty": ("关税", "customs duty"),
    "import_vat": ("进口环节增值税", "import VAT"),
    "import_consumption_tax": ("进口环节消费税", "import consumption tax"),
    "urban_land_use_tax": ("城镇土地使用税", "urban land-use tax"),
    "vehicle_tax": ("车船税", "vehicle and vessel tax"),
    "resource_tax": ("资源税", "resource tax"),
    "urban_construction_tax": ("城市维护建设税", "urban maintenance tax"),
    "property_tax": ("房产税", "property tax"),
    "stamp_duty": ("印花税", "stamp duty"),
    "farmland_occupation_tax": ("耕地占用税", "farmland-occupation tax"),
    "education_surcharge": ("教育费附加", "education surcharge"),
    "local_education_surcharge": ("地方教育附加", "local education surcharge"),
    "disabled_employment_levy": ("残疾人就业保障金", "disabled-employment levy"),
    "security_assessment": ("数据出境安全评估", "security assessment of data export"),
    "standard_contract": ("标准合同", "standard contract"),
    "certification": ("认证", "certification"),
    "foreign_investor": ("境外投资者", "foreign investor"),
    "goods and services": ("货物和服务", "goods and services"),
    "half": ("减半征收", "taxed at half"),
}
#: Figures that read better inside a phrase than after their name.
_PHRASES: Final[Mapping[str, tuple[str, str]]] = {
    "rate": ("{}", "{}"),
    "ratio": ("{}", "{}"),
    "amount": ("{}", "{}"),
    "baseline_rate": ("通常为{}", "instead of {}"),
    "years": ("{}年", "for {} years"),
    "max_years": ("最长{}年", "for at most {} years"),
    "max_months": ("最长{}个月", "for at most {} months"),
    "max_times": ("最多{}次", "at most {} times"),
    "validity_years": ("有效期{}年", "valid for {} years"),
    "exempt_years": ("免税{}年", "{} years free"),
    "half_years": ("其后{}年减半", "then {} years at half the rate"),
    "half_of_rate": ("减半所依据税率{}", "the rate that is halved is {}"),
    "working_days": ("{}个工作日内办结", "within {} working days"),
    "days": ("{}天", "{} days"),
    "max": ("最高{}", "at most {}"),
    "max_per_year": ("每年最高{}", "at most {} a year"),
    "max_total": ("累计最高{}", "at most {} in total"),
    "max_per_person_year": ("每人每年最高{}", "at most {} a person and year"),
    "amount_per_person_year": ("每人每年{}", "{} a person and year"),
    "max_float": ("可上浮{}", "may be raised by {}"),
    "exempt_up_to": ("{}以内免税", "free up to {}"),
    "above": ("超出部分{}", "above that {}"),
    "unit_value_cap": ("单价不超过{}", "items of at most {}"),
    "burden_cap": ("实际税负超过{}的部分", "the burden above {}"),
    "threshold_monthly": ("月销售额{}以下", "monthly sales up to {}"),
    "threshold_quarterly": ("季度销售额{}以下", "quarterly sales up to {}"),
    "holding_months": ("持有满{}个月", "after holding for {} months"),
    "to_lt": ("低于{}", "below {}"),
    "min_ratio": ("最低{}", "at least {}"),
    "max_ratio": ("最高{}", "at most {}"),
    "ratio_min": ("最低{}", "at least {}"),
    "interest_subsidy": ("贴息{}", "{} of the interest"),
    "of": ("以{}为基础", "of {}"),
    "note": ("{}", "{}"),
    "scope": ("适用于{}", "for {}"),
    "beneficiary": ("受益人为{}", "for the {}"),
    "decided_by": ("由{}确定", "decided by {}"),
    "instalments": ("分期支付{}", "paid in instalments of {}"),
    "max_ratio_of_disbursed": ("不超过发放额的{}", "at most {} of the sum disbursed"),
}


def policy_gives(policy: Doc, lang: str) -> str:
    """What a policy gives: the kind of benefit and its figures as the rule states them."""
    benefit = policy.get("benefit") or {}
    head = from_table("benefit-types", benefit.get("type"), lang) or kind(policy.get("kind"), lang)
    if benefit.get("grants"):
        head += ("：" if lang == "zh" else ": ") + _quality(str(benefit["grants"]), lang)
    taxes = benefit.get("tax") or benefit.get("item")
    if taxes:
        names = joined([_code(t, lang) for t in (taxes if isinstance(taxes, list) else [taxes])], lang)
        head += f"（{names}）" if lang == "zh" else f" ({names})"
    figures = _inner(benefit, lang)
    if not figures:
        return head
    return f"{head}：{figures}" if lang == "zh" else f"{head}: {figures}"


def _inner(value: Mapping[str, Any], lang: str) -> str:
    parts = [text for key, item in value.items() if (text := _figure(key, item, lang))]
    return ("，" if lang == "zh" else ", ").join(parts)


def _code(word: str, lang: str) -> str:
    return at(_CODES[word], lang) if word in _CODES else word.replace("_", " ")


def _quality(word: str, lang: str) -> str:
    vocabulary = company_vocabulary()
    known = vocabulary["qualifications"].value_label(word, lang) if "qualifications" in vocabulary else word
    return known.replace("_", " ")


def _figure(key: str, value: Any, lang: str) -> str:
    """One stated figure of a benefit in words; empty where it is said elsewhere or not stated."""
    if key in _SAID_ELSEWHERE or value is None:
        return ""
    if isinstance(value, Mapping):
        words = pick(value, lang) if set(value) <= {"zh", "en"} else _inner(value, lang)
    elif isinstance(value, list):
        words = _several(key, value, lang)
    else:
        words = _worth(key, value, lang)
    if not words:
        return ""
    if key in _PHRASES:
        phrase = at(_PHRASES[key], lang).format(words)
        return phrase.replace("1 years", "1 year").replace("at most 1 times", "once") if lang == "en" else phrase
    name = from_table("benefit-keys", key, lang)
    return f"{name}{words}" if lang == "zh" and words[:1].isdigit() else _named(name, words, lang)


def _several(key: str, values: Sequence[Any], lang: str) -> str:
    if all(not isinstance(item, Mapping) for item in values):
        return joined([_worth(key, item, lang) for item in values], lang)
    return _listed([_inner(item, lang) for item in values if isinstance(item, Mapping)], lang)


def _named(name: str, words: str, lang: str) -> str:
    if lang == "zh":
        return f"{name}：{words}"
    return f"{name[:1].lower() + name[1:] if name[1:2].islower() else name}: {words}"


_RATIO_WORDS: Final = ("ratio", "rate", "instalments", "max_float", "amortisation", "burden_cap", "interest_subsidy")
_RATIO_KEYS: Final = frozenset(
    "sme large pay points_per_year min_points high_tech_manufacturing other_manufacturing high_tech_services "
    "other".split()
)
_PLAIN_WORDS: Final = ("years", "months", "times", "days", "validity")


def _worth(key: str, value: Any, lang: str) -> str:
    """A bare value of a benefit: a share, money, a plain number or a word."""
    if isinstance(value, bool) or value in ("true", "false"):
        return label("yes" if value in (True, "true") else "no", lang)
    try:
        figure = exact(str(value))
    except LuodiError:
        return _code(str(value), lang)
    if key in _RATIO_KEYS or (any(word in key for word in _RATIO_WORDS) and -10 < Fraction(figure) < 10):
        return percent_shown(exact(Fraction(figure) * 100), lang)
    if any(word in key for word in _PLAIN_WORDS):
        return grouped(figure)
    return money_shown(figure, "USD" if "usd" in key else "CNY", lang)


# ---- what it comes to

#: What the figure of a formula is, by the type of the benefit.
_VALUES: Final[Mapping[str, tuple[str, str]]] = {
    "rate": ("按此应纳税额", "tax due at this rate"),
    "effective_rate": ("按此应纳税额", "tax due at this rate"),
    "exemption": ("每月应纳税额", "tax due a month"),
    "extra_deduction": ("可加计扣除", "further deduction"),
    "tax_credit": ("可抵免", "tax credit"),
}
_NO_MONEY: Final = frozenset(
    "recognition exemption deferral refund holiday procedure procedure_removed equal_treatment time_limit renewal "
    "freeze loss_carry_forward".split()
)
_NO_FIGURE: Final = frozenset((*_SAID_ELSEWHERE, "note", "max_years", "max_times", "of", "also"))


def amounts(policy: Doc, lang: str) -> list[str]:
    """What the formulas come to for this company; empty where there is none or a figure is missing."""
    amount = policy.get("amount") or {}
    kind_of = str((policy.get("benefit") or {}).get("type"))
    found = []
    for key, value in amount.items():
        if key in ("currency", "caps"):
            continue
        if key == "value":
            name = at(_VALUES.get(kind_of, ("金额", "amount")), lang)
        else:
            name = from_table("benefit-keys", key, lang)
            name = name[:1].lower() + name[1:] if name[1:2].islower() else name
        words = ratio(value, lang) if key == "pay_ratio" else money(value, amount["currency"], lang)
        found.append(f"{name}{words}" if lang == "zh" else f"{name} {words}")
    return found


def amount_line(policy: Doc, lang: str) -> str:
    """The amounts in one line, or that none is stated; empty where a benefit has no amount to state."""
    found = _listed(amounts(policy, lang), lang)
    if found:
        return f"贵公司：{found}" if lang == "zh" else f"For you: {found}"
    return "" if _has_figures(policy) else label("no_amount", lang)


def _has_figures(policy: Doc) -> bool:
    benefit = policy.get("benefit") or {}
    return benefit.get("type") in _NO_MONEY or any(
        value is not None and key not in _NO_FIGURE for key, value in benefit.items()
    )
