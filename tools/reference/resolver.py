"""The twelve steps under `meta.resolution` of market-access.yaml, from its own words; whole questions only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any, Final

Row = Mapping[str, Any]
_FREE: Final = ("open", "capped")


@dataclass(frozen=True, slots=True)
class Question:
    """`certified`: a Hong Kong or Macao supplier with a CEPA certificate."""

    service: str
    place: str
    share: Fraction
    certified: bool
    day: date


@dataclass(frozen=True, slots=True)
class Outcome:
    """Verdict, cap, deciding rows in order, announced rows, and the citations of step 12."""

    verdict: str
    cap: Fraction | None = None
    deciding: tuple[str, ...] = ()
    announced: frozenset[str] = frozenset()
    cited: tuple[tuple[str, str, str | None], ...] = ()


@dataclass(frozen=True, slots=True)
class Treatment:
    """A row of the table with its figures typed."""

    number: int
    row: Row
    first: date
    last: date
    cap: Fraction | None

    @property
    def id(self) -> str:
        return str(self.row["id"])

    @property
    def is_opening(self) -> bool:
        return bool(self.row["status"] != "prohibited")

    @property
    def is_ban(self) -> bool:
        """7: an express ban on content."""
        return not self.is_opening and self.row.get("kind") == "express" and self.row["service"].startswith("C-")


class Resolver:
    """The tables of the file, and the answers they give."""

    def __init__(self, facts: Mapping[str, Any]) -> None:
        self.services: dict[str, Row] = {row["code"]: row for row in facts["services"]}
        self.zones: dict[str, Row] = {row["id"]: row for row in facts["zones"]}
        self.instruments: dict[str, Row] = {row["id"]: row for row in facts["instruments"]}
        self.treatments = [_treatment(number, row) for number, row in enumerate(facts["treatments"])]
        self._around: dict[tuple[str, date], frozenset[str]] = {}

    def answer(self, question: Question) -> Outcome:
        if self._is_unclear(question.place, question.day):
            return self._of_both(question)
        rows = self._rows(question)
        announced = frozenset(t.id for t in rows if not _decides(t))
        rows = [t for t in rows if _decides(t)]
        verdict, cap, deciding = self._decide(rows, question)
        ordered = self._ordered(deciding, question.day)
        return Outcome(verdict, cap, tuple(t.id for t in ordered), announced, self._cited(ordered, question))

    def _is_unclear(self, place: str, day: date) -> bool:
        """Days of which nobody can tell whether the place already belonged to a zone (the corrections)."""
        unclear = self.zones[place].get("unclear")
        return bool(unclear) and _holds(unclear, day)

    def _of_both(self, question: Question) -> Outcome:
        """What holds whether it belonged or not; else it cannot be told."""
        zone = self.zones[question.place]
        outside, inside = (self.answer(replace(question, place=p)) for p in (zone["parent"], zone["member_of"][0]))
        return outside if outside.verdict == inside.verdict else Outcome("unknown")

    def line(self, service: str) -> list[str]:
        """2: the code and all its parents, the narrowest first."""
        found: list[str] = []
        code: str | None = service
        while code is not None:
            found.append(code)
            code = self.services[code]["parent"]
        return found

    def around(self, place: str, day: date) -> frozenset[str]:
        """3: the zone and every zone around it on that day."""
        if (place, day) not in self._around:
            self._around[place, day] = self._spread(place, day)
        return self._around[place, day]

    def _spread(self, place: str, day: date) -> frozenset[str]:
        found, fresh = {place}, [place]
        while fresh:
            zone = fresh.pop()
            reached = [self.zones[zone]["parent"]] if self.zones[zone]["parent"] else []
            if _holds(self.zones[zone], day):
                reached += [other for other in self._joined(zone) if _holds(self.zones[other], day)]
            fresh += [other for other in reached if other not in found]
            found.update(reached)
        return frozenset(found)

    def _joined(self, zone: str) -> list[str]:
        covering = [other for other, row in self.zones.items() if zone in (row.get("covers") or ())]
        return [*(self.zones[zone].get("member_of") or ()), *covering]

    def _rows(self, question: Question) -> list[Treatment]:
        """4: rows of these services and places whose days hold the day."""
        services, places = self.line(question.service), self.around(question.place, question.day)
        return [
            t
            for t in self.treatments
            if t.row["service"] in services
            and t.row["zone"] in places
            and t.first <= question.day <= t.last
            and (t.row["applies_to"] == "foreign" or question.certified)
        ]

    def _decide(self, rows: list[Treatment], question: Question) -> tuple[str, Fraction | None, list[Treatment]]:
        if not rows:  # 6
            return "silent", None, []
        bans = [t for t in rows if t.is_ban]
        if bans:  # 7
            rows = [t for t in rows if t.is_opening and all(self._excepted(t, ban, question.day) for ban in bans)]
            if not rows:
                return "not_allowed", Fraction(0), bans
        openings = [t for t in rows if t.is_opening]
        if not openings:  # 8
            return "not_allowed", Fraction(0), rows
        return _among(openings, question.share)

    def _excepted(self, row: Treatment, ban: Treatment, day: date) -> bool:
        """A strict descendant of the banned service in a zone strictly inside the zone of the ban."""
        service, zone = row.row["service"], row.row["zone"]
        below = service != ban.row["service"] and ban.row["service"] in self.line(service)
        return below and zone != ban.row["zone"] and ban.row["zone"] in self.around(zone, day)

    def _ordered(self, rows: list[Treatment], day: date) -> list[Treatment]:
        """11: narrower service, certified before foreign, more zones around, then file order."""
        return sorted(
            rows,
            key=lambda t: (
                -len(self.line(t.row["service"])),
                t.row["applies_to"] == "foreign",
                -len(self.around(t.row["zone"], day)),
                t.number,
            ),
        )

    def _cited(self, rows: Sequence[Treatment], question: Question) -> tuple[tuple[str, str, str | None], ...]:
        """12: instruments in force on the day whose scope, if any, is among the places."""
        places = self.around(question.place, question.day)
        found = [
            (t.id, cited["instrument"], cited.get("article"))
            for t in rows
            for cited in t.row["basis"]
            if self._speaks(self.instruments[cited["instrument"]], question.day, places)
        ]
        return tuple(dict.fromkeys(found))

    def _speaks(self, instrument: Row, day: date, places: frozenset[str]) -> bool:
        """Certified suppliers are asked for Hong Kong here; what is confined to Macao is not theirs."""
        here = instrument.get("scope") in (None, *places) and instrument.get("home") != "MO"
        return here and _holds(instrument, day, "effective", "ended")


def _treatment(number: int, row: Row) -> Treatment:
    cap = row["foreign_equity_cap"]
    return Treatment(
        number,
        row,
        date.fromisoformat(row["from"]) if row["from"] else date.min,
        date.fromisoformat(row["until"]) if row["until"] else date.max,
        None if cap is None else Fraction(cap),
    )


def _holds(row: Row, day: date, first: str = "from", last: str = "until") -> bool:
    begins, ends = row.get(first), row.get(last)
    return (not begins or date.fromisoformat(begins) <= day) and (not ends or day <= date.fromisoformat(ends))


def _decides(treatment: Treatment) -> bool:
    """5: plans and rows of low confidence are announced and never decide."""
    return bool(treatment.row["force"] != "policy" and treatment.row["confidence"] != "low")


def _among(openings: list[Treatment], share: Fraction) -> tuple[str, Fraction | None, list[Treatment]]:
    """9 to 11: verdict, cap, and the rows that decide."""
    stated = [t for t in openings if t.cap is not None]
    top = _top(stated)
    fitting = [t for t in stated if t.cap is not None and t.cap >= share]
    for verdict, words in (("allowed", _FREE), ("conditional", ("conditional",))):
        chosen = [t for t in fitting if t.row["status"] in words]
        if chosen:
            return verdict, top, [t for t in chosen if t.cap == _top(chosen)]
    unstated = [t for t in openings if t.cap is None]
    if unstated:
        return "conditional", None, unstated
    return "not_allowed", top, [t for t in openings if t.cap == top]


def _top(rows: list[Treatment]) -> Fraction | None:
    return max((t.cap for t in rows if t.cap is not None), default=None)
