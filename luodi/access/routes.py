"""Lawful routes after a no: rows of the book `routes` that fit, each asked again before it is shown.

A route is a way that the law leaves open, never a way around it. Its condition must hold, or wait for one named fact;
every text that it rests on must be in force; and where it leads to another place, share or service, the access engine
must call that open. Control by contract is told as a caution with its reasons and never recommended.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

from luodi.access.question import AccessQuestion
from luodi.access.resolve import Access, Verdict, what_is_open
from luodi.access.treatments import CEPA_REGIONS, AccessBook
from luodi.editions import with_books
from luodi.profiles.facts import Facts
from luodi.profiles.vocabulary import Bilingual, Value, Vocabulary
from luodi.rules.book import BadRule, Book, Citation, Rule, cited_on
from luodi.rules.book_reading import citations
from luodi.rules.citing import days_of, instruments_of
from luodi.rules.decide import rule_answer
from luodi.rules.evaluate import Answer
from luodi.rules.library import load_book
from luodi.values import Number, as_json_number, exact

#: The home of a certified supplier, where the question names none: the book treats the two alike.
_CERTIFIED: Final = "HK"


class Standing(StrEnum):
    """How a route is told."""

    OFFER = "offer"
    QUESTION = "question"  # it fits if the facts under `missing` are as it needs them
    TO_BE_CHECKED = "to_be_checked"  # recalled and not read: told apart, never offered
    CAUTION = "caution"  # not settled in law: the reasons are told, it is never recommended


@dataclass(frozen=True, slots=True)
class RouteKind:
    """A kind of route. Routes are shown in the order of `rank`; those of a `last` kind stand after all others."""

    id: str
    rank: int
    name: Bilingual
    note: Bilingual | None
    last: bool
    caution: bool


@dataclass(frozen=True, slots=True)
class Need:
    """Something that the route takes; `step` is the id of the landing step, where there is one."""

    text: Bilingual
    step: str | None


@dataclass(frozen=True, slots=True)
class Source:
    title: str
    url: str | None
    seen_at: str | None


@dataclass(frozen=True, slots=True)
class Recheck:
    """The question that a route stands on: the asked one, changed in these parts only."""

    service: str | None = None
    place: str | None = None
    share: Number | None = None
    certified: bool = False

    def of(self, question: AccessQuestion) -> AccessQuestion:
        parts = {"service": self.service, "place": self.place, "share": self.share}
        changes: dict[str, Any] = {name: part for name, part in parts.items() if part is not None}
        if self.certified:
            home = question.investor if question.investor in CEPA_REGIONS else _CERTIFIED
            changes |= {"investor": home, "cepa_qualified": True}
        return question.having(**changes)

    def as_json(self, made: AccessQuestion) -> dict[str, Any]:
        """What of the question `made` differs from the asked one, so that a reader can ask it again."""
        found: dict[str, Any] = {}
        if self.service is not None:
            found["service"] = self.service
        if self.place is not None:
            found["place"] = self.place
        if self.share is not None:
            found["share"] = as_json_number(self.share)
        return found | ({"investor": made.investor, "cepa_qualified": True} if self.certified else {})


@dataclass(frozen=True)
class RouteRow:
    """One row of the book. `share_allowed` is the highest foreign share in the company that offers the service; None
    where there is no figure, and then `share_note` says why."""

    rule: Rule
    kind: RouteKind
    services: frozenset[str]
    what_it_is: Bilingual
    gives_up: Bilingual
    needs: tuple[Need, ...]
    limits: Bilingual
    share_allowed: Number | None
    share_note: Bilingual | None
    rechecks: tuple[Recheck, ...]
    unsettled: Bilingual | None
    topic: str | None
    mentions: tuple[Citation, ...]
    example: Mapping[str, Any] | None
    sources: tuple[Source, ...]
    order: int

    @property
    def id(self) -> str:
        return self.rule.id

    @property
    def rank(self) -> tuple[bool, bool, int, int, int]:
        """Kinds in their order, fewest needs first; what is only recalled after what was read."""
        return self.kind.last, self.rule.confidence == "low", self.kind.rank, len(self.needs), self.order


@dataclass(frozen=True)
class Route:
    """A row that fits a question, with the answers it was checked by; `basis` is in force on the day."""

    row: RouteRow
    on: date
    standing: Standing
    basis: tuple[Citation, ...]
    missing: tuple[str, ...] = ()
    rechecked: tuple[tuple[Recheck, Access], ...] = ()

    @property
    def id(self) -> str:
        return self.row.id

    @property
    def open(self) -> tuple[tuple[Recheck, Access], ...]:
        """The checks that came out open: what the route leads to."""
        return tuple((recheck, answer) for recheck, answer in self.rechecked if answer.is_open)

    def as_json(self) -> dict[str, Any]:
        row, share = self.row, self.row.share_allowed
        return {
            "id": row.id,
            "kind": row.kind.id,
            "standing": self.standing.value,
            "title": dict(row.rule.title),
            "what_it_is": dict(row.what_it_is),
            "gives_up": dict(row.gives_up),
            "needs": [{"step": need.step, "text": dict(need.text)} for need in row.needs],
            "limits": dict(row.limits),
            "share_allowed": None if share is None else as_json_number(share),
            "share_note": _text(row.share_note),
            "access": [_checked(recheck, answer) for recheck, answer in self.open],
            "basis": [citation.as_json(row.id) for citation in self.basis],
            "mentions": [citation.as_json(row.id) for citation in row.mentions],
            "missing": list(self.missing),
            "unsettled": _text(row.unsettled),
            "note": _text(row.kind.note),
            "confidence": row.rule.confidence,
            "example": dict(row.example) if row.example else None,
            "sources": [{"title": s.title, "url": s.url, "seen_at": s.seen_at} for s in row.sources],
        }


def _text(text: Bilingual | None) -> dict[str, str] | None:
    return dict(text) if text else None


def _checked(recheck: Recheck, answer: Access) -> dict[str, Any]:
    return {
        "set": recheck.as_json(answer.question),
        "answer": answer.verdict.value,
        "cap": None if answer.cap is None else as_json_number(answer.cap),
        "conditions": [dict(text) for text in answer.first.conditions] if answer.first else [],
        "basis": [dict(row) for row in answer.basis],
    }


class RouteBook:
    """The book of routes, read for use. Raises `BadRule` for a row that lacks what every row has."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.kinds = {str(row["id"]): _kind(rank, row) for rank, row in enumerate(book.tables["kinds"])}
        self.rows = tuple(sorted((_row(rule, self.kinds) for rule in book.rules), key=lambda row: row.rank))
        self._days = {name: days_of(row) for name, row in instruments_of(book).items()}

    @property
    def vocabulary(self) -> Vocabulary:
        return self.book.vocabulary

    def row(self, route_id: str) -> RouteRow:
        rule = self.book.rule(route_id)
        return next(row for row in self.rows if row.rule is rule)

    def basis(self, row: RouteRow, on: date) -> tuple[Citation, ...]:
        """What the row rests on that day. Empty where one of its texts is not in force: then it does not stand."""
        cited = cited_on(row.rule.basis, on)
        stands = all(on in self._days[c.instrument] for c in cited if c.instrument in self._days)
        return cited if stands else ()


