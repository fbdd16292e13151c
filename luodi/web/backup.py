"""Everything the site holds, in one file that fits both databases, and back again.

A backup is a ZIP: `manifest.json`, each table as lines of JSON under `tables/`, and the uploaded files under `files/`.
The manifest names every part with its SHA-256, and the migrations whose tables these are.
"""

import hashlib
import json
import os
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, time
from pathlib import Path
from typing import IO, Final

from django.apps import apps
from django.conf import settings
from django.core import serializers
from django.core.management.color import no_style
from django.core.serializers.json import DjangoJSONEncoder
from django.db import DataError, IntegrityError, connection, models, transaction
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

import luodi
from luodi.errors import BadInput, LuodiError
from luodi.files import CannotWrite, whole_file
from luodi.message import in_line
from luodi.web.books.actions.in_force import bring_out
from luodi.web.core.types import Json
from luodi.web.files.storage import kept_whole
from luodi.web.journal import append_only
from luodi.web.journal.queries import verified
from luodi.web.library.index import index_words
from luodi.web.library.models import Text

FORMAT: Final = 1
_MANIFEST: Final = "manifest.json"
_AT_ONCE: Final = 500
#: Made anew by themselves, and of no use elsewhere.
_LEFT_OUT: Final = {
    "sessions.session",
    "usersessions.usersession",
    "accounts.spent",
    "api.allowance",
}


class BadBackup(LuodiError):
    """A file that is no backup, is damaged, or holds what its manifest does not name."""

    code = "bad-backup"


class WrongVersion(LuodiError):
    """A backup whose tables are not those of this version."""

    code = "wrong-version"


class _Exact(DjangoJSONEncoder):
    """Times to the microsecond, where Django's own would cut them to the millisecond."""

    def default(self, o: object) -> object:
        return o.isoformat() if isinstance(o, datetime | time) else super().default(o)


# ---- out


def backup(path: Path, *, at: datetime) -> Json:
    """Write all of it as it stands at one moment; others go on working meanwhile. Returns the manifest."""
    with (
        kept_whole(),
        whole_file(path) as unfinished,
        zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        parts: dict[str, Json] = {}
        with _one_moment():
            for model in _models():
                parts[f"tables/{model._meta.label_lower}.jsonl"] = _put(archive, model)
        for file in _files(Path(settings.MEDIA_ROOT)):
            parts[f"files/{file.as_posix()}"] = _put_file(archive, file)
        manifest = {
            "format": FORMAT,
            "luodi": luodi.__version__,
            "at": at.isoformat(),
            "migrations": migrations(),
            "parts": parts,
        }
        archive.writestr(_MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1))
        unfinished.chmod(0o600)  # it holds people's addresses and the hashes of their passwords
    return manifest


def _put(archive: zipfile.ZipFile, model: type[models.Model]) -> Json:
    """One table; a row is written as Django writes it, so that both databases read it."""
    seen, rows = hashlib.sha256(), 0
    with archive.open(f"tables/{model._meta.label_lower}.jsonl", "w", force_zip64=True) as out:
        for row in model._base_manager.order_by("pk").iterator(chunk_size=_AT_ONCE):
            line = serializers.serialize("jsonl", [row], ensure_ascii=False, cls=_Exact).encode()
            seen.update(line)
            out.write(line)
            rows += 1
    return {"sha256": seen.hexdigest(), "rows": rows}


def _put_file(archive: zipfile.ZipFile, name: Path) -> Json:
    seen, size = hashlib.sha256(), 0
    with (
        (Path(settings.MEDIA_ROOT) / name).open("rb") as source,
        archive.open(f"files/{name.as_posix()}", "w", force_zip64=True) as out,
    ):
        while block := source.read(1 << 20):
            seen.update(block)
            out.write(block)
            size += len(block)
    return {"sha256": seen.hexdigest(), "bytes": size}


