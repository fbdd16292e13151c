"""A register over HTTP, asked of real servers on this machine: what it answers, and each way in which it does not."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from luodi.errors import BadInput, LuodiError
from luodi.profiles.codes import BadCode
from luodi.registers.entries import BadAnswer, NotInRegister, RegisterUnavailable, look_up
from luodi.services import register
from luodi.services.register import Service, ServiceRegister, service_of

CODE, OTHER = "91110108551385082Q", "91110108MA01ABCD2H"
ENTRY = {"code": CODE, "name": {"zh": "北京灯屿云科技有限公司"}, "day": "2026-11-03", "owners": [{"name": "Nordlicht"}]}
Respond = Callable[[BaseHTTPRequestHandler], None]


class Server:
    """`seen` are the paths and headers of what it was asked."""

    def __init__(self, respond: Respond) -> None:
        seen: list[tuple[str, dict[str, str]]] = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                seen.append((self.path, dict(self.headers.items())))
                respond(self)

            def log_message(self, *args: Any) -> None:
                """Not to the terminal."""

        self.seen, self.server = seen, ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True

    @property
    def register(self) -> ServiceRegister:
        return ServiceRegister(Service("127.0.0.1", self.server.server_address[1], "/v1/companies", False, "s3cret"))


@contextmanager
def serving(respond: Respond) -> Iterator[Server]:
    made = Server(respond)
    thread = threading.Thread(target=made.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        made.server.shutdown()
        made.server.server_close()
        thread.join()


def answer(status: int, body: bytes = b"", **headers: str) -> Respond:
    def respond(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)

    return respond


def found(document: object) -> Respond:
    return answer(200, json.dumps(document).encode())


def test_it_is_asked_once_by_the_code_with_the_token_and_answers_an_entry() -> None:
    with serving(found(ENTRY)) as server:
        entry = look_up(server.register, CODE.lower())
    assert (entry.name_zh, entry.source) == ("北京灯屿云科技有限公司", "127.0.0.1")
    ((path, headers),) = server.seen
    assert path == f"/v1/companies/{CODE}"
    assert (headers["Authorization"], headers["Accept"]) == ("Bearer s3cret", "application/json")


def test_a_company_that_is_not_there_is_no_fault_of_the_register() -> None:
    with serving(answer(404)) as server, pytest.raises(NotInRegister):
        look_up(server.register, CODE)


def test_nothing_but_a_code_goes_into_the_address() -> None:
    with serving(found(ENTRY)) as server:
        for text in (CODE[:-1] + "R", "../admin", f"{CODE}?x=1", ""):
            with pytest.raises(BadCode):
                server.register.lookup(text)
    assert server.seen == []


@pytest.mark.parametrize(
    ("respond", "kind", "reason"),
    [
        (answer(401), RegisterUnavailable, "registers.refuses"),
        (answer(403), RegisterUnavailable, "registers.refuses"),
        (answer(429), RegisterUnavailable, "registers.busy"),
        (answer(500), RegisterUnavailable, "registers.busy"),
        (answer(503), RegisterUnavailable, "registers.busy"),
        (answer(204), BadAnswer, "registers.other-status"),
        (answer(400), BadAnswer, "registers.other-status"),
        (answer(200, b""), BadAnswer, "registers.no-json"),
        (answer(200, b"<html>"), BadAnswer, "registers.no-json"),
        (answer(200, b"\xff\xfe"), BadAnswer, "registers.no-json"),
        (answer(200, b"[" * 100_000), BadAnswer, "registers.no-json"),
        (found([]), BadAnswer, "registers.no-map"),
        (found({**ENTRY, "day": None}), BadAnswer, "registers.no-day"),
        (found({**ENTRY, "code": OTHER}), BadAnswer, "registers.other-code"),
        (answer(200, b"x" * 1_000_001), BadAnswer, "registers.too-large"),
    ],
)
def test_each_failure_is_told_by_its_reason_and_never_asked_again(
    respond: Respond, kind: type[Exception], reason: str
) -> None:
    with serving(respond) as server, pytest.raises(kind) as refused:
        look_up(server.register, CODE)
    assert isinstance(refused.value, LuodiError)
    assert refused.value.reason == reason and "s3cret" not in str(refused.value)
    assert len(server.seen) == 1


def test_an_answer_of_exactly_the_limit_is_read() -> None:
    body = json.dumps(ENTRY).encode()
    with serving(answer(200, body + b" " * (1_000_000 - len(body)))) as server:
        assert look_up(server.register, CODE).code == CODE


def test_no_redirect_is_followed_and_no_token_goes_elsewhere() -> None:
    with serving(found(ENTRY)) as elsewhere:
        place = f"http://127.0.0.1:{elsewhere.server.server_address[1]}/{CODE}"
        for status in (301, 302, 303, 307, 308):
            with serving(answer(status, Location=place)) as server, pytest.raises(BadAnswer, match="another address"):
                look_up(server.register, CODE)
    assert elsewhere.seen == []


def test_a_proxy_of_the_environment_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    with serving(found(ENTRY)) as server:
        assert look_up(server.register, CODE).code == CODE


def test_nobody_there_is_told() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(RegisterUnavailable, match="does not answer"):
        look_up(ServiceRegister(Service("127.0.0.1", port, "", False)), CODE)


def test_an_answer_that_ends_too_soon_is_none() -> None:
    def cut(handler: BaseHTTPRequestHandler) -> None:
        answer(200, b"{", **{"Content-Length": "500"})(handler)

    with serving(cut) as server, pytest.raises((RegisterUnavailable, BadAnswer)):
        look_up(server.register, CODE)


@pytest.mark.parametrize("part", ["status", "header", "body"])
def test_whoever_sends_a_byte_now_and_then_is_not_waited_for(part: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(register, "_WHOLE", 0.3)
    over = threading.Event()

    def drip(handler: BaseHTTPRequestHandler) -> None:
        if part == "body":
            answer(200, b"", **{"Content-Length": "1000"})(handler)
        elif part == "header":
            handler.wfile.write(b"HTTP/1.1 200 OK\r\nX: ")
        try:
            while not over.is_set():
                handler.wfile.write(b"1")
                handler.wfile.flush()
                time.sleep(0.02)
        except OSError:
            pass

    with serving(drip) as server:
        with pytest.raises(RegisterUnavailable, match="within"):
            look_up(server.register, CODE)
        over.set()


def test_a_server_without_a_certificate_that_we_trust_is_told() -> None:
    with serving(found(ENTRY)) as server:
        port = server.server.server_address[1]
        with pytest.raises(RegisterUnavailable):  # it speaks no TLS at all
            look_up(ServiceRegister(Service("127.0.0.1", port, "", True)), CODE)
    assert server.seen == []


@pytest.mark.parametrize(
    ("text", "service"),
    [
        ("https://register.example.cn", Service("register.example.cn", None, "", True)),
        ("https://register.example.cn:8443/v1/", Service("register.example.cn", 8443, "/v1", True)),
        ("http://127.0.0.1:8080/v1", Service("127.0.0.1", 8080, "/v1", False)),
        ("http://localhost/v1", Service("localhost", None, "/v1", False)),
        ("http://[::1]:80", Service("::1", 80, "", False)),
        ("", None),
    ],
)
def test_an_address_is_https_or_this_machine(text: str, service: Service | None) -> None:
    assert service_of({"LUODI_REGISTER_URL": text}) == service


@pytest.mark.parametrize(
    "text",
    [
        "http://register.example.cn",
        "http://10.0.0.1",
        "ftp://register.example.cn",
        "https://",
        "https://user:word@register.example.cn",
        "https://register.example.cn/?x=1",
        "https://register.example.cn:x",
        "https://register.example.cn/a b",
        "register.example.cn",
    ],
)
def test_any_other_address_stops_the_start(text: str) -> None:
    with pytest.raises(BadInput, match="LUODI_REGISTER_URL"):
        service_of({"LUODI_REGISTER_URL": text})


def test_a_token_that_no_header_may_have_stops_the_start_and_is_not_shown() -> None:
    with pytest.raises(BadInput) as refused:
        service_of({"LUODI_REGISTER_URL": "https://register.example.cn", "LUODI_REGISTER_TOKEN": "a\nb"})
    assert "a\nb" not in str(refused.value)
    made = service_of({"LUODI_REGISTER_URL": "https://register.example.cn", "LUODI_REGISTER_TOKEN": "s3cret"})
    assert made is not None and made.token == "s3cret" and "s3cret" not in repr(made)
