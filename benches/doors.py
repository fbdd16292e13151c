"""How long a person waits: a command from nothing, the first start after an edit, a plan in process, as HTML, as PDF.

Run: .venv/bin/python benches/doors.py [RUNS]. The peer of every command is the bare interpreter in the same run.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter

from _machine import machine, quantile

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "examples" / "rhein-werk-platform.yaml"
DAY = date(2026, 11, 24)
QUESTION = "access --service B11 --place BJ --share 100 --investor DE --on 2024-10-23 --json".split()


def main(runs: int = 15) -> None:
    print(machine())
    print(f"{'what':<52} {'median':>9} {'p95':>9}  target")
    bare = measured(lambda: spawn(["-c", "pass"]), runs)
    row("the bare interpreter, whole process", bare, "-")
    with tempfile.TemporaryDirectory() as home:
        first = [timed(partial(ask, f"{home}/{n}")) for n in range(5)]
        row("luodi access, first start (no compiled book)", first, "3 s")
        row("luodi access, books cached, whole process", measured(partial(ask, f"{home}/0"), runs), "0.4 s")
    in_process(runs)


def in_process(runs: int) -> None:
    from luodi.advice.plan import advise
    from luodi.documents.plan_html import plan_html
    from luodi.documents.plan_pdf import plan_pdf
    from luodi.profiles.profile import read_profile
    from luodi.rules.library import company_vocabulary

    profile = read_profile(EXAMPLE, company_vocabulary())
    plan = advise(profile, on=DAY)
    row("landing plan in process", measured(lambda: advise(profile, on=DAY), runs), "50 ms")
    for lang in ("en", "zh"):
        row(f"as HTML, {lang}", measured(lambda lang=lang: plan_html(plan, lang), runs), "100 ms")
        row(f"as PDF, {lang}", measured(lambda lang=lang: plan_pdf(plan, lang), 5), "1.5 s")


def ask(home: str) -> None:
    spawn(["-m", "luodi", *QUESTION], home=home)


def spawn(arguments: list[str], home: str | None = None) -> None:
    environment = {**os.environ, **({"LUODI_HOME": home} if home else {})}
    subprocess.run([sys.executable, *arguments], env=environment, stdout=subprocess.DEVNULL, check=True, cwd=ROOT)


def timed(act: Callable[[], object]) -> float:
    begun = perf_counter()
    act()
    return perf_counter() - begun


def measured(act: Callable[[], object], runs: int) -> list[float]:
    act()
    return [timed(act) for _ in range(runs)]


def row(what: str, seconds: list[float], target: str) -> None:
    print(f"{what:<52} {median(seconds) * 1000:>6.1f} ms {quantile(seconds, 0.95) * 1000:>6.1f} ms  {target}")


if __name__ == "__main__":
    main(*(int(text) for text in sys.argv[1:2]))
