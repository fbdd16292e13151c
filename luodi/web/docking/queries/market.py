"""Reading the market: what is posted, who may fit, matches and how far they came."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final, TypeVar

from django.core.paginator import Page, Paginator
from django.db.models import Count, Model, Q, QuerySet
from django.utils import timezone
from django.utils.functional import cached_property

from luodi.casework.demands import PUBLIC, DemandState
from luodi.casework.matches import MatchState
from luodi.casework.meetings import Conversion, conversions
from luodi.web.accounts.models import Company, Unit
from luodi.web.core.permissions import memberships, visible
from luodi.web.core.roles import Role, RoleLevel
from luodi.web.core.types import AnyUser
from luodi.web.docking.models import CapitalNeed, Demand, InvestorProfile, Match, ParkOffer, Posted, Side, Visibility
from luodi.web.docking.permissions import found_by_name

Row = TypeVar("Row", bound=Model)
Kind = TypeVar("Kind", bound=Posted)

#: What is posted, by the word of its addresses.
KINDS: Final[dict[str, type[Posted]]] = {
    "demands": Demand,
    "capital": CapitalNeed,
    "investors": InvestorProfile,
    "parks": ParkOffer,
}
_BY_SERIES: Final = {kind.SERIES: kind for kind in KINDS.values()}
_WITH: Final = ("unit", "company")


def word_of(posted: Posted) -> str:
    """The word of its kind: `demands`, `capital`, `investors`, `parks`."""
    return next(word for word, kind in KINDS.items() if isinstance(posted, kind))


# ---- what is posted


def on_the_market(kind: type[Kind], asked: Mapping[str, str], on: date) -> QuerySet[Kind]:
    """What anybody may read, the newest first: `asked` by `words`, `kind` (of a demand), `technology`."""
    found = kind._base_manager.filter(state__in=sorted(PUBLIC), visibility=Visibility.PUBLIC)
    found = found.filter(Q(until=None) | Q(until__gte=on)) if asked.get("open") else found
    return _narrowed(found, asked).select_related(*_WITH).order_by("-published", "-pk")


def posted(user: AnyUser, what: str, asked: Mapping[str, str]) -> QuerySet[Posted]:
    """Of somebody's units, in every state, the newest first; also by `state`."""
    found = visible(user, KINDS[what]._base_manager.all(), "own")
    if asked.get("state") in set(DemandState):
        found = found.filter(state=asked["state"])
    return _narrowed(found, asked).select_related(*_WITH).order_by("-pk")


def _narrowed(found: QuerySet[Kind], asked: Mapping[str, str]) -> QuerySet[Kind]:
    for word in asked.get("words", "").split()[:8]:
        found = found.filter(
            Q(reference__icontains=word)
            | Q(title_zh__icontains=word)
            | Q(title_en__icontains=word)
            | Q(text__icontains=word)
        )
    return found.filter(Q(kind=asked["kind"])) if issubclass(found.model, Demand) and asked.get("kind") else found


def posted_of(user: AnyUser, reference: str) -> Posted | None:
    """By its reference, as far as somebody may see it: published, their own, of their unit, or matched with them."""
    kind = _BY_SERIES.get(reference[:2])
    if kind is None:
        return None
    rows = kind._base_manager.select_related(*_WITH).filter(reference=reference)
    matched = Q(matches__in=visible(user, Match.objects.all()))
    return visible(user, rows).first() or rows.filter(matched).first()


def posted_by_own(user: AnyUser, on: date, most: int = 20) -> list[Posted]:
    """What the companies that somebody acts for have posted, drafts included, the newest first of each kind."""
    own = may_act_for(user, on)
    kinds = KINDS.values() if own else ()
    return [one for kind in kinds for one in kind._base_manager.filter(company__in=own).order_by("-pk")[:most]]


def may_act_for(user: AnyUser, on: date) -> list[Company]:
    """The companies that somebody acts for."""
    acting = [m for m in memberships(user, on) if m.role == Role.REPRESENTATIVE and m.scope == RoleLevel.FULL]
    companies = [one.company_id for one in acting if one.company_id]
    return list(Company.objects.filter(pk__in=companies, merged_into=None).order_by("pk"))


def units_of(user: AnyUser, on: date) -> list[Unit]:
    """Those in which somebody is an officer."""
    held = [m.unit for m in memberships(user, on) if m.role == Role.OFFICER and m.unit]
    return sorted({unit.pk: unit for unit in held}.values(), key=lambda unit: unit.path)


# ---- matches


def matches(user: AnyUser, asked: Mapping[str, str]) -> QuerySet[Match]:
    """Those somebody may see, the newest first. A name finds only what shows the name to them (invariant 14)."""
    found = visible(user, Match.objects.all())
    if asked.get("state") in set(MatchState):
        found = found.filter(state=asked["state"])
    if asked.get("reached") in STEPS:
        found = found.filter(STEPS[asked["reached"]])
    for word in asked.get("words", "").split()[:8]:
        found = found.filter(Q(reference__icontains=word) | _about(word) | found_by_name(user, word))
    return whole(found)


