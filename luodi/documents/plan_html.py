"""The landing plan as one page that needs nothing else: no script, no request, a policy that allows only its style.

The template places what `wording` says. Every text of the plan is escaped; a piece in the other language carries its
`lang`, so that a screen reader and a font choose well.
"""

import base64
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, partial
from typing import Any, Final, Protocol
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, Template
from markupsafe import Markup, escape

from luodi.access import access_book
from luodi.advice.sources import article
from luodi.documents import wording
from luodi.documents.frame import HOW, STYLES, TEMPLATES
from luodi.documents.gantt import has_further, schedule_svg
from luodi.rules.book import Rule
from luodi.terms import term

Doc = Mapping[str, Any]

_HAN: Final = "\u2e80-\u2fdf\u3001-\u303f\u3400-\u9fff\uf900-\ufaff\uff00-\uffef"
#: A run of Chinese, with the digits and letters inside it: 工信部通信函〔2024〕107号.
_CHINESE: Final = re.compile(f"[{_HAN}](?:[{_HAN}0-9A-Za-z·—-]*[{_HAN}])?")
#: The step of the books that takes complaints of foreign-invested companies.
_COMPLAINTS: Final = "fie-complaint"
_KEPT_TOGETHER: Final = re.compile(r"(?<=\d) (?=%)|(?<=CNY) (?=\d)|(?<=USD) (?=\d)")


def plan_html(plan: Doc, lang: str) -> str:
    """The plan as HTML in one language."""
    style, digest = _style()
    return _template().render(plan_context(plan, lang), style=style, style_hash=digest)


class Links(Protocol):
    """Where a site lets a reader go on from a plan; each gives an address."""

    def change(self, fact: int, plan: int) -> str:
        """To give another answer; `fact` counts as `wording.asked` does."""

    def answer(self, attribute: str) -> str:
        """To answer an open question."""

    def turn(self, plan: int, change: Doc) -> str:
        """To the plan with one change of `would_change`; blank where no address makes it."""

    def wrong(self, kind: str, line: str) -> str:
        """To report a line as wrong: a rule, a step, a policy, or a whole section as holding or missing something."""

    def day(self, on: str) -> str:
        """To the same question on another day."""

    def entry(self, kind: str, line: str) -> str:
        """To the page of a rule, a step, a policy or a source in the library."""

    def schedule(self, form: str) -> str:
        """To the schedule as a file, `svg` or `csv`."""

    def simpler(self, step: str) -> str:
        """To suggest how a step could be made simpler."""

    def places(self, plan: int) -> Iterable[tuple[str, Doc, str]]:
        """Where no place was told: some places by name, each with its answer and the address of its plan."""

    def opening(self) -> Iterable[tuple[str, str, str]]:
        """Where no plan was told at all: what to tell first, what was told of it, and the address to tell it."""


def plan_context(plan: Doc, lang: str, links: Links | None = None) -> dict[str, Any]:
    """What the templates of a plan place; a site gives `links`, a document has none."""
    say = _Say(plan, lang)
    return {
        "plan": plan, "lang": lang, "say": say, "w": _Words(lang), "links": links,
        "several": len(plan["access"]) > 1, "sections": say.sections(),
    }  # fmt: skip


@cache
def _template() -> Template:
    environment = Environment(loader=FileSystemLoader(TEMPLATES), **HOW)
    return environment.get_template("plan.html.j2")


@cache
def _style() -> tuple[Markup, str]:
    """Both stylesheets as one text, and its SHA-256 for the content security policy."""
    sheets = [(STYLES / f"{name}.css").read_text(encoding="utf-8") for name in ("tokens", "luodi")]
    text = "\n" + "\n".join(re.sub(r"/\*.*?\*/\n?", "", sheet, flags=re.DOTALL) for sheet in sheets)
    text = re.sub(r"\n\s*", "\n", text)
    digest = hashlib.sha256(text.encode()).digest()
    return Markup(text), base64.b64encode(digest).decode()


class _Words:
    """`wording` with the language already chosen."""

    def __init__(self, lang: str) -> None:
        self._lang = lang

    def __getattr__(self, name: str) -> Any:
        function = getattr(wording, name)
        if name in ("tone", "stamp", "seal"):
            return function
        found = partial(function, lang=self._lang)
        setattr(self, name, found)
        return found


