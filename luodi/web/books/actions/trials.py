"""Trying a draft: profiles made up for it, and runs, which are carried out in the background."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from luodi.editor.archive import unpack
from luodi.editor.checking import check
from luodi.errors import MissingKey, OutOfRange
from luodi.web.accounts.models import User
from luodi.web.books import trials
from luodi.web.books.forms import ProfileForm
from luodi.web.books.models import Draft, Run, TriedProfile
from luodi.web.books.runs import NotChecked
from luodi.web.books.tasks import carry_out
from luodi.web.core.actions import Changed, Created, Deleted, Unchanged, action
from luodi.web.core.forms import ActionForm

_MOST_PROFILES = 50
_STORED_RUNS = 5  # of a kind; older ones say nothing that a new one would not


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
    transaction.on_commit(lambda: carry_out.enqueue(run.pk))
    return Created(run)


@action("stop", model=Run, form=ActionForm, permission="stop")
def stop(run: Run, *, at: datetime) -> Changed | Unchanged:
    """Tell a run to end where it is. One that is over stays as it is."""
    return Changed({"state": "stopped", "ended": at}) if run.is_open else Unchanged()
