"""Days of a book that cannot be: spans that end before they begin, editions that are in force at once."""

import re
from collections import defaultdict
from collections.abc import Iterator

from luodi.dates import Span, parse_day
from luodi.errors import LuodiError
from luodi.located import Map
from luodi.message import Message
from luodi.rules.book import Book, Rule
from luodi.rules.finding import Finding, error, listed, place_of, place_of_rule, rows_of, warning
from luodi.text import walk


def windows(book: Book) -> Iterator[Finding]:
    for rule in book.rules:
        yield from _steps(rule)
    for table in book.tables.values():
        for row in walk(table):
            if isinstance(row, Map):
                for first, last in (("from", "until"), ("effective", "ended")):
                    yield from _reversed(row, first, last)
    yield from _editions(book)
    yield from _same_stem(book)


def _steps(rule: Rule) -> Iterator[Finding]:
    for name, steps in rule.parameters.items():
        for since, _, _ in steps:
            if rule.last is not None and since > rule.last:
                problem = Message("rules.begins-after-rule-ended", since=since, last=rule.last)
            elif rule.first is not None and since < rule.first:
                problem = Message("rules.begins-before-rule-does", since=since, first=rule.first)
            else:
                continue
            yield error(
                place_of_rule(rule),
                Message("rules.figure", name=name, rule=rule.id, problem=problem),
                Message("rules.mend-day-or-rules"),
            )


def _span(row: Map, first: str, last: str) -> Span | None:
    """The days of a row, or None where it has none or they do not read."""
    try:
        begin, end = (parse_day(row[key]) if isinstance(row.get(key), str) else None for key in (first, last))
        return Span.through(begin, end)
    except LuodiError:
        return None


def _reversed(row: Map, first: str, last: str) -> Iterator[Finding]:
    if isinstance(row.get(first), str) and isinstance(row.get(last), str) and _span(row, first, last) is None:
        if not re.match(r"\d{4}-", row[first]) or not re.match(r"\d{4}-", row[last]):
            return  # a span of figures, not of days
        yield error(
            place_of(row, last),
            Message("rules.no-span-days", first=first, row=row[first], last=last, row2=row[last]),
            Message("rules.mend-days"),
        )


def _editions(book: Book) -> Iterator[Finding]:
    """Editions of one requirement follow one another; two on one day would be two answers."""
    groups: dict[tuple[str, ...], list[Map]] = defaultdict(list)
    for row in rows_of(book.tables, "requirements"):
        groups[(str(row.get("kind")), str(row.get("scope")), *listed(row.get("services")))].append(row)
    for rows in groups.values():
        for index, row in enumerate(rows):
            for other in rows[index + 1 :]:
                spans = _span(row, "from", "until"), _span(other, "from", "until")
                if spans[0] and spans[1] and spans[0].overlaps(spans[1]):
                    yield error(
                        place_of(other, "from"),
                        Message("rules.requirements-both-force-some-days", row=row["id"], other=other["id"]),
                        Message("rules.end-earlier-day-before-later"),
                    )


def _same_stem(book: Book) -> Iterator[Finding]:
    """Editions of a policy, told by the year at the end of the id. Rows of an access book are allowed to compete."""
    if book.kind == "access":
        return
    stems: dict[str, list[Rule]] = defaultdict(list)
    for rule in book.rules:
        stems[re.sub(r"-(19|20)\d\d$", "", rule.id)].append(rule)
    for rules in stems.values():
        for index, rule in enumerate(rules):
            for other in rules[index + 1 :]:
                if rule.span.overlaps(other.span):
                    yield warning(
                        place_of_rule(other),
                        Message("rules.look-like-editions-rule-share", rule=rule.id, other=other.id),
                        Message("rules.end-earlier-day-before-later-2"),
                    )
