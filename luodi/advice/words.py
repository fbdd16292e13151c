"""Small pairs of words of the plan in both languages; the words of terms are in `luodi.terms`."""

from luodi.terms import find
from luodi.terms.figures import length

Bilingual = dict[str, str]


def span(value: int, unit: str) -> Bilingual:
    """ "20 working days" in both languages; a limit of nothing is the same day."""
    return {lang: length(value, unit, lang) for lang in ("zh", "en")}


def basis(word: str) -> Bilingual:
    """What a time limit rests on; the word itself where it is new."""
    found = find("time_basis", word)
    return found.both if found else {"zh": word, "en": word}


def both(zh: str, en: str) -> Bilingual:
    return {"zh": zh, "en": en}
