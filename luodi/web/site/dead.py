"""What an address that leads nowhere was for, so that its page can say so and where to go instead."""

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

#: The beginning of an address after the language, what it was, and the page to go on from.
_WERE: Final = (
    (r"advisor/enquiry/", "enquiry", "advisor:hand_over"),
    (r"advisor/", "advisor", "advisor:start"),
    (r"(?:accounts?|notices)/", "account", "account_login"),
    (r"law/(?P<words>.*)", "law", "library:search"),
    (r"(?:data|dataset|catalogue|catalog)\b", "data", "site:home"),
)


@dataclass(frozen=True)
class Was:
    """`kind` of what stood there, the page `to` go to, and the query for it."""

    kind: str
    to: str
    query: str = ""


def was(path: str) -> Was | None:
    """What an address was for; None where its beginning says nothing."""
    rest = re.sub(r"^/(?:zh|en)(?=/|$)", "", path).lstrip("/")
    for begin, kind, to in _WERE:
        found = re.match(begin, rest)
        if found:
            words = _words(found.groupdict().get("words") or "")
            return Was(kind, to, urlencode({"q": words}) if words else "")
    return None


def _words(rest: str) -> str:
    """What the last part of an address named, as words to look for."""
    parts = [part for part in rest.split("/") if part]
    return re.sub(r"[-_\s]+", " ", parts[-1])[:80].strip() if parts else ""
