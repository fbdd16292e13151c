"""Keeping answers, taking today's in their place, and forgetting them: one function an act."""

from datetime import date, datetime
from hashlib import sha256

from django.db import IntegrityError, transaction

from luodi.web.accounts.models import User
from luodi.web.advisor import erasing
from luodi.web.advisor.answers import Answers
from luodi.web.advisor.determinations import answers_of, determine
from luodi.web.advisor.models import Saved
from luodi.web.core.permissions import require
from luodi.web.journal.actions import snapshot, write


def save_answers(answers: Answers, name: str, *, today: date, by: User, at: datetime) -> Saved:
    """Keep answers with what the books say of them now. The same answers are kept once, under their first name."""
    fingerprint = sha256(answers.query().encode()).hexdigest()
    try:
        with transaction.atomic():
            found = Saved.objects.filter(user=by, fingerprint=fingerprint).first()
            if found is not None:
                return found
            made = Saved.objects.create(
                user=by, name=name, fingerprint=fingerprint, at=at, determination=determine(answers, today, at=at)
            )
            write("save", made, by=by, after=snapshot(made))
            return made
    except IntegrityError:  # two clicks at once
        return Saved.objects.get(user=by, fingerprint=fingerprint)


@transaction.atomic
def renew_answers(saved: Saved, *, today: date, by: User, at: datetime) -> Saved:
    """Take what the books say now in place of what they said; a standing answer stays as it is."""
    saved = Saved.objects.select_for_update().get(pk=saved.pk)
    require(by, "renew", saved)
    if saved.determination.state == "standing":
        return saved
    before, old = snapshot(saved), saved.determination
    saved.determination = determine(answers_of(old), today, at=at, replaces=old)
    saved.save(update_fields=["determination"])
    write("renew", saved, by=by, before=before, after=snapshot(saved))
    return saved


@transaction.atomic
def forget_answers(saved: Saved, *, by: User) -> None:
    """Delete saved answers with everything that was determined for them."""
    saved = Saved.objects.select_for_update().get(pk=saved.pk)
    require(by, "forget", saved)
    write("forget", saved, by=by, before=snapshot(saved))
    erasing.saved(saved)
