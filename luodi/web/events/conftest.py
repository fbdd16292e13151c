"""What the tests of events share: a unit with its officer, and an event of theirs."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from luodi.casework.events import EventAct, EventKind
from luodi.web.accounts.models import Unit, User
from luodi.web.conftest import person, unit
from luodi.web.core.roles import Role
from luodi.web.events import actions
from luodi.web.events.guests import Guest
from luodi.web.events.models import Event, Invitation

NOW = timezone.now()


@dataclass
class Office:
    here: Unit
    anna: User
    ben: User
    clara: User  # officer of another unit

    def arranged(self, starts: datetime | None = None, **more: object) -> Event:
        first = starts or NOW + timedelta(days=10)
        fields = {
            "kind": EventKind.BRIEFING,
            "title_zh": "开放政策说明会",
            "title_en": "What is open",
            "starts": first,
            "ends": first + timedelta(hours=2),
            "place": "Hall 2",
            "host": self.anna,
            "capacity": None,
            "text": "",
            **more,
        }
        made: Event = actions.arrange(self.here, fields, by=self.anna, at=NOW)
        return made

    def invited(self, event: Event, name: str = "Ada Lind", **more: object) -> Invitation:
        guest = {"name": name, "email": f"{name.split()[0].lower()}@kranich.example", "language": "en", **more}
        made: Invitation = actions.invite(event, Guest(**guest), by=self.anna, at=NOW)
        return made

    def opened(self, event: Event) -> Event:
        made: Event = actions.move(event, EventAct.SEND, by=self.anna, at=NOW)
        return made

    def attended(self, **more: object) -> Invitation:
        """Somebody who came to an event that began an hour ago."""
        event = self.opened(self.arranged(NOW - timedelta(hours=1)))
        made: Invitation = actions.note(self.invited(event, **more), actions.InvitationAct.ATTEND, by=self.anna, at=NOW)
        return made


@pytest.fixture
def office(db: None) -> Office:
    city = unit("City")
    here, aside = unit("Here", city), unit("Aside", city)
    return Office(
        here,
        person("anna", Role.OFFICER, here),
        person("ben", Role.OFFICER, here),
        person("clara", Role.OFFICER, aside),
    )
