"""The landing plan as a memo on A4.

Python says everything in one language and hands it over as JSON; the template only places it. No text of the
plan is ever read as markup, and the same plan gives the same bytes: the day of the file is the day of the plan.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, Final

from luodi.advice.sources import article
from luodi.documents import wording as w
from luodi.documents.fonts import DISPLAY, TEXT
from luodi.documents.gantt import schedule_svg
from luodi.documents.typesetting import typeset
from luodi.rules.library import load_book
from luodi.terms import term

Doc = Mapping[str, Any]
View = dict[str, Any]
_LONG_WORD: Final = re.compile(r"[^\s\u2e80-\uffef]{32,}")
_BOUND: Final = re.compile(r"(?<=\d) (?=%)|(?<=CNY) (?=\d)|(?<=USD) (?=\d)")


def plan_pdf(plan: Doc, lang: str) -> bytes:
    """The plan as PDF in one language. Raises `NoFont` where the font package is missing."""
    view = plan_view(plan, lang)
    day = date.fromisoformat(plan["on"])
    return typeset(_template(), w.exact_time(json.dumps(view, ensure_ascii=False), day, lang), day)


@cache
def _template() -> bytes:
    return files("luodi.documents").joinpath("templates/plan.typ").read_bytes()


def plan_view(plan: Doc, lang: str) -> View:
    """Everything the memo shows, in the order of its sections, as plain text of one language."""
    page = _Page(plan, lang)
    view = {
        **page.head(),
        "decides": [page.access(a) for a in plan["access"]],
        "changes": [page.change(c) for c in plan["would_change"]],
        "announced": [page.announced(r) for r in {r["rule"]: r for r in plan["announced"]}.values()],
        **page.schedule(),
        "documents": page.documents(),
        **page.policies(),
        "duties": [page.duty(d) for d in plan["obligations"]],
        "export": page.export(),
        "questions": [page.question(q) for q in plan["questions"]],
        **page.facts(),
        **page.end(),
        "words": _words(lang, plan["on"]),
    }
    clean: View = _printable(view)
    clean["chart"] = page.chart()
    return clean


_LABELS: Final = (
    "step office clock dates slack clause document fact value came_from duty every next_due missing critical open "
    "gives overlap beside_policies licences requirements conditions not_applied derived told warnings export books "
    "announced_mark memo as_of contents"
).split()
_SECTIONS: Final = "decides changes announced steps documents policies duties questions basis sources".split()
_NOTICES: Final = "legal fees caps nothing_near nothing_announced".split()


def _words(lang: str, on: str) -> View:
    return {
        **{key: w.label(key, lang) for key in _LABELS},
        "why": w.policy_why(lang),
        "sections": {key: w.section(key, lang) for key in _SECTIONS},
        "notices": {**{key: w.notice(key, lang) for key in _NOTICES}, "binding": w.translated(on, lang)},
    }


class _Page:
    """One plan in one language; each method makes the rows of one part."""

    def __init__(self, plan: Doc, lang: str) -> None:
        self.plan = plan
        self.lang = lang
        self.numbers = {row["instrument"]: row["n"] for row in plan["sources"]}
        self.rules = {row["id"]: row for row in (*plan["steps"], *plan["policies"])}
        self.order = {step["id"]: n for n, step in enumerate(plan["steps"], 1)}

    def pick(self, text: Mapping[str, str] | None) -> str:
        return w.prose(text, self.lang)

    def cites(self, basis: Iterable[Doc]) -> list[View]:
        """Number and article of each citation that the list of sources has, each once."""
        found: list[View] = []
        for entry in basis:
            n = self.numbers.get(entry["instrument"])
            row = {"n": n, "at": self.pick(article(entry.get("article")))}
            if n is not None and row not in found:
                found.append(row)
        return found

    def head(self) -> View:
        plan, lang = self.plan, self.lang
        access, verdict = plan["access"], plan["verdict"]
        day = date.fromisoformat(plan["on"])
        return {
            "lang": lang,
            "fonts": {"text": TEXT, "display": DISPLAY},
            "day": [day.year, day.month, day.day],
            "title": w.memo_title(plan, lang),
            "company": self.pick(plan["company"]),
            "as_of": w.day(plan["on"], lang),
            "about": self.pick(plan["about"]) if access else "",
            "headline": w.headline(plan, lang),
            "lede": w.lede(plan, lang),
            "lede_cites": self.cites(access[0]["basis"]) if len(access) == 1 else [],
            "verdict": _stamp(verdict, lang) if verdict else None,
            "asked": [list(pair) for pair in w.asked(access[0], lang)] if len(access) == 1 else [],
            "plans": [self.plan_row(n, a) for n, a in enumerate(access, 1)] if len(access) > 1 else [],
        }

    def plan_row(self, n: int, access: Doc) -> View:
        asked = [text for _, text in w.asked(access, self.lang)]
        return {"n": n, "asked": asked[:4], **_stamp(access["answer"], self.lang)}

    # What is open

    def access(self, access: Doc) -> View:
        rule = access["rule"]
        return {
            **_stamp(access["answer"], self.lang),
            "headline": w.access_headline(access, self.lang),
            "name": w.join_facts([w.service(access, self.lang), w.place(access, self.lang)], self.lang),
            "chain": [
                {"holds": link["holds"], "text": w.sentence(self.pick(link["text"]), self.lang)}
                for link in access["chain"]
            ],
            "rule": self.pick(rule["title"]) if rule else "",
            "rule_other": w.pick(rule["title"], w.other(self.lang)) if rule else "",
            "rule_id": rule["id"] if rule else "",
            "confidence": w.confidence(access["confidence"], self.lang),
            "cites": self.cites(access["basis"]),
            "note": w.sentence(self.pick(access["note"]), self.lang),
            "conditions": [self.pick(c) for c in access["conditions"]],
            "requirements": [[self.pick(x["title"]), self.cites(x["basis"])] for x in access["requirements"]],
            "licences": [[self.pick(x["name"]), self.pick(x["authority"])] for x in access["licence_details"]],
            "not_applied": [self.pick(t) for i in access["does_not_apply"] if (t := _rule_title(i))],
        }

    def change(self, change: Doc) -> View:
        several = len(self.plan["access"]) > 1
        return {
            **_stamp(change["answer"], self.lang),
            "plan": change["plan"] + 1 if several else 0,
            "text": w.turn(change, self.lang),
            "cites": self.cites(change["basis"]),
        }

    def announced(self, row: Doc) -> View:
        return {
            "text": self.pick(row["title"]),
            "more": [x for x in (w.cap(row, self.lang), w.window(row, self.lang), self.pick(row["note"])) if x],
            "cites": self.cites(row["basis"]),
        }

    # Steps and time

    def schedule(self) -> View:
        plan, lang = self.plan, self.lang
        return {
            "totals": [list(pair) for pair in w.totals(plan, lang)],
            "finding": w.finding(plan, lang),
            "finding_note": w.finding_note(plan, lang),
            "calendar": self.pick(plan["calendar"]["note"]),
            "steps": [self.step(n, s) for n, s in enumerate(plan["steps"], 1)],
            "open_steps": [self.open_step(s) for s in plan["open_steps"]],
        }

    def step(self, n: int, step: Doc) -> View:
        lang = self.lang
        labelled = [
            ("output", self.pick(step["output"])),
            ("deadline", "；".join(self.deadlines(step)) if lang == "zh" else "; ".join(self.deadlines(step))),
            ("alternatives", w.joined([self.pick(a["title"]) for a in step["alternatives"]], lang)),
        ]
        return {
            "n": n,
            "title": self.pick(step["title"]),
            "gloss": w.pick(step["title"], "zh") if lang == "en" else "",
            "tag": w.obligation(step["obligation"], lang) if step["obligation"] == "optional" else "",
            "office": self.pick(step["authority"]),
            "clock": w.clock(step, lang),
            "starts": w.day(step["starts_on"], lang),
            "ends": w.day(step["finishes_on"], lang) if step["finishes_on"] != step["starts_on"] else "",
            "slack": w.slack(step, lang),
            "critical": step["critical"],
            "more": [[w.label(key, lang), text] for key, text in labelled if text],
            "cites": self.cites(step["basis"]),
        }

    def deadlines(self, step: Doc) -> list[str]:
        return [text for row in step["deadline"] if (text := w.deadline(row, self.lang))]

    def open_step(self, step: Doc) -> View:
        missing = w.joined([w.fact_label(name, self.lang) for name in step["missing"]], self.lang)
        return {
            "title": self.pick(step["title"]),
            "office": self.pick(step["authority"]),
            "clock": w.clock(step, self.lang),
            "missing": missing,
            "cites": self.cites(step["basis"]),
        }

    def chart(self) -> View | None:
        """The schedule with as much as a sheet holds; what is left out stands in the tables and is named."""
        if not self.plan["steps"]:
            return None
        tries = ((left_out, schedule_svg(plan, self.lang, fixed=True)) for left_out, plan in _lighter(self.plan))
        left_out, svg = next(_fitting(tries))
        return {
            "svg": _weighted(svg),
            "alt": w.finding(self.plan, self.lang),
            "note": w.not_drawn([w.label(key, self.lang) for key in left_out], self.lang) if left_out else "",
        }

    def documents(self) -> list[View]:
        return [
            {"name": self.pick(d["name"]), "steps": [self.order[i] for i in d["steps"]]} for d in self.plan["documents"]
        ]

    # What fits

    def policies(self) -> View:
        plan = self.plan
        return {
            "policies": [
                {"name": w.label(answer, self.lang), "rows": [self.policy(p) for p in found]}
                for answer, found in w.policy_groups(plan).items()
                if found
            ],
            "overlaps": [w.sentence(self.pick(o["text"]), self.lang) for o in plan["overlaps"]],
            "beside": [w.beside_line(row, self.lang) for row in plan["policies_beside"]],
            "cautions": [self.pick(c) for c in plan["cautions"]],
        }

    def policy(self, policy: Doc) -> View:
        lang = self.lang
        turns = w.policy_change(policy, lang) if policy["answer"] == "no_match" else []
        return {
            "title": self.pick(policy["title"]),
            "word": "" if policy["decides"] and policy["answer"] != "no_match" else w.fit_word(policy, lang),
            "tone": term("fit", policy["answer"]).tone if policy["decides"] else "silent",
            "gives": w.policy_gives(policy, lang),
            "amounts": w.amounts(policy, lang),
            "capped": bool((policy["amount"] or {}).get("caps")),
            "no_amount": "" if w.amounts(policy, lang) else w.amount_line(policy, lang),
            "stand": w.policy_stand(policy, lang),
            "turns": turns,
            "about": w.policy_about(policy, lang),
            "cites": self.cites(policy["basis"]),
        }

    # What must be kept, what is unknown

    def duty(self, duty: Doc) -> View:
        return {
            "title": self.pick(duty["title"]),
            "office": self.pick(duty["authority"]),
            "every": w.duty_line(duty, self.lang),
            "next": w.day(duty["next_due"], self.lang) or w.label("no_day", self.lang),
            "note": self.pick(duty["note"]),
            "cites": self.cites(duty["basis"]),
        }

    def export(self) -> View | None:
        export = self.plan["data_export"]
        if not export["concerned"]:
            return None
        return {
            "line": w.sentence(w.export_line(export, self.lang), self.lang),
            "rule": self.pick(export["title"]),
            "cites": self.cites(export["basis"]),
        }

    def question(self, question: Doc) -> View:
        return {
            "text": self.pick(question["text"]),
            "decides": w.question_line(question, self.plan, self.lang),
            "note": self.pick(question["help"]),
        }

    def facts(self) -> View:
        return {
            "told": [[self.pick(row["label"]), self.shown(row), _source(row, self.lang)] for row in self.plan["facts"]],
            "derived": [
                [w.fact_label(row["attribute"], self.lang), self.shown(row), self.pick(row["from"])]
                for row in self.plan["derived"]
            ],
        }

    def shown(self, row: Doc) -> str:
        return w.fact_shown(row["attribute"], row["value"], self.lang)

    def end(self) -> View:
        return {
            "warnings": [self.pick(x) or str(x.get("message", "")) for x in self.plan["warnings"]],
            "sources": [self.source(row) for row in self.plan["sources"]],
            "books": [w.book_line(book, self.lang) for book in self.plan["books"]],
        }

    def source(self, row: Doc) -> View:
        own, gloss = w.pick(row["title"], "zh"), w.pick(row["title"], "en")
        return {
            "n": row["n"],
            "title": own,
            "number": row["number"] or "",
            "gloss": gloss if self.lang == "en" and gloss != own else "",
            "about": w.source_about(row, self.lang),
            "articles": [self.pick(a) for a in row["articles"]],
            "note": self.pick(row["note"]),
            "url": self.addresses(row)[:1],
            "seen": "" if row["url"] else w.seen_at(self.lang),
        }

    def addresses(self, row: Doc) -> list[str]:
        """Its own address, else where the rules were read that rest on this text alone."""
        rules = [self.rules[i] for i in row["used_by"] if i in self.rules]
        seen = [rule["seen_at"] for rule in rules if len({c["instrument"] for c in rule["basis"]}) == 1]
        return [a for a in (row["url"], *seen) if a and re.match(r"https?://", str(a))]


def _lighter(plan: Doc) -> Iterator[tuple[list[str], Doc]]:
    """The plan, then with less and less to draw, each with the kinds of steps that were left out."""
    yield [], plan
    left_out = ["open"] if plan["open_steps"] else []
    plan = {**plan, "open_steps": []}
    yield left_out, plan
    for key, keep in _KEEP:
        steps = [step for step in plan["steps"] if keep(step)]
        if len(steps) < len(plan["steps"]) and key not in left_out:
            left_out = [*left_out, key]
        plan = {**plan, "steps": steps}
        yield left_out, plan


_KEEP: Final[tuple[tuple[str, Callable[[Doc], bool]], ...]] = (
    ("optional", lambda step: step["obligation"] != "optional"),
    # A licence without a legal time may be what takes longest, so it is the last of its kind to go.
    ("no_time", lambda step: step["working_days"] is not None or step["domain"] == "qualification"),
    ("no_time", lambda step: step["working_days"] is not None),
    ("beside", lambda step: step["critical"]),
)
_TALLEST: Final = 1.02  # height to width


def _fitting(tries: Iterable[tuple[list[str], str]]) -> Iterator[tuple[list[str], str]]:
    """The pictures that a sheet holds, at last the lightest one whatever its height."""
    found: tuple[list[str], str] = ([], "")
    for found in tries:
        size = re.search(r'viewBox="0 0 (\d+) (\d+)"', found[1])
        if size and int(size[2]) <= _TALLEST * int(size[1]):
            yield found
    yield found


def _weighted(svg: str) -> str:
    """The face is variable and thin by default; inside a picture only these settings give it its weights."""
    svg = svg.replace("<svg ", "<svg font-variation-settings='\"wght\" 400' ", 1)
    return svg.replace('font-weight="600"', "font-variation-settings='\"wght\" 600'")


def _stamp(verdict: str, lang: str) -> View:
    return {
        "word": w.verdict_word(verdict, lang),
        "tone": w.tone(verdict),
        "stamp": w.stamp(verdict),
        "seal": w.seal(verdict),
    }


def _rule_title(rule: str) -> Mapping[str, str] | None:
    found = load_book("market-access").by_id.get(rule)
    return found.title if found else None


def _source(row: Doc, lang: str) -> str:
    return w.join_facts([str(row["source"] or ""), w.day(row["as_of"], lang)], lang)


def _printable(value: Any) -> Any:
    """Without control and direction marks; long words may break, so that none runs over the margin."""
    if isinstance(value, str):
        value = _BOUND.sub("\u00a0", w.clean(value))
        return _LONG_WORD.sub(_breakable, value)
    if isinstance(value, Mapping):
        return {key: item if key == "url" else _printable(item) for key, item in value.items()}
    if isinstance(value, Sequence):
        return [_printable(item) for item in value]
    return value


def _breakable(word: re.Match[str]) -> str:
    text = word.group()
    return "\u200b".join(text[n : n + 8] for n in range(0, len(text), 8))
