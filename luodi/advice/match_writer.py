"""What fits many companies, as JSON text: what a book says on a day is written once, a company's facts go in between.

The text is that of `match` and `brief`, letter by letter; they define it, and a test compares. How each clause stands
comes from `Verdicts`, for all rules at once. A rule that bits cannot tell is explained and written by itself.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

from luodi.advice.match import amount, ordered, result, result_in_brief
from luodi.profiles.facts import Facts
from luodi.rules.book import Book, Rule
from luodi.rules.evaluate import Finding
from luodi.rules.explain import Explanation, Pieces, explain, wordings_of
from luodi.rules.tree import Tree
from luodi.rules.verdicts import Standing, Verdicts, missing_of
from luodi.text import Written, json_bytes

_TRUTHS: Final = (True, False, None)
_NONE: Final[frozenset[str]] = frozenset()


@dataclass(frozen=True, slots=True)
class _Clause:
    """A clause in two pieces for each way it can stand, and the place of its facts among those that the book asks."""

    pieces: Pieces
    facts: int
    tree: Tree


@dataclass(frozen=True, slots=True)
class _Result:
    """The document of one rule: `opening`, by its answer, its clauses, `closing`."""

    rule: Rule
    opening: Mapping[bool | None, bytes]
    clauses: tuple[_Clause, ...]
    closing: bytes
    has_amount: bool


class MatchWriter:
    """The results of a book on one day. Make it once and ask it for many companies.

    >>> MatchWriter(book, day).results(facts).text   # doctest: +SKIP
    b'[{"id":"..","answer":"match",..'
    """

    def __init__(self, book: Book, on: date, *, brief: bool = False) -> None:
        self.book, self.on, self.brief = book, on, brief
        rules = ordered(book)
        self._verdicts = Verdicts(rules, book.vocabulary, on)
        self._asked: dict[tuple[str, ...], int] = {}  # the facts of a clause, by their names, and their place
        self._results = tuple(self._result(rule) for rule in rules)

    def results(self, facts: Facts) -> Written:
        """What fits one company, in the order of the book."""
        written = facts.shown.written
        known = [written[names] for names in self._asked]
        parts: list[bytes] = []
        for form, standing in zip(self._results, self._verdicts.standings(facts), strict=True):
            if standing is None:
                parts += (b",", self._by_itself(form.rule, facts))
            else:
                self._fill(parts, form, standing, known, facts)
        return Written(b"[" + b"".join(parts)[1:] + b"]")

    def _fill(
        self, parts: list[bytes], form: _Result, standing: Standing, known: Sequence[bytes], facts: Facts
    ) -> None:
        """The pieces of one result: those of the book, the company's facts, and what is missing."""
        first, missing = len(parts), _NONE
        parts.append(b"")
        for clause, truth in zip(form.clauses, standing, strict=True):
            before, after = clause.pieces[truth]
            if truth is None:
                lacking = missing_of(clause.tree, facts, self.on)
                missing |= lacking
                after = _lacking(after, lacking)
            parts += (before, known[clause.facts], after)
        if False in standing:
            parts[first] = form.opening[False]
        elif None in standing:
            parts[first] = _lacking(form.opening[None], missing)
        else:
            parts[first] = form.opening[True]
        closing = form.closing
        if form.has_amount:
            found = amount(form.rule, facts, self.on)
            if found is not None:
                closing = closing.replace(b'"amount":null', b'"amount":' + json_bytes(found), 1)
        parts.append(closing)

    def _by_itself(self, rule: Rule, facts: Facts) -> bytes:
        found = explain(rule, facts, self.on, self.book)
        return json_bytes(result_in_brief(found, self.on) if self.brief else result(found, facts, self.on, False))

    def _result(self, rule: Rule) -> _Result:
        has_amount = not self.brief and bool(rule.gives.get("benefit"))
        nobody = Facts(self.book.vocabulary, {})
        if self.on not in rule.span:  # then a rule says the same to everybody
            whole = self._written(explain(rule, nobody, self.on, self.book), nobody)
            return _Result(rule, dict.fromkeys(_TRUTHS, b","), (), whole, has_amount)
        opening, closing = dict[bool | None, bytes](), b""
        for truth in _TRUTHS:
            whole = self._written(Explanation(rule, Finding(truth), (), (), nobody), nobody)
            before, _, closing = whole.partition(b'"reasons":[]')
            opening[truth] = b"," + before + b'"reasons":['
        return _Result(rule, opening, tuple(self._clauses(rule)), b"]" + closing, has_amount)

    def _clauses(self, rule: Rule) -> Iterator[_Clause]:
        edition = rule.edition(self.on)
        comma = b""
        for bound, wording in zip(edition, wordings_of(edition, rule, self.book, self.on), strict=True):
            pieces = wording.brief_pieces if self.brief else wording.full_pieces
            pieces = {truth: (comma + before, after) for truth, (before, after) in pieces.items()}
            yield _Clause(pieces, self._asked.setdefault(wording.asked, len(self._asked)), bound.tree)
            comma = b","

    def _written(self, found: Explanation, facts: Facts) -> bytes:
        """A result without its amount, which is the company's own."""
        if self.brief:
            return json_bytes(result_in_brief(found, self.on))
        return json_bytes(result(found, facts, self.on, False) | {"amount": None})


def _lacking(text: bytes, missing: frozenset[str]) -> bytes:
    return text.replace(b'"missing":[]', b'"missing":' + _list(missing), 1)


@lru_cache(maxsize=4096)
def _list(names: frozenset[str]) -> bytes:
    return json_bytes(sorted(names))
