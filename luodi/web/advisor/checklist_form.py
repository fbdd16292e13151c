"""A checklist on its page: the ticks with their words, and what an address answers with them.

`shown` are the facts that stood on the page, so that nothing is answered which nobody saw.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.http import QueryDict

from luodi.advice.answers import UNSURE, Answers, Fault
from luodi.advice.checklists import Checklist, checklists, ticked
from luodi.advice.question import about
from luodi.errors import BadInput
from luodi.message import Message
from luodi.web.advisor.types import Doc

NONE: Final = "none"
#: The fields of the form beside `value`.
FIELDS: Final = ("shown", "unsure_of")


@dataclass(frozen=True)
class Checkbox:
    """One line: its name, its words, and how it was answered."""

    name: str
    label: Mapping[str, str]
    on: bool
    unsure: bool


@dataclass(frozen=True)
class Fact:
    """One fact of the list with its ticks: a single one, or those of a set under its label."""

    name: str
    label: Mapping[str, str]
    help: Mapping[str, str] | None
    doubt: Mapping[str, str] | None
    ticks: tuple[Checkbox, ...]
    is_set: bool


def facts_of(question: Doc, answers: Answers, sent: QueryDict | None = None) -> list[Fact]:
    """The lines of a checklist as they were answered, or as they were just sent."""
    return [_fact(item, answers, sent) for item in question["items"]]


def _fact(item: Doc, answers: Answers, sent: QueryDict | None) -> Fact:
    given = answers.given.get(item["attribute"], "")
    ticks = tuple(
        Checkbox(name, label, *_state(name, given, sent))
        for name, label in zip(item["ticks"], item["values"].values() or (item["label"],), strict=True)
    )
    return Fact(item["attribute"], item["label"], item["help"], item["doubt"], ticks, bool(item["values"]))


def _state(name: str, given: str, sent: QueryDict | None) -> tuple[bool, bool]:
    if sent is not None:
        return name in sent.getlist("value"), name in sent.getlist("unsure_of")
    value = name.partition(":")[2] or "true"
    return value in given.split(","), given == UNSURE


def answered(question: Doc, sent: QueryDict) -> dict[str, str] | Fault:
    """The answers of a form to each fact that stood on it; a fault where nothing was ticked, not even none of them."""
    shown = set(sent.getlist("shown"))
    part = {**question, "items": [item for item in question["items"] if item["attribute"] in shown]}
    if "unsure" in sent:
        return {item["attribute"]: UNSURE for item in part["items"]}
    ticks, unsure = [v for v in sent.getlist("value") if v != NONE], sent.getlist("unsure_of")
    none = NONE in sent.getlist("value")
    if not (ticks or unsure or none):
        return Fault(question["checklist"], "", "nothing", Message("advisor.answer-words"))
    if ticks and none:
        return Fault(question["checklist"], "", "both", Message("advisor.both-ticked"))
    try:
        found = ticked(part, ticks, unsure)
    except BadInput as problem:
        return Fault(
            question["checklist"], ",".join(ticks), "both" if set(ticks) & set(unsure) else "other", problem.message
        )
    return {name: _text(value) for name, value in found.items()}


def _text(value: bool | Sequence[str] | None) -> str:
    if value is None:
        return UNSURE
    return str(value).lower() if isinstance(value, bool) else ",".join(value)


def list_of(name: str) -> Checklist | None:
    """The checklist of that name."""
    return checklists().get(name)


def page_of(name: str, given: Collection[str]) -> str:
    """Where a fact was asked: on its checklist where others of it were answered too, else by itself."""
    found = next((one for one in checklists().values() if name in one.items), None)
    return found.id if found and sum(item in given for item in found.items) > 1 else name


def names_of(name: str) -> tuple[str, ...]:
    """The facts that a question of that name answers. Raises `UnknownKey` for one that is none."""
    found = list_of(name)
    return found.items if found else (about(name).name,)
