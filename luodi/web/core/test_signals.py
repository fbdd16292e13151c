"""Signals that ask: the answers of all receivers, and what goes wrong with one."""

from collections.abc import Iterator
from typing import Any

import pytest

from luodi.web.core.signals import Question


def test_the_answers_of_all_receivers_are_joined_in_their_order() -> None:
    question = Question()

    def low(sender: Any, *, number: int, **_: Any) -> list[int]:
        return [number, number + 1]

    def high(sender: Any, *, number: int, **_: Any) -> Iterator[int]:
        yield number * 10

    question.connect(low)
    question.connect(high)
    assert list(question.ask(number=3)) == [3, 4, 30]


def test_nobody_answers_where_nobody_listens() -> None:
    assert list(Question().ask(number=3)) == []


def test_an_error_of_a_receiver_is_not_swallowed() -> None:
    question = Question()

    def broken(sender: Any, **_: Any) -> list[int]:
        raise ValueError("broken")

    question.connect(broken)
    with pytest.raises(ValueError, match="broken"):
        list(question.ask())
