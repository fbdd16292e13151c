"""How many answers a second `POST /api/v1/access` gives with two workers, and how long one takes.

Run: .venv/bin/python benches/api.py [SECONDS]. The real server (`luodi serve --workers 2`) runs in a home of its own;
four client processes keep two connections each and ask over plain sockets, each time another question. The peer is
`/healthz`, the same server with nothing to answer.
"""

import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from select import select
from statistics import median
from time import perf_counter, sleep

from _machine import machine, quantile

ROOT = Path(__file__).parents[1]
WORKERS, CLIENTS, CONNECTIONS = 2, 4, 2
SERVICES = "A13 B11 B11-IRCS B12 B13 B14 B21-EC B23 B24 B25 B25-APP B25-SRCH C-NEWS C-GAME".split()
PLACES = "BJ SH SH-LINGANG SH-FTZ HI SZ GD CN TJ BJ-ZGC-HD".split()
HOMES = ("DE", "US", "FR", "JP", "SG", "HK")


def main(seconds: float = 10.0) -> None:
    print(machine())
    print(f"{'what':<46} {'median':>9} {'p95':>9} {'requests/s':>11} {'errors':>7}  target")
    with tempfile.TemporaryDirectory() as home, serving(Path(home)) as port:
        key = made_key(Path(home))
        load(port, questions(0), 1.0)  # the first answers of a process are its slowest
        row("GET /healthz", load(port, [b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"], seconds), "-")
        row("POST /api/v1/access, every question new", load(port, questions(1), seconds), "800/s, no errors")
        row("the same with an API key", load(port, questions(1, key), seconds), "800/s, no errors")


def questions(seed: int, key: str | None = None) -> list[bytes]:
    """Requests that seldom repeat: service, place, share, home and day drawn at random, from a fixed seed."""
    draw = random.Random(seed)
    return [request(draw, key) for _ in range(50_000)]


def request(draw: random.Random, key: str | None) -> bytes:
    raw = {
        "service": draw.choice(SERVICES),
        "place": draw.choice(PLACES),
        "share": draw.randint(1, 100),
        "investor": draw.choice(HOMES),
        "on": f"{draw.randint(2015, 2026)}-{draw.randint(1, 12):02}-{draw.randint(1, 28):02}",
    }
    body = json.dumps(raw).encode()
    lines = ["POST /api/v1/access HTTP/1.1", "Host: 127.0.0.1", "Content-Type: application/json"]
    lines += [f"Content-Length: {len(body)}", *([f"Authorization: Bearer {key}"] if key else []), "", ""]
    return "\r\n".join(lines).encode() + body


# ---- the server


@contextmanager
def serving(home: Path) -> Iterator[int]:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    command = [sys.executable, "-m", "luodi", "serve", "--small", "--port", str(port), "--workers", str(WORKERS)]
    process = subprocess.Popen(command, env=environment(home), stderr=subprocess.DEVNULL, cwd=ROOT)
    try:
        while not listens(port):
            if process.poll() is not None:
                raise SystemExit("the server ended before it listened; run `luodi serve` to see why")
            sleep(0.1)
        yield port
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def environment(home: Path) -> dict[str, str]:
    return {**os.environ, "LUODI_HOME": str(home), "LUODI_DATABASE_URL": ""}


def made_key(home: Path) -> str:
    command = [sys.executable, "-m", "luodi", "api-key", "add", "bench", "--per-minute", "10000000"]
    return subprocess.run(command, env=environment(home), capture_output=True, text=True, check=True).stdout.strip()


# ---- the load


def load(port: int, requests: list[bytes], seconds: float) -> tuple[list[float], int, float]:
    """Seconds of each answer, how many were no 200, and answers a second, of all clients together."""
    context = get_context("fork")
    with context.Pool(CLIENTS) as pool:
        parts = [(port, requests[n::CLIENTS] or requests, seconds) for n in range(CLIENTS)]
        begun = perf_counter()
        found = pool.starmap(client, parts)
        passed = perf_counter() - begun
    taken = [value for times, _ in found for value in times]
    return taken, sum(errors for _, errors in found), len(taken) / passed


def client(port: int, requests: list[bytes], seconds: float) -> tuple[list[float], int]:
    """A few connections that each ask again as soon as they have their answer."""
    connections = [socket.create_connection(("127.0.0.1", port)) for _ in range(CONNECTIONS)]
    sent: dict[socket.socket, float] = {}
    taken: list[float] = []
    errors, place, end = 0, 0, perf_counter() + seconds
    for connection in connections:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    waiting: list[socket.socket] = []
    while True:
        now = perf_counter()
        for connection in connections if not sent else waiting:
            if now < end:
                connection.sendall(requests[place % len(requests)])
                sent[connection] = perf_counter()
                place += 1
        if not sent:
            break
        waiting = select(list(sent), [], [], 30)[0]
        if not waiting:
            raise SystemExit("no answer within 30 seconds")
        for connection in waiting:
            errors += not answered(connection)
            taken.append(perf_counter() - sent.pop(connection))
    for connection in connections:
        connection.close()
    return taken, errors


def answered(connection: socket.socket) -> bool:
    """Read one whole answer; whether it is a 200."""
    text = b""
    while b"\r\n\r\n" not in text:
        part = connection.recv(65536)
        if not part:
            return False
        text += part
    head, _, body = text.partition(b"\r\n\r\n")
    length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
    while len(body) < length:
        body += connection.recv(65536)
    return head.startswith(b"HTTP/1.1 200")


def row(what: str, found: tuple[list[float], int, float], target: str) -> None:
    taken, errors, rate = found
    times = f"{median(taken) * 1000:>6.2f} ms {quantile(taken, 0.95) * 1000:>6.2f} ms"
    print(f"{what:<46} {times} {rate:>11,.0f} {errors:>7}  {target}")


if __name__ == "__main__":
    main(*(float(text) for text in sys.argv[1:2]))
