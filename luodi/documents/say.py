"""The small sentences of a plan in one language: times, days, citations, counts. Terms have their words in
`luodi.terms`."""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from luodi.advice.landing_plan import LandingPlan, Source
from luodi.advice.landing_plan.answers import Access
from luodi.advice.landing_plan.common import Cite, Text
from luodi.advice.landing_plan.questions import Settles
from luodi.advice.landing_plan.steps import OpenStep, Step
from luodi.advice.landing_plan.times import Duration, Time
from luodi.advice.sources import article
from luodi.dates import parse_day
from luodi.documents.fact_words import fact_label, fact_names
from luodi.documents.labels import dated, exact_time
from luodi.documents.step_times import law_words, observed_words, usual_words
from luodi.documents.view import Line, Mark, Ref, Stamp
from luodi.rules.words import money_shown
from luodi.terms import find, term
from luodi.terms.figures import count_word, counted, day_shown, length, length_range, listed, short_day_shown

#: A Chinese text in the brackets of a Latin one: 信息服务业务(仅限应用商店).
_NARROW: Final = re.compile("(?<=[\u3400-\u9fff])\\(([^()]*[\u3400-\u9fff])\\)")
_TITLE: Final = re.compile(r"^中华人民共和国")


def code_shown(service: str) -> str:
    """The code that a reader knows from the catalogue of telecom services. Content has none there: those are ours."""
    return "" if service.startswith("C-") else service


