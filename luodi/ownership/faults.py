"""All that is wrong with a register, told at once: how often, and where first."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from luodi.errors import BadInput, LuodiError
from luodi.message import Message, joined, said

SHOWN: Final = 3
"""So many places are told of each kind of fault."""


class ManyFaults(BadInput):
    """Several faults in one register; `faults` has each kind with its count and first places."""

    code = "many-faults"

    def __init__(self, total: int, faults: list[dict[str, Any]], *, at: str) -> None:
        lines = [
            Message("ownership.faults-of-kind", count=row["count"], kind=row["code"], first=joined(row["first"]))
            for row in faults
        ]
        super().__init__("ownership.many-faults", total=total, lines=joined(lines, "\n  "), at=at)
        self.faults = faults

    def as_json(self, lang: str = "en") -> dict[str, object]:
        return {**super().as_json(lang), "faults": [_fault_json(row, lang) for row in self.faults]}


def _fault_json(row: dict[str, Any], lang: str) -> dict[str, Any]:
    return {**row, "first": [said(one, lang) for one in row["first"]]}


class Faults:
    """Collects problems instead of stopping at the first. One alone is raised as it is, several as `ManyFaults`."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.kinds: dict[str, tuple[int, list[LuodiError]]] = {}

    @contextmanager
    def caught(self, at: str | None = None) -> Iterator[None]:
        """What goes wrong inside is kept, seen from `at` if it is given."""
        try:
            yield
        except LuodiError as problem:
            self.add(problem if at is None else problem.located(at))

    def add(self, problem: LuodiError, count: int = 1) -> None:
        """Keep a problem that stands `count` times; the problem itself tells its first places."""
        before, shown = self.kinds.get(problem.code, (0, []))
        self.kinds[problem.code] = (before + count, [*shown, problem][:SHOWN])

    def check(self) -> None:
        """Raise what was found, if anything was."""
        total = sum(count for count, _ in self.kinds.values())
        told = [problem for _, shown in self.kinds.values() for problem in shown]
        if len(told) == 1:
            raise told[0]
        if told:
            rows = [
                {"code": code, "count": count, "first": [problem.whole for problem in shown]}
                for code, (count, shown) in self.kinds.items()
            ]
            raise ManyFaults(total, rows, at=self.name)
