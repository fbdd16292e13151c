"""A mutation run is set up for the folder that was asked for, and its figures are those of the mutants."""

import json
import sys
from configparser import ConfigParser
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import mutate

SHOW = "#!{python}\nimport sys\nprint('diff of', sys.argv[2])\n"


def written(tmp_path: Path, codes: dict[str, int | None]) -> Path:
    """As mutmut leaves what it found."""
    meta = tmp_path / "mutants" / "luodi" / "values.py.meta"
    meta.parent.mkdir(parents=True)
    meta.write_text(json.dumps({"exit_code_by_key": codes}), encoding="utf-8")
    command = tmp_path / "mutmut"
    command.write_text(SHOW.format(python=sys.executable), encoding="utf-8")
    command.chmod(0o755)
    return command


NOTICED = {f"luodi.values.x_a__mutmut_{n}": 1 for n in range(1, 18)} | {"luodi.values.x_b__mutmut_1": -24}


@pytest.mark.parametrize(
    ("more", "status", "figures"),
    [
        ({"s1": 0, "s2": 0, "s3": 0}, 0, "18 noticed, 3 survived (85.7% noticed)"),
        ({"s1": 0, "s2": 0, "s3": 0, "u1": 33}, 1, "18 noticed, 3 survived, 1 untested (81.8% noticed)"),
        ({"p1": None}, 1, "18 noticed, 1 pending (100.0% noticed)"),
    ],
)
def test_survivors_are_shown_and_too_many_of_them_fail(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], more: dict[str, int | None], status: int, figures: str
) -> None:
    command = written(tmp_path, {**NOTICED, **more})
    assert mutate.report(tmp_path, command) == status
    said = capsys.readouterr().out
    assert said.splitlines()[-1] == figures
    shown = [name for name in (*NOTICED, *more) if f"diff of {name}\n" in said]
    assert shown == [name for name, code in more.items() if code is not None]


def test_a_folder_is_tried_with_the_tests_beside_it_and_goes_on_where_it_stopped(tmp_path: Path) -> None:
    tests = mutate.tests_of(Path("luodi/access"))
    assert "luodi/access/test_resolve.py" in tests
    (tmp_path / "mutants").mkdir()
    (tmp_path / "mutants" / "kept").touch()
    mutate.prepare(Path("luodi/access"), tests, tmp_path)
    config = ConfigParser()
    config.read(tmp_path / "setup.cfg")
    assert config["mutmut"]["source_paths"].strip() == "luodi/access"
    assert config["mutmut"]["pytest_add_cli_args_test_selection"].split() == tests
    assert (tmp_path / "luodi/books/market-access/book.yaml").is_file() and (tmp_path / "mutants" / "kept").is_file()


def test_a_file_is_tried_with_its_test() -> None:
    assert mutate.tests_of(Path("luodi/values.py")) == ["luodi/test_values.py"]


def test_a_tenth_counts_by_itself(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The others are as they were left: pending, or of a run before."""
    command = written(tmp_path, {**NOTICED, "luodi.values.x_c__mutmut_7": 0, "luodi.values.x_c__mutmut_8": None})
    mutate.report(tmp_path, command, "7")
    assert capsys.readouterr().out.splitlines()[-1] == "2 noticed, 1 survived (66.7% noticed)"
