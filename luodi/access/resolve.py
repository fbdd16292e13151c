"""The twelve steps of the book's `meta.resolution`: from a question to an answer with its rows and citations.

Step numbers in the comments are those of the book (`about.resolution` in books/market-access/book.yaml).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any, Final

from luodi.access.question import AccessQuestion
from luodi.access.requirement import requirements_of
from luodi.access.treatments import CEPA_REGIONS, AccessBook, Treatment, Zone
from luodi.editions import with_books
from luodi.values import Number, as_json_number, exact


class Verdict(StrEnum):
    """How open a service is, in the words of the contract."""

    ALLOWED = "allowed"
    CONDITIONAL = "conditional"
    NOT_ALLOWED = "not_allowed"
    UNKNOWN = "unknown"
    SILENT = "silent"

    @property
    def openness(self) -> int:
        """For "the least open one": no, then silent, then conditional, then yes."""
        return {"not_allowed": 0, "silent": 1, "unknown": 2, "conditional": 3, "allowed": 4}[self.value]


_FIRST_REGION: Final = "HK"  # its arrangement was the first; a certificate without a home is taken as one of it
_RULED: Final = 4  # verdicts of whole questions: only one with a part missing is unknown
NO_FOREIGN_INVESTOR = {
    "zh": "没有外国投资者参与，不适用外资准入限制；行业许可另行办理。",
    "en": "No foreign investor takes part, so limits on foreign shares do not apply; licences are a separate matter.",
}


@dataclass(frozen=True)
class Access:
    """An answer. `deciding` are the rows under step 11, first the one that speaks; `announced` never decide. `gate`
    names what of the owners decided in place of the share: `chinese-control`, `contract-control`,
    `unrecorded-owner`."""

    question: AccessQuestion
    on: date
    verdict: Verdict
    cap: Number | None = None
    deciding: tuple[Treatment, ...] = ()
    announced: tuple[Treatment, ...] = ()
    missing: tuple[str, ...] = ()
    basis: tuple[dict[str, str | None], ...] = ()
    places: frozenset[str] = frozenset()
    yielded: tuple[Treatment, ...] = ()
    note: dict[str, str] | None = None
    speaks_from: date | None = None
    possible: tuple[Verdict, ...] = field(default=())
    home: str = ""  # the region that certified the investor; empty where none did
    gate: str | None = None

    @property
    def first(self) -> Treatment | None:
        return self.deciding[0] if self.deciding else None

    @property
    def is_open(self) -> bool:
        return self.verdict in (Verdict.ALLOWED, Verdict.CONDITIONAL)


def what_is_open(question: AccessQuestion, book: AccessBook, *, on: date) -> Access:
    """Whether the share is open.

    A missing part makes the answer unknown, unless what is known says no (or leaves the book silent) whatever
    the missing part turns out to be. A yes needs every part.
    """
    if question.contradicted:
        return _of_either(question, book, on)
    if question.is_domestic:
        return Access(question, on, Verdict.ALLOWED, note=NO_FOREIGN_INVESTOR)
    missing = _missing(question)
    if question.place is not None and _is_unclear(question.place, book, on):
        return _of_both_readings(question, book, on)
    if not missing:
        return _resolved(question, book, on)
    verdicts = _verdicts(question, book, on)
    settled = question.service is not None and verdicts in ({Verdict.NOT_ALLOWED}, {Verdict.SILENT})
    # The rows for every foreign investor give the answer with or without a certificate.
    settled |= missing == ("cepa_qualified",) and len(verdicts) == 1
    if settled:
        return replace(_resolved(next(_completions(question, book)), book, on), question=question)
    possible = tuple(sorted(verdicts, key=lambda v: v.openness))
    return Access(question, on, Verdict.UNKNOWN, missing=missing, possible=possible)


def _of_either(question: AccessQuestion, book: AccessBook, on: date) -> Access:
    """The answer where two parts contradict each other: a no that holds whichever is right, else a question."""
    _, other = question.contradicted
    homes = (None,) if other == "share" else CEPA_REGIONS
    right = [replace(question, investor=home) for home in homes]
    right.append(replace(question, share=exact(0)) if other == "share" else replace(question, cepa_qualified=False))
    answers = [what_is_open(reading, book, on=on) for reading in right]
    possible = {verdict for answer in answers for verdict in answer.possible or (answer.verdict,)}
    if possible in ({Verdict.NOT_ALLOWED}, {Verdict.SILENT}):
        return replace(answers[-1], question=question)
    open_ = tuple(sorted(possible - {Verdict.UNKNOWN}, key=lambda v: v.openness))
    return Access(
        question, on, Verdict.UNKNOWN, missing=question.contradicted, possible=open_, note=dict(_CONTRADICTS[other])
    )


#: By the part that contradicts the investor.
_CONTRADICTS: Final[Mapping[str, Mapping[str, str]]] = {
    "share": {
        "zh": "投资者来自中国内地，而外资股比大于零：两项不一致，请确认哪一项正确。",
        "en": "The investor is from mainland China, and there is a foreign share: these do not agree. Which is right?",
    },
    "cepa_qualified": {
        "zh": "只有香港、澳门的服务提供者持有CEPA证明书，而投资者不来自那里：两项不一致，请确认哪一项正确。",
        "en": "Only suppliers from Hong Kong or Macao hold a CEPA certificate, and the investor is from elsewhere: "
        "these do not agree. Which is right?",
    },
}


def _is_unclear(place: str, book: AccessBook, on: date) -> bool:
    unclear = book.zone(place).unclear
    return unclear is not None and on in unclear


def _of_both_readings(question: AccessQuestion, book: AccessBook, on: date) -> Access:
    """The answer where nobody can tell whether the place already belonged to a zone: only what holds either way."""
    zone = book.zone(question.place or "")
    readings = [replace(question, place=place) for place in (zone.parent, *zone.member_of[:1])]
    answers = [what_is_open(reading, book, on=on) for reading in readings]
    if len({answer.verdict for answer in answers}) == 1:
        return replace(answers[0], question=question)  # outside of the zone, where no cap is higher
    possible = tuple(sorted((a.verdict for a in answers), key=lambda v: v.openness))
    return Access(question, on, Verdict.UNKNOWN, possible=possible, note=_unclear(zone, book))


def _unclear(zone: Zone, book: AccessBook) -> dict[str, str]:
    into = book.zone(zone.member_of[0])
    return {
        "zh": f"该日{zone.name['zh']}是否已属于{into.name['zh']}，无法判断。",
        "en": f"Whether {zone.name['en']} already belonged to {into.name['en']} on this day cannot be told.",
    }


def _verdicts(question: AccessQuestion, book: AccessBook, on: date) -> set[Verdict]:
    """Of every way to fill what is missing, until all that there are were met."""
    found: set[Verdict] = set()
    for whole in _completions(question, book):
        service, place, level, home = _asked(whole, book, on)
        found.add(_ruled(book, service, place, level, bool(home), book.era(on)).verdict)
        if len(found) == _RULED:
            break
    return found


def _missing(question: AccessQuestion) -> tuple[str, ...]:
    names = [n for n in ("service", "place", "share", "investor") if getattr(question, n) is None]
    if question.investor in CEPA_REGIONS and question.cepa_qualified is None:
        names.append("cepa_qualified")
    if question.investor is None and question.cepa_qualified:
        names.remove("investor")  # only Hong Kong and Macao suppliers are certified, so the home is known enough
    return tuple(sorted(names))


def _completions(question: AccessQuestion, book: AccessBook) -> Iterator[AccessQuestion]:
    """Every way to fill what is missing that could matter."""
    services = [question.service] if question.service else list(book.services)
    places = [question.place] if question.place else list(book.zones)
    # A higher share is never more open, so the two ends speak for all between.
    shares: Sequence[Number] = [question.share] if question.share is not None else [1, 100]
    if question.cepa_qualified is not None:
        certified = [question.cepa_qualified]
    elif question.investor is None or question.investor in CEPA_REGIONS:
        certified = [False, True]
    else:
        certified = [False]
    for service in services:
        for place in places:
            for share in shares:
                for cepa in certified:
                    home = question.investor or "HK"
                    yield AccessQuestion(service, place, share, home, cepa)


def outcome(question: AccessQuestion, book: AccessBook, *, on: date) -> tuple[Verdict, Number | None]:
    """Verdict and cap of `what_is_open` alone, for those who compare many questions."""
    missing = () if question.is_domestic else _missing(question)
    unclear = question.place is not None and _is_unclear(question.place, book, on)
    if question.is_domestic or question.contradicted or unclear or missing not in ((), ("cepa_qualified",)):
        answer = what_is_open(question, book, on=on)
        return answer.verdict, answer.cap
    service, place, level, home = _asked(question, book, on)
    ruling = _ruled(book, service, place, level, bool(home), book.era(on))
    if missing:
        certified = bool(_home(question.having(cepa_qualified=True), book, on))
        if _ruled(book, service, place, level, certified, book.era(on)).verdict is not ruling.verdict:
            return Verdict.UNKNOWN, None  # it depends on the certificate
    return ruling.verdict, ruling.cap


def _asked(question: AccessQuestion, book: AccessBook, on: date) -> tuple[str, str, Number, str]:
    """What a whole question turns on: foreign investors are told apart by their certificate alone, shares by level."""
    assert question.service and question.place and question.share is not None
    return question.service, question.place, book.level(question.share), _home(question, book, on)


def _home(question: AccessQuestion, book: AccessBook, on: date) -> str:
    """The region that certified the investor; empty where none did, or could on that day."""
    if not question.cepa_qualified:
        return ""
    home = question.investor if question.investor in CEPA_REGIONS else _FIRST_REGION
    return home if book.certified(home, on) else ""


def _resolved(question: AccessQuestion, book: AccessBook, on: date) -> Access:
    """The answer of a whole question; days of one era share it."""
    found = _resolve(book, *_asked(question, book, on), book.era(on))
    return Access(
        question,
        on,
        found.verdict,
        found.cap,
        found.deciding,
        found.announced,
        (),
        found.basis,
        found.places,
        found.yielded,
        found.note,
        found.speaks_from,
        home=found.home,
    )


@with_books(maxsize=8192)
def _resolve(book: AccessBook, service: str, place: str, share: Number, home: str, on: date) -> Access:
    """The ruling with all that is said of it: order, citations, announcements, silence."""
    question = AccessQuestion(service, place, share, None, bool(home))
    services, places = book.service(service).line, book.places(place, on)
    ruling = _ruled(book, service, place, share, bool(home), on)
    rows = book.rows(services, places, on, bool(home))
    announced = tuple(sorted((r for r in rows if not r.decides), key=lambda t: t.order))  # 5
    if ruling.verdict is Verdict.SILENT:
        return Access(
            question,
            on,
            Verdict.SILENT,
            announced=announced,
            places=places,
            home=home,
            speaks_from=_speaks_from(question, services, book, on),
            note=_silence(question, services, book, on),
        )
    chosen = _ordered(ruling.deciding, book, on)
    basis = tuple(entry for row in chosen for entry in _cited(row, book, on, places, home))
    return Access(
        question,
        on,
        ruling.verdict,
        ruling.cap,
        chosen,
        announced,
        (),
        tuple(basis),
        places,
        ruling.yielded,
        home=home,
    )


@dataclass(frozen=True, slots=True)
class Ruling:
    """What the steps come to: the deciding rows in no order, and those that yield to them."""

    verdict: Verdict
    cap: Number | None = None
    deciding: tuple[Treatment, ...] = ()
    yielded: tuple[Treatment, ...] = ()


@with_books(maxsize=65536)
def _ruled(book: AccessBook, service: str, place: str, share: Number, cepa: bool, on: date) -> Ruling:
    services = book.service(service).line  # 2
    places = book.places(place, on)  # 3
    rows = [r for r in book.rows(services, places, on, cepa) if r.decides]  # 4 and 5
    if not rows:  # 6
        return Ruling(Verdict.SILENT)
    bans = [r for r in rows if not r.is_opening and r.kind == "express" and book.services[r.service].is_content]  # 7
    if bans:
        rows = [r for r in rows if r.is_opening and all(_inside(r, ban, book, on) for ban in bans)]
        if not rows:
            return Ruling(Verdict.NOT_ALLOWED, 0, tuple(bans))
    openings = [r for r in rows if r.is_opening]  # 8
    floor = tuple(r for r in rows if not r.is_opening)
    if not openings:
        return Ruling(Verdict.NOT_ALLOWED, 0, floor)
    verdict, deciding = _answer(openings, share)  # 9 and 11
    caps = [r.cap for r in openings if r.cap is not None]
    unstated = verdict is Verdict.CONDITIONAL and all(r.cap is None for r in deciding)
    return Ruling(verdict, None if unstated or not caps else max(caps), tuple(deciding), floor)  # 10


def _answer(openings: list[Treatment], share: Number) -> tuple[Verdict, list[Treatment]]:
    fits = [r for r in openings if r.cap is not None and r.cap >= share]
    free = [r for r in fits if r.status in ("open", "capped")]
    if free:
        return Verdict.ALLOWED, _highest(free)
    conditional = [r for r in fits if r.status == "conditional"]
    if conditional:
        return Verdict.CONDITIONAL, _highest(conditional)
    unstated = [r for r in openings if r.cap is None]
    if unstated:
        return Verdict.CONDITIONAL, unstated
    return Verdict.NOT_ALLOWED, _highest(openings)


def _highest(rows: list[Treatment]) -> list[Treatment]:
    top = max(r.cap for r in rows if r.cap is not None)
    return [r for r in rows if r.cap == top]


def _inside(row: Treatment, ban: Treatment, book: AccessBook, on: date) -> bool:
    """The exception under 7: a strict descendant of the banned service in a zone strictly inside the ban's."""
    narrower = row.service != ban.service and ban.service in book.services[row.service].line
    return narrower and row.zone != ban.zone and ban.zone in book.places(row.zone, on)