class Say:
    """A plan and a language: what the parts of a view are said with."""

    def __init__(self, plan: LandingPlan, lang: str) -> None:
        self.plan, self.lang = plan, lang
        self.sources: dict[str, Source] = {row.instrument: row for row in plan.sources}

    def both(self, zh: str, en: str) -> str:
        return zh if self.lang == "zh" else en

    def of(self, text: Text | None) -> str:
        """The text of the language, as `text` gives it."""
        return "" if text is None else self.text(text[self.lang])

    def text(self, text: str) -> str:
        """With its days written out, the year where it speaks of this year or the last, and brackets as the language
        sets them."""
        if self.lang == "zh":
            text = _NARROW.sub(r"（\1）", text)
        return exact_time(dated(text, self.lang), self.plan.on, self.lang)

    def fact(self, name: str) -> str:
        """What a fact is called inside a sentence."""
        return self.text(fact_label(name, self.lang))

    def facts(self, names: Sequence[str]) -> str:
        return self.text(fact_names(names, self.lang))

    def sentence(self, text: str) -> str:
        """With a capital and an end."""
        text = text.strip()
        if not text:
            return ""
        end = self.both("。", ".")
        return text[:1].upper() + text[1:] + ("" if text[-1] in "。.？?！!；;：:" else end)

    def line(
        self, text: str, basis: Iterable[Cite] = (), *, quiet: bool = False, ref: Ref | None = None, gloss: str = ""
    ) -> Line:
        return Line(text, self.marks(basis), gloss=gloss, quiet=quiet, ref=ref)

    def titled(self, text: Text, basis: Iterable[Cite] = (), ref: Ref | None = None) -> Line:
        """A title with the Chinese term beside an English one."""
        gloss = exact_time(dated(text.zh, "zh"), self.plan.on, "zh") if self.lang == "en" and text.zh != text.en else ""
        return Line(self.of(text), self.marks(basis), gloss=gloss, ref=ref)

    # ---- citations

    def marks(self, basis: Iterable[Cite]) -> list[Mark]:
        """Each citation that the list of sources has, once."""
        pairs = dict.fromkeys((c.instrument, c.article) for c in basis if c.instrument in self.sources)
        return [self._mark(*pair) for pair in pairs]

    def _mark(self, instrument: str, part: str | None) -> Mark:
        row = self.sources[instrument]
        at = (article(part) or {}).get(self.lang, "") if part else ""
        head = self.both(f"依据{row.n}：", f"Source {row.n}: ")
        return Mark(row.n, at, head + ", ".join(x for x in (self.of(row.title), at) if x))

    # ---- figures

    def day(self, iso: str | None) -> str:
        return day_shown(parse_day(iso), self.lang) if iso else ""

    def short(self, iso: str) -> str:
        return short_day_shown(parse_day(iso), self.lang)

    def counted(self, n: int, zh: str, one: str, many: str | None = None) -> str:
        return f"{n}{zh}" if self.lang == "zh" else counted(n, one, many)

    def listed(self, words: Sequence[str], last: str = "and") -> str:
        return listed(words, self.lang, last)

    def word(self, family: str, key: str | None) -> str:
        found = find(family, key)
        return found.word(self.lang) if found else ""

    def money(self, amount: int, currency: str = "CNY") -> str:
        return money_shown(amount, currency, self.lang)

    # ---- verdicts

    def stamp(self, answer: str, read: str | None = None) -> Stamp:
        found = term("answer", answer)
        return Stamp(
            found.title(self.lang), found.stamp, found.seal, found.tone, self.word("read", read) if read else ""
        )

    def cap(self, cap: int | float | None) -> str:
        if cap is None:
            return self.both("未载明股比上限", "no cap stated")
        if cap == 0:
            return self.both("不对外资开放", "closed")
        return self.both(f"上限{cap:g}%", f"up to {cap:g} %")

    def service(self, access: Access) -> str:
        if access.service is None:
            return self.both("业务未定", "business not told yet")
        name, code = self.of(access.service.name), code_shown(access.service.id)
        return self.both(f"{name}（{code}）", f"{name} ({code})") if code else name

    # ---- time

    def time(self, row: Step | OpenStep) -> str:
        """What a step takes, by law and usually, in the units of the texts; of an open end also what is like it. Then
        what was observed, where the plan has it."""
        seen = observed_words(row.time.observed, self.lang)
        words = self._told(row.time)
        return self.both("；", "; ").join((words, seen)) if seen else words

    def _told(self, time: Time) -> str:
        match time.rests:
            case "with":
                return self.both("随同办理，不另计时间", "handed in together, no time of its own")
            case "own":
                return self.both("由企业自行安排", "at your own pace")
            case "duty":
                return self.both("企业自身的期限，不计等候", "a deadline of yours, no waiting")
        known = [text for text in (usual_words(time, self.lang), law_words(time, self.lang)) if text]
        if time.rests != "open":
            return self.both("，", "; ").join(known)
        beside = self.beside(time)
        words = self.both("时间未定", "open: no text gives a time")
        return self.both(f"{words}（{beside}）", f"{words} ({beside})") if beside else words

    def in_short(self, row: Step) -> str:
        """The same for a chart, where the bar says the rest: "usual 3 to 20", "law 60 calendar days", "open"."""
        time = row.time
        if time.rests == "open":
            return self.word("time", "open")
        usual, law = time.usual, time.law
        if time.rests == "usual" and usual is not None and usual.min is not None and usual.max is not None:
            figures = (
                f"{usual.min}"
                if usual.min == usual.max
                else self.both("至", " to ").join((f"{usual.min}", f"{usual.max}"))
            )
            return self.both(
                f"通常{figures}{self._calendar(usual.unit)}", f"usual {figures}{self._calendar(usual.unit)}"
            )
        if law is not None:
            return self.both(f"法定{law.days}{self._calendar(law.unit)}", f"law {law.days}{self._calendar(law.unit)}")
        return ""

    def _calendar(self, unit: str) -> str:
        """The unit, where it is not the working days of the axis."""
        if unit == "working_days":
            return ""
        found = term("unit", unit)
        return found.zh if self.lang == "zh" else f" {found.many or found.en}"

    def beside(self, time: Time, most: int = 2) -> str:
        """What is known of its like, to compare with; it is in no figure."""
        usual, law = time.usual, time.law
        parts = []
        if usual is not None and (usual.min is not None or usual.max is not None):
            span = length_range(usual.min, usual.max, usual.unit, self.lang)
            one = usual.min is None or usual.max is None
            figure = length(usual.max or usual.min or 0, usual.unit, self.lang)
            parts.append(
                self.both(f"已知先例{figure}", f"one known case took {figure}")
                if one
                else self.both(f"另有资料称{span}（待核对）", f"one source says {span} (to be checked)")
            )
        if law is not None and time.kind == "by_reference":
            span = length(law.days, law.unit, self.lang)
            parts.append(self.both(f"普通许可最多{span}", f"an ordinary licence takes up to {span}"))
        return self.both("；", "; ").join(parts[:most])

    def when(self, row: Step | OpenStep) -> str:
        """From the earliest start to the latest finish, in working days from the day of the plan."""
        start, end = row.start.min, row.finish.max
        if end is None:
            return self.both(f"第{start}天起", f"from day {start}")
        if end == start:
            return self.both(f"第{start}天", f"day {start}")
        return self.both(f"第{start}至{end}天", f"day {start} to {end}")

    @property
    def is_undecided(self) -> bool:
        """Whether no answer can be given yet: then no range is known either, only the least."""
        return self.plan.page_one.answer.stamp == "unknown"

    def duration(self, found: Duration) -> str:
        """The large figure: never one day, never without the approval that decides or how many steps are open."""
        if found.max_working_days is not None and not self.is_undecided:
            return self._span(found.min_working_days, found.max_working_days)
        span = self._span(found.known.min, found.known.max or found.known.min)
        deciding, others = self.open_steps(found)
        if self.is_undecided or (deciding is None and not others):
            return self.both(
                f"至少{found.min_working_days}个工作日", f"at least {counted(found.min_working_days, 'working day')}"
            )
        if deciding is None:
            n = len(others)
            return self.both(
                f"{span}，另有{n}项时间未定", f"{span}, plus {count_word(n, 'en')} open {'step' if n == 1 else 'steps'}"
            )
        return self.both(f"{span}，另加{self.approval(deciding)}", f"{span}, plus the {self.approval(deciding)}")

    def _span(self, low: int, high: int) -> str:
        if low == high:
            return self.both(f"约{low}个工作日", f"about {counted(low, 'working day')}")
        return self.both(f"{low}至{high}个工作日", f"{low} to {high} working days")

    def open_steps(self, found: Duration) -> tuple[Step | None, list[Step]]:
        """The approval of the service among the open steps, which decides, and the rest of them."""
        steps = {step.id: step for step in self.plan.steps}
        rows = [steps[i] for i in found.open if i in steps]
        deciding = next((row for row in rows if row.domain == "qualification"), None)
        return deciding, [row for row in rows if row is not deciding]

    def approval(self, step: Step) -> str:
        """What the step gives, inside a sentence: "pilot approval"."""
        name = self.of(step.output) or self.of(step.title)
        return name if self.lang == "zh" else _lower(name)

    def quoted(self, step: Step) -> str:
        """The title of a step inside a sentence."""
        title = self.of(step.title)
        return self.both(f"“{title}”", _lower(title))

    def settles(self, found: Settles) -> str:
        """ "settles 16 policies and 3 steps"."""
        parts = [
            self.both("准入结论", "the answer") if found.access else "",
            self.counted(found.policies, "项政策", "policy", "policies") if found.policies else "",
            self.counted(found.steps, "个步骤", "step") if found.steps else "",
        ]
        return self.listed([part for part in parts if part])

    def source_title(self, row: Source) -> str:
        return _TITLE.sub("", self.of(row.title)) if self.lang == "zh" else self.of(row.title)


def _lower(text: str) -> str:
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]
