"""luodi ownership: stakes looked through, for one company, for many graphs, or for every company of a register."""

import sys
from datetime import date
from pathlib import Path
from typing import Any

import click

from luodi.advice import lines
from luodi.cli.shared import batch_option, console, json_option, lang_option, on_option, print_json, run_batch
from luodi.documents.marks import of_its_day
from luodi.errors import BadInput, MissingKey
from luodi.extras import require
from luodi.message import Message
from luodi.ownership.answer import answer
from luodi.ownership.reading import read_stakes
from luodi.ownership.stakes import Stakes


@click.command("ownership")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--company", metavar="ID", help="The company asked.")
@click.option(
    "--stakes", "stakes_path", type=click.Path(path_type=Path), metavar="FILE", help="Stakes, CSV or Parquet."
)
@click.option("--nodes", "nodes_path", type=click.Path(path_type=Path), metavar="FILE", help="Nodes, CSV or Parquet.")
@click.option(
    "--contracts", type=click.Path(path_type=Path), metavar="FILE", help="Control by contract, CSV or Parquet."
)
@click.option("--gleif", type=click.Path(path_type=Path), metavar="FILE", help="Hints of control: GLEIF level 2, CSV.")
@click.option("--to", type=click.Path(path_type=Path), metavar="FILE", help="All companies: one row each, Parquet.")
@click.option(
    "--define",
    multiple=True,
    metavar="NAME",
    help="A figure to compute beside equity, such as votes; several times, or `all`.",
)
@click.option(
    "--since",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The stakes as they were: only what lies below a change is computed.",
)
@click.option(
    "--since-nodes", type=click.Path(path_type=Path), metavar="FILE", help="The nodes as they were, if they changed."
)
@click.option(
    "--since-contracts",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The contracts as they were, if they changed.",
)
@click.option("--picture", type=click.Path(path_type=Path), metavar="FILE", help="What lies above, drawn as SVG.")
@click.option("--bods", type=click.Path(path_type=Path), metavar="FILE", help="Write the register as BODS 0.4.")
@click.option(
    "--tables",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="Write the register as tables: stakes, nodes, contracts.",
)
@click.option("--as", "form", type=click.Choice(["parquet", "csv"]), default="parquet", help="The form of --tables.")
@on_option
@json_option
@lang_option
@batch_option
def command(
    file: Path | None,
    company: str | None,
    stakes_path: Path | None,
    nodes_path: Path | None,
    contracts: Path | None,
    gleif: Path | None,
    to: Path | None,
    define: tuple[str, ...],
    since: Path | None,
    since_nodes: Path | None,
    since_contracts: Path | None,
    picture: Path | None,
    bods: Path | None,
    tables: Path | None,
    form: str,
    on: date,
    as_json: bool,
    lang: str,
    batch: Path | None,
) -> None:
    """Stakes looked through: the foreign share, control and chains of one company, or of all companies of a register.

    FILE is YAML or JSON {nodes, stakes, contracts}, or BODS 0.4; or give --stakes and --nodes as tables.

    Exit status: 0 answered, 2 bad input.
    """
    if batch is not None:
        sys.exit(run_batch(batch, on, lines.KEYS["ownership"], lines.ownership))
    if to is not None:
        before = (since, since_nodes, since_contracts)
        _all(_pair(stakes_path, nodes_path), contracts, to, define, before, on, as_json, lang)
        return
    if since or since_nodes or since_contracts:
        raise MissingKey("cli.since-needs-file-companies-may")
    if file is not None and stakes_path is not None:
        raise BadInput("cli.give-file-or-stakes-nodes")
    if file is not None and contracts is not None:
        raise BadInput("cli.contracts-goes-with-stakes-nodes")
    written = bods is not None or tables is not None
    stakes = _register(file, stakes_path, nodes_path, contracts, company, on, whole=written)
    for note in stakes.notes:
        click.echo(f"luodi: {note}", err=True)
    if gleif is not None:
        from luodi.ownership.gleif import read_gleif, with_hints

        stakes = with_hints(stakes, read_gleif(gleif))
    if bods is not None:
        _write_bods(stakes, bods, on)
    if tables is not None:
        _write_tables(stakes, tables, form)
    if company is None:
        if not written:
            raise MissingKey("cli.name-company-with-company-or")
        return
    _one(stakes, company, on, picture, as_json=as_json, lang=lang)


def _pair(stakes: Path | None, nodes: Path | None) -> tuple[Path, Path]:
    if stakes is None or nodes is None:
        raise MissingKey("cli.tables-come-pair")
    return stakes, nodes


