"""Another process that writes a row every 20 ms while a bench is at work, and tells how long it waited at most."""

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

#: Told only when a wait is longer than all before, so that nothing has to be read meanwhile.
_WRITER = """
import sys, time
from luodi.web.server import set_up
set_up()
from django.db import transaction
from luodi.web.accounts.models import Spent
longest = 0.0
print("ready", flush=True)
for number in range(10**9):
    start = time.perf_counter()
    with transaction.atomic():
        Spent.objects.create(who=f"bench {number}", until=number)
    took = time.perf_counter() - start
    if took > longest:
        longest = took
        print(f"{longest:.3f}", flush=True)
    time.sleep(0.02)
"""


@contextmanager
def another_writer() -> Iterator[list[float]]:
    """Seconds of its longest waits, there once the block has ended. The database is the one of the environment."""
    waits: list[float] = []
    with subprocess.Popen([sys.executable, "-c", _WRITER], stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None and writer.stdout.readline() == "ready\n"
        try:
            yield waits
            time.sleep(1)  # whoever waited has written by then
        finally:
            writer.terminate()
        waits += [float(line) for line in re.findall(r"^\d+\.\d+$", writer.stdout.read(), re.M)]
