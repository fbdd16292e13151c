"""luodi bulk: every rule of a book for every company of a table."""

import os
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, Final, NoReturn

import click

from luodi.cli.shared import console, json_option, lang_option, on_option, print_json, progress_bar, stopping
from luodi.errors import BadInput, LuodiError
from luodi.message import Message, in_line
from luodi.rules.book import Book
from luodi.rules.library import load_book

ANSWER: Final = {"match": "yes", "no_match": "no", "need_info": "unknown", "error": "error"}
PATH: Final = click.Path(path_type=Path)


@click.command("bulk")
@click.option("--book", "book_name", default="policies", show_default=True, help="A book by name or folder.")
@click.option(
    "--companies",
    metavar="FILE",
    help=".parquet (or a folder of it), .csv, .tsv, .arrow, - for an Arrow stream; see --query.",
)
@click.option("--query", metavar="SQL", help="Take the companies that a query answers with.")
@on_option
@click.option(
    "--out",
    type=click.Choice(["counts", "pairs", "blocks", "columns"]),
    default="counts",
    show_default=True,
    help="What comes out.",
)
@click.option("--to", metavar="PATH", help="Where it goes; needed for all but counts.")
@click.option(
    "--engine",
    type=click.Choice(["local", "spark"]),
    default="local",
    show_default=True,
    help="Where it is worked out: here, or on Spark.",
)
@click.option("--master", metavar="URL", help="The master of Spark, such as local[2] or yarn; see --engine.")
@click.option(
    "--format",
    "table_format",
    metavar="NAME",
    help="What Spark reads: parquet, csv, orc, delta, .., or table for a name of its catalogue.",
)
@click.option("--threads", type=click.IntRange(1, 1024), help="How many threads; as many as processors if left out.")
@click.option(
    "--kernel",
    type=click.Choice(["numba", "numpy"]),
    default="numba",
    show_default=True,
    help="Compiled, or numpy alone.",
)
@click.option(
    "--column",
    "columns",
    multiple=True,
    metavar="COLUMN=ATTRIBUTE",
    help="A column that has another name than its attribute; may be repeated.",
)
@click.option("--id", "id_column", metavar="COLUMN", help="The column that names a company; `id` if there is one.")
@click.option("--rejects", type=PATH, metavar="PATH", help="Where refused rows are listed, as JSON Lines.")
@click.option(
    "--since",
    type=PATH,
    metavar="PATH",
    help="An earlier result as blocks, to list what changed, by id; the same table is not evaluated anew.",
)
@click.option(
    "--changes",
    type=PATH,
    metavar="PATH",
    help="Where newly matching and no longer matching companies are listed, as Parquet.",
)
@click.option("--resume", is_flag=True, help="Go on where an interrupted run with the same question stopped.")
@click.option(
    "--explain",
    "row",
    type=click.IntRange(0),
    metavar="ROW",
    help="Explain one row, counted from 0, as `luodi match` does.",
)
@json_option
@lang_option
def command(
    book_name: str,
    companies: str | None,
    query: str | None,
    on: date,
    out: str,
    to: str | None,
    engine: str,
    master: str | None,
    table_format: str | None,
    threads: int | None,
    kernel: str,
    columns: tuple[str, ...],
    id_column: str | None,
    rejects: Path | None,
    since: Path | None,
    changes: Path | None,
    resume: bool,
    row: int | None,
    as_json: bool,
    lang: str,
) -> None:
    """Every rule of a book for every company of a table, as many as there are.

    Exit status: 0 every row was answered; 2 bad input, also where rows were refused, stand twice or have no id; 130
    stopped.
    """
    _check(companies, query, to, engine, master or table_format, since=since, changes=changes, resume=resume)
    book = load_book(book_name)
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")  # Arrow's own keeps several times what is in use
    from luodi.matching.asked import Out, RunOptions

    rejects, changes = _beside(companies, to, rejects, changes, since)
    options = RunOptions(
        on=on,
        out=Out(out),
        to=Path(to) if to else None,
        threads=threads or 0,
        kernel=kernel,
        columns=_mapping(columns),
        id_column=id_column,
        rejects=rejects,
        since=since,
        changes=changes,
        resume=resume,
    )
    if engine == "spark":
        if query is not None or row is not None:
            raise click.UsageError("--engine spark reads --companies; --query and --explain are of --engine local")
        report = _on_spark(book, companies, options, to=to, master=master, table_format=table_format)
    else:
        source = _source(companies, query)
        if row is not None:
            explain(book, source, row, on=on, columns=dict(options.columns), kernel=kernel, as_json=as_json, lang=lang)
            return
        from luodi.matching.run import bulk

        with stopping(), progress_bar() as progress:
            report = bulk(book, source, options, progress=progress)
    _finish(report, as_json, book, lang)


