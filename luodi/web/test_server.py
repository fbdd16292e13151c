"""The whole site as an operator starts it: real processes, killed, stopped and started again."""

import os
import re
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests

from luodi.web.conftest import PASSWORD, Site
from luodi.web.core.keys import new_key


class Running:
    """A server under way, with what it says of itself."""

    def __init__(self, site: Site, log: Any, more: tuple[str, ...]) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{port}"
        command = site.command("serve", "--port", str(port), "--workers", "2", *more)
        self.process = subprocess.Popen(command, env=site.environment, stderr=log, stdout=log, start_new_session=True)

    def get(self, path: str) -> requests.Response:
        return requests.get(self.address + path, timeout=30)


def until(holds: Callable[[], bool]) -> None:
    """Wait for something that comes about by itself; a run that never ends is stopped by whoever runs the suite."""
    while not holds():
        time.sleep(0.1)


def answers(server: Running, path: str = "/readyz") -> bool:
    assert server.process.poll() is None, "the server ended by itself"
    try:
        return server.get(path).status_code == 200
    except requests.ConnectionError:
        return False


@contextmanager
def running(site: Site, log: Any = None, more: tuple[str, ...] = ("--empty",)) -> Iterator[Running]:
    """A server that answers; without the world of the demo, unless `more` is blank."""
    server = Running(site, log, more)
    try:
        until(lambda: answers(server))
        yield server
    finally:
        if server.process.poll() is None:
            os.killpg(server.process.pid, signal.SIGTERM)
            server.process.wait()


def processes_of(server: Running) -> list[int]:
    """Everything in the server's own process group."""
    found = []
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                fields = Path(f"/proc/{name}/stat").read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            if int(fields[2]) == server.process.pid and fields[0] != "Z":
                found.append(int(name))
    return found


needs_proc = pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="this system has no /proc")


def workers(server: Running) -> list[int]:
    return [pid for pid in processes_of(server) if b"luodi.web.worker" in _command(pid)]


