"""Background work on files."""

from datetime import timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django_tasks import task

from luodi.uploads.sealing import DamagedFile
from luodi.web.core.snapshots import snapshot
from luodi.web.files.maintenance import sweep
from luodi.web.files.models import Scan, StoredFile
from luodi.web.files.queries import content
from luodi.web.files.scanner import ScannerAway, scan
from luodi.web.journal.actions import write

ATTEMPTS: Final = 8  # after 1, 2, 4 .. minutes each: the last one after two hours


@task()
def scan_file(key: int) -> str:
    """Have a file scanned. A scanner that is away is asked again later; what it says of a file is written down."""
    file = StoredFile.objects.filter(pk=key).first()
    if file is None or file.scan in (Scan.CLEAN, Scan.INFECTED) or not settings.SCANNER:
        return "nothing to do"
    try:
        found = scan(content(file), settings.SCANNER)
    except (ScannerAway, DamagedFile) as problem:
        return _later(key, str(problem))
    return _said(key, Scan.INFECTED if found else Scan.CLEAN, found)


@transaction.atomic
def _said(key: int, said: Scan, found: str, attempts: int | None = None) -> str:
    file = StoredFile.objects.select_for_update().filter(pk=key).first()
    if file is None:
        return "it is gone"
    before = snapshot(file)
    file.scan, file.found, file.scanned = said, found[:200], timezone.now()
    file.attempts = file.attempts if attempts is None else attempts
    file.save(update_fields=["scan", "found", "scanned", "attempts"])
    if before["scan"] != said:
        write("scan", file, before=before, after=snapshot(file))
    return str(said.value)


@transaction.atomic
def _later(key: int, why: str) -> str:
    file = StoredFile.objects.select_for_update().filter(pk=key).first()
    attempts = file.attempts + 1 if file else ATTEMPTS
    if attempts < ATTEMPTS:
        wait = timedelta(minutes=2 ** (attempts - 1))
        scan_file.using(run_after=timezone.now() + wait).enqueue(key)
        return _said(key, Scan.WAITING, why, attempts)
    return _said(key, Scan.FAILED, why, 0)


@task()
def sweep_files() -> int:
    """Once a day: what no record names is taken away, and what was not scanned is scanned."""
    if settings.SCANNER:
        for key in StoredFile.objects.filter(scan__in=(Scan.NONE, Scan.FAILED)).values_list("pk", flat=True)[:1000]:
            scan_file.enqueue(key)
    return sweep(timezone.now())
