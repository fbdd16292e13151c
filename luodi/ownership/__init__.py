"""Looking through stakes: what share of a company is foreign, by which definition, through which chains, and who
controls it. One company in exact fractions (`answer`, `equity` ..), every company of a register in columns (`bulk`).

Why each figure is counted as it is: docs/methods/look-through.md.
"""

from luodi.ownership.answer import answer
from luodi.ownership.figures import (
    any_foreign,
    controller,
    direct,
    equity,
    equity_foreign_only,
    equity_state,
    passthrough,
    votes,
)
from luodi.ownership.interval import Interval, Share, parse_share
from luodi.ownership.stakes import Contract, Kind, Node, Stake, Stakes, View

__all__ = [
    "Contract",
    "Interval",
    "Kind",
    "Node",
    "Share",
    "Stake",
    "Stakes",
    "View",
    "answer",
    "any_foreign",
    "controller",
    "direct",
    "equity",
    "equity_foreign_only",
    "equity_state",
    "parse_share",
    "passthrough",
    "votes",
]