def _register(
    file: Path | None,
    stakes: Path | None,
    nodes: Path | None,
    contracts: Path | None,
    company: str | None,
    on: date,
    *,
    whole: bool,
) -> Stakes:
    if file is not None:
        return read_stakes(file)
    if stakes is None and nodes is None:
        raise MissingKey("cli.give-file-or-stakes-nodes-2")
    pair = _pair(stakes, nodes)
    require("bulk", Message("cli.ownership-with-tables"))
    if whole or company is None:
        from luodi.ownership.rows import read_rows

        return read_rows(*pair, contracts)
    from luodi.ownership.tables import read_register

    return read_register(*pair, on=on, contracts=contracts).stakes(company)


def _one(stakes: Stakes, company: str, on: date, picture: Path | None, *, as_json: bool, lang: str) -> None:
    document = answer(company, stakes, on=on)
    if picture is not None:
        from luodi.ownership.picture import draw

        _write_text(picture, draw(stakes.on(on).above(company), company, lang=lang, on=on))
    if as_json:
        print_json(of_its_day(document))
    else:
        _tell(document, lang)


def _write_bods(stakes: Stakes, path: Path, on: date) -> None:
    import json

    from luodi.ownership.bods_writing import bods_from

    _write_text(path, json.dumps(bods_from(stakes, on=on), ensure_ascii=False, indent=1) + "\n")


def _write_tables(stakes: Stakes, folder: Path, form: str) -> None:
    require("bulk", "`luodi ownership --tables`")
    from luodi.ownership.rows import write_tables

    write_tables(stakes, folder, form)
    click.echo(f"{folder.name} written", err=True)


def _write_text(path: Path, text: str) -> None:
    from luodi.files import whole_file

    with whole_file(path) as unfinished:
        unfinished.write_text(text, encoding="utf-8")
    click.echo(f"{path.name} written", err=True)


def _all(
    pair: tuple[Path, Path],
    contracts: Path | None,
    to: Path,
    define: tuple[str, ...],
    before: tuple[Path | None, ...],
    on: date,
    as_json: bool,
    lang: str,
) -> None:
    require("bulk", "`luodi ownership --to`")
    from luodi.ownership.bulk import Tables, run

    since = None
    if any(before):
        stakes, nodes, ruled = before
        since = Tables(stakes or pair[0], nodes or pair[1], ruled or contracts)
    done = run(*pair, contracts=contracts, to=to, figures=define, since=since, on=on, tell=_progress)
    if as_json:
        print_json(done)
    else:
        seconds = ", ".join(f"{name} {value:.2f} s" for name, value in done["seconds"].items())
        click.echo(f"{done['companies']:,} companies in {to.name} ({seconds})")
        for name in ("over", "under"):
            _tell_sums(done[f"shares_{name}_one"], name, lang)


def _tell_sums(found: dict[str, Any], name: str, lang: str) -> None:
    """Companies whose recorded shares make more, or less, than the whole."""
    from luodi.ownership.definitions import definitions

    if found["count"]:
        first = ", ".join(f"{row['company']} ({row['recorded']:.6g})" for row in found["first"])
        click.echo(definitions().words["table"][name][lang].format(n=f"{found['count']:,}", first=first))


def _progress(text: str) -> None:
    """On standard error, and only to a person."""
    if sys.stderr.isatty():
        click.echo(text, err=True)


def _tell(document: dict[str, Any], lang: str) -> None:
    from rich.table import Table

    from luodi.ownership.definitions import definitions

    figures, words = ({k: v[lang] for k, v in definitions().words[name].items()} for name in ("figures", "table"))
    out = console()
    table = Table(title=f"{document['company']}, {document['on']}", title_justify="left")
    for column in ("figure", "value", "source"):
        table.add_column(words[column])
    for name, label in figures.items():
        source = document["definitions"].get(name, {}).get("source", {}).get(lang, "")
        table.add_row(label, _shown(document, name, words), source)
    out.print(table)
    out.print(words["chains"])
    for chain in document["chains"][:10]:
        out.print(f"  {_percent(chain['share'])}  {' -> '.join(chain['path'])}", markup=False)
    for flag in document["flags"]:
        out.print(f"{words['flag']}: {flag['says'][lang]}", markup=False)


def _shown(document: dict[str, Any], name: str, words: dict[str, str]) -> str:
    value = document[name]
    if value is None:
        open_ = name != "controller" or any(flag["flag"] == "control-open" for flag in document["flags"])
        return words["open" if open_ else "none"]
    if isinstance(value, bool):
        return words["yes" if value else "no"]
    return str(value) if name == "controller" else _percent(value)


def _percent(value: Any) -> str:
    """`26.01 %`, beside the exact fraction where percent is rounded."""
    from fractions import Fraction

    if isinstance(value, list):
        return " .. ".join(map(_percent, value))
    share = Fraction(value) * 100
    shown = f"{float(share):.6g}"
    return f"{shown} %" if Fraction(shown) == share else f"{shown} % ({value})"
