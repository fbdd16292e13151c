"""What companies say of how they were handled: one to five, once after a landing and once after an end.

The five grades and the follow-up of a poor one are those of 国办发〔2019〕51号 (opinions on the "good and poor ratings"
of government services): 非常满意, 满意, 基本满意, 不满意, 非常不满意; the last two are a 差评, which the
authority looks into and answers.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from luodi.casework.odds import wilson
from luodi.casework.stages import End, Stage

GRADES: Final = (5, 4, 3, 2, 1)
#: Up to here a rating is poor.
POOR: Final = 2
#: Fewer ratings give counts alone.
ENOUGH: Final = 30


class Occasion(StrEnum):
    """What a case is rated after."""

    LANDING = "landing"
    END = "end"


def occasion_of(stage: Stage, end: End) -> Occasion | None:
    """What can be rated of a case as it stands; None before its landing was verified, while it is open."""
    if not end.is_open:
        return Occasion.END
    return Occasion.LANDING if stage.has_landed else None


def is_poor(rating: int) -> bool:
    return rating <= POOR


@dataclass(frozen=True)
class Satisfaction:
    """Of `n` ratings so many are not poor."""

    n: int
    satisfied: int

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 95 % interval of the share by Wilson; None below `ENOUGH`."""
        return wilson(self.satisfied, self.n) if self.n >= ENOUGH else None

    @property
    def share(self) -> float | None:
        """From 0 to 1; None below `ENOUGH`."""
        return self.satisfied / self.n if self.n >= ENOUGH else None
