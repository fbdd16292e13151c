"""The tasks of docs/guide/contribute, done in a copy of the project as their pages say, with the files that they take.

A page shows each change as a block `diff`: the file, lines that go and lines that come. Without lines that go, the
lines are added at the end.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.test_colours import HOME

ROOT = Path(__file__).parents[1]
PAGES = ROOT / "docs/guide/contribute"


class Copy:
    """The project in another folder; what is changed there is counted."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.changed: set[str] = set()
        self.take("luodi", "web")
        self.take("tests/test_policies_book.py", "tests/test_steps_book.py")

    def take(self, *names: str) -> None:
        """Files, or a folder without what is named after it. What Python compiled before comes along: it goes by the
        times of the files."""
        first, *others = names
        if (ROOT / first).is_dir():
            shutil.copytree(ROOT / first, self.folder / first, ignore=shutil.ignore_patterns(*others))
            return
        for name in names:
            (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, self.folder / name)

    def do(self, page: str) -> None:
        text = (PAGES / page).read_text(encoding="utf-8")
        for name, lines in re.findall(r"^```diff\n\+\+\+ (\S+)\n(.*?)^```", text, re.M | re.S):
            old = "".join(line[1:] for line in lines.splitlines(keepends=True) if line[0] == "-").rstrip("\n")
            new = "".join(line[1:] for line in lines.splitlines(keepends=True) if line[0] == "+")
            file = self.folder / name
            before = file.read_text(encoding="utf-8")
            assert old in before, f"{page}: {name} has no {old}"
            after = before.replace(old, new.rstrip("\n"), 1) if old else before + new
            file.write_text(after, encoding="utf-8")
            self.changed.add(name)

    def python(self, *arguments: str) -> str:
        here = {name: value for name, value in os.environ.items() if not name.startswith(("DJANGO", "PYTEST"))}
        here |= {"PYTHONPATH": str(self.folder), "LUODI_HOME": str(self.folder / "home")}
        done = subprocess.run(
            [sys.executable, *arguments], cwd=self.folder, env=here, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@pytest.fixture
def project(tmp_path: Path) -> Copy:
    return Copy(tmp_path)


@pytest.mark.parametrize(
    ("page", "book", "test", "files", "rule"),
    [
        ("policy.md", "policies", "test_policies_book", 3, "bj-harbour-rent"),
        ("duty.md", "landing-steps", "test_steps_book", 2, "harbour-energy-report"),
    ],
)
def test_a_rule_is_added_to_a_book(page: str, book: str, test: str, files: int, rule: str, project: Copy) -> None:
    project.do(page)
    assert len(project.changed) == files and not any(name.endswith(".py") for name in project.changed)
    folder = f"luodi/books/{book}"
    project.python("-m", "luodi", "book", "check", folder)
    project.python("-m", "luodi", "book", "test", folder)
    assert rule in project.python("-m", "luodi", "book", "show", rule, "--book", folder)
    plain = ("-p", "no:cacheprovider", "-p", "no:django")
    project.python("-m", "pytest", "-q", *plain, f"tests/{test}.py")


def test_an_endpoint_is_added_and_the_suite_holds_it_to_its_schema(project: Copy) -> None:
    project.take("luodi/web")
    project.take("conftest.py", "pyproject.toml", "tests/settings.py", "tests/templates.py", "tests/test_api_docs.py")
    project.take("docs")
    project.do("endpoint.md")
    assert project.changed == {"luodi/web/obstacles/api.py", "luodi/web/words/api.yaml", "docs/reference/api.md"}
    files = ("luodi/web/api/test_fuzz.py", "tests/test_api_docs.py")
    chosen = "published or obstacles_count or address_is_on or has_its_row"
    done = project.python("-m", "pytest", "-v", "-n", "0", "-p", "no:cacheprovider", *files, "-k", chosen)
    assert "[obstacles_count-allowed]" in done, done


def test_a_word_is_corrected_in_one_file(project: Copy) -> None:
    project.do("word.md")
    assert project.changed == {"luodi/messages/text.yaml"}
    read = "from pathlib import Path; from luodi.text import read_text; read_text(Path('none.yaml'))"
    said = f"from luodi.errors import LuodiError\ntry:\n    {read}\nexcept LuodiError as e:\n    print(e.said('zh'))"
    assert "none.yaml：不能读取" in project.python("-c", said)


def test_a_colour_is_one_file() -> None:
    assert HOME in (PAGES / "colour.md").read_text(encoding="utf-8")
