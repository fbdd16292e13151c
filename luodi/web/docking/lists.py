"""The lists of the market, declared once: what is posted, for anybody and at a desk, and matches. Beside `queries`,
since pages, files, the API and actions name them as a whole."""

from collections.abc import Iterable, Sequence
from typing import Final, TypeVar

from django.db.models import Q, QuerySet

from luodi.casework.demands import DemandKind, DemandState
from luodi.casework.matches import MatchState
from luodi.documents.report import Cell
from luodi.web.core.lists import Asked, Column, Columns, Filter, RecordList, choice, clean_text, words
from luodi.web.core.types import AnyUser
from luodi.web.core.words import say
from luodi.web.docking.models import CapitalNeed, Demand, InvestorProfile, Match, ParkOffer, Posted
from luodi.web.docking.permissions import found_by_name, party_name, shown

Kind = TypeVar("Kind", bound=Posted)

#: What is posted, by the word of its addresses.
KINDS: Final[dict[str, type[Posted]]] = {
    "demands": Demand,
    "capital": CapitalNeed,
    "investors": InvestorProfile,
    "parks": ParkOffer,
}


def word_of(posted: Posted) -> str:
    """The word of its kind: `demands`, `capital`, `investors`, `parks`."""
    return next(word for word, kind in KINDS.items() if isinstance(posted, kind))


# ---- what is posted


def _still_open(rows: QuerySet[Kind], text: str, asked: Asked) -> QuerySet[Kind]:
    return rows.filter(Q(until=None) | Q(until__gte=asked.on))


def _of_kind(rows: QuerySet[Kind], kind: str, asked: Asked) -> QuerySet[Kind]:
    return rows.filter(Q(kind=kind)) if issubclass(rows.model, Demand) else rows


def market_of(kind: type[Kind]) -> RecordList[Kind]:
    """What visitors may read, the latest first. Whoever is signed in reads the same: ask as nobody."""
    return RecordList(
        kind,
        "docking",
        "docking:market_of",
        filters=(
            words("reference", "title_zh", "title_en", "text"),
            choice("kind", DemandKind, _of_kind),
            choice("open", ("1",), _still_open),
        ),
        order=("-published", "-pk"),
        related=("unit", "company"),
        page_size=25,
        by_keys=True,
    )


def desk_of(kind: type[Kind]) -> RecordList[Kind]:
    """What is posted at somebody's units, in every state, the latest first."""
    return RecordList(
        kind,
        "docking",
        "docking:desk_of",
        filters=(
            words("reference", "title_zh", "title_en", "text"),
            choice("state", DemandState, lambda rows, state, asked: rows.filter(state=state)),
        ),
        related=("unit", "company"),
        act="own",
        by_keys=True,
    )


# ---- matches

#: The steps of the funnel: what has happened to a match, whatever came of it later.
STEPS: Final[dict[str, Q]] = {
    "proposed": Q(),
    "consented": Q(revealed__isnull=False),
    "introduced": Q(introduced__isnull=False),
    "pilot": Q(pilot__isnull=False) | Q(state__in=[MatchState.PILOT, MatchState.DEAL]),
    "deal": Q(state=MatchState.DEAL),
}
_POSTED: Final = ("demand", "need", "park", "investor")
_OWNERS: Final = tuple(f"{relation}__company" for relation in _POSTED)


def _by_words(rows: QuerySet[Match], text: str, asked: Asked) -> QuerySet[Match]:
    """A name finds only what shows the name to the reader (invariant 14)."""
    for word in text.split()[:8]:
        rows = rows.filter(Q(reference__icontains=word) | _about(word) | found_by_name(asked.user, word))
    return rows


def _about(word: str) -> Q:
    """What a match is about: looked for in what is posted, of which there is less than there are matches."""
    like = Q(title_zh__icontains=word) | Q(title_en__icontains=word) | Q(reference__icontains=word)
    kinds: dict[str, type[Posted]] = {"demand": Demand, "need": CapitalNeed, "park": ParkOffer}
    found = Q()
    for relation, kind in kinds.items():
        found |= Q(**{f"{relation}__in": kind._base_manager.filter(like).values("pk")})
    return found


def _parties(rows: Sequence[Match], user: AnyUser, lang: str) -> Iterable[tuple[Cell, ...]]:
    """A name that the reader may not see is said to be hidden."""
    seen = shown(user, rows)
    return [(party_name(seen[one.pk].owner, lang), party_name(seen[one.pk].partner, lang)) for one in rows]


MATCHES: Final = RecordList(
    Match,
    "docking",
    "docking:matches",
    filters=(
        Filter("words", clean_text, _by_words),
        choice("state", MatchState, lambda rows, state, asked: rows.filter(state=state)),
        choice("reached", STEPS, lambda rows, step, asked: rows.filter(STEPS[step])),
    ),
    by_keys=True,
    related=("unit", *_POSTED, *_OWNERS),
    fields=(  # neither texts nor wishes nor reasons
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
    ),
    columns=(
        Column("reference", lambda one, lang: one.reference),
        Column("about", lambda one, lang: one.of.reference),
        Column("title", lambda one, lang: one.of.title(lang)),
        Columns(("owner", "partner"), _parties),
        Column("state", lambda one, lang: say(f"docking.match_{one.state}", lang)),
        Column("reason", lambda one, lang: say(f"docking.reason_{one.reason}", lang) if one.reason else ""),
        Column("made", lambda one, lang: one.made),
        Column("introduced", lambda one, lang: one.introduced),
    ),
)
