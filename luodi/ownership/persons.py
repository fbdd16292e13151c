"""Beneficial owners, and the caps of listed companies: who counts, and by which test."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from luodi.ownership.control import Control
from luodi.ownership.interval import NOTHING, ZERO, Interval
from luodi.ownership.look import Look, most
from luodi.ownership.stakes import FOREIGN_AND_HMT, Edge, Kind, View

_PERSONS: Final = frozenset({Kind.DOMESTIC, Kind.FOREIGN, Kind.HMT})


def is_person(node: str, view: View) -> bool:
    """Whether a holder counts as a natural person: it was declared one, or it is a holder whom nobody owns.
    The state is none; whether a holder of unknown kind is one, nobody knows."""
    row = view.nodes[node]
    if row.person is not None:
        return row.person
    return row.kind in _PERSONS and not view.capital.get(node)


def person_looks(view: View, target: str) -> tuple[Look, Look]:
    """Capital and votes looked through up to persons: entities abroad that somebody owns are looked through too."""

    def through(node: str) -> bool:
        return view.is_company(node) or (bool(view.capital.get(node)) and not view.nodes[node].person)

    capital = Look(target, view.nodes, view.capital, through)
    return capital, capital if view.one_vote_a_share else Look(target, view.nodes, view.votes, through)


@dataclass(frozen=True)
class Owners:
    """The beneficial owners, those persons of whom it is open, and whether somebody may be one whom nobody recorded."""

    found: list[dict[str, Any]]
    open: list[str]
    hidden: bool


def beneficial_owners(view: View, target: str, controlled: Control, threshold: Fraction) -> Owners:
    """Natural persons with at least the threshold of capital, else of votes, else with control.

    Each person is named once, with the first test met. Where there is none, the manager must be named, whom no
    register of stakes knows. What is not recorded may be anybody's, also that of a person who falls short.
    """
    capital, votes = person_looks(view, target)
    found: list[dict[str, Any]] = []
    undecided: list[str] = []
    for person in sorted({*capital.ends, *votes.ends, *filter(None, [controlled.of(target)])}):
        if not is_person(person, view):
            continue
        share = capital.holders.get(person, NOTHING)
        voting = votes.holders.get(person, NOTHING)
        if share.low >= threshold:
            found.append({"id": person, "share": share, "how": "equity"})
        elif voting.low >= threshold:
            found.append({"id": person, "share": voting, "how": "votes"})
        elif controlled.of(target) == person:
            found.append({"id": person, "share": share, "how": "control"})
        elif share.high + capital.hidden >= threshold or voting.high + votes.hidden >= threshold:
            undecided.append(person)
    found.sort(key=lambda row: (-row["share"].low, row["id"]))
    hidden = max(capital.hidden, votes.hidden) >= threshold or target in controlled.open
    return Owners(found, undecided, hidden)


def group_shares(held: tuple[Edge, ...], groups: Mapping[str, list[Edge]]) -> dict[str, Interval]:
    """What each affiliate group has in the company itself, greatest first."""
    shares = {name: Interval(sum((e.low for e in edges), ZERO), most(held, edges)) for name, edges in groups.items()}
    return dict(sorted(shares.items(), key=lambda row: (-row[1].high, row[0])))


def is_foreign_group(name: str, edges: list[Edge], view: View) -> bool | None:
    """A group led by a foreign or HMT holder, or a declared one with such a member; None if its kind is unknown."""
    kinds = {view.kind(member) for member in ([name] if name in view.nodes else [e.owner for e in edges])}
    return True if kinds & FOREIGN_AND_HMT else None if Kind.UNKNOWN in kinds else False
