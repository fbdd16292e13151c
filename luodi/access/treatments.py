"""The market-access book read for resolution: services, places, instruments, and rules as treatments."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from luodi.dates import Span, parse_day
from luodi.editions import with_books
from luodi.errors import UnknownValue, did_you_mean
from luodi.rules.book import BadRule, Book, Citation, Rule
from luodi.rules.library import load_book
from luodi.rules.tree import Op, Test, Tree
from luodi.values import Number, exact

CEPA_REGIONS = frozenset(("HK", "MO"))


@dataclass(frozen=True, slots=True)
class Service:
    """A service of the catalogue or one of our own sub-scopes; `line` is itself, then its parents outward."""

    code: str
    parent: str | None
    name: Mapping[str, str]
    line: tuple[str, ...]

    @property
    def is_content(self) -> bool:
        return self.code.startswith("C-")


@dataclass(frozen=True, slots=True)
class Zone:
    """A place or a class of places. Membership counts only on days inside `span`."""

    id: str
    name: Mapping[str, str]
    parent: str | None
    span: Span
    member_of: tuple[str, ...]
    covers: tuple[str, ...]
    confidence: str = ""
    unclear: Span | None = None  # days of which nobody can tell whether the membership already counted


@dataclass(frozen=True, slots=True)
class Instrument:
    """A legal text with the days it is in force, both inclusive. `scope` confines it to a zone, `home` to investors of
    one region: Hong Kong and Macao have each their own arrangement.
    """

    id: str
    title: Mapping[str, str]
    span: Span
    scope: str | None
    home: str | None
    row: Mapping[str, Any]

    def reaches(self, places: frozenset[str], home: str) -> bool:
        return (self.scope is None or self.scope in places) and (self.home is None or not home or self.home == home)


@dataclass(frozen=True, slots=True)
class Treatment:
    """A rule of the book with the parts that resolution compares."""

    rule: Rule
    service: str
    zone: str
    cepa: bool
    cap: Number | None
    status: str
    force: str
    kind: str | None
    order: int
    licences: tuple[str, ...]
    conditions: tuple[Mapping[str, str], ...]

    @property
    def id(self) -> str:
        return self.rule.id

    @property
    def is_opening(self) -> bool:
        return self.status != "prohibited"

    @property
    def decides(self) -> bool:
        """Announced plans and rows of low confidence are shown and never decide."""
        return self.force != "policy" and self.rule.confidence != "low"


class AccessBook:
    """The book with its indexes. Places are resolved once for each era, the days between two changes of the book."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.services = _services(book.tables["services"])
        self.zones = {z["id"]: _zone(z) for z in book.tables["places"]}
        self.instruments = {i["id"]: _instrument(i) for i in book.tables["instruments"]}
        self.licences = {row["id"]: _days(row) for row in book.tables["licences"]}
        self.as_of = _day(book.head.get("as_of"))
        self._certified_from = _certified_from(self.instruments.values())
        self.treatments = tuple(sorted((_treatment(r) for r in book.rules), key=lambda t: t.order))
        self._by_service: dict[str, list[Treatment]] = defaultdict(list)
        for treatment in self.treatments:
            self._by_service[treatment.service].append(treatment)
        self._covering: dict[str, list[str]] = defaultdict(list)
        for zone in self.zones.values():
            for covered in zone.covers:
                self._covering[covered].append(zone.id)
        self._around: dict[tuple[str, date], frozenset[str]] = {}
        self._standing: dict[tuple[tuple[str, ...], date], list[Treatment]] = {}
        self._eras = _eras(self)
        self._levels = sorted({t.cap for t in self.treatments if t.cap is not None})
        self._check()

    def service(self, code: str) -> Service:
        found = self.services.get(code)
        if found is None:
            raise UnknownValue("access.no-service-book", written=code, meant=did_you_mean(code, self.services))
        return found

    def zone(self, place: str) -> Zone:
        found = self.zones.get(place)
        if found is None:
            raise UnknownValue("access.no-place-book", place=place, meant=self._meant(place))
        return found

    def _meant(self, place: str) -> str:
        """The place whose name the word is or begins, else the nearest id."""
        folded = place.casefold()
        for zone in self.zones.values():
            for name in zone.name.values():
                if folded and (name.casefold().startswith(folded) or folded in name.casefold().split()):
                    return f" Did you mean `{zone.id}` ({name})?"
        return did_you_mean(place, self.zones)

    def children(self, code: str) -> list[str]:
        return [s.code for s in self.services.values() if s.parent == code]

    def places(self, place: str, on: date) -> frozenset[str]:
        """Step 3: the asked zone and all it lies in on that day."""
        key = (place, self.era(on))
        if key not in self._around:
            self._around[key] = self._places(*key)
        return self._around[key]

    def era(self, on: date) -> date:
        """The first of the days on which every rule, place and text stands as it does on this one."""
        return self._eras[bisect_right(self._eras, on) - 1]

    def level(self, share: Number) -> Number:
        """The lowest cap of the book that lets the share in: all shares of one level have the same answer."""
        above = bisect_left(self._levels, share)
        return self._levels[above] if above < len(self._levels) else share

    def _places(self, place: str, on: date) -> frozenset[str]:
        found = {place}
        open_ids = [place]
        while open_ids:
            zone = self.zones[open_ids.pop()]
            reached = [zone.parent] if zone.parent else []
            if on in zone.span:
                joined = (*zone.member_of, *self._covering[zone.id])
                reached += [z for z in joined if on in self.zones[z].span]
            for new in reached:
                if new not in found:
                    found.add(new)
                    open_ids.append(new)
        return frozenset(found)

    def rows(self, services: Iterable[str], places: frozenset[str], on: date, cepa: bool) -> list[Treatment]:
        """Step 4: the rows of these services and places whose days hold the day."""
        return [t for t in self._then(tuple(services), self.era(on)) if t.zone in places and (cepa or not t.cepa)]

    def _then(self, services: tuple[str, ...], era: date) -> list[Treatment]:
        """The rows of these services in one era, whatever the place."""
        key = (services, era)
        if key not in self._standing:
            found = (t for code in services for t in self._by_service.get(code, ()))
            self._standing[key] = [t for t in found if era in t.rule.span]
        return self._standing[key]

    def rows_ever(self, services: Iterable[str]) -> list[Treatment]:
        return [t for code in services for t in self._by_service.get(code, ())]

    def in_force(self, citation: Citation, on: date, places: frozenset[str], home: str = "") -> bool:
        """Step 12: whether a cited text is in force on the day and not confined to another place, or to investors of
        another region; an empty `home` is any."""
        instrument = self.instruments[citation.instrument]
        cited = citation.span is None or on in citation.span
        return cited and on in instrument.span and instrument.reaches(places, home)

    def certified(self, home: str, on: date) -> bool:
        """Whether suppliers of a region could be certified that day: its own arrangement must be in effect."""
        return on >= self._certified_from.get(home, date.min)

    def as_known_on(self, on: date) -> dict[str, str]:
        """The day of which a later one is answered: what came after the book's own day it cannot know."""
        return {"as_known_on": self.as_of.isoformat()} if self.as_of is not None and on > self.as_of else {}

    def _check(self) -> None:
        for zone in self.zones.values():
            for other in (zone.parent, *zone.member_of, *zone.covers):
                if other is not None and other not in self.zones:
                    raise BadRule("access.place-names-no-place", zone=zone.id, other=other, at="places.yaml")
        for treatment in self.treatments:
            for name, known in ((treatment.service, self.services), (treatment.zone, self.zones)):
                if name not in known:
                    raise BadRule(
                        "access.names",
                        treatment=treatment.id,
                        name=name,
                        meant=did_you_mean(name, known),
                        at=treatment.rule.at,
                    )
            for citation in treatment.rule.basis:
                if citation.instrument not in self.instruments:
                    raise BadRule(
                        "access.cites-no-instrument",
                        treatment=treatment.id,
                        instrument=citation.instrument,
                        meant=did_you_mean(citation.instrument, self.instruments),
                        at=treatment.rule.at,
                    )


