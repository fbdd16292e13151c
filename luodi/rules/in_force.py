"""Citations of texts that are not in force on a day on which the rule answers.

Looked at are all days on which anything changes: the rule begins or ends, a figure gets another value, a citation or a
cited text begins or ends, and the day before each. Of an instrument whose days nobody knows nothing is assumed. A rule
of an access book lists all editions of a text and the engine picks that of the day (step 12 of its resolution), so one
of them must be in force; every other rule cites just what it lists, so all must be. See docs/decisions/0034.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any, Final

from luodi.dates import Span
from luodi.errors import LuodiError
from luodi.located import Map
from luodi.message import Message
from luodi.rules.book import Book, Citation, Rule, cited_on
from luodi.rules.book_reading import citations
from luodi.rules.citing import days_of, instruments_of
from luodi.rules.finding import Finding, error, place_of
from luodi.text import walk

_FIX: Final = Message("rules.cite-edition-day-or-give")
_ONE_DAY: Final = timedelta(days=1)
Place = tuple[str, int]


@dataclass(frozen=True)
class _Cited:
    """What stands beside one another: the citations of a rule, a clause, a figure or a row, and on which days."""

    what: Message
    place: Place
    span: Span
    citations: tuple[Citation, ...]
    editions: bool  # one of them must be in force, not all


def not_in_force(book: Book) -> Iterator[Finding]:
    """An error for each group of citations that fails, with its first bad day."""
    days = {name: _days(row) for name, row in instruments_of(book).items()}
    for group in (*_of_rules(book), *_of_tables(book)):
        for on in change_days(group.span, group.citations, days):
            problem = _problem(group, on, days)
            if problem is not None:
                yield error(group.place, problem, _FIX)
                break


def change_days(span: Span, cited: Sequence[Citation], days: Mapping[str, Span]) -> list[date]:
    """The days inside `span` on which something begins or ends, and the days before and after."""
    spans = [span, *(c.span for c in cited if c.span is not None), *(days.get(c.instrument, Span()) for c in cited)]
    turns = {day for one in spans for day in (one.first, one.end) if day is not None}
    found = {near for turn in turns for near in (turn - _ONE_DAY, turn) if near in span}
    found |= {date.min} if span.first is None else set()
    return sorted(found | ({date.max} if span.end is None else set()))


def _problem(group: _Cited, on: date, days: Mapping[str, Span]) -> Message | None:
    cited = cited_on(group.citations, on)
    bad = [c for c in cited if on not in days.get(c.instrument, Span())]
    if group.citations and not cited:
        return Message("rules.cites-nothing", what=group.what, on=_said(on))
    if not bad or (group.editions and len(bad) < len(cited)):
        return None
    names = [
        Message("rules.instrument-in-days", instrument=c.instrument, days=_window(days[c.instrument])) for c in bad
    ]
    return Message("rules.speaks-cites-what-not-force", on=_said(on), what=group.what, names=names)


def _said(on: date) -> str:
    if on == date.min:
        return Message("rules.first-days-since-says-no")
    return Message("rules.any-later-day") if on == date.max else on.isoformat()


def _window(span: Span) -> Message:
    return Message("rules.problem-3", first=span.first or "..", last=span.last or "..")


def _days(row: Mapping[str, Any]) -> Span:
    try:
        return days_of(row)
    except LuodiError:  # days that do not read are found at their place
        return Span()


# ---- who cites


def _of_rules(book: Book) -> Iterator[_Cited]:
    group = partial(_Cited, editions=book.kind == "access")
    for rule in book.rules:
        name = Message("rules.rule-named", rule=rule.id)
        yield group(name, (rule.file, rule.line), rule.span, rule.basis)
        for clause in rule.clauses:
            yield group(
                Message("rules.rule-in-clause", rule=rule.id, clause=clause.text),
                (rule.file, clause.line),
                rule.span,
                clause.cites,
            )
        for figure, steps in rule.parameters.items():
            for since, until, cites in _figure_days(rule, steps):
                yield group(
                    Message("rules.rule-with-figure", rule=rule.id, figure=figure),
                    (rule.file, rule.line),
                    Span(since, until),
                    cites,
                )


def _figure_days(
    rule: Rule, steps: Iterable[tuple[date, Any, tuple[Citation, ...]]]
) -> Iterator[tuple[date | None, date | None, tuple[Citation, ...]]]:
    """Each step with the days on which its value holds."""
    steps = list(steps)
    ends = [*(since for since, _, _ in steps[1:]), rule.span.end]
    for (since, _, cites), end in zip(steps, ends, strict=True):
        yield (None if since == date.min else since), end, cites


def _of_tables(book: Book) -> Iterator[_Cited]:
    """Rows with days of their own, such as requirements and licences; they list editions as access rules do."""
    for table in book.tables.values():
        for row in walk(table):
            if isinstance(row, Map) and (row.get("from") or row.get("until")):
                yield from _of_row(row)


def _of_row(row: Map) -> Iterator[_Cited]:
    span = _row_span(row)
    for key in ("basis", "cites"):
        if span is not None and isinstance(row.get(key), list):
            name = Message("rules.row-named", row=row.get("id"))
            yield _Cited(name, place_of(row, key), span, citations(row[key], row.where(key)), editions=True)


def _row_span(row: Map) -> Span | None:
    try:
        return days_of({"effective": row.get("from"), "ended": row.get("until")})
    except LuodiError:
        return None
