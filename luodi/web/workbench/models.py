"""What is stored of the desk: filters that somebody saves by name, who follows them, and addresses of calendars."""

from typing import ClassVar, Final

from django.db import models
from django.db.models import Q

from luodi.web.accounts.models import Unit, User
from luodi.web.core.personal_data import Account
from luodi.web.core.policy import Policy
from luodi.web.core.roles import Role, Standing, Who

_OWNER: Final[frozenset[Who]] = frozenset({Standing.OWNER})
_STAFF: Final[frozenset[Who]] = frozenset({Role.OFFICER, Role.LEADER})


class About(models.TextChoices):
    """Which list a view narrows."""

    CASES = "cases"
    LEADS = "leads"
    COMPANIES = "companies"


class SavedView(models.Model):
    """Filters of a list, by a name. `unit` None is for its owner alone; else everybody who
    works there sees it, and in it each sees only the rows that they may see."""

    owner = models.ForeignKey(User, models.CASCADE, related_name="views")
    unit = models.ForeignKey(Unit, models.CASCADE, null=True, related_name="views")
    name = models.CharField(max_length=100)
    about = models.CharField(max_length=10, choices=About.choices, default=About.CASES)
    asked = models.JSONField(default=dict)  # as `lists.LISTS[about].read` gives it
    made = models.DateTimeField()

    policy = Policy(
        user="owner",
        unit="unit",
        acts={"see": _OWNER | _STAFF, "follow": _OWNER | _STAFF, "save": _OWNER, "remove": _OWNER},
    )
    personal = Account("owner")

    class Meta:
        verbose_name = "view"
        ordering = ("name", "id")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["owner", "name"], name="a_view_has_its_own_name")
        ]

    def __str__(self) -> str:
        return self.name


class Following(models.Model):
    """Somebody wants to be notified when rows enter a view. `seen` are those that it had when it was looked at last."""

    view = models.ForeignKey(SavedView, models.CASCADE, related_name="followings")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    seen = models.JSONField(default=list)  # primary keys of its rows
    since = models.DateTimeField()
    looked = models.DateTimeField()

    policy = Policy(user="user", acts={"see": _OWNER, "stop": _OWNER})
    personal = Account("user")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["view", "user"], name="a_view_is_followed_once")
        ]

    def __str__(self) -> str:
        return f"following {self.view_id}"


class CalendarFeed(models.Model):
    """The secret address at which somebody's days that are due can be read by a calendar. Only its hash is stored."""

    user = models.ForeignKey(User, models.CASCADE, related_name="calendars")
    secret_hash = models.CharField(max_length=64, unique=True)
    made = models.DateTimeField()
    revoked = models.DateTimeField(null=True)

    policy = Policy(user="user", acts={"see": _OWNER, "make": _OWNER, "revoke": _OWNER})
    personal = Account("user", secret=("secret_hash",))
    not_in_journal = ("secret_hash",)
    secret = ""  # of one that was just made; it is not stored

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["user"], condition=Q(revoked=None), name="one_calendar_at_a_time")
        ]

    def __str__(self) -> str:
        return f"calendar of {self.user_id}"
