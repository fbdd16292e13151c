"""What we promise about the repository: it runs anywhere, stays small, and its documents say only what is there."""

import os
import re
import shlex
import subprocess
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import click
import pytest

ROOT = Path(__file__).parents[1]
MACHINE_PATH = re.compile(
    r"(?<![\w.~$}])/(?:work|root|farm|mnt|home/\w+|Users/\w+)/|\b[A-Z]:\\(?:Users|Documents)|file:///\w"
)
HOSTS = ["pypi.org", "pythonhosted.org", "registry.npmjs", "deb.debian", "npmmirror"]
OPTIONS = ["--index-url", "--extra-index-url", "--find-links"]
REGISTRIES = re.compile("|".join(map(re.escape, HOSTS + OPTIONS)))


# ---- what is there


@cache
def tracked() -> tuple[Path, ...]:
    """The files of the project: those git knows or would take; without git, those that are no tool's leavings."""
    listing = ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        names = subprocess.run(listing, capture_output=True, check=True, text=True).stdout.split("\0")
        return tuple(ROOT / name for name in names if name and (ROOT / name).is_file())
    except (OSError, subprocess.CalledProcessError):
        return tuple(walk())


def walk() -> Iterator[Path]:
    made = {"__pycache__", "demo", "build", "dist"}
    for folder, subfolders, names in os.walk(ROOT):
        subfolders[:] = [s for s in subfolders if s not in made and (s == ".ci" or not s.startswith("."))]
        yield from (Path(folder, name) for name in names if not name.endswith(".pyc"))


