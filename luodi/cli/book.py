"""luodi book: check, test, show, compare and list the rule books."""

import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import click

from luodi.access.cases import asker
from luodi.advice import shelf
from luodi.cli.shared import Day, json_option, lang_option, on_option, print_json
from luodi.documents.marks import marked, of_its_day
from luodi.editions import reading
from luodi.errors import BadInput
from luodi.profiles.profile import current_facts, read_profile
from luodi.profiles.vocabulary import Value
from luodi.rules.book import Book
from luodi.rules.cases import Report, read_cases, run_cases
from luodi.rules.diff import BookChange, ChangedAnswer, DayChange, changed_answers, diff_books, diff_days
from luodi.rules.due import Due, Reason, due_rows, ranked
from luodi.rules.kept_rows import kept_books, named_by
from luodi.rules.library import book_names, load_book, locate
from luodi.rules.problems import check_folder, company_of
from luodi.terms import term
from luodi.terms.figures import counted


@click.group("book")
def command() -> None:
    """Check, test, show, compare and list the rule books. BOOK is a name or a folder."""


@command.command("list")
@json_option
@lang_option
def list_books(as_json: bool, lang: str) -> None:
    """The books that ship with Luodi."""
    rows = shelf.books()
    if as_json:
        print_json(marked({"books": rows}, None))
        return
    for row in rows:
        click.echo(f"{row['name']:<18} {row['version']:<9} {row['rules']:>4}  {row['title'][lang]}")


@command.command("check")
@click.argument("name", metavar="BOOK")
@click.option("--all", "show_all", is_flag=True, help="Information too, not only errors and warnings.")
@json_option
def check(name: str, show_all: bool, as_json: bool) -> None:
    """Whatever is wrong with a book, each with file, line and fix; also where it cannot be read.

    Exit status: 0 nothing wrong, 1 with findings, 2 unreadable.
    """
    folder = locate(name)
    with reading():
        checked = check_folder(folder, company_of(folder))
    book, findings, wrong = checked.book, checked.findings, checked.wrong
    if as_json:
        print_json({"book": book.as_json() if book else None, "findings": [f.as_json() for f in findings]})
    else:
        for finding in findings if show_all else wrong:
            click.echo(f"{finding.severity.value}: {finding}")
        info = len(findings) - len(wrong)
        what = f"{book.id}: {counted(len(book.rules), 'rule')}" if book else f"{folder.name}: cannot be read"
        click.echo(f"{what}, {counted(len(wrong), 'finding')}, {info} for information", err=True)
    sys.exit(2 if book is None else 1 if wrong else 0)


@command.command("test")
@click.argument("name", metavar="BOOK")
@json_option
def test(name: str, as_json: bool) -> None:
    """Run a book's own cases. Exit status: 0 all hold, 1 some do not, 2 unreadable."""
    with reading():
        book = load_book(name)
        report = run_cases(book, read_cases(book), ask=asker(book) if book.kind == "access" else None)
    if as_json:
        print_json(_report(book, report))
    else:
        for result in report.failed:
            click.echo(f"{result.case.at}: {result.case.case}")
            for problem in result.problems:
                click.echo(f"    {problem}")
        passed = len(report.results) - len(report.failed)
        click.echo(f"{book.id}: {passed} passed, {len(report.failed)} failed")
    sys.exit(0 if report.passed else 1)


def _report(book: Book, report: Report) -> dict[str, Any]:
    failed = [
        {"case": r.case.case, "at": r.case.at, "rule": r.case.rule, "problems": list(r.problems)} for r in report.failed
    ]
    return {"book": book.as_json(), "cases": len(report.results), "failed": failed}


@command.command("show")
@click.argument("rule_id", metavar="RULE")
@click.option("--book", "name", help="The book to look in; all shipped books if left out.")
@on_option
@json_option
@lang_option
def show(rule_id: str, name: str | None, on: date, as_json: bool, lang: str) -> None:
    """A rule as plain sentences, made from its tree."""
    document = shelf.rule(rule_id, name, on=on)
    if as_json:
        print_json(of_its_day(document))
    else:
        click.echo(document["text"][lang])


