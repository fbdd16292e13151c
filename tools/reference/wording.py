"""What the facts' authors say to each other, and no reader sees: where a figure comes from stands in fields."""

import re
from typing import Any, Final

#: In the order in which they are taken out. `(read)` and `recalled` became `confidence` and `verification`.
_REMARKS: Final = tuple(
    re.compile(pattern)
    for pattern in (
        r" \((?:from memory[^)]*|recalled|read|seen|agency text)\)",
        r"[;,] (?:document )?(?:number|title|nationwide rule)?\s?from memory(?: of the English page)?(?=[.;]|$)",
        r"^(?:document number not seen|date|number|title and number|half-yearly dates)?\s?(?:from memory)?;?$",
        r"^number inferred from the shift by two .*$",
        r"(?:^|(?<=\.) ?)From memory\.$",
        r"; Chinese title from memory(?=, number not seen)",
        r"[;,] recalled$",
        r"^recalled: ",
        r"; the search answer gave no address$",
    )
)
_SAID_ANEW: Final = {
    "page where the fact was seen; null when from memory": "page where the fact was seen; null when no page was seen",
    "File entry of 2026-11-24, practice figure": "Practice figure of November 2026",
}


def for_readers(value: Any) -> Any:
    """The text, or each text of a row, without the authors' remarks; None where nothing is left."""
    if isinstance(value, dict):
        return {key: for_readers(item) for key, item in value.items()}
    if isinstance(value, list):
        return [for_readers(item) for item in value]
    if not isinstance(value, str):
        return value
    text = _SAID_ANEW.get(value, value)
    for remark in _REMARKS:
        text = remark.sub("", text)
    return text or None
