"""Holdings in place of a typed share: the foreign share is looked through and not believed.

The share that meets a cap is `equity` (docs/methods/look-through.md): our visible default, since no text seen says
how layers combine in telecom. Where it is not determined, both ends are asked, and only an answer that holds at both
is given. Then whoever controls the company is met: `luodi.access.control`.
"""

from collections.abc import Iterator, Mapping
from copy import copy
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import Any, Final

from luodi.access.change import would_change
from luodi.access.control import CHINESE, CONTRACT, HOLDINGS, UNRECORDED, under_control
from luodi.access.question import AccessQuestion
from luodi.access.resolve import Access, Verdict, as_json, what_is_open
from luodi.access.treatments import AccessBook
from luodi.errors import BadInput, MissingKey, WrongType
from luodi.message import Message
from luodi.ownership import Interval, Kind, Share, Stake, Stakes, View
from luodi.ownership.answer import PASS_THROUGH, passed
from luodi.ownership.definitions import definitions
from luodi.ownership.figures import capital, voting
from luodi.ownership.findings import Findings, Side, findings
from luodi.ownership.reading import stakes_from
from luodi.ownership.stakes import FOREIGN_AND_HMT, Node
from luodi.values import Number, exact, plain

DEFINITION: Final = "equity"
NEW_HOLDER: Final = "new-domestic-holder"
MOST_TRANSFERS: Final = 3
LEAST: Final = exact("0.000001")
"""A share, in percent, that is lower than any cap and more than nothing."""


@dataclass(frozen=True)
class Holdings:
    """Who holds the company, on one day."""

    company: str
    stakes: Stakes
    on: date

    @classmethod
    def parse(cls, raw: Any, *, on: date, at: str) -> "Holdings":
        """`{company, nodes, stakes, contracts}` as `luodi ownership` reads them, with the company asked about."""
        if not isinstance(raw, dict):
            raise WrongType("access.holdings-mapping", at=at)
        if not raw.get("company"):
            raise MissingKey("access.holdings-needs-company-id-company", at=at)
        company = str(raw["company"])
        graph = copy(raw)  # a mapping read from a file keeps the lines of its keys
        del graph["company"]
        stakes = stakes_from(graph, at)
        if (kind := stakes.require(company).kind) is not Kind.COMPANY:
            raise WrongType("access.holder-kind-not-company-whose", company=company, kind=kind.value, at=at)
        return cls(company, stakes, on)

    @cached_property
    def view(self) -> View:
        return self.stakes.on(self.on).above(self.company)

    @cached_property
    def equity(self) -> Interval:
        """The foreign share as a ratio, looked through every layer."""
        return capital(self.view, self.company).of(FOREIGN_AND_HMT)

    @cached_property
    def any_foreign(self) -> bool | None:
        return capital(self.view, self.company).reaches(FOREIGN_AND_HMT)

    @cached_property
    def findings(self) -> Findings:
        """Who controls the company, who does so by contract, and what is not recorded."""
        return findings(self.view, self.company)

    @property
    def controller(self) -> str | None:
        return self.findings.controller.id

    @property
    def foreign_control(self) -> bool | None:
        """Whether the ultimate controller is foreign; None where there is none, or that cannot be told."""
        side = self.findings.controller.side
        return None if side is None else side is Side.FOREIGN

    @property
    def percent(self) -> Number | None:
        """The share of access questions; None where it is not determined."""
        return exact(self.equity.low * 100) if self.equity.determined else None

    def ends(self) -> tuple[Number, Number]:
        return exact(self.equity.low * 100), exact(self.equity.high * 100)

    def shares(self) -> tuple[Number, Number]:
        """The ends to ask with: a foreign holder without a share that is known has more than nothing."""
        low, high = self.ends()
        return (low, high) if low or not self.any_foreign else (LEAST, max(high, LEAST))


