"""The sentences of a plan in Chinese and English, said once for page, PDF and terminal.

Each function takes a part of the document made by `luodi.advice.plan.advise` and a language, and returns plain
text. A text that is absent is said to be absent; a missing amount is never 0. Single words are in `labels`, the
answer in `answers`, policies in `benefits`, facts in `fact_words`; all can be asked for here.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from luodi.documents.answers import (
    access_headline,
    access_lede,
    asked,
    cap,
    country_name,
    headline,
    investor,
    is_domestic,
    lede,
    place,
    service,
    turn,
)
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
    Doc,
    Lang,
    confidence,
    count_word,
    counted,
    day,
    delivery,
    domain,
    exact_time,
    html_lang,
    join_facts,
    joined,
    kind,
    label,
    level,
    missing_fact,
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
    settles,
    short_day,
    span,
    stamp,
    tone,
    translated,
    verdict_word,
    verification,
    window,
    working_days,
)
from luodi.editions import with_books
from luodi.rules.library import load_book
from luodi.terms import find, term
from luodi.terms.figures import day_shown

__all__ = [
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
    "exact_time",
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
    "missing_fact",
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
    "settles",
    "short_day",
    "slack",
    "source_about",
    "span",
    "stamp",
    "titles",
    "tone",
    "totals",
    "translated",
    "turn",
    "verdict_word",
    "verification",
    "window",
    "working_days",
    "yearly",
]

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
    basis = find("time_basis", row.get("basis"))
    if basis is None:
        return length
    return f"{length}（{basis.zh}）" if lang == "zh" else f"{length}, {basis.en}"


def limit_note(row: Doc, lang: str) -> str:
    """A time limit with its note, for those that do not count in the ordinary course."""
    note = prose(row.get("note"), lang)
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
    known = find("online", str(value.get("available")))
    said, where = known.word(lang) if known else "", pick(value.get("platform"), lang)
    if not where:
        return said
    return f"{said}：{where}" if lang == "zh" else f"{said}: {where}"


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
        return (
            f"{names} {'takes' if len(path) == 1 else 'take'} all {total} working days; the other steps run beside it."
        )
    verb = "decides" if len(path) == 1 else "decide"
    return f"{names} {verb} how long it takes: {days} of the {total} working days. The other steps run beside it."


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
    """How many conditions are met, fail or are open."""
    if lang == "zh":
        parts = [(hold, "项成立"), (fail, "项不成立"), (still_open, "项待定")]
        return "条件：" + "，".join(f"{count_word(n, lang)}{words}" for n, words in parts if n) + "。"
    holds = f"{count_word(hold, lang)} {'condition is met' if hold == 1 else 'conditions are met'}" if hold else ""
    fails = f"{count_word(fail, lang)} {'fails' if fail == 1 else 'fail'}" if fail else ""
    waits = f"{count_word(still_open, lang)} {'is' if still_open == 1 else 'are'} open" if still_open else ""
    return sentence(joined([holds, fails, waits], lang), lang)


@with_books()
def _source_systems() -> Mapping[str, Mapping[str, str]]:
    return {row["id"]: row["label"] for row in load_book("vocabulary").tables.get("sources") or ()}


def fact_source(fact: Doc, lang: str) -> str:
    """Where a fact comes from and of which day it is."""
    name = pick(_source_systems().get(fact["source"]), lang) or str(fact["source"] or "")
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
    if len(parts) > 1 and parts[1].startswith(parts[0]):
        del parts[0]  # "regularly" before "regularly; at least every two years" says it twice
    return ("；" if lang == "zh" else "; ").join(parts)


def export_line(export: Doc, lang: str) -> str:
    """Which way data may leave the mainland, or what is missing to say."""
    if export["answer"]:
        return pick(export["label"], lang) or str(export["answer"])
    if export["missing"]:
        names = fact_names(export["missing"], lang)
        return f"尚不能判定，请补充：{names}" if lang == "zh" else f"Cannot be told yet: tell us {names}"
    return term("answer", "silent").title(lang)


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
