"""What the words of a question mean, with an example, where the answer stands, and what to say when in doubt.

Of facts about a company the vocabulary says it (`help`, `example`, `where`, `doubt`), of the four questions our words.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from luodi.advice.question import OPENING
from luodi.web.advisor.types import Doc
from luodi.web.core.words import say, words

_PARTS: Final = ("help", "example", "counter", "where", "doubt")
Text = Mapping[str, str]


@dataclass(frozen=True)
class Guide:
    """Each part where there is one; `counter` are examples of what is not meant."""

    help: Text | None = None
    where: Text | None = None
    doubt: Text | None = None
    example: tuple[Text, ...] = ()
    counter: tuple[Text, ...] = ()


def guide(question: Doc) -> Guide | None:
    """None for a question that explains itself."""
    name = question["attribute"]
    said: Doc = question if name not in OPENING else _of_the_four(name)
    if not any(said.get(part) for part in _PARTS):
        return None
    return Guide(
        help=said.get("help"),
        where=said.get("where"),
        doubt=said.get("doubt"),
        example=_listed(said.get("example")),
        counter=_listed(said.get("counter")),
    )


def _of_the_four(name: str) -> dict[str, dict[str, str]]:
    keys = {part: f"advisor.guide_{name}_{part}" for part in _PARTS}
    return {part: {lang: say(key, lang) for lang in ("zh", "en")} for part, key in keys.items() if key in words()}


def _listed(texts: Any) -> tuple[Text, ...]:
    """One text or several."""
    if not texts:
        return ()
    return tuple(texts) if isinstance(texts, list | tuple) else (texts,)
