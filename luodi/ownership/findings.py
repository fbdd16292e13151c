"""What a decision about a company needs to know of its owners: who controls it and by which chain, who does so by
contract, and what of it is not recorded; each with its sentence in both languages.

Pure functions of one day's graph. Shares are ratios, exact. Why control is found as it is: docs/methods/look-through.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from luodi.ownership.control import HALF, Control, control
from luodi.ownership.definitions import definitions
from luodi.ownership.figures import capital
from luodi.ownership.interval import ZERO, Interval
from luodi.ownership.look import most
from luodi.ownership.picture import percent
from luodi.ownership.stakes import FOREIGN_AND_HMT, Contract, Kind, View

LANGUAGES: Final = ("zh", "en")
Says = Mapping[str, str]


class Side(StrEnum):
    """Whose a controller is. Holders from Hong Kong, Macao and Taiwan count as foreign."""

    FOREIGN = "foreign"
    CHINESE = "chinese"


@dataclass(frozen=True, slots=True)
class Controller:
    """Who controls a company in the end. Without an `id` nobody does, or, if `open`, it cannot be told; `side` is None
    also where the kind of the controller is unknown, or it is a company that nobody controls. `path` leads from the
    controller down to the company; `by_contract` says that a link of it is a contract."""

    company: str
    id: str | None
    open: bool
    side: Side | None
    path: tuple[str, ...]
    by_contract: bool
    says: Says

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "open": self.open,
            "side": self.side and self.side.value,
            "path": list(self.path),
            "by_contract": self.by_contract,
            "says": dict(self.says),
        }


@dataclass(frozen=True, slots=True)
class ContractControl:
    """Control of `company` by contract or, if `partner`, by the right of a general partner; `top` controls the one who
    holds it, `foreign` is None where that cannot be told."""

    controller: str
    company: str
    top: str | None
    foreign: bool | None
    partner: bool
    says: Says

    def as_json(self) -> dict[str, Any]:
        return {
            "controller": self.controller,
            "company": self.company,
            "top": self.top,
            "foreign": self.foreign,
            "partner": self.partner,
            "says": dict(self.says),
        }


@dataclass(frozen=True, slots=True)
class Unrecorded:
    """The part of a company of which no holder is recorded."""

    company: str
    share: Interval
    says: Says

    def as_json(self) -> dict[str, Any]:
        return {"company": self.company, "share": self.share.as_json(), "says": dict(self.says)}


@dataclass(frozen=True, slots=True)
class UnknownHolder:
    """A holder of unknown kind, and what it has of the company in the end."""

    id: str
    share: Interval
    says: Says

    def as_json(self) -> dict[str, Any]:
        return {"id": self.id, "share": self.share.as_json(), "says": dict(self.says)}


@dataclass(frozen=True, slots=True)
class Findings:
    """All of it. `chinese_side` says whether Chinese holders together have more than half of the votes, each holder
    counted for whoever controls it in the end; None where that cannot be told."""

    controller: Controller
    contracts: tuple[ContractControl, ...]
    unrecorded: tuple[Unrecorded, ...]
    unknown_holders: tuple[UnknownHolder, ...]
    chinese_side: bool | None

    def as_json(self) -> dict[str, Any]:
        return {
            "control": self.controller.as_json(),
            "contract_control": [row.as_json() for row in self.contracts],
            "unrecorded": [row.as_json() for row in self.unrecorded],
            "unknown_holders": [row.as_json() for row in self.unknown_holders],
            "chinese_side": self.chinese_side,
        }


def findings(view: View, company: str) -> Findings:
    """Everything at once. `view` holds what lies above the company on the day asked."""
    controlled = control(view, company)
    return Findings(
        controller_of(view, company, controlled),
        contract_control(view, controlled),
        unrecorded(view, company),
        unknown_holders(view, company),
        chinese_side(view, company, controlled),
    )


def controller_of(view: View, company: str, controlled: Control | None = None) -> Controller:
    """Who controls the company in the end, and through whom."""
    controlled = controlled or control(view, company)
    top = controlled.of(company)
    if top is None:
        circles = {node for circle in controlled.circular for node in circle}
        open_ = company in controlled.open or company in circles
        says = _says("control_open" if open_ else "control_none", company=_name(view, company))
        return Controller(company, None, open_, None, (), False, says)
    path, by_contract = _path(view, company, top, controlled)
    side = _side(view.kind(top))
    word = {Side.FOREIGN: "control_foreign", Side.CHINESE: "control_chinese", None: "control_unclear"}[side]
    names = {"controller": _name(view, top), "company": _name(view, company)}
    says = _says(word, **names, path=" → ".join(_name(view, node) for node in path))
    return Controller(company, top, False, side, path, by_contract, says)


def _side(kind: Kind) -> Side | None:
    """A company that nobody controls, and a holder of unknown kind, are on neither side."""
    if kind in FOREIGN_AND_HMT:
        return Side.FOREIGN
    return Side.CHINESE if kind in (Kind.DOMESTIC, Kind.STATE) else None


def _path(view: View, company: str, top: str, controlled: Control) -> tuple[tuple[str, ...], bool]:
    """From the controller down: at each node the contract that leads there, else the greatest votes that do."""
    before: dict[str, tuple[str, bool] | None] = {company: None}
    waiting = [company]
    while waiting and top not in before:
        node = waiting.pop(0)
        for owner, contract in _upwards(view, node, top, controlled):
            if owner not in before:
                before[owner] = node, contract
                waiting.append(owner)
    path, by_contract, step = [top], False, before.get(top)
    while step is not None:
        node, contract = step
        by_contract |= contract
        path.append(node)
        step = before[node]
    return tuple(path), by_contract


def _upwards(view: View, node: str, top: str, controlled: Control) -> Iterator[tuple[str, bool]]:
    ruling = [c for c in view.control.get(node, ()) if c != node and top in (c, controlled.group(c))]
    if ruling:
        yield from ((owner, True) for owner in ruling)
        return
    held = [e for e in view.votes.get(node, ()) if e.owner != node and top in (e.owner, controlled.group(e.owner))]
    yield from ((e.owner, False) for e in sorted(held, key=lambda e: (-e.low, -e.high, e.owner)))


def contract_control(view: View, controlled: Control) -> tuple[ContractControl, ...]:
    """Every control by contract of the company or above it."""
    return tuple(_contract(view, right, controlled) for right in view.rights if right.controller != right.company)


PARTNER: Final = "general-partner"


def _contract(view: View, right: Contract, controlled: Control) -> ContractControl:
    holder, company, top = right.controller, right.company, controlled.top.get(right.controller)
    side = None if top is None else _side(view.kind(top))
    foreign = None if side is None else side is Side.FOREIGN
    word = {True: "foreign", False: "chinese", None: "unclear"}[foreign]
    partner = right.how == PARTNER
    names = {"controller": _name(view, holder), "company": _name(view, company), "top": _name(view, top or holder)}
    says = _says(f"{'partner' if partner else 'contract'}_{word}", **names)
    return ContractControl(holder, company, top, foreign, partner, says)


def unrecorded(view: View, company: str) -> tuple[Unrecorded, ...]:
    """What of the company, and of each company above it, no holder is recorded for."""
    found = []
    for node in reversed(capital(view, company).companies):
        for edge in view.capital.get(node, ()):
            if not view.nodes[edge.owner].recorded:
                share = Interval(edge.low, edge.high)
                says = _says("unrecorded", company=_name(view, node), share=percent(share))
                found.append(Unrecorded(node, share, says))
    return tuple(found)


def unknown_holders(view: View, company: str) -> tuple[UnknownHolder, ...]:
    """The recorded holders of whom nobody knows whether they are foreign."""
    words = definitions().flags["unknown-holder"]
    return tuple(
        UnknownHolder(end, share, {lang: words[lang].format(at=_name(view, end)) for lang in LANGUAGES})
        for end, share in capital(view, company).holders.items()
        if view.kind(end) is Kind.UNKNOWN
    )


def chinese_side(view: View, company: str, controlled: Control | None = None) -> bool | None:
    """Whether Chinese holders together have more than half of the votes of the company."""
    controlled = controlled or control(view, company)
    if controlled.of(company) is not None:
        side = _side(view.kind(controlled.of(company) or company))
        return None if side is None else side is Side.CHINESE
    if view.control.get(company):
        return None  # who controls by contract is disputed or open
    held = [e for e in view.votes.get(company, ()) if e.owner != company]
    sides = {e.owner: _side_of(view, e.owner, controlled) for e in held}
    chinese = [e for e in held if sides[e.owner] is Side.CHINESE]
    unclear = [e for e in held if sides[e.owner] is None]
    needed = HALF * (1 - sum((e.low for e in view.votes.get(company, ()) if e.owner == company), ZERO))
    if sum((e.low for e in chinese), ZERO) > needed:
        return True
    return None if most(held, [*chinese, *unclear]) > needed else False


def _side_of(view: View, owner: str, controlled: Control) -> Side | None:
    top = controlled.top.get(owner)
    return None if top is None else _side(view.kind(top))


def _name(view: View, node: str) -> str:
    return view.nodes[node].name or node


def _says(word: str, **names: str) -> dict[str, str]:
    words = definitions().words["findings"][word]
    return {lang: words[lang].format(**names) for lang in LANGUAGES}
