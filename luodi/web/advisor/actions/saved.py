"""Saving answers, taking today's in their place, and forgetting them."""

from datetime import date, datetime
from hashlib import sha256

from luodi.advice.answers import Answers
from luodi.web.accounts.models import User
from luodi.web.advisor import erasure
from luodi.web.advisor.determinations import answers_of, determine
from luodi.web.advisor.forms import SaveForm
from luodi.web.advisor.models import Saved
from luodi.web.core.actions import Changed, Created, Deleted, Unchanged, action
from luodi.web.core.forms import ActionForm


@action("save", model=Saved, form=SaveForm, permission="save", creates=True)
def save_answers(answers: Answers, name: str, *, today: date, actor: User, at: datetime) -> Created | Unchanged:
    """Save answers with what the books say of them now. The same answers are saved once, under their first name."""
    fingerprint = sha256(answers.query().encode()).hexdigest()
    found = Saved.objects.filter(user=actor, fingerprint=fingerprint).first()
    if found is not None:
        return Unchanged(found)
    determination = determine(answers, today, at=at)
    return Created(
        Saved.objects.create(user=actor, name=name, fingerprint=fingerprint, at=at, determination=determination)
    )


@action("renew", model=Saved, form=ActionForm, permission="renew")
def renew_answers(saved: Saved, *, today: date, at: datetime) -> Changed | Unchanged:
    """Take what the books say now in place of what they said; a standing answer stays as it is."""
    old = saved.determination
    if old.state == "standing":
        return Unchanged()
    return Changed({"determination": determine(answers_of(old), today, at=at, replaces=old)})


@action("forget", model=Saved, form=ActionForm, permission="forget")
def forget_answers(saved: Saved) -> Deleted:
    """Delete saved answers with everything that was determined for them."""
    last = saved.determination
    return Deleted(notify=lambda _: erasure.determinations(last))
