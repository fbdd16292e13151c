"""luodi mail-in: messages that are to become part of cases."""

import io
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import click

from luodi.cli.shared import json_option, print_json
from luodi.cli.site import tell
from luodi.errors import UnreadableFile
from luodi.files import CannotWrite
from luodi.message import spoken, system_words

TRY_AGAIN = 75  # what mail servers know as: keep the message, and bring it later (EX_TEMPFAIL)


@click.command("mail-in")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--mailbox", is_flag=True, help="Bring what is new in the mailbox of LUODI_MAIL_IN.")
@json_option
def command(paths: tuple[Path, ...], mailbox: bool, as_json: bool) -> None:
    """Take one message from standard input, or every message of PATHS: files .eml, folders of them, mbox, Maildir.

    They are put into the folder mail-in of the home; the running site puts them on their cases. A message that it has
    already is taken once.

    Exit status: 0 taken, 2 a path or the mailbox cannot be read, 75 the message could not be stored: bring it again.
    """
    limit = _limit()
    taken = 0
    try:
        if mailbox:
            taken = _fetch(limit)
        else:
            for message in _messages(paths):
                _put(message, limit)
                taken += 1
    except CannotWrite as problem:
        tell(problem.said(spoken.get()))
        raise SystemExit(TRY_AGAIN) from None
    if as_json:
        print_json({"taken": taken})
    elif paths:
        tell(f"{taken} messages wait for the site")


def _limit() -> int:
    """Bytes of a message: its files are a third larger in it."""
    from luodi.environment import number

    return number("LUODI_FILE_MEGABYTES", 20) * 1_500_000


def _messages(paths: tuple[Path, ...]) -> Iterator[IO[bytes]]:
    from luodi.mail.spool import messages_in

    if not paths:
        yield sys.stdin.buffer
    for path in paths:
        try:
            yield from map(io.BytesIO, messages_in(path))
        except OSError as problem:
            raise UnreadableFile("cli.cannot-read", problem=system_words(problem), at=str(path)) from None


def _fetch(limit: int) -> int:
    from luodi.cli.mailbox import fetch, mailbox_of

    parts = mailbox_of(os.environ.get("LUODI_MAIL_IN", ""))
    return fetch(parts, lambda message: _put(message, limit), limit)


def _put(message: IO[bytes], limit: int) -> None:
    """No database is asked, so that a mail server has its answer at once."""
    from luodi.home import home
    from luodi.mail.spool import FOLDER, put

    put(home() / FOLDER, message, limit)
