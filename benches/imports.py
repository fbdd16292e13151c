"""How long an import of 100,000 companies takes, into a site that has 100,000, and how long others wait meanwhile.

    .venv/bin/python benches/imports.py [--rows 100000] [--there 100000] [--times 1] [--postgresql]

A file is kept, read, compared with proposals, and decided for many at once: rows with the number of a company that is
there, then rows that nothing is like. Companies are made up with a fixed seed: of the rows a tenth has the number of a
company that is there, a tenth a name like one. Another process writes a row every 20 ms and tells its longest wait.

On SQLite, and with `--postgresql` again on a PostgreSQL that is started for it (`.ci/postgresql`), or on an empty one
by LUODI_TEST_DATABASE_URL. Seconds are elapsed, and of processors: the import's, and the server's while it ran.
With `--times` each is done so often, every time on a new site, and medians are told.
"""

import argparse
import csv
import io
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from _another_writer import another_writer
from _machine import machine, peak_mib

ROOT = Path(__file__).parents[1]
TARGET = 180  # seconds
STEPS = ("kept", "read, compared, proposed", "decided: number", "decided: new")
HAN = "灯屿云琥珀港鹤浦智算赤松极光白桦雾珊瑚账本三棱镜云杉北辰青禾明川远山星海金石天工百川长风知微同方新元博雅华清宏图"
WORDS = (
    "amber birch coral delta ember fjord grove haven island jade kelp lantern maple north ocean pine quay river stone "
    "tide"
)
TRADES = ("科技", "数据", "软件", "网络", "医疗", "智能", "通信", "咨询")


def lei(number: int) -> str:
    body = f"{number:018d}"
    return body + f"{98 - int(body + '00') % 97:02d}"


def company(dice: random.Random) -> tuple[str, str]:
    han = "".join(dice.choices(HAN, k=dice.choice((3, 4, 5)))) + dice.choice(TRADES) + "有限公司"
    latin = " ".join(word.title() for word in dice.sample(WORDS.split(), 3)) + f" {dice.randrange(10_000)} Ltd"
    return han, latin


def typo(name: str, dice: random.Random) -> str:
    at = dice.randrange(1, len(name) - 1)
    return name[:at] + name[at + 1 :]


def table(there: list[tuple[str, str]], rows: int, dice: random.Random) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["企业名称", "英文名称", "国家", "LEI", "行业代码"])
    for number in range(rows):
        kind, known = dice.random(), dice.randrange(len(there))
        if kind < 0.1:
            writer.writerow([*there[known], "SG", lei(known), "I6513"])
        elif kind < 0.2:
            writer.writerow([there[known][0], typo(there[known][1], dice), "SG", "", "I6513"])
        else:
            writer.writerow([*company(dice), "DE", lei(10**9 + number), ""])
    return out.getvalue().encode()


def fill(there: list[tuple[str, str]], at: Any) -> None:
    from django.db import transaction

    from luodi.profiles.names import words_of
    from luodi.web.accounts.company_index import put_words
    from luodi.web.accounts.models import Company
    from luodi.web.companies.models import Identifier

    for first in range(0, len(there), 5_000):
        part = there[first : first + 5_000]
        with transaction.atomic():
            made = Company.objects.bulk_create(Company(name_zh=zh, name_en=en, country="SG") for zh, en in part)
            Identifier.objects.bulk_create(
                Identifier(company=one, scheme="LEI", value=lei(first + n)) for n, one in enumerate(made)
            )
            put_words((one.pk, w, True) for one in made for w in sorted(words_of((one.name_zh, one.name_en))))


# ---- one run, in a process of its own


def server_seconds() -> float:
    """What the processes of a PostgreSQL of ours have used of processors, those that have ended included; 0 where it
    is none of this machine."""
    from django.db import connection

    if connection.vendor == "sqlite":
        return 0.0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        stat = _stat(cursor.fetchone()[0])
    if stat is None:
        return 0.0
    parent = int(stat[1])
    found = [own for folder in Path("/proc").glob("[0-9]*") if (own := _stat(int(folder.name))) is not None]
    ticks = sum(int(own[11]) + int(own[12]) for own in found if int(own[1]) == parent)
    ended = _stat(parent)
    ticks += sum(map(int, ended[11:15])) if ended else 0
    return ticks / os.sysconf("SC_CLK_TCK")