def _finish(report: Any, as_json: bool, book: Any, lang: str) -> NoReturn:
    for hint in report.mapped.hints:
        click.echo(f"luodi: {hint}", err=True)
    _show(report.as_json(), as_json, book, lang)
    sys.exit(0 if report.is_clean else 2)


def _on_spark(
    book: Any, companies: str | None, options: Any, *, to: str | None, master: str | None, table_format: str | None
) -> Any:
    from luodi.matching.spark import spark_bulk

    assert companies is not None  # without it there was a query, which is refused
    with stopping(), progress_bar() as progress:
        return spark_bulk(book, companies, options, to=to, master=master, table_format=table_format, progress=progress)


def _check(
    companies: str | None,
    query: str | None,
    to: str | None,
    engine: str,
    for_spark: str | None,
    *,
    since: Path | None,
    changes: Path | None,
    resume: bool,
) -> None:
    """Options that need or exclude each other."""
    if companies is None and query is None:
        raise click.UsageError("give --companies FILE")
    if engine == "local" and for_spark:
        raise click.UsageError("--master and --format are of --engine spark")
    if engine == "local" and to and "://" in to:
        raise BadInput("cli.machine-writes-files", at=f"--to {to}")
    if changes is not None and since is None:
        raise click.UsageError("--changes lists what changed since an earlier result; name it with --since")
    if resume and to is None:
        raise click.UsageError("--resume goes on with a result that has a name; give it with --to")


def _beside(
    companies: str | None, to: str | None, rejects: Path | None, changes: Path | None, since: Path | None
) -> tuple[Path | None, Path | None]:
    """Where refused rows and changes are listed: where somebody said, else beside the result."""
    beside = Path(to if to and "://" not in to else _stem(companies))
    if rejects is None:
        rejects = _besides(beside, ".rejects.jsonl")
    if changes is None and to and since:
        changes = _besides(beside, ".changes.parquet")
    return rejects, changes


def _source(companies: str | None, query: str | None) -> Any:
    if query is not None:
        from luodi.cli.query import query_input

        return query_input(companies, query)
    assert companies is not None
    from luodi.matching.inputs import open_input

    return open_input(Path(companies), stream=sys.stdin.buffer if companies == "-" else None)


def _stem(companies: str | None) -> str:
    """What a list of refused rows is called after, where the result has no name."""
    return Path(companies).stem if companies and companies != "-" and "://" not in companies else "companies"


def _besides(path: Path, ending: str) -> Path:
    return path.parent / (path.name + ending)


def _mapping(columns: tuple[str, ...]) -> dict[str, str]:
    found = dict[str, str]()
    for text in columns:
        column, sign, attribute = text.rpartition("=")
        if not sign or not column or not attribute:
            raise BadInput("cli.no-column-attribute", text=text, at="--column")
        if column in found:
            raise BadInput("cli.column-stands-already", column=column, found=found[column], at=f"--column {text}")
        found[column] = attribute
    return found


_WORDS: Final = {
    "en": {
        "rule": "rule",
        "yes": "yes",
        "unknown": "unknown",
        "no": "no",
        "error": " (error {count:,})",
        "rows": "{rows:,} rows; {seconds}",
        "second": "{name} {value:.2f} s",
        "left_out": "left out: {rule}, `{clause}`, character {position}: {reason}; {hint}",
        "rejected": "rows refused: {count:,}; the first:",
        "listed": "rows refused: {count:,}, listed in {to}; the first:",
        "line": "  line {line}",
        "row": "  row {row}",
        "cell": "{place}, column `{column}`: {reason}",
        "no_row": "{place}: {reason}",
        "duplicates": "companies that stand twice: {count:,}; the first:",
        "same": "  row {row} has the id of row {same_as}",
        "without_id": "companies without an id: {count:,}; the first rows: {rows}",
        "changes": "{id}: {newly_matching:,} newly matching, {no_longer_matching:,} no longer",
        "apart": " (new companies: {of_new_companies:,}; companies that are gone: {of_gone_companies:,})",
        "companies": "companies that are new since then: {new:,}; that are gone: {gone:,}",
        "by_place": "without ids, each row was compared with the row that stood at its place",
        "not_compared": "rows without an id are compared with none: {now:,} now, {then:,} then",
    },
    "zh": {
        "rule": "规则",
        "yes": "符合",
        "unknown": "未知",
        "no": "不符合",
        "error": "(出错{count:,})",
        "rows": "共{rows:,}行；{seconds}",
        "second": "{name} {value:.2f}秒",
        "left_out": "未纳入批量：{rule}，`{clause}`，第{position}个字符：{reason}；{hint}",
        "rejected": "拒收{count:,}行，前几行：",
        "listed": "拒收{count:,}行，清单见{to}，前几行：",
        "line": "  第{line}行",
        "row": "  行号{row}",
        "cell": "{place}，列`{column}`：{reason}",
        "no_row": "{place}：{reason}",
        "duplicates": "重复企业{count:,}家，前几行：",
        "same": "  行号{row}与行号{same_as}标识相同",
        "without_id": "无标识企业{count:,}家，前几个行号：{rows}",
        "changes": "{id}：新符合{newly_matching:,}家，不再符合{no_longer_matching:,}家",
        "apart": "（其中新出现企业{of_new_companies:,}家，已消失企业{of_gone_companies:,}家）",
        "companies": "此后新出现企业{new:,}家，已消失企业{gone:,}家",
        "by_place": "企业没有标识，逐行按位置比较",
        "not_compared": "无标识的行未参与比较：本次{now:,}行，上次{then:,}行",
    },
}


