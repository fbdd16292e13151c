"""What people can subscribe to. The apps that own such things answer with their classes to the signal `subjects`."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from hashlib import sha256
from typing import Any, ClassVar

from luodi.web.notices import signals

State = Mapping[str, Any]  # as JSON


@dataclass(frozen=True)
class Subject(ABC):
    """It knows its state on a day, as JSON, and says in words how one state differs from another."""

    name: str
    kind: ClassVar[str]

    @property
    def fingerprint(self) -> str:
        return sha256(f"{self.kind} {self.name}".encode()).hexdigest()

    @property
    def has_fixed_day(self) -> bool:
        """Whether its state is that of one day, whatever day it is."""
        return False

    @abstractmethod
    def title(self, lang: str) -> str:
        """Nothing in it was typed by whoever asked: it stands in letters to addresses that may be another's."""

    @abstractmethod
    def page(self, lang: str) -> str:
        """Its whole address."""

    @abstractmethod
    def state(self, on: date) -> State: ...

    @abstractmethod
    def difference(self, before: State, after: State, lang: str) -> Iterator[str]:
        """A line each; none where nothing that a reader needs to know has changed."""


@cache
def _classes() -> dict[str, type[Subject]]:
    return {one.kind: one for one in signals.subjects.ask()}


def subject(kind: str, name: str) -> Subject:
    return _classes()[kind](name)
