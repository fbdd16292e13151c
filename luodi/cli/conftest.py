"""What the tests of the commands share: a command in an empty folder, and the folder of companies of `luodi bulk`."""

import contextlib
import io
import json
import os
import subprocess
import sys
from decimal import Decimal

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.csv as pcsv
import pyarrow.parquet as pq
import pytest

from luodi.cli import main

ROWS = 20_000
FIRST, SECOND = 3, 9_000  # rows in which something is wrong
OUTS = ("counts", "pairs", "blocks", "columns")
FORMATS = ("parquet", "folder", "csv", "tsv", "arrow", "stream", "stdin", "query")
TYPED = tuple(each for each in FORMATS if each not in ("csv", "tsv"))
LUODI = (sys.executable, "-c", "from luodi.cli import main; main()")
BOOK = """\
id: little
title: little
version: '1'
attributes:
- {name: employees, type: integer, minimum: 0}
- {name: revenue, type: money}
- {name: share, type: decimal, minimum: 0, maximum: 1}
- {name: size, type: enum, allowed: [large, small]}
- {name: held, type: set, allowed: [hnte, sme, none]}
"""
RULES = {"many": "employees >= 5", "foreign": "share > 0.25", "large": 'size == "large"', "held": '"hnte" in held'}


@pytest.fixture
def luodi(capsys, monkeypatch, tmp_path):
    """Run a command in an empty folder: exit status, standard output, standard error."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments, stdin=None):
        if stdin is not None:
            monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
        with pytest.raises(SystemExit) as stopped:
            main(list(arguments))
        out, err = capsys.readouterr()
        return stopped.value.code, out, err

    return run


# ---- the world of `luodi bulk`: a folder with a book, companies in each format, and the command


def write_book(folder, rules=RULES, name="little"):
    (folder / "rules").mkdir(parents=True)
    (folder / "book.yaml").write_text(BOOK.replace("id: little", f"id: {name}"))
    text = "".join(f"- {{id: {rule}, title: r, basis: b, when: ['{clause}']}}\n" for rule, clause in rules.items())
    (folder / "rules" / "all.yaml").write_text(text)


#: A process that has read what the command needs and forks for each run, so that no run reads it again. What runs is a
#: process like any other: the command's own arguments, folder, standard files, limits and exit status. Nothing was
#: worked out before it forks, so it has no threads but those of numpy and of Arrow's memory, which know of forks.
READY = """
import json, os, resource, sys
os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")  # as the command does before it reads any of this
import duckdb
import luodi.cli.bulk, luodi.cli.query, luodi.matching.run, luodi.matching.inputs, luodi.matching.kernel_numpy
from luodi.cli import main
for line in sys.stdin:
    run = json.loads(line)
    if child := os.fork():
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
        continue
    for number, name in enumerate(run["files"]):
        opened = os.open(name, os.O_RDONLY if number == 0 else os.O_WRONLY)
        os.dup2(opened, number)
        os.close(opened)
    sys.stdin, sys.stdout, sys.stderr = open(0, closefd=False), open(1, "w", closefd=False), open(2, "w", closefd=False)
    os.chdir(run["folder"])
    if run["limit"] is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (run["limit"], run["limit"]))
    main(run["arguments"])
