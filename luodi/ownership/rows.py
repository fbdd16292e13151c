"""A whole register as tables, row by row: every day, every text, every source. For registers that fit in memory as
objects; figures of large ones are computed in columns (`tables`, `bulk`)."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

from luodi.ownership.columns import Table
from luodi.ownership.reading import stakes_from
from luodi.ownership.stakes import Contract, Node, Stake, Stakes
from luodi.ownership.tables import CONTRACT_COLUMNS, NODE_COLUMNS, STAKE_COLUMNS

FORMATS: Final = ("parquet", "csv")


def read_rows(stakes: Path, nodes: Path, contracts: Path | None) -> Stakes:
    """Everything the tables say. Raises what reading the same records from YAML would."""
    raw: dict[str, Any] = {
        "nodes": _records(nodes, NODE_COLUMNS, ("id", "kind")),
        "stakes": _records(stakes, STAKE_COLUMNS, ("owner", "company", "share")),
    }
    if contracts is not None:
        raw["contracts"] = _records(contracts, CONTRACT_COLUMNS, ("controller", "company"))
    return stakes_from(raw, stakes.name)


def _records(path: Path, known: tuple[str, ...], needed: tuple[str, ...]) -> list[dict[str, Any]]:
    table = Table(path, known, needed)
    columns = {name: table[name].to_pylist() for name in known if name in table.columns}
    rows = (dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True))
    return [{key: _text(value) for key, value in row.items() if value is not None or key == "share"} for row in rows]


def _text(value: Any) -> Any:
    """Floats stand for the shortest decimal that names them."""
    return repr(value) if isinstance(value, float) else value


def write_tables(stakes: Stakes, folder: Path, form: str) -> None:
    """Stakes, nodes and contracts as files of a new folder, which is there whole or not at all. Hints have no table."""
    from luodi.files import whole_folder

    with whole_folder(folder) as unfinished:
        for name, rows, columns in (
            ("nodes", [_node(node) for node in stakes.nodes.values()], NODE_COLUMNS),
            ("stakes", [_stake(stake) for stake in stakes.stakes], STAKE_COLUMNS),
            ("contracts", [_contract(contract) for contract in stakes.contracts], CONTRACT_COLUMNS),
        ):
            _write(rows, columns, unfinished / f"{name}.{form}")


def _write(rows: Sequence[Mapping[str, Any]], columns: tuple[str, ...], path: Path) -> None:
    import pyarrow as pa
    from pyarrow import csv, parquet

    kinds = {"from": pa.date32(), "to": pa.date32(), "person": pa.bool_()}
    table = pa.table({name: pa.array([r.get(name) for r in rows], kinds.get(name, pa.string())) for name in columns})
    (csv.write_csv if path.suffix == ".csv" else parquet.write_table)(table, path)


def _node(node: Node) -> dict[str, Any]:
    return {
        "id": node.id,
        "kind": node.kind.value,
        "group": node.group,
        "person": node.person,
        "name": node.name,
        "country": node.country,
    }


def _stake(stake: Stake) -> dict[str, Any]:
    return {
        "owner": stake.owner,
        "company": stake.company,
        "share": stake.share.text,
        "votes": stake.votes.text if stake.votes else None,
        "nominee_for": stake.nominee_for,
        "proxy_to": stake.proxy_to,
        **_days(stake.span.first, stake.span.end),
        "source": stake.source,
    }


def _contract(contract: Contract) -> dict[str, Any]:
    days = _days(contract.span.first, contract.span.end)
    return {"controller": contract.controller, "company": contract.company, **days, "how": contract.how}


def _days(first: date | None, end: date | None) -> dict[str, date | None]:
    return {"from": first, "to": end}
