"""The case beside the list: its answer, what is missing to move on, its tracks, its clocks, and what may be done."""

from dataclasses import dataclass
from datetime import date

from luodi.casework.book import tracks
from luodi.casework.clocks import Reading
from luodi.casework.gates import Passage, missing
from luodi.casework.stages import ORDER, Stage
from luodi.web.cases.models import LandingCase
from luodi.web.cases.queries.facts import facts_of
from luodi.web.cases.queries.steps import FOR_GATES, Work, read_for_page, work_of
from luodi.web.core.permissions import may
from luodi.web.core.types import AnyUser
from luodi.web.workbench.views.moves import moves_of


@dataclass(frozen=True)
class Panel:
    """`at` is the place of the stage in `stages`; `clocks` are those that run, the nearest last day first."""

    case: LandingCase
    stages: tuple[Stage, ...]
    at: int
    passage: Passage | None
    tracks: tuple[tuple[dict[str, str], str], ...]
    clocks: tuple[tuple[dict[str, str], Reading], ...]
    work: Work
    moves: tuple[str, ...]


def panel_of(user: AnyUser, case: LandingCase, on: date) -> Panel:
    read_for_page(case, FOR_GATES)
    work = work_of(case, on)
    return Panel(
        case=case,
        stages=ORDER,
        at=ORDER.index(Stage(case.stage)),
        passage=_passage(case, on),
        tracks=tuple((dict(one.title), work.tracks[one.id].value) for one in tracks()),
        clocks=_clocks(work),
        work=work,
        moves=moves_of(case) if may(user, "work", case) else (),
    )


def _passage(case: LandingCase, on: date) -> Passage | None:
    """How it stands before its next gate; None at the end of its way."""
    following = Stage(case.stage).next
    return missing(following, facts_of(case, on), on) if following and case.is_open else None


def _clocks(work: Work) -> tuple[tuple[dict[str, str], Reading], ...]:
    running = [(dict(one.row.title), one.reading) for one in work.rows if one.reading is not None]
    return tuple(sorted(running, key=lambda pair: pair[1].due or date.max))
