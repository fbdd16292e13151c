"""The company rates the handling of its case; a leader who does not handle it answers a poor rating."""

from datetime import datetime

from django.utils.timezone import localdate

from luodi.casework.book import limits
from luodi.casework.ratings import is_poor
from luodi.casework.states import NotNow
from luodi.errors import DuplicateKey, MissingKey
from luodi.web.accounts.models import User
from luodi.web.cases import forms, notices
from luodi.web.cases.models import HandlingRating, LandingCase
from luodi.web.cases.queries.calendars import calendar_of
from luodi.web.cases.queries.ratings import rated_after, to_be_rated
from luodi.web.core.actions import Changed, Created, action
from luodi.web.core.errors import OwnWork


@action(
    "rate",
    model=HandlingRating,
    form=forms.RateForm,
    permission="rate",
    parent=LandingCase,
    parent_permits=True,
    fits=to_be_rated,
)
def rate(case: LandingCase, rating: int, rating_words: str = "", *, actor: User, at: datetime) -> Created:
    """Once after the landing was verified, and once after the case has ended. A poor rating goes to the leaders, never
    to the officer of the case. Raises `NotNow` before, `DuplicateKey` for a second one, `MissingKey` for a poor one
    without words."""
    occasion = rated_after(case)
    if occasion is None:
        raise NotNow("cases.rated-after-landing")
    if case.ratings.filter(occasion=occasion).exists():
        raise DuplicateKey("cases.rated-already", at="rating")
    if is_poor(rating) and not rating_words.strip():
        raise MissingKey("cases.say-what-poor", at="rating_words")
    due = calendar_of(case.unit).add_working_days(localdate(at), limits()["agreement"]) if is_poor(rating) else None
    given = {"rating": rating, "rating_words": rating_words.strip()}
    made = HandlingRating.objects.create(case=case, occasion=occasion, by=actor, at=at, due=due, **given)
    if due is not None:
        notices.leaders_beside_officer(case, "case_rated_poor", made, "rated", at=at, due=due.isoformat())
    return Created(made)


@action(
    "reply_rating", model=HandlingRating, form=forms.ReplyRatingForm, permission="reply", fits=lambda row: row.waits
)
def reply(rating: HandlingRating, reply: str, *, actor: User, at: datetime) -> Changed:
    """What was found, and what is done about it; the company reads it. Raises `OwnWork` for the officer of the case,
    `NotNow` where nothing waits, `MissingKey` without words."""
    if not rating.waits:
        raise NotNow("cases.rating-waits-not")
    if actor.pk == rating.case.officer_id:
        raise OwnWork("cases.own-handling")
    if not reply.strip():
        raise MissingKey("cases.say-what-found", at="reply")
    notices.company(rating.case, "case_rating_answered", rating, "replied", at=at)
    return Changed({"reply": reply.strip(), "replied_by": actor, "replied": at})
