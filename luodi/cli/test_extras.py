"""Commands without the extras: those for one company answer, every other one says in one line what to install."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from luodi.cli import COMMANDS, EXTRAS
from luodi.extras import MODULES

PROJECT = Path(__file__).parents[2]
PLAN = str(PROJECT / "examples/lantern-isle-cloud.yaml")
DAY = ("--on", "2024-12-02")
STAKES = """\
nodes: [{id: P, kind: foreign}, {id: C, kind: company}]
stakes: [{owner: P, company: C, share: "0.51"}]
"""
#: A process in which the modules that follow cannot be imported, as if they were not installed.
WITHOUT = """
import sys
class Blocked:
    names = set(sys.argv.pop(1).split(","))
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in self.names:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Blocked())
from luodi.cli import main
main()
"""
#: A question to each command that needs no extra, and the exit status of its answer.
LIGHT = {
    "access": (("--service", "B11", "--place", "BJ", "--share", "100", "--investor", "DE", *DAY), 0),
    "requirement": (("cap-vats-national", *DAY), 0),
    "match": (("--profile", "company.yaml", *DAY), 0),
    "decide": (("enterprise-size", "--profile", "company.yaml", *DAY), 3),
    "advise": ((PLAN, *DAY), 0),
    "ask": (("--yes", *DAY, "Japanese game studio, wants to publish in Beijing, own all"), 0),
    "ownership": (("stakes.yaml", "--company", "C", *DAY), 0),
    "book": (("list",), 0),
}
HEAVY = {
    "bulk": ("--companies", "c.csv"),
    "world": ("--companies", "3", "--to", "made"),
    "user": ("list",),
    "companies": ("import", "c.csv"),
    "journal": ("verify",),
    "backup": ("b.zip",),
    "restore": ("b.zip",),
    "files": ("check",),
    "api-key": ("list",),
}


def run(folder, *arguments, extras=tuple(MODULES)):
    blocked = ",".join(sorted({module for extra in extras for module in MODULES[extra]}))
    (folder / "stakes.yaml").write_text(STAKES)
    (folder / "company.yaml").write_text("employees: 10\n")
    return subprocess.run(
        [sys.executable, "-c", WITHOUT, blocked, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(PROJECT), "LUODI_HOME": str(folder / "home")},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize("name", sorted(COMMANDS.keys() - EXTRAS.keys()))
def test_a_command_for_one_company_needs_no_extra(name, tmp_path):
    arguments, status = LIGHT[name]
    done = run(tmp_path, name, *arguments)
    assert done.returncode == status and done.stdout, done.stderr
    assert "Traceback" not in done.stderr and "luodi:" not in done.stderr


@pytest.mark.parametrize("name", EXTRAS)
def test_a_command_that_needs_an_extra_says_in_one_line_which(name, tmp_path):
    done = run(tmp_path, name, *HEAVY.get(name, ()))
    told = f"luodi: `luodi {name}` needs more packages: pip install 'luodi[{EXTRAS[name]}]'\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", told)


@pytest.mark.parametrize("name", EXTRAS)
def test_the_help_of_a_command_needs_no_extra(name, tmp_path):
    done = run(tmp_path, name, "--help")
    assert (done.returncode, done.stderr) == (0, "") and "Usage: luodi" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (("--stakes", "s.csv", "--nodes", "n.csv", "--company", "C"), "`luodi ownership` with tables"),
        (("--stakes", "s.csv", "--nodes", "n.csv", "--to", "o.parquet"), "`luodi ownership --to`"),
        (("stakes.yaml", "--tables", "made"), "`luodi ownership --tables`"),
    ],
)
def test_ownership_of_tables_says_what_it_needs(arguments, what, tmp_path):
    done = run(tmp_path, "ownership", *arguments)
    told = f"luodi: {what} needs more packages: pip install 'luodi[bulk]'\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", told)


@pytest.mark.parametrize(
    ("extra", "arguments", "what"),
    [
        ("duckdb", ("--query", "SELECT 1"), "`luodi bulk --query` on DuckDB"),
        (
            "postgresql",
            ("--companies", "postgresql://nobody", "--query", "SELECT 1"),
            "`luodi bulk --query` on PostgreSQL",
        ),
        ("spark", ("--companies", "c.csv", "--engine", "spark"), "Spark"),
    ],
)
def test_a_source_or_engine_of_its_own_extra_is_named(extra, arguments, what, tmp_path, luodi, monkeypatch):
    monkeypatch.setitem(sys.modules, MODULES[extra][-1], None)
    code, out, err = luodi("bulk", *arguments)
    assert (code, out, err) == (2, "", f"luodi: {what} needs more packages: pip install 'luodi[{extra}]'\n")


def test_a_module_that_is_met_too_late_is_said_the_same_way(luodi, monkeypatch):
    """A command that the table takes for a light one, but which imports a package of an extra."""
    monkeypatch.delitem(EXTRAS, "world")
    monkeypatch.setitem(sys.modules, "luodi.world.folder", None)
    monkeypatch.delitem(sys.modules, "luodi.world.folder")
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    code, _, err = luodi("world", "--companies", "3", "--to", "made")
    assert (code, err) == (2, "luodi: `luodi world` needs more packages: pip install 'luodi[bulk]'\n")