def _about(word: str) -> Q:
    """What a match is about: looked for in what is posted, of which there is less than there are matches."""
    like = Q(title_zh__icontains=word) | Q(title_en__icontains=word) | Q(reference__icontains=word)
    kinds: dict[str, type[Posted]] = {"demand": Demand, "need": CapitalNeed, "park": ParkOffer}
    found = Q()
    for relation, kind in kinds.items():
        found |= Q(**{f"{relation}__in": kind._base_manager.filter(like).values("pk")})
    return found


#: The steps of the funnel: what has happened to a match, whatever came of it later.
STEPS: Final[dict[str, Q]] = {
    "proposed": Q(),
    "consented": Q(revealed__isnull=False),
    "introduced": Q(introduced__isnull=False),
    "pilot": Q(pilot__isnull=False) | Q(state__in=[MatchState.PILOT, MatchState.DEAL]),
    "deal": Q(state=MatchState.DEAL),
}


_POSTED: Final = ("demand", "need", "park", "investor")
_OWNERS: Final = [f"{relation}__company" for relation in _POSTED]
#: What a list shows of a match and of what it is about: neither texts nor wishes nor reasons.
_OF_A_LIST: Final = (
    "reference",
    "state",
    "reason",
    "answer",
    "proposed_by",
    "made",
    "introduced",
    "revealed",
    "unit__name_zh",
    "unit__name_en",
    *(f"{one}__{name}" for one in _POSTED for name in ("reference", "title_zh", "title_en", "names_owner")),
    *(f"{one}__{name}" for one in _OWNERS for name in ("name_zh", "name_en")),
)


def whole(found: QuerySet[Match]) -> QuerySet[Match]:
    """With everything that a list shows, in one query."""
    return _with_all(found).only(*_OF_A_LIST).order_by("-pk")


def _with_all(found: QuerySet[Match]) -> QuerySet[Match]:
    return found.select_related("unit", *_POSTED, *_OWNERS)


class KeyPaginator(Paginator[Row]):
    """Sorts and skips by keys, and reads the rows of one page alone, by `read`. `total` is how many there are, where
    that was counted already."""

    def __init__(self, found: QuerySet[Row], read: QuerySet[Row], per_page: int, total: int | None = None) -> None:
        super().__init__(found, per_page)
        self.keys, self.read, self.total = found.select_related(None).values_list("pk", flat=True), read, total

    @cached_property
    def count(self) -> int:
        return int(self.keys.count()) if self.total is None else self.total

    def page(self, number: int | str) -> Page[Row]:
        valid = self.validate_number(number)
        keys = list(self.keys[(valid - 1) * int(self.per_page) : valid * int(self.per_page)])
        rows = self.read.in_bulk(keys)
        return Page([rows[key] for key in keys if key in rows], valid, self)


def pages_of(what: str, found: QuerySet[Posted], per_page: int) -> KeyPaginator[Posted]:
    return KeyPaginator(found, KINDS[what]._base_manager.select_related(*_WITH), per_page)


def pages_of_matches(user: AnyUser, asked: Mapping[str, str], funnel: Sequence[Conversion]) -> KeyPaginator[Match]:
    """The list of `matches`, as many as the funnel says where no state was asked for."""
    total = {one.step: one.count for one in funnel}.get(asked.get("reached") or "proposed")
    return KeyPaginator(matches(user, asked), whole(Match.objects.all()), 50, None if asked.get("state") else total)


def match_of(user: AnyUser, reference: str) -> Match | None:
    return _with_all(visible(user, Match.objects.all())).filter(reference=reference).first()


def own_sides(user: AnyUser, match: Match) -> list[Side]:
    """The sides of a match that somebody speaks for."""
    return list(visible(user, Side.objects.filter(match=match), "consent").select_related("company", "unit"))


def of_posted(user: AnyUser, posted: Posted) -> QuerySet[Match]:
    """Matches of one thing that is posted, as far as somebody may see them."""
    return whole(visible(user, posted.matches.all()))


def counted(user: AnyUser, asked: Mapping[str, str]) -> tuple[Conversion, ...]:
    """The funnel of matches that somebody may see: how many came to each step, and which part of those before.

    What came to nothing later still came as far as it did. Names count for nothing here: words are looked for as in the
    list, and no figure is kept by company.
    """
    rows = matches(user, {**asked, "state": "", "reached": ""}).select_related(None).order_by()
    counts = rows.aggregate(**{name: Count("pk", filter=step) for name, step in STEPS.items()})
    return conversions((name, counts[name]) for name in STEPS)


def today() -> date:
    return timezone.localdate()
