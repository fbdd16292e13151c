"""Acts on what a draft is tried with: profiles made up for it, and runs, which the background work carries out."""

import gzip
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from luodi.errors import LuodiError, MissingKey, OutOfRange
from luodi.message import Message
from luodi.web.accounts.models import User
from luodi.web.books import bench, flips
from luodi.web.books.archive import unpack
from luodi.web.books.checking import check
from luodi.web.books.models import Draft
from luodi.web.books.models_trying import Run, TriedProfile
from luodi.web.core.error_words import stored
from luodi.web.core.permissions import require
from luodi.web.journal.actions import snapshot, write

_MOST_PROFILES = 50
_KEPT_RUNS = 5  # of a kind; older ones say nothing that a new one would not


class NotChecked(LuodiError):
    """A draft with errors answers nothing; its problems have to be mended first."""

    code = "draft-not-checked"


class _Stopped(Exception):
    """Somebody told the run to stop."""


@transaction.atomic
def keep_profile(user: User, draft: Draft, name: str, text: str, *, at: datetime) -> TriedProfile:
    """Raises `MissingKey` without a name, `BadInput` where the text is no profile, `OutOfRange` for one too many."""
    name = name.strip()[:100]
    if not name:
        raise MissingKey("books.give-profile-name", at="name")
    bench.read_profile_text(text)
    if draft.profiles.exclude(name=name).count() >= _MOST_PROFILES:
        raise OutOfRange("books.draft-keeps-most-profiles", most_profiles=_MOST_PROFILES, at="name")
    made, _ = TriedProfile.objects.update_or_create(
        draft=draft, name=name, defaults={"text": text, "by": user, "at": at}
    )
    require(user, "see", made)
    write("keep_profile", made, by=user, after=snapshot(made))
    return made


@transaction.atomic
def remove_profile(user: User, profile: TriedProfile) -> None:
    require(user, "remove", profile)
    write("remove_profile", profile, by=user, before=snapshot(profile))
    profile.delete()


@transaction.atomic
def ask(user: User, draft: Draft, kind: str, *, at: datetime) -> Run:
    """Have a draft tried. One run of a kind at a time: whoever asks again gets the one under way.

    Raises `NotChecked` for a draft with errors.
    """
    from luodi.web.books.tasks import carry_out

    draft = Draft.objects.select_for_update().get(pk=draft.pk)
    require(user, "see", draft)
    under_way = next((run for run in draft.runs.filter(kind=kind, version=draft.version) if run.is_open), None)
    if under_way is not None:
        return under_way
    if not check(unpack(draft.files)).book:
        raise NotChecked("books.draft-cannot-read")
    today = timezone.localdate(at)
    run = Run.objects.create(
        draft=draft, kind=kind, version=draft.version, by=user, asked=at, on=max(draft.first_day or today, today)
    )
    for old in draft.runs.filter(kind=kind).exclude(state__in=("waiting", "running"))[_KEPT_RUNS:]:
        old.delete()
    write("try", run, by=user, after=snapshot(run))
    transaction.on_commit(lambda: carry_out.enqueue(run.pk))
    return run


@transaction.atomic
def stop(user: User, run: Run, *, at: datetime) -> Run:
    """Tell a run to end where it is. One that is over stays as it is."""
    found = Run.objects.select_for_update().get(pk=run.pk)
    require(user, "stop", found)
    if found.is_open:
        before = snapshot(found)
        found.state, found.ended = "stopped", at
        found.save(update_fields=["state", "ended"])
        write("stop", found, by=user, before=before, after=snapshot(found))
    return found


# ---- in the background


def carry_out(pk: int) -> str:
    """Do what a run asks; its state afterwards. Repeating it does nothing more; one that was cut off begins anew."""
    run = Run.objects.select_related("draft", "by").get(pk=pk)
    if not Run.objects.filter(pk=pk, state__in=("waiting", "running")).update(state="running", done=0, whole=0):
        return run.state
    try:
        result, listed = _done(run)
        ended = _ended(run, "done", result=result, listed=listed)
    except _Stopped:
        return "stopped"
    except LuodiError as problem:
        ended = _ended(run, "failed", problem=stored(problem))
    except Exception:  # a fault of the program: the page must not wait for ever, and the queue's own record says more
        _ended(run, "failed", problem=stored(Message("books.program-failed")))
        raise
    return ended


def _done(run: Run) -> tuple[dict[str, Any], bytes | None]:
    files = unpack(Draft.objects.get(pk=run.draft_id).files)
    if Draft.objects.get(pk=run.draft_id).version != run.version:
        raise NotChecked("books.draft-changed-before-run-began")
    progress = _progress(run)
    match run.kind:
        case "profiles":
            found = bench.subjects(run.draft, run.by)
            rows = []
            for row in bench.tried(run.draft.book, files, found, run.on):
                rows.append(row)
                progress(len(rows), len(found))
            return {"rows": rows}, None
        case "answers":
            return flips.of_answers(run.draft.book, files, run.on, progress), None
        case _:
            result, listed = flips.of_companies(run.draft.book, files, run.on, progress)
            return result, gzip.compress(listed, mtime=0)


def _progress(run: Run) -> flips.Progress:
    """Write down how far it is, and notice when it was stopped."""

    def told(done: int, whole: int) -> None:
        if not Run.objects.filter(pk=run.pk, state="running").update(done=done, whole=whole):
            raise _Stopped

    return told


def _ended(run: Run, state: str, **fields: Any) -> str:
    changed = Run.objects.filter(pk=run.pk, state="running").update(state=state, ended=timezone.now(), **fields)
    return state if changed else "stopped"


__all__ = ["NotChecked", "ask", "carry_out", "keep_profile", "remove_profile", "stop"]
