"""The texts that answer a question, in their order: one function for the database and for the index in memory."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np

from luodi.search import ranking
from luodi.search.postings import Postings
from luodi.search.spelling import near_codes
from luodi.search.words import terms
from luodi.web.library.frame import Bools, Floats, Frame, Ints

#: Ranks within a hundred mean the same and are told apart only after what holds was put before what has ended.
GROUP: Final = 100
#: What the score of a text is multiplied with whose name stands in the question: as its own, a rule's, a service's ..
SPOKEN_OF: Final = (2.0, 2.0, 1.6, 1.2)
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
        return cls(query, np.zeros(0, np.int64), ranks, np.zeros(size, bool), ended, np.zeros(size, bool),
                   np.zeros(size, np.float32))  # fmt: skip

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
    ended = frame.ended(on)
    nothing = Answer.of(query, frame, ended)
    if not query.strip():
        nothing.ranks[:] = 0
        return _with(nothing, np.arange(len(frame)))
    called = ranking.named(query, frame.called)
    if not called and not terms(query):
        return nothing
    found, held = ranking.matches(query, postings, len(frame))
    called = called or ranking.named(found.understood, frame.called)
    asked = _filled(nothing, frame, found)
    if not called and (not len(asked.rows) or _few(asked, held)):
        asked = _filled(_filled(nothing, frame, held.most(found.understood)), frame, found)
    if not called and not len(asked.rows):
        called = {frame.codes[code]: place for place, code in enumerate(near_codes(query.strip(), frame.codes))}
    return _called(_spoken_of(asked, frame), called)


def _few(asked: Answer, held: ranking.Held) -> bool:
    return len(held.asked) >= LONG and int(np.count_nonzero(~asked.ended[asked.rows])) < FEW


def _with(asked: Answer, rows: Ints, understood: str | None = None) -> Answer:
    return Answer(understood if understood is not None else asked.understood, rows, asked.ranks, asked.titled,
                  asked.ended, asked.complete, asked.scores)  # fmt: skip


def _filled(asked: Answer, frame: Frame, found: ranking.Matches) -> Answer:
    """The answer with these texts put in, in the columns that it has."""
    rows, kept = frame.rows_of(found.positions)
    asked.titled[rows] = found.titled[kept] & ~frame.beside[rows]
    asked.complete[rows] = found.complete[kept]
    asked.scores[rows] = found.scores[kept] * frame.likely[rows]
    return _with(asked, np.union1d(asked.rows, rows), found.understood)


def _spoken_of(asked: Answer, frame: Frame) -> Answer:
    """What the question names counts more among what was found."""
    for row, rank in ranking.phrases(asked.understood, frame.called).items():
        if not frame.beside[row]:
            group, place = divmod(rank, GROUP)
            asked.scores[row] *= np.float32(SPOKEN_OF[min(group, len(SPOKEN_OF) - 1)] - place / GROUP)
    return asked


def _called(asked: Answer, called: Mapping[int, int]) -> Answer:
    """What is called so, first."""
    for row, rank in called.items():
        asked.titled[row], asked.complete[row], asked.ranks[row] = True, True, rank
    return _with(asked, np.union1d(asked.rows, np.array(list(called), dtype=np.int64)))
