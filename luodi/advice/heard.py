"""The questions that remain after one sentence of free text, for programs, assistants and the command alike."""

from collections.abc import Mapping
from copy import deepcopy
from datetime import date
from typing import Any

from luodi.advice.asking import OF_THE_FOUR
from luodi.advice.dialogue import Dialogue
from luodi.advice.question import OPENING, opening
from luodi.advice.sentence import understood
from luodi.errors import WrongType
from luodi.message import in_key


def questions_of(sentence: Any, profile: Any, on: date, at: str) -> dict[str, Any]:
    """`{"on", "understood", "profile", "questions", "books"}`; what the profile says already stays as it is.

    `profile` holds what was asked with: guesses until the person has confirmed them. First come those of the four
    questions that are still open, then what the plan asks. Raises `LuodiError` for a sentence that is no text.
    """
    if not isinstance(sentence, str):
        raise WrongType("advice.sentence-text", at=in_key("sentence", at))
    if not isinstance(profile, Mapping | None):
        raise WrongType("advice.profile-mapping-attributes", at=in_key("profile", at))
    said = understood(sentence)
    dialogue = Dialogue.resume({"profile": deepcopy(dict(profile or {}))}, at=at)
    dialogue.hear(said)
    dialogue.take_guesses()
    plan = dialogue.plan(on)
    left = dialogue.opening_left
    later = [row for row in plan["questions"] if row["attribute"] not in (*OPENING, *OF_THE_FOUR)]
    return {
        "on": plan["on"],
        "understood": said.as_json(),
        "profile": dialogue.profile,
        "questions": [*_opening(left, plan["questions"]), *later],
        "books": plan["books"],
    }


def _opening(left: list[str], asked: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The first questions that are open or asked again after a contradiction, as the plan has them if it does."""
    told = {row["attribute"]: row for row in reversed(asked) if row["attribute"] in OPENING}
    return [told.get(name) or opening(name) for name in OPENING if name in told or name in left]
