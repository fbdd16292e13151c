"""Saving what was edited: beside what others saved meanwhile in other files, never over what they did in this one."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone

from luodi.rules.finding import Finding
from luodi.web.accounts.models import User
from luodi.web.books import actions
from luodi.web.books.archive import Files, unpack
from luodi.web.books.checking import Report, check
from luodi.web.books.models import Draft


@dataclass(frozen=True)
class Worse:
    """Errors that an edit brings in, beside those that were there."""

    report: Report
    errors: tuple[Finding, ...]


def meanwhile(draft: Draft, seen: int) -> set[str]:
    """Names of the files that were written since a version."""
    found: set[str] = set()
    for revision in draft.revisions.filter(version__gt=seen).exclude(files=None):
        found |= set(unpack(revision.files))
    return found


def clashes(draft: Draft, seen: int, touched: Iterable[str]) -> bool:
    """Did somebody else write one of these files since?"""
    return seen != draft.version and bool(meanwhile(draft, seen) & set(touched))


def worse(before: Files, after: Files) -> Worse:
    """What the checker holds against the files that it did not hold against those before."""
    report = check(after)
    known = {(f.file, f.message) for f in check(before).errors}
    return Worse(report, tuple(f for f in report.errors if (f.file, f.message) not in known))


def save(user: User, draft: Draft, files: Files, touched: Iterable[str]) -> Draft:
    """Raises what `actions.change` raises."""
    written = {name: files.get(name) for name in touched}  # one that is not there any more is taken away
    return actions.change(user, draft, written, draft.version, at=timezone.now())
