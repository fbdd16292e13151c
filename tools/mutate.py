"""What the tests of a folder would not notice: mutmut changes one thing of its code at a time and runs its tests.

    make mutate FOLDER=luodi/access        a folder, without the folders in it
    make mutate FOLDER=luodi/values.py     a file
    make mutate FOLDER=luodi/rules ARGS="--ending 3"    a tenth: the changes whose number ends in 3

Works in a copy under build/mutation and goes on there where it stopped, so that a run can be interrupted at any time.
Prints what survived, as a diff, and exits with 1 where less than the part in `ENOUGH` was noticed. mutmut leaves out
what stands outside functions and functions with a decorator, and so does the figure.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

ROOT = Path(__file__).parents[1]
ENOUGH = Fraction(85, 100)
COPIED = ("luodi", "tests", "examples", "conftest.py", "pyproject.toml")
LEFT_OUT = shutil.ignore_patterns("__pycache__", "browser")
#: mutmut's exit codes of a run of tests on a mutant. A mutant that never ends or crashes was noticed.
SURVIVED, UNTESTED, PENDING = (0,), (5, 33), (None,)


def prepare(folder: Path, tests: list[str], work: Path) -> None:
    """A copy of the project that mutmut is set up for; results of before stay where the code is the same."""
    work.mkdir(parents=True, exist_ok=True)
    for name in COPIED:
        source, target = ROOT / name, work / name
        if source.is_dir():
            shutil.rmtree(target, ignore_errors=True)
            shutil.copytree(source, target, ignore=LEFT_OUT)
        else:
            shutil.copy2(source, target)
    lines = {
        "source_paths": folder.as_posix(),
        "do_not_mutate": "\n    ".join(["*/test_*.py", "*/conftest.py", "*/strategies.py", f"{folder.as_posix()}/*/*"]),
        "also_copy": "\n    ".join(["luodi", "conftest.py", "examples"]),
        "pytest_add_cli_args": "\n    ".join(["-n", "0", "-p", "no:cacheprovider"]),
        "pytest_add_cli_args_test_selection": "\n    ".join(tests),
    }
    (work / "setup.cfg").write_text("[mutmut]\n" + "".join(f"{key} =\n    {value}\n" for key, value in lines.items()))


def tests_of(folder: Path) -> list[str]:
    """Those beside the code."""
    if (ROOT / folder).is_dir():
        return [path.relative_to(ROOT).as_posix() for path in sorted((ROOT / folder).glob("test_*.py"))]
    return [(folder.parent / f"test_{folder.name}").as_posix()]


def outcomes(work: Path, ending: str = "") -> Iterator[tuple[str, int | None]]:
    """Every mutant, or those whose number ends so, with the exit code of its tests."""
    for path in sorted((work / "mutants").rglob("*.meta")):
        codes = json.loads(path.read_text(encoding="utf-8"))["exit_code_by_key"]
        yield from ((name, code) for name, code in codes.items() if name.endswith(ending))


def word(code: int | None) -> str:
    """What became of a mutant."""
    if code in PENDING:
        return "pending"
    return "survived" if code in SURVIVED else "untested" if code in UNTESTED else "noticed"


def report(work: Path, mutmut: Path, ending: str = "") -> int:
    found = {name: word(code) for name, code in outcomes(work, ending)}
    counts = Counter(found.values())
    for name, became in found.items():
        if became in ("survived", "untested"):
            shown = subprocess.run([mutmut, "show", name], cwd=work, capture_output=True, text=True, check=True)
            print(f"{became}: {name}\n{shown.stdout}")
    tried = sum(counts.values()) - counts["pending"]
    part = Fraction(counts["noticed"], tried) if tried else Fraction(0)
    print(", ".join(f"{count} {word}" for word, count in sorted(counts.items())), f"({float(part):.1%} noticed)")
    return int(part < ENOUGH or bool(counts["pending"]))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="a folder of luodi, or a file")
    parser.add_argument("--tests", nargs="*", default=[], help="tests beside those that stand with the code")
    parser.add_argument("--report", action="store_true", help="only what is known so far")
    parser.add_argument("--ending", choices=list("0123456789"), default="", help="only mutants whose number ends so")
    parser.add_argument("--processes", type=int, default=2)
    asked = parser.parse_args()
    if not (ROOT / asked.folder).exists() or asked.folder.is_absolute():
        parser.error(f"there is no {asked.folder} in the project")
    work = ROOT / "build" / "mutation" / asked.folder.as_posix().replace("/", "-")
    mutmut = Path(sys.executable).parent / "mutmut"
    if not asked.report:
        prepare(asked.folder, [*tests_of(asked.folder), *asked.tests], work)
        environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
        environment["HYPOTHESIS_PROFILE"] = "mutants"
        chosen = [f"*__mutmut_*{asked.ending}"] if asked.ending else []
        command = [mutmut, "run", "--max-children", str(asked.processes), *chosen]
        with (work / "log").open("w", encoding="utf-8") as log:  # thousands of lines of progress, where nobody sees it
            shown = None if sys.stdout.isatty() else log
            done = subprocess.run(command, cwd=work, env=environment, stdout=shown, stderr=subprocess.STDOUT)
        if done.returncode:
            print(f"mutmut did not get through: see {(work / 'log').relative_to(ROOT)}", file=sys.stderr)
            return done.returncode
    return report(work, mutmut, asked.ending)


if __name__ == "__main__":
    sys.exit(main())
