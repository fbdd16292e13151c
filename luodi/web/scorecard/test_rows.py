"""Rows of this app for the tests that go through every model."""

from datetime import date
from typing import Any

from model_bakery import baker

from luodi.web.scorecard.models import Contribution, ContributionStep, Definition, Indicator

_DAYS = {"starts": date(2026, 1, 1), "due": date(2026, 12, 31)}


def definition(town: Any) -> Definition:
    indicator = baker.make(Indicator, unit=town.here)
    made: Definition = baker.make(Definition, indicator=indicator, number=1, reason="x", **_DAYS)
    return made


def contribution(town: Any) -> Contribution:
    platform = baker.make("scorecard.Platform", unit=town.here)
    made: Contribution = baker.make(Contribution, unit=town.here, platform=platform)
    return made


def step(town: Any) -> ContributionStep:
    made: ContributionStep = baker.make(ContributionStep, contribution=contribution(town))
    return made


ROWS = {Definition: definition, Contribution: contribution, ContributionStep: step}
