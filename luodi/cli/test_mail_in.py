"""Messages are brought by the command: from standard input, from files, and from a mailbox, a Maildir or one that a
server on this machine gives by IMAP."""

import mailbox
import socketserver
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from luodi.cli.mailbox import NoMailbox, mailbox_of
from luodi.cli.mailbox import fetch as fetch_of
from luodi.errors import BadInput
from luodi.files import CannotWrite
from luodi.mail import spool
from luodi.mail.addressing import domain_of

RAW = b"From: a@b.example\r\nSubject: x\r\n\r\nwords\r\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LUODI_HOME", str(tmp_path))
    return tmp_path / "mail-in"


def fetch(address: str, folder: Path) -> int:
    return fetch_of(mailbox_of(address), lambda message: spool.put(folder, message, 1000), 1000)


class Server(socketserver.ThreadingTCPServer):
    """As much of IMAP as a client of it needs that looks for new messages."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        self.messages: dict[int, bytes] = {}
        self.seen: set[int] = set()
        self.said: list[str] = []
        super().__init__(("127.0.0.1", 0), Session)

    @property
    def address(self) -> str:
        return f"imap://mei:p%40ss@127.0.0.1:{self.server_address[1]}/INBOX"


class Session(socketserver.StreamRequestHandler):
    server: Server

    def handle(self) -> None:
        self.say("* OK ready")
        while line := self.rfile.readline():
            tag, _, said = line.decode().strip().partition(" ")
            self.server.said.append(said)
            self.answer(said)
            refused = said.startswith("LOGIN") and '"p@ss"' not in said
            self.say(f"{tag} {'NO' if refused else 'OK'} done")
            if said.startswith("LOGOUT"):
                return

    def say(self, text: str) -> None:
        self.wfile.write(text.encode() + b"\r\n")

    def answer(self, said: str) -> None:
        words, there = said.split(), self.server.messages
        if said.startswith("CAPABILITY"):
            self.say("* CAPABILITY IMAP4rev1")
        elif said.startswith("SELECT"):
            self.say(f"* {len(there)} EXISTS")
        elif said.startswith("UID SEARCH"):
            self.say("* SEARCH " + " ".join(str(one) for one in there if one not in self.server.seen))
        elif said.startswith("UID STORE"):
            self.server.seen.add(int(words[2]))
        elif "RFC822.SIZE" in said:
            self.say(f"* 1 FETCH (UID {words[2]} RFC822.SIZE {len(there[int(words[2])])})")
        elif said.startswith("UID FETCH"):
            most = int(said.partition("<0.")[2].rstrip(">)") or "0") if "<0." in said else None
            raw = there[int(words[2])][:most]
            self.wfile.write(f"* 1 FETCH (UID {words[2]} BODY[] {{{len(raw)}}}\r\n".encode() + raw + b")\r\n")


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as made:
        threading.Thread(target=made.serve_forever, daemon=True).start()
        yield made
        made.shutdown()


def test_new_messages_are_taken_once_and_stay_where_they_are(server: Server, folder: Path) -> None:
    server.messages = {4: RAW, 7: RAW}
    assert [fetch(server.address, folder), fetch(server.address, folder)] == [2, 0]
    assert [path.read_bytes() for path in spool.waiting(folder)] == [RAW, RAW]
    assert server.seen == {4, 7} and not any("DELETE" in one.upper() for one in server.said)


def test_of_a_message_that_is_too_large_no_more_is_read_than_shows_it(server: Server, folder: Path) -> None:
    server.messages = {1: RAW + b"x" * 5000}
    assert fetch(server.address, folder) == 1
    [path] = spool.waiting(folder)
    assert not spool.is_whole(path)


def test_a_message_that_could_not_be_stored_is_still_new(server: Server, folder: Path) -> None:
    server.messages = {1: RAW}
    folder.write_text("no folder")
    with pytest.raises(CannotWrite):
        fetch(server.address, folder)
    assert server.seen == set()


def test_a_mailbox_that_does_not_answer_or_does_not_let_in_is_asked_again_later(server: Server, folder: Path) -> None:
    server.messages = {1: RAW}
    for address in (
        server.address.replace("p%40ss", "wrong"),
        "imap://mei:x@127.0.0.1:1/INBOX",
        f"maildir://{folder}/no",
    ):
        with pytest.raises(NoMailbox):
            fetch(address, folder)
    assert fetch(server.address, folder) == 1


def test_new_messages_of_a_maildir_are_taken_once_and_stay(folder: Path, tmp_path: Path) -> None:
    box = mailbox.Maildir(tmp_path / "box")
    box.add(RAW)
    assert [fetch(f"maildir://{tmp_path}/box", folder) for _ in range(2)] == [1, 0]
    assert len(box) == 1 and len(spool.waiting(folder)) == 1


@pytest.mark.parametrize(
    ("address", "is_one"),
    [
        ("", False),
        ("imaps://mei:x@mail.example", True),
        ("maildir:///var/mail", True),
        ("maildir://var/mail", False),
        ("imaps://mail.example", False),
        ("pop3://mei:x@mail.example", False),
        ("nonsense", False),
    ],
)
def test_the_settings_say_what_is_no_mailbox_without_its_password(address: str, is_one: bool) -> None:
    if is_one:
        assert mailbox_of(address).scheme in ("imaps", "maildir")
    else:
        with pytest.raises(BadInput) as told:
            mailbox_of(address)
        assert "x@" not in str(told.value)


@pytest.mark.parametrize(("text", "is_one"), [("Desk.Example", True), ("", True), ("a b", False), ("a@b.c", False)])
def test_the_domain_of_addresses(text: str, is_one: bool) -> None:
    if is_one:
        assert domain_of(text) == text.casefold()
    else:
        with pytest.raises(BadInput):
            domain_of(text)


# ---- the command


def luodi(*arguments: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([sys.executable, "-m", "luodi", "mail-in", *arguments], input=given, capture_output=True)


def test_a_message_from_standard_input_waits_for_the_site_and_no_database_is_made(folder: Path) -> None:
    done = luodi(given=RAW)
    assert done.returncode == 0 and [one.read_bytes() for one in spool.waiting(folder)] == [RAW]
    assert [one.name for one in folder.parent.iterdir()] == ["mail-in"]


def test_a_message_that_cannot_be_stored_is_to_be_brought_again(folder: Path) -> None:
    folder.write_text("no folder")
    done = luodi(given=RAW)
    assert done.returncode == 75 and b"Traceback" not in done.stderr


def test_messages_of_files_and_of_the_mailbox_that_the_environment_names(
    server: Server, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "one.eml").write_bytes(RAW)
    assert b'"taken": 1' in luodi(str(tmp_path / "one.eml"), "--json").stdout
    assert luodi(str(tmp_path / "absent.eml")).returncode == luodi("--mailbox").returncode == 2
    server.messages = {1: RAW}
    monkeypatch.setenv("LUODI_MAIL_IN", server.address)
    assert b'"taken": 1' in luodi("--mailbox", "--json").stdout
    assert len(spool.waiting(folder)) == 2