def answer(raw: Mapping[str, Any], book: AccessBook, *, on: date, at: str | None = None) -> dict[str, Any]:
    """The document of one question; with `holdings`, the share follows from them and what is near is searched."""
    raw = dict(raw)
    graph = raw.pop("holdings", None)
    question = AccessQuestion.parse(raw, book, at=at)
    if graph is None:
        return as_json(what_is_open(question, book, on=on), book, would_change(question, book, on=on))
    if question.share is not None:
        raise BadInput("access.give-share-or-holdings-not", at=at)
    return answer_held(
        question, Holdings.parse(graph, on=on, at=Message("place.holdings", outer=at) if at else "holdings"), book
    )


def answer_held(question: AccessQuestion, held: Holdings, book: AccessBook) -> dict[str, Any]:
    """The document of a question whose share follows from holdings."""
    found = open_to(question, held, book)
    return document_held(found, held, book)


def document_held(found: Access, held: Holdings, book: AccessBook) -> dict[str, Any]:
    """The document of an answer that was looked through."""
    return {**as_json(found, book, changes_held(found, held, book)), "holdings": shown(held, found)}


def changes_held(found: Access, held: Holdings, book: AccessBook) -> list[dict[str, Any]]:
    """What would change it: changes of hands first, then those of any question."""
    if found.gate in (CHINESE, CONTRACT):
        return []  # control decides, which no other share, place or day of the same owners is known to change
    changes = would_change(found.question, book, on=held.on)
    return [*_moves(found, changes, held, book), *changes]


def open_to(question: AccessQuestion, held: Holdings, book: AccessBook) -> Access:
    """The answer at the looked-through share, under whoever controls the company."""
    return under_control(at_share(question, held, book), held, book)


def at_share(question: AccessQuestion, held: Holdings, book: AccessBook) -> Access:
    """The answer at the looked-through share alone. A higher share is never more open, so an undetermined one gives an
    answer if both its ends agree; else it is unknown, and what the owners leave open is missing."""
    low, high = (what_is_open(question.having(share=end), book, on=held.on) for end in held.shares())
    if low.verdict is high.verdict:
        return high
    verdicts = {v for end in (low, high) for v in (end.possible or (end.verdict,))}
    return Access(
        question,
        held.on,
        Verdict.UNKNOWN,
        missing=tuple(sorted({HOLDINGS, *low.missing, *high.missing})),
        announced=high.announced,
        possible=tuple(sorted(verdicts, key=lambda v: v.openness)),
        note=_what_is_missing(held),
        gate=UNRECORDED if held.findings.unrecorded else None,
    )


def _what_is_missing(held: Holdings) -> dict[str, str] | None:
    """What of the owners is not recorded or not known, in one sentence each."""
    found = held.findings
    rows = [*(row.says for row in found.unrecorded), *(row.says for row in found.unknown_holders)]
    if not rows:
        return None
    return {
        lang: mark.join(row[lang] for row in rows) + end for lang, mark, end in (("zh", "；", "。"), ("en", ". ", "."))
    }


def shown(held: Holdings, found: Access) -> dict[str, Any]:
    """Which definition was used, what it came to, how near the cap it lies, and the other figures beside it."""
    row = definitions()[DEFINITION]
    look, votes = capital(held.view, held.company), voting(held.view, held.company)
    cap = found.cap
    return {
        "company": held.company,
        "definition": DEFINITION,
        "says": dict(row.answers),
        "source": dict(row.source),
        "confidence": row.confidence,
        "share": held.equity.as_json(),
        "percent": [plain(end) for end in held.ends()],
        "cap": None if cap is None else plain(cap),
        "to_cap": None if cap is None else [plain(exact(Fraction(cap) - Fraction(end))) for end in held.ends()],
        "any_foreign": held.any_foreign,
        "gate": found.gate,
        "controller": held.controller,
        "control_open": held.findings.controller.open,
        "foreign_control": held.foreign_control,
        **held.findings.as_json(),
        "sign": row.sign,
        "hmt": row.hmt,
        "others": {
            "equity_foreign_only": look.of({Kind.FOREIGN}).as_json(),
            "equity_state": look.of({Kind.STATE}).as_json(),
            "direct": look.direct(FOREIGN_AND_HMT).as_json(),
            "votes": votes.of(FOREIGN_AND_HMT).as_json(),
            **{name: passed(held.view, held.company, definitions()[name]).as_json() for name in PASS_THROUGH},
        },
        "books": [definitions().book()],
    }