@contextmanager
def _one_moment() -> Iterator[None]:
    """A transaction that only reads and sees one state: it keeps nobody from writing."""
    with connection.cursor() as cursor:
        cursor.execute(
            "BEGIN DEFERRED" if connection.vendor == "sqlite" else "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
        )
        try:
            yield
        finally:
            cursor.execute("COMMIT")


# ---- in


def restore(path: Path) -> Json:
    """Replace everything the site holds by what a backup holds. Returns its manifest.

    First all of it is read and compared with its manifest; then tables and journal are put in and checked inside one
    transaction, with what search finds, and the files change places at its end. Raises `BadBackup` or `WrongVersion`;
    until the end nothing has changed.
    """
    with _opened(path) as archive:
        manifest = read_manifest(archive)
        _same_version(manifest)
        for name in manifest["parts"]:
            _whole(archive, name, manifest["parts"][name])
        files = Path(settings.MEDIA_ROOT)
        incoming = files.with_name(f".{files.name}.{os.getpid()}.part")
        exchange = _Exchange(incoming, files)
        try:
            _unpack(archive, manifest, incoming)
            with _fitting(), transaction.atomic():
                _replace_tables(archive, manifest)
                exchange.make()
        except BaseException:
            exchange.undo()
            raise
        exchange.settle()
    bring_out(timezone.now())  # what the site answers from is what the database says again
    return manifest


def read_manifest(archive: zipfile.ZipFile) -> Json:
    """Raises `BadBackup`."""
    try:
        manifest = json.loads(archive.read(_MANIFEST))
        named = {*manifest["parts"], _MANIFEST}
        assert isinstance(manifest["migrations"], list) and isinstance(manifest["format"], int)
    except (KeyError, TypeError, ValueError, AssertionError):
        raise BadBackup("site.no-manifest-ours-no-backup") from None
    inside = archive.namelist()
    if set(inside) != named or len(inside) != len(named):
        odd = sorted(named.symmetric_difference(inside))[:1]
        raise BadBackup("site.what-holds-not-what-manifest", at=odd[0] if odd else None)
    for name in named - {_MANIFEST}:
        if name.split("/")[0] not in ("tables", "files") or {"..", "", "."} & set(name.split("/")) or "\\" in name:
            raise BadBackup("site.name-leads-elsewhere", at=name)
    return manifest


def migrations() -> list[str]:
    """What tables of this version were made by."""
    return sorted(f"{app}.{name}" for app, name in MigrationLoader(connection).disk_migrations)


def _same_version(manifest: Json) -> None:
    if manifest["format"] != FORMAT or manifest["migrations"] != migrations():
        raise WrongVersion(
            "site.made-luodi-whose-tables-not", luodi=manifest.get("luodi", "?"), version=luodi.__version__
        )


def _whole(archive: zipfile.ZipFile, name: str, part: Json) -> None:
    seen = hashlib.sha256()
    try:
        with archive.open(name) as source:
            while block := source.read(1 << 20):
                seen.update(block)
    except (zipfile.BadZipFile, OSError, EOFError) as problem:
        raise BadBackup("site.damaged-2", problem=problem, at=name) from None
    if seen.hexdigest() != part.get("sha256"):
        raise BadBackup("site.damaged", at=name)


def _replace_tables(archive: zipfile.ZipFile, manifest: Json) -> None:
    """In one transaction; the constraints hold again at its end, and the journal verifies."""
    with append_only.without_triggers(connection):
        with connection.cursor() as cursor:
            for model in _all_models():
                cursor.execute(f"DELETE FROM {connection.ops.quote_name(model._meta.db_table)}")
        for model in _models():
            name = f"tables/{model._meta.label_lower}.jsonl"
            if name not in manifest["parts"]:
                raise BadBackup("site.table-missing", at=name)
            _put_back(archive, name, model)
    index_words(Text.objects.order_by("position").iterator(500))
    connection.check_constraints()
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), _models()):
            cursor.execute(statement)
    verified()


@contextmanager
def _fitting() -> Iterator[None]:
    """Rows that the database itself refuses, at once or when the transaction ends."""
    try:
        yield
    except (IntegrityError, DataError) as problem:
        raise BadBackup("site.row-leads-nowhere-or-does", name=type(problem).__name__) from None


