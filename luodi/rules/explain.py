"""Why a rule answers as it does: clause by clause, with the fact, what was wanted, and where it stands in the law."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Final, NamedTuple

from luodi.profiles.facts import Facts
from luodi.rules.book import Book, Bound, Citation, Rule
from luodi.rules.decide import RuleInError
from luodi.rules.describe import describe_tree, names_of
from luodi.rules.evaluate import Answer, Finding, conjunction, evaluate
from luodi.rules.tree import attributes
from luodi.text import json_line

OUT_OF_WINDOW: Final = "out_of_window"
LANGUAGES: Final = ("zh", "en")
_NOTHING: Final[Mapping[str, object]] = {}


Document = dict[str, Any]
Text = Mapping[str, str]
Forms = Mapping[bool | None, Document]  # by how a clause stands
Pieces = Mapping[bool | None, tuple[bytes, bytes]]


@dataclass(frozen=True)
class Wording:
    """What one clause asks and says whoever is asked about, made once. Answers share it: to be read, not changed.

    `full` and `brief` are its documents by how it stands, but for the facts and what is missing.
    """

    clause: str
    asked: tuple[str, ...]
    expected: Text
    cites: tuple[Citation, ...]
    texts: Mapping[bool | None, Text]
    full: Forms
    brief: Forms
    known: Mapping[str, object]  # facts of the rule and not of the company

    @cached_property
    def full_pieces(self) -> Pieces:
        """`full` as JSON text, cut where the facts stand."""
        return {holds: _cut(form) for holds, form in self.full.items()}

    @cached_property
    def brief_pieces(self) -> Pieces:
        """`brief` as JSON text, cut where the facts stand."""
        return {holds: _cut(form) for holds, form in self.brief.items()}


def _cut(form: Document) -> tuple[bytes, bytes]:
    """What stands before the facts and after them. No text can hold the cut: a quotation mark
    inside of one is escaped."""
    before, _, after = json_line({**form, "fact": {}}).encode().partition(b'"fact":{}')
    return before + b'"fact":', after


@dataclass(frozen=True, slots=True)
class Reason:
    """One clause and how it stands: `holds` True, False, or None while something is missing or fails."""

    wording: Wording
    finding: Finding
    fact: Mapping[str, object]  # the known values, as JSON shows them

    @property
    def clause(self) -> str:
        return self.wording.clause

    @property
    def holds(self) -> bool | None:
        return self.finding.truth

    @property
    def missing(self) -> frozenset[str]:
        return self.finding.missing

    @property
    def expected(self) -> Text:
        return self.wording.expected

    @property
    def cites(self) -> tuple[Citation, ...]:
        return self.wording.cites

    def as_json(self, rule: str) -> Document:
        return {
            **self.wording.full[self.holds],
            "fact": self.fact,
            "cites": [cite.as_json(rule) for cite in self.cites],
            "missing": sorted(self.missing),
        }

    def text(self) -> dict[str, str]:
        return dict(self.wording.texts[self.finding.truth])


class Explanation(NamedTuple):
    """The answer of one rule for one company, with every clause. Reasons are made when somebody reads them.

    A named tuple, since it is made quicker than a class and an answer has hundreds.
    """

    rule: Rule
    whole: Finding
    wordings: tuple[Wording, ...]
    findings: Sequence[Finding]
    facts: Facts

    @property
    def answer(self) -> Answer:
        return self.whole.answer

    @property
    def missing(self) -> tuple[str, ...]:
        whole = self.whole
        return tuple(sorted(whole.missing)) if whole.missing and whole.truth is None else ()

    @property
    def assumed(self) -> tuple[str, ...]:
        return tuple(sorted(self.whole.assumed)) if self.whole.assumed else ()

    @property
    def reasons(self) -> tuple[Reason, ...]:
        return tuple(
            Reason(wording, finding, self.facts.shown[wording.asked] if wording.asked else wording.known)
            for wording, finding in zip(self.wordings, self.findings, strict=True)
        )

    @property
    def failed(self) -> tuple[Reason, ...]:
        return tuple(r for r in self.reasons if r.holds is False)

    @property
    def fault(self) -> RuleInError | None:
        """The first clause in error, where the answer is one."""
        if self.whole.is_error:
            for wording, finding in zip(self.wordings, self.findings, strict=True):
                if finding.error is not None:
                    return RuleInError(self.rule, wording.clause, finding.error)
        return None

    def told(self, *, brief: bool = False) -> list[Document]:
        """Every clause as a document; in brief without words, for a program that has the book."""
        shown, documents = self.facts.shown, []
        for wording, finding in zip(self.wordings, self.findings, strict=True):
            document = (wording.brief if brief else wording.full)[finding.truth].copy()
            if wording.asked:
                document["fact"] = shown[wording.asked]
            if finding.missing:
                document["missing"] = sorted(finding.missing)
            documents.append(document)
        return documents


def explain(rule: Rule, facts: Facts, on: date, book: Book) -> Explanation:
    """Evaluate every clause of a rule. Outside the window the criteria are not looked at."""
    if on not in rule.span:
        no = Finding(False)
        return Explanation(rule, no, (_outside(rule, on, book),), (no,), facts)
    edition = rule.edition(on)
    findings = [evaluate(bound.tree, facts, on) for bound in edition]
    return Explanation(rule, conjunction(findings), wordings_of(edition, rule, book, on), findings, facts)


_MOST_KEPT: Final = 20_000
_KEPT: dict[tuple[int, date | None], tuple[tuple[Bound, ...], tuple[Wording, ...]]] = {}


def wordings_of(edition: tuple[Bound, ...], rule: Rule, book: Book, on: date) -> tuple[Wording, ...]:
    """By the identity of the edition, which the entry keeps alive; of texts that are cited by day, for each day."""
    day = on if _cites_by_day(edition, rule) else None
    kept = _KEPT.get((id(edition), day))
    if kept is None or kept[0] is not edition:
        if len(_KEPT) >= _MOST_KEPT:  # rules made for one question come and go
            _KEPT.clear()
        made = tuple(_made(bound, rule, book, on) for bound in edition)
        kept = _KEPT[id(edition), day] = (edition, made)
    return kept[1]


def _cites_by_day(edition: tuple[Bound, ...], rule: Rule) -> bool:
    return any(c.span is not None for bound in edition for c in rule.citations(bound.clause))


def _made(bound: Bound, rule: Rule, book: Book, on: date) -> Wording:
    says = bound.clause.says
    texts, names = book.tables.get("texts"), names_of(book)
    expected = {
        lang: says[lang] if says else describe_tree(bound.tree, book.vocabulary, lang, texts, names)
        for lang in LANGUAGES
    }
    texts = {holds: {lang: heads[lang] + expected[lang] for lang in LANGUAGES} for holds, heads in _HEADS.items()}
    asked = tuple(sorted(attributes(bound.tree)))
    return _wording(rule, bound.clause.text, asked, expected, rule.citations(bound.clause, on=on), texts)


_HEADS: Final[Mapping[bool | None, Text]] = {
    True: {"zh": "符合：", "en": "Met: "},
    False: {"zh": "不符合：", "en": "Not met: "},
    None: {"zh": "待定：", "en": "Open: "},
}


def _outside(rule: Rule, on: date, book: Book) -> Wording:
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
    known = {"on": on.isoformat(), **{k: v for k, v in window.items() if v}}
    return _wording(rule, OUT_OF_WINDOW, (), text, rule.basis, {False: text}, known)


def _followed(text: Mapping[str, str], rules: list[Rule]) -> dict[str, str]:
    if not rules:
        return {}
    zh, en = ((mark.join(rule.title[lang] for rule in rules)) for lang, mark in (("zh", "”“"), ("en", "”, “")))
    verb = "follows" if len(rules) == 1 else "follow"
    return {"zh": f"{text['zh']}，由“{zh}”接续", "en": f"{text['en']}; “{en}” {verb}"}


def _wording(
    rule: Rule,
    clause: str,
    asked: tuple[str, ...],
    expected: Text,
    cites: tuple[Citation, ...],
    texts: Mapping[bool | None, Text],
    known: Mapping[str, object] = _NOTHING,
) -> Wording:
    cited = [cite.as_json(rule.id) for cite in cites]
    none: list[str] = []
    full = {
        holds: {
            "clause": clause,
            "holds": holds,
            "fact": known,
            "expected": expected,
            "cites": cited,
            "missing": none,
            "text": text,
        }
        for holds, text in texts.items()
    }
    brief = {
        holds: {"clause": clause, "holds": holds, "fact": known, "missing": none, "cites": cited} for holds in texts
    }
    return Wording(clause, asked, expected, cites, texts, full, brief, known)