@with_books()
def access_book() -> AccessBook:
    return AccessBook(load_book("market-access"))


def _eras(book: AccessBook) -> list[date]:
    """The days on which anything in the book begins, or stands no longer."""
    spans = [
        *(t.rule.span for t in book.treatments),
        *(c.span for t in book.treatments for c in t.rule.basis if c.span is not None),
        *(zone.span for zone in book.zones.values()),
        *(zone.unclear for zone in book.zones.values() if zone.unclear is not None),
        *(instrument.span for instrument in book.instruments.values()),
    ]
    return sorted({date.min, *(day for span in spans for day in (span.first, span.end) if day is not None)})


def _services(rows: Iterable[Mapping[str, Any]]) -> dict[str, Service]:
    parents = {row["id"]: row.get("parent") for row in rows}
    found = {}
    for row in rows:
        line = [row["id"]]
        while parents.get(line[-1]):
            line.append(parents[line[-1]])
            if len(line) > 20 or line[-1] not in parents:
                raise BadRule("access.service-no-proper-line-parents", row=row["id"], at="services.yaml")
        found[row["id"]] = Service(row["id"], row.get("parent"), row["name"], tuple(line))
    return found


def _certified_from(instruments: Iterable[Instrument]) -> dict[str, date]:
    """The first day of the arrangement with each region."""
    found: dict[str, date] = {}
    for one in instruments:
        if one.home is not None and one.span.first is not None:
            found[one.home] = min(one.span.first, found.get(one.home, date.max))
    return found


