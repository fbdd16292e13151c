"""What benches of the site share: starting the real server, and telling what was measured."""

import os
import socket
import subprocess
import sys
import urllib.request
from statistics import median, quantiles
from time import sleep


def told(name: str, taken: list[float], seconds: float) -> float:
    high = quantiles(taken, n=20)[-1]
    print(
        f"{name}: {len(taken) / seconds:,.0f} answers/s, median {1000 * median(taken):.1f} ms, p95 {1000 * high:.1f} ms"
    )
    return high


def free_port() -> int:
    with socket.socket() as made:
        made.bind(("127.0.0.1", 0))
        port: int = made.getsockname()[1]
        return port


def start(port: int, home: str, database: str, **more: str) -> subprocess.Popen[bytes]:
    """The server, once it answers; `more` are further settings of it."""
    environment = {**os.environ, "LUODI_HOME": home, "LUODI_DATABASE_URL": database, **more}
    command = [sys.executable, "-m", "luodi", "serve", "--small", "--port", str(port), "--workers", "2"]
    server = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    for _ in range(1800):  # prepared first, which takes a minute on a busy machine
        sleep(0.1)
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz") as answer:
                if answer.status == 200:
                    return server
        except OSError:
            if server.poll() is not None:
                sys.exit("the server did not start")
    server.terminate()
    sys.exit("the server did not become ready")
