"""The way through the questions: four give a verdict, every later one may be left out.

Who invests, what business, where, how much: in this order, each once. After them the plan is there, and the engine says
what else it would settle; the questions of `luodi.advice.asking` come in the order of what they are worth.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from luodi.advice.answers import Answers
from luodi.advice.asking import OF_THE_FOUR, Later, later
from luodi.advice.checklists import single, together
from luodi.advice.question import OPENING, about, can_be_explained, opening, shape
from luodi.errors import UnknownKey
from luodi.web.advisor.checklist_form import names_of
from luodi.web.advisor.result import plan_of
from luodi.web.advisor.types import Doc
from luodi.web.core.words import say

#: The four topics, each with its question and what belongs to it.
TOPICS: Final[dict[str, tuple[str, ...]]] = {
    "who": ("investor", "cepa_qualified"),
    "service": ("service",),
    "where": ("place",),
    "share": ("share",),
}
MORE: Final = "more"  # the topic of every later question, and where such a question leads on to


@dataclass(frozen=True)
class TopicProgress:
    """One topic: what was answered, and what is still to come."""

    topic: str
    answered: tuple[str, ...]
    waiting: tuple[str, ...]


def progress(answers: Answers) -> list[TopicProgress]:
    """The four topics in their order."""
    return [_topic_progress(topic, answers) for topic in TOPICS]


def next_question(answers: Answers) -> str | None:
    """The name of the next of the four; None where the verdict can be given."""
    return next((name for topic in progress(answers) for name in topic.waiting), None)


def number_of(name: str, answers: Answers) -> tuple[int, int]:
    """Which of the questions it is, and how many there are: four, or three where nobody owns a foreign share."""
    asked = [topic for topic, names in TOPICS.items() if _applies(names[0], answers)]
    return asked.index(topic_of(name)) + 1, len(asked)


def later_questions(answers: Answers, on: date) -> list[Later]:
    """What may still be asked, what settles most first."""
    return later(plan_of(answers, on), {*answers.given, *OF_THE_FOUR})


def question(name: str, answers: Answers, on: date) -> Doc:
    """A question in the shape of the plan's `questions`, answered already or not."""
    if name in OPENING:
        return _in_our_words(opening(name))
    names = names_of(name)
    asked = plan_of(answers.having(**dict.fromkeys(names, "")), on)["questions"]
    for found in asked:
        if name in (found["checklist"], found["attribute"]) and (found["checklist"] or name) == name:
            return dict(found)
    if unasked := [one for one in names if not can_be_explained(one)]:
        raise UnknownKey("advisor.never-asked", name=unasked[0])
    rows = [{**shape(about(one)), **_part(one, asked)} for one in names]
    return together(rows)[0] if len(rows) > 1 else single(rows[0])


def _part(name: str, asked: Iterable[Doc]) -> Doc:
    """What one fact of a checklist decides when it is asked by itself."""
    items = (item for found in asked for item in found["items"] if item["attribute"] == name)
    item: Doc = next(items, {"decides": 0, "for": []})
    return {"decides": item["decides"], "for": list(item["for"])}


def _in_our_words(found: Doc) -> Doc:
    """The four questions as one says them aloud."""
    name = found["attribute"]
    if name == "cepa_qualified":
        return found
    return {**found, "text": {lang: say(f"advisor.{name}_asked", lang) for lang in ("zh", "en")}}


def topic_of(name: str) -> str:
    """The topic a question belongs to; `more` for those that come after the verdict."""
    return next((topic for topic, names in TOPICS.items() if name in names), MORE)


def _topic_progress(topic: str, answers: Answers) -> TopicProgress:
    names = [name for name in TOPICS[topic] if _applies(name, answers)]
    return TopicProgress(
        topic,
        tuple(name for name in names if name in answers.given),
        tuple(name for name in names if name not in answers.given),
    )


def _applies(name: str, answers: Answers) -> bool:
    match name:
        case "cepa_qualified":
            return answers.given.get("investor") in ("HK", "MO")
        case "share":
            return not answers.is_domestic and not answers.has_owners
    return True


def is_hidden(name: str, answers: Answers) -> bool:
    """Whether an answer waits because it means nothing beside the others."""
    return not _applies(name, answers)
