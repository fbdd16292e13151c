"""Imports go one way, nothing below `cli` and `web` opens a socket or asks the clock, and books hold no
Python. The table below is the rule; the rest reads every import of `luodi/` and compares. Tests are not held to it:
they stand beside the code and may call any part of it."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

LUODI = Path(__file__).parents[1] / "luodi"


@dataclass(frozen=True)
class Row:
    layer: str
    may_use: frozenset[str]
    reason: str


def row(layer: str, may_use: str, reason: str) -> Row:
    return Row(layer, frozenset(may_use.split()), reason)


# `ground` is every module directly in luodi/: values, dates, calendar, places, errors, text and their like.
ENGINE = "ground terms search profiles rules ownership access"
ANSWERS = "advice matching catalogue scorecard radar casework"
LIBRARY = f"{ENGINE} {ANSWERS} documents library editor world uploads company_files mail registers services"
TABLE = [
    row("ground", "", "exact values, days and places mean the same to everybody, so they know of nobody"),
    row("terms", "ground", "a word is the same wherever it is said, so it knows nobody who says it"),
    row("search", "ground", "words are found and ordered alike, whatever the texts are about"),
    row("profiles", "ground", "who asks is described before there is any rule about them"),
    row("rules", "ground terms profiles", "the language needs the vocabulary to type a clause; what is asked is data"),
    row("ownership", "ground terms profiles", "stakes are looked through without any law in mind"),
    row(
        "access",
        "ground terms profiles rules ownership",
        "treatments are rules, and shares may have to be looked through",
    ),
    row("advice", ENGINE, "a plan joins answers; it does not lean on bulk work, data, targets or scores"),
    row("matching", ENGINE, "the same rules in columns; one plan must not be needed to count millions"),
    row(
        "casework",
        f"{ENGINE} advice",
        "what is left of a plan is scheduled as the plan was; who remembers it is not asked",
    ),
    row("catalogue", ENGINE, "data is published under the same rules, whether or not anybody asks for a plan"),
    row("scorecard", ENGINE, "targets count what was verified, not what was advised"),
    row("radar", ENGINE, "scores come from series, not from plans"),
    row(
        "world",
        "ground profiles rules",
        "made-up companies are described in the vocabulary; no engine has a say in them",
    ),
    row("mail", "ground uploads", "a message is read by its bytes; which case it belongs to is no matter here"),
    row("uploads", "ground", "a file is looked over by its bytes; what it is for is no matter here"),
    row(
        "company_files",
        "ground profiles rules ownership",
        "a row is read by the vocabulary and by the numbers and owners that it names; who keeps it is not asked",
    ),
    row(
        "registers",
        "ground profiles ownership",
        "what a register says is read by the vocabulary and by shares; who asked, and whom, is not asked",
    ),
    row("services", "ground profiles registers", "it asks services of others; what they answer is read by those below"),
    row("documents", f"{ENGINE} {ANSWERS}", "a document shows an answer; no answer waits for a document"),
    row(
        "library",
        f"{ENGINE} advice documents",
        "entries show what the books say and whether it is in force; who reads or subscribes is not asked",
    ),
    row("editor", f"{ENGINE} advice", "a book is edited as files; who may, and what is stored, is not asked"),
    row("cli", f"{LIBRARY} web", "it parses, calls one thing and presents; `serve` starts the site"),
    row("web", LIBRARY, "the interface that also stores and permits, so it alone knows Django"),
]
INTERFACES = {"cli", "web"}
#: What may open a socket: how a service of others is asked has no need of a site.
ASKS = INTERFACES | {"services"}
FRAMEWORK = {"django", "ninja", "allauth"}
NETWORK = {
    *("socket", "socketserver", "ssl", "http", "urllib.request", "urllib.error", "urllib.robotparser"),
    *("ftplib", "smtplib", "imaplib", "poplib", "xmlrpc", "requests", "httpx", "aiohttp", "urllib3", "websockets"),
}
CLOCK = {
    *("datetime.date.today", "datetime.datetime.today", "datetime.datetime.now", "datetime.datetime.utcnow"),
    *("time.time", "time.time_ns", "time.localtime", "time.gmtime", "time.ctime", "time.asctime"),
}


# ---- the reader: what a file imports, and which clocks it asks


@dataclass(frozen=True)
class Import:
    name: str  # in full: luodi.rules.read.parse, datetime.date
    line: int


def imports(tree: ast.AST, module: str, *, is_package: bool = False) -> Iterator[Import]:
    """Every import of a file, also those inside functions or given as text to `import_module`."""
    for node in ast.walk(tree):
        match node:
            case ast.Import(names):
                yield from (Import(alias.name, node.lineno) for alias in names)
            case ast.ImportFrom(names=names):
                source = absolute(node, module, is_package)
                yield from (Import(f"{source}.{alias.name}", node.lineno) for alias in names)
            case ast.Call(func=ast.Name(id) | ast.Attribute(attr=id), args=[ast.Constant(str() as name), *_]) if id in {
                "import_module",
                "__import__",
            }:
                yield Import(name, node.lineno)


def absolute(node: ast.ImportFrom, module: str, is_package: bool) -> str:
    if not node.level:
        return node.module or ""
    parts = module.split(".")
    package = parts if is_package else parts[:-1]
    base = package[: len(package) - node.level + 1]
    return ".".join([*base, *([node.module] if node.module else [])])


def clocks(tree: ast.AST) -> Iterator[Import]:
    """Every mention of a clock, called or handed on, under whatever name it was imported."""
    known: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            known |= {alias.asname or alias.name: alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom) and not node.level:
            known |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name | ast.Attribute):
            head, _, tail = ast.unparse(node).partition(".")
            name = f"{known.get(head, head)}.{tail}".rstrip(".")
            if name in CLOCK:
                yield Import(name, node.lineno)


# ---- the judge: which of them the table refuses


def layer_of(module: str) -> str:
    """luodi.rules.read -> rules; luodi.values, luodi itself -> ground; `python -m luodi` is the command line."""
    parts = module.split(".")
    if parts[1:] == ["__main__"]:
        return "cli"
    return parts[1] if len(parts) > 1 and is_layer(parts[1]) else "ground"


def is_layer(name: str) -> bool:
    return name in {row.layer for row in TABLE} or (LUODI / name).is_dir()


def within(name: str, modules: set[str]) -> bool:
    return any(name == module or name.startswith(f"{module}.") for module in modules)


def objections(source: str, module: str, *, is_package: bool = False) -> list[str]:
    """What a file of `luodi` does against the table, one sentence each."""
    tree, layer = ast.parse(source), layer_of(module)
    allowed = next((row.may_use for row in TABLE if row.layer == layer), None)
    if allowed is None:
        return [f"{module}: the table has no row for `{layer}`"]
    found = []
    for used in imports(tree, module, is_package=is_package):
        target = layer_of(used.name) if within(used.name, {"luodi"}) else None
        if target and target != layer and target not in allowed:
            found.append(f"{module}, line {used.line}: `{layer}` must not use `{target}` ({used.name})")
        if layer != "web" and within(used.name, FRAMEWORK):
            found.append(f"{module}, line {used.line}: only `web` knows the framework ({used.name})")
        if layer not in ASKS and within(used.name, NETWORK):
            found.append(f"{module}, line {used.line}: `{layer}` opens no socket ({used.name})")
    if layer not in INTERFACES:
        found += [f"{module}, line {at.line}: `{layer}` does not ask the clock ({at.name})" for at in clocks(tree)]
    return found


def files() -> list[Path]:
    return [f for f in sorted(LUODI.rglob("*.py")) if not f.name.startswith("test_") and f.name != "conftest.py"]


def module_of(file: Path) -> str:
    parts = file.relative_to(LUODI.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


# ---- what holds


def test_there_is_something_to_read() -> None:
    assert len(files()) > 5


@pytest.mark.parametrize("layer", [row.layer for row in TABLE])
def test_arrows_go_one_way(layer: str) -> None:
    found = [
        objection
        for file in files()
        if layer_of(module_of(file)) == layer
        for objection in objections(
            file.read_text(encoding="utf-8"), module_of(file), is_package=file.name == "__init__.py"
        )
    ]
    assert not found, "\n".join(found)


def test_every_folder_has_its_row() -> None:
    rows = {row.layer for row in TABLE}
    assert {layer_of(module_of(file)) for file in files()} <= rows


def test_no_two_rows_use_each_other() -> None:
    may_use = {row.layer: row.may_use for row in TABLE}
    assert not [(a, b) for a in may_use for b in may_use[a] if a in may_use[b]]


def test_books_hold_no_python() -> None:
    assert (LUODI / "books").is_dir()
    assert not list((LUODI / "books").rglob("*.py"))


# ---- and what is refused, so that the checker itself can fail


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("luodi.values", "from luodi.profiles import Profile"),
        ("luodi.profiles.vocabulary", "from luodi.rules.read import parse"),
        ("luodi.rules.read", "import luodi.access"),
        ("luodi.rules.read", "from luodi import advice"),
        ("luodi.rules.read", "from ..access import what_is_open"),
        ("luodi.rules.read", "def late():\n    from luodi.advice.plan import plan"),
        ("luodi.rules.read", "import importlib\nimportlib.import_module('luodi.documents')"),
        ("luodi.rules.read", "from luodi.ownership import equity"),
        ("luodi.advice.plan", "from luodi.matching import columns"),
        ("luodi.documents.html", "from luodi.cli import main"),
        ("luodi.cli.access", "import django"),
        ("luodi.advice.plan", "from django.db import models"),
        ("luodi.access.resolve", "import socket"),
        ("luodi.access.resolve", "from urllib import request"),
        ("luodi.access.resolve", "import http.client"),
        ("luodi.dates", "from datetime import date\nday = date.today()"),
        ("luodi.dates", "import datetime as dt\nday = dt.datetime.now()"),
        ("luodi.dates", "from datetime import date as Day\ndef f(on=Day.today): ..."),
        ("luodi.rules.cache", "import time\nage = time.time()"),
        ("luodi.rules.cache", "from time import time\nage = time()"),
        ("luodi.elsewhere.room", "from luodi.nowhere import nothing"),
    ],
)
def test_a_forbidden_line_is_refused(module: str, line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(globals(), "is_layer", lambda name: name == "elsewhere" or name in {r.layer for r in TABLE})
    assert len(objections(line, module)) == 1


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("luodi.rules.read", "from luodi.profiles import vocabulary\nfrom luodi.errors import LuodiError"),
        ("luodi.rules", "from .read import parse\nfrom ..values import Percent"),
        ("luodi.access.resolve", "from luodi.rules import evaluate\nfrom urllib.parse import quote"),
        ("luodi.cli.access", "from datetime import date\nday = date.today()"),
        ("luodi.web.settings", "import django"),
        ("luodi.rules.bench", "import time\nstart = time.perf_counter()"),
        ("luodi.dates", "from datetime import date\nday = date(2024, 10, 23)"),
        ("luodi.__main__", "from luodi.cli import main"),
    ],
)
def test_a_permitted_line_passes(module: str, line: str) -> None:
    assert objections(line, module, is_package=module == "luodi.rules") == []
