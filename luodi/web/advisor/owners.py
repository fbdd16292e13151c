"""Owners, shares and days as rows of a form, and as parts of an address: `stake=OWNER|KIND|COMPANY|SHARE|FROM|TO`."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Final

from luodi.access.holdings import Holdings
from luodi.errors import LuodiError, MissingKey
from luodi.ownership.answer import answer
from luodi.ownership.picture import draw
from luodi.web.api.graphs import bounded

KINDS: Final = ("foreign", "hmt", "domestic", "state", "company", "unknown")
FIELDS: Final = ("owner", "kind", "company", "share", "from", "to")
MOST: Final = 60  # rows of one address
_NAME: Final = 80  # characters of a name


@dataclass(frozen=True)
class Held:
    """One stake as it was typed."""

    owner: str = ""
    kind: str = "unknown"
    company: str = ""
    share: str = ""
    first: str = ""
    last: str = ""

    @classmethod
    def read(cls, text: str) -> "Held":
        """From an address; what is missing at the end is blank."""
        parts = [part.strip()[:_NAME] for part in text.split("|")][:6]
        return cls.of([*parts, *[""] * (6 - len(parts))])

    @classmethod
    def of(cls, parts: Sequence[str]) -> "Held":
        owner, kind, company, share, first, last = (part.strip().replace("|", "/")[:_NAME] for part in parts)
        return cls(owner, kind if kind in KINDS else "unknown", company, share, first, last)

    @property
    def is_blank(self) -> bool:
        return not (self.owner or self.share)

    def text(self) -> str:
        parts = [self.owner, self.kind, self.company, self.share, self.first, self.last]
        return "|".join(parts).rstrip("|")


def rows(fields: Mapping[str, Sequence[str]]) -> tuple[Held, ...]:
    """The rows of a form whose fields come as lists of one length; blank rows fall out."""
    lists = [list(fields.get(f"stake_{name}", ())) for name in FIELDS]
    found = (Held.of(parts) for parts in zip(*lists, strict=False))
    return tuple(row for row in found if not row.is_blank)[:MOST]


def holdings(company: str, stakes: Iterable[Held]) -> dict[str, Any]:
    """As a profile has them. A holder that is held itself is looked through, whatever was said of it."""
    stakes = list(stakes)
    held = {row.company or company for row in stakes} | {company}
    nodes: dict[str, str] = dict.fromkeys(held, "company")
    for row in stakes:
        if row.owner:
            nodes.setdefault(row.owner, row.kind)
    return {"company": company, "nodes": nodes, "stakes": [_stake(row, company) for row in stakes]}


def _stake(row: Held, company: str) -> dict[str, str]:
    if not row.owner:
        raise MissingKey("a share has no owner", at=f"the share {row.share}")
    days = {"from": row.first, "to": row.last}
    share = row.share if not row.share or row.share[-1] in "%?" or "/" in row.share else f"{row.share} %"
    return {
        "owner": row.owner, "company": row.company or company, "share": share or "?",
        **{key: text for key, text in days.items() if text},
    }  # fmt: skip


def check(company: str, stakes: Iterable[Held], on: date) -> str:
    """What is wrong with holdings; blank where nothing is."""
    try:
        graph = holdings(company, stakes)
        bounded(graph, "owners")
        Holdings.parse(graph, on=on, at="owners")
    except LuodiError as problem:
        return problem.message
    return ""


@dataclass(frozen=True)
class Seen:
    """Holdings looked through: the document of `luodi ownership`, and its picture."""

    document: Mapping[str, Any]
    picture: str


def look_through(company: str, stakes: Iterable[Held], on: date, lang: str) -> Seen:
    """Raises `LuodiError` for holdings that cannot be."""
    held = Holdings.parse(holdings(company, stakes), on=on, at="owners")
    return Seen(answer(company, held.stakes, on=on), draw(held.view, company, lang=lang, on=on))


def in_percent(share: Any, lang: str) -> str:
    """An exact fraction as percent, with the fraction beside it where percent is rounded; a pair as a range."""
    if isinstance(share, list):
        return ("至" if lang == "zh" else " to ").join(in_percent(end, lang) for end in share)
    ratio = Fraction(share) * 100
    shown = f"{float(ratio):.6g}"
    text = f"{shown}%" if lang == "zh" else f"{shown} %"
    return text if Fraction(shown) == ratio else f"{text} ({share})"
