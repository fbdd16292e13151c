"""How far a text was read, in three words: in the official text, elsewhere, not.

The rule is written down in docs/methods/words. It reads what every row of a book has: `verification`, `confidence` and
the links where the text was seen, those of `seen_also` like the first.
"""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from luodi.terms import Term, term

#: Endings of hosts on which an authority publishes its own texts.
_AUTHORITIES: Final = ("gov.cn", "gov.hk", "gov.mo")
#: First parts of hosts on which an authority shows translations, which bind nobody.
_TRANSLATED: Final = ("english", "en", "eng")


def read_state(row: Any) -> Term:
    """`official`, `elsewhere` or `not_read` of the family `read`, for a row of a book or an object like one."""
    verification, confidence = _part(row, "verification"), _part(row, "confidence")
    if verification == "not_seen" or (not verification and confidence not in ("high", "medium")):
        return term("read", "not_read")
    whole = verification == "text_seen" or (not verification and confidence == "high")
    official = whole and confidence != "low" and any(map(is_official, _links(row)))
    return term("read", "official" if official else "elsewhere")


def is_official(link: str) -> bool:
    """Whether a link leads to an authority's own Chinese page."""
    host = (urlsplit(link if "://" in link else f"//{link}").hostname or "").lower()
    if host.split(".")[0] in _TRANSLATED:
        return False
    return any(host == ending or host.endswith(f".{ending}") for ending in _AUTHORITIES)


def _links(row: Any) -> list[str]:
    found: list[str] = []
    for key in ("official", "seen_at", "seen_also", "seen", "url"):
        value = _part(row, key)
        found += [str(item) for item in value] if isinstance(value, list | tuple) else [str(value)] if value else []
    return found


def _part(row: Any, key: str) -> Any:
    return row.get(key) if isinstance(row, Mapping) else getattr(row, key, None)
