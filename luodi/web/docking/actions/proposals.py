"""Proposals by rule: everything published over every company of which something is known, a few thousand at a time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

import numpy as np
from django.db.models import Exists, OuterRef
from django.utils import timezone
from numpy.typing import NDArray

from luodi.casework.criteria import vocabulary
from luodi.casework.demands import DemandState
from luodi.casework.matches import Part
from luodi.casework.states import NotNow
from luodi.rules.evaluate import Answer
from luodi.web.accounts.models import Company
from luodi.web.companies.models import Fact, Label
from luodi.web.docking.actions.matches import propose
from luodi.web.docking.models import CapitalNeed, Demand, InvestorProfile, ParkOffer, Posted, Side
from luodi.web.docking.queries.batch import BatchMatcher, one_by_one, table_of
from luodi.web.docking.queries.facts import Facts, facts_of_many, rule_for
from luodi.web.docking.queries.pairs import Pair, judged

#: Companies that are read at once, and the most that one posting is proposed to in one run.
CHUNK: Final = 4096
MOST: Final = 20
Keys = NDArray[np.int64]
_FEW: Final = 200  # rules that are answered sooner than the faster kernel is ready


@dataclass
class Sought:
    """What a run found for one posting: companies that match, in order, and how many lack a fact."""

    posted: Posted
    fit: list[int] = field(default_factory=list)
    lacking: int = 0
    proposed: int = 0
    met: set[int] = field(default_factory=set)  # companies that it was matched with before

    def take(self, fit: Keys, lacking: Keys, most: int) -> None:
        """Companies that match, and those that lack a fact, but for its own company and those it has met."""
        left_out = [*self.met, *([self.posted.company_id] if self.posted.company_id else [])]
        if len(self.fit) < most:
            new = fit[~np.isin(fit, left_out)][: most - len(self.fit)]
            self.fit += new.tolist()
        self.lacking += int((~np.isin(lacking, left_out)).sum())


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
    many = BatchMatcher(rules, on, kernel="numba" if len(rules) > _FEW else "numpy")
    for keys in _chunks():
        given = facts_of_many(keys, on)
        _look(many, found, keys, [given[key] for key in keys], on, most)
    return found


def _met(posted: Posted) -> set[int]:
    partners = Side.objects.filter(match__in=posted.matches.all(), part=Part.PARTNER)
    return {one for one in partners.values_list("company_id", flat=True) if one is not None}


def _look(many: BatchMatcher, found: list[Sought], keys: list[int], rows: list[Facts], on: date, most: int) -> None:
    """One table of companies. Pairs stay arrays: companies are named until there are enough, the others counted."""
    table, odd = table_of(rows, vocabulary().attributes)
    companies, whole = np.array(keys), ~np.isin(np.arange(len(rows)), list(odd))
    many.each(
        table,
        lambda place, fit, lacking: found[place].take(
            companies[fit[whole[fit]]], companies[lacking[whole[lacking]]], most
        ),
    )
    for row in sorted(odd):
        for place, answer in enumerate(one_by_one(many.rules, rows[row], on)):
            _take(found[place], keys[row], answer, most)
    for rule in many.left_out(table.schema):
        for row in np.flatnonzero(whole).tolist():
            _take(found[many.places[rule.id]], keys[row], one_by_one([rule], rows[row], on)[0], most)


def _take(found: Sought, company: int, answer: Answer, most: int) -> None:
    one, none = np.array([company]), np.array([], dtype=int)
    if answer is not Answer.NO:
        found.take(one if answer is Answer.YES else none, one if answer is Answer.UNKNOWN else none, most)


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
    except NotNow:  # brought together before, or closed while the run was under way
        return False
    return True


def seek_all(at: datetime) -> int:
    """Once a day: every published demand and park over all companies, every need over all investors; proposals made."""
    open_states = [DemandState.PUBLISHED, DemandState.MATCHING]
    rows = [
        *Demand.objects.filter(state__in=open_states),
        *ParkOffer.objects.filter(state__in=open_states),
    ]
    on = timezone.localdate(at)
    alive = [one for one in rows if one.until is None or one.until >= on]
    return sum(one.proposed for one in seek(alive, at)) + seek_capital(at)


def seek_capital(at: datetime) -> int:
    """Propose needs of capital to investors by the criteria of both; how many proposals."""
    states = [DemandState.PUBLISHED, DemandState.MATCHING]
    needs = CapitalNeed.objects.filter(state__in=states).select_related("company", "unit")
    investors = list(InvestorProfile.objects.filter(state__in=states).select_related("company"))
    made = 0
    for need in needs:
        pairs = [Pair.capital(need, one) for one in investors if one.company_id != need.company_id]
        fitting = [pair for pair in pairs if judged(pair, at)["answer"] == Answer.YES]
        made += sum(_propose(pair, at) for pair in fitting[:MOST])
    return made