def _stat(pid: int) -> list[str] | None:
    """The fields of /proc/PID/stat from the state on."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None


def measured(rows: int, there: int) -> dict[str, Any]:
    from luodi.web.server import prepare_tables, set_up

    set_up()
    prepare_tables(lambda _: None)
    from django.utils import timezone

    now, dice = timezone.now(), random.Random(20261125)
    known = [company(dice) for _ in range(there)]
    fill(known, now)
    raw, spent = table(known, rows, dice), {}  # type: bytes, dict[str, list[float]]
    with another_writer() as waits:
        for name, act in steps(raw, now):
            start = time.perf_counter(), time.process_time(), server_seconds()
            act()
            now_at = time.perf_counter(), time.process_time(), server_seconds()
            spent[name] = [after - before for after, before in zip(now_at, start, strict=True)]
    return {"spent": spent, "wait": max(waits), "memory": peak_mib(), **found()}


def steps(raw: bytes, now: Any) -> Iterator[tuple[str, Callable[[], Any]]]:
    from luodi.web.companies.actions import imports
    from luodi.web.companies.actions.reading import COMPANY_FILES

    made: list[Any] = []

    def keep() -> None:
        made.append(imports.bring(raw, "x.csv", "bench", origin="register", by=None, at=now))
        imports.begin(made[0], made[0].mapping, by=None, at=now)

    def decide(what: str) -> None:
        imports.ON_RUN[what](made[0], by=None, at=now)
        COMPANY_FILES.decide_many(made[0].pk, by=None, at=now)

    acts = (keep, lambda: COMPANY_FILES.work(made[0].pk), lambda: decide("number"), lambda: decide("new"))
    yield from zip(STEPS, acts, strict=True)


def found() -> dict[str, Any]:
    """What came of the rows, and whether the journal holds with an entry for each."""
    from django.db.models import Count

    from luodi.web.companies.models import InboundRecord
    from luodi.web.journal.models import Entry
    from luodi.web.journal.queries import verified

    states = InboundRecord.objects.order_by().values_list("state").annotate(number=Count("pk"))
    entries = Entry.objects.filter(act="confirm").count()
    return {"states": dict(states), "entries": entries, "verified": verified().entries}


# ---- all of them, and what is told


def run(name: str, address: str, given: argparse.Namespace) -> bool:
    runs = []
    for _ in range(given.times):
        with tempfile.TemporaryDirectory(prefix="luodi-bench-") as home:
            environment = {**os.environ, "LUODI_HOME": home, "LUODI_DATABASE_URL": address}
            words = [sys.executable, __file__, "--here", "--rows", str(given.rows), "--there", str(given.there)]
            done = subprocess.run(words, check=True, env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True)
            runs.append(json.loads(done.stdout.splitlines()[-1]))
        if address and given.times > 1:
            emptied(address)
    return report(name, runs)


def emptied(address: str) -> None:
    import psycopg

    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")


def report(name: str, runs: Sequence[dict[str, Any]]) -> bool:
    last = runs[-1]
    print(f"\n{name}: {last['states']}", flush=True)
    print(f"  {last['entries']:,} decisions have their entry in a journal of {last['verified']:,} that holds")
    for step in STEPS:
        line(step, [one["spent"][step] for one in runs])
    whole = [[sum(part) for part in zip(*one["spent"].values(), strict=True)] for one in runs]
    line(f"in all (target {TARGET} s)", whole)
    wait, memory = median(one["wait"] for one in runs), median(one["memory"] for one in runs)
    print(f"  longest wait of another writer {wait:.2f} s; memory at most {memory:.0f} MiB")
    return median(one[0] for one in whole) < TARGET


def line(what: str, spent: Sequence[Sequence[float]]) -> None:
    elapsed, own, server = (median(part) for part in zip(*spent, strict=True))
    more = f" and {server:.1f} s of the server's" if server else ""
    print(f"  {what:<26}{elapsed:8.1f} s, {own:.1f} s of processors{more}", flush=True)


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--rows", type=int, default=100_000)
    asked.add_argument("--there", type=int, default=100_000)
    asked.add_argument("--times", type=int, default=1)
    asked.add_argument("--postgresql", action="store_true")
    asked.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    given = asked.parse_args()
    if given.here:
        print(json.dumps(measured(given.rows, given.there)))
        return 0
    print(f"{machine()}, load {os.getloadavg()[0]:.1f}; medians of {given.times}")
    good = run("SQLite", "", given)
    address = os.environ.get("LUODI_TEST_DATABASE_URL", "")
    if address:
        good &= run("PostgreSQL", address, given)
    elif given.postgresql:
        with tempfile.TemporaryDirectory() as folder:
            Path(folder).chmod(0o755)
            start = [ROOT / ".ci/postgresql", "start", f"{folder}/pg"]
            address = subprocess.run(start, check=True, text=True, stdout=subprocess.PIPE).stdout.strip()
            try:
                good &= run("PostgreSQL", address, given)
            finally:
                subprocess.run([ROOT / ".ci/postgresql", "stop", f"{folder}/pg"], check=True)
    return 0 if good else 1


if __name__ == "__main__":
    raise SystemExit(main())
