"""Trying a draft: profiles made up for it, and runs, which the background work carries out."""

import gzip
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from luodi.editor.archive import unpack
from luodi.editor.checking import check
from luodi.errors import LuodiError, MissingKey, OutOfRange
from luodi.message import Message
from luodi.web.accounts.models import User
from luodi.web.books import register, trials
from luodi.web.books.forms import ProfileForm
from luodi.web.books.models import Draft, Run, TriedProfile
from luodi.web.core.actions import Changed, Created, Deleted, Unchanged, action
from luodi.web.core.error_words import stored
from luodi.web.core.forms import ActionForm

_MOST_PROFILES = 50
_STORED_RUNS = 5  # of a kind; older ones say nothing that a new one would not


class NotChecked(LuodiError):
    """A draft with errors answers nothing; its problems have to be mended first."""

    code = "draft-not-checked"


class _Stopped(Exception):
    """Somebody told the run to stop."""


@action("keep_profile", model=TriedProfile, parent=Draft, form=ProfileForm, permission="see", parent_permits=True)
def keep_profile(draft: Draft, name: str, text: str, *, actor: User, at: datetime) -> Created:
    """Raises `MissingKey` without a name, `BadInput` where the text is no profile, `OutOfRange` for one too many."""
    name = name.strip()[:100]
    if not name:
        raise MissingKey("books.give-profile-name", at="name")
    trials.read_profile_text(text)
    if draft.profiles.exclude(name=name).count() >= _MOST_PROFILES:
        raise OutOfRange("books.draft-keeps-most-profiles", most_profiles=_MOST_PROFILES, at="name")
    values = {"text": text, "by": actor, "at": at}
    return Created(draft.profiles.update_or_create(name=name, defaults=values)[0])


@action("remove_profile", model=TriedProfile, form=ActionForm, permission="remove")
def remove_profile(profile: TriedProfile) -> Deleted:
    return Deleted()


@action("try", model=Run, parent=Draft, form=ActionForm, permission="see", parent_permits=True)
def start_run(draft: Draft, kind: str, *, actor: User, at: datetime) -> Created | Unchanged:
    """Have a draft tried. One run of a kind at a time: whoever asks again gets the one under way.

    Raises `NotChecked` for a draft with errors.
    """
    from luodi.web.books.tasks import carry_out as task

    draft = Draft.objects.get(pk=draft.pk)  # as it is now that it is locked
    under_way = next((run for run in draft.runs.filter(kind=kind, version=draft.version) if run.is_open), None)
    if under_way is not None:
        return Unchanged(under_way)
    if not check(unpack(draft.files)).book:
        raise NotChecked("books.draft-cannot-read")
    today = timezone.localdate(at)
    run = draft.runs.create(
        kind=kind, version=draft.version, by=actor, asked=at, on=max(draft.first_day or today, today)
    )
    for old in draft.runs.filter(kind=kind).exclude(state__in=("waiting", "running"))[_STORED_RUNS:]:
        old.delete()
    transaction.on_commit(lambda: task.enqueue(run.pk))
    return Created(run)


@action("stop", model=Run, form=ActionForm, permission="stop")
def stop(run: Run, *, at: datetime) -> Changed | Unchanged:
    """Tell a run to end where it is. One that is over stays as it is."""
    return Changed({"state": "stopped", "ended": at}) if run.is_open else Unchanged()


# ---- in the background: each step is one conditional update, so that a run that somebody stopped stays stopped


def carry_out(pk: int) -> str:
    """Do what a run asks; its state afterwards. Repeating it does nothing more; one that was cut off begins anew."""
    run = Run.objects.select_related("draft", "by").get(pk=pk)
    if not Run.objects.filter(pk=pk, state__in=("waiting", "running")).update(state="running", done=0, whole=0):
        return run.state
    try:
        result, listed = _result(run)
        ended = _ended(run, "done", result=result, listed=listed)
    except _Stopped:
        return "stopped"
    except LuodiError as problem:
        ended = _ended(run, "failed", problem=stored(problem))
    except Exception:  # a fault of the program: the page must not wait for ever, and the queue's own record says more
        _ended(run, "failed", problem=stored(Message("books.program-failed")))
        raise
    return ended


def _result(run: Run) -> tuple[dict[str, object], bytes | None]:
    draft = Draft.objects.get(pk=run.draft_id)
    if draft.version != run.version:
        raise NotChecked("books.draft-changed-before-run-began")
    files, progress = unpack(draft.files), _progress(run)
    match run.kind:
        case "profiles":
            found = trials.subjects(draft, run.by)
            rows = []
            for row in trials.tried(draft.book, files, found, run.on):
                rows.append(row)
                progress(len(rows), len(found))
            return {"rows": rows}, None
        case "answers":
            return trials.tried_on_answers(draft.book, files, run.on, progress), None
        case _:
            result, listed = register.of_companies(draft.book, files, run.on, progress)
            return result, gzip.compress(listed, mtime=0)


def _progress(run: Run) -> trials.Progress:
    """Write down how far it is, and notice when it was stopped."""

    def report(done: int, whole: int) -> None:
        if not Run.objects.filter(pk=run.pk, state="running").update(done=done, whole=whole):
            raise _Stopped

    return report


def _ended(run: Run, state: str, **fields: object) -> str:
    changed = Run.objects.filter(pk=run.pk, state="running").update(state=state, ended=timezone.now(), **fields)
    return state if changed else "stopped"
