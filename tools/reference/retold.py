"""Texts that were written anew for readers: the words may differ, the figures may not.

The update has its notes in English only, and in the words of whoever read the sources. A book says the same in
both languages; what the note said of its own making stands in fields (`verification`, `title_state`, `checked`).
"""

import re
from typing import Any, Final

from reference.fields import Fields, is_pair, plain

_FIGURE: Final = re.compile(r"\d+(?:[.,]\d+)*")
_ID: Final = re.compile(r"\b[a-z]{2}-[a-z0-9]+(?:-[a-z0-9]+)+\b")
#: Sentences and halves of sentences about how a row was made.
_MAKING: Final = tuple(
    re.compile(pattern)
    for pattern in (
        r"The figures were read in public notes that cite this official page, not in the page itself\.",
        r"Announcement 2026 No\. 10 was read in full in a public copy of the official page\.",
        r"Announcement read in full in a public copy of the official page\.",
        r"(?:^|(?<=[.;] ))From memory[^.;]*[.;]",
        r"Not found again by the second reader[^.]*\.",
        r"[Tt]itle (?:is a description|as commonly used|from the English page|read)[.;]",
        r"Title and number read[.;]",
        r"; the Chinese title follows the edition of 2024",
    )
)


def retold(fields: Fields, key: str, text: Any, pair: Any) -> None:
    """The text on one side, or both languages with the figures of the text and no other figure."""
    fields.ledger.count("fields")
    sides = list(pair.values()) if is_pair(pair) else [pair]
    if plain(text) in [plain(side) for side in sides]:
        return
    kept = _without_making(str(text or ""))
    if not is_pair(pair) or len(pair) != 2:
        if kept or pair is not None:
            fields.differs(key, f"the facts say {kept or text!r}, and the book has no text in two languages")
        return
    added = _figures(pair["en"]) - _figures(str(text or ""))
    lost = _figures(kept) - _figures(pair["en"])
    for word, found in (("adds", added), ("loses", lost)):
        if found:
            fields.differs(key, f"the book {word} {', '.join(sorted(found))}: {text!r}, {pair['en']!r}")


def _without_making(text: str) -> str:
    for remark in _MAKING:
        text = remark.sub("", text)
    return " ".join(text.split())


def _figures(text: str) -> set[str]:
    """The ids of rows, which the book tells by their titles, hold figures that are none."""
    return {found.replace(",", "").rstrip(".") for found in _FIGURE.findall(_ID.sub("", text))}