class _Say:
    """What the template asks for: marked-up text, citations, and lists cut the way the page shows them."""

    def __init__(self, plan: Doc, lang: str) -> None:
        self.plan, self.lang = plan, lang
        self.colon = "：" if lang == "zh" else ": "
        self.sources = {row["instrument"]: row for row in plan["sources"]}
        self.known = wording.titles(plan)
        self._marked: dict[str, Markup] = {}
        self._cited: dict[tuple[tuple[str, str | None], ...], list[dict[str, Any]]] = {}

    def both(self, zh: str, en: str) -> str:
        return zh if self.lang == "zh" else en

    # Text

    def t(self, text: Any) -> Markup:
        """Escaped text of the page's language; pieces of the other one are marked."""
        if isinstance(text, Mapping):
            return self._of(text)
        return self._plain(str(text or ""))

    def _of(self, text: Mapping[str, str]) -> Markup:
        if text and not text.get(self.lang):
            code = wording.html_lang(wording.other(self.lang))
            return Markup(f'<span lang="{code}">{escape(wording.pick(text, self.lang))}</span>')
        return self._plain(wording.prose(text, self.lang))

    def _plain(self, text: str) -> Markup:
        found = self._marked.get(text)
        if found is None:
            found = self._marked[text] = self._mark(text)
        return found

    def _mark(self, text: str) -> Markup:
        safe = escape(wording.exact_time(text, self.plan["on"], self.lang))
        if self.lang == "zh":
            return safe
        safe = Markup(_KEPT_TOGETHER.sub("\u00a0", safe))
        return Markup(_CHINESE.sub(lambda m: f'<span lang="zh-Hans">{m.group()}</span>', safe))

    def in_brackets(self, text: Any) -> Markup:
        return Markup("（{}）" if self.lang == "zh" else " ({})").format(self.t(text))

    def one(self, text: Mapping[str, str] | None) -> str:
        return wording.prose(text, self.lang)

    def gloss(self, title: Mapping[str, str]) -> Markup:
        """The Chinese term beside an English one; Chinese readers need no gloss."""
        if self.lang == "zh" or title.get("zh") in (None, "", title.get("en")):
            return Markup("")
        return Markup(f' <span class="gloss" lang="zh-Hans">{escape(title["zh"])}</span>')

    def beside(self, text: Mapping[str, str]) -> Markup:
        """A sentence in the other language, to stand beside that of the page."""
        lang = wording.other(self.lang)
        if not text.get(lang):
            return Markup("")
        said = wording.sentence(wording.prose(text, lang), lang)
        return Markup(f'<p class="gloss" lang="{wording.html_lang(lang)}">{escape(said)}</p>')

    def dates(self, step: Doc) -> Markup:
        """ "2 Dec to 19 Dec 2024", narrow enough for a column."""
        first, last = step["starts_on"], step["finishes_on"]
        if first == last:
            return self._short(first, with_year=True)
        head = self._short(first, with_year=self.lang == "zh" or first[:4] != last[:4])
        tail = self._short(last, with_year=self.lang == "en" or first[:4] != last[:4])
        return Markup("{}至{}" if self.lang == "zh" else "{} to {}").format(head, tail)

    def _short(self, day: str, with_year: bool) -> Markup:
        text = wording.short_day(day, self.lang)
        if with_year:
            text = self.both(f"{day[:4]}年{text}", f"{text} {day[:4]}")
        return Markup(f'<time datetime="{escape(day)}">{escape(text)}</time>')

    def when(self, day: str) -> Markup:
        return Markup(f'<time datetime="{escape(day)}">{escape(wording.day(day, self.lang))}</time>')

    def items(self, texts: Iterable[Mapping[str, str]]) -> Markup:
        return self._list([self._of(text) for text in texts])

    def titles(self, ids: Iterable[str]) -> Markup:
        return self._list([self._of(self.known[i]) for i in ids if i in self.known])

    def articles(self, rows: Iterable[Mapping[str, str]]) -> Markup:
        return self._list([self._of(row) for row in rows if row])

    def limits(self, rows: Sequence[Doc]) -> Markup:
        """All time limits, where there are more than the ones that count in the ordinary course."""
        if all(row["counted"] and not row["note"] for row in rows):
            return Markup("")
        return self._list([self._plain(wording.limit_note(row, self.lang)) for row in rows])

    def deadlines(self, rows: Iterable[Doc]) -> Markup:
        return self._list([self._plain(text) for row in rows if (text := wording.deadline(row, self.lang))])

    def reasons(self, rows: Iterable[Doc]) -> Markup:
        return self._list([self._both(row["expected" if row["holds"] else "text"]) for row in rows])

    def _both(self, text: Mapping[str, str]) -> Markup:
        lang = wording.other(self.lang)
        if not text.get(lang):
            return self._of(text)
        code, beside = wording.html_lang(lang), escape(wording.prose(text, lang))
        return Markup(f'{self._of(text)} <span class="gloss" lang="{code}">{beside}</span>')

    def complaints(self) -> Doc | None:
        """The step of this plan that takes complaints."""
        return next((step for step in self.plan["steps"] if step["id"] == _COMPLAINTS), None)

    def _list(self, parts: Sequence[Markup]) -> Markup:
        return Markup(self.both("；", "; ").join(parts))  # each is safe already, so none is escaped again

    # Sources

    def cites(self, basis: Sequence[Doc]) -> list[dict[str, Any]]:
        """Number, article and spoken name of each citation that the list of sources has, each once."""
        key = tuple((entry["instrument"], entry.get("article")) for entry in basis)
        found = self._cited.get(key)
        if found is None:
            found = self._cited[key] = [self._cite(*pair) for pair in dict.fromkeys(key) if pair[0] in self.sources]
        return found

    def _cite(self, instrument: str, part: str | None) -> dict[str, Any]:
        row = self.sources[instrument]
        at = wording.pick(article(part), self.lang)
        head = self.both(f"依据{row['n']}", f"Source {row['n']}")
        named = wording.pick(row["title"], self.lang)
        return {"n": row["n"], "at": at, "label": f"{head}{self.colon}" + ", ".join(x for x in (named, at) if x)}

    def link(self, url: str | None) -> str:
        """An address one can follow; empty for anything that is not plain web."""
        return url if url and url.startswith(("https://", "http://")) else ""

    def host(self, url: str) -> str:
        return urlsplit(url).netloc.removeprefix("www.")

    def link_shown(self, url: str) -> str:
        """The address without its scheme, cut where it is very long."""
        text = re.sub(r"^https?://(www\.)?", "", url)
        return text if len(text) <= 90 else text[:89] + "…"

    def number(self, row: Doc) -> Markup:
        """The number a text was published under, in the language it is written in."""
        text = str(row["number"] or "")
        lang = "zh" if not text or _CHINESE.search(text) or text[:1].isdigit() else "en"
        words = wording.prose({lang: text}, lang)
        return Markup('<span lang="{}">{}</span>').format(wording.html_lang(lang), words) if text else Markup("")

    def about(self, row: Doc) -> Markup:
        """Who made a source, when it was in force, and the articles that are cited."""
        parts = [self._plain(wording.source_about(row, self.lang)), self.articles(row["articles"])]
        return Markup(" · ").join(part for part in parts if part)

    # What is open

    def sections(self) -> list[str]:
        """The sections of this page that its head links to."""
        there = {
            "decides": self.plan["access"], "changes": self.plan["access"], "documents": self.plan["documents"],
            "questions": self.plan["questions"],
        }  # fmt: skip
        wanted = "decides changes steps documents policies duties questions sources".split()
        return [key for key in wanted if there.get(key, True)]

    def plan_name(self, n: int) -> str:
        return f"{wording.label('plan', self.lang)}{'' if self.lang == 'zh' else ' '}{n}"

    def plan_head(self, n: int, access: Doc) -> str:
        parts = [self.plan_name(n), wording.service(access, self.lang), wording.place(access, self.lang)]
        return wording.join_facts(parts, self.lang)

    def chain_intro(self) -> str:
        """How many links hold, fail or are open; for one plan only."""
        if len(self.plan["access"]) != 1 or not self.plan["access"][0]["chain"]:
            return ""
        links = [link["holds"] for link in self.plan["access"][0]["chain"]]
        return wording.chain_intro(links.count(True), links.count(False), links.count(None), self.lang)

    def rule(self, rule_id: str) -> Rule | None:
        return access_book().book.by_id.get(rule_id)

    def rule_title(self, rule_id: str) -> Mapping[str, str]:
        rule = self.rule(rule_id)
        return dict(rule.title) if rule else {"zh": rule_id, "en": rule_id}

    def rule_about(self, access: Doc, with_id: bool) -> str:
        """Which rule it is, from when, how sure we are, and that its text prevails."""
        rule = self.rule(access["rule"]["id"])
        span = {"from": rule.first, "until": rule.last} if rule else {}
        parts = [
            access["rule"]["id"] if with_id else "",
            wording.window(span, self.lang),
            wording.confidence(access["confidence"], self.lang),
        ]
        return f"{wording.join_facts(parts, self.lang)}. {wording.notice('summary', self.lang)}".replace(
            ". ", self.both("。", ". ")
        )

    def turns(self, access: Doc) -> list[Doc]:
        return [c for c in access["would_change"] if set(c["set"]) != {"on"}]

    def no_turn(self, access: Doc) -> str:
        if wording.is_domestic(access):
            return wording.notice("no_foreign", self.lang)
        return wording.notice("missing_first" if access["answer"] == "unknown" else "nothing_near", self.lang)

    def days(self, access: Doc) -> list[dict[str, Any]]:
        """The same question on other days, with the asked one among them; empty where nothing changes."""
        found = [
            {"on": c["set"]["on"], "answer": c["answer"], "here": False}
            for c in access["would_change"]
            if set(c["set"]) == {"on"}
        ]
        if not found:
            return []
        found.append({"on": access["on"], "answer": access["answer"], "here": True})
        return sorted(found, key=lambda d: d["on"])

    # Steps and policies

    def counted_from(self) -> str:
        day = wording.day(self.plan["on"], self.lang)
        return self.both(f"自{day}起，按中国的工作日计算。", f"Counted from {day} in working days of China.")

    def chart(self) -> Markup:
        return Markup(schedule_svg(self.plan, self.lang, part="needed"))

    def further_chart(self) -> Markup:
        """Optional and open steps on their own axis; empty where none has a time."""
        if not has_further(self.plan):
            return Markup("")
        return Markup(schedule_svg(self.plan, self.lang, part="further", prefix="further"))

    def step_groups(self) -> Iterator[tuple[str, list[Doc]]]:
        steps = self.plan["steps"]
        yield "", [s for s in steps if s["obligation"] != "optional"]
        own = [s for s in steps if s["obligation"] == "optional"]
        if own:
            yield wording.label("optional", self.lang), own

    def open_summary(self) -> str:
        n = len(self.plan["open_steps"])
        return self.both(f"{n}项步骤是否需要尚待查明", f"{wording.counted(n, 'step')}: needed or not is still open")

    def more(self, n: int) -> str:
        return self.both(f"另有{n}项", f"{n} more")

    def policy_lists(self) -> Iterator[tuple[str, list[Doc]]]:
        """By how they stand; the near ones apart from those that only time brings."""
        groups = wording.policy_groups(self.plan)
        near = groups.pop("near")
        yield from groups.items()
        yield "near", [p for p in near if not p["when"]]
        yield "later", [p for p in near if p["when"]]

    def policies_intro(self) -> str:
        t = self.plan["totals"]
        return self.both(
            f"{t['policies_match']}项符合，{t['policies_need_info']}项补充信息后即可判定。",
            f"{t['policies_match']} {'fits' if t['policies_match'] == 1 else 'fit'}, "
            f"{t['policies_need_info']} wait for a word from you.",
        )

    def has_caps(self) -> bool:
        return any((p["amount"] or {}).get("caps") for p in self.plan["policies"])

    def fit_tone(self, policy: Doc) -> str:
        return term("fit", policy["answer"]).tone if policy["decides"] else "silent"

    def fit_sign(self, policy: Doc) -> str:
        return term("fit", policy["answer"]).stamp if policy["decides"] else "默"

    # Facts

    def name(self, fact: Doc) -> str:
        text = wording.fact_label(fact["attribute"], self.lang)
        return text[:1].upper() + text[1:]

    def as_of(self) -> str:
        day = wording.day(self.plan["on"], self.lang)
        return self.both(f"规则截至{day}。", f"Rules as of {day}.")