"""


class Ready:
    """Runs the command in forks of that process."""

    def __init__(self, folder):
        self.files = [folder / name for name in ("in", "out", "err")]
        os.mkfifo(self.files[0])  # standard input comes through a pipe, as from another command
        self.process = subprocess.Popen(
            [sys.executable, "-c", READY],
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def run(self, folder, arguments, stdin, limit):
        """Exit status, and what came out on standard output and on standard error."""
        for file in self.files[1:]:
            file.write_bytes(b"")
        asked = {"folder": str(folder), "arguments": arguments, "limit": limit, "files": [str(f) for f in self.files]}
        self.process.stdin.write(json.dumps(asked) + "\n")
        self.process.stdin.flush()
        with contextlib.suppress(BrokenPipeError):  # a command need not read all of it
            self.files[0].write_bytes(stdin)
        status = int(self.process.stdout.readline())
        return status, self.files[1].read_bytes(), self.files[2].read_bytes()


@pytest.fixture(scope="module")
def ready(tmp_path_factory):
    made = Ready(tmp_path_factory.mktemp("ready"))
    yield made
    made.process.communicate()


class Place:
    """An empty folder with a book in which the command runs."""

    def __init__(self, folder, ready):
        self.folder, self.ready, self.given = folder, ready, set()
        write_book(folder / "book")

    def arguments(self, *arguments):
        book = () if "--book" in arguments else ("--book", "book")
        return ["bulk", "--on", "2026-03-02", "--kernel", "numpy", "--json", *book, *map(str, arguments)]

    def run(self, *arguments, stdin=b"", limit=None):
        """Exit status, document or None, what was said. `limit`: bytes that a file may have."""
        self.given = set(self.names())
        status, out, told = self.ready.run(self.folder, self.arguments(*arguments), stdin, limit)
        said = told.decode()
        assert "Traceback" not in said and "our mistake" not in said, said
        return status, json.loads(out) if out else None, said

    def start(self, *arguments, **more):
        """As a person starts it, from nothing."""
        self.given = set(self.names())
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **more}
        return subprocess.Popen([*LUODI, *self.arguments(*arguments)], cwd=self.folder, **pipes)

    def names(self):
        return sorted(each.name for each in self.folder.iterdir())

    @property
    def new(self):
        """What the last run left."""
        return sorted(set(self.names()) - self.given)

    def write(self, table, how):
        """The table in a format: the arguments that name it, and standard input."""
        path = self.folder / f"c.{how}"
        match how:
            case "parquet":
                pq.write_table(table, path, row_group_size=7_000)
            case "folder":
                path.mkdir(exist_ok=True)
                pq.write_table(table.slice(0, 8_000), path / "a.parquet")
                pq.write_table(table.slice(8_000), path / "b.parquet")
            case "csv" | "tsv":
                mark = "," if how == "csv" else "\t"
                pcsv.write_csv(table, path, pcsv.WriteOptions(delimiter=mark, quoting_style="needed"))
            case "arrow":
                with pa.ipc.new_file(path, table.schema) as file:
                    file.write_table(table, 5_000)
            case "stream" | "stdin":
                path = path.with_suffix(".arrows")
                with pa.ipc.new_stream(path, table.schema) as stream:
                    stream.write_table(table, 5_000)
                if how == "stdin":
                    return ("--companies", "-"), path.read_bytes()
            case "query":
                path = self.folder / "c.duckdb"
                with duckdb.connect(str(path)) as database:
                    database.register("given", table)
                    database.execute("CREATE OR REPLACE TABLE companies AS SELECT * FROM given")
                return ("--companies", "c.duckdb", "--query", "SELECT * FROM companies"), b""
        return ("--companies", path.name), b""


@pytest.fixture
def place(tmp_path, ready):
    return Place(tmp_path, ready)


def companies(rows=ROWS, **columns):
    """Companies in which everything is right but the cells that are given by row."""
    at = np.arange(rows)
    found = {
        "employees": (at % 11).tolist(),
        "share": [Decimal(each) / 100 for each in (at % 101).tolist()],
        "size": np.where(at % 3 == 0, "large", "small").tolist(),
    }
    for name, cells in columns.items():
        found.setdefault(name, at.tolist())
        for row, value in cells.items():
            found[name][row] = value
    return pa.table(found)


def places(document, how):
    """Where the first refused rows are, as rows; in text files their line says the same."""
    if how in ("csv", "tsv"):
        assert [each["line"] - 2 for each in document["first_rejects"]] == [
            each["row"] for each in document["first_rejects"]
        ]
    return [(each["row"], each["column"], each["code"]) for each in document["first_rejects"]]


def run_text(place, content, *arguments, name="c.csv"):
    (place.folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return place.run("--companies", name, *arguments)