def text_of(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError:  # a picture
        return ""


def name_of(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def lines_with(pattern: re.Pattern[str]) -> list[str]:
    """In any file but this one, whose own tests name such lines."""
    return [
        f"{name_of(file)}, line {number}: {line.strip()[:100]}"
        for file in tracked()
        if file != Path(__file__)
        for number, line in enumerate(text_of(file).splitlines(), 1)
        if pattern.search(line)
    ]


def pages() -> list[Path]:
    return [file for file in tracked() if file.suffix == ".md"]


def test_the_listing_sees_the_project() -> None:
    assert {"Makefile", "README.md", "tests/test_repository.py", ".ci/run"} <= {name_of(file) for file in tracked()}


def test_without_git_the_listing_is_the_same() -> None:
    assert {f for f in walk() if f.suffix == ".md"} == set(pages())


# ---- it runs anywhere


def test_no_path_of_one_machine() -> None:
    assert lines_with(MACHINE_PATH) == []


def test_no_address_of_a_registry() -> None:
    assert lines_with(REGISTRIES) == []


@pytest.mark.parametrize("part", ["/work/main", "/home/anna/x", "see /root/x", "C:\\Users"])
def test_a_path_of_one_machine_would_be_seen(part: str) -> None:
    assert MACHINE_PATH.search(part)


@pytest.mark.parametrize("part", ["examples/x.yaml", "../shared/facts", "the /zh/.. and /en/.. pages", "network/x"])
def test_other_paths_are_no_matter(part: str) -> None:
    assert not MACHINE_PATH.search(part)


@pytest.mark.parametrize("part", ["https://pypi.org/simple", "pip --index-url x"])
def test_an_address_of_a_registry_would_be_seen(part: str) -> None:
    assert REGISTRIES.search(part)


def test_no_file_over_a_megabyte() -> None:
    assert [name_of(file) for file in tracked() if file.stat().st_size > 1_000_000] == []


def test_constraints_pin_everything_that_is_asked_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    pins = re.findall(r"^([\w.-]+)==", (ROOT / "constraints.txt").read_text(encoding="utf-8"), re.M)
    assert "click" in names(pins)
    assert names(asked) <= names(pins)


def names(requirements: list[str]) -> set[str]:
    """Package names in one spelling: `types_PyYAML>=6` is `types-pyyaml`."""
    return {re.split(r"[^\w.-]", line)[0].lower().replace("_", "-") for line in requirements}


# ---- documents say only what is there


def targets() -> set[str]:
    return set(re.findall(r"^([.a-z][\w.-]*):(?!=)", (ROOT / "Makefile").read_text(), re.M))


def code_of(page: str) -> str:
    """The fenced blocks of a page, joined."""
    return "\n".join(re.findall(r"^ *```[^\n]*\n(.*?)^ *```", page, re.M | re.S))


def made(page: str) -> set[str]:
    """The targets that a page tells one to make, in a fenced block or between backticks."""
    spoken = re.findall(r"`make ([a-z][\w-]*)", page)
    return set(spoken) | set(re.findall(r"^ *(?:\$ )?make ([a-z][\w-]*)", code_of(page), re.M))


@pytest.mark.parametrize("page", pages(), ids=name_of)
def test_what_a_page_makes_is_in_the_makefile(page: Path) -> None:
    assert made(page.read_text(encoding="utf-8")) <= targets()


def test_the_readme_sets_up_with_two_commands() -> None:
    assert {"demo", "test"} <= made((ROOT / "README.md").read_text(encoding="utf-8"))


def slug(heading: str) -> str:
    """The anchor of a heading, as the usual readers of Markdown make it."""
    plain = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading).replace("`", "")
    return re.sub(r"[^\w\- ]", "", plain.strip().lower()).replace(" ", "-")


def anchors(page: Path) -> set[str]:
    without_code = re.sub(r"^ *```.*?^ *```", "", page.read_text(encoding="utf-8"), flags=re.M | re.S)
    return {slug(heading) for heading in re.findall(r"^#+ +(.+)$", without_code, re.M)}


def broken(page: Path) -> Iterator[str]:
    text = re.sub(r"^ *```.*?^ *```|`[^`\n]*`", "", page.read_text(encoding="utf-8"), flags=re.M | re.S)
    for link in re.findall(r"\]\(([^)\s]+)(?: \"[^\"]*\")?\)", text):
        if re.match(r"[a-z]+:", link):  # the world's pages are not ours to promise
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            yield link


@pytest.mark.parametrize("page", pages(), ids=name_of)
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    assert list(broken(page)) == []


def test_a_link_that_leads_nowhere_would_be_seen(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# One heading\n[a](#one-heading) [b](#another) [c](gone.md) [d](https://example.org) `[e](no)`\n")
    assert list(broken(page)) == ["#another", "gone.md"]


# ---- commands in documents are commands of the program


def spoken(page: str) -> list[list[str]]:
    """The `luodi` commands of a page's fenced blocks, as words, each up to a pipe or a redirection."""
    joined = code_of(page).replace("\\\n", " ")
    lines = re.findall(r"^ *(?:\$ )?(?:[^#\n]*\| )?(?:\.venv/bin/)?luodi +(\S.*)$", joined, re.M)
    return [shlex.split(re.split(r" [|>;&]| 2>", line)[0], comments=True) for line in lines]


def complaint(words: list[str]) -> str | None:
    """What is wrong with one command, or None: each word must name a command, each option one of that command's."""
    from luodi import cli  # here, so that the other promises are tested even while the program does not start

    command: click.Command = cli.main if isinstance(cli.main, click.Command) else cli.cli
    context = click.Context(command, info_name="luodi")
    rest = list(words)
    while isinstance(command, click.Group) and rest and not rest[0].startswith("-"):
        name = rest.pop(0)
        found = command.get_command(context, name)
        if found is None:
            return f"luodi {' '.join(words)}: there is no command `{name}`"
        command, context = found, click.Context(found, info_name=name, parent=context)
    known = {opt for p in command.get_params(context) for opt in (*p.opts, *p.secondary_opts)}
    strange = [word for word in rest if word.startswith("--") and word.split("=")[0] not in known]
    return f"luodi {' '.join(words)}: there is no option {strange[0]}" if strange else None


@pytest.mark.parametrize("page", pages(), ids=name_of)
def test_every_command_of_a_page_is_one_of_ours(page: Path) -> None:
    wrong = [problem for words in spoken(page.read_text(encoding="utf-8")) if (problem := complaint(words))]
    assert wrong == []


def test_the_readme_shows_commands() -> None:
    assert len(spoken((ROOT / "README.md").read_text(encoding="utf-8"))) >= 7


def test_commands_are_read_from_fenced_blocks() -> None:
    page = (
        "`luodi no`\n```\n$ luodi access --service B11 \\\n  --on 2024-10-23 | head\nluodi ask  # one at a time\n```\n"
    )
    assert spoken(page) == [["access", "--service", "B11", "--on", "2024-10-23"], ["ask"]]


@pytest.mark.parametrize("words", [["acces"], ["access", "--servise", "B11"], ["book", "chek", "policies"]])
def test_a_command_that_is_not_ours_would_be_seen(words: list[str]) -> None:
    assert complaint(words)
