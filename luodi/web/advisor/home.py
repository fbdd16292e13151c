"""What the home page shows of the advisor: a box for a sentence, and one answer of today, so never out of date."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.urls import reverse

from luodi.access import access_book
from luodi.advice.answers import Answers
from luodi.advice.guesses import MOST_IN_A_FORM
from luodi.documents import wording
from luodi.rules.library import load_book
from luodi.web.advisor.choices import access_there
from luodi.web.advisor.types import Doc
from luodi.web.advisor.why import Cite, cited

#: Sentences that one can begin with; the first has its answer on the home page.
EXAMPLES: Final = ("cloud", "game", "store")
_ASKED: Final = "investor=SG&service=B11&place=BJ&share=100"


@dataclass(frozen=True)
class ExampleAnswer:
    """The answer, the sentence that says it, what it rests on, and the address of the whole plan."""

    access: Doc
    sentence: str
    cites: tuple[Cite, ...]
    address: str


def example_answer(on: date, lang: str) -> ExampleAnswer | None:
    """None where the books give no answer, which a book without services would do."""
    answers = Answers.of(_ASKED)
    access = access_there(answers, "BJ", on)
    if access is None:
        return None
    sentence = wording.access_headline(access, lang)
    return ExampleAnswer(access, sentence, cited(access["basis"])[:1], f"{reverse('advisor:plan')}?{answers.query()}")


def sentence_box() -> Mapping[str, object]:
    """What the box for a sentence needs, wherever it stands."""
    return {
        "most": MOST_IN_A_FORM,
        "examples": EXAMPLES,
        "services": len(access_book().services),
        "policies": len(load_book("policies").rules),
    }
