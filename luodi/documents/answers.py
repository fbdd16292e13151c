"""The answer to what is open in plain sentences: headline, lede, what was asked, what would change it."""

from collections.abc import Mapping, Sequence
from typing import Final

from luodi.documents.labels import (
    Doc,
    asked_word,
    at,
    count_word,
    day,
    joined,
    label,
    percent,
    pick,
    prose,
    untold,
    verdict_word,
)
from luodi.errors import LuodiError
from luodi.places import country
from luodi.terms import term, terms
from luodi.terms.figures import listed


def headline(plan: Doc, lang: str) -> str:
    """The largest text of a result: the answer in one plain sentence."""
    access = plan["access"]
    if not access:
        return _no_plan(lang)
    if len(access) == 1:
        return access_headline(access[0], lang)
    return _several(access, lang)


def _no_plan(lang: str) -> str:
    if lang == "zh":
        return "未写明拟经营的业务：以下为办事步骤、义务与政策。"
    return "No service is named, so this plan shows steps, duties and support."


def _several(access: Sequence[Doc], lang: str) -> str:
    counts = {v: sum(1 for a in access if a["answer"] == v) for v in terms("answer")}
    found = [(n, term("state", v).word(lang)) for v, n in counts.items() if n]
    total = len(access)
    if len(found) == 1:
        if lang == "zh":
            return f"{count_word(total, lang)}项计划{'均' if total > 1 else ''}{found[0][1]}。"
        return _all_alike(total, found[0][1])
    if lang == "zh":
        counted_parts = "，".join(f"{_one_zh(n)}项{state}" for n, state in found)
        return f"{count_word(total, lang)}项计划中，{counted_parts}。"
    parts = [f"{count_word(n, lang)} {'is' if n == 1 else 'are'} {state}" for n, state in found]
    return f"Of your {count_word(total, lang)} plans, {listed(parts, 'en', 'and')}."


def _all_alike(total: int, state: str) -> str:
    number = count_word(total, "en")
    if state.startswith("not "):
        none = "Neither plan is" if total == 2 else f"None of your {number} plans is"
        return f"{none} {state.removeprefix('not ')}."
    return f"{'Both' if total == 2 else f'All {number}'} plans are {state}."


def _one_zh(n: int) -> str:
    return count_word(n, "zh")


def access_headline(access: Doc, lang: str) -> str:
    """The answer to one plan in plain words."""
    match access["answer"]:
        case "allowed":
            return _domestic(lang) if is_domestic(access) else _may_own(access, lang, "")
        case "conditional":
            return _conditional(access, lang)
        case "not_allowed":
            return _not_allowed(access, lang)
        case "unknown" if not access["missing"] and access["note"]:
            return str(access["note"][lang])  # no fact settles it: the law of that day cannot be told
        case "unknown":
            names = joined([asked_word(m, lang) for m in access["missing"]], lang)
            return f"还不能判定，请先告诉我们：{names}。" if lang == "zh" else f"We cannot tell yet: tell us {names}."
    return _silent(access, lang)


def is_domestic(access: Doc) -> bool:
    """Whether no foreign investor takes part."""
    question = access["question"]
    return bool(question["share"] == 0 or question["investor"] == "CN")


def _domestic(lang: str) -> str:
    if lang == "zh":
        return "没有外资参与，不受外资准入限制。"
    return "No foreign investor takes part, so no limit on foreign shares applies."


def _may_own(access: Doc, lang: str, rest: str) -> str:
    share = access["question"]["share"]
    if share == 100:
        return f"可以全资经营{rest}。" if lang == "zh" else f"You may own all of it{rest}."
    if share is None:
        return f"可以经营{rest}。" if lang == "zh" else f"You may run it{rest}."
    shown_share = percent(share, lang)
    return f"可以持有{shown_share}{rest}。" if lang == "zh" else f"You may own {shown_share} of it{rest}."


#: Licences that are an approval of the company itself, with who gives it.
_APPROVALS: Final[Mapping[str, tuple[str, str]]] = {
    "vats-pilot-approval": ("工信部", "the ministry"),
    "ftz-pilot-approval": ("上海市通信管理局", "Shanghai’s communications administration"),
}


