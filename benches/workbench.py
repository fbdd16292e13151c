"""How long does an officer wait, with thirty of them at work on a register of a whole city?

    python benches/workbench.py --database postgresql://.. [--officers 30] [--seconds 10] [--pause 2] [--only NAME]
        [--companies 200000] [--cases 50000] [--journal 2000000]

An empty database is filled first (`_workbench_fill.py`, some minutes) and kept, so that a second run measures at once.
Then the real server with two processes, set up as it is behind a proxy, answers thirty officers, each with roles and
cases of their own. At once: everybody asks for the next page as soon as the last one is there, which measures the
server at its limit. Paced: everybody reads for a second, two or five between pages; thirty, fifteen or six pages a
second, where the server keeps up. The driver shares the machine. A case is asked for by all its parts: every second
time its overview, else one of the others.
"""

import argparse
import asyncio
import os
import signal
import sys
import tempfile
from random import Random
from time import perf_counter, sleep
from typing import Any
from urllib.parse import quote

from _machine import machine
from _site_load import free_port, start, told
from _workbench_fill import FIRST, HAN_FIRST, HAN_SECOND, SECOND, fill, is_filled

TARGET, OTHERS = 0.3, 1.0
#: The four that the target is for; the others are told beside them.
PROMISED = ("my day", "case page", "board", "search")
Asked = dict[str, list[list[str]]]  # by name: for each officer the pages they ask for


def sessions(emails: list[str]) -> list[str]:
    from luodi.web.accounts.models import User

    return [_session(User.objects.get(email=email)) for email in emails]


def _session(user: Any) -> str:
    from importlib import import_module

    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store[SESSION_KEY], store[BACKEND_SESSION_KEY] = str(user.pk), settings.AUTHENTICATION_BACKENDS[0]
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.save()
    return str(store.session_key)


def pages(emails: list[str]) -> tuple[Asked, Asked]:
    """What is promised, and the rest: by name, for each officer."""
    from luodi.web.cases.models import LandingCase

    random, n = Random(7), len(emails)
    cases = {email: list(LandingCase.objects.filter(officer__email=email, end="none")[:100]) for email in emails}
    words = [f"{random.choice(FIRST)}+{random.choice(SECOND)}" for _ in range(20)]
    words += [quote(random.choice(HAN_FIRST)[:2]) for _ in range(10)] + [quote(random.choice(HAN_SECOND)) for _ in "ab"]
    words += [str(random.randrange(10_000, 60_000)) for _ in range(10)]
    references = {email: [one.reference for one in rows] for email, rows in cases.items()}
    search = [[f"/en/desk/queue/?words={word}" for word in (*words, *references[email][:10])] for email in emails]
    promised: Asked = {
        "my day": [["/en/desk/", "/zh/desk/"]] * n,
        "case page": [
            [
                f"/{lang}/desk/cases/{one}/{part}"
                for one in references[email]
                for lang in ("en", "zh")
                for part in (*[""] * len(_PARTS), *_PARTS)
            ]
            for email in emails
        ],
        "board": [["/en/desk/board/", "/zh/desk/board/?who=mine"]] * n,
        "search": search,
    }
    companies = [[f"/en/desk/companies/{one.company_id}/" for one in cases[email]] for email in emails]
    others: Asked = {
        "queue": [["/en/desk/queue/", "/en/desk/queue/?clock=late", "/zh/desk/queue/?who=mine"]] * n,
        "queue, other filters": [[f"/en/desk/queue/?{one}" for one in _FILTERS]] * n,
        "search of companies": [[f"/en/desk/companies/?words={word}" for word in words]] * n,
        "search of the header": [[f"/en/search/?q={word}" for word in words]] * n,
        "suggestions of the header": [[f"/en/search/suggestions/?q={word}" for word in words]] * n,
        "company page": companies,
        "leads": [["/en/desk/leads/", "/zh/desk/leads/?state=mine", "/en/desk/leads/?words=cloud"]] * n,
    }
    return promised, others


