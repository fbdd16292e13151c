"""Telling whoever claimed a contribution what became of it. Call it in the transaction of the act."""

from datetime import datetime

from luodi.scorecard.contributions import Act, State
from luodi.web.notices.tell import tell
from luodi.web.pages import place
from luodi.web.scorecard.models import Contribution
from luodi.web.words import words


def tell_claimer(row: Contribution, act: Act, state: State, reason: str, *, at: datetime) -> None:
    if row.claimed_by is None:
        return
    became = dict(words()[f"scorecard.state_{state}"])
    values = {"reference": row.reference, "title": row.indicator.titles, "became": became, "why": reason or "–"}
    tell("contribution_decided", row.claimed_by, row, f"{act} {at.isoformat()}", at=at, **values)


def to_contribution(row: Contribution, lang: str) -> dict[str, str]:
    return {"place": place("scorecard:contribution", lang, row.reference)}