def _day(text: str | None) -> date | None:
    return parse_day(text) if text else None


def _days(row: Mapping[str, Any]) -> Span:
    return Span.through(_day(row.get("from")), _day(row.get("until")))


def _zone(row: Mapping[str, Any]) -> Zone:
    return Zone(
        row["id"],
        row["name"],
        row.get("parent"),
        _days(row),
        tuple(row.get("member_of") or ()),
        tuple(row.get("covers") or ()),
        row.get("confidence", ""),
        _days(row["unclear"]) if row.get("unclear") else None,
    )


def _instrument(row: Mapping[str, Any]) -> Instrument:
    span = Span.through(_day(row.get("effective")), _day(row.get("ended")))
    return Instrument(row["id"], row["title"], span, row.get("scope"), row.get("home"), row)


def _treatment(rule: Rule) -> Treatment:
    trees: list[Tree] = [bound.tree for bound in rule.edition(rule.first or date.min)]
    gives = rule.gives
    try:
        cap = gives.get("cap")
        return Treatment(
            rule=rule,
            service=_sole(trees, "services", rule),
            zone=_sole(trees, "zones", rule),
            cepa=any(isinstance(t, Test) and t.attribute == "cepa_qualified" for t in trees),
            cap=None if cap is None else exact(cap),
            status=gives["status"],
            force=gives["force"],
            kind=gives.get("kind"),
            order=int(gives.get("order", 10_000)),
            licences=tuple(gives.get("licences") or ()),
            conditions=tuple(gives.get("conditions") or ()),
        )
    except KeyError as problem:
        raise BadRule("access.treatment-needs-gives", rule=rule.id, problem=problem.args[0], at=rule.at) from None


def _sole(trees: Iterable[Tree], name: str, rule: Rule) -> str:
    for tree in trees:
        if isinstance(tree, Test) and tree.attribute == name and tree.op is Op.HAS_ANY and len(tree.constant) == 1:
            return str(next(iter(tree.constant)))
    raise BadRule("access.treatment-needs-clause-such-b11", name=name, at=rule.at)
