"""What differs between two plans of the same answers: the verdicts, steps and policies."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

Doc = Mapping[str, Any]
#: The lists of a difference, in the order in which they are told.
SIDES: Final = ("steps_new", "steps_gone", "policies_new", "policies_gone")


@dataclass(frozen=True)
class PlanDifference:
    """What an answer was, and what it is: of the verdict, its cap and the steps."""

    then: date
    now: date
    before: Doc
    after: Doc
    steps_gone: tuple[Doc, ...]
    steps_new: tuple[Doc, ...]
    policies_gone: tuple[Doc, ...]
    policies_new: tuple[Doc, ...]

    @property
    def ids(self) -> dict[str, Any]:
        """What differs, as it is stored: ids of steps and policies, and verdicts before and after."""
        rows = {name: [row["id"] for row in getattr(self, name)] for name in SIDES}
        verdicts = {} if self.same_verdict else {"was": _verdicts(self.before), "is": _verdicts(self.after)}
        return {**{name: ids for name, ids in rows.items() if ids}, **verdicts}

    @property
    def same_verdict(self) -> bool:
        return _verdicts(self.before) == _verdicts(self.after)

    @property
    def same(self) -> bool:
        return self.same_verdict and not (self.steps_gone or self.steps_new or self.policies_gone or self.policies_new)


def between(before: Doc, after: Doc) -> PlanDifference:
    """One plan against another of the same answers."""
    then, now = date.fromisoformat(before["on"]), date.fromisoformat(after["on"])
    gone, new = _difference(before["steps"], after["steps"])
    lost, won = _difference(matching_policies(before), matching_policies(after))
    return PlanDifference(then, now, before, after, gone, new, lost, won)


def _verdicts(plan: Doc) -> list[tuple[str, Any]]:
    return [(row["answer"], row["cap"]) for row in plan["access"]]


def matching_policies(plan: Doc) -> list[Doc]:
    """The policies that fit and decide."""
    return [row for row in plan["policies"] if row["answer"] == "match" and row["decides"]]


def _difference(before: Sequence[Doc], after: Sequence[Doc]) -> tuple[tuple[Doc, ...], tuple[Doc, ...]]:
    old, new = {row["id"] for row in before}, {row["id"] for row in after}
    return tuple(r for r in before if r["id"] not in new), tuple(r for r in after if r["id"] not in old)
