"""What stories of a fictional bureau are made of: their acts, chance, and the words of `office.yaml`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, TypeAlias, TypeVar

from luodi.text import read_yaml

Row: TypeAlias = dict[str, Any]
Thing = TypeVar("Thing")


@dataclass(frozen=True, slots=True)
class PlanStep:
    """A step of the plan of some answers. `needs` are those before it; `own` if it waits for nobody but the company;
    `counts` if a landing takes it, and once."""

    id: str
    needs: frozenset[str]
    with_step: str = ""
    own: bool = False
    counts: bool = True


StepsOf = Callable[[str], Sequence[PlanStep]]


@dataclass
class Story:
    """One company, who acts for it, and what happened, in order."""

    company: Mapping[str, str]
    person: Mapping[str, str] | None = None
    acts: list[Row] = field(default_factory=list)


@cache
def words() -> Row:
    """What the file says."""
    return dict(read_yaml(Path(__file__).with_name("office.yaml")))


class Chance:
    """Draws by one method that every version of Python computes alike."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)

    def between(self, least: int, most: int) -> int:
        return least + int(self._random.random() * (most - least + 1))

    def of(self, things: Sequence[Thing]) -> Thing:
        return things[self.between(0, len(things) - 1)]

    def in_a_hundred(self, share: int) -> bool:
        return self.between(1, 100) <= share

    def shuffled(self, things: Sequence[Thing]) -> list[Thing]:
        left, found = list(things), []
        while left:
            found.append(left.pop(self.between(0, len(left) - 1)))
        return found


def heard(company: Row, kind: str, chance: Chance) -> Row:
    plan = chance.of(words()["words"]["plans"]).format(**company)
    return {"source": source_of(kind, chance), "title": plan, "summary": plan, "technology": company["technology"]}


def source_of(kind: str, chance: Chance) -> str:
    return str(chance.of(words()["words"]["sources"][kind]))
