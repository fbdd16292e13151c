"""A real server as its own process, and a real client of the SDK that talks to it."""

import os
import socket
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import anyio
import httpx2
import pytest
from mcp import Client, StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client

from luodi.web.conftest import Site, new_site

COMMAND = [sys.executable, "-m", "luodi", "mcp"]
Act = Callable[[Client], Awaitable[Any]]


def over_stdio(act: Act) -> Any:
    """What `act` gets from a server that the client starts itself."""

    async def run() -> Any:
        how = StdioServerParameters(command=COMMAND[0], args=COMMAND[1:], env=dict(os.environ))
        async with Client(stdio_client(how)) as client:
            return await act(client)

    return anyio.run(run)


def over_http(address: str, act: Act, **headers: str) -> Any:
    async def run() -> Any:
        async with (
            httpx2.AsyncClient(headers=headers, timeout=60) as http,
            Client(streamable_http_client(address, http_client=http)) as client,
        ):
            return await act(client)

    return anyio.run(run)


@contextmanager
def serving(site: Site, **environment: str) -> Iterator[str]:
    """A server over HTTP and its address; stopped at the end."""
    port = free_port()
    given = {**site.environment, **environment}
    process = subprocess.Popen([*COMMAND, "--http", "--port", str(port)], env=given, stderr=subprocess.PIPE, text=True)
    try:
        wait_for(port, process)
        yield f"http://127.0.0.1:{port}/mcp"
    finally:
        process.terminate()
        process.communicate(timeout=30)


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def wait_for(port: int, process: subprocess.Popen[str]) -> None:
    """Until somebody listens. Fails with what the process said where it ended before."""
    while True:
        assert process.poll() is None, process.stderr and process.stderr.read()
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            anyio.run(anyio.sleep, 0.05)
        else:
            return


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, prepared_site: Site) -> Iterator[str]:
    with new_site(tmp_path_factory.mktemp("http") / "home", like=prepared_site) as site, serving(site) as found:
        yield found