@with_books()
def route_book() -> RouteBook:
    return RouteBook(load_book("routes"))


def routes_for(
    answer: Access, facts: Facts, book: AccessBook, routes: RouteBook, *, topics: frozenset[str] | None = None
) -> tuple[Route, ...]:
    """The routes after a no, in the order in which they are shown; none where the answer is no no.

    `facts` are what is known of the company. `topics` are other subjects of its plan, such as payments; None where
    nobody said. A route whose condition waits for a fact is a question, and names it.
    """
    question = answer.question
    if answer.verdict is not Verdict.NOT_ALLOWED or question.service is None:
        return ()
    known = Facts(
        routes.vocabulary, facts.given | _asked(question, book, answer.on, topics), facts.derivations, facts.prefixes
    )
    rows = (row for row in routes.rows if question.service in row.services)
    found = (_fitting(row, question, known, book, routes, answer.on) for row in rows)
    return tuple(route for route in found if route is not None)


def _asked(question: AccessQuestion, book: AccessBook, on: date, topics: frozenset[str] | None) -> dict[str, Value]:
    """The question in the words of the book."""
    found: dict[str, Value] = {}
    if question.service is not None:
        found["services"] = frozenset(book.service(question.service).line)
    if question.place is not None:
        found |= {"place": question.place, "zones": book.places(question.place, on)}
    if question.share is not None:
        found["share"] = question.share
    if question.cepa_qualified is not None:
        found["cepa_qualified"] = question.cepa_qualified
    elif question.investor is not None and question.investor not in CEPA_REGIONS:
        found["cepa_qualified"] = False  # only Hong Kong and Macao suppliers are certified
    return found if topics is None else found | {"topics": topics}


