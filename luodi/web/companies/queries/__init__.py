"""Reading what is kept of companies."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from django.apps import apps
from django.db.models import Model, QuerySet

from luodi.dates import Span
from luodi.message import Message
from luodi.ownership.control import HALF
from luodi.ownership.interval import parse_share
from luodi.ownership.stakes import Kind, Node, Stake, Stakes
from luodi.profiles.identifiers import USCC
from luodi.rules.library import company_vocabulary
from luodi.web.accounts.company_index import of_the_same_name
from luodi.web.accounts.models import Company, Membership
from luodi.web.companies.models import (
    CompanyName,
    Contact,
    Fact,
    Holding,
    Identifier,
    Merge,
    Origin,
    RepresentativeProposal,
)
from luodi.web.companies.signals import company_events
from luodi.web.core.agenda import Event
from luodi.web.core.permissions import visible
from luodi.web.core.policy import policy_of
from luodi.web.core.record_names import record_name
from luodi.web.core.types import AnyUser
from luodi.web.core.words import say

_BEST: Final = {str(Origin.REGISTER): 2, str(Origin.DOCUMENT): 1, str(Origin.DECLARED): 0}
_FARTHEST: Final = 500  # companies of one picture of owners


# ---- finding


def by_identifier(scheme: str, value: str) -> Company | None:
    """The company of a number; where that was merged, the one it became."""
    held = Identifier.objects.filter(scheme=scheme, value=value).select_related("company").first()
    found = held.company if held else Company.objects.filter(credit_code=value).first() if scheme == USCC else None
    while found is not None and found.merged_into is not None:
        found = found.merged_into
    return found


def alike(names: Iterable[str]) -> QuerySet[Company]:
    """Companies with one of these names, but for case, punctuation or legal form."""
    return of_the_same_name(names)


# ---- one company


@dataclass(frozen=True)
class Known:
    """One attribute: the fact that counts, and what else was said of it, the better origin first, then the later."""

    attribute: str
    counts: Fact
    others: tuple[Fact, ...] = ()

    @property
    def disputed(self) -> bool:
        return any(one.value != self.counts.value for one in self.others)


def known(company: Company, *, on: date) -> list[Known]:
    """What is known on a day, attribute by attribute. What a register says counts before what a document says, and that
    before what was declared, whichever is newer."""
    facts: dict[str, list[Fact]] = {}
    for fact in Fact.objects.filter(company=company, as_of__lte=on).select_related("by"):
        facts.setdefault(fact.attribute, []).append(fact)
    return [Known(name, *_in_order(rows)) for name, rows in sorted(facts.items())]


def best_of(rows: Iterable[Fact]) -> Fact:
    """The one that counts."""
    return _in_order(rows)[0]


def attribute_name(name: str, lang: str) -> str:
    found = company_vocabulary().attributes.get(name)
    return str(found.label.get(lang) or name) if found else name


def shown(value: Any, lang: str) -> str:
    """A value as a person reads it."""
    if isinstance(value, bool):
        return say("companies.yes" if value else "companies.no", lang)
    if isinstance(value, list):
        return ("、" if lang == "zh" else ", ").join(str(one) for one in value)
    return str(value)


def _in_order(rows: Iterable[Fact]) -> tuple[Fact, tuple[Fact, ...]]:
    first, *others = sorted(rows, key=lambda one: (_BEST[one.origin], one.as_of, one.pk), reverse=True)
    return first, tuple(others)


def facts_of(company: Company, *, on: date) -> dict[str, Any]:
    """Value by attribute, as a profile of the engine has them."""
    return {one.attribute: one.counts.value for one in known(company, on=on)}


def duplicates(company: Company) -> QuerySet[Company]:
    """Other companies with a name that is the same but for case, punctuation or legal form."""
    names = [
        company.name_zh,
        company.name_en,
        *CompanyName.objects.filter(company=company).values_list("text", flat=True),
    ]
    return of_the_same_name(filter(None, names)).exclude(pk=company.pk).order_by("pk")


def contacts(user: Any, company: Company) -> QuerySet[Contact]:
    return visible(user, Contact.objects.filter(company=company)).prefetch_related("consents")


def merges(company: Company) -> QuerySet[Merge]:
    """Those that gave something to this company, undone ones included."""
    return Merge.objects.filter(kept=company).select_related("gone", "by", "undone_by")


def proposed_representatives(company: Company) -> QuerySet[RepresentativeProposal]:
    """Those that wait for a second person."""
    rows = RepresentativeProposal.objects.filter(company=company, state=RepresentativeProposal.State.PROPOSED)
    return rows.select_related("by", "company")


# ---- who owns it


@dataclass
class _Walk:
    nodes: dict[str, Node] = field(default_factory=dict)
    stakes: list[Stake] = field(default_factory=list)


def stakes_of(company: Company) -> Stakes:
    """The register above a company, as `luodi.ownership` reads it: every dated stake, up through the companies we keep.

    At most 500 companies; beyond, a company counts as one of which nobody knows the owners.
    """
    walk, waiting, seen = _Walk(), {company.pk}, {company.pk}
    walk.nodes[_id(company.pk)] = _node(company)
    while waiting and len(seen) <= _FARTHEST:
        rows = Holding.objects.filter(company__in=waiting).select_related("holder").order_by("pk")
        waiting = set()
        for row in rows:
            _take(walk, row)
            if row.holder_id and row.holder_id not in seen:
                seen.add(row.holder_id)
                waiting.add(row.holder_id)
    return Stakes(walk.nodes, tuple(walk.stakes), name=str(company))


def head_of(company: Company, *, on: date) -> Company:
    """The topmost company here above it on a day, each with more than half of the votes in the one below; itself where
    there is none. Persons and names above are left out: who they are is not settled by a name."""
    stakes, top, seen = stakes_of(company), _id(company.pk), set[str]()
    votes, companies = stakes.on(on).votes, {name for name in stakes.nodes if name.startswith("c")}
    while top not in seen:
        seen.add(top)
        above = [one.owner for one in votes.get(top, ()) if one.low > HALF and one.owner in companies - seen]
        top = above[0] if above else top
    return company if top == _id(company.pk) else Company.objects.get(pk=int(top[1:]))


def _take(walk: _Walk, row: Holding) -> None:
    owner = _id(row.holder_id) if row.holder_id else f"h{row.pk}"
    walk.nodes[owner] = _node(row.holder) if row.holder else Node(owner, Kind(row.holder_kind), name=row.holder_name)
    votes = parse_share(row.votes) if row.votes else None
    stake = Stake(
        owner,
        _id(row.company_id),
        parse_share(row.share),
        votes,
        span=Span(row.starts, row.ends),
        at=Message("place.holding", number=row.pk),
    )
    walk.stakes.append(stake)


def _node(company: Company) -> Node:
    return Node(_id(company.pk), Kind.COMPANY, name=str(company), country=company.country or None)


def _id(pk: int) -> str:
    return f"c{pk}"


def events_of(user: Any, company: Company, on: date, most: int = 100) -> list[Event]:
    """The time line of a company as somebody may see it, the newest first."""
    events: Iterator[Event] = company_events.ask(user=user, company=company, on=on)
    return sorted(events, key=lambda event: event.at, reverse=True)[:most]


def where_to(company: Company) -> Company:
    """The company that this one is now known as; itself where it was not merged."""
    seen = {company.pk}
    while company.merged_into is not None and company.merged_into_id not in seen:
        company = company.merged_into
        seen.add(company.pk)
    return company


def record_of(kind: type[Model], company: Company, given: Mapping[str, Any]) -> Model | None:
    """What an action on a company is done with: the company, or the row of it that a form names; None where it has no
    such row."""
    if kind is Company:
        return company
    key = given["contact"] if kind is Contact and "contact" in given else given["row"]
    return kind._base_manager.filter(**{str(policy_of(kind).company): company}, pk=key).first()


def on_hold(user: AnyUser, company: Company, on: date) -> QuerySet[Membership]:
    """Representatives whose access waits since a merge until somebody confirms it, as far as `user` may see them."""
    return visible(user, company.memberships.waiting(on)).select_related("user")


def moved_in_words(merge: Merge, lang: str) -> list[tuple[str, int]]:
    """How many records of which kind a merge moved, and how many representatives and invitations it put on hold."""
    found: Counter[str] = Counter()
    for label, keys in merge.moved.items():
        model, _, field = label.rpartition(".")
        name = record_name(apps.get_model(model)).said(lang)
        found[say("companies.put_on_hold", lang, what=name) if field == "on_hold" else name] += len(keys)
    return list(found.items())
