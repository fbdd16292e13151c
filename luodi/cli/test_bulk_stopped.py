"""`luodi bulk` stopped in the middle: nothing half done has a final name, and it can go on."""

import signal
import subprocess
import time
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from luodi.cli.conftest import (
    OUTS,
    ROWS,
    companies,
)

# ---- stopped in the middle


def test_a_run_in_the_background_ignores_ctrl_c_and_is_stopped_by_sigterm(place):
    """As a shell without job control starts it: Ctrl-C is meant for what runs in the foreground."""
    _, stream = place.write(companies(400_000), "stdin")
    arguments = ("--companies", "-", "--out", "blocks", "--to", "answers", "--threads", "1")
    in_background = partial(signal.signal, signal.SIGINT, signal.SIG_IGN)
    for number, status in ((signal.SIGINT, 0), (signal.SIGTERM, 130)):
        run = place.start(*arguments, stdin=subprocess.PIPE, preexec_fn=in_background)
        run.stdin.write(stream[: len(stream) - 5_000])
        run.stdin.flush()
        while not (place.folder / "answers.partial").exists():
            time.sleep(0.02)
        run.send_signal(number)
        said = run.communicate(stream[len(stream) - 5_000 :])[1].decode()
        assert (run.returncode, (place.folder / "answers").exists()) == (status, status == 0), said
        for left in place.folder.glob("answers*"):
            left.unlink()


@pytest.mark.parametrize(
    ("number", "out"),
    [*((signal.SIGINT, out) for out in OUTS), *((signal.SIGKILL, out) for out in OUTS), (signal.SIGTERM, "blocks")],
)
@pytest.mark.usefixtures("interruptible")
def test_a_run_that_is_stopped_leaves_nothing_under_a_final_name(place, out, number):
    """The table comes through a pipe of which only a part ever arrives, so that the run is surely in its middle."""
    bad = {row: "medium" for row in range(0, ROWS, 10)}
    _, stream = place.write(companies(400_000, size=bad), "stdin")
    run = place.start(
        "--companies",
        "-",
        "--out",
        out,
        "--to",
        "answers",
        "--rejects",
        "r.jsonl",
        "--threads",
        "1",
        stdin=subprocess.PIPE,
    )
    run.stdin.write(stream[: len(stream) - 5_000])
    run.stdin.flush()
    until = time.monotonic() + 60
    while not (place.folder / "r.jsonl.partial").exists() and time.monotonic() < until:
        time.sleep(0.02)
    run.send_signal(number)
    if number != signal.SIGKILL:
        time.sleep(0.3)  # the pipe is read until the next piece comes
    said = run.communicate()[1].decode()
    assert run.returncode == (-9 if number == signal.SIGKILL else 130), said
    assert "Traceback" not in said
    assert {"answers", "r.jsonl"} & set(place.new) == set()


@pytest.mark.parametrize(
    ("number", "out"), [*((signal.SIGINT, out) for out in OUTS), (signal.SIGKILL, "blocks"), (signal.SIGKILL, "pairs")]
)
@pytest.mark.usefixtures("interruptible")
def test_what_was_stopped_can_be_gone_on_with_and_comes_out_the_same(place, out, number):
    bad = range(0, 10_000, 100)
    at = np.arange(3_000_000)
    kinds = np.where(at % 3 == 0, 0, 1).astype(np.int32)
    kinds[list(bad)] = 2
    size = pa.DictionaryArray.from_arrays(pa.array(kinds), ["large", "small", "medium"])
    pq.write_table(pa.table({"employees": at % 11, "size": size}), place.folder / "c.parquet")
    arguments = ("--companies", "c.parquet", "--out", out, "--threads", "1", "--rejects")
    run = place.start(*arguments, "r.jsonl", "--to", "answers")
    until = time.monotonic() + 60
    while not (place.folder / "answers.partial.json").exists() and time.monotonic() < until:
        time.sleep(0.002)
    run.send_signal(number)
    run.communicate()
    assert {"answers", "r.jsonl"} & set(place.new) == set()
    status, document, _ = place.run(*arguments, "r.jsonl", "--to", "answers", "--resume")
    assert (status, document["rejected"], document["rows"]) == (2, 100, 3_000_000)
    assert document["resumed_at"] > 0 or (number == signal.SIGKILL and out in ("pairs", "columns"))
    place.run(*arguments, "whole.jsonl", "--to", "whole")
    assert (place.folder / "r.jsonl").read_bytes() == (place.folder / "whole.jsonl").read_bytes()
    if out in ("counts", "blocks"):
        assert (place.folder / "answers").read_bytes() == (place.folder / "whole").read_bytes()
    else:
        assert pq.read_table(place.folder / "answers").equals(pq.read_table(place.folder / "whole"))
    assert [name for name in place.names() if "partial" in name] == []
