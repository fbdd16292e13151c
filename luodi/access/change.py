"""What would change the answer: the nearest single changes of place, share, day, certificate or service.

Every change is put to the resolver again before it is offered, so what is said is always true.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, Final

from luodi.access.question import AccessQuestion
from luodi.access.resolve import Access, Verdict, outcome, what_is_open
from luodi.access.treatments import CEPA_REGIONS, AccessBook
from luodi.editions import with_books
from luodi.values import as_json_number

BETTER: Final = 4
WORSE: Final = 2
_ANY_OTHER: Final = "DE"  # any home outside CEPA: the book treats them all alike


def would_change(
    question: AccessQuestion, book: AccessBook, *, on: date, better: int = BETTER, worse: int = WORSE
) -> list[dict[str, Any]]:
    """Single changes with another answer, the more open first: `{"set", "answer", "cap", "basis"}`.

    At most `better` more open and `worse` less open answers a kind of change, nearest first. Empty when the
    question is not complete: the missing part comes first.
    """
    whole = question.service and question.place and question.share is not None and question.investor
    if question.is_domestic or question.contradicted or not whole:
        return []
    assert question.share is not None
    home = question.investor if question.investor in CEPA_REGIONS else _ANY_OTHER
    asked = question.having(investor=home, share=book.level(question.share))
    return [_entry(dict(change), answer) for change, answer in _changes(asked, book, book.era(on), better, worse)]


@with_books(maxsize=4096)
def _changes(question: AccessQuestion, book: AccessBook, on: date, better: int, worse: int) -> tuple["Change", ...]:
    """The changes of a whole question. Investors outside CEPA ask the same, and so do shares of a level, days of an
    era."""
    now, cap = outcome(question, book, on=on)
    if now is Verdict.UNKNOWN:
        return ()
    found: list[tuple[bool, Change]] = []
    for kind in (_shares, _certificates, _places, _services, _days):
        room = {True: better, False: worse}
        for change, changed, day in kind(question, book, on, now):
            verdict, other_cap = outcome(changed, book, on=day)
            if verdict in (now, Verdict.SILENT) and not (change.get("on") and other_cap != cap):
                continue
            is_better = verdict.openness > now.openness
            if room[is_better]:
                room[is_better] -= 1
                found.append((is_better, (change, what_is_open(changed, book, on=day))))
            if not any(room.values()):
                break
    return tuple(change for _, change in sorted(found, key=lambda pair: not pair[0]))


def _entry(change: dict[str, Any], answer: Access) -> dict[str, Any]:
    return {
        "set": change,
        "answer": answer.verdict.value,
        "cap": None if answer.cap is None else as_json_number(answer.cap),
        "basis": [dict(row) for row in answer.basis],
    }


Change = tuple[dict[str, Any], Access]
#: A change, the question with it, and the day.
Candidate = tuple[dict[str, Any], AccessQuestion, date]


def _shares(question: AccessQuestion, book: AccessBook, on: date, now: Verdict) -> Iterator[Candidate]:
    """The highest lower shares at which the answer differs: the caps of the openings here."""
    assert question.service and question.place and question.share is not None
    rows = book.rows(
        book.service(question.service).line, book.places(question.place, on), on, bool(question.cepa_qualified)
    )
    caps = {r.cap for r in rows if r.decides and r.cap}
    lower = sorted((c for c in caps if c < question.share), reverse=True)
    higher = sorted({*(c for c in caps if c > question.share), *([100] if question.share < 100 else [])})
    for cap in lower:
        yield {"share": as_json_number(cap)}, question.having(share=cap), on
    for share in higher:
        yield {"share": as_json_number(share)}, question.having(share=share), on


def _certificates(question: AccessQuestion, book: AccessBook, on: date, now: Verdict) -> Iterator[Candidate]:
    if question.investor in CEPA_REGIONS:
        other = not question.cepa_qualified
        yield {"cepa_qualified": other}, question.having(cepa_qualified=other), on
    elif now not in (Verdict.ALLOWED, Verdict.CONDITIONAL):
        change = {"investor": "HK", "cepa_qualified": True}
        yield change, question.having(**change), on


def _places(question: AccessQuestion, book: AccessBook, on: date, now: Verdict) -> Iterator[Candidate]:
    """Places nearest first: inside the asked one, around it, beside it, then the rest in the order of the book."""
    assert question.place
    for place in _nearest(question.place, book, on):
        yield {"place": place}, question.having(place=place), on


@with_books(maxsize=4096)
def _nearest(asked: str, book: AccessBook, on: date) -> tuple[str, ...]:
    here = book.places(asked, on)
    ids = [z.id for z in book.zones.values() if z.id != asked and on in z.span and not _is_class(z.id, book)]

    def distance(place: str) -> tuple[int, int]:
        around = book.places(place, on)
        if asked in around:
            return 0, len(around - here)
        if place in here:
            return 1, len(here - around)
        return 2, -len(here & around)

    return tuple(sorted(ids, key=distance))


def _is_class(zone_id: str, book: AccessBook) -> bool:
    """A class of places (all free trade zones, the pilot areas) is no place to go to."""
    zone = book.zones[zone_id]
    joined = any(zone_id in z.member_of for z in book.zones.values())
    return zone_id == "CN" or joined or (bool(zone.covers) and zone.parent == "CN" and len(zone.covers) > 1)


def _services(question: AccessQuestion, book: AccessBook, on: date, now: Verdict) -> Iterator[Candidate]:
    """Neighbouring services: narrower ones, brothers, the parent, then cousins."""
    assert question.service
    service = book.service(question.service)
    near = [*book.children(service.code)]
    for parent in service.line[1:]:
        brothers = [c for c in book.children(parent) if c not in near and c not in service.line]
        near += [*brothers, parent]
        near += [c for brother in brothers for c in book.children(brother) if c not in near]
    if service.is_content:  # content kinds have no parents; the telecom service that carries them is beside them
        near += [s for s in ("B25", *book.children("B25"), "B21", "B24", "B23", "B22") if s not in near]
    for code in near:
        yield {"service": code}, question.having(service=code), on


def _days(question: AccessQuestion, book: AccessBook, on: date, now: Verdict) -> Iterator[Candidate]:
    """The next day with another answer, and the last change before the asked day."""
    assert question.service and question.place
    days: set[date] = set()
    for row in book.rows_ever(book.service(question.service).line):
        if row.rule.first:
            days.add(row.rule.first)
        if row.rule.last:
            days.add(row.rule.last + timedelta(days=1))
    for zone in book.zones.values():
        if zone.span.first:
            days.add(zone.span.first)
        if zone.span.last:
            days.add(zone.span.last + timedelta(days=1))
    for day in sorted(d for d in days if d > on):
        if outcome(question, book, on=day)[0] is not now:
            yield {"on": day.isoformat()}, question, day
            break
    for day in sorted((d - timedelta(days=1) for d in days if d <= on), reverse=True):
        if outcome(question, book, on=day)[0] is not now:
            yield {"on": day.isoformat()}, question, day
            break
