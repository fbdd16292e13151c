"""The sentences of a plan in Chinese and English, said once for page, PDF and terminal.

Each function takes a part of the document made by `luodi.advice.plan.advise` and a language, and returns plain
text. A text that is absent is said to be absent; a missing amount is never 0. Single words are in `labels`,
policies in `benefits`, facts in `fact_words`; all can be asked for here.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from luodi.documents.benefits import (
    amount_line,
    amounts,
    fit_word,
    policy_about,
    policy_change,
    policy_gives,
    policy_groups,
    policy_stand,
)
from luodi.documents.fact_words import (
    fact_label,
    fact_names,
    fact_shown,
)
from luodi.documents.labels import (
    BASES,
    FITS,
    MISSING,
    VERDICTS,
    Doc,
    Lang,
    at,
    confidence,
    count_word,
    counted,
    day,
    delivery,
    domain,
    html_lang,
    join_facts,
    joined,
    kind,
    label,
    level,
    money,
    notice,
    number,
    obligation,
    other,
    percent,
    pick,
    prose,
    ratio,
    seal,
    section,
    sentence,
    short_day,
    span,
    stamp,
    tone,
    untold,
    verdict_word,
    verification,
    window,
    working_days,
)
from luodi.errors import LuodiError
from luodi.places import country
from luodi.rules.library import load_book
from luodi.rules.words import day_shown, listed

__all__ = [
    "FITS",
    "VERDICTS",
    "Doc",
    "Lang",
    "access_headline",
    "access_lede",
    "amount_line",
    "amounts",
    "asked",
    "beside_line",
    "book_line",
    "cap",
    "chain_intro",
    "clock",
    "confidence",
    "count_word",
    "counted",
    "country_name",
    "dates",
    "day",
    "deadline",
    "delivery",
    "domain",
    "duty_line",
    "export_line",
    "fact_label",
    "fact_names",
    "fact_shown",
    "fact_source",
    "finding",
    "finding_note",
    "fit_word",
    "headline",
    "html_lang",
    "investor",
    "is_domestic",
    "join_facts",
    "joined",
    "kind",
    "label",
    "lede",
    "level",
    "limit",
    "limit_note",
    "memo_title",
    "money",
    "notice",
    "number",
    "obligation",
    "online",
    "other",
    "percent",
    "pick",
    "place",
    "policy_about",
    "policy_change",
    "policy_gives",
    "policy_groups",
    "policy_stand",
    "prose",
    "question_line",
    "ratio",
    "seal",
    "section",
    "sentence",
    "service",
    "short_day",
    "slack",
    "source_about",
    "span",
    "stamp",
    "titles",
    "tone",
    "totals",
    "turn",
    "verdict_word",
    "verification",
    "window",
    "working_days",
    "yearly",
]

# ---- the answer in plain words


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


_STATES: Final[Mapping[str, tuple[str, str]]] = {
    "allowed": ("可以开展", "open"),
    "conditional": ("有条件可以开展", "open on conditions"),
    "not_allowed": ("不予准入", "not open"),
    "unknown": ("尚不能判定", "still to be told"),
    "silent": ("书中没有规定", "not in the book"),
}


def _several(access: Sequence[Doc], lang: str) -> str:
    counts = {v: sum(1 for a in access if a["answer"] == v) for v in VERDICTS}
    found = [(n, at(_STATES[v], lang)) for v, n in counts.items() if n]
    total = len(access)
    if len(found) == 1:
        if lang == "zh":
            return f"{count_word(total, lang)}项计划{'均' if total > 1 else ''}{found[0][1]}。"
        lead = "Both plans are" if total == 2 else f"All {count_word(total, lang)} plans are"
        return f"{lead} {found[0][1]}."
    if lang == "zh":
        counted_parts = "，".join(f"{_one_zh(n)}项{state}" for n, state in found)
        return f"{count_word(total, lang)}项计划中，{counted_parts}。"
    parts = [f"{count_word(n, lang)} {'is' if n == 1 else 'are'} {state}" for n, state in found]
    return f"Of your {count_word(total, lang)} plans, {listed(parts, 'en', 'and')}."


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
        case "unknown":
            names = joined([at(MISSING.get(m, (m, m)), lang) for m in access["missing"]], lang)
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


def _not_allowed(access: Doc, lang: str) -> str:
    share, cap = access["question"]["share"], access["cap"]
    if cap and share is not None:
        if lang == "zh":
            return f"拟持股{percent(share, lang)}，上限为{percent(cap, lang)}。"
        return f"You want {percent(share, lang)}, the cap is {percent(cap, lang)}."
    return "不对外资开放。" if lang == "zh" else "This is not open to foreign capital."


def _silent(access: Doc, lang: str) -> str:
    since = access.get("speaks_from")
    if since and since > access["on"]:
        if lang == "zh":
            return f"书中对此没有规定，自{day(since, lang)}起才有。"
        return f"The book is silent on this day; it speaks from {day(since, lang)} on."
    return "书中对此没有规定。" if lang == "zh" else "The book has no rule for this."


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
        return pick(access.get("note"), lang) or _possible(access, lang)
    who, what, where = investor(access, lang, "an investor"), service(access, lang), place(access, lang)
    rule = pick(access["rule"]["title"], lang)
    share = access["question"]["share"]
    if lang == "zh":
        may = {"not_allowed": "不得持有"}.get(access["answer"], "可以持有")
        held = percent(share, lang) if share is not None else "股权"
        return f"{who}在{where}经营{what}，{may}{held}。适用规则：{rule}。"
    may = {"not_allowed": "may not hold"}.get(access["answer"], "may hold")
    held = percent(share, lang) if share is not None else "a share"
    return f"In {where}, {who} {may} {held} of {what}, under the rule “{rule}”."


def _domestic_lede(access: Doc, lang: str) -> str:
    what, where = service(access, lang), place(access, lang)
    if lang == "zh":
        return f"行业许可另行办理：在{where}经营{what}所需的步骤见下。"
    return f"Licences are a separate matter: the steps for {what}, in {where} are below."


def _possible(access: Doc, lang: str) -> str:
    words = [verdict_word(v, lang) for v in access.get("possible") or ()]
    if len(words) < 2:
        return ""
    if lang == "zh":
        return f"补充后的结论可能是：{listed(words, lang, 'or')}。"
    return f"With that the answer may be: {listed([w.lower() for w in words], lang, 'or')}."


def service(access: Doc, lang: str) -> str:
    """The name of the service with its code."""
    row = access.get("service")
    if not row:
        return untold(lang)
    name = pick(row["name"], lang)
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


# ---- steps and time


def clock(step: Doc, lang: str) -> str:
    """ "20 working days, by law"; "no legal time found" where the books have none."""
    counted_limits = [x for x in step.get("limits") or () if x["counted"]]
    if step.get("runs_with"):
        return "与所附事项一并办理，不另计天数" if lang == "zh" else "handed in together, adds no days"
    if not counted_limits:
        return label("no_time_found", lang)
    return ("；另" if lang == "zh" else ", then ").join(limit(x, lang) for x in counted_limits)


def limit(row: Doc, lang: str) -> str:
    """One time limit with what it rests on."""
    length = span(row["value"], row["unit"], lang)
    basis = at(BASES[row["basis"]], lang) if row.get("basis") in BASES else ""
    if not basis:
        return length
    return f"{length}（{basis}）" if lang == "zh" else f"{length}, {basis}"


def limit_note(row: Doc, lang: str) -> str:
    """A time limit with its note, for those that do not count in the ordinary course."""
    note = pick(row.get("note"), lang)
    text = limit(row, lang)
    if not note:
        return text
    return f"{text}：{note}" if lang == "zh" else f"{text}: {note}"


def deadline(row: Doc, lang: str) -> str:
    """A deadline of the company: its text, else its length, else its yearly window."""
    text = prose(row.get("text"), lang)
    if text:
        return text
    if row.get("value") is not None and row.get("unit"):
        return span(int(row["value"]), row["unit"], lang)
    return yearly(row["window"], lang) if row.get("window") else ""


def yearly(text: str, lang: str) -> str:
    """ "1 January to 30 June" from 01-01/06-30."""
    first, last = (date.fromisoformat(f"2000-{part}") for part in text.split("/"))
    if lang == "zh":
        return f"每年{first.month}月{first.day}日至{last.month}月{last.day}日"
    a, b = day_shown(first, "en").rsplit(" ", 1)[0], day_shown(last, "en").rsplit(" ", 1)[0]
    return f"every year from {a} to {b}"


def slack(step: Doc, lang: str) -> str:
    """How many working days a step may slip."""
    n = step["slack_days"]
    if n is None:
        return ""
    if n == 0:
        return "无机动" if lang == "zh" else "none"
    return working_days(n, lang)


def dates(step: Doc, lang: str) -> str:
    """The days a step starts and ends."""
    first, last = day(step["starts_on"], lang), day(step["finishes_on"], lang)
    if first == last:
        return first
    return f"{first}至{last}" if lang == "zh" else f"{first} to {last}"


def online(value: Any, lang: str) -> str:
    """Whether it can be done online, and where."""
    if not isinstance(value, Mapping):
        return ""
    word = {"yes": ("可以", "yes"), "no": ("不可以", "no"), "partial": ("部分可以", "in part")}.get(
        str(value.get("available")), ("", "")
    )
    where = pick(value.get("platform"), lang)
    if not where:
        return at(word, lang)
    return f"{at(word, lang)}：{where}" if lang == "zh" else f"{at(word, lang)}: {where}"


def totals(plan: Doc, lang: str) -> list[tuple[str, str]]:
    """The figures that stand before the steps, each with its words."""
    t = plan["totals"]
    days = t["working_days_critical"]
    if lang == "zh":
        extra = f"（其中自愿{t['steps_optional']}项）" if t["steps_optional"] else ""
        return [
            (str(t["steps"]), f"步骤{extra}"),
            (str(t["authorities"]), "办理机关"),
            (str(t["documents"]), "份材料"),
            (str(days), f"关键路径工作日，至{day(t['finish_on'], lang)}"),
        ]
    extra = f", {t['steps_optional']} of them optional" if t["steps_optional"] else ""
    return [
        (str(t["steps"]), ("step" if t["steps"] == 1 else "steps") + extra),
        (str(t["authorities"]), "office" if t["authorities"] == 1 else "offices"),
        (str(t["documents"]), "document" if t["documents"] == 1 else "documents"),
        (str(days), f"working days on the critical path, to {day(t['finish_on'], lang)}"),
    ]


def finding(plan: Doc, lang: str) -> str:
    """The sentence over the schedule: what decides its length."""
    total = plan["totals"]["working_days_critical"]
    path = _long_ones(plan, total)
    if not total or not path:
        if lang == "zh":
            return "所列步骤均未见法定时限，因此总时长未知。"
        return "No step here has a legal time, so the length is not known."
    names = joined([f"“{pick(s['title'], lang)}”" for s in path], lang)
    days = sum(s["working_days"] for s in path)
    if lang == "zh":
        tail = "" if days == total else f"，共{total}个工作日中的{days}个"
        return f"时长取决于{names}{tail}；其他步骤可同时进行。"
    if days == total:
        return f"{names} {'takes' if len(path) == 1 else 'take'} all {total} working days; the rest fits beside."
    verb = "decides" if len(path) == 1 else "decide"
    return f"{names} {verb} the length: {days} of the {total} working days. The rest fits beside."


def _long_ones(plan: Doc, total: int) -> list[Doc]:
    """The longest steps of the critical path that together make two thirds of it, in their order."""
    by_id = {s["id"]: s for s in plan["steps"]}
    path = [by_id[i] for i in plan["critical_path"] if i in by_id and by_id[i]["working_days"]]
    found: list[Doc] = []
    for step in sorted(path, key=lambda s: -s["working_days"]):
        if 3 * sum(s["working_days"] for s in found) >= 2 * total:
            break
        found.append(step)
    return [s for s in path if s in found]


def finding_note(plan: Doc, lang: str) -> str:
    """What the figure leaves out: steps without a legal time, the licences among them by name, and open steps."""
    t = plan["totals"]
    return (_without_time if lang == "en" else _without_time_zh)(t["steps_without_time"], plan) + (
        _waiting(t["steps_open"], lang)
    )


def _without_time(n: int, plan: Doc) -> str:
    if not n:
        return ""
    names = joined(_licences_without_time(plan, "en"), "en")
    verb = "has no legal time and counts" if n == 1 else "have no legal time and count"
    among = f", among them {names}" if names else ""
    return f"{counted(n, 'step')} {verb} as 0 days{among}, so the real way may be longer. "


def _without_time_zh(n: int, plan: Doc) -> str:
    names = joined(_licences_without_time(plan, "zh"), "zh")
    among = f"（其中有{names}）" if names else ""
    return f"{n}项步骤{among}未见法定时限，按0日计，实际可能更长。" if n else ""


def _licences_without_time(plan: Doc, lang: str) -> list[str]:
    steps = [s for s in plan["steps"] if s["working_days"] is None and s["domain"] == "qualification"]
    given = [s for s in steps if s["obligation"] == "conditional"]
    return [f"“{pick(s['title'], lang)}”" for s in given if not s["runs_with"]][:2]


def _waiting(n: int, lang: str) -> str:
    if not n:
        return ""
    if lang == "zh":
        return f"另有{n}项步骤是否需要尚待查明，未计入总时长。"
    return f"Whether {counted(n, 'more step')} {'is' if n == 1 else 'are'} needed is still open; they are not counted."


def chain_intro(hold: int, fail: int, still_open: int, lang: str) -> str:
    """How many links of a chain hold, fail or are open."""
    if lang == "zh":
        parts = [(hold, "环成立"), (fail, "环不成立"), (still_open, "环待定")]
        return "，".join(f"{count_word(n, lang)}{words}" for n, words in parts if n) + "。"
    holds = f"{count_word(hold, lang)} {'link holds' if hold == 1 else 'links hold'}" if hold else ""
    fails = f"{count_word(fail, lang)} {'fails' if fail == 1 else 'fail'}" if fail else ""
    waits = f"{count_word(still_open, lang)} {'is' if still_open == 1 else 'are'} open" if still_open else ""
    return sentence(joined([holds, fails, waits], lang), lang)


def fact_source(fact: Doc, lang: str) -> str:
    """Where a fact comes from and of which day it is."""
    known = {row["id"]: row["label"] for row in load_book("vocabulary").tables.get("sources") or ()}
    name = pick(known.get(fact["source"]), lang) or str(fact["source"] or "")
    return join_facts([name, day(fact["as_of"], lang)], lang) or ("企业提供" if lang == "zh" else "the company")


# ---- questions, duties


def titles(plan: Doc) -> dict[str, Mapping[str, str]]:
    """The titles of every step, policy and plan by id; a step wins where a policy has the same id."""
    rows = [*plan["policies_beside"], *plan["policies"], *plan["open_steps"], *plan["steps"]]
    return {
        **{row["id"]: row["title"] for row in rows},
        **{row["id"]: row["service"]["name"] for row in plan["access"] if row.get("service")},
        **{row["id"]: {"zh": "外资准入", "en": "what is open"} for row in plan["access"] if not row.get("service")},
    }


def question_line(question: Doc, plan: Doc, lang: str, most: int = 3) -> str:
    """What a question decides, by name: up to `most`, then how many more."""
    known = titles(plan)
    names = [pick(known[i], lang) for i in question["for"] if i in known]
    more = len(question["for"]) - len(names[:most])
    if not names:
        n = len(question["for"])
        return f"决定{n}项规则" if lang == "zh" else f"Decides {counted(n, 'rule')}"
    if lang == "zh":
        tail = f"等{len(question['for'])}项" if more else ""
        return f"决定：{'、'.join(names[:most])}{tail}"
    text = "; ".join(names[:most])
    return f"Decides: {text}" + (f"; and {more} more" if more else "")


def duty_line(duty: Doc, lang: str) -> str:
    """How often, and until when, in words."""
    parts = [pick(duty["every"]["text"], lang)]
    if duty.get("window"):
        parts = [yearly(duty["window"], lang)]
    parts += [text for row in duty.get("deadline") or () if (text := deadline(row, lang)) and text not in parts]
    return ("；" if lang == "zh" else "; ").join(parts)


def export_line(export: Doc, lang: str) -> str:
    """Which way data may leave the mainland, or what is missing to say."""
    if export["answer"]:
        return pick(export["label"], lang) or str(export["answer"])
    if export["missing"]:
        names = fact_names(export["missing"], lang)
        return f"尚不能判定，请补充：{names}" if lang == "zh" else f"Cannot be told yet: tell us {names}"
    return "书中没有规定" if lang == "zh" else "The book is silent"


def beside_line(row: Doc, lang: str) -> str:
    """A policy that was checked and does not apply, with the reason."""
    title, why = pick(row["title"], lang), prose(row["why"], lang)
    return f"{title}：{why}" if lang == "zh" else f"{title}: {why}"


def book_line(book: Doc, lang: str) -> str:
    """A rule book with its version and the start of its hash."""
    mark = str(book.get("hash") or "")[:8]
    return f"{book['name']} {book['version']}" + (f" ({mark})" if mark else "")


def memo_title(plan: Doc, lang: str) -> str:
    """The title of the document: for whom, as of which day."""
    company, when = pick(plan["company"], lang) or str(plan.get("id") or ""), day(plan["on"], lang)
    if lang == "zh":
        return f"{company}落地方案 · 规则截至{when}"
    return f"Landing plan for {company} · rules as of {when}" if company else f"Landing plan · rules as of {when}"


def source_about(row: Doc, lang: str) -> str:
    """Who made a text and when it was in force."""
    since, ended = day(row.get("effective"), lang), day(row.get("ended"), lang)
    if lang == "zh":
        when = [since and f"自{since}起施行", ended and f"至{ended}"]
    else:
        when = [since and f"in force since {since}", ended and f"ended {ended}"]
    doubt = confidence(row.get("confidence"), lang) if row.get("confidence") == "low" else ""
    return join_facts([pick(row.get("issuer"), lang), *(x for x in when if x), doubt], lang)


def not_drawn(kinds: Sequence[str], lang: str) -> str:
    """Under a chart that has no room for everything: which kinds of steps are left to the tables."""
    if lang == "zh":
        return f"图中未能画全，其余见下表：{'；'.join(kinds)}。"
    return f"There is no room here for everything; the tables below have the rest: {'; '.join(kinds)}."


def seen_at(lang: str) -> str:
    """Before the address where a text was read that has no address of its own in the books."""
    return "所见于" if lang == "zh" else "Seen at"


def policy_why(lang: str) -> str:
    """The heading over what a policy asks and how the company stands."""
    return "条件与现状" if lang == "zh" else "Asked, and how you stand"


_MARKS: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


def clean(text: str) -> str:
    """Without control and direction marks, with which a name could rewrite a terminal or a page."""
    return _MARKS.sub("", text)
