"""How long does anybody wait for the market: 2,000 demands, 1,200 other things, 4,000 companies, 7,600 matches?

    .venv/bin/python benches/market.py [--demands 2000] [--companies 4000] [--readers 4] [--seconds 6] [--only NAME]
        [--database postgresql://..]

A site of its own is filled (a file by default; a PostgreSQL that is named has to be empty) and served by the real
server with two workers. First one reader asks alone, which is what a page takes; then some at once, each for the next
page as soon as the last one is there, so that these figures are those of a server at its limit. Limit: p95 under
300 ms both ways, for visitors, officers, a leader of all and companies. What a page costs the server is told too: it
does not depend on what else the machine is doing.
"""

import argparse
import asyncio
import os
import signal
import sys
import tempfile
from time import perf_counter
from urllib.parse import quote

from _machine import machine
from _market_fill import OFFICERS, fill
from _site_load import free_port, start, told
from workbench import load, sessions, used_by

TARGET = 0.3
LISTS = ("demands", "capital", "investors", "parks")
Paths = dict[str, tuple[str, list[str]]]  # by name: who reads (visitor, officer, leader, firm), and the addresses


def pages() -> Paths:
    from luodi.web.docking.models import Demand, Match

    words = ["cloud", "amber", "健康", "灯笼", "DM-2026-0100", "nothing of the kind"]
    words = [quote(word) for word in words]
    demands = [one.reference for one in Demand.objects.filter(state__in=["published", "matching"])[:200]]
    matches = [one.reference for one in Match.objects.order_by("pk")[:200]]
    search = [f"/{lang}/market/?words={word}&open=1" for lang in ("zh", "en") for word in words]
    own = [f"/en/matches/?words={word}" for word in [*words, "Lantern", "MT-2026-0100"]]
    return {
        "market": ("visitor", [f"/{lang}/market/{one}/" for lang in ("zh", "en") for one in LISTS]),
        "market, late pages": ("visitor", [f"/en/market/?page={n}" for n in (20, 40, 60)]),
        "market, searched": ("visitor", search),
        "one demand": ("visitor", [f"/en/market/{one}/" for one in demands]),
        "one demand, a company": ("firm", [f"/zh/market/{one}/" for one in demands]),
        "desk of an officer": ("officer", [f"/en/desk/market/{one}/" for one in LISTS]),
        "desk of the leader": ("leader", [f"/en/desk/market/{one}/" for one in LISTS]),
        "desk of the leader, searched": ("leader", [f"/en/desk/market/?words={word}&state=matching" for word in words]),
        "matches of an officer": ("officer", ["/en/matches/", "/zh/matches/?state=in_talks"]),
        "matches of the leader": ("leader", ["/en/matches/", "/zh/matches/?state=in_talks", "/en/matches/?page=90"]),
        "matches of the leader, searched": ("leader", own),
        "matches of a company": ("firm", ["/en/matches/", *own]),
        "one match": ("leader", [f"/en/matches/{one}/" for one in matches]),
        "capabilities": ("officer", ["/en/market/capabilities/"]),
        "meetings": ("visitor", ["/en/meetings/", "/zh/meetings/"]),
        "one meeting": ("leader", [f"/en/meetings/MD-2026-00{n}/" for n in range(10, 50)]),
        "API, demands": ("visitor", ["/api/v1/demands?limit=200", "/api/v1/demands?words=cloud"]),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--demands", type=int, default=2000)
    parser.add_argument("--companies", type=int, default=4000)
    parser.add_argument("--readers", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=6)
    parser.add_argument("--only", help="measure one page alone, by its name")
    parser.add_argument("--database", default="", help="an empty PostgreSQL; a file of its own where left out")
    given = parser.parse_args()
    print(f"{machine()}, load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as home:
        os.environ["LUODI_HOME"], os.environ["LUODI_DATABASE_URL"] = home, given.database
        people = _filled(given)
        port = free_port()
        server = start(port, home, given.database)
        try:
            _measured(port, server.pid, given, people)
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait()


def _filled(given: argparse.Namespace) -> list[str]:
    from luodi.web.server import prepare, set_up

    begin = perf_counter()
    set_up()
    prepare(lambda text: None, files=False)
    from django.db import connection, transaction
    from django.utils import timezone

    with transaction.atomic():
        people = fill(given.demands, given.companies, timezone.now())
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    print(f"{given.demands:,} demands and {given.companies:,} companies filled in {perf_counter() - begin:,.0f} s")
    return people


def _measured(port: int, server: int, given: argparse.Namespace, people: list[str]) -> None:
    many = sessions(people)
    officers, leader, firms = many[:OFFICERS], many[OFFICERS : OFFICERS + 1], many[OFFICERS + 1 :]
    readers = {"visitor": [""], "officer": officers, "leader": leader, "firm": firms}
    missed: list[str] = []
    for name, (kind, paths) in pages().items():
        if given.only and given.only != name:
            continue
        asked = [readers[kind][n % len(readers[kind])] for n in range(given.readers)]
        _asked(port, asked[:1], name, paths, 1)  # warm
        begin, high, many = used_by(server), [], 0
        for who in (asked[:1], asked):
            taken = _asked(port, who, name, paths, given.seconds)
            how = f"{len(who)} at once" if len(who) > 1 else "alone"
            high.append(told(f"  {name}, {how}", taken, given.seconds))
            many += len(taken)
        print(f"    of the processor, a page: server {1000 * (used_by(server) - begin) / many:.1f} ms")
        if max(high) > TARGET:
            missed.append(name)
    print(f"target p95 {1000 * TARGET:.0f} ms: {'missed by ' + ', '.join(missed) if missed else 'held'}")


def _asked(port: int, who: list[str], name: str, paths: list[str], seconds: float) -> list[float]:
    taken, wrong = asyncio.run(load(port, who, [paths] * len(who), seconds))
    if wrong:
        sys.exit(f"{name}: {wrong:,} answers were not 200; no speed is reported")
    return taken


if __name__ == "__main__":
    main()