_PARTS = ("steps/", "questions/", "papers/", "permits/", "dealings/", "history/")
_FILTERS = (
    "clock=week",
    "clock=paused",
    "clock=none",
    "health=unwell",
    "who=nobody",
    "state=ended",
    "state=planned",
    "reached=operating",
    "place=BJ",
    "service=B11",
    "sort=contacted",
    "columns=stage,clock,unit,amount",
    "from=2026-01-01&until=2026-06-30",
)


async def officer(
    port: int, session: str, paths: list[str], until: float, pause: float, taken: list[float], seed: int
) -> int:
    """A connection for each page, as a proxy asks; the number of answers that were not 200."""
    random, wrong = Random(seed), 0
    if pause:
        await asyncio.sleep(random.random() * pause)  # nobody begins in step with the others
    while perf_counter() < until:
        begin = perf_counter()
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 20)
        ask = f"GET {random.choice(paths)} HTTP/1.1\r\nHost: localhost\r\nCookie: session={session}\r\n"
        writer.write(f"{ask}Accept-Encoding: gzip\r\n\r\n".encode())
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        await reader.readexactly(int(head.split("content-length: ")[1].split("\r\n")[0]))
        taken.append(perf_counter() - begin)
        wrong += not head.startswith("http/1.1 200")
        writer.close()
        if pause:
            await asyncio.sleep(pause * (0.5 + random.random()))
    return wrong


