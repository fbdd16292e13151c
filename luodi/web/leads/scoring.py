"""Computing the score of a lead from its evidence, and asking our own books whether the company may come."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from luodi.advice.lines import access
from luodi.casework.leads import Lead as State
from luodi.errors import LuodiError
from luodi.radar.lead_score import Evidence as Said
from luodi.radar.lead_score import Score as Computed
from luodi.radar.lead_score import score, weights
from luodi.web.leads.models import Evidence, Lead, Score

#: What the answers of our books say of openness; the others leave it unknown.
OPENNESS: Final = {"allowed": "allowed", "conditional": "conditional", "not_allowed": "not_allowed"}
_WORSE: Final = ("allowed", "conditional", "not_allowed")
#: Of a part that is not known any more: no book has points for it, so that it counts from the least to the most.
UNKNOWN: Final = "unknown"
_OPEN: Final = [state.value for state in State if state.is_open]
_CHUNK: Final = 500


def computed(lead: Lead, *, on: date) -> Computed:
    """The score on a day, by the book in force."""
    rows = lead.evidence.all()
    return score([Said(one.part, one.value, one.day, one.source) for one in rows], weights(), on=on)


def openness(lead: Lead, *, on: date) -> tuple[str, str] | None:
    """What our books say of the plans, the worst of them, with its source; None where they cannot tell."""
    found: list[tuple[str, str]] = []
    for plan in lead.plans:
        answer = _asked(lead, plan, on)
        if answer is None or answer["answer"] not in OPENNESS:
            return None
        books = ", ".join(f"{book['name']} {book['version']}" for book in answer["books"])
        rules = ", ".join(sorted({row["rule"] for row in answer["basis"]}))[:200]
        found.append((OPENNESS[answer["answer"]], f"{books}: {plan['service']}, {plan['place']}; {rules}"[:300]))
    return max(found, key=lambda one: _WORSE.index(one[0]), default=None)


def _asked(lead: Lead, plan: dict[str, Any], on: date) -> dict[str, Any] | None:
    raw = {name: plan.get(name) for name in ("service", "place", "share")}
    try:
        return access({**raw, "investor": lead.country or None}, on, None)
    except LuodiError:  # a plan that is no question yet, such as one without a service that the book has
        return None


def rescore(lead: Lead, *, at: datetime, on: date) -> Score:
    """Ask the books anew, compute, and keep what came out beside what was there. The lead is locked by its action."""
    _ask_books(lead, at=at, on=on)
    made = computed(lead, on=on)
    lead.low, lead.high = made.low, made.high
    lead.save(update_fields=["low", "high"])
    return Score.objects.create(
        lead=lead, on=on, book=weights().book(), rows=rows_of(made), low=made.low, high=made.high, at=at
    )


def _ask_books(lead: Lead, *, at: datetime, on: date) -> None:
    """Keep what our books say now, where it is another answer than it was."""
    for part, value, source in _news(lead, on=on):
        Evidence.objects.create(lead=lead, part=part, value=value, day=on, source=source, at=at)


def _news(lead: Lead, *, on: date) -> list[tuple[str, str, str]]:
    """Part, value and source of what our books say otherwise than before. A closed service is a conflict too, until it
    is closed no more; what they said and can no longer tell becomes unknown."""
    last = {one.part: one for one in lead.evidence.all()}
    said, conflict = last.get("openness"), last.get("conflicts")
    value, source = openness(lead, on=on) or (UNKNOWN, "")
    wanted = []
    if said is not None or value != UNKNOWN:
        wanted.append(("openness", value, source))
    if value == "not_allowed":
        wanted.append(("conflicts", "blocked", source))
    elif conflict is not None and conflict.by_id is None:
        wanted.append(("conflicts", UNKNOWN, source))
    return [
        (part, value, source)
        for part, value, source in wanted
        if part not in last or (last[part].value, last[part].source) != (value, source)
    ]


def open_leads() -> Iterator[Lead]:
    """However many, with their evidence."""
    keys = list(Lead.objects.filter(state__in=_OPEN).order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(keys), _CHUNK):
        yield from Lead.objects.filter(pk__in=keys[start : start + _CHUNK]).prefetch_related("evidence")


def differs(lead: Lead, on: date) -> bool:
    """Whether an open lead would score otherwise, or our books say otherwise, than what is kept."""
    if lead.state not in _OPEN:
        return False
    made = computed(lead, on=on)
    return (made.low, made.high) != (lead.low, lead.high) or bool(_news(lead, on=on))


def points_shown(points: Any) -> str:
    """Points as people write them: 27, 26.5, −2."""
    return f"{Decimal(points):.1f}".removesuffix(".0").replace("-", "−")


def rows_of(made: Computed) -> list[dict[str, Any]]:
    return [
        {
            "part": row.part.id,
            "low": str(row.low),
            "high": str(row.high),
            "value": row.evidence.value if row.evidence else None,
            "day": row.evidence.day.isoformat() if row.evidence else None,
            "source": row.evidence.source if row.evidence else "",
        }
        for row in made.rows
    ]