def _command(pid: int) -> bytes:
    """Nothing for a process that is gone by now."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


@needs_proc
def test_the_site_works_and_stops_whole(site: Site) -> None:
    """From nothing it starts in `luodi/web/demo/test_demo.py`."""
    with running(site) as server:
        assert set(server.get("/readyz").json().values()) == {True}
        assert server.get("/zh/account/login/").status_code == 200
        [worker] = workers(server)
        until(lambda: os.getpriority(os.PRIO_PROCESS, worker) > os.getpriority(os.PRIO_PROCESS, server.process.pid))
        os.kill(worker, signal.SIGKILL)
        until(lambda: workers(server) not in ([], [worker]))  # another takes its place
        server.process.terminate()
        assert server.process.wait() == 0
        until(lambda: processes_of(server) == [])


@needs_proc
def test_a_worker_ends_when_its_server_was_killed(site: Site) -> None:
    with running(site) as server:
        until(lambda: workers(server) != [])
        server.process.kill()
        server.process.wait()
        until(lambda: processes_of(server) == [])


def sign_in(server: Running, email: str) -> requests.Session:
    session = requests.Session()
    page = session.get(f"{server.address}/en/account/login/", timeout=30).text
    given = {"csrfmiddlewaretoken": token_of(page), "login": email, "password": PASSWORD}
    answer = session.post(f"{server.address}/en/account/login/", given, timeout=30)
    assert answer.url.endswith("/en/account/"), answer.url
    return session


def token_of(page: str) -> str:
    return str(re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1])


def test_a_server_killed_while_it_writes_loses_nothing_it_acknowledged(site: Site) -> None:
    """Roles are given to a person as fast as it goes; in the midst of it every process is killed with -9."""
    site.luodi("user", "add", "ada@example.com", "--role", "administrator", given=PASSWORD)
    acknowledged: list[str] = []
    with running(site) as server:
        session = sign_in(server, "ada@example.com")
        people = session.get(f"{server.address}/en/account/people/", timeout=30).text
        page = server.address + str(re.search(r'href="(/en/account/people/\d+/)"', people)[1])
        token = token_of(session.get(page, timeout=30).text)

        def write() -> None:
            for number in range(1, 500):
                day = f"20{number // 336 + 30}-{number // 28 % 12 + 1:02}-{number % 28 + 1:02}"
                given = {"act": "give", "role": "administrator", "starts": day, "key": new_key()}
                try:
                    answer = session.post(
                        page, {"csrfmiddlewaretoken": token, **given}, timeout=30, allow_redirects=False
                    )
                except requests.RequestException:
                    return
                if answer.status_code == 302:
                    acknowledged.append(day)

        writer = threading.Thread(target=write)
        writer.start()
        until(lambda: len(acknowledged) >= 15 or not writer.is_alive())
        os.killpg(server.process.pid, signal.SIGKILL)
        writer.join()
        server.process.wait()
    kept = site.luodi("user", "roles", "ada@example.com").stdout
    assert len(acknowledged) >= 15 and [day for day in acknowledged if day not in kept] == []
    assert site.luodi("journal", "verify").returncode == 0
    with running(site) as again:
        assert sign_in(again, "ada@example.com").get(f"{again.address}/en/journal/", timeout=30).status_code == 200


def is_listening(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port)).close()
    except OSError:
        return False
    return True


def test_requests_under_way_are_answered_before_the_server_stops(site: Site) -> None:
    """A request whose body comes slowly: the server is told to stop in the midst of it and answers it all the same."""
    with running(site) as server:
        host, port = server.address.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port))) as slow:
            body = b"login=x&password=y"
            slow.sendall(
                b"POST /en/account/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
                b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n"
                b"Expect: 100-continue\r\n\r\n" % len(body)
            )
            assert slow.recv(65536) == b"HTTP/1.1 100 Continue\r\n\r\n"  # the request is with a thread
            slow.sendall(body[:4])
            server.process.terminate()
            until(lambda: not is_listening(host, int(port)))
            slow.sendall(body[4:])
            assert slow.recv(65536).startswith(b"HTTP/1.1 403")  # no token came with it; but it was answered
        assert server.process.wait() == 0


def test_behind_a_proxy_many_at_once_wait_in_one_line_and_all_are_answered(site: Site) -> None:
    """More than all processes take at a time, each over a connection of its own, as a proxy asks."""
    site.environment["LUODI_BEHIND_PROXY"] = "1"
    with running(site) as server, ThreadPoolExecutor(40) as people:
        found = list(people.map(lambda _: server.get("/en/account/login/"), range(80)))
        assert {(answer.status_code, answer.headers["Connection"]) for answer in found} == {(200, "close")}
    del site.environment["LUODI_BEHIND_PROXY"]
    with running(site) as server:
        assert server.get("/healthz").headers["Connection"] == "keep-alive"


def test_the_log_holds_nothing_personal(site: Site, tmp_path: Any) -> None:
    """Addresses, names, passwords, questions and where people come from stay out, also when something fails."""
    site.luodi(
        "user", "add", "olga.secret@example.com", "--name", "Olga Secretova", "--role", "administrator", given=PASSWORD
    )
    with open(tmp_path / "log", "w+b") as log:
        with running(site, log) as server:
            sign_in(server, "olga.secret@example.com").get(
                f"{server.address}/en/journal/?actor=secret-question", timeout=30
            )
            page = server.get("/en/account/login/")
            given = {
                "csrfmiddlewaretoken": token_of(page.text),
                "login": "olga.secret@example.com",
                "password": "secret-guess",
            }
            requests.post(
                f"{server.address}/en/account/login/",
                given,
                timeout=30,
                cookies=page.cookies,
                headers={"X-Request-ID": "request-17", "User-Agent": "secret-browser"},
            )
            server.get("/en/nothing-here/?q=secret-question")
            requests.post(f"{server.address}/en/account/login/", {"password": "secret-guess"}, timeout=30)
        log.seek(0)
        said = log.read().decode()
    assert "a sign-in failed, request request-17" in said  # it does log what an operator needs
    assert "secret" not in said.casefold() and "127.0.0.1 " not in said and PASSWORD not in said