async def load(
    port: int, who: list[str], paths: list[list[str]], seconds: float, pause: float = 0.0
) -> tuple[list[float], int]:
    taken: list[float] = []
    until = perf_counter() + seconds
    wrong = await asyncio.gather(*(officer(port, one, paths[n], until, pause, taken, n) for n, one in enumerate(who)))
    return taken, sum(wrong)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--database", required=True)
    parser.add_argument("--officers", type=int, default=30)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument(
        "--pause", type=float, nargs="+", default=[1, 2, 5], help="seconds that an officer reads, where paced"
    )
    parser.add_argument("--only", help="measure one page alone, by its name")
    parser.add_argument("--companies", type=int, default=200_000)
    parser.add_argument("--cases", type=int, default=50_000)
    parser.add_argument("--journal", type=int, default=2_000_000)
    given = parser.parse_args()
    print(f"{machine()}, load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as home:
        os.environ["LUODI_HOME"], os.environ["LUODI_DATABASE_URL"] = home, given.database
        _filled(given)
        port = free_port()
        server = start(port, home, given.database, LUODI_BEHIND_PROXY="1")
        try:
            _measured(port, given)
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait()


def _filled(given: argparse.Namespace) -> None:
    if not is_filled(given.database):
        begin = perf_counter()
        fill(given.database, given.companies, given.cases, given.journal)
        print(f"filled in {perf_counter() - begin:,.0f} s")
    from luodi.web.server import prepare, set_up

    set_up()
    prepare(lambda text: None, files=False)  # a kept one takes what this version needs
    from django.db import connection

    counted = {
        "companies": "accounts_company",
        "cases": "cases_landingcase",
        "steps": "cases_casestep",
        "running clocks": "cases_clock WHERE stopped IS NULL",
        "leads": "leads_lead",
        "entries of the journal": "journal_entry",
    }
    with connection.cursor() as cursor:
        said = []
        for name, table in counted.items():
            cursor.execute(f"SELECT count(*) FROM {table}")
            said.append(f"{cursor.fetchone()[0]:,} {name}")
    print(", ".join(said))


def _measured(port: int, given: argparse.Namespace) -> None:
    emails = [f"officer{n}@city.example" for n in range(given.officers)]
    promised, others = pages(emails)
    who = sessions(emails)
    leaders = [f"leader{n}@city.example" for n in range(6)] + ["mayor@city.example"]
    _quiet()
    ways = {"at once": 0.0, **{f"a page every {pause:g} s each": pause for pause in given.pause}}
    missed: dict[str, list[str]] = {way: [] for way in ways}
    for way, pause in ways.items():
        print(f"{given.officers} officers, {way}, load {os.getloadavg()[0]:.1f}")
        for name, paths in promised.items():
            if _one(port, who, name, paths, given, pause) > TARGET:
                missed[way].append(name)
    print("the other pages, a page every 2 s each")
    for name, paths in others.items():
        _one(port, who, name, paths, given, 2)
    figures = [["/en/desk/figures/", "/zh/desk/figures/", "/en/desk/board/", "/en/desk/queue/?clock=week"]] * 7
    for name, paths in {
        "figures, for leaders": [[one[0], one[1]] for one in figures],
        "board and queue, for leaders": [one[2:] for one in figures],
    }.items():
        _one(port, sessions(leaders), name, paths, given, 2)
    for way, names in missed.items():
        print(f"target p95 {1000 * TARGET:.0f} ms, {way}: {'missed by ' + ', '.join(names) if names else 'held'}")


def _quiet(most: int = 1200) -> None:
    """Wait until the work of a first day is done, such as reading the chain of the whole journal."""
    from django_tasks_db.models import DBTaskResult

    begin, waiting = perf_counter(), DBTaskResult.objects.filter(status__in=["READY", "RUNNING"])
    sleep(5)  # the worker puts down what is due when it starts
    while waiting.exists():
        if perf_counter() - begin > most:
            sys.exit("the background work of the first day does not come to an end")
        sleep(1)
    print(f"background work of the first day: {perf_counter() - begin:,.0f} s")


def _one(
    port: int, who: list[str], name: str, paths: list[list[str]], given: argparse.Namespace, pause: float
) -> float:
    """The p95 of one kind of page, in seconds; 0 where another one alone was asked for."""
    if given.only and given.only != name:
        return 0.0
    asyncio.run(load(port, who, paths, 2))  # warm
    begin = _used()
    seconds = given.seconds * max(1, pause / 2)  # so that a slower pace is told by as many pages
    taken, wrong = asyncio.run(load(port, who, paths, seconds, pause))
    spent = [1000 * _spent(then, now) / len(taken) for then, now in zip(begin, _used(), strict=True)]
    if wrong:
        sys.exit(f"{name}: {wrong:,} answers were not 200; no speed is reported")
    found = told(f"  {name}", taken, seconds)
    print(
        f"    of the processor, a page: server {spent[0]:.1f} ms, database {spent[1]:.1f} ms, driver {spent[2]:.1f} ms"
    )
    return found


def _used() -> list[dict[int, float]]:
    """Seconds of the processor by process: of the server, of the database for it, of this driver (Linux)."""
    every = {int(name): _process(name) for name in os.listdir("/proc") if name.isdecimal()}
    own, ours = os.getpid(), {os.getpid()}
    while more := {pid for pid, (parent, _, _) in every.items() if parent in ours and pid not in ours}:
        ours |= more
    base = os.environ["LUODI_DATABASE_URL"].rsplit("/", 1)[1]
    theirs = {pid for pid, (_, _, said) in every.items() if said.startswith("postgres: ") and f" {base} " in said}
    return [{pid: every[pid][1] for pid in those if pid in every} for those in (ours - {own}, theirs, {own})]


def used_by(pid: int) -> float:
    """Seconds of the processor of a process and of those that it started (Linux)."""
    every = {int(name): _process(name) for name in os.listdir("/proc") if name.isdecimal()}
    ours = {pid}
    while more := {one for one, (parent, _, _) in every.items() if parent in ours and one not in ours}:
        ours |= more
    return sum(every[one][1] for one in ours if one in every)


def _spent(before: dict[int, float], after: dict[int, float]) -> float:
    """Of processes that came meanwhile too; what one that has gone used is not known."""
    return sum(used - before.get(pid, 0.0) for pid, used in after.items())


def _process(pid: str) -> tuple[int, float, str]:
    """Its parent, the seconds it has used, what it calls itself; nothing where it has just gone."""
    try:
        with open(f"/proc/{pid}/stat") as stat, open(f"/proc/{pid}/cmdline") as line:
            said = stat.read().rpartition(")")[2].split()
            return int(said[1]), (int(said[11]) + int(said[12])) / os.sysconf("SC_CLK_TCK"), line.read()
    except OSError:
        return 0, 0.0, ""


if __name__ == "__main__":
    main()
