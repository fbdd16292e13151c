"""Documents can fail: what they show is run, and what there is has its heading.

In a page, a block marked `console` is run line by line in an empty folder: `$ luodi ..` must end with exit status 0,
or with the one shown after `$ echo $?`, and each line below a command must come out of it, in that order (leaving out
lines is allowed, spacing does not count). A block marked `yaml` whose first line is a comment with a file name becomes
that file, for the commands below it. The folders `examples` and `luodi` are there as in the project.
"""

import contextlib
import importlib
import io
import pkgutil
import re
import shlex
import shutil
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import click
import pytest

import luodi
from luodi.access import resolve, treatments
from luodi.access.question import AccessQuestion
from luodi.access.requirement import requirement
from luodi.advice.plan import advise
from luodi.advice.steps import steps_book
from luodi.cli import COMMANDS, cli, main
from luodi.errors import LuodiError
from luodi.profiles import profile, vocabulary
from luodi.profiles.profile import read_profile
from luodi.rules import book_reading, cases
from luodi.rules.library import book_names, company_vocabulary, load_book
from luodi.rules.lower import lower
from luodi.rules.syntax import BadExpression

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = sorted(DOCS.rglob("*.md"))


def read(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


# ---- parts of a page


def sections(page: str, level: int) -> dict[str, str]:
    """The text under each heading of a level, its lower headings included."""
    found: dict[str, str] = {}
    heading, fenced = "", False
    for line in page.splitlines():
        fenced ^= line.lstrip().startswith("```")
        mark = re.match(r"(#+) +(.+)", line) if not fenced else None
        if mark and len(mark[1]) <= level:
            heading = mark[2].strip() if len(mark[1]) == level else ""
            found[heading] = ""
        else:
            found[heading] = found.get(heading, "") + line + "\n"
    found.pop("", None)
    return found


def entries(text: str) -> set[str]:
    """The keys of a table: what stands between backticks in the first column, several with commas between them."""
    rows = re.findall(r"^\| *((?:`[^`|]+`(?:, *)?)+) *\|", text, re.M)
    return {key for row in rows for key in re.findall(r"`([^`]+)`", row)}


def blocks(page: str) -> Iterator[tuple[str, str]]:
    """The fenced blocks with their mark."""
    yield from re.findall(r"^```(\w*)[^\n]*\n(.*?)^```", page, re.M | re.S)


def flat(text: str) -> str:
    """On one line; blanks after `,` and `:` are for readers, and a program writes JSON with or without them."""
    return re.sub(r'([:,]) (?=["{\[\w-])', r"\1", " ".join(text.split()))


# ---- commands that are shown are run


def typed(text: str) -> Iterator[tuple[str, list[str]]]:
    """The commands of a console block, each with the lines shown below it."""
    command, shown = "", list[str]()
    for line in text.replace("\\\n", " ").splitlines():
        if line.startswith("$ "):
            if command:
                yield command, shown
            command, shown = line[2:], []
        elif line.strip() and line.strip() not in ("..", "..."):
            shown.append(line)
    if command:
        yield command, shown


def run(arguments: list[str], answers: str) -> tuple[int, str]:
    """Exit status and everything one would see on the terminal."""
    seen, before = io.StringIO(), sys.stdin
    sys.stdin = io.StringIO(answers)
    try:
        with contextlib.redirect_stdout(seen), contextlib.redirect_stderr(seen):
            main(arguments)
    except SystemExit as ended:
        return int(ended.code or 0), seen.getvalue()
    finally:
        sys.stdin = before
    raise AssertionError("a command ends with an exit status")


class Terminal:
    """One page at work in its own folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.status: int | None = None
        self.last = ""
        self.seen = ""
        for name in ("examples", "luodi"):
            (folder / name).symlink_to(ROOT / name)

    def write(self, text: str) -> None:
        name = re.match(r"# ([\w./-]+\.yaml)\b", text)
        if name:
            path = self.folder / name[1]
            assert self.folder in path.resolve().parents, f"{name[1]} would be written outside the folder"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")

    def do(self, command: str, shown: list[str]) -> None:
        if command == "echo $?":
            assert [str(self.status)] == [line.strip() for line in shown], f"{self.last}\n{self.seen}"
            self.status = 0
            return
        self.finish()
        self.last = command
        words = shlex.split(command)
        answers = ""
        if words[0] in ("echo", "printf") and "|" in words:
            answers = words[1].replace("\\n", "\n") + ("\n" if words[0] == "echo" else "")
            words = words[words.index("|") + 1 :]
        match words:
            case ["luodi", *arguments]:
                self.status, self.seen = run(arguments, answers)
                self.look(shown)
            case ["cp", "-r", old, new]:
                shutil.copytree(old, new, dirs_exist_ok=True)
            case ["mkdir", "-p", new]:
                Path(new).mkdir(parents=True)
            case ["ls", *names]:
                assert all(Path(name).exists() for name in names), command
            case _:
                raise AssertionError(f"the documents' terminal does not know `{command}`")

    def look(self, shown: list[str]) -> None:
        rest = flat(self.seen)
        for line in map(flat, shown):
            assert line in rest, f"{self.last}\ndoes not say, or not in this place:\n{line}\n\n{self.seen[:1500]}"
            rest = rest[rest.index(line) + len(line) :]

    def finish(self) -> None:
        """Whoever shows no exit status promises 0."""
        assert self.status in (None, 0), f"{self.last}\nended with {self.status}\n{self.seen}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(DOCS).as_posix())
def test_what_a_page_shows_comes_out(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = [(mark, text) for mark, text in blocks(page.read_text(encoding="utf-8")) if mark in ("console", "yaml")]
    if not any(mark == "console" for mark, _ in shown):
        return
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "140")
    monkeypatch.delenv("LUODI_LANG", raising=False)
    terminal = Terminal(tmp_path.resolve())
    for mark, text in shown:
        if mark == "yaml":
            terminal.write(text)
        else:
            for command, lines in typed(text):
                terminal.do(command, lines)
    terminal.finish()


@pytest.mark.parametrize(
    ("command", "shown"),
    [
        ("luodi requirement cap-vats-national --on 2024-10-23 --json", ['"value": 10000001']),
        ("luodi requirement cap-vats-nation --on 2024-10-23", []),
        ("luodi requirement --list", ["track-vats", "cap-vats-national"]),
        ("rm -rf x", []),
    ],
)
def test_what_does_not_come_out_would_be_seen(command: str, shown: list[str], tmp_path: Path) -> None:
    terminal = Terminal(tmp_path.resolve())
    with pytest.raises(AssertionError):
        terminal.do(command, shown)
        terminal.finish()


def test_a_page_cannot_write_into_the_project(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="outside"):
        Terminal(tmp_path.resolve()).write("# examples/new.yaml\nid: x\n")


def test_the_tour_of_the_readme_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    terminal = Terminal(tmp_path.resolve())
    page = (ROOT / "README.md").read_text(encoding="utf-8")
    lines = [line for _, text in blocks(page) for line in text.splitlines() if re.search(r"(^|\| )luodi ", line)]
    assert len(lines) >= 9
    for line in lines:
        terminal.status = None
        terminal.do(line, [])
        assert terminal.status in (0, 1, 3, 4), f"{line}\nended with {terminal.status}\n{terminal.seen}"


# ---- every command, option and error


def command_headings() -> Iterator[tuple[str, int, click.Command]]:
    """Each command with the level of its heading; those of a group are one level lower."""
    context = click.Context(cli)
    for name in COMMANDS:
        command = cli.get_command(context, name)
        assert command is not None
        yield f"luodi {name}", 2, command
        if isinstance(command, click.Group):
            for below in command.list_commands(context):
                found = command.get_command(context, below)
                assert found is not None
                yield f"luodi {name} {below}", 3, found


def test_every_command_and_option_has_its_place() -> None:
    page = read("reference/commands.md")
    missing = []
    for name, level, command in command_headings():
        text = sections(page, level).get(f"`{name}`")
        if text is None:
            missing.append(name)
            continue
        words = [word for parameter in command.params for word in words_of(parameter, command)]
        missing += [f"{name} {word}" for word in words if not re.search(rf"`{re.escape(word)}\b", text)]
    assert missing == []


def words_of(parameter: click.Parameter, command: click.Command) -> list[str]:
    """How a parameter is written: `--cepa` and `--no-cepa`, or the name of an argument in capitals."""
    if isinstance(parameter, click.Option):
        return [*parameter.opts, *parameter.secondary_opts]
    return [parameter.make_metavar(click.Context(command)).strip("[].")]


def test_no_command_is_described_that_is_not_there() -> None:
    page = read("reference/commands.md")
    described = {h for level in (2, 3) for h in sections(page, level) if h.startswith("`luodi ")}
    assert described <= {f"`{name}`" for name, _, _ in command_headings()}


@cache
def codes() -> dict[str, str]:
    """Every error code with the name of its class."""
    for module in pkgutil.walk_packages(luodi.__path__, "luodi."):
        last = module.name.rsplit(".", 1)[1]
        needs_postgresql = module.name.startswith("luodi.web.postgresql.") and find_spec("psycopg") is None
        if not last.startswith(("test_", "conftest")) and last not in ("__main__",) and not needs_postgresql:
            importlib.import_module(module.name)
    found, waiting = {}, [LuodiError]
    while waiting:
        kind = waiting.pop()
        if kind.__module__.startswith("luodi."):
            found[kind.code] = kind.__name__
        waiting += kind.__subclasses__()
    return found


def test_every_error_code_has_its_heading_and_no_other_has_one() -> None:
    headings = {heading.strip("`") for heading in sections(read("reference/errors.md"), 2) if heading.startswith("`")}
    assert headings == set(codes())


def test_every_error_says_what_to_do() -> None:
    for heading, text in sections(read("reference/errors.md"), 2).items():
        if heading.startswith("`"):
            assert "**What to do.**" in text, heading


# ---- every key


@pytest.mark.parametrize(
    ("name", "heading", "keys"),
    [
        ("books.md", "`book.yaml`", book_reading._BOOK_KEYS),
        ("books.md", "A rule", book_reading._RULE_KEYS),
        ("books.md", "A clause", book_reading._CLAUSE_KEYS),
        ("books.md", "A dated step of a figure", book_reading._STEP_KEYS),
        ("books.md", "A citation", book_reading._CITATION_KEYS),
        ("books.md", "A case", set(cases.KEYS)),
        ("vocabulary.md", "An attribute", vocabulary._KEYS),
        ("vocabulary.md", "A profile", {*profile.OWN_KEYS}),
        ("vocabulary.md", "A plan of the profile", {*profile.PLAN_KEYS}),
        ("vocabulary.md", "The investor", {*profile.INVESTOR_KEYS}),
        ("vocabulary.md", "A fact with its source", {*profile._FACT_KEYS}),
    ],
)
def test_every_key_has_its_entry_and_no_other_has_one(name: str, heading: str, keys: set[str]) -> None:
    found = {h: text for level in (2, 3) for h, text in sections(read(f"reference/{name}"), level).items()}
    assert entries(found[heading].split("\n### ")[0]) == set(keys)


@pytest.mark.parametrize("name", [n for n in book_names() if load_book(n).rules])
def test_what_the_shipped_rules_give_has_its_entries(name: str) -> None:
    kind = load_book(name).kind
    text = sections(read("reference/books.md"), 3)[f"`gives` of {kind}"]
    given = {key for rule in load_book(name).rules for key in rule.gives}
    assert given <= entries(text)


def test_every_kind_of_book_is_described() -> None:
    assert entries(sections(read("reference/books.md"), 2)["Kinds of books"]) == set(book_reading._KINDS)


def test_every_type_of_attribute_is_described() -> None:
    assert entries(sections(read("reference/vocabulary.md"), 2)["Types"]) == {kind.value for kind in vocabulary.Kind}


def expressions(heading: str) -> list[str]:
    """The first column of a table of CEL."""
    rows = re.findall(r"^\| `((?:[^`|]|\\\|)+)` \|", sections(read("reference/cel.md"), 2)[heading], re.M)
    return [row.replace("\\|", "|") for row in rows]


@pytest.mark.parametrize("text", expressions("What can be written"))
def test_what_the_page_on_cel_writes_is_read(text: str) -> None:
    lower(text, company_vocabulary())


@pytest.mark.parametrize("text", expressions("What is refused"))
def test_what_the_page_on_cel_calls_refused_is_refused(text: str) -> None:
    with pytest.raises(BadExpression):
        lower(text, company_vocabulary())


# ---- the documents of the answers


@cache
def plan(name: str = "lantern-isle-cloud", **other: int) -> dict[str, Any]:
    """The document of the plan of an example, with some facts replaced."""
    company = read_profile(ROOT / "examples" / f"{name}.yaml", company_vocabulary())
    return advise(replace(company, facts={**company.facts, **other}), on=date(2026, 11, 24)).as_json()


def test_every_key_of_a_plan_is_described_and_no_other_is() -> None:
    assert entries(sections(read("reference/landing-plan.md"), 2)["The whole"]) == set(plan())


@pytest.mark.parametrize(
    ("heading", "key"),
    [
        ("`page_one`", "page_one"),
        ("`whole`", "whole"),
        ("`gates`", "gates"),
        ("`totals`", "totals"),
        ("`routes`", "routes"),
        ("`policies_total`", "policies_total"),
        ("`coming`", "coming"),
        ("`expiring`", "expiring"),
        ("`access`", "access"),
        ("`steps`", "steps"),
        ("`open_steps`", "open_steps"),
        ("`offered_steps`", "offered_steps"),
        ("`documents`", "documents"),
        ("`policies`", "policies"),
        ("`policies_beside`", "policies_beside"),
        ("`overlaps`", "overlaps"),
        ("`obligations`", "obligations"),
        ("`data_export`", "data_export"),
        ("`questions`", "questions"),
        ("`would_change` and `announced`", "would_change"),
        ("`facts` and `derived`", "facts"),
        ("`calendar`", "calendar"),
        ("`sources`", "sources"),
        ("`books`", "books"),
    ],
)
def test_every_key_inside_a_plan_is_described(heading: str, key: str) -> None:
    plans = [plan(), plan("qinghe-model"), plan("sakura-games"), plan("qinghe-model", total_assets=40_000_000)]
    plans += [plan("mill-weaver"), plan("harbour-appstore"), contradiction(), earlier()]
    parts = [part for p in plans for part in (p[key] if isinstance(p[key], list) else [p[key]]) if part is not None]
    assert parts, f"no example has {key}"
    text = sections(read("reference/landing-plan.md"), 2)[heading]
    assert {name for part in parts for name in part} <= entries(text)


def contradiction() -> dict[str, Any]:
    """A plan that a gate stops: two shares that differ."""
    facts = {"plans": [{"service": "B11", "place": "BJ", "share": "100"}], "foreign_share": "0.5"}
    made = profile.parse_profile({**facts, "investor": {"country": "SG"}}, company_vocabulary())
    return advise(made, on=date(2026, 11, 24)).as_json()


@cache
def earlier() -> dict[str, Any]:
    """A plan of a day after which something begins."""
    company = read_profile(ROOT / "examples" / "qinghe-model.yaml", company_vocabulary())
    return advise(company, on=date(2024, 12, 2)).as_json()


def test_every_key_of_a_duration_is_described() -> None:
    found = plan()["totals"]["duration"]
    assert entries(sections(read("reference/landing-plan.md"), 2)["`duration`"]) == set(found)


def test_every_key_of_an_access_answer_is_described() -> None:
    access = treatments.access_book()
    question = {"service": "B11", "place": "BJ", "share": "100", "investor": "DE"}
    parsed = AccessQuestion.parse(question, access)
    answer = resolve.as_json(resolve.what_is_open(parsed, access, on=date(2024, 10, 23)), access)
    text = sections(read("reference/commands.md"), 2)["`luodi access`"]
    assert set(answer) <= entries(text)


def test_every_key_of_a_requirement_is_described() -> None:
    silent = requirement("cap-vats-national", treatments.access_book(), on=date(1990, 1, 1))
    assert set(silent) <= entries(sections(read("reference/commands.md"), 2)["`luodi requirement`"])


# ---- figures of the methods


def test_the_table_of_clocks_holds_every_step_with_several_limits() -> None:
    several = {step.id for step in steps_book().steps.values() if len(step.decision) > 1}
    assert {key for key in several if f"(`{key}`)" in read("methods/clocks.md")} == several
    assert set(re.findall(r"\(`([\w-]+)`\) \|", read("methods/clocks.md"))) == several


def test_every_page_is_listed_by_its_folder() -> None:
    for page in PAGES:
        if page.name != "README.md":
            assert f"]({page.name})" in (page.parent / "README.md").read_text(encoding="utf-8"), page.name
