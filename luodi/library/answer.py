"""The texts that answer a question, in their order: one function for the database and for the index in memory."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

import numpy as np

from luodi.library.frame import Bools, Floats, Frame, Ints
from luodi.search import ranking
from luodi.search.postings import Postings
from luodi.search.spelling import near_codes
from luodi.search.words import terms

#: Ranks within a hundred mean the same and are told apart only after what holds was put before what has ended.
GROUP: Final = 100
#: The group of the rules on a service that an everyday word means.
RULES: Final = 1
#: What the score of a text is multiplied with whose name stands in the question: as its own, a rule's, a service's ..
SPOKEN_OF: Final = (2.0, 2.6, 1.6, 2.2, 1.2, 1.2)
#: How much less of that a rule counts that comes later among those on a service.
LATER: Final = 0.6
#: A question of so many words that fewer texts in force answer whole is answered by those that have most of it, too.
LONG, FEW = 4, 3


@dataclass(frozen=True)
class Answer:
    """Rows of a frame, ascending, that answer a question; the other columns speak of every row of the frame.

    `understood` is the question as it was read: with misspelt words mended.
    """

    understood: str
    rows: Ints
    ranks: Ints
    titled: Bools
    ended: Bools
    complete: Bools
    scores: Floats

    @classmethod
    def of(cls, query: str, frame: Frame, ended: Bools) -> "Answer":
        """Nothing found yet."""
        size = len(frame)
        ranks = np.full(size, ranking.NOT_NAMED * GROUP, dtype=np.int64)
        return cls(
            query,
            np.zeros(0, np.int64),
            ranks,
            np.zeros(size, bool),
            ended,
            np.zeros(size, bool),
            np.zeros(size, np.float32),
        )

    def ordered(self, rows: Ints) -> Ints:
        """Some of the rows in their order: as called, in the title, in force, with every word, by score and place."""
        ranks = self.ranks[rows]
        return rows[
            np.lexsort(
                (
                    rows,
                    -self.scores[rows],
                    ranks % GROUP,
                    ~self.complete[rows],
                    self.ended[rows],
                    ~self.titled[rows],
                    ranks // GROUP,
                )
            )
        ]


def answer(query: str, frame: Frame, postings: Postings, on: date) -> Answer:
    """What answers a question on a day. No words find every text, and signs alone find none."""
    nothing = Answer.of(query, frame, frame.ended(on))
    if not query.strip():
        return replace(nothing, rows=np.arange(len(frame)))
    called = ranking.named(query, frame.called)
    if not called and not terms(query):
        return nothing
    held = ranking.held(query, postings, len(frame))
    called = called or ranking.named(held.understood, frame.called)
    asked = _answer(nothing, held, frame, narrow=bool(called))
    if not called and not len(asked.rows):
        called = {frame.codes[code]: place for place, code in enumerate(near_codes(query.strip(), frame.codes))}
    return _called(asked, called)


def _answer(nothing: Answer, held: ranking.Held, frame: Frame, *, narrow: bool) -> Answer:
    """What has every word, in a long question also the rules that it is about; where these are too few, not only they.

    `narrow` where something is called as was asked: nothing else is meant that has not every word.
    """
    spoken = {row: rank for row, rank in ranking.phrases(held.understood, frame.called).items() if frame.about[row]}
    holds = frame.spread(held.complete)
    long = len(held.asked) >= LONG and not narrow
    if long:
        holds[[row for row, rank in spoken.items() if rank // GROUP == RULES]] = True
    complete = holds.copy()
    few = int(np.count_nonzero(holds & ~nothing.ended)) < (FEW if long else 1)
    if not narrow and ((few and long) or not holds.any()):
        holds |= frame.spread(held.most)
    scores = frame.spread(held.scores) * frame.likely
    for row, rank in spoken.items():
        scores[row] *= _more(rank)
    return replace(
        nothing,
        understood=held.understood,
        rows=np.flatnonzero(holds),
        titled=frame.spread(held.titled) & ~frame.beside,
        complete=complete,
        scores=scores,
    )


def _more(rank: int) -> np.float32:
    """What a text counts more that the question names."""
    group, place = divmod(rank, GROUP)
    return np.float32(max(SPOKEN_OF[min(group, len(SPOKEN_OF) - 1)] - LATER * place, 1.0))


def _called(asked: Answer, called: Mapping[int, int]) -> Answer:
    """What is called so, first."""
    for row, rank in called.items():
        asked.titled[row], asked.complete[row], asked.ranks[row] = True, True, rank
    return replace(asked, rows=np.union1d(asked.rows, np.array(list(called), dtype=np.int64)))
