"""The life of a task."""

from enum import StrEnum

from luodi.casework.states import NotNow
from luodi.message import Message


class TaskState(StrEnum):
    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"


class TaskAct(StrEnum):
    DO = "do"
    DROP = "drop"  # with a reason


def after(state: TaskState, act: TaskAct) -> TaskState:
    """Raises `NotNow` where it is settled already."""
    if state is not TaskState.OPEN:
        raise NotNow("casework.task-already", state=Message(f"state.{state}"))
    return TaskState.DONE if act is TaskAct.DO else TaskState.DROPPED
