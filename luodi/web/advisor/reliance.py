"""How much rests on each row of the books: stored answers that people rely on, and cases that are open."""

from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import count
from typing import Final

import msgspec

from luodi.rules.kept_rows import RULES, Key
from luodi.web.advisor.models import Determination
from luodi.web.advisor.signals import open_cases
from luodi.web.advisor.staleness import relied_on


class _Id(msgspec.Struct, frozen=True):
    id: str = ""


class _Source(msgspec.Struct, frozen=True):
    instrument: str = ""


class _Needed(msgspec.Struct, frozen=True):
    rule: str | None = None


class _Access(msgspec.Struct, frozen=True):
    rules: Sequence[str] = ()
    licences: Sequence[str] = ()
    requirements: Sequence[_Needed] = ()


class _Export(msgspec.Struct, frozen=True):
    because: str | None = None


class _Named(msgspec.Struct, frozen=True):
    """Of a plan what names rows of the books; whatever else it holds is skipped unread, since it is nearly all."""

    sources: Sequence[_Source] = ()
    access: Sequence[_Access] = ()
    steps: Sequence[_Id] = ()
    open_steps: Sequence[_Id] = ()
    offered_steps: Sequence[_Id] = ()
    obligations: Sequence[_Id] = ()
    policies: Sequence[_Id] = ()
    routes: Sequence[_Id] = ()
    data_export: _Export = _Export()


class _Sources(msgspec.Struct, frozen=True):
    sources: Sequence[_Source] = ()


#: Each row that an answer named gets a number in this process, so that what thousands of answers name stays small.
_COUNT: Final = count()
_NUMBERS: Final[dict[Key, int]] = {}


def rows_relied_on() -> Iterator[tuple[Key, int, int]]:
    """Each row that anything rests on, with the answers and the cases that do. An answer of an open case counts as an
    answer, and its case as a case."""
    by_case = Counter(dict(open_cases.ask()))
    answers: Counter[int] = Counter()
    cases: Counter[int] = Counter()
    for pk, digest in relied_on().values_list("pk", "digest"):
        named = _numbers(pk, digest)
        answers.update(named)
        if by_case[pk]:
            cases.update(dict.fromkeys(named, by_case[pk]))
    yield from ((key, answers[n], cases[n]) for key, n in tuple(_NUMBERS.items()) if answers[n])


@lru_cache(maxsize=100_000)
def _numbers(pk: int, digest: str) -> "array[int]":
    """The rows that a stored answer names. By what the plan is, not only by its number: a row is never edited."""
    named = rows_named(Determination.objects.only("packed").get(pk=pk).document)
    return array("I", [_NUMBERS.setdefault(key, next(_COUNT)) for key in named])


def rows_named(document: bytes) -> frozenset[Key]:
    """The rows of the books that a plan names, as JSON."""
    try:
        return frozenset(_rows(msgspec.json.decode(document, type=_Named)))
    except msgspec.ValidationError:  # stored in the shape of before December 2026: its sources are as they were
        return frozenset(_texts(msgspec.json.decode(document, type=_Sources).sources))


def _rows(plan: _Named) -> Iterator[Key]:
    yield from _texts(plan.sources)
    for access in plan.access:
        yield from (Key("market-access", RULES, name) for name in access.rules)
        yield from (Key("market-access", "licences", name) for name in access.licences)
        yield from (Key("market-access", "requirements", one.rule) for one in access.requirements if one.rule)
    for book, rows in (
        ("landing-steps", (*plan.steps, *plan.open_steps, *plan.offered_steps, *plan.obligations)),
        ("policies", plan.policies),
        ("routes", plan.routes),
    ):
        yield from (Key(book, RULES, row.id) for row in rows)
    if plan.data_export.because:
        yield Key("data-export-path", RULES, plan.data_export.because)


def _texts(sources: Sequence[_Source]) -> Iterator[Key]:
    """A text has its row in one of two books."""
    for source in sources:
        yield from (Key(book, "instruments", source.instrument) for book in ("market-access", "law"))