def _show(document: dict[str, Any], as_json: bool, book: Book, lang: str) -> None:
    if as_json:
        print_json(document)
        return
    from rich.table import Table

    words = _WORDS[lang]
    table = Table(*(words[name] for name in ("rule", "yes", "unknown", "no")), box=None)
    for column in table.columns[1:]:
        column.justify = "right"
    for rule in document["rules"]:
        error = words["error"].format(count=rule["error"]) if "error" in rule else ""
        title = book.by_id[rule["id"]].title[lang]
        table.add_row(f"{rule['id']}  {title}{error}", *(f"{rule[word]:,}" for word in ("yes", "unknown", "no")))
    console().print(table)
    seconds = [words["second"].format(name=name, value=value) for name, value in document["seconds"].items() if value]
    click.echo(words["rows"].format(rows=document["rows"], seconds=", ".join(seconds)))
    for line in _changes(document["changes"], words):
        click.echo(line)
    for refused in document["left_out"]:
        click.echo(words["left_out"].format(**refused), err=True)
    for line in _wrong(document, words):
        click.echo(line, err=True)


def _changes(changes: dict[str, Any] | None, words: dict[str, str]) -> Iterator[str]:
    if changes is None:
        return
    if any(changes["companies"].values()):
        yield words["companies"].format(**changes["companies"])
    if changes["compared_by"] == "place" and not changes["same_table"]:
        yield words["by_place"]
    for rule in changes["rules"]:
        apart = rule["of_new_companies"] or rule["of_gone_companies"]
        yield words["changes"].format(**rule) + (words["apart"].format(**rule) if apart else "")
    if any(changes["not_compared"].values()):
        yield words["not_compared"].format(**changes["not_compared"])


def _wrong(document: dict[str, Any], words: dict[str, str]) -> Iterator[str]:
    if document["rejected"]:
        heading = "listed" if document["rejects"] else "rejected"
        yield words[heading].format(count=document["rejected"], to=document["rejects"])
    for reject in document["first_rejects"]:
        place = words["line" if reject.get("line") else "row"].format(**reject)
        yield words["cell" if reject["column"] is not None else "no_row"].format(**{**reject, "place": place})
    if document["duplicates"]:
        yield words["duplicates"].format(count=document["duplicates"])
    for twice in document["first_duplicates"]:
        yield words["same"].format(**twice)
    if document["without_id"]:
        rows = ", ".join(map(str, document["first_without_id"]))
        yield words["without_id"].format(count=document["without_id"], rows=rows)


# ---- one row


def explain(
    book: Book, source: Any, row: int, *, on: date, columns: dict[str, str], kernel: str, as_json: bool, lang: str
) -> None:
    """What `luodi match` says of the row; the answer from the columns stands beside it and must be the same."""
    from luodi.advice.match import match
    from luodi.matching.single import row_of

    found = row_of(book, source, row, on=on, columns=columns, kernel=kernel)
    for reject in found.rejects:
        name = in_line(source.name, reject.line) if reject.line else source.name
        place = Message("place.cell", name=name, row=row, column=reject.column)
        raise BadInput("cli.cell-refused", why=reject.reason, at=place)
    results = match(book, found.facts, on=on)
    for result in results:
        bulk_answer = found.answers.get(result["id"])
        if bulk_answer is not None and bulk_answer != ANSWER[result["answer"]]:
            raise LuodiError(
                "cli.rule-columns-say-walk", result=result["id"], bulk_answer=bulk_answer, answer=result["answer"]
            )
    document = {
        "row": row,
        "on": on.isoformat(),
        "results": results,
        "warnings": [],
        "left_out": [result["id"] for result in results if result["id"] not in found.answers],
        "books": [book.as_json()],
    }
    if as_json:
        print_json(document)
        return
    from luodi.documents.terminal_answers import print_match

    print_match(document, lang, console())
