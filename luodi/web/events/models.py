"""What is stored of events: what, when and where, and who is invited with what they answered and whether they came."""

from typing import ClassVar, Final

from django.db import models
from django.db.models import F, Q

from luodi.casework.events import EventKind, EventState, Hours, Presence, Reply, Standing, standing
from luodi.web.accounts.models import Company, Unit, User
from luodi.web.accounts.relations import Keeping, Merging, OfCompany
from luodi.web.cases.models import COMPANY, OFFICERS, STAFF, choices
from luodi.web.companies.models import Contact
from luodi.web.core.personal_data import YEAR, Kept, Personal
from luodi.web.core.policy import Policy
from luodi.web.dealings.models import Task
from luodi.web.leads.models import Lead

_HOST: Final = Kept("活动档案按档案规定保存，负责人随档案", "as long as the file of the event, which names its host")
_LANGUAGES: Final = [("zh", "中文"), ("en", "English")]


class Event(models.Model):
    """A trip, a fair, a briefing or a reception of a unit. People who are invited see it through their invitation."""

    reference = models.CharField(max_length=16, unique=True)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="events")
    kind = models.CharField(max_length=10, choices=choices(EventKind))
    title_zh = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200)
    starts = models.DateTimeField()
    ends = models.DateTimeField()
    place = models.CharField(max_length=200)
    text = models.TextField(blank=True)  # what invited people read
    host = models.ForeignKey(User, models.PROTECT, related_name="events")
    capacity = models.PositiveIntegerField(null=True)  # people who can accept; None without a limit
    state = models.CharField(max_length=10, choices=choices(EventState), default=EventState.DRAFT)
    reason = models.TextField(blank=True)  # why it was cancelled
    made = models.DateTimeField()
    changed = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    policy = Policy(unit="unit", acts={"see": STAFF, "work": OFFICERS})
    personal = _HOST

    class Meta:
        ordering = ("-starts", "-id")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["unit", "state", "starts"], name="events_of_a_unit"),
            models.Index(fields=["host", "starts"], name="events_of_a_host"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="an_event_ends_after_it_starts", condition=Q(ends__gt=F("starts"))),
            models.CheckConstraint(
                name="a_cancelled_event_says_why", condition=~Q(state=EventState.CANCELLED) | ~Q(reason="")
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def title(self, lang: str) -> str:
        return self.title_zh if lang == "zh" else self.title_en

    @property
    def hours(self) -> Hours:
        return Hours(EventState(self.state), self.starts, self.ends)


class Invitation(models.Model):
    """One person who is invited. `lead` is where the person is known from; `led_to` is the lead that followed, `task`
    what an officer does next in a case of the company."""

    event = models.ForeignKey(Event, models.PROTECT, related_name="invitations")
    name = models.CharField(max_length=200)
    email = models.EmailField(blank=True)  # none where somebody is asked by telephone
    language = models.CharField(max_length=2, choices=_LANGUAGES, default="zh")
    company = models.ForeignKey(Company, models.PROTECT, null=True, related_name="invitations")
    company_name = models.CharField(max_length=300, blank=True)  # as it was said, until it is a company here
    contact = models.ForeignKey(Contact, models.SET_NULL, null=True, related_name="invitations")
    lead = models.ForeignKey(Lead, models.SET_NULL, null=True, related_name="invited_by")
    reply = models.CharField(max_length=10, choices=choices(Reply), default=Reply.NONE)
    replied = models.DateTimeField(null=True)
    presence = models.CharField(max_length=10, choices=choices(Presence), default=Presence.UNKNOWN)
    led_to = models.ForeignKey(Lead, models.SET_NULL, null=True, related_name="came_from")
    task = models.ForeignKey(Task, models.SET_NULL, null=True, related_name="followed_up")
    at = models.DateTimeField()
    changed = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    policy = Policy(
        unit="event__unit",
        acts={"see": STAFF, "work": OFFICERS, "answer": OFFICERS},
        beside=Policy(
            company="company", acts={"see": COMPANY, "answer": COMPANY}, where=~Q(event__state=EventState.DRAFT)
        ),
    )
    personal = Personal(
        None,
        2 * YEAR,
        "event__ends",
        address="email",
        erase="luodi.web.events.erasure.invitation",
        spared="luodi.web.events.erasure.is_erased",
    )
    of_company: ClassVar[dict[str, OfCompany]] = {"company": OfCompany(Merging.MOVE, Keeping.BY_RULE)}
    not_in_journal = ("name", "email", "company_name")

    class Meta:
        ordering = ("event", "id")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["event", "email"], condition=~Q(email=""), name="an_address_is_invited_once"
            ),
            models.UniqueConstraint(fields=["event", "contact"], name="a_contact_is_invited_once"),
        ]

    def __str__(self) -> str:
        return f"invitation {self.pk}"

    @property
    def standing(self) -> Standing:
        return standing(Reply(self.reply), Presence(self.presence), EventState(self.event.state))
