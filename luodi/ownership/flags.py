"""What somebody should know before trusting a figure: each flag with the company it is about, in both languages."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from luodi.ownership.control import Control
from luodi.ownership.definitions import definitions
from luodi.ownership.interval import ZERO
from luodi.ownership.look import Look
from luodi.ownership.persons import Owners
from luodi.ownership.stakes import Edge, Kind, View

Flag = dict[str, Any]


def flag(name: str, at: str | list[str], value: object = None, **more: str) -> Flag:
    shown = ", ".join(at) if isinstance(at, list) else at
    says = {lang: text.format(at=shown, value=value, **more) for lang, text in definitions().flags[name].items()}
    row: Flag = {"flag": name, "at": at, "says": says, **more}
    return row if value is None else {**row, "value": str(value)}


def all_flags(view: View, look: Look, controlled: Control, owners: Owners) -> list[Flag]:
    """Every flag of one company, in the order in which the parts lie above it."""
    return [
        *_loop_flags(look),
        *(f for company in look.companies for f in _share_flags(company, look)),
        *(
            flag("share-follows", f.company, f.share, owner=f.owner)
            for f in view.followed
            if f.company in look.companies
        ),
        *(flag("unknown-holder", end) for end in look.recorded if view.kind(end) is Kind.UNKNOWN),
        *_moved_flags(view),
        *_control_flags(view, look.target, controlled),
        *_owner_flags(look.target, owners),
    ]


def _loop_flags(look: Look) -> Iterator[Flag]:
    overfull = {company for part in look.overfull for company in part}
    for part in look.parts:
        if not look.loops(part):
            continue
        if part[0] in overfull:
            yield flag("overfull-loop", part)
        elif all(e.owner in part for company in part for e in look.edges.get(company, ())) and all(
            _sum(company, look) >= 1 for company in part
        ):
            yield flag("ownerless-loop", part)


def _sum(company: str, look: Look) -> Fraction:
    return sum((e.low for e in _held(company, look)), ZERO)


def _held(company: str, look: Look) -> list[Edge]:
    return [e for e in look.edges.get(company, ()) if look.nodes[e.owner].recorded]


def _share_flags(company: str, look: Look) -> Iterator[Flag]:
    held = _held(company, look)
    if not held:
        yield flag("no-owner", company)
        return
    total = _sum(company, look)
    own = sum((e.low for e in held if e.owner == company), ZERO)
    if total > 1:
        yield flag("shares-over-one", company, total)
    elif any(e.low != e.high for e in held):
        yield flag("unknown-share", company)
    elif len(held) < len(look.edges[company]):
        yield flag("shares-under-one", company, total)
    yield from (flag("nothing-left", company, owner=e.owner) for e in held if e.over and not e.high)
    if own:
        yield flag("own-shares", company, own)


def _moved_flags(view: View) -> Iterator[Flag]:
    for stake in view.moved:
        if stake.nominee_for:
            yield flag("nominee", stake.owner, stake.nominee_for)
        if stake.proxy_to:
            yield flag("proxy", stake.owner, stake.proxy_to)


def _control_flags(view: View, target: str, controlled: Control) -> Iterator[Flag]:
    for company, controllers in view.control.items():
        yield from (flag("contract-control", company, controller) for controller in controllers)
    yield from (flag("control-overruled", node, top) for node, top in controlled.overruled.items())
    yield from (flag("control-disputed", node, ", ".join(tops)) for node, tops in controlled.disputed.items())
    yield from (flag("control-circular", circle) for circle in controlled.circular)
    if controlled.top.get(target) is None and target in controlled.open:
        yield flag("control-open", target)
    for hint in view.hints:
        borne_out = (hint.controller, controlled.group(hint.controller))
        if hint.company == target and controlled.group(target) not in borne_out:
            yield flag("control-hint", target, hint.controller)


def _owner_flags(target: str, owners: Owners) -> Iterator[Flag]:
    yield from (flag("beneficial-owner-open", person) for person in owners.open)
    if owners.hidden:
        yield flag("beneficial-owner-unrecorded", target)
    elif not owners.found and not owners.open:
        yield flag("no-beneficial-owner", target)
