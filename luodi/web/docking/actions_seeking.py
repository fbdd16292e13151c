"""Proposals by rule: every published thing over every company of which something is known, a few thousand at a time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from django.db.models import Exists, OuterRef
from django.utils import timezone

from luodi.casework.demands import DemandState
from luodi.casework.matches import Part
from luodi.casework.wishes import vocabulary
from luodi.rules.evaluate import Answer
from luodi.web.accounts.models import Company
from luodi.web.companies.models import Fact, Label
from luodi.web.docking.actions_matches import MatchedAlready, Pair, judged, propose
from luodi.web.docking.facts import facts_of_many, rule_for
from luodi.web.docking.many import Many, plain, table_of
from luodi.web.docking.models import CapitalNeed, Demand, InvestorProfile, ParkOffer, Posted, Side

#: Companies that are read at once, and the most that one thing is proposed to in one run.
CHUNK: Final = 4096
MOST: Final = 20
_FEW: Final = 200  # rules that are answered sooner than the faster kernel is ready


@dataclass
class Sought:
    """What a run found for one thing: companies that match, in order, and how many lack a fact."""

    posted: Posted
    fit: list[int] = field(default_factory=list)
    lacking: int = 0
    proposed: int = 0
    met: set[int] = field(default_factory=set)  # companies that it was matched with before


def seek(posted: Sequence[Posted], at: datetime, most: int = MOST) -> list[Sought]:
    """Propose each demand and each park's offer to companies that match it by its rule; each side is asked.

    A company that lacks a fact is counted and not proposed. Run again, it proposes nobody twice.
    """
    found = look(posted, timezone.localdate(at), most)
    for one in found:
        for company in Company.objects.filter(pk__in=one.fit).order_by("pk"):
            one.proposed += _propose(Pair(one.posted, company), at)
    return found


def look(posted: Sequence[Posted], on: date, most: int = MOST) -> list[Sought]:
    """Who fits, without proposing anything."""
    found = [Sought(one, met=_met(one)) for one in posted]
    if not found:
        return []
    rules = [rule_for(one) for one in posted]
    many = Many(rules, on, kernel="numba" if len(rules) > _FEW else "numpy")
    for keys in _chunks():
        given = facts_of_many(keys, on)
        rows = [given[key] for key in keys]
        for row, place, answer in _answers(many, rows, on):
            _take(found[place], keys[row], answer, most)
    return found


def _met(posted: Posted) -> set[int]:
    relation: Any = getattr(posted, "matches")  # noqa: B009 - a relation that every kind of posted thing has
    partners = Side.objects.filter(match__in=relation.all(), part=Part.PARTNER)
    return {one for one in partners.values_list("company_id", flat=True) if one is not None}


def _answers(many: Many, rows: list[dict[str, Any]], on: date) -> Iterator[tuple[int, int, Answer]]:
    table, odd = table_of(rows, vocabulary().attributes)
    yield from (one for one in many.answers(table) if one[0] not in odd)
    for row in odd:
        yield from ((row, place, answer) for place, answer in enumerate(plain(many.rules, rows[row], on)))
    for rule in many.left_out(table.schema):
        for row in set(range(len(rows))) - odd:
            yield row, many.places[rule.id], plain([rule], rows[row], on)[0]


def _take(found: Sought, company: int, answer: Answer, most: int) -> None:
    if found.posted.company_id == company or company in found.met:
        return
    if answer is Answer.YES and len(found.fit) < most:
        found.fit.append(company)
    found.lacking += answer is Answer.UNKNOWN


def _chunks() -> Iterator[list[int]]:
    """Companies of which something is known, by their keys."""
    last = 0
    while True:
        known = Exists(Fact.objects.filter(company=OuterRef("pk"))) | Exists(
            Label.objects.filter(company=OuterRef("pk"))
        )
        rows = Company.objects.filter(known, pk__gt=last, merged_into=None)
        keys = list(rows.order_by("pk").values_list("pk", flat=True)[:CHUNK])
        if not keys:
            return
        yield keys
        last = keys[-1]


def _propose(pair: Pair, at: datetime) -> bool:
    try:
        propose(pair, by=None, at=at, how="rule")
    except MatchedAlready:
        return False
    return True


def seek_all(at: datetime) -> int:
    """Once a day: every published demand and park over all companies, every need over all investors; proposals made."""
    open_states = [DemandState.PUBLISHED, DemandState.MATCHING]
    rows = [
        *Demand.objects.filter(state__in=open_states), *ParkOffer.objects.filter(state__in=open_states),
    ]  # fmt: skip
    on = timezone.localdate(at)
    alive = [one for one in rows if one.until is None or one.until >= on]
    return sum(one.proposed for one in seek(alive, at)) + seek_capital(at)


def seek_capital(at: datetime) -> int:
    """Propose needs of capital to investors by the wishes of both; how many proposals."""
    states = [DemandState.PUBLISHED, DemandState.MATCHING]
    needs = CapitalNeed.objects.filter(state__in=states).select_related("company", "unit")
    investors = list(InvestorProfile.objects.filter(state__in=states).select_related("company"))
    made = 0
    for need in needs:
        pairs = [Pair.capital(need, one) for one in investors if one.company_id != need.company_id]
        fitting = [pair for pair in pairs if judged(pair, at)["answer"] == Answer.YES]
        made += sum(_propose(pair, at) for pair in fitting[:MOST])
    return made
