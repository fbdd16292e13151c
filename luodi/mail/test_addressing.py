"""The address of a case, and the folder in which messages wait."""

import io
import mailbox
from pathlib import Path

import pytest

from luodi.files import CannotWrite
from luodi.mail import spool
from luodi.mail.addressing import case_address, references_in

KEY = b"a key of this site"
DOMAIN = "desk.example"
ADDRESS = case_address("LD-2026-0001", DOMAIN, KEY)
RAW = b"From: a@b.example\r\n\r\nwords"


def found(*addresses: str, domain: str = DOMAIN, key: bytes = KEY) -> list[str]:
    return list(references_in(addresses, domain, key))


def test_an_address_leads_to_its_case_and_nothing_else_does() -> None:
    assert ADDRESS.startswith("case+ld-2026-0001-") and len(ADDRESS.partition("@")[0]) <= 64
    assert found(ADDRESS) == found(ADDRESS.upper(), ADDRESS) == ["LD-2026-0001"]
    assert found(ADDRESS.replace("0001", "0002")) == []
    assert found(ADDRESS, key=b"the key of another site") == found(ADDRESS, domain="other.example") == []
    assert found(ADDRESS, domain="") == found("case+@desk.example", "nonsense", "") == []


def test_a_message_is_put_whole_and_leaves_when_it_is_done(tmp_path: Path) -> None:
    first = spool.put(tmp_path / "in", io.BytesIO(RAW), 100)
    assert spool.waiting(tmp_path / "in") == [first] and spool.is_whole(first) and first.read_bytes() == RAW
    spool.done(first, keep=False)
    assert spool.waiting(tmp_path / "in") == spool.waiting(tmp_path / "nowhere") == []


@pytest.mark.parametrize(("size", "whole"), [(1000, True), (1001, False)])
def test_of_a_message_that_is_too_large_the_beginning_is_kept(tmp_path: Path, size: int, whole: bool) -> None:
    path = spool.put(tmp_path, io.BytesIO(b"a" * size), 1000)
    assert spool.is_whole(path) is whole and path.stat().st_size <= 1000


def test_what_was_not_taken_as_a_whole_stays_for_the_operator_and_goes_in_time(tmp_path: Path) -> None:
    path = spool.put(tmp_path, io.BytesIO(RAW), 100)
    spool.done(path, keep=True)
    kept = tmp_path / "kept" / path.name
    assert kept.read_bytes() == RAW and spool.waiting(tmp_path) == []
    written = kept.stat().st_mtime
    assert spool.forget(tmp_path, written) == 0 and spool.forget(tmp_path, written + 1) == 1
    assert not kept.exists()


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CannotWrite):
        spool.put(tmp_path / "file", io.BytesIO(RAW), 100)


def test_messages_are_read_from_every_kind_of_mailbox(tmp_path: Path) -> None:
    (tmp_path / "one.eml").write_bytes(RAW)
    box, folder = mailbox.mbox(tmp_path / "box"), mailbox.Maildir(tmp_path / "maildir")
    for made in (box, folder):
        made.add(RAW)
        made.add(RAW)
        made.close()
    counts = {name: len(list(spool.messages_in(tmp_path / name))) for name in ("one.eml", "box", "maildir", "")}
    assert counts == {"one.eml": 1, "box": 2, "maildir": 2, "": 1}
    with pytest.raises(OSError):
        list(spool.messages_in(tmp_path / "absent"))
