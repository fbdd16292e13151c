"""Whether the access book answers as the twelve steps do: thousands of questions, most of them at an edge."""

import random
from datetime import date, timedelta
from fractions import Fraction
from typing import Final

from luodi.access.question import AccessQuestion
from luodi.access.resolve import what_is_open
from luodi.access.treatments import AccessBook, access_book
from reference.derived import exact
from reference.ledger import Ledger, Tally
from reference.reading import FactFiles
from reference.resolver import Outcome, Question, Resolver, Treatment

_HEADING: Final = "meaning: the engine against an independent reading"
_PER_ROW: Final = 100
_ANYWHERE: Final = 12_000
_HUNDREDTH: Final = Fraction(1, 100)
_FIRST: Final = date(2000, 1, 1)


def compare_access_answers(facts: FactFiles, ledger: Ledger, seed: random.Random) -> None:
    """Around every treatment, then anywhere: verdict, cap, deciding rows, announced rows, citations."""
    resolver, book = Resolver(facts.access), access_book()
    questions = _Questions(resolver, seed, date.fromisoformat(facts.access["meta"]["as_of"]))
    ledger.open(_HEADING, "access questions around each treatment")
    for treatment in resolver.treatments:
        tally = Tally(ledger, FactFiles.ACCESS, treatment.id)
        _compare(ledger, tally, resolver, book, [questions.around(treatment) for _ in range(_PER_ROW)])
    ledger.open(_HEADING, "access questions anywhere")
    tally = Tally(ledger, FactFiles.ACCESS, "resolution")
    _compare(ledger, tally, resolver, book, [questions.anywhere() for _ in range(_ANYWHERE)])


def _compare(ledger: Ledger, tally: Tally, resolver: Resolver, book: AccessBook, questions: list[Question]) -> None:
    for question in questions:
        wanted = resolver.answer(question)
        found = _package(question, book)
        tally.compare(wanted, found, question)
        ledger.count(wanted.verdict)
    tally.close()


def _package(question: Question, book: AccessBook) -> Outcome:
    home = "HK" if question.certified else "DE"
    asked = AccessQuestion(question.service, question.place, exact(question.share), home, question.certified)
    answer = what_is_open(asked, book, on=question.day)
    return Outcome(
        answer.verdict.value,
        None if answer.cap is None else Fraction(answer.cap),
        tuple(row.id for row in answer.deciding),
        frozenset(row.id for row in answer.announced),
        tuple((str(c["rule"]), str(c["instrument"]), c["article"]) for c in answer.basis),
    )


class _Questions:
    """Draws whole questions."""

    def __init__(self, resolver: Resolver, seed: random.Random, today: date) -> None:
        self.resolver = resolver
        self.random = seed
        self.today = today
        shares = {share for t in resolver.treatments for share in _near(t.cap)}
        days = {day for t in resolver.treatments for day in _edges(t, today)}
        self.shares = sorted(shares | {Fraction(100), _HUNDREDTH})
        self.days = sorted(days | set(_zone_days(resolver)))

    def around(self, treatment: Treatment) -> Question:
        """Its service or a part of it, its zone or a place inside, a day at its edges, a share at its cap."""
        row, day = treatment.row, self.random.choice(_edges(treatment, self.today))
        services = [code for code in self.resolver.services if row["service"] in self.resolver.line(code)]
        places = [zone for zone in self.resolver.zones if row["zone"] in self.resolver.around(zone, day)]
        shares = list(_near(treatment.cap)) or self.shares
        return Question(
            self.random.choice([row["service"], *services]),
            self.random.choice([row["zone"], *places]),
            self.random.choice(shares),
            self.random.random() < (0.8 if row["applies_to"] != "foreign" else 0.3),
            day,
        )

    def anywhere(self) -> Question:
        return Question(
            self.random.choice(list(self.resolver.services)),
            self.random.choice(list(self.resolver.zones)),
            self.random.choice(self.shares),
            self.random.random() < 0.4,
            self.random.choice(self.days),
        )


def _near(cap: Fraction | None) -> list[Fraction]:
    if cap is None:
        return []
    return [share for share in (cap - _HUNDREDTH, cap, cap + _HUNDREDTH) if 0 < share <= 100]


def _edges(treatment: Treatment, today: date) -> list[date]:
    """The first and last day, the days beside them, today, and a day inside."""
    first, last = max(treatment.first, _FIRST), min(treatment.last, today)
    middle = first + (last - first) / 2
    return [first - timedelta(days=1), first, last, last + timedelta(days=1), today, middle]


def _zone_days(resolver: Resolver) -> list[date]:
    texts = [row[key] for row in resolver.zones.values() for key in ("from", "until") if row[key]]
    return [date.fromisoformat(text) + timedelta(days=days) for text in texts for days in (-1, 0, 1)]