def _conditional(access: Doc, lang: str) -> str:
    giver = next((at(_APPROVALS[i], lang) for i in access["licences"] if i in _APPROVALS), None)
    if access["cap"] is None:
        if lang == "zh":
            return "有条件开放；未见明文的外资股比上限。"
        return "It is open on conditions; no text states how much you may own."
    if giver is not None:
        rest = f"，但须先取得{giver}对贵公司的批复" if lang == "zh" else f", once {giver} has approved your company"
    else:
        rest = "，但须符合下列条件" if lang == "zh" else ", if you meet its conditions"
    return _may_own(access, lang, rest)


#: What of the owners decided, where it was not their share.
_GATES: Final[Mapping[str, tuple[str, str]]] = {
    "chinese-control": ("该业务须由中方控制。", "The Chinese side must control this service."),
    "contract-control": ("该业务不得由外资以合同控制。", "Foreign control of this service by contract is barred."),
}


def _not_allowed(access: Doc, lang: str) -> str:
    gate = str((access.get("holdings") or {}).get("gate"))
    if gate in _GATES:
        return at(_GATES[gate], lang)
    share, cap = access["question"]["share"], access["cap"]
    if cap and share is not None:
        if lang == "zh":
            return f"拟持股{percent(share, lang)}，上限为{percent(cap, lang)}。"
        return f"You want {percent(share, lang)}; the cap is {percent(cap, lang)}."
    return "不对外资开放。" if lang == "zh" else "This is not open to foreign capital."


def _silent(access: Doc, lang: str) -> str:
    since = access.get("speaks_from")
    if since and since > access["on"]:
        if lang == "zh":
            return f"规则库对所问之日未作规定，自{day(since, lang)}起才有规定。"
        return f"The book is silent on this day; it speaks from {day(since, lang)} on."
    return "规则库对此未作规定。" if lang == "zh" else "The book has no rule for this."


def lede(plan: Doc, lang: str) -> str:
    """One or two sentences under the headline."""
    access = plan["access"]
    if not access:
        return pick(plan.get("about"), lang)
    if len(access) == 1:
        return access_lede(access[0], lang)
    if len({a["answer"] for a in access}) == 1:
        return "每项计划的理由见下。" if lang == "zh" else "Each has its reasons below."
    verdict = plan["verdict"]
    if lang == "zh":
        return f"整体结论取其中最不开放的一项：{verdict_word(verdict, lang)}。每项计划的理由见下。"
    return (
        f"Taken together the least open one counts: {verdict_word(verdict, lang).lower()}. Each has its reasons below."
    )


def access_lede(access: Doc, lang: str) -> str:
    """Who may hold how much of what, where, under which rule; the note where there is no rule."""
    if is_domestic(access):
        return _domestic_lede(access, lang)
    if access["answer"] in ("unknown", "silent") or not access.get("rule"):
        return prose(access.get("note"), lang) or _possible(access, lang)
    rule = pick(access["rule"]["title"], lang)
    if access["answer"] == "not_allowed" and not access["cap"]:
        return _closed(access, rule, lang)
    return _held(access, rule, lang)


def _closed(access: Doc, rule: str, lang: str) -> str:
    """Closed at every share: no figure is named, since another one would not help."""
    what, where = service(access, lang), place(access, lang)
    if lang == "zh":
        return f"{what}在{where}不对外资开放。适用规则：{rule}。"
    return f"In {where}, {what}, is closed to foreign capital, under the rule “{rule}”."


def _held(access: Doc, rule: str, lang: str) -> str:
    who, what, where = investor(access, lang, "an investor"), service(access, lang), place(access, lang)
    share, refused = access["question"]["share"], access["answer"] == "not_allowed"
    held = percent(share, lang) if share is not None else ("股权" if lang == "zh" else "a share")
    if lang == "zh":
        may = f"{held}超过{percent(access['cap'], lang)}的上限" if refused else f"可以持有{held}"
        return f"{who}在{where}经营{what}，{may}。适用规则：{rule}。"
    may = "may not hold" if refused else "may hold"
    return f"In {where}, {who} {may} {held} of {what}, under the rule “{rule}”."


