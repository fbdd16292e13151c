"""What tests of docking share: a demand whose owner stays hidden, companies that may fit, and people on every side."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client

from luodi.web.accounts.models import Company, Unit, User
from luodi.web.companies.models import Fact, Label
from luodi.web.conftest import add_company, person, unit
from luodi.web.core.roles import Role
from luodi.web.docking.actions import posted as actions
from luodi.web.docking.models import Demand

#: A Tuesday.
NOW = datetime(2026, 3, 10, 2, 0, tzinfo=UTC)
TODAY = NOW.date()
WISHES = [
    {"ask": "technology", "value": ["artificial_intelligence", "digital_health"]},
    {"ask": "employees", "value": "20"},
]


@dataclass
class Market:
    """Rolf's hospital seeks help at Olga's desk; Mei's company may fit. Ben is Olga's colleague, Lee leads them, Clara
    works elsewhere, Max acts for a third company, Sam is signed in and nothing else."""

    city: Unit
    here: Unit
    aside: Unit
    hospital: Company
    lantern: Company
    mill: Company
    rolf: User
    mei: User
    max: User
    olga: User
    ben: User
    lee: User
    clara: User
    sam: User

    def demand(self, *, own: bool = False, **more: Any) -> Demand:
        """Published: of the hospital, or of the unit itself."""
        writer = self.olga if own else self.rolf
        fields = {
            "kind": "scenario",
            "title_zh": "影像辅助诊断",
            "title_en": "Reading images",
            "text": "We read 900 images a day and need a second eye.",
            **more,
        }
        made = actions.post(
            Demand, self.here, fields, company=None if own else self.hospital, by=writer, at=NOW, wishes=WISHES
        )
        return actions.publish(actions.screen(made, by=self.ben, at=NOW), by=self.olga, at=NOW)

    def client(self, who: str) -> Client:
        client = Client()
        if who != "visitor":
            client.force_login(getattr(self, who))
        return client


@pytest.fixture
def market(db: None) -> Market:
    city = unit("City")
    here, aside = unit("Here", city), unit("Aside", city)
    hospital = add_company("北光医院", "Nordlicht Hospital", country="DE")
    lantern = add_company("灯屿云", "Lantern Isle Cloud", country="SG")
    mill = add_company("磨坊机械", "Mill Works")
    Label.objects.create(company=lantern, kind=Label.Kind.TECHNOLOGY, code="digital_health")
    said(lantern, "employees", 60)
    return Market(
        city,
        here,
        aside,
        hospital,
        lantern,
        mill,
        person("rolf", Role.REPRESENTATIVE, hospital),
        person("mei", Role.REPRESENTATIVE, lantern),
        person("max", Role.REPRESENTATIVE, mill),
        person("olga", Role.OFFICER, here),
        person("ben", Role.OFFICER, here),
        person("lee", Role.LEADER, city),
        person("clara", Role.OFFICER, aside),
        person("sam"),
    )


def said(company: Company, attribute: str, value: object, day: date = TODAY, origin: str = "declared") -> Fact:
    return Fact.objects.create(company=company, attribute=attribute, value=value, as_of=day, origin=origin, at=NOW)
