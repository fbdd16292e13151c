"""Owners, shares and days as rows of a form, and as parts of an address.

`stake=OWNER|KIND|COMPANY|SHARE|FROM|TO|VOTES|NOMINEE|PROXY|BEHIND`: NOMINEE is the person whom the owner holds it for,
PROXY the one who has its votes, BEHIND the kind of these. `contract=CONTROLLER|KIND|COMPANY` is control without shares.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from itertools import zip_longest
from typing import Any, Final

from luodi.access.holdings import Holdings
from luodi.errors import LuodiError, MissingKey
from luodi.message import Message
from luodi.ownership.answer import answer
from luodi.ownership.interval import parse_share
from luodi.ownership.picture import draw

KINDS: Final = ("foreign", "hmt", "domestic", "state", "company", "unknown")
FIELDS: Final = ("owner", "kind", "company", "share", "from", "to", "votes", "nominee", "proxy", "behind")
CONTROL_FIELDS: Final = ("controller", "kind", "company")
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
    votes: str = ""
    nominee: str = ""
    proxy: str = ""
    behind: str = "unknown"

    @classmethod
    def read(cls, text: str) -> "Held":
        """From an address; what is missing at the end is blank."""
        return cls.of(text.split("|"))

    @classmethod
    def of(cls, parts: Sequence[str]) -> "Held":
        """From a form; what is missing at the end is blank here too."""
        cleaned = [*map(_clean, parts), *[""] * len(FIELDS)][: len(FIELDS)]
        owner, kind, company, share, first, last, votes, nominee, proxy, behind = cleaned
        return cls(owner, _kind(kind), company, share, first, last, votes, nominee, proxy, _kind(behind))

    @property
    def is_blank(self) -> bool:
        return not (self.owner or self.share)

    def text(self) -> str:
        parts = [self.owner, self.kind, self.company, self.share, self.first, self.last]
        return "|".join([*parts, *self.special]).rstrip("|")

    @property
    def special(self) -> tuple[str, ...]:
        """Votes of its own, and persons behind it; blank in the usual case."""
        behind = self.behind if self.nominee or self.proxy else ""
        return (self.votes, self.nominee, self.proxy, behind) if self.is_special else ()

    @property
    def is_special(self) -> bool:
        return bool(self.votes or self.nominee or self.proxy)


@dataclass(frozen=True)
class Control:
    """Control by contract, as it was typed: never counted as a share."""

    controller: str = ""
    kind: str = "unknown"
    company: str = ""

    @classmethod
    def read(cls, text: str) -> "Control":
        parts = [*text.split("|"), "", "", ""][: len(CONTROL_FIELDS)]
        return cls.of(parts)

    @classmethod
    def of(cls, parts: Sequence[str]) -> "Control":
        controller, kind, company = map(_clean, parts)
        return cls(controller, _kind(kind), company)

    @property
    def is_blank(self) -> bool:
        return not self.controller

    def text(self) -> str:
        return "|".join([self.controller, self.kind, self.company]).rstrip("|")


def _clean(text: str) -> str:
    return text.strip().replace("|", "/")[:_NAME]


def _kind(text: str) -> str:
    return text if text in KINDS else "unknown"


def rows(fields: Mapping[str, Sequence[str]]) -> tuple[Held, ...]:
    """The rows of a form whose fields come as lists of one length; blank rows fall out."""
    found = (Held.of(parts) for parts in _parts(fields, "stake", FIELDS))
    return tuple(row for row in found if not row.is_blank)[:MOST]


def controls(fields: Mapping[str, Sequence[str]]) -> tuple[Control, ...]:
    """The contracts of a form, like `rows`."""
    found = (Control.of(parts) for parts in _parts(fields, "control", CONTROL_FIELDS))
    return tuple(row for row in found if not row.is_blank)[:MOST]


def _parts(fields: Mapping[str, Sequence[str]], prefix: str, names: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Line by line; what is missing at the end of a list is blank."""
    lists = [list(fields.get(f"{prefix}_{name}", ())) for name in names]
    yield from zip_longest(*lists, fillvalue="")


