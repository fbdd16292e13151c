"""Everything about the ownership of one company on one day, as one document: the answer of `luodi ownership`."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any, Final

from luodi.ownership.chains import MOST, Chains, chains
from luodi.ownership.control import affiliates, control
from luodi.ownership.definitions import Definition, definitions
from luodi.ownership.figures import capital, voting
from luodi.ownership.flags import all_flags
from luodi.ownership.interval import NOTHING, ONE, ZERO, Interval
from luodi.ownership.look import Look
from luodi.ownership.passing import pass_through
from luodi.ownership.persons import beneficial_owners, group_shares, is_foreign_group
from luodi.ownership.stakes import FOREIGN_AND_HMT, Edge, Kind, Stakes, View

PASS_THROUGH: Final = ("passthrough_ge_1o4", "passthrough_ge_1o2", "passthrough_gt_half")


def answer(company: str, stakes: Stakes, *, on: date, most_chains: int = MOST) -> dict[str, Any]:
    """The document of one company. Raises `UnknownCompany` if the stakes do not have it."""
    stakes.require(company)
    return answer_from(stakes.on(on).above(company), company, on=on, most_chains=most_chains)


def answer_from(view: View, company: str, *, on: date, most_chains: int = MOST) -> dict[str, Any]:
    """The same from a graph that holds what lies above the company."""
    look = capital(view, company)
    voted = look if view.one_vote_a_share else voting(view, company)
    controlled = control(view, company)
    groups = affiliates(view, company, controlled)
    shares = group_shares(view.capital.get(company, ()), groups)
    book = definitions()
    owners = beneficial_owners(view, company, controlled, _threshold(book["beneficial_owner"]))
    carried = chains(look, FOREIGN_AND_HMT, most=most_chains)
    return {
        "company": company,
        "on": on.isoformat(),
        **_equities(look),
        "direct": look.direct(FOREIGN_AND_HMT).as_json(),
        "votes": voted.of(FOREIGN_AND_HMT).as_json(),
        "any_foreign": look.reaches(FOREIGN_AND_HMT),
        "controller": controlled.of(company),
        "groups": {name: share.as_json() for name, share in shares.items()},
        "listed_caps": _listed_caps(view, groups, shares, look, company),
        "beneficial_owners": [{**row, "share": row["share"].as_json()} for row in owners.found],
        **{name: passed(view, company, book[name]).as_json() for name in PASS_THROUGH},
        "holders": {end: share.as_json() for end, share in look.holders.items()},
        **_explained(look, carried),
        "flags": all_flags(view, look, controlled, owners),
        "definitions": {name: row.as_json() for name, row in book.rows.items()},
        "basis": book.basis(book.rows),
        "books": [book.book()],
    }


def _equities(look: Look) -> dict[str, Any]:
    return {
        "equity": look.of(FOREIGN_AND_HMT).as_json(),
        "equity_foreign_only": look.of({Kind.FOREIGN}).as_json(),
        "equity_state": look.of({Kind.STATE}).as_json(),
    }


def passed(view: View, company: str, row: Definition) -> Interval:
    """The share under a definition that counts holdings in full from a threshold."""
    return pass_through(view, company, row.kinds, _threshold(row), row.sign)


def _threshold(row: Definition) -> Any:
    assert row.threshold is not None, row.id
    return row.threshold


def _explained(look: Look, carried: Chains) -> dict[str, Any]:
    """The chains and what they leave over: shares without a recorded holder, and foreign chains not listed."""
    rows = [{"path": list(c.path), "share": c.share.as_json(), "carries": str(c.carries)} for c in carried.listed]
    unlisted = Interval.exactly(carried.unlisted)
    return {
        "chains": rows,
        "loop_factor": str(carried.loop_factor),
        "remainder": (look.unrecorded + unlisted).as_json(),
        "unrecorded": look.unrecorded.as_json(),
        "unlisted": unlisted.as_json(),
    }


def _listed_caps(
    view: View, groups: Mapping[str, list[Edge]], shares: Mapping[str, Interval], look: Look, company: str
) -> dict[str, Any]:
    """The tests of listed companies: 10 % for one group, 30 % for all, and the domestic route below 10 %. Groups of
    unknown kind, and what is not recorded, may be foreign."""
    book = definitions()
    kinds = {name: is_foreign_group(name, groups[name], view) for name in shares}
    foreign = {name: share for name, share in shares.items() if kinds[name]}
    largest = next(iter(foreign), None)
    hidden = sum((e.high for e in view.capital.get(company, ()) if not view.nodes[e.owner].recorded), ZERO)
    single, total = _with_hidden(foreign, {n: s for n, s in shares.items() if kinds[n] is None}, hidden)
    leader = next(iter(shares), None)
    share = look.of(FOREIGN_AND_HMT)
    below = book["listed_domestic_route"].met(share)
    return {
        "single": {"group": largest, "share": single.as_json(), "exceeds": book["listed_cap_single"].met(single)},
        "total": {"share": total.as_json(), "exceeds": book["listed_cap_total"].met(total)},
        "domestic_route": {
            "share": share.as_json(),
            "largest_holder": leader,
            "open": _domestic_route(below, None if leader is None else (shares[leader].low, kinds[leader]), hidden),
        },
    }


def _with_hidden(
    foreign: Mapping[str, Interval], perhaps: Mapping[str, Interval], hidden: Fraction
) -> tuple[Interval, Interval]:
    """The share of the largest foreign group and of all, where others may be foreign or of a group."""
    most = max((share.high for share in (*foreign.values(), *perhaps.values())), default=ZERO)
    single = Interval(max((share.low for share in foreign.values()), default=ZERO), min(ONE, most + hidden))
    sure = sum(foreign.values(), NOTHING)
    may = sum((share.high for share in perhaps.values()), ZERO)
    return single, Interval(sure.low, max(sure.low, min(ONE, sure.high + may + hidden)))


def _domestic_route(below: bool | None, leader: tuple[Fraction, bool | None] | None, hidden: Fraction) -> bool | None:
    """Whether it is open: below 10 %, and the largest holder Chinese; None where either cannot be told."""
    if below is not False or leader is None:
        return None if below is None else False
    share, is_foreign = leader
    if is_foreign is None or hidden > share:
        return None
    return not is_foreign
