"""What is kept: whole, readable to its owner alone, sealed where there are keys, scanned where there is a scanner."""

import base64
import io
import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from luodi.errors import BadInput
from luodi.files import CannotWrite
from luodi.uploads import sealing
from luodi.uploads.checking import Checked, checked
from luodi.uploads.conftest import GOOD
from luodi.uploads.kinds import Kind
from luodi.uploads.sealing import BLOCK, DamagedFile, keys_of
from luodi.web.advisor.models import EnquiryFile
from luodi.web.core import actions
from luodi.web.files import maintenance, storage, tasks
from luodi.web.files.actions.stored import ATTEMPTS, remove
from luodi.web.files.actions.storing import store
from luodi.web.files.conftest import upload
from luodi.web.files.maintenance import reseal_all, sweep
from luodi.web.files.models import Scan, StoredFile
from luodi.web.files.queries import content, given_back, left_alone, may_be_read
from luodi.web.files.scanner import ScannerAway, address_of, scan
from luodi.web.journal.models import Entry

pytestmark = pytest.mark.django_db
NOW = timezone.now()
ONE, TWO = b"1" * 32, b"2" * 32
TEXT = "只给办理人看".encode() * 9000


def looked(name: str = "note.txt", raw: bytes = TEXT) -> Checked:
    return checked(io.BytesIO(raw), name, limit=10**8)


def kept(**more: Any) -> StoredFile:
    return store(looked(**more), by=None, at=NOW)


def taken_away(file: StoredFile) -> None:
    remove(file, "for a test", by=None, at=NOW)


