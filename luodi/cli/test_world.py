"""The command `luodi world`: what it prints, what it refuses."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest


def test_it_prints_counts_and_seconds(luodi):
    code, out, err = luodi("world", "--companies", "30", "--seed", "5", "--to", "made", "--json")
    document = json.loads(out)
    assert (code, err, list(document)) == (0, "", ["companies", "nodes", "stakes", "seconds"])
    assert document["companies"] == 30 and document["nodes"] > document["companies"]
    assert json.loads(Path("made/world.json").read_text())["fictional"] is True


def test_people_are_told_that_it_is_fictional(luodi):
    code, out, _ = luodi("world", "--companies", "30", "--to", "made")
    assert code == 0 and "30 companies" in out and "made up" in out


def test_the_readme_of_the_folder_makes_the_same_world_again(luodi):
    luodi("world", "--companies", "30", "--seed", "5", "--on", "2025-06-30", "--to", "made")
    command = Path("made/README.md").read_text().split("`luodi ")[1].split("`")[0]
    assert luodi(*command.split(), "--to", "again")[0] == 0
    for file in Path("made").iterdir():
        assert file.read_bytes() == Path("again", file.name).read_bytes()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--companies", "0"], "--companies: 0 companies cannot be made"),
        (["--companies", "3", "--seed", "-1"], "--seed: -1 is no seed"),
        (["--companies", "3", "--on", "1066-10-14"], "--on: 1066-10-14 is no day for a world"),
    ],
)
def test_what_no_world_can_be_made_of_is_refused(luodi, arguments, told):
    code, out, err = luodi("world", *arguments, "--to", "made")
    assert (code, out, Path("made").exists()) == (2, "", False)
    assert told in err and "Traceback" not in err


def test_a_folder_that_holds_something_is_refused(luodi):
    Path("made").mkdir()
    Path("made/mine.txt").write_text("mine")
    code, out, err = luodi("world", "--companies", "3", "--to", "made")
    assert (code, out, [file.name for file in Path("made").iterdir()]) == (2, "", ["mine.txt"])
    assert "made: is there already and holds something" in err


@pytest.mark.skipif(sys.platform == "win32", reason="no such signal")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.usefixtures("interruptible")
def test_a_run_that_is_asked_to_end_leaves_nothing(tmp_path, number):
    words = [sys.executable, "-m", "luodi", "world", "--companies", "900000000", "--to", "made"]
    running = subprocess.Popen(words, cwd=tmp_path, stderr=subprocess.PIPE, text=True)
    while running.poll() is None and not any(tmp_path.glob(".made*/stakes.parquet")):
        time.sleep(0.02)
    running.send_signal(number)
    _, err = running.communicate()
    assert (running.returncode, err.strip(), list(tmp_path.iterdir())) == (130, "luodi: stopped", [])
