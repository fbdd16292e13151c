"""A term: the word for one value of an enum, in both languages."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Term:
    """The word for `id` of a `family`. English stands as inside a sentence; `title` begins a line.

    `says` is a sentence that tells what is meant, for those who do not know the word. `tone` is a class of the
    stylesheet, `stamp` one character, `seal` the four of the large seal; `many` is the English plural of a unit.
    """

    family: str
    id: str
    zh: str
    en: str
    says: tuple[str, str] = ("", "")
    tone: str = ""
    stamp: str = ""
    seal: str = ""
    many: str = ""

    def word(self, lang: str) -> str:
        return self.en if lang == "en" else self.zh

    def title(self, lang: str) -> str:
        """The word as it begins a line or heads a table."""
        text = self.word(lang)
        return text[:1].upper() + text[1:]

    def sentence(self, lang: str) -> str:
        """What is meant; empty where the word says it."""
        return self.says[lang == "en"]

    @property
    def both(self) -> dict[str, str]:
        """`{"zh": .., "en": ..}`, as documents in JSON have it."""
        return {"zh": self.zh, "en": self.en}


Family = Mapping[str, Term]


def family(name: str, *terms: Term) -> tuple[str, Family]:
    """A name with its terms, in the order in which a list shows them."""
    return name, {term.id: term for term in terms}


def explained(name: str) -> Callable[[str, str, str, str, str], Term]:
    """What makes the terms of a family of which each has a sentence: id, words and sentence, Chinese first."""

    def made(key: str, zh: str, en: str, says_zh: str, says_en: str) -> Term:
        return Term(name, key, zh, en, (says_zh, says_en))

    return made


def words(name: str, **pairs: tuple[str, str]) -> tuple[str, Family]:
    """A family of which nothing is told but the words: `id=(zh, en)`."""
    return family(name, *(Term(name, key, zh, en) for key, (zh, en) in pairs.items()))
