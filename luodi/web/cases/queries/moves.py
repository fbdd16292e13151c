"""How a case came through its stages, as the journal has it: who moved it, on which gate, and what was missing then."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from luodi.casework.book import casework_book
from luodi.web.cases.models import LandingCase
from luodi.web.core.types import Json
from luodi.web.journal.models import Entry
from luodi.web.journal.queries import acts_on, names_of

ACTS: Final = ("open", "advance", "override", "go_back", "claim", "verify", "reject", "end", "reopen")


@dataclass(frozen=True)
class StageMove:
    """`stage` is that which it led to, `end` how the case ended; one of them is blank. `missing` says what a leader
    passed over, in both languages; `by` is a name, blank for the site and for an account that is gone."""

    act: str
    at: datetime
    by: str
    stage: str
    end: str
    gate: str
    missing: tuple[dict[str, str], ...]
    reason: str


def moves_of(case: LandingCase) -> list[StageMove]:
    """The newest first. For whoever may see the case."""
    entries = acts_on(case, ACTS)
    names = names_of({one.actor for one in entries})
    return [_move(one, names) for one in entries]


def _move(one: Entry, names: dict[int, str]) -> StageMove:
    after: Json = one.after or {}
    end = after.get("end", "")
    return StageMove(
        act=one.act,
        at=one.at,
        by=names.get(one.actor or 0, ""),
        stage="" if one.act in ("end", "reopen") else after.get("stage", ""),
        end=end if one.act == "end" else "",
        gate=after.get("gate", ""),
        missing=tuple(_says(after.get("gate", ""), name) for name in after.get("missing", ())),
        reason=one.reason,
    )


def _says(gate: str, name: str) -> dict[str, str]:
    """What a requirement said; its id where the book has that version no more."""
    rule = casework_book().by_id.get(gate)
    clause = next((one for one in rule.clauses if one.id == name), None) if rule else None
    return dict(clause.says) if clause and clause.says else {"zh": name, "en": name}