# ---- what a change of hands would do


@dataclass(frozen=True, slots=True)
class Transfer:
    """`share` of the company, a ratio, goes from one holder to another; `after` is the foreign share then."""

    seller: str
    buyer: str
    share: Fraction
    after: Fraction

    def as_json(self) -> dict[str, Any]:
        return {
            "from": self.seller,
            "to": self.buyer,
            "share": str(self.share),
            "percent": plain(exact(self.share * 100)),
            "after": str(self.after),
        }


def transfers(held: Holdings, cap: Fraction, *, most: int = MOST_TRANSFERS) -> list[Transfer]:
    """The smallest single transfers of a direct stake that bring the foreign share down to `cap`, a ratio.

    A buyer is another direct holder, or a new domestic one. Each is looked through again before it is offered, so a
    loop above the company cannot make it untrue. Empty where the share is not determined or fits already.
    """
    if not held.equity.determined or held.equity.low <= cap:
        return []
    worth = {edge.owner: _foreign_part(held, edge.owner) for edge in held.view.capital.get(held.company, ())}
    found = []
    for edge in held.view.capital.get(held.company, ()):
        for buyer, part in {**worth, NEW_HOLDER: Fraction(0)}.items():
            mine = worth[edge.owner]
            if mine is None or part is None or part >= mine:
                continue
            needed = (held.equity.low - cap) / (mine - part)
            if needed <= edge.low:
                after = _after(held, edge.owner, buyer, needed).equity
                if after.determined and after.low <= cap:
                    found.append(Transfer(edge.owner, buyer, needed, after.low))
    return sorted(found, key=lambda t: (t.share, t.buyer == NEW_HOLDER, t.seller, t.buyer))[:most]


def _foreign_part(held: Holdings, owner: str) -> Fraction | None:
    if not held.view.is_company(owner):
        return Fraction(1) if held.view.kind(owner) in FOREIGN_AND_HMT else Fraction(0)
    found = capital(held.view.above(owner), owner).of(FOREIGN_AND_HMT)
    return found.low if found.determined else None


def _after(held: Holdings, seller: str, buyer: str, share: Fraction) -> Holdings:
    left, stakes = share, []
    for stake in held.stakes.stakes:
        behind = stake.nominee_for or stake.owner
        if behind == seller and stake.company == held.company and held.on in stake.span and left > 0:
            sold = min(left, stake.share.low)
            left -= sold
            stake = replace(stake, share=_share(stake.share.low - sold))
        stakes.append(stake)
    stakes.append(Stake(buyer, held.company, _share(share)))
    nodes = {**held.stakes.nodes, NEW_HOLDER: Node(NEW_HOLDER, Kind.DOMESTIC)}
    return Holdings(held.company, replace(held.stakes, nodes=nodes, stakes=tuple(stakes)), held.on)


def _share(value: Fraction) -> Share:
    return Share(value, value, str(value))


def _moves(found: Access, changes: list[dict[str, Any]], held: Holdings, book: AccessBook) -> Iterator[dict[str, Any]]:
    """For the first lower share with a more open answer, the transfers that lead there, whoever controls then."""
    for change in changes:
        share = change["set"].get("share")
        if share is None or Verdict(change["answer"]).openness <= found.verdict.openness:
            continue
        for transfer in transfers(held, Fraction(str(share)) / 100):
            after = _after(held, transfer.seller, transfer.buyer, transfer.share)
            if open_to(found.question, after, book).verdict.value == change["answer"]:
                yield {**change, "set": {"transfer": transfer.as_json()}}
        return
