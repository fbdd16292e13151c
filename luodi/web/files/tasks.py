"""Background work on files."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django_tasks import task

from luodi.uploads.sealing import DamagedFile
from luodi.web.core.errors import NotFound
from luodi.web.files.actions.stored import record_scan, scan_later
from luodi.web.files.maintenance import sweep
from luodi.web.files.models import Scan, StoredFile
from luodi.web.files.queries import content
from luodi.web.files.scanner import ScannerAway, scan


@task()
def scan_file(key: int) -> str:
    """Have a file scanned. A scanner that is away is asked again after 1, 2, 4 .. minutes, the last time after two
    hours; what it says of a file is written down."""
    file = StoredFile.objects.filter(pk=key).first()
    scanner = settings.SCANNER
    if file is None or file.scan in (Scan.CLEAN, Scan.INFECTED) or not scanner:
        return "nothing to do"
    try:
        return str(_scanned(file, scanner).scan)
    except NotFound:  # it went while the scanner read it
        return "it is gone"


def _scanned(file: StoredFile, scanner: tuple[str, int] | str) -> StoredFile:
    try:
        found = scan(content(file), scanner)
    except (ScannerAway, DamagedFile) as problem:
        return _later(file, str(problem))
    said = Scan.INFECTED if found else Scan.CLEAN
    done: StoredFile = record_scan(file, said, found, by=None, at=timezone.now())
    return done


@transaction.atomic
def _later(file: StoredFile, why: str) -> StoredFile:
    """The next attempt stands in the queue once the file waits for it."""
    at = timezone.now()
    done: StoredFile = scan_later(file, why, by=None, at=at)
    if done.scan == Scan.WAITING:
        wait = timedelta(minutes=2 ** (done.attempts - 1))
        scan_file.using(run_after=at + wait).enqueue(done.pk)
    return done


@task()
def sweep_files() -> int:
    """Once a day: what no record names is taken away, and what was not scanned is scanned."""
    if settings.SCANNER:
        for key in StoredFile.objects.filter(scan__in=(Scan.NONE, Scan.FAILED)).values_list("pk", flat=True)[:1000]:
            scan_file.enqueue(key)
    return sweep(timezone.now())