def _fitting(
    row: RouteRow, question: AccessQuestion, known: Facts, book: AccessBook, routes: RouteBook, on: date
) -> Route | None:
    finding = rule_answer(row.rule, known, on)
    basis = routes.basis(row, on)
    if finding.answer not in (Answer.YES, Answer.UNKNOWN) or not basis:
        return None
    checked = tuple((recheck, what_is_open(recheck.of(question), book, on=on)) for recheck in row.rechecks)
    if checked and not any(answer.is_open for _, answer in checked):
        return None
    missing = tuple(sorted(finding.missing)) if finding.answer is Answer.UNKNOWN else ()
    return Route(row, on, _standing(row, missing), basis, missing, checked)


def _standing(row: RouteRow, missing: tuple[str, ...]) -> Standing:
    if row.kind.caution:
        return Standing.CAUTION
    if row.rule.confidence == "low":
        return Standing.TO_BE_CHECKED
    return Standing.QUESTION if missing else Standing.OFFER


# ---- reading the book


def _kind(rank: int, row: Mapping[str, Any]) -> RouteKind:
    return RouteKind(
        str(row["id"]), rank, row["name"], row.get("note"), row.get("last") == "true", row.get("standing") == "caution"
    )


def _row(rule: Rule, kinds: Mapping[str, RouteKind]) -> RouteRow:
    gives = rule.gives
    try:
        return RouteRow(
            rule=rule,
            kind=kinds[gives["kind"]],
            services=frozenset(gives["for"]),
            what_it_is=gives["what_it_is"],
            gives_up=gives["gives_up"],
            needs=tuple(Need({"zh": n["zh"], "en": n["en"]}, n.get("step")) for n in gives["needs"]),
            limits=gives["limits"],
            share_allowed=_number(gives.get("share_allowed")),
            share_note=gives.get("share_note"),
            rechecks=tuple(_rechecks(gives.get("recheck") or ())),
            unsettled=gives.get("unsettled"),
            topic=gives.get("topic"),
            mentions=citations(gives.get("mentions"), rule.at),
            example=gives.get("example"),
            sources=tuple(_sources(gives["sources"])),
            order=int(gives["order"]),
        )
    except KeyError as problem:
        raise BadRule("access.route-no", rule=rule.id, problem=problem.args[0], at=rule.at) from None


def _number(text: Any) -> Number | None:
    return None if text is None else exact(text)


def _rechecks(rows: Any) -> Iterator[Recheck]:
    for row in rows:
        yield Recheck(row.get("service"), row.get("place"), _number(row.get("share")), row.get("cepa") == "true")


def _sources(rows: Any) -> Iterator[Source]:
    """Those that a reader can be sent to: a re-post on a page not fit to link is left out, the text itself is cited."""
    for row in rows:
        if row.get("print") != "false":
            yield Source(row["title"], row["url"], row["seen_at"])
