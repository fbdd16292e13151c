"""Why a rule answers as it does: clause by clause, with the fact, what was wanted, and where it stands in the law."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from luodi.profiles.facts import Facts
from luodi.profiles.vocabulary import as_json
from luodi.rules.book import Book, Bound, Citation, Rule
from luodi.rules.compute import Failure
from luodi.rules.decide import RuleInError
from luodi.rules.describe import describe_tree, names_of
from luodi.rules.evaluate import Answer, Finding, conjunction, evaluate
from luodi.rules.tree import attributes

OUT_OF_WINDOW: Final = "out_of_window"
LANGUAGES: Final = ("zh", "en")


@dataclass(frozen=True, slots=True)
class Reason:
    """One clause and how it stands: `holds` True, False, or None while something is missing or fails."""

    clause: str
    holds: bool | None
    facts: Mapping[str, Any]
    expected: Mapping[str, str]
    cites: tuple[Citation, ...]
    missing: frozenset[str] = frozenset()
    error: Failure | None = None

    def as_json(self, rule: str) -> dict[str, Any]:
        return {
            "clause": self.clause,
            "holds": self.holds,
            "fact": {name: as_json(value) for name, value in self.facts.items()},
            "expected": dict(self.expected),
            "cites": [c.as_json(rule) for c in self.cites],
            "missing": sorted(self.missing),
            "text": self.text(),
        }

    def text(self) -> dict[str, str]:
        return {lang: _sentence(self, lang) for lang in LANGUAGES}


@dataclass(frozen=True, slots=True)
class Explanation:
    """The answer of one rule for one company, with every clause."""

    rule: Rule
    answer: Answer
    missing: tuple[str, ...]
    assumed: tuple[str, ...]
    reasons: tuple[Reason, ...]
    fault: RuleInError | None = None

    @property
    def failed(self) -> tuple[Reason, ...]:
        return tuple(r for r in self.reasons if r.holds is False)


def explain(rule: Rule, facts: Facts, on: date, book: Book) -> Explanation:
    """Evaluate every clause of a rule. Outside the window the criteria are not looked at."""
    if on not in rule.span:
        return Explanation(rule, Answer.NO, (), (), (_outside(rule, on, book),))
    bound = rule.edition(on)
    findings = [evaluate(b.tree, facts, on) for b in bound]
    whole = conjunction(findings)
    reasons = tuple(_reason(b, f, rule, facts, book) for b, f in zip(bound, findings, strict=True))
    return Explanation(
        rule=rule,
        answer=whole.answer,
        missing=tuple(sorted(whole.missing)) if whole.answer is Answer.UNKNOWN else (),
        assumed=tuple(sorted(whole.assumed)),
        reasons=reasons,
        fault=_fault(rule, reasons) if whole.is_error else None,
    )


def _reason(bound: Bound, finding: Finding, rule: Rule, facts: Facts, book: Book) -> Reason:
    asked, texts = _static(bound, book)
    known = {name: value for name in asked if (value := facts.value(name)) is not None}
    return Reason(
        clause=bound.clause.text,
        holds=finding.truth,
        facts=known,
        expected=texts,
        cites=rule.citations(bound.clause),
        missing=finding.missing,
        error=finding.error,
    )


_STATIC: dict[int, tuple[Bound, tuple[str, ...], dict[str, str]]] = {}


def _static(bound: Bound, book: Book) -> tuple[tuple[str, ...], dict[str, str]]:
    """What does not change from company to company: the attributes asked and the sentence, made once."""
    kept = _STATIC.get(id(bound))
    if kept is None or kept[0] is not bound:
        says = bound.clause.says
        texts, names = book.tables.get("texts"), names_of(book)
        sentence = {
            lang: says[lang] if says else describe_tree(bound.tree, book.vocabulary, lang, texts, names)
            for lang in LANGUAGES
        }
        kept = _STATIC[id(bound)] = (bound, tuple(sorted(attributes(bound.tree))), sentence)
    return kept[1], kept[2]


def _outside(rule: Rule, on: date, book: Book) -> Reason:
    """Before its first day or after its last; then with what follows it, where the book knows (`replaced_by`)."""
    first, last = rule.first, rule.last
    if last is not None and on > last:
        text = {"zh": f"已于{last}失效", "en": f"it ended on {last}"}
        text |= _followed(
            text, [book.by_id[name] for name in rule.gives.get("replaced_by") or () if name in book.by_id]
        )
    else:
        text = {"zh": f"自{first}起施行", "en": f"it begins on {first}"}
    window = {"from": first.isoformat() if first else None, "until": last.isoformat() if last else None}
    return Reason(OUT_OF_WINDOW, False, {"on": on, **{k: v for k, v in window.items() if v}}, text, rule.basis)


def _followed(text: Mapping[str, str], rules: list[Rule]) -> dict[str, str]:
    if not rules:
        return {}
    zh, en = ((mark.join(rule.title[lang] for rule in rules)) for lang, mark in (("zh", "”“"), ("en", "”, “")))
    verb = "follows" if len(rules) == 1 else "follow"
    return {"zh": f"{text['zh']}，由“{zh}”接续", "en": f"{text['en']}; “{en}” {verb}"}


def _fault(rule: Rule, reasons: tuple[Reason, ...]) -> RuleInError | None:
    for reason in reasons:
        if reason.error is not None:
            return RuleInError(rule, reason.clause, reason.error)
    return None


def _sentence(reason: Reason, lang: str) -> str:
    wanted = reason.expected[lang]
    if reason.clause == OUT_OF_WINDOW:
        return wanted
    if lang == "zh":
        head = {True: "符合", False: "不符合", None: "待定"}[reason.holds]
        return f"{head}：{wanted}"
    head = {True: "Met", False: "Not met", None: "Open"}[reason.holds]
    return f"{head}: {wanted}"
