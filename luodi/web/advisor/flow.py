"""The way through the questions: which comes next, which belongs where, how many are left.

The order of topics is that of a talk; within them the engine says what is worth asking, and stops as soon as an answer
would change nothing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from luodi.advice.question import OPENING, about, opening, shape
from luodi.rules.library import company_vocabulary
from luodi.web.advisor.answers import UNSURE, Answers
from luodi.web.advisor.result import plan_of

Plan = Mapping[str, Any]

#: The topics of the flow with the questions that open them; `touches` is filled by the engine.
TOPICS: Final[dict[str, tuple[str, ...]]] = {
    "who": ("investor", "cepa_qualified", "entity_type"),
    "service": ("service",),
    "touches": (),
    "where": ("place",),
    "share": ("share",),
}
_SEVERAL: Final = 2
_TOUCHING: Final = ("internet", "data")  # groups of the vocabulary that the topic `touches` asks about


@dataclass(frozen=True)
class Stop:
    """One topic on the way: what was answered, and what is still to come."""

    topic: str
    answered: tuple[str, ...]
    waiting: tuple[str, ...]


def way(answers: Answers, on: date) -> list[Stop]:
    """Every topic in its order."""
    plan = plan_of(answers, on)
    return [_stop(topic, answers, plan) for topic in TOPICS]


def next_question(answers: Answers, on: date) -> str | None:
    """The name of the next question; None where the answers can be checked."""
    return next((name for stop in way(answers, on) for name in stop.waiting), None)


def question(name: str, answers: Answers, on: date) -> dict[str, Any]:
    """A question in the shape of the plan's `questions`, answered already or not."""
    if name in OPENING:
        return opening(name)
    for found in plan_of(answers.having(**{name: ""}), on)["questions"]:
        if found["attribute"] == name:
            return dict(found)
    return {**shape(about(name)), "decides": 0, "for": []}


def topic_of(name: str) -> str:
    """The topic a question belongs to; `more` for those that are asked after the result."""
    for topic, names in TOPICS.items():
        if name in names:
            return topic
    return "touches" if company_vocabulary().attribute(name).group in _TOUCHING else "more"


def _stop(topic: str, answers: Answers, plan: Plan) -> Stop:
    names = list(TOPICS[topic]) if topic != "touches" else [n for n in answers.given if topic_of(n) == topic]
    answered = tuple(name for name in names if name in answers.given and _applies(name, answers))
    if topic == "touches":
        return Stop(topic, answered, tuple(touching(plan, answers)))
    return Stop(topic, answered, tuple(n for n in names if n not in answers.given and _applies(n, answers)))


def touching(plan: Plan, answers: Answers) -> Iterator[str]:
    """What the service touches, once the service is known, where several steps and duties depend on the answer.

    A fact that only one of them needs is asked beside the result, where one sees what for.
    """
    if "service" not in answers.given:
        return
    matters = {row["id"] for key in ("steps", "open_steps", "obligations") for row in plan[key]}
    for found in plan["questions"]:
        name = found["attribute"]
        if name in OPENING or name in answers.given or topic_of(name) != "touches":
            continue
        if len(matters.intersection(found["for"])) >= _SEVERAL:
            yield name


def _applies(name: str, answers: Answers) -> bool:
    match name:
        case "cepa_qualified":
            return answers.given.get("investor") in ("HK", "MO")
        case "share":
            return not answers.is_domestic and not answers.has_owners
    return True


def is_sure(name: str, answers: Answers) -> bool:
    return answers.given.get(name, UNSURE) != UNSURE


def is_hidden(name: str, answers: Answers) -> bool:
    """Whether an answer waits because it means nothing beside the others."""
    return not _applies(name, answers)
