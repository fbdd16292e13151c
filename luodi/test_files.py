"""Files that are there whole or not at all."""

import os
from pathlib import Path

import pytest

from luodi.files import CannotWrite, whole_file, write_whole


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


def test_a_folder_that_does_not_exist_is_told_with_the_name(tmp_path: Path) -> None:
    with pytest.raises(CannotWrite) as told:
        write_whole(tmp_path / "nowhere" / "plan.html", b"")
    assert "nowhere" in str(told.value) and "No such file or directory" in str(told.value)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_is_told_in_words(tmp_path: Path) -> None:
    path = tmp_path / "plan.html"
    with (
        pytest.raises(CannotWrite, match="there is no room left for it"),
        whole_file(path),
        open("/dev/full", "wb") as f,
    ):
        f.write(b"x")
        f.flush()
    assert not path.exists()