@command.command("diff")
@click.argument("name", metavar="BOOK")
@click.argument("other", metavar="[OTHER]", required=False)
@click.option("--from", "day_a", type=Day(), metavar="DAY", help="Compare one book on two days: the earlier day.")
@click.option("--to", "day_b", type=Day(), metavar="DAY", help="The later day.")
@click.option(
    "--profile",
    "profiles",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Say which of these companies get another answer; may be given several times.",
)
@on_option
@json_option
@lang_option
def diff(
    name: str,
    other: str | None,
    day_a: date | None,
    day_b: date | None,
    profiles: tuple[Path, ...],
    on: date,
    as_json: bool,
    lang: str,
) -> None:
    """What changed between two days of a book, or between two versions of it (BOOK and OTHER), and for whom."""
    old = load_book(name)
    new = load_book(other) if other else old
    if other is None and (day_a is None or day_b is None):
        raise click.UsageError("give --from and --to, or a second book")
    if day_a is not None and day_b is not None and day_a > day_b:
        raise BadInput("cli.lies-after", day_a=day_a, day_b=day_b, at="--from")
    before, after = day_a or on, day_b or on
    days = diff_days(old, before, after) if other is None else []
    versions = diff_books(old, new) if other else None
    answers = changed_answers(old, before, new, after, _given(profiles, old, before))
    if as_json:
        print_json(
            marked(
                {
                    "days": [change.as_json() for change in days],
                    "versions": versions.as_json() if versions else None,
                    "answers": [answer.as_json() for answer in answers],
                    "books": [old.as_json(), new.as_json()] if other else [old.as_json()],
                },
                after,
            )
        )
    else:
        _print_diff(days, versions, answers, lang)


def _given(paths: tuple[Path, ...], book: Book, on: date) -> Mapping[str, Mapping[str, Value]]:
    return {path.name: current_facts(read_profile(path, book.vocabulary), on)[0] for path in paths}


def _print_diff(days: list[DayChange], versions: BookChange | None, answers: list[ChangedAnswer], lang: str) -> None:
    for change in days:
        click.echo(f"{change.on} {change.kind.value}: {change.rule.id} {change.rule.title[lang]}")
        for figure in change.figures:
            click.echo(f"    {figure.name}: {figure.before} -> {figure.after}")
    if versions is not None:
        for rule in versions.added:
            click.echo(f"added: {rule.id} {rule.title[lang]}")
        for rule in versions.removed:
            click.echo(f"removed: {rule.id} {rule.title[lang]}")
        for changed in versions.changed:
            click.echo(f"changed: {changed.id} {changed.title[lang]}")
            for clause in changed.clauses:
                click.echo(f"    - {clause.before}\n    + {clause.after}")
            for field, (first, second) in changed.fields.items():
                click.echo(f"    {field}: {first} -> {second}")
    for answer in answers:
        click.echo(f"{answer.profile}: {answer.rule or 'the list'}: {answer.before} -> {answer.after}")
    if not days and not answers and (versions is None or versions.is_empty):
        click.echo("Nothing changed.", err=True)


@command.command("due")
@click.argument("name", metavar="[BOOK]", required=False)
@click.option(
    "--reason",
    "reasons",
    multiple=True,
    type=click.Choice([reason.value for reason in Reason]),
    help="Only rows that are due for this reason; may be given several times.",
)
@on_option
@json_option
@lang_option
def due(name: str | None, reasons: tuple[str, ...], on: date, as_json: bool, lang: str) -> None:
    """Which rows of the books to check next, and why; of all books where none is named.

    The row that most other rows of the books name comes first. How many stored answers and open cases rest on a row
    only a site knows: its policy desk shows the same list in that order.

    Exit status: 0 nothing is due, 1 something is, 2 bad input.
    """
    with reading():
        books = [load_book(name)] if name else [load_book(one) for one in kept_books()]
        rests = named_by([*books, *(load_book(one) for one in book_names() if one not in {b.id for b in books})])
        rows = ranked(row for book in books for row in due_rows(book, on, rests=rests))
    rows = [row for row in rows if not reasons or set(reasons) & set(row.reasons)]
    if as_json:
        document = {"on": on.isoformat(), "ranked_by": "rows_naming", "count": len(rows)}
        print_json(
            marked(
                {**document, "rows": [row.as_json() for row in rows], "books": [book.as_json() for book in books]}, on
            )
        )
    else:
        _print_due(rows, lang)
    sys.exit(1 if rows else 0)


def _print_due(rows: list[Due], lang: str) -> None:
    separator = "、" if lang == "zh" else ", "
    for row in rows:
        why = separator.join(term("due", reason).word(lang) for reason in row.reasons)
        ends = f" ({row.ends})" if Reason.ENDS in row.reasons else ""
        click.echo(f"{row.rests:>4}  {row.key}  {row.row.title[lang]}: {why}{ends}")
    click.echo(
        f"{counted(len(rows), 'row')} to check; the first column counts the rows of the books that name it", err=True
    )