def _domestic_lede(access: Doc, lang: str) -> str:
    what, where = service(access, lang), place(access, lang)
    if lang == "zh":
        return f"行业许可另行办理：在{where}经营{what}，须办下列手续。"
    return f"Licences are a separate matter: the steps for {what}, in {where} are below."


def _possible(access: Doc, lang: str) -> str:
    words = [verdict_word(v, lang) for v in access.get("possible") or ()]
    if len(words) < 2:
        return ""
    if lang == "zh":
        return f"补充后的结论可能是：{listed(words, lang, 'or')}。"
    return f"With that the answer may be: {listed([w.lower() for w in words], lang, 'or')}."


def service(access: Doc, lang: str) -> str:
    """The name of the service with its code in the catalogue; those of content are ours and are not shown."""
    row = access.get("service")
    if not row:
        return untold(lang)
    name = pick(row["name"], lang)
    if row["id"].startswith("C-"):
        return name
    return f"{name}（{row['id']}）" if lang == "zh" else f"{name}, {row['id']}"


def place(access: Doc, lang: str) -> str:
    row = access.get("place")
    return pick(row["name"], lang) if row else untold(lang)


def _unknown(lang: str) -> str:
    return "尚未告知" if lang == "zh" else "not told yet"


def country_name(code: str, lang: str) -> str:
    try:
        found = country(code)
    except LuodiError:
        return code
    return found.name_zh if lang == "zh" else found.name_en


_WITH_ARTICLE: Final = frozenset("AE BS DO GB GM KM KY MH MV NL PH SB SC TC US VG VI".split())


def investor(access: Doc, lang: str, lead: str = "") -> str:
    """ "Singapore", with `lead` "An investor from Singapore"; the CEPA certificate where it matters."""
    question = access["question"]
    home = question["investor"]
    if home is None:
        return ("外国投资者" if lead else untold(lang)) if lang == "zh" else (lead or untold(lang))
    name = country_name(home, lang)
    if lead and home in _WITH_ARTICLE:
        name = f"the {name}" if lang == "en" else name
    certified = question["cepa_qualified"]
    if lang == "zh":
        text = f"{name}投资者" if lead else name
        return f"{text}（持CEPA证明书）" if certified else text
    text = f"{lead} from {name}" if lead else name
    return f"{text} with a CEPA certificate" if certified else text


def asked(access: Doc, lang: str) -> list[tuple[str, str]]:
    """What was asked, each with its name: service, place, share, investor, day."""
    share = access["question"]["share"]
    return [
        (label("service", lang), service(access, lang)),
        (label("place", lang), place(access, lang)),
        (label("share", lang), percent(share, lang) if share is not None else untold(lang)),
        (label("investor", lang), _nobody(lang) if is_domestic(access) else investor(access, lang)),
        (label("on", lang), day(access["on"], lang)),
    ]


def _nobody(lang: str) -> str:
    return "无外国投资者" if lang == "zh" else "none from abroad"


def cap(row: Doc, lang: str) -> str:
    """The highest share of an answer or a rule in words."""
    value = row.get("cap")
    if value is None:
        return "未载明股比上限" if lang == "zh" else "no cap stated"
    if value == 0:
        return "不开放" if lang == "zh" else "closed"
    return f"上限{percent(value, lang)}" if lang == "zh" else f"up to {percent(value, lang)}"


def turn(change: Doc, lang: str) -> str:
    """One change that gives another answer: "Another place: Guangzhou; closed"."""
    text = pick(change["label"], lang)
    held = verdict_word("silent", lang).lower() if change["answer"] == "silent" else cap(change, lang)
    if set(change["set"]) <= {"on"}:
        when = day(change["set"]["on"], lang)
        text = f"日期改为{when}" if lang == "zh" else f"On {when}"
    text = text[:1].upper() + text[1:]
    return f"{text}：{held}。" if lang == "zh" else f"{text}; {held}."
