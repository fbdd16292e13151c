"""Each figure of one company on one day, under one definition. All are exact; see docs/methods/look-through.md."""

from datetime import date

from luodi.ownership.control import control
from luodi.ownership.definitions import definitions
from luodi.ownership.interval import Interval
from luodi.ownership.look import Look
from luodi.ownership.passing import pass_through
from luodi.ownership.stakes import FOREIGN_AND_HMT, Kind, Stakes, View


def capital(view: View, company: str) -> Look:
    """The company seen through capital."""
    return Look(company, view.nodes, view.capital, view.is_company)


def voting(view: View, company: str) -> Look:
    """The company seen through votes."""
    return Look(company, view.nodes, view.votes, view.is_company)


def _above(company: str, stakes: Stakes, on: date) -> View:
    stakes.require(company)
    return stakes.on(on).above(company)


def equity(company: str, stakes: Stakes, *, on: date) -> Interval:
    """Foreign share of `company` on one day, looked through every layer, as exact fractions.

    Links multiply and chains add: 51 % of 51 % is 26.01 %. Loops are solved; a loop that nobody outside owns
    is [0, 1]. Capital, not votes: see `controller`. Holders from Hong Kong, Macao and Taiwan count.
    """
    return capital(_above(company, stakes, on), company).of(FOREIGN_AND_HMT)


def equity_foreign_only(company: str, stakes: Stakes, *, on: date) -> Interval:
    """As `equity`, without holders from Hong Kong, Macao and Taiwan."""
    return capital(_above(company, stakes, on), company).of({Kind.FOREIGN})


def equity_state(company: str, stakes: Stakes, *, on: date) -> Interval:
    """The share of the state, looked through every layer."""
    return capital(_above(company, stakes, on), company).of({Kind.STATE})


def direct(company: str, stakes: Stakes, *, on: date) -> Interval:
    """The share that foreign and HMT holders have in the company itself."""
    return capital(_above(company, stakes, on), company).direct(FOREIGN_AND_HMT)


def votes(company: str, stakes: Stakes, *, on: date) -> Interval:
    """As `equity`, with votes in place of capital."""
    return voting(_above(company, stakes, on), company).of(FOREIGN_AND_HMT)


def any_foreign(company: str, stakes: Stakes, *, on: date) -> bool | None:
    """Whether some chain of positive shares ends in a foreign or HMT holder; None if that is not known."""
    return capital(_above(company, stakes, on), company).reaches(FOREIGN_AND_HMT)


def controller(company: str, stakes: Stakes, *, on: date) -> str | None:
    """The ultimate controller, by votes of more than half or by contract; None if there is none or it is open."""
    return control(_above(company, stakes, on), company).of(company)


def passthrough(company: str, stakes: Stakes, definition: str, *, on: date) -> Interval:
    """The foreign share where holdings count in full from a threshold, that of `definition`: `passthrough_ge_1o4` .."""
    row = definitions()[definition]
    assert row.threshold is not None, definition
    return pass_through(_above(company, stakes, on), company, row.kinds, row.threshold, row.sign)