def holdings(company: str, stakes: Iterable[Held], contracts: Iterable[Control] = ()) -> dict[str, Any]:
    """As a profile has them. A holder that is held itself is looked through, whatever was said of it."""
    stakes, contracts = list(stakes), list(contracts)
    held = {row.company or company for row in stakes} | {company}
    nodes: dict[str, str] = dict.fromkeys(held, "company")
    for name, kind in _named(stakes, contracts):
        nodes.setdefault(name, kind)
    found = {"company": company, "nodes": nodes, "stakes": [_stake(row, company) for row in stakes]}
    controlled = [{"controller": row.controller, "company": row.company or company} for row in contracts]
    return {**found, "contracts": controlled} if controlled else found


def _named(stakes: Sequence[Held], contracts: Sequence[Control]) -> Iterator[tuple[str, str]]:
    """Everybody with the kind: owners first, so that who owns and stands behind others is what the owner is."""
    yield from ((row.owner, row.kind) for row in stakes if row.owner)
    yield from ((row.controller, row.kind) for row in contracts)
    yield from ((name, row.behind) for row in stakes for name in (row.nominee, row.proxy) if name)


def _stake(row: Held, company: str) -> dict[str, str]:
    if not row.owner:
        raise MissingKey("advisor.share-no-owner", at=Message("place.share", share=row.share))
    more = {
        "from": row.first,
        "to": row.last,
        "votes": _share(row.votes),
        "nominee_for": row.nominee,
        "proxy_to": row.proxy,
    }
    return {
        "owner": row.owner,
        "company": row.company or company,
        "share": _share(row.share) or "?",
        **{key: text for key, text in more.items() if text},
    }


def _share(text: str) -> str:
    """As the engine reads it: a plain number is percent."""
    return text if not text or text[-1] in "%?" or "/" in text else f"{text} %"


def check(company: str, stakes: Iterable[Held], on: date, contracts: Iterable[Control] = ()) -> Message | None:
    """What is wrong with holdings; None where nothing is."""
    try:
        Holdings.parse(holdings(company, stakes, contracts), on=on, at="owners")
    except LuodiError as problem:
        return problem.message
    return None


@dataclass(frozen=True)
class Seen:
    """Holdings looked through: the document of `luodi ownership`, and its picture."""

    document: Mapping[str, Any]
    picture: str


def look_through(company: str, stakes: Iterable[Held], on: date, lang: str, contracts: Iterable[Control] = ()) -> Seen:
    """Raises `LuodiError` for holdings that cannot be."""
    held = Holdings.parse(holdings(company, stakes, contracts), on=on, at="owners")
    return Seen(answer(company, held.stakes, on=on), draw(held.view, company, lang=lang, on=on))


def in_percent(share: Any, lang: str) -> str:
    """An exact fraction as percent, with the fraction beside it where percent is rounded; a pair as a range."""
    if isinstance(share, list):
        return ("至" if lang == "zh" else " to ").join(in_percent(end, lang) for end in share)
    ratio = Fraction(share) * 100
    shown = f"{float(ratio):.6g}"
    text = f"{shown}%" if lang == "zh" else f"{shown} %"
    return text if Fraction(shown) == ratio else f"{text} ({share})"


def after_transfer(stakes: Sequence[Held], company: str, transfer: Mapping[str, Any]) -> tuple[Held, ...] | None:
    """The rows once a transfer of `would_change` has been made; None where rows with days, special terms or shares
    that are not known leave open which of them is sold."""
    left, found = Fraction(transfer["share"]), []
    for row in stakes:
        if row.owner == transfer["from"] and (row.company or company) == company:
            if row.first or row.last or row.is_special or row.share in ("", "?"):
                return None
            mine = parse_share(_share(row.share)).low
            sold = min(left, mine)
            left -= sold
            row = replace(row, share=_percent(mine - sold))
        found.append(row)
    if left or any(row.is_special for row in stakes):
        return None
    kinds = {row.owner: row.kind for row in stakes}
    buyer = transfer["to"]
    kept = [row for row in found if row.share != "0"]
    return (*kept, Held(buyer, kinds.get(buyer, "domestic"), "", _percent(Fraction(transfer["share"]))))


def _percent(share: Fraction) -> str:
    """Percent where it can be written out, else the fraction."""
    percent = share * 100
    text = f"{float(percent):.6g}"
    return text if Fraction(text) == percent else str(share)
