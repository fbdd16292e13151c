"""Messages that follow one another, and how an answer begins."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Protocol, TypeVar


class InThread(Protocol):
    """A message as it is stored; `thread_id` is the number of the first one of its thread, None for that one itself."""

    @property
    def pk(self) -> int: ...
    @property
    def thread_id(self) -> int | None: ...
    @property
    def at(self) -> datetime: ...
    @property
    def subject(self) -> str: ...


One = TypeVar("One", bound=InThread)
_QUOTED = 40  # lines


@dataclass(frozen=True)
class Thread(Generic[One]):
    """The messages of a thread, the oldest first."""

    messages: tuple[One, ...]

    @property
    def last(self) -> One:
        return self.messages[-1]

    @property
    def subject(self) -> str:
        return self.messages[0].subject


def threads_of(messages: Iterable[One]) -> Iterator[Thread[One]]:
    """The one with the newest message first."""
    found: dict[int, list[One]] = {}
    for one in sorted(messages, key=lambda one: (one.at, one.pk)):
        found.setdefault(one.thread_id or one.pk, []).append(one)
    yield from sorted((Thread(tuple(each)) for each in found.values()), key=lambda one: one.last.at, reverse=True)


def subject_of_answer(subject: str, most: int) -> str:
    """`Re:` once, however often a thread goes on."""
    begins = subject.casefold().startswith(("re:", "回复:", "回复：", "答复:", "答复："))
    return (subject if begins else f"Re: {subject}")[:most]


def quoted(text: str) -> str:
    """The first lines of a message, as an answer quotes them; "" of one without text."""
    lines = "\n".join(f"> {line}" for line in text.splitlines()[:_QUOTED])
    return f"\n\n{lines}" if lines else ""