def _put_back(archive: zipfile.ZipFile, name: str, model: type[models.Model]) -> None:
    waiting: list[models.Model] = []
    with archive.open(name) as source:
        for row in _rows(source, name):
            waiting.append(row)
            if len(waiting) == _AT_ONCE:
                _save(model, waiting)
                waiting = []
    _save(model, waiting)


def _rows(source: IO[bytes], name: str) -> Iterator[models.Model]:
    for number, line in enumerate(source, 1):
        try:
            yield from (read.object for read in serializers.deserialize("jsonl", line.decode()))
        except (serializers.base.DeserializationError, UnicodeDecodeError, ValueError) as problem:
            raise BadBackup("site.row-cannot-read", name=type(problem).__name__, at=in_line(name, number)) from None


def _save(model: type[models.Model], rows: list[models.Model]) -> None:
    """As they are: dates that a model sets by itself on saving keep what they were."""
    dates = [field for field in model._meta.concrete_fields if isinstance(field, models.DateField)]
    before = [(field, field.auto_now, field.auto_now_add) for field in dates]
    try:
        for field in dates:
            field.auto_now = field.auto_now_add = False
        model._base_manager.bulk_create(rows)
    finally:
        for field, now, added in before:
            field.auto_now, field.auto_now_add = now, added


# ---- files


def _files(folder: Path) -> list[Path]:
    """All that is finished: what is being written has a name with a dot before it."""
    found = (file for file in folder.rglob("*") if file.is_file() and not file.is_symlink())
    return sorted(file.relative_to(folder) for file in found if not file.name.endswith(".part"))


def _unpack(archive: zipfile.ZipFile, manifest: Json, folder: Path) -> None:
    try:
        folder.mkdir(parents=True)
        for name in manifest["parts"]:
            if name.startswith("files/"):
                target = folder / name.removeprefix("files/")
                target.parent.mkdir(parents=True, exist_ok=True)
                with archive.open(name) as source, target.open("wb") as out:
                    shutil.copyfileobj(source, out)
                    out.flush()
                    os.fsync(out.fileno())
                target.chmod(0o600)
    except OSError as problem:
        raise CannotWrite.because(problem, folder) from None


class _Exchange:
    """The folder of files becomes the new one at the last moment before the tables do; the old one can come back.

    Killed between the two, the former files lie beside the new ones, named with a dot and `former`.
    """

    def __init__(self, incoming: Path, files: Path) -> None:
        self.incoming, self.files = incoming, files
        self.former = files.with_name(f".{files.name}.{os.getpid()}.former")
        self.made = self.had = False

    def make(self) -> None:
        self.had = self.files.exists()
        if self.had:
            self.files.rename(self.former)
        self.made = True
        self.incoming.rename(self.files)

    def undo(self) -> None:
        if self.made:
            shutil.rmtree(self.files, ignore_errors=True)
            if self.had:
                self.former.rename(self.files)
        shutil.rmtree(self.incoming, ignore_errors=True)

    def settle(self) -> None:
        shutil.rmtree(self.former, ignore_errors=True)


# ---- which tables


def _all_models() -> list[type[models.Model]]:
    """Those with a table."""
    found = apps.get_models(include_auto_created=True)
    tables = [model for model in found if model._meta.managed and not model._meta.proxy]
    return sorted(tables, key=lambda model: model._meta.label_lower)


def _models() -> list[type[models.Model]]:
    return [model for model in _all_models() if model._meta.label_lower not in _LEFT_OUT]


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        archive = zipfile.ZipFile(path)
    except FileNotFoundError:
        raise BadInput("site.no-such-file", at=str(path)) from None
    except (zipfile.BadZipFile, OSError) as problem:
        raise BadBackup("site.no-backup", problem=problem, at=str(path)) from None
    try:
        with archive:
            yield archive
    except (BadBackup, WrongVersion) as problem:
        raise problem.located(str(path)) from None
