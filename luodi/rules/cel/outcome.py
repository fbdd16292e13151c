"""What an evaluation may end with instead of a value: something unknown, or a value that does not exist.

Both travel as values through every step, so that a decided part can absorb them: `false && x` is false whatever `x` is.
Where neither is absorbed the unknown one is told first, since with the missing fact the failure may never happen.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from luodi.message import Message


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value that cannot be told yet, and the attributes that keep it open."""

    names: frozenset[str]


@dataclass(frozen=True, slots=True)
class Failure:
    """A value that does not exist, such as a division by zero. `position` is the offset in the text."""

    message: Message
    position: int


Result = Any  # a Python value, Unknown or Failure

TROUBLE: Final = frozenset((Unknown, Failure))  # asked as `type(value) in TROUBLE`


class NoValue(Exception):
    """Raised by a function that has no value for its arguments; the step that called it knows the position."""

    def __init__(self, message: Message) -> None:
        super().__init__(message)
        self.message = message


def trouble_among(values: Iterable[Result]) -> Unknown | Failure:
    """What a strict call ends with: everything unknown together, else the first failure. One of them must be there."""
    names: set[str] = set()
    failure: Failure | None = None
    for value in values:
        if isinstance(value, Unknown):
            names |= value.names
        elif isinstance(value, Failure):
            failure = failure or value
    return failure if failure and not names else Unknown(frozenset(names))
