"""The command `luodi`: one file a command, each loaded only when it is called."""

import atexit
import gc
import os
import sys
from datetime import datetime, timedelta, timezone
from importlib import import_module
from typing import Any

import click

import luodi
from luodi.editions import read_on
from luodi.errors import LuodiError, did_you_mean
from luodi.extras import MissingExtra, extra_of, require
from luodi.message import Message, spoken, system_words

COMMANDS = {
    "access": "What is open: one service, place, share and investor on a day.",
    "requirement": "What the law asks of the company: capital, track record, legal form.",
    "match": "What fits: the rules of a book for one company.",
    "decide": "Run an ordered decision list, such as enterprise-size.",
    "advise": "The landing plan of one company.",
    "ask": "The landing plan as a dialogue: from one sentence, or four questions.",
    "bulk": "What fits, of many companies: the rules of a book for every row of a table.",
    "ownership": "Stakes looked through: foreign share, control and chains.",
    "world": "Write a made-up register for demos, tests and benches.",
    "serve": "Open the site.",
    "demo-world": "Make a fictional bureau in an empty site, with one case from a fair to aftercare.",
    "user": "Who may sign in to the site, and what they may do there.",
    "companies": "Bring a file of companies into the site; look one up in the register.",
    "journal": "What was done on the site: does the chain still hold?",
    "backup": "Keep everything the site holds in one file.",
    "restore": "Put back what a backup holds.",
    "files": "The files that people sent: are they whole, are they sealed?",
    "mail-in": "Bring e-mail into the site, from a mail server or a mailbox.",
    "mcp": "Answer assistants: the same questions as tools.",
    "api-key": "Make, list and revoke the keys of programs that ask over HTTP.",
    "book": "Check, test, show, compare and list the rule books.",
}
#: Commands that need an extra of the package. The others answer for one company, and need none.
EXTRAS = {
    **dict.fromkeys(("bulk", "world"), "bulk"),
    **dict.fromkeys(("serve", "demo-world", "user", "companies", "journal", "backup", "restore", "files"), "web"),
    **dict.fromkeys(("mcp", "api-key", "mail-in"), "web"),
}


#: Where the law of the books holds. Its clocks have not been changed since 1991, so no table of zones is read.
_CHINA = timezone(timedelta(hours=8))
#: What is there at the end goes with the process. Looking through all of it for what nobody holds any more was a
#: quarter of an operator's command.
atexit.register(gc.freeze)


class LazyGroup(click.Group):
    """Knows its commands by name and loads a command's file only to run it, so that one answer starts fast."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"luodi.cli.{cmd_name.replace('-', '_')}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and not args[0].startswith("-") and args[0] not in COMMANDS:
            ctx.fail(f"there is no command `{args[0]}` ({', '.join(COMMANDS)}).{did_you_mean(args[0], COMMANDS)}")
        if args and args[0] in EXTRAS and not {"-h", "--help"} & set(args):
            require(EXTRAS[args[0]], f"`luodi {args[0]}`")
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except ModuleNotFoundError as problem:
            extra = extra_of(problem.name or "")
            if extra is None:
                raise
            name = ctx.invoked_subcommand
            wanted = EXTRAS.get(name or "", extra)
            raise MissingExtra("common.needs-extra", what=f"`luodi {name}`", extra=wanted) from problem

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(luodi.__version__, prog_name="luodi")
def cli() -> None:
    """Luodi 落地: what is open to a company, what it must obtain, what it can get, with the clause and the day.

    Exit status: 0 yes, 1 no, 2 bad input, 3 not known yet, 4 the book is silent, 5 a rule is in error.
    """
    read_on(datetime.now(_CHINA).date())


def main(arguments: list[str] | None = None) -> Any:
    """Run a command; whatever goes wrong is told in one message, never as a traceback (LUODI_DEBUG=1 shows it)."""
    if sys.stdout is None:  # closed by whoever called: nobody reads, and the exit status still says what came out
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    spoken.set("zh" if os.environ.get("LUODI_LANG") == "zh" else "en")
    try:
        status = cli.main(arguments, prog_name="luodi", standalone_mode=False)
    except LuodiError as problem:
        _tell(problem.said(spoken.get()))
        status = 2
    except click.ClickException as problem:
        problem.show()
        status = 2
    except (click.Abort, KeyboardInterrupt):
        _tell(Message("cli.stopped").said(spoken.get()))
        status = 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = 0
    except OSError as problem:
        if os.environ.get("LUODI_DEBUG"):
            raise
        _tell(Message("cli.output-not-written", problem=system_words(problem)).said(spoken.get()))
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = 2
    except Exception as problem:
        if os.environ.get("LUODI_DEBUG"):
            raise
        fault = f"{type(problem).__name__}: {problem}"
        _tell(Message("cli.our-fault", problem=fault).said(spoken.get()))
        status = 70
    sys.exit(status if isinstance(status, int) else 0)


def _tell(message: str) -> None:
    click.echo(f"luodi: {message}", err=True)


if __name__ == "__main__":
    main()