def _ordered(rows: Iterable[Treatment], book: AccessBook, on: date) -> tuple[Treatment, ...]:
    def rank(row: Treatment) -> tuple[int, int, int, int]:
        depth = len(book.services[row.service].line)
        return (-depth, 0 if row.cepa else 1, -len(book.places(row.zone, on)), row.order)

    return tuple(sorted(rows, key=rank))


def _cited(
    row: Treatment, book: AccessBook, on: date, places: frozenset[str], home: str
) -> list[dict[str, str | None]]:
    """Step 12: what a row cites on a day; nothing that is not in force on it."""
    return [c.as_json(row.id) for c in row.rule.basis if book.in_force(c, on, places, home)]


def _speaks_from(question: AccessQuestion, services: Sequence[str], book: AccessBook, on: date) -> date | None:
    """The first day, after the asked one where there is one, with a row that decides here."""
    assert question.place
    days = []
    for row in book.rows_ever(services):
        since = row.rule.first
        if (
            since
            and row.decides
            and (question.cepa_qualified or not row.cepa)
            and row.zone in book.places(question.place, since)
        ):
            days.append(since)
    later = [day for day in days if day > on]
    return min(later) if later else min(days, default=None)


def _silence(question: AccessQuestion, services: Sequence[str], book: AccessBook, on: date) -> dict[str, str]:
    since = _speaks_from(question, services, book, on)
    if since is not None and since > on:
        return {
            "zh": f"本书对该业务和地点的规定自{since.isoformat()}起",
            "en": f"The book has rules for this service and place from {since.isoformat()} on.",
        }
    narrower = book.children(question.service or "")
    if narrower:
        return {
            "zh": f"本书对这一级代码没有规定，请改问下级代码，如{'、'.join(narrower[:4])}",
            "en": f"The book has no rules on this level; ask a narrower code, such as {', '.join(narrower[:4])}.",
        }
    return {
        "zh": "本书对该业务在该日该地没有规定",
        "en": "The book has no rules for this service and place on this day.",
    }


