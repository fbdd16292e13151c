"""A real server of two processes: a changed cap is out, and from then on every page and endpoint answers by it."""

import json
import os
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anyio
import pytest
import requests
from mcp import Client, StdioServerParameters, stdio_client

from luodi.documents import wording
from luodi.web.conftest import PASSWORD, Site
from luodi.web.mcp.conftest import COMMAND
from luodi.web.test_server import Running, running, sign_in, token_of, until

B26 = {"service": "B26", "place": "CN", "share": "45", "investor": "DE"}
PLAN = "/en/advisor/plan/?service=B26&place=CN&share=45&investor=DE"
TABLE = "/en/law/table/B26/CN/?share=45"
DRAFT = f"""
from django.utils import timezone
from luodi.web.accounts.actions.people import add_user
from luodi.web.accounts.validation import Grant
from luodi.web.core.roles import Role
from luodi.web.books.conftest import approved, lowered
at = timezone.now()
today, grant = timezone.localdate(at), Grant(Role.POLICY_OFFICER)
anna, ben = (
    add_user(name + "@example.com", {PASSWORD!r}, language="en", grant=grant, on=today, by=None, at=at)
    for name in ("anna", "ben")
)
draft = approved(anna, ben, today, "market-access", lowered, at)
print(draft.pk)
"""
Told = tuple[str, int, str]


def told(document: dict[str, Any]) -> Told:
    return document["answer"], document["cap"], document["books"][0]["hash"]


def api(server: Running) -> Told:
    """Each on a connection of its own, so that both processes are asked."""
    return told(requests.post(f"{server.address}/api/v1/access", json=B26, timeout=60).json())


def page(server: Running, path: str) -> str:
    return server.get(path).text


def stamp(verdict: str) -> str:
    """The verdict as the plan's page shows it."""
    return f">{wording.verdict_word(verdict, 'en')}<"


def command(site: Site) -> Told:
    asked = [f"--{key}={value}" for key, value in B26.items()]
    return told(json.loads(site.luodi("access", *asked, "--json").stdout))


def with_tool(site: Site, between: Callable[[], Any]) -> tuple[Told, Told]:
    """What the tool says before and after, of one server over standard input that runs all the while."""

    async def ask(client: Client) -> Told:
        found = await client.call_tool("access", B26)
        assert isinstance(found.structured_content, dict)
        return told(found.structured_content)

    async def run() -> tuple[Told, Told]:
        how = StdioServerParameters(command=COMMAND[0], args=COMMAND[1:], env=site.environment)
        async with Client(stdio_client(how)) as client:
            before = await ask(client)
            await anyio.to_thread.run_sync(between)
            return before, await ask(client)

    return anyio.run(run)


def drafted(site: Site) -> int:
    """A cap of B26 that Anna lowered and Ben agreed to, officers both; its number."""
    process = site.python(DRAFT)
    said, _ = process.communicate()
    assert process.returncode == 0
    return int(said)


class Hammer:
    """Asks the API a hundred times a second or more, and keeps what it was told."""

    def __init__(self, server: Running) -> None:
        self.told: list[Told] = []
        self.over = threading.Event()
        self.threads = [threading.Thread(target=self._ask, args=(server,)) for _ in range(3)]

    def _ask(self, server: Running) -> None:
        while not self.over.wait(0.01):
            self.told.append(api(server))

    def __enter__(self) -> "Hammer":
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *problem: Any) -> None:
        self.over.set()
        for thread in self.threads:
            thread.join()


def publish(server: Running, session: requests.Session, draft: int) -> None:
    address = f"{server.address}/en/desk/books/drafts/{draft}/"
    token = token_of(session.get(address, timeout=60).text)
    given = {"csrfmiddlewaretoken": token}
    answer = session.post(f"{address}publish/", given, timeout=120, allow_redirects=False)
    assert answer.status_code == 302, answer.text


def withdraw(server: Running, session: requests.Session) -> None:
    address = f"{server.address}/en/desk/books/editions/market-access/"
    found = session.get(address, timeout=60).text
    number = found.split("/withdraw/")[0].rsplit("/", 1)[1]
    given = {"csrfmiddlewaretoken": token_of(found), "reason": "Not issued."}
    answer = session.post(f"{address}{number}/withdraw/", given, timeout=120, allow_redirects=False)
    assert answer.status_code == 302, answer.text


@pytest.mark.long
def test_a_publication_reaches_every_process_and_endpoint_whole(site: Site) -> None:
    draft = drafted(site)
    with running(site) as server:
        session = sign_in(server, "ben@example.com")
        old = {api(server) for _ in range(12)}
        assert [found[:2] for found in old] == [("allowed", 50)]
        assert stamp("allowed") in page(server, PLAN) and all("up to 40" not in page(server, TABLE) for _ in range(6))

        during = Hammer(server)

        def publish_in_the_midst() -> None:
            with during:
                publish(server, session, draft)
                until(lambda: len(during.told) > 20)

        before, after = with_tool(site, publish_in_the_midst)
        new = {api(server) for _ in range(12)}
        assert len(new) == 1 and {before} == old and {after} == new
        assert [found[:2] for found in new] == [("not_allowed", 40)] and {f[2] for f in new} != {f[2] for f in old}
        assert set(during.told) <= old | new  # no answer was of both
        for _ in range(6):
            assert "up to 40" in page(server, TABLE)
            assert stamp("not_allowed") in page(server, PLAN)
        assert command(site) == after
        assert server.get("/readyz").json()["editions"] is True

        withdraw(server, session)
        assert {api(server) for _ in range(12)} == old == {command(site)}
    assert site.luodi("journal", "verify").returncode == 0


@pytest.mark.long
def test_a_backup_brings_its_editions_back(site: Site, tmp_path: Path) -> None:
    draft, file = drafted(site), tmp_path / "kept.zip"
    with running(site) as server:
        publish(server, sign_in(server, "ben@example.com"), draft)
        wanted = api(server)
        assert site.luodi("backup", str(file)).returncode == 0
        withdraw(server, sign_in(server, "ben@example.com"))
        assert api(server) != wanted
        assert site.luodi("restore", str(file), "--yes").returncode == 0
        assert {api(server) for _ in range(8)} == {wanted} == {command(site)}
    for path in (site.home / "books").rglob("*"):
        if path.is_file():
            os.unlink(path)
    with running(site) as server:
        assert api(server) == wanted


def test_a_command_says_what_is_wrong_with_a_damaged_file(site: Site) -> None:
    (site.home / "books").mkdir(parents=True)
    (site.home / "books" / "current.json").write_text("{", encoding="utf-8")
    said: subprocess.CompletedProcess[str] = site.luodi("access", "--service=B11", "--place=BJ")
    assert said.returncode == 2 and "`luodi serve` writes the file anew" in said.stderr
