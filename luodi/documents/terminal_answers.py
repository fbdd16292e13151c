"""The answers of single commands for a terminal, at any width, with colour or without."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, Final

from rich.console import Console

from luodi.documents import command_words as c
from luodi.documents import wording as w
from luodi.documents.terminal_page import CRITICAL, QUIET, TONES, Page, numbered
from luodi.errors import LuodiError
from luodi.rules.library import load_book
from luodi.terms import term, terms

Doc = Mapping[str, Any]

_HOLDS: Final = {True: ("✓", "green"), False: ("✗", "bold"), None: ("?", "yellow")}
_ROOMY: Final = 106  # from this width on a table has all its columns


def print_access(answer: Doc, lang: str, console: Console) -> None:
    """One answer of `luodi access`."""
    answer = c.named_access(answer)
    page = Page(lang, console, numbered(answer))
    page.blank()
    page.verdict(answer["answer"], w.access_headline(answer, lang))
    page.lede(w.access_lede(answer, lang), answer["basis"])
    page.pairs(w.asked(answer, lang))
    page.blank()
    _rule(page, answer, [w.pick(name, lang) for name in answer["licence_names"]])
    _changes(page, [(0, change) for change in answer["would_change"]])
    _announced(page, answer["announced"])
    page.sources(answer["on"])
    page.end(answer["books"])


def print_match(answer: Doc, lang: str, console: Console) -> None:
    """The results of `luodi match`: what fits, what waits for a fact, what is near; the rest is counted."""
    results = answer["results"]
    page = Page(lang, console, numbered(*results))
    page.blank()
    page.title(c.match_headline(results, lang))
    for warning in answer["warnings"]:
        page.item("!", w.pick(warning, lang) or str(warning.get("message", "")), CRITICAL)
    groups = {answer_word: [r for r in results if r["answer"] == answer_word] for answer_word in terms("fit")}
    near = [r for r in groups["no_match"] if r["would_change"]]
    rest = [r for r in groups["no_match"] if not r["would_change"]]
    for key, rows in (("match", groups["match"]), ("need_info", groups["need_info"]), ("near", near)):
        _policy_group(page, w.label(key, lang), rows, len(rows))
    _policy_group(page, w.fit_word({"answer": "error"}, lang), groups["error"], len(groups["error"]))
    if rest:
        page.section(f"{w.label('beside_policies', lang)} · {len(rest)}")
        page.inline([w.pick(r["title"], lang) for r in rest])
    page.sources()
    page.end(answer["books"])


def print_decision(answer: Doc, lang: str, console: Console) -> None:
    """The value of a decision list, or why there is none."""
    if answer["answer"] == "error":
        page = Page(lang, console, [])
        page.blank()
        page.item("✗", f"{answer['at']}: {answer['message']}", CRITICAL)
        page.end(answer["books"])
        return
    page = Page(lang, console, numbered(answer))
    page.blank()
    page.title(c.decision_headline(answer, lang))
    if answer["because"]:
        page.para(_because(answer, lang), basis=answer["basis"], style=QUIET)
    if answer["assumed"]:
        page.pairs([(w.label("assumed", lang), w.joined([w.fact_label(n, lang) for n in answer["assumed"]], lang))])
    page.sources()
    page.end(answer["books"])


def print_requirement(answer: Doc, lang: str, console: Console) -> None:
    """What the law asks of the company itself."""
    page = Page(lang, console, numbered(answer))
    page.blank()
    page.title(c.requirement_headline(answer, lang))
    page.para(w.pick(answer["title"], lang) or str(answer["name"]), basis=answer["basis"])
    page.para(w.sentence(w.prose(answer["says"], lang), lang))
    page.quiet(w.sentence(w.prose(answer["note"], lang), lang))
    page.quiet(w.join_facts([w.day(answer["on"], lang), w.read(answer["read"], lang)], lang))
    page.sources(answer["on"])
    page.end(answer["books"])


# ---- the parts of an answer


def _rule(page: Page, answer: Doc, licences: Sequence[str]) -> None:
    """The rule that speaks, its conditions and licences, and what yields to it."""
    lang = page.lang
    if answer["rule"]:
        rule = answer["rule"]
        known = [page.pick(rule["title"]), w.cap(answer, lang), rule["id"], w.read(answer["read"], lang)]
        words = w.join_facts(known, lang)
        page.item("→", page.text(words).append_text(page.cites(answer["basis"])), "cyan")
    page.quiet(w.sentence(page.pick(answer["note"]), lang), 2)
    for name, rows in (("conditions", [page.pick(x) for x in answer["conditions"]]), ("licences", licences)):
        if rows:
            page.para(w.label(name, lang), style="bold")
            for row in rows:
                page.item("·", row)
    if answer["requirements"]:
        page.para(w.label("requirements", lang), style="bold")
        for asked in answer["requirements"]:
            page.item("·", page.text(page.pick(asked["title"])).append_text(page.cites(asked["basis"])))
    yielded = [title for i in answer["does_not_apply"] if (title := _rule_title(i, lang))]
    if yielded:
        page.para(w.label("not_applied", lang), style="bold")
        page.quiet("；".join(yielded) if lang == "zh" else "; ".join(yielded), 2)


def _changes(page: Page, changes: Sequence[tuple[int, Doc]]) -> None:
    if not changes:
        return
    page.section(w.section("changes", page.lang))
    for n, change in changes:
        tone = TONES[w.tone(change["answer"])]
        words = page.text(f"{n}. " if n else "")
        words.append(w.verdict_word(change["answer"], page.lang), tone).append("  ")
        words.append(w.clean(w.turn(change, page.lang))).append_text(page.cites(change["basis"]))
        page.item(f"[{w.stamp(change['answer'])}]", words, tone)


def _announced(page: Page, rows: Sequence[Doc]) -> None:
    if not rows:
        return
    page.section(w.section("announced", page.lang))
    for row in rows:
        page.item("[拟]", page.text(page.pick(row["title"]), "bold").append_text(page.cites(row["basis"])), CRITICAL)
        more = [w.cap(row, page.lang), w.window(row, page.lang), page.pick(row["note"])]
        page.quiet(w.join_facts(more, page.lang), 5)


def _policy_group(page: Page, title: str, rows: Sequence[Doc], most: int, first: bool = False) -> None:
    if not rows:
        return
    if not first:
        page.blank()
    page.para(f"{title} · {len(rows)}", style="bold")
    for policy in rows[:most]:
        _policy(page, policy)
    page.rest(len(rows), most)


def _policy(page: Page, policy: Doc) -> None:
    lang = page.lang
    fit = term("fit", policy["answer"])
    title = page.text(page.pick(policy["title"]), "bold" if policy["answer"] == "match" else "")
    if not policy.get("decides", True):
        title.append(f" ({w.label('to_check', lang)})", QUIET)
    page.item(f"[{fit.stamp}]", title.append_text(page.numbers_only(policy["basis"])), TONES[fit.tone])
    page.quiet(w.policy_gives(policy, lang) if policy.get("benefit") else "", 5)
    for amount in w.amounts(policy, lang):
        page.para(amount, style="green", indent=5)
    page.quiet(w.policy_stand(policy, lang), 5)
    for turn in w.policy_change(policy, lang) if policy["answer"] == "no_match" else ():
        page.para(f"→ {turn}", indent=5)


def _rule_title(rule: str, lang: str) -> str:
    found = load_book("market-access").by_id.get(rule)
    return w.pick(found.title, lang) if found else ""


def _because(answer: Doc, lang: str) -> str:
    """The rule that decides by its title, by its id where the book is not one of ours."""
    with suppress(LuodiError):
        rule = load_book(str(answer["books"][0]["name"])).by_id.get(answer["because"])
        if rule is not None:
            return w.join_facts([w.pick(rule.title, lang), rule.id], lang)
    return str(answer["because"])
