"""What every command shares: days, JSON on standard output, batches line by line."""

import json
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, Final, TextIO

import click

from luodi.dates import parse_day
from luodi.errors import BadInput, LuodiError, UnknownKey, UnreadableFile, WrongType, did_you_mean
from luodi.located import List, where
from luodi.message import in_key, in_line, spoken, system_words
from luodi.text import json_bytes, parse_json, parse_yaml

MAX_LINE: Final = 5_000_000
MAX_LIST: Final = 50_000_000


class Day(click.ParamType[date]):
    """A day as YYYY-MM-DD."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            return parse_day(str(value))
        except LuodiError as problem:
            self.fail(problem.message, param, ctx)


def today() -> date:
    """Commands take today here; nothing below asks the clock."""
    return date.today()


on_option = click.option(
    "--on", "on", type=Day(), default=today, metavar="DAY", help="Such as 2024-10-23; today if left out."
)
json_option = click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
batch_option = click.option(
    "--batch",
    type=click.Path(path_type=Path, allow_dash=True),
    metavar="FILE",
    help="Answer many questions: JSON Lines or a YAML list; - is standard input.",
)
lang_option = click.option(
    "--lang",
    type=click.Choice(["zh", "en"]),
    default="en",
    envvar="LUODI_LANG",
    show_default=True,
    callback=lambda context, option, lang: _speak(lang),
    help="Language of people's text.",
)


def _speak(lang: str) -> str:
    """From here on errors are told in this language."""
    spoken.set(lang)
    return lang


def print_json(document: Any) -> None:
    """One document and nothing else on standard output."""
    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2) + "\n")
    sys.stdout.flush()


Answer = Callable[[dict[str, Any], date, str], dict[str, Any]]


def run_batch(source: Path, on: date, known: tuple[str, ...], answer: Answer) -> int:
    """Answer every line in order, each with its id; a bad line gives an error and the rest still runs.

    `answer(question, day, place)` gets a line without its `id` and `on`. Returns 0, or 2 if any line was bad.
    """
    from luodi.documents.marks import of_its_day  # an operator's commands answer nothing, and wait for no books

    bad, write = False, _writer()
    for number, (place, load) in enumerate(_lines(source), 1):
        line_id: Any = None
        try:
            raw = load()
            if not isinstance(raw, dict):
                raise WrongType("cli.line-mapping-such", at=place)
            line_id = raw.get("id")
            document = of_its_day(answer(*_question(raw, on, known, place), place))
        except LuodiError as problem:
            bad = True
            document = {"error": problem.located(place).as_json(spoken.get())}
        write(json_bytes({"id": line_id, **{k: v for k, v in document.items() if k != "id"}}) + b"\n")
        if sys.stdout.isatty():  # somebody who types one question after the other
            sys.stdout.flush()
        if number % 1000 == 0 and sys.stderr.isatty():
            click.echo(f"\r{number:,} answered", nl=False, err=True)
    sys.stdout.flush()
    return 2 if bad else 0


def _writer() -> Callable[[bytes], object]:
    """Standard output for text in UTF-8 that need not be read and written again; what stands in for it may take only
    text."""
    out = sys.stdout
    out.flush()
    buffer = getattr(out, "buffer", None)
    return (lambda line: out.write(line.decode())) if buffer is None else buffer.write


def _question(raw: dict[str, Any], on: date, known: tuple[str, ...], place: str) -> tuple[dict[str, Any], date]:
    for key in raw:
        if key not in ("id", "on", *known):
            raise UnknownKey("cli.line-no-key", key=key, meant=did_you_mean(str(key), ("id", "on", *known)), at=place)
    day = raw.get("on")
    if day is not None:
        try:
            on = parse_day(str(day))
        except LuodiError as problem:
            raise problem.located(in_key("on", place)) from None
    return {k: v for k, v in raw.items() if k in known}, on


Loader = Callable[[], Any]


def _lines(source: Path) -> Iterator[tuple[str, Loader]]:
    """The lines of a batch with their places. JSON Lines are streamed; a YAML list is read whole."""
    name = "standard input" if str(source) == "-" else source.name
    try:
        file = sys.stdin if str(source) == "-" else source.open(encoding="utf-8-sig", newline=None)
    except OSError as problem:
        raise UnreadableFile("cli.cannot-read", problem=system_words(problem), at=name) from None
    try:
        yield from _read(file, name)
    except UnicodeDecodeError:
        raise UnreadableFile("cli.file-not-utf-8-text", at=name) from None
    finally:
        if file is not sys.stdin:
            file.close()


def _read(file: TextIO, name: str) -> Iterator[tuple[str, Loader]]:
    number = 0
    for line in file:
        number += 1
        text = line.strip()
        if not text or (text.startswith("#") and number == 1):
            continue
        if not text.startswith("{"):
            yield from _yaml_list("\n" * (number - 1) + line + file.read(MAX_LIST), name)
            return
        yield _json_line(line, name, number)
        break
    else:
        raise UnreadableFile("cli.file-empty", at=name)
    for line in file:
        number += 1
        if line.strip():
            yield _json_line(line, name, number)


def _json_line(line: str, name: str, number: int) -> tuple[str, Loader]:
    place = in_line(name, number)

    def load() -> Any:
        if len(line) > MAX_LINE:
            raise BadInput("cli.line-characters", count=len(line), max_line=MAX_LINE, at=place)
        if "\0" in line:
            raise UnreadableFile("cli.line-binary-not-text", at=place)
        return parse_json(line, place)

    return place, load


def _yaml_list(text: str, name: str) -> Iterator[tuple[str, Loader]]:
    if "\0" in text:
        raise UnreadableFile("cli.file-binary-not-text", at=name)
    rows = parse_json(text, name) if text.lstrip()[:1] == "[" and _is_json(text) else parse_yaml(text, name)
    if not isinstance(rows, list):
        raise WrongType("cli.batch-json-lines-or-yaml", at=name)
    for index, row in enumerate(rows):
        place = rows.where(index) if isinstance(rows, List) else f"{name}, item {index + 1}"
        yield where(row, place), _given(row)


def _given(row: Any) -> Loader:
    return lambda: row


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


@contextmanager
def stopping() -> Iterator[None]:
    """Being asked to end is like being stopped at the keyboard: what is done is kept."""

    def stop(number: int, frame: Any) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def progress_bar() -> Iterator[Any]:
    """A bar on standard error where somebody can see it."""
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def console() -> Any:
    """A console on standard output for people's text."""
    from rich.console import Console

    return Console(highlight=False)