def on_disk(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


# ---- on the disk


def test_a_file_comes_back_as_it_was_sent(folder: Path) -> None:
    file = kept()
    assert b"".join(content(file)) == TEXT and may_be_read(file)
    [path] = on_disk(folder)
    assert path.stat().st_mode & 0o777 == 0o600 and "note" not in str(path)
    assert (file.size, file.kind, file.scan) == (len(TEXT), "txt", "none")


def test_the_journal_says_that_it_was_kept_and_not_what_it_is_called(folder: Path) -> None:
    file = kept(name="passport of Mei.txt")
    [entry] = Entry.objects.filter(kind="files.StoredFile")
    assert entry.act == "store" and entry.after["sha256"] == file.sha256
    assert "Mei" not in str(entry.after) and file.place not in str(entry.after)


def test_a_disk_that_is_full_is_told_and_leaves_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Its sender is told what to do; where and why is for the log alone."""

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(storage.os, "fsync", full)
    with pytest.raises(CannotWrite) as refused:
        kept()
    assert str(folder) not in str(refused.value) and "no room left" in caplog.text
    assert on_disk(folder) == [] and not StoredFile.objects.exists()


def test_a_row_that_cannot_be_written_leaves_no_bytes(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "write", lambda *given, **more: (_ for _ in ()).throw(IntegrityError()))
    with pytest.raises(IntegrityError):
        kept()
    assert on_disk(folder) == []


def old(folder: Path, days: float = 2) -> None:
    for path in on_disk(folder):
        os.utime(path, (time.time() - days * 86400,) * 2)


@pytest.mark.django_db(transaction=True)
def test_bytes_of_an_act_that_was_undone_are_swept_away_once_they_are_a_day_old(folder: Path) -> None:
    with transaction.atomic():
        kept()
        transaction.set_rollback(True)
    assert len(on_disk(folder)) == 1 and not StoredFile.objects.exists()
    assert sweep(NOW) == 0  # it may belong to an act that is under way
    old(folder)
    assert sweep(NOW) == 1 and on_disk(folder) == []


@pytest.mark.django_db(transaction=True)
def test_what_was_taken_away_goes_from_the_disk_and_what_others_put_there_stays(folder: Path) -> None:
    first, second = kept(), kept()
    (folder / "内").mkdir()
    (folder / "内" / "证明.pdf").write_bytes(b"x")
    (folder / second.place[:2] / f".{second.place}.part").write_bytes(b"unfinished")
    taken_away(first)
    assert len(on_disk(folder)) == 3
    old(folder)
    assert sweep(NOW) == 0
    assert {path.name for path in on_disk(folder)} == {second.place, "证明.pdf"}


@pytest.mark.django_db(transaction=True)
def test_nothing_is_taken_away_under_a_backup(folder: Path) -> None:
    file = kept()
    with storage.kept_whole():
        taken_away(file)
        assert len(on_disk(folder)) == 1
        old(folder)
        assert sweep(NOW) == 0
    assert sweep(NOW) == 1


def test_a_file_that_no_record_names_goes_after_a_day(folder: Path) -> None:
    kept()
    sweep(NOW + maintenance.GRACE)
    assert StoredFile.objects.count() == 1
    sweep(NOW + maintenance.GRACE + timedelta(seconds=1))
    assert not StoredFile.objects.exists()


def test_every_relation_to_a_file_keeps_it(folder: Path, django_assert_num_queries: Any) -> None:
    """Whatever room names a file, in a field of whatever name, is looked at: the sweep asks the models themselves."""
    sql = str(left_alone(NOW).query)
    assert EnquiryFile._meta.db_table in sql
    for relation in StoredFile._meta.get_fields(include_hidden=True):
        if relation.auto_created and relation.related_model:
            assert relation.related_model._meta.db_table in sql
            assert relation.on_delete is not None and relation.on_delete.__name__ == "PROTECT", relation


def test_the_database_refuses_to_change_what_was_sent(folder: Path) -> None:
    file = kept()
    with pytest.raises(Exception, match="never edited"), transaction.atomic():
        StoredFile.objects.filter(pk=file.pk).update(sha256="0" * 64)
    assert StoredFile.objects.filter(pk=file.pk).update(scan=Scan.CLEAN) == 1


def test_bytes_that_were_changed_on_the_disk_are_found(folder: Path) -> None:
    file = kept()
    [path] = on_disk(folder)
    path.write_bytes(TEXT.replace("看".encode(), "听".encode(), 1))
    with pytest.raises(DamagedFile, match="not what was kept"):
        list(content(file))
    path.unlink()
    with pytest.raises(DamagedFile, match="not on the disk"):
        list(content(file))
    assert given_back("x", [file]) == {}


# ---- sealed


@pytest.mark.parametrize("size", [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK])
def test_what_is_sealed_opens_with_its_key_under_its_name(size: int) -> None:
    raw = os.urandom(size)
    closed = b"".join(sealing.sealed([raw[:7], raw[7:]], ONE, "a"))
    if size:
        assert b"".join(sealing.opened([closed], (TWO, ONE), "a")) == raw
        assert size < 9 or raw[:9] not in closed
        for keys, name in (((TWO,), "a"), ((), "a"), ((ONE,), "b")):
            with pytest.raises(DamagedFile):
                list(sealing.opened([closed], keys, name))


def test_no_block_can_be_changed_cut_off_or_moved() -> None:
    closed = b"".join(sealing.sealed([os.urandom(3 * BLOCK)], ONE, "a"))
    one, head = BLOCK + 16, len(closed) - 3 * (BLOCK + 16)
    first, second = closed[head : head + one], closed[head + one : head + 2 * one]
    for wrong in (
        closed[:-1],
        closed[:-one],
        closed[:head],
        closed[: head - 1],
        b"",
        closed + b"x",
        closed[:head] + second + first + closed[head + 2 * one :],
        closed[:head] + closed[head + one :],
        *(closed[:place] + bytes([closed[place] ^ 1]) + closed[place + 1 :] for place in (0, 9, 17, head, 99_999)),
    ):
        with pytest.raises(DamagedFile):
            list(sealing.opened([wrong], (ONE,), "a"))


def test_with_keys_files_lie_sealed_and_former_keys_still_open(folder: Path, settings: Any) -> None:
    plain = kept()
    settings.FILE_KEYS = (ONE,)
    sealed = kept()
    assert storage.is_sealed(sealed.place) and not storage.is_sealed(plain.place)
    assert "只给".encode() not in storage.found(sealed.place).read_bytes()
    settings.FILE_KEYS = (TWO, ONE)
    assert b"".join(content(sealed)) == b"".join(content(plain)) == TEXT
    assert reseal_all() == 2 and reseal_all() == 0
    settings.FILE_KEYS = (TWO,)
    assert b"".join(content(sealed)) == b"".join(content(plain)) == TEXT
    assert len(on_disk(folder)) == 2 and all(path.stat().st_mode & 0o777 == 0o600 for path in on_disk(folder))
    settings.FILE_KEYS = ()
    with pytest.raises(DamagedFile, match="LUODI_FILE_KEYS"):
        list(content(sealed))


def test_keys_come_in_either_alphabet_and_a_bad_one_is_told_without_showing_it() -> None:
    key = bytes(range(224, 256))
    for text in (base64.b64encode(key).decode(), base64.urlsafe_b64encode(key).decode()):
        assert keys_of({"LUODI_FILE_KEYS": f" {text} ,{text}"}) == (key, key)
    assert keys_of({}) == ()
    for bad in ("secretsecret", base64.b64encode(key[:31]).decode(), "é"):
        with pytest.raises(BadInput, match="key 1 of LUODI_FILE_KEYS") as told:
            keys_of({"LUODI_FILE_KEYS": bad})
        assert bad not in str(told.value)


# ---- scanned


@contextmanager
def clamd(answer: bytes, *, where: Path | None = None, early: bool = False) -> Iterator[tuple[Any, list[bytes]]]:
    """Answers one after the other, as clamd does, and keeps what it was sent. `early`: before the file is over."""
    server = socket.socket(socket.AF_UNIX if where else socket.AF_INET)
    server.bind(str(where) if where else ("127.0.0.1", 0))
    server.listen(4)
    seen: list[bytes] = []

    def serve() -> None:
        while True:
            try:
                line, _ = server.accept()
            except OSError:
                return
            with line, line.makefile("rb") as given:
                assert given.read(10) == b"zINSTREAM\0"
                whole = b""
                while (size := int.from_bytes(given.read(4), "big")) and not early:
                    whole += given.read(size)
                seen.append(whole)
                line.sendall(answer)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield (str(where) if where else server.getsockname()), seen
    finally:
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        thread.join(5)


@pytest.mark.parametrize(
    ("answer", "found"), [(b"stream: OK\0", ""), (b"stream: Eicar-Test-Signature FOUND\0", "Eicar-Test-Signature")]
)
def test_clamd_is_asked_and_understood(answer: bytes, found: str, tmp_path: Path) -> None:
    for where in (None, tmp_path / "clamd.ctl"):
        with clamd(answer, where=where) as (address, seen):
            assert scan([b"a" * 200_000, b"", b"b"], address) == found
        assert seen == [b"a" * 200_000 + b"b"]


@pytest.mark.parametrize("answer", [b"INSTREAM size limit exceeded. ERROR\0", b"", b"stream: OK", b"x" * 9000])
def test_an_answer_that_is_none_counts_as_no_answer(answer: bytes) -> None:
    expected = "" if answer == b"stream: OK" else None
    with clamd(answer) as (address, _):
        if expected is None:
            with pytest.raises(ScannerAway):
                scan([b"a"], address)
        else:
            assert scan([b"a"], address) == expected


def test_a_file_that_is_too_large_for_clamd_is_told_by_it() -> None:
    with clamd(b"INSTREAM size limit exceeded. ERROR\0", early=True) as (address, _), pytest.raises(ScannerAway):
        scan([b"a" * BLOCK] * 200, address)


def test_addresses_of_a_scanner() -> None:
    assert address_of("") is None and address_of("tcp://127.0.0.1:3311") == ("127.0.0.1", 3311)
    assert address_of("tcp://clam") == ("clam", 3310) and address_of("unix:///run/c.ctl") == "/run/c.ctl"
    for bad in ("clamd", "http://x", "unix://run/c", "tcp://", "tcp://h:99999"):
        with pytest.raises(BadInput):
            address_of(bad)


def read_again(file: StoredFile) -> StoredFile:
    return StoredFile.objects.get(pk=file.pk)


def queued(file: StoredFile) -> list[Any]:
    from django_tasks_db.models import DBTaskResult

    return [run for run in DBTaskResult.objects.all() if run.args_kwargs["args"] == [file.pk]]


@pytest.mark.parametrize(
    ("answer", "said", "read"), [(b"stream: OK\0", "clean", True), (b"stream: X FOUND\0", "infected", False)]
)
def test_a_file_waits_for_the_scanner_and_is_read_once_it_is_clean(
    folder: Path, settings: Any, answer: bytes, said: str, read: bool
) -> None:
    with clamd(answer) as (address, seen):
        settings.SCANNER, settings.FILE_KEYS = address, (ONE,)
        file = kept()
        assert file.scan == Scan.WAITING and not may_be_read(file) and len(queued(file)) == 1
        assert tasks.scan_file.call(file.pk) == said
        assert tasks.scan_file.call(file.pk) == "nothing to do"
    assert seen == [TEXT]  # opened, not as it lies
    file = read_again(file)
    assert (file.scan, may_be_read(file), file.found) == (said, read, "" if read else "X")
    assert Entry.objects.filter(kind="files.StoredFile", act="scan").count() == 1


def test_a_scanner_that_is_away_is_asked_again_later_and_then_once_a_day(folder: Path, settings: Any) -> None:
    settings.SCANNER = ("127.0.0.1", 1)
    file, began = kept(), timezone.now()
    said = [tasks.scan_file.call(file.pk) for _ in range(ATTEMPTS)]
    assert said == ["waiting"] * (ATTEMPTS - 1) + ["failed"]
    waits = [(run.run_after - began).total_seconds() for run in queued(file)]
    assert sum(50 < wait < 4000 for wait in waits) == ATTEMPTS - 1
    assert not may_be_read(read_again(file))
    before = len(queued(file))
    tasks.sweep_files.call()
    assert len(queued(file)) == before + 1
    with clamd(b"stream: OK\0") as (address, _):
        settings.SCANNER = address
        assert tasks.scan_file.call(file.pk) == "clean"


def test_what_came_before_there_was_a_scanner_is_scanned_too(folder: Path, settings: Any) -> None:
    file = kept()
    assert may_be_read(file)
    settings.SCANNER = ("127.0.0.1", 1)
    assert not may_be_read(file)
    tasks.sweep_files.call()
    assert len(queued(file)) == 1


def test_a_file_that_is_gone_meanwhile_is_no_fault(folder: Path, settings: Any) -> None:
    settings.SCANNER = ("127.0.0.1", 1)
    file = kept()
    taken_away(file)
    assert tasks.scan_file.call(file.pk) == "nothing to do"


def test_good_files_of_every_kind_are_kept(folder: Path) -> None:
    for name, made in GOOD.items():
        raw = made()
        assert b"".join(content(kept(name=name, raw=raw))) == raw


def test_a_file_from_a_browser_is_what_it_is() -> None:
    sent: Any = upload("plan.pdf")
    assert checked(sent.file, sent.name, limit=1_000_000).kind is Kind.PDF
