"""The server over standard input, or over HTTP behind the site's keys and limits."""

from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

import anyio
import anyio.to_thread
from mcp.server.stdio import stdio_server
from mcp.server.transport_security import TransportSecuritySettings
from starlette.types import ASGIApp, Receive, Scope, Send

from luodi.editions import read_on
from luodi.web.api import refusals
from luodi.web.api.refusals import PROBLEM, Refused, TooManyRequests
from luodi.web.mcp import personal
from luodi.web.mcp.server import counted, make_server

if TYPE_CHECKING:
    from luodi.web.api.admission import Caller

PATH: Final = "/mcp"
MAX_BYTES: Final = 1_000_000
CHINA: Final = ZoneInfo("Asia/Shanghai")


def today() -> date:
    """Today in China, where the law of the books holds."""
    return datetime.now(CHINA).date()


def serve_stdio() -> None:
    """Answer whoever started this process, until standard input ends."""
    anyio.run(_stdio)


async def _stdio() -> None:
    server = make_server(_today_alone)
    async with stdio_server() as (read, write):
        await server.run(read, write, server.create_initialization_options())


def _today_alone() -> date:
    """Nobody but this process looks whether the day of an edition has come."""
    day = today()
    read_on(day)
    return day


def serve_http(host: str, port: int) -> None:
    """Answer at http://HOST:PORT/mcp until told to stop. Django must be set up."""
    import uvicorn

    uvicorn.run(http_app(host), host=host, port=port, log_level="warning", access_log=False)


def http_app(host: str) -> ASGIApp:
    """The ASGI application: every request is let in first, as the API lets it in."""
    from django.conf import settings

    names = [name for known in settings.ALLOWED_HOSTS if known != "testserver" for name in (known, f"{known}:*")]
    security = TransportSecuritySettings(
        enable_dns_rebinding_protection=True,
        allowed_hosts=names,
        allowed_origins=[f"{scheme}://{name}" for name in names for scheme in ("http", "https")],
    )
    inner = make_server(today).streamable_http_app(
        streamable_http_path=PATH,
        json_response=True,
        stateless_http=True,
        max_request_body_size=MAX_BYTES,
        transport_security=security,
        host=host,
    )
    return Gate(inner)


class Gate:
    """Lets in who may use the tools, and counts each call for what it is."""

    def __init__(self, inner: ASGIApp) -> None:
        self.inner = inner

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.inner(scope, receive, send)
            return
        try:
            caller = await anyio.to_thread.run_sync(let_in, _meta(scope))
        except Refused as problem:
            await _refuse(problem, send)
            return
        tokens = counted.set(partial(_count, caller)), personal.current_caller.set(caller)
        try:
            await self.inner(scope, receive, send)
        finally:
            counted.reset(tokens[0])
            personal.current_caller.reset(tokens[1])


def let_in(meta: dict[str, str]) -> "Caller":
    """Who asks. Raises `Refused`."""
    from django.db import close_old_connections

    from luodi.web.api import admission
    from luodi.web.api.models import KeyScope

    close_old_connections()
    try:
        return admission.let_in(admission.shown_key(meta), admission.address_of(meta), KeyScope.TOOLS, 1)
    finally:
        close_old_connections()


def _count(caller: "Caller", name: str) -> None:
    """Count a call by its name; one unit was counted for coming in."""
    from luodi.web.api import admission

    admission.spend(caller, admission.COST.get(name, 1) - 1)


def _meta(scope: Scope) -> dict[str, str]:
    """Headers and address as `admission` reads them."""
    headers = {
        f"HTTP_{k.decode('latin-1').upper().replace('-', '_')}": v.decode("latin-1") for k, v in scope["headers"]
    }
    return {**headers, "REMOTE_ADDR": (scope.get("client") or ("",))[0]}


async def _refuse(problem: Refused, send: Send) -> None:
    headers = {"content-type": PROBLEM, "cache-control": "no-store", **problem.headers}
    if isinstance(problem, TooManyRequests):
        headers["retry-after"] = str(problem.seconds)
    rows = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": problem.status, "headers": rows})
    await send({"type": "http.response.body", "body": refusals.as_text(problem).encode()})
