"""What tests of cases share: an officer, a colleague, a leader, and a company with somebody who acts for it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from luodi.web.accounts.models import Company, Unit, User
from luodi.web.accounts.roles import Role
from luodi.web.cases import actions
from luodi.web.cases.models import LandingCase
from luodi.web.conftest import person, unit

#: A Tuesday.
NOW = datetime(2026, 3, 10, 2, 0, tzinfo=UTC)
TODAY = NOW.date()


@dataclass
class Bench:
    """Anna holds the case, Ben is on her team, Lee leads it, Mei acts for the company, Clara must see nothing."""

    city: Unit
    here: Unit
    aside: Unit
    company: Company
    other: Company
    anna: User
    ben: User
    lee: User
    mei: User
    clara: User

    def open(self, **more: Any) -> LandingCase:
        return actions.open_case(self.company, self.here, by=self.anna, at=NOW, **more)

    def client(self, who: str) -> Client:
        client = Client()
        client.force_login(getattr(self, who))
        return client


@pytest.fixture
def bench(db: None) -> Bench:
    city = unit("City")
    here, aside = unit("Here", city), unit("Aside", city)
    company = Company.objects.create(name_zh="灯屿云", name_en="Lantern Isle Cloud", country="SG")
    other = Company.objects.create(name_en="Mill")
    return Bench(
        city, here, aside, company, other, person("anna", Role.OFFICER, here), person("ben", Role.OFFICER, here),
        person("lee", Role.LEADER, city), person("mei", Role.REPRESENTATIVE, company),
        person("clara", Role.OFFICER, aside),
    )  # fmt: skip
