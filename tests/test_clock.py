"""The suite can run on any day, and the processes that it starts have that day too."""

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
#: A process and one that it starts, each with its own time.
NESTED = (
    "import datetime, subprocess, sys; say = 'import datetime; print(datetime.datetime.now(datetime.UTC).isoformat())';"
    "exec(say); sys.stdout.flush(); subprocess.run([sys.executable, '-c', say], check=True)"
)


def times(on: str) -> list[datetime]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("TEST_CLOCK")}
    environment |= {"TEST_CLOCK": on, "PYTHONPATH": str(ROOT / "tests" / "clock")}
    done = subprocess.run([sys.executable, "-c", NESTED], env=environment, capture_output=True, text=True, check=True)
    return [datetime.fromisoformat(line) for line in done.stdout.split()]


@pytest.mark.parametrize(
    ("on", "begins"),
    [
        ("2028-02-29", datetime(2028, 2, 29, 4, tzinfo=UTC)),
        ("2026-12-31T23:59:00+08:00", datetime(2026, 12, 31, 15, 59, tzinfo=UTC)),
        ("2026-12-31T23:59", datetime(2026, 12, 31, 15, 59, tzinfo=UTC)),
    ],
)
def test_a_process_and_what_it_starts_begin_at_the_moment_that_was_named(on: str, begins: datetime) -> None:
    """And time goes on: the second process is later than the first."""
    first, second = times(on)
    assert begins <= first < second and second.date() == begins.date()


def test_make_sets_the_clock_and_the_order_of_the_suite() -> None:
    asked = ["make", "-n", "test", "ON=2028-02-29", "ORDER=7", 'ARGS="luodi/access"']
    said = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert "TEST_CLOCK=2028-02-29" in said and f"PYTHONPATH={ROOT}/tests/clock" in said and "TEST_ORDER=7" in said
    plain = subprocess.run(["make", "-n", "test"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert "TEST_CLOCK" not in plain and "TEST_ORDER" not in plain
