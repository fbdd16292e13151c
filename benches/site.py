"""How long does a visitor wait for the advisor's result, with fifty of them asking at once?

    python benches/site.py [--visitors 50] [--seconds 10] [--database URL]

The real server with two workers and this driver share the machine. Each visitor keeps one connection, asks for the
result of one of many profiles in one of the languages, reads it to the end and asks at once for the next. Every address
was asked once before ("warm"). The limit compared with is the machine's own: the same server answering /healthz.
"""

import argparse
import asyncio
import signal
import sys
import tempfile
import urllib.request
from random import Random
from time import perf_counter

from _machine import machine
from _site_load import free_port, start, told

SERVICES = ("B11", "B13", "B14-USER", "B21-EC", "B24", "B25-APP", "B25", "C-GAME")
PLACES = ("BJ", "SH-LINGANG", "SZ", "HI-FTP", "GUANGZHOU")
TARGET = 0.25


def addresses() -> list[str]:
    """Eighty profiles in both languages."""
    return [
        f"/{lang}/advisor/plan/?investor=SG&service={service}&place={place}&share={share}&on=2026-11-25"
        for service in SERVICES
        for place in PLACES
        for share in (49, 100)
        for lang in ("zh", "en")
    ]


async def visitor(port: int, paths: list[str], until: float, taken: list[float], seed: int) -> int:
    """One connection; the number of answers that were not 200."""
    random, wrong = Random(seed), 0
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 20)
    while perf_counter() < until:
        start = perf_counter()
        path = random.choice(paths)
        writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\n\r\n".encode())
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        length = int(head.split("content-length: ")[1].split("\r\n")[0])
        await reader.readexactly(length)
        taken.append(perf_counter() - start)
        wrong += not head.startswith("http/1.1 200")
        if "connection: close" in head:
            reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 20)
    writer.close()
    return wrong


async def load(port: int, paths: list[str], visitors: int, seconds: float) -> tuple[list[float], int]:
    taken: list[float] = []
    until = perf_counter() + seconds
    wrong = await asyncio.gather(*(visitor(port, paths, until, taken, seed) for seed in range(visitors)))
    return taken, sum(wrong)


def warm(port: int, paths: list[str]) -> float:
    """Ask for every address until each worker has answered it; how long the first round took for one."""
    begin = perf_counter()
    for _ in range(8):
        for path in paths:
            request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"Accept-Encoding": "gzip"})
            urllib.request.urlopen(request).read()
    return (perf_counter() - begin) / len(paths) / 8


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--visitors", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--database", default="", help="PostgreSQL in place of SQLite")
    given = parser.parse_args()
    print(machine())
    port, paths = free_port(), addresses()
    with tempfile.TemporaryDirectory() as home:
        server = start(port, home, given.database)
        try:
            warm(port, paths)
            taken, wrong = asyncio.run(load(port, paths, given.visitors, given.seconds))
            floor, _ = asyncio.run(load(port, ["/healthz"], given.visitors, given.seconds / 2))
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait()
    if wrong:
        sys.exit(f"{wrong:,} answers were not 200; no speed is reported")
    print(f"{given.visitors} visitors, {len(paths)} addresses, on {'PostgreSQL' if given.database else 'SQLite'}")
    high = told("result", taken, given.seconds)
    told("/healthz, the limit", floor, given.seconds / 2)
    print(f"target p95 {1000 * TARGET:.0f} ms: {'held' if high < TARGET else 'missed'}")


if __name__ == "__main__":
    main()
