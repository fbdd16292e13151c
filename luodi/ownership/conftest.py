"""Registers as tables, and made-up registers: what tests of many companies share."""

from dataclasses import replace
from datetime import date
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st

from luodi.dates import Span
from luodi.ownership import Contract, Kind, Node, Share, Stake, Stakes, parse_share

JUNE = date(2024, 6, 1)
fewer = settings(max_examples=min(settings.default.max_examples, 400) * 2 // 5)


def tables(stakes: Stakes, folder: Path, suffix: str = "parquet", number: bool = False) -> tuple[Path, Path]:
    """The register as a pair of tables, ids as text or numbers; shares as text."""
    import polars as pl

    ids = {name: (7 + 3 * i if number else name) for i, name in enumerate(stakes.nodes)}
    kind = pl.Int64 if number else pl.String
    one = lambda name: None if name is None else ids[name]  # noqa: E731
    rows = {
        "owner": pl.Series([one(s.owner) for s in stakes.stakes], dtype=kind),
        "company": pl.Series([one(s.company) for s in stakes.stakes], dtype=kind),
        "share": pl.Series([None if s.share.text == "?" else s.share.text for s in stakes.stakes], dtype=pl.String),
        "votes": pl.Series([s.votes.text if s.votes else None for s in stakes.stakes], dtype=pl.String),
        "nominee_for": pl.Series([one(s.nominee_for) for s in stakes.stakes], dtype=kind),
        "proxy_to": pl.Series([one(s.proxy_to) for s in stakes.stakes], dtype=kind),
        "from": pl.Series([s.span.first for s in stakes.stakes], dtype=pl.Date),
        "to": pl.Series([s.span.end for s in stakes.stakes], dtype=pl.Date),
    }
    rows = {
        name: column
        for name, column in rows.items()
        if name in ("owner", "company", "share") or column.null_count() < len(column)
    }
    nodes = {"id": pl.Series([*ids.values()], dtype=kind), "kind": [n.kind.value for n in stakes.nodes.values()]}
    ruled = {
        "controller": pl.Series([one(c.controller) for c in stakes.contracts], dtype=kind),
        "company": pl.Series([one(c.company) for c in stakes.contracts], dtype=kind),
    }
    paths = folder / f"stakes.{suffix}", folder / f"nodes.{suffix}", folder / f"contracts.{suffix}"
    for path, columns in zip(paths, (rows, nodes, ruled), strict=True):
        table = pl.DataFrame(columns)
        table.write_parquet(path) if suffix == "parquet" else table.write_csv(path)
    return paths[:2]


def closed(stakes: Stakes) -> Stakes:
    """The register with all that is not recorded held by a domestic holder."""
    rest = [
        Stake("Others", company, Share(edge.high, edge.high, str(edge.high)))
        for company, edges in stakes.on(JUNE).capital.items()
        for edge in edges
        if edge.owner not in stakes.nodes and edge.low == edge.high
    ]
    return replace(
        stakes, nodes={**stakes.nodes, "Others": Node("Others", Kind.DOMESTIC)}, stakes=(*stakes.stakes, *rest)
    )


ENDS = [Span(), Span(), Span(JUNE), Span(None, JUNE), Span(date(2024, 6, 2)), Span(date(2024, 1, 1), date(2025, 1, 1))]


@st.composite
def registers(draw: st.DrawFn, unknown: bool = True) -> Stakes:
    companies = [f"C{i}" for i in range(draw(st.integers(1, 7)))]
    nodes = {c: Node(c, Kind.COMPANY) for c in companies}
    kinds = {"F": Kind.FOREIGN, "K": Kind.HMT, "S": Kind.STATE, "H": Kind.DOMESTIC, "X": Kind.UNKNOWN}
    nodes |= {name: Node(name, kind) for name, kind in kinds.items() if unknown or name != "X"}
    stakes = []
    for company in companies:
        room = 20
        for owner in draw(st.lists(st.sampled_from([*nodes]), max_size=4)):
            size = draw(st.integers(0, room))
            if unknown and draw(st.integers(0, 4)) == 0:
                stakes.append(Stake(owner, company, parse_share("?")))
                continue
            room -= size
            text = f"{size}/20" if not unknown or draw(st.integers(0, 5)) else f"{size}/20..1"
            stakes.append(Stake(owner, company, parse_share(text), *draw(st.just(()) | _more([*nodes]))))
        if draw(st.booleans()) or not unknown:
            stakes.append(Stake("H", company, parse_share(f"{room}/20")))
    ends = st.tuples(st.sampled_from([*nodes]), st.sampled_from(companies))
    contracts = tuple(Contract(*pair) for pair in draw(st.lists(ends, max_size=2)))
    return Stakes(nodes, tuple(stakes), contracts)


def _more(nodes: list[str]) -> st.SearchStrategy[tuple]:
    """Votes, the one a nominee holds for, a proxy, and days."""
    votes = st.none() | st.sampled_from(["1/20", "1/2", ">1/2..1", "0.1..0.2"]).map(parse_share)
    one = st.none() | st.sampled_from(nodes)
    return st.tuples(votes, one, one, st.sampled_from(ENDS))
