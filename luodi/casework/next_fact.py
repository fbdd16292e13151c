"""The cheapest next fact: what one answer of a company would settle of a case, and which answer settles most over many.

What is promised is what holds whatever the answer is: the fewest steps that any answer settles, and the fewest working
days by which it narrows the time left. Beside it stands the most. No answer is taken for more likely than another.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from luodi.advice.next_facts import Outcome
from luodi.casework.steps import Remaining, Step, remaining


@dataclass(frozen=True, slots=True)
class Worth:
    """What the answer to one fact settles of one case, or of several.

    `steps` are settled whatever the answer, `most_steps` by the best one. `days` and `most_days` are the working days
    by which the range of the time left gets narrower, without what nobody tells; below zero where an answer makes it
    wider. Both are None where not every answer could be tried.
    """

    steps: int
    most_steps: int
    days: int | None
    most_days: int | None

    def __add__(self, other: "Worth") -> "Worth":
        """Of both; days that are not known add nothing."""
        return Worth(
            self.steps + other.steps,
            self.most_steps + other.most_steps,
            _sum(self.days, other.days),
            _sum(self.most_days, other.most_days),
        )

    def as_json(self) -> dict[str, int | None]:
        return {name: getattr(self, name) for name in ("steps", "most_steps", "days", "most_days")}

    @property
    def rank(self) -> tuple[int, int, int, int]:
        """More comes first."""
        return self.steps, self.days or 0, self.most_steps, self.most_days or 0


def _sum(one: int | None, other: int | None) -> int | None:
    return other if one is None else one if other is None else one + other


def worth_of(
    steps: Sequence[Step], outcomes: Mapping[str, Sequence[Outcome]], missing: Mapping[str, frozenset[str]]
) -> dict[str, Worth]:
    """By fact, for a case with these steps, those among them that are not settled. `missing` says by open step which
    facts it lacks: a step that lacks one alone is settled by it, whatever the answer. Facts that settle nothing for
    sure or perhaps are left out."""
    open_ = {step.id for step in steps if step.unsettled and not step.optional}
    now, seen = _width(remaining(steps)), dict[object, int]()
    found = {}
    for name, each in outcomes.items():
        worth = _tried(steps, open_, now, each, seen) if each else _for_sure(name, open_, missing)
        if worth.most_steps:
            found[name] = worth
    return found


def _for_sure(name: str, open_: set[str], missing: Mapping[str, frozenset[str]]) -> Worth:
    lacking = [facts for step, facts in missing.items() if step in open_ and name in facts]
    return Worth(sum(len(facts) == 1 for facts in lacking), len(lacking), None, None)


def _tried(steps: Sequence[Step], open_: set[str], now: int, each: Sequence[Outcome], seen: dict[object, int]) -> Worth:
    settled = [len(one.settled & open_) for one in each]
    days = [now - _after(steps, one, seen) for one in each]
    return Worth(min(settled), max(settled), min(days), max(days))


def _after(steps: Sequence[Step], answer: Outcome, seen: dict[object, int]) -> int:
    """How wide the time left is once it is known."""
    key = (answer.needed, answer.needless, answer.dropped)
    if key not in seen:
        seen[key] = _width(remaining(list(_settled(steps, answer))))
    return seen[key]


def _settled(steps: Iterable[Step], answer: Outcome) -> Iterator[Step]:
    for step in steps:
        if step.unsettled and step.id in answer.needed:
            yield replace(step, unsettled=False)
        elif not (step.unsettled and step.id in answer.needless) and not _is_dropped(step, answer):
            yield step


def _is_dropped(step: Step, answer: Outcome) -> bool:
    """A step that was begun stays, whatever a plan says."""
    return step.id in answer.dropped and not step.unsettled and step.state.value == "open"


def _width(left: Remaining) -> int:
    return left.days - left.least


@dataclass(frozen=True)
class Ask:
    """One fact over several cases: which would be settled how far, by the number of the case, most first."""

    fact: str
    cases: Mapping[int, Worth]

    @property
    def whole(self) -> Worth:
        total = Worth(0, 0, None, None)
        for one in self.cases.values():
            total += one
        return total


def cheapest(worths: Mapping[int, Mapping[str, Worth]]) -> list[Ask]:
    """The facts of all cases, what settles most first: steps for sure, then days for sure, then what may be; the fact's
    name at last, so that the order is the same each time."""
    by_fact: dict[str, dict[int, Worth]] = {}
    for case, facts in worths.items():
        for name, worth in facts.items():
            by_fact.setdefault(name, {})[case] = worth
    asks = [Ask(name, dict(sorted(cases.items(), key=_most_first))) for name, cases in by_fact.items()]
    return sorted(asks, key=lambda ask: (*(-part for part in ask.whole.rank), ask.fact))


def _most_first(item: tuple[int, Worth]) -> tuple[int, ...]:
    case, worth = item
    return *(-part for part in worth.rank), case
