"""The tracks of a case as its page shows them, side by side: how far each is, what is next in it and by which day; and
the steps that stand open below them, apart from those that are behind a fold."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from luodi.casework.book import Track, tracks
from luodi.casework.step_states import StepState
from luodi.casework.steps import TrackState
from luodi.web.cases.queries.steps import Ends, StepShown, Work


@dataclass(frozen=True)
class TrackShown:
    """`next` is the step to look at, None where none is left; `due` the last day of its limit, while that runs, and
    `ends` the days between which it can be done."""

    track: Track
    state: TrackState
    done: int
    needed: int
    next: StepShown | None
    ends: Ends | None

    @property
    def due(self) -> date | None:
        return None if self.next is None else _last_day(self.next)


def _last_day(one: StepShown) -> date | None:
    """Of its limit, while that runs; one that stands still has none."""
    return one.reading.due if one.reading is not None and not one.reading.is_paused else None


#: In this order somebody looks after what is next in a track.
_FIRST: Final = (
    StepState.QUESTION,
    StepState.REFUSED,
    StepState.WITHDRAWN,
    StepState.SUBMITTED,
    "ready",
    "blocked",
)


def shown_tracks(work: Work) -> list[TrackShown]:
    """Those that have a step which is needed, in the order of the book."""
    found = (_shown(track, work) for track in tracks())
    return [one for one in found if one.needed]


def _shown(track: Track, work: Work) -> TrackShown:
    counted = [one for one in work.of(track.id) if not is_aside(one) and one.row.state != StepState.NOT_NEEDED]
    done = sum(one.row.state == StepState.GRANTED for one in counted)
    following = _next(counted, work)
    ends = None if following is None else work.ends_of(following.row.step)
    return TrackShown(track, work.tracks[track.id], done, len(counted), following, ends)


def _next(rows: Iterable[StepShown], work: Work) -> StepShown | None:
    """What runs out first, then what needs somebody most, along the critical path."""
    ahead = [one for one in rows if one.row.state != StepState.GRANTED]
    return min(
        ahead,
        key=lambda one: (
            _last_day(one) or date.max,
            _FIRST.index(one.state),
            one.row.step not in work.left.path,
            one.row.place,
        ),
        default=None,
    )


def is_aside(one: StepShown) -> bool:
    """Whether no landing waits for it: an optional step that nobody has begun, or a duty that continues."""
    return one.row.state == StepState.OPEN and (one.row.optional or one.row.recurs)


def folds(work: Work) -> tuple[tuple[str, list[StepShown]], ...]:
    """Every step once: what stands open, what no landing waits for, and what is over."""
    over = [one for one in work.rows if StepState(one.row.state).is_over]
    aside = [one for one in work.rows if is_aside(one)]
    away = {one.row.pk for one in (*over, *aside)}
    return ("open", [one for one in work.rows if one.row.pk not in away]), ("aside", aside), ("over", over)
