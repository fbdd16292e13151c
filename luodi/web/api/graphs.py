"""How large a graph of stakes may be that a stranger sends: exact shares in a large loop take long to solve."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

from django.apps import apps

from luodi.advice.lines import ask
from luodi.advice.observed import NOTHING, Observations
from luodi.web.api.refusals import TooLarge
from luodi.web.core.types import Json

MOST_STAKES: Final = 5_000
MOST_IN_A_LOOP: Final = 300


def answer(question: str, raw: Mapping[str, Any], *, today: date, at: str | None = None) -> Json:
    """`ask`, with graphs of bounded size, and with what this site observed. Raises `TooLarge` besides."""
    for graph in _graphs(raw):
        bounded(graph, at)
    return ask(question, raw, today=today, at=at, observed=_observed)


def _observed(on: date) -> Observations:
    """Nothing where no site is set up: an assistant may have the books alone."""
    if not apps.ready:
        return NOTHING
    from luodi.web.api.signals import observed_times

    return Observations(tuple(observed_times.ask(on=on)))


def _graphs(raw: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The question itself, its holdings, and those of its profile, where they are mappings."""
    profile = raw.get("profile")
    held = profile.get("holdings") if isinstance(profile, Mapping) else None
    yield from (graph for graph in (raw, raw.get("holdings"), held) if isinstance(graph, Mapping))


def bounded(graph: Mapping[str, Any], at: str | None) -> None:
    """Raises `TooLarge` for a graph that would take long."""
    stakes = graph.get("stakes")
    if not isinstance(stakes, list) or len(stakes) <= MOST_IN_A_LOOP:  # too few for a larger loop
        return
    if len(stakes) > MOST_STAKES:
        raise TooLarge("api.graph-most-stakes", most_stakes=MOST_STAKES, at=at)
    loop = largest_loop([(str(s.get("owner")), str(s.get("company"))) for s in stakes if isinstance(s, Mapping)])
    if loop > MOST_IN_A_LOOP:
        raise TooLarge(
            "api.companies-hold-each-other-loop",
            loop=loop,
            most_in_a_loop=MOST_IN_A_LOOP,
            at=at,
        )


def largest_loop(stakes: list[tuple[str, str]]) -> int:
    """How many companies the largest group has in which each holds each, directly or not."""
    import numpy as np
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    numbers: dict[str, int] = {}
    ends = [(numbers.setdefault(a, len(numbers)), numbers.setdefault(b, len(numbers))) for a, b in stakes]
    if not ends:
        return 0
    rows, columns = np.array(ends).T
    graph = coo_array((np.ones(len(ends)), (rows, columns)), shape=(len(numbers), len(numbers)))
    return int(np.bincount(connected_components(graph, connection="strong")[1]).max())
