"""The plan and the answers of single commands for a terminal, at any width, with colour or without."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, Final

from rich import box
from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.table import Table
from rich.text import Text

from luodi.documents import command_words as c
from luodi.documents import wording as w
from luodi.documents.terminal_page import CRITICAL, QUIET, SHORT, TABLES, TONES, Page, folded, numbered
from luodi.errors import LuodiError
from luodi.rules.library import load_book
from luodi.terms import term, terms

Doc = Mapping[str, Any]

_HOLDS: Final = {True: ("✓", "green"), False: ("✗", "bold"), None: ("?", "yellow")}
_ROOMY: Final = 106  # from this width on a table has all its columns


def print_plan(plan: Doc, lang: str, console: Console) -> None:
    """The whole plan: the sentence first, then why, what it takes, what it brings, what is open, the sources."""
    page = Page(lang, console, plan["sources"])
    _head(page, plan)
    _decides(page, plan)
    _changes(page, [(n, change) for n, change in _of_plans(plan, "would_change")])
    _announced(page, list({r["rule"]: r for r in plan["announced"]}.values()))
    _steps(page, plan)
    _documents(page, plan)
    _policies(page, plan)
    _duties(page, plan)
    _questions(page, plan)
    page.sources(plan["on"])
    page.end(plan["books"])


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
    page.quiet(w.join_facts([w.day(answer["on"], lang), w.confidence(answer["confidence"], lang)], lang))
    page.sources(answer["on"])
    page.end(answer["books"])


# ---- the parts of a plan


def _head(page: Page, plan: Doc) -> None:
    lang, access = page.lang, plan["access"]
    page.blank()
    page.quiet(w.memo_title(plan, lang))
    page.blank()
    if plan["verdict"]:
        page.verdict(plan["verdict"], w.headline(plan, lang))
    else:
        page.title(w.headline(plan, lang))
        page.blank()
    page.lede(w.lede(plan, lang), access[0]["basis"] if len(access) == 1 else ())
    if len(access) == 1:
        page.pairs(w.asked(access[0], lang))
    for n, answer in enumerate(access if len(access) > 1 else [], 1):
        asked = [text for _, text in w.asked(answer, lang)][:4]
        page.item(f"{n}", Text.assemble(page.stamp(answer["answer"]), "  ", page.text(w.join_facts(asked, lang))))
    for warning in plan["warnings"]:
        page.item("!", page.pick(warning) or str(warning.get("message", "")), CRITICAL)


def _decides(page: Page, plan: Doc) -> None:
    if not plan["access"]:
        return
    page.section(w.section("decides", page.lang))
    for n, answer in enumerate(plan["access"]):
        if n:
            page.blank()
        if len(plan["access"]) > 1:
            page.item(f"{n + 1}", page.text(w.access_headline(answer, page.lang), "bold"))
            page.blank()
        for link in answer["chain"]:
            mark, style = _HOLDS[link["holds"]]
            page.item(mark, w.sentence(page.pick(link["text"]), page.lang), style)
        names = [
            w.join_facts([page.pick(x["name"]), page.pick(x["authority"])], page.lang)
            for x in answer["licence_details"]
        ]
        _rule(page, answer, names)


def _rule(page: Page, answer: Doc, licences: Sequence[str]) -> None:
    """The rule that speaks, its conditions and licences, and what yields to it."""
    lang = page.lang
    if answer["rule"]:
        rule = answer["rule"]
        known = [page.pick(rule["title"]), w.cap(answer, lang), rule["id"], w.confidence(answer["confidence"], lang)]
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


def _of_plans(plan: Doc, key: str) -> Iterator[tuple[int, Doc]]:
    """Rows of every plan, with the number of the plan where there are several."""
    several = len(plan["access"]) > 1
    for row in plan[key]:
        yield (row["plan"] + 1 if several else 0), row


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


def _steps(page: Page, plan: Doc) -> None:
    lang = page.lang
    if not plan["steps"] and not plan["open_steps"]:
        return
    page.section(w.section("steps", lang))
    page.figures(w.totals(plan, lang))
    page.blank()
    page.para(w.finding(plan, lang), style="bold")
    page.quiet(w.finding_note(plan, lang))
    page.quiet(page.pick(plan["calendar"]["note"]))
    page.quiet(w.notice("fees", lang))
    page.blank()
    _gantt(page, plan)
    _step_table(page, plan["steps"])
    _open_steps(page, plan["open_steps"])


def _step_table(page: Page, steps: Sequence[Doc]) -> None:
    if not steps:
        return
    lang = page.lang
    page.item("●", w.label("critical", lang), CRITICAL)
    page.blank()
    if page.width < TABLES:
        for n, step in enumerate(steps, 1):
            _step_block(page, n, step)
        return
    heads, widths = _columns(page)
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, padding=(0, 1, 0, 0), header_style=QUIET)
    for head, wide in zip(heads, widths, strict=True):
        table.add_column(head, width=wide, overflow="fold")
    for n, step in enumerate(steps, 1):
        cells = _cells(page, step, office_apart=len(heads) == 6)
        table.add_row(_number(n, step), *(folded(x, wide) for x, wide in zip(cells, widths[1:], strict=True)))
    page.show(table)


def _columns(page: Page) -> tuple[list[str], list[int]]:
    """Headings and widths of the table of steps; the office has its own column where there is room."""
    names = ["step", "office", "clock", "dates", "slack"]
    shares = {"step": 5, "office": 4, "clock": 3}
    if page.width < _ROOMY:
        names.remove("office")
        del shares["office"]
    fixed = {"dates": 16 if page.lang == "en" else 14, "slack": 10 if page.width < _ROOMY else 15}
    room = page.width - 3 - sum(fixed.values()) - 2 * (len(names) + 1)
    widths = [fixed.get(name) or room * shares[name] // sum(shares.values()) for name in names]
    return ["", *(w.label(name, page.lang) for name in names)], [3, *widths]


def _cells(page: Page, step: Doc, *, office_apart: bool) -> list[Text]:
    name, office = _step_name(page, step), page.text(page.pick(step["authority"]), QUIET)
    heads = [name, office] if office_apart else [Text("\n").join((name, office))]
    dates = Text("\n").join(page.text(d) for d in _days(step, page.lang))
    return [*heads, page.text(w.clock(step, page.lang)), dates, _slack(page, step)]


def _step_block(page: Page, n: int, step: Doc) -> None:
    lang = page.lang
    page.item(_number(n, step).plain, _step_name(page, step), CRITICAL if step["critical"] else QUIET)
    for words in (page.pick(step["authority"]), w.clock(step, lang), w.dates(step, lang), w.slack(step, lang)):
        page.quiet(words, 4)


def _number(n: int, step: Doc) -> Text:
    """The order, with a dot on the critical path."""
    return Text(f"{'●' if step['critical'] else ' '}{n:>2}", style=CRITICAL if step["critical"] else QUIET)


def _step_name(page: Page, step: Doc) -> Text:
    name = page.text(page.pick(step["title"]), "bold" if step["critical"] else "")
    if step["obligation"] == "optional":
        name.append(f" ({w.obligation('optional', page.lang)})", QUIET)
    return name.append_text(page.numbers_only(step["basis"]))


def _days(step: Doc, lang: str) -> list[str]:
    days = dict.fromkeys((step["starts_on"], step["finishes_on"]))
    return [w.day(d, lang) for d in days]


def _slack(page: Page, step: Doc) -> Text:
    return page.text(w.slack(step, page.lang), CRITICAL if step["critical"] else "")


def _open_steps(page: Page, steps: Sequence[Doc]) -> None:
    if not steps:
        return
    page.blank()
    page.para(f"{w.label('open', page.lang)} · {len(steps)}", style="bold")
    for step in steps[:SHORT]:
        names = w.joined([w.fact_label(name, page.lang) for name in step["missing"]], page.lang)
        page.item("?", page.text(page.pick(step["title"])).append(f"  {w.clean(names)}", QUIET), "yellow")
    page.rest(len(steps))


# ---- the schedule in letters


def _gantt(page: Page, plan: Doc) -> None:
    """A bar a step that takes time and is needed, the critical ones first."""
    steps = [s for s in plan["steps"] if s["obligation"] != "optional" and s["working_days"]]
    if not steps or page.width < 56:
        return
    steps.sort(key=lambda s: (not s["critical"], s["earliest_start"], s["earliest_finish"]))
    end = max(s["earliest_finish"] for s in steps)
    label = min(36, page.width * 2 // 5)
    room = page.width - label - 1
    first, last = w.day(plan["on"], page.lang), w.day(max(s["finishes_on"] for s in steps), page.lang)
    gap = max(room - cell_len(first) - cell_len(last), 1)
    page.show(Text(f"{' ' * (label + 1)}{first}{' ' * gap}{last}", style=QUIET, no_wrap=True, overflow="crop"))
    for step in steps:
        page.show(_bar(page, step, label, room, end))
    page.blank()


def _bar(page: Page, step: Doc, label: int, room: int, end: int) -> Text:
    start = round(step["earliest_start"] * room / end)
    start, length = min(start, room - 1), 1
    length = max(round(step["earliest_finish"] * room / end) - start, 1)
    name = w.clean(page.pick(step["title"]))
    if cell_len(name) > label:
        name = set_cell_size(name, label - 1).rstrip() + "…"
    line = Text(set_cell_size(name, label) + " ", no_wrap=True, overflow="crop")
    line.append("·" * start, QUIET)
    line.append(("█" if step["critical"] else "▒") * length, CRITICAL if step["critical"] else "blue")
    return line.append("·" * (room - start - length), QUIET)


# ---- documents, policies, duties, questions


def _documents(page: Page, plan: Doc) -> None:
    rows = plan["documents"]
    if not rows:
        return
    order = {step["id"]: n for n, step in enumerate(plan["steps"], 1)}
    page.section(f"{w.section('documents', page.lang)} · {len(rows)}")
    shared = sorted(rows, key=lambda d: -len(d["steps"]))
    numbers = [", ".join(str(order[i]) for i in d["steps"]) for d in shared]
    shown = [f"{page.pick(d['name'])} ({n})" for d, n in zip(shared, numbers, strict=True)]
    most = 24
    page.inline([*shown[:most], *([c.more(len(shown) - most, page.lang)] if len(shown) > most else [])])


def _policies(page: Page, plan: Doc) -> None:
    if not plan["policies"]:
        return
    page.section(w.section("policies", page.lang))
    for n, (key, rows) in enumerate(w.policy_groups(plan).items()):
        _policy_group(page, w.label(key, page.lang), rows, len(rows) if key == "match" else SHORT, first=n == 0)
    for row in plan["overlaps"]:
        page.item("!", w.sentence(page.pick(row["text"]), page.lang), CRITICAL)
    if plan["policies_beside"]:
        page.quiet(f"{w.label('beside_policies', page.lang)} · {len(plan['policies_beside'])}")
    for caution in plan["cautions"]:
        page.quiet(page.pick(caution))


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


def _duties(page: Page, plan: Doc) -> None:
    export = plan["data_export"]
    if not plan["obligations"] and not export["concerned"]:
        return
    page.section(w.section("duties", page.lang))
    for duty in plan["obligations"]:
        when = w.day(duty["next_due"], page.lang) or w.label("no_day", page.lang)
        words = page.text(page.pick(duty["title"]), "bold").append(f"  {w.label('next_due', page.lang)} ", QUIET)
        page.item("·", words.append(when).append_text(page.numbers_only(duty["basis"])))
        page.quiet(w.join_facts([page.pick(duty["authority"]), w.duty_line(duty, page.lang)], page.lang), 2)
    if export["concerned"]:
        page.blank()
        words = page.text(w.label("export", page.lang), "bold").append("  ")
        line = w.sentence(w.export_line(export, page.lang), page.lang)
        page.item("·", words.append(w.clean(line)).append_text(page.cites(export["basis"])))


def _questions(page: Page, plan: Doc) -> None:
    rows = plan["questions"]
    if not rows:
        return
    page.section(f"{w.section('questions', page.lang)} · {len(rows)}")
    for n, question in enumerate(rows[:SHORT], 1):
        page.item(f"{n:>2}", page.text(page.pick(question["text"])))
        page.quiet(w.question_line(question, plan, page.lang), 3)
    page.rest(len(rows))


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
