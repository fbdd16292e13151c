"""Businesses of artificial intelligence: which services of the book they are, what they file, and where they can go.

No rule on artificial intelligence sets a foreign share: it follows the telecom and content services that a business is.
Those are named here and asked of the access engine by whoever asks; a filing or a duty is told on the days on which the
rule behind it is in force.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from luodi.access.routes import RouteBook, RouteRow, Source
from luodi.dates import Span
from luodi.editions import with_books
from luodi.errors import UnknownValue, did_you_mean
from luodi.profiles.vocabulary import Bilingual
from luodi.rules.book import BadRule, Book, Citation
from luodi.rules.book_reading import citations
from luodi.rules.citing import days_of, instruments_of
from luodi.rules.library import load_book
from luodi.values import Number, as_json_number, exact

BOOK: Final = "ai-services"


@dataclass(frozen=True, slots=True)
class Part:
    """A service of the access book that the business is: core, often, or only if the condition holds."""

    service: str
    role: str
    when: Bilingual


@dataclass(frozen=True, slots=True)
class Filing:
    """A landing step: must, conditional or optional."""

    step: str
    role: str
    when: Bilingual


@dataclass(frozen=True, slots=True)
class Regime:
    """A rule on artificial intelligence. `services` are those it holds for; None: those that file its step."""

    id: str
    step: str | None
    services: frozenset[str] | None
    says: Bilingual
    span: Span
    basis: tuple[Citation, ...]
    confidence: str
    source: Source

    def reaches(self, service: "AiService") -> bool:
        if self.services is not None:
            return service.id in self.services
        return self.step in {filing.step for filing in service.filings}


@dataclass(frozen=True, slots=True)
class Duty:
    """What a regime asks of this business beside its filings."""

    regime: str
    text: Bilingual


@dataclass(frozen=True)
class AiService:
    """One business; `share` is the usual ceiling in percent as the book tells it, and decides nothing."""

    id: str
    name: Bilingual
    what: Bilingual
    parts: tuple[Part, ...]
    filings: tuple[Filing, ...]
    duties: tuple[Duty, ...]
    status: str
    share: Number
    foreign_capital: Bilingual
    routes: tuple[str, ...]
    synonyms: Mapping[str, tuple[str, ...]]
    unsettled: Bilingual | None
    confidence: str
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class AiAnswer:
    """A business on one day: the filings, duties and routes whose rules are in force on it."""

    service: AiService
    on: date
    filings: tuple[Filing, ...]
    duties: tuple[Duty, ...]
    regimes: tuple[Regime, ...]
    routes: tuple[RouteRow, ...]

    def as_json(self) -> dict[str, Any]:
        of = self.service
        return {
            "id": of.id,
            "name": dict(of.name),
            "what": dict(of.what),
            "services": [{"service": p.service, "role": p.role, "when": dict(p.when)} for p in of.parts],
            "filings": [{"step": f.step, "role": f.role, "when": dict(f.when)} for f in self.filings],
            "duties": [{"regime": d.regime, "text": dict(d.text)} for d in self.duties],
            "regimes": [_regime_shown(regime) for regime in self.regimes],
            "foreign_capital": {
                "status": of.status,
                "share": as_json_number(of.share),
                "text": dict(of.foreign_capital),
            },
            "routes": [{"id": row.id, "title": dict(row.rule.title)} for row in self.routes],
            "unsettled": dict(of.unsettled) if of.unsettled else None,
            "confidence": of.confidence,
            "sources": [{"title": s.title, "url": s.url, "seen_at": s.seen_at} for s in of.sources],
            "on": self.on.isoformat(),
        }


def _regime_shown(regime: Regime) -> dict[str, Any]:
    return {
        "id": regime.id,
        "step": regime.step,
        "says": dict(regime.says),
        "basis": [citation.as_json(regime.id) for citation in regime.basis],
        "confidence": regime.confidence,
    }


class AiBook:
    """The book read for use. Raises `BadRule` for a row that lacks what every row has."""

    def __init__(self, book: Book) -> None:
        self.book = book
        try:
            self.services = {row["id"]: _service(row) for row in book.tables["ai-services"]}
            self.regimes = tuple(_regime(row) for row in book.tables["regimes"])
        except KeyError as problem:
            raise BadRule("access.row-book-no", book=book.id, problem=problem.args[0]) from None
        self._days = {name: days_of(row) for name, row in instruments_of(book).items()}

    def service(self, service_id: str) -> AiService:
        found = self.services.get(service_id)
        if found is None:
            near = did_you_mean(service_id, self.services)
            raise UnknownValue("access.no-service-artificial-intelligence", service_id=service_id, near=near)
        return found

    def in_force(self, regime: Regime, on: date) -> bool:
        cited = (self._days.get(citation.instrument, Span()) for citation in regime.basis)
        return on in regime.span and all(on in days for days in cited)


@with_books()
def ai_book() -> AiBook:
    return AiBook(load_book(BOOK))


def ai_service(service_id: str, book: AiBook, routes: RouteBook, *, on: date) -> AiAnswer:
    """What a business is, files and must do on a day, and the routes that its kind takes after a no.

    Raises `UnknownValue` with the nearest id. The routes are asked again by `routes_for` for the service at hand.
    """
    service = book.service(service_id)
    reaching = [regime for regime in book.regimes if regime.reaches(service)]
    standing = tuple(regime for regime in reaching if book.in_force(regime, on))
    names = {regime.id for regime in standing}
    return AiAnswer(
        service=service,
        on=on,
        filings=tuple(f for f in service.filings if _is_due(f, book, on)),
        duties=tuple(duty for duty in service.duties if duty.regime in names),
        regimes=standing,
        routes=tuple(row for row in map(routes.row, service.routes) if routes.basis(row, on)),
    )


def _is_due(filing: Filing, book: AiBook, on: date) -> bool:
    """A filing of artificial intelligence begins with the first rule that asks for it; others stand by themselves."""
    asking = [regime for regime in book.regimes if regime.step == filing.step]
    return not asking or any(book.in_force(regime, on) for regime in asking)


# ---- reading the book


def _service(row: Mapping[str, Any]) -> AiService:
    capital = row["foreign_capital"]
    return AiService(
        id=row["id"],
        name=row["name"],
        what=row["what"],
        parts=tuple(Part(p["service"], p["role"], p["when"]) for p in row["services"] or ()),
        filings=tuple(Filing(f["step"], f["role"], f["when"]) for f in row["filings"] or ()),
        duties=tuple(Duty(d["regime"], _said(d)) for d in row.get("duties") or ()),
        status=capital["status"],
        share=exact(capital["share"]),
        foreign_capital=_said(capital),
        routes=tuple(row["routes"] or ()),
        synonyms={lang: tuple(words) for lang, words in row["synonyms"].items()},
        unsettled=row.get("unsettled"),
        confidence=row["confidence"],
        sources=tuple(_sources(row["sources"])),
    )


def _regime(row: Mapping[str, Any]) -> Regime:
    return Regime(
        id=row["id"],
        step=row.get("step"),
        services=frozenset(row["for"]) if row.get("for") else None,
        says=row["says"],
        span=days_of({"effective": row.get("from"), "ended": row.get("until")}),
        basis=citations(row["basis"], "regimes.yaml"),
        confidence=row["confidence"],
        source=next(_sources([row["source"]])),
    )


def _said(row: Mapping[str, Any]) -> Bilingual:
    return {"zh": row["zh"], "en": row["en"]}


def _sources(rows: Any) -> Iterator[Source]:
    for row in rows:
        if row.get("print") != "false":
            yield Source(row["title"], row["url"], row["seen_at"])
