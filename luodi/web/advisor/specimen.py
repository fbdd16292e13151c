"""One answer as the home page shows it: made by the engine today, so it is never out of date."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.urls import reverse

from luodi.advice.answers import Answers
from luodi.documents import wording
from luodi.web.advisor.choices import access_there
from luodi.web.advisor.why import Cite, cited

_ASKED: Final = "investor=SG&service=B11&place=BJ&share=100"


@dataclass(frozen=True)
class Specimen:
    """The answer, the sentence that says it, what it rests on, and the address of the whole plan."""

    access: Mapping[str, Any]
    said: str
    cites: tuple[Cite, ...]
    address: str


def specimen(on: date, lang: str) -> Specimen | None:
    """None where the books give no answer, which a book without services would do."""
    answers = Answers.of(_ASKED)
    access = access_there(answers, "BJ", on)
    if access is None:
        return None
    said = wording.access_headline(access, lang)
    return Specimen(access, said, cited(access["basis"])[:1], f"{reverse('advisor:plan')}?{answers.query()}")