def as_json(answer: Access, book: AccessBook, changes: Sequence[dict[str, Any]] | None = None) -> dict[str, Any]:
    """The document of the contract for one question."""
    first = answer.first
    return {
        "answer": answer.verdict.value,
        "cap": None if answer.cap is None else as_json_number(answer.cap),
        "basis": [dict(row) for row in answer.basis],
        "confidence": first.rule.confidence if first else None,
        "read": first.rule.read if first else None,
        "conditions": list(first.conditions) if first else [],
        "licences": _licences(first, answer, book) if first else [],
        "requirements": _requirements(answer, book),
        "rules": [row.id for row in answer.deciding],
        "alternatives": [_row(row, answer, book) for row in answer.deciding[1:]],
        "missing": list(answer.missing),
        "possible": [v.value for v in answer.possible],
        "announced": [_row(row, answer, book) for row in answer.announced],
        "does_not_apply": [row.id for row in answer.yielded],
        "note": answer.note or (first.rule.note if first else None),
        "speaks_from": answer.speaks_from.isoformat() if answer.speaks_from else None,
        "would_change": list(changes or ()),
        "question": answer.question.as_json(),
        "on": answer.on.isoformat(),
        **book.as_known_on(answer.on),
        "books": [book.book.as_json()],
    }


def _licences(row: Treatment, answer: Access, book: AccessBook) -> list[str]:
    """Those that exist on the day: some came later than the opening, some ended before it did."""
    return [name for name in row.licences if name not in book.licences or answer.on in book.licences[name]]


def _requirements(answer: Access, book: AccessBook) -> list[dict[str, Any]]:
    """What the law asks of the company where the service is open to it."""
    if not answer.is_open or answer.first is None or answer.question.service is None:
        return []
    return requirements_of(answer.question.service, answer.places, book, on=answer.on)


def _row(row: Treatment, answer: Access, book: AccessBook) -> dict[str, Any]:
    return {
        "rule": row.id,
        "title": dict(row.rule.title),
        "status": row.status,
        "cap": None if row.cap is None else as_json_number(row.cap),
        "force": row.force,
        "confidence": row.rule.confidence,
        "read": row.rule.read,
        "from": row.rule.first.isoformat() if row.rule.first else None,
        "until": row.rule.last.isoformat() if row.rule.last else None,
        "conditions": list(row.conditions),
        "licences": _licences(row, answer, book),
        "basis": _cited(row, book, answer.on, answer.places, answer.home),
        "note": dict(row.rule.note) if row.rule.note else None,
    }


def least_open(answers: Iterable[Access]) -> Verdict:
    """The verdict of a plan with several services: its least open one."""
    return min((a.verdict for a in answers), key=lambda v: v.openness, default=Verdict.SILENT)
