"""Files that are there whole or not at all."""

import os
from pathlib import Path

import pytest

from luodi.files import CannotWrite, FolderNotEmpty, whole_file, whole_folder, write_whole


def test_a_file_has_its_name_only_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "plan.html"
    with whole_file(path) as unfinished:
        unfinished.write_text("half")
        assert not path.exists()
        unfinished.write_text("whole")
    assert path.read_text() == "whole"
    assert os.listdir(tmp_path) == ["plan.html"]


def test_what_stood_there_before_is_unharmed_when_the_work_fails(tmp_path: Path) -> None:
    path = tmp_path / "plan.html"
    path.write_text("before")
    with pytest.raises(ZeroDivisionError), whole_file(path) as unfinished:
        unfinished.write_text("half")
        raise ZeroDivisionError
    assert path.read_text() == "before"
    assert os.listdir(tmp_path) == ["plan.html"]


def test_a_folder_that_does_not_exist_is_reported_with_the_name(tmp_path: Path) -> None:
    with pytest.raises(CannotWrite) as told:
        write_whole(tmp_path / "nowhere" / "plan.html", b"")
    assert "nowhere" in str(told.value) and "No such file or directory" in str(told.value)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_is_reported_in_words(tmp_path: Path) -> None:
    path = tmp_path / "plan.html"
    with (
        pytest.raises(CannotWrite, match="there is no room left for it"),
        whole_file(path),
        open("/dev/full", "wb") as f,
    ):
        f.write(b"x")
        f.flush()
    assert not path.exists()


def test_a_folder_has_its_name_only_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "made"
    with whole_folder(path) as unfinished:
        (unfinished / "one.txt").write_text("1")
        assert not path.exists()
    assert (path / "one.txt").read_text() == "1"
    assert os.listdir(tmp_path) == ["made"]


def test_nothing_of_a_folder_is_left_when_the_work_fails(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), whole_folder(tmp_path / "made") as unfinished:
        (unfinished / "one.txt").write_text("1")
        raise ZeroDivisionError
    assert os.listdir(tmp_path) == []


def test_an_empty_folder_is_filled_even_the_one_we_stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "made").mkdir()
    monkeypatch.chdir(tmp_path / "made")
    with whole_folder(Path(".")) as unfinished:
        (unfinished / "one.txt").write_text("1")
    assert os.listdir(tmp_path / "made") == ["one.txt"]


@pytest.mark.parametrize("name", ["made", "file.txt"])
def test_a_folder_that_holds_something_and_a_file_are_left_alone(tmp_path: Path, name: str) -> None:
    (tmp_path / "made").mkdir()
    (tmp_path / "made" / "mine.txt").write_text("mine")
    (tmp_path / "file.txt").write_text("mine")
    with pytest.raises(FolderNotEmpty), whole_folder(tmp_path / name):
        raise AssertionError("nothing may be done")
    assert (tmp_path / "made" / "mine.txt").read_text() == (tmp_path / "file.txt").read_text() == "mine"
