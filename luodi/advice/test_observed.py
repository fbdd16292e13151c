"""What was observed of offices stands beside law and usual times, in every form of a plan, and decides nothing."""

from datetime import date
from pathlib import Path

import msgspec
import pytest

from luodi.advice.landing_plan import LandingPlan
from luodi.advice.landing_plan.times import Observed, Span
from luodi.advice.observed import Observations
from luodi.advice.plan import advise
from luodi.advice.plan_difference import between
from luodi.documents.plan_html import plan_html
from luodi.profiles.profile import read_profile
from luodi.rules.library import company_vocabulary

ON = date(2026, 3, 10)
STEP = "establishment-registration"
EXAMPLE = Path(__file__).parents[2] / "examples" / "lantern-isle-cloud.yaml"


def plan(observed: Observations | None = None, on: date = ON) -> LandingPlan:
    given = read_profile(EXAMPLE, company_vocabulary())
    return advise(given, on=on) if observed is None else advise(given, on=on, observed=observed)


def seen(*steps: str, last: date = ON, office: str = "") -> Observations:
    rows = {row.id: row for row in plan().steps}
    found = Observed(min=12, max=31, n=23, first="2025-03-11", last=last.isoformat(), whole=Span(min=14, max=40))
    return Observations(tuple(((one, office or rows[one].authority.zh), found) for one in steps))


def of(made: LandingPlan, step: str = STEP) -> Observed | None:
    return next(row for row in made.steps if row.id == step).time.observed


def test_a_plan_without_a_site_shows_none() -> None:
    assert all(row.time.observed is None for row in (*plan().steps, *plan().open_steps, *plan().offered_steps))


def test_it_changes_nothing_but_what_stands_beside_the_step() -> None:
    found = plan(seen(STEP))
    assert of(found) is not None
    bare = [msgspec.structs.replace(row, time=msgspec.structs.replace(row.time, observed=None)) for row in found.steps]
    assert msgspec.structs.replace(found, steps=bare) == plan()


def test_times_of_another_office_are_not_told() -> None:
    assert of(plan(seen(STEP, office="另一机关"))) is None


def test_what_was_counted_after_the_day_of_the_plan_was_not_known_then() -> None:
    assert of(plan(seen(STEP, last=ON))) is not None
    assert of(plan(seen(STEP, last=date(2026, 3, 11)))) is None


def test_what_the_company_does_at_its_own_pace_has_no_observed_time() -> None:
    own = next(row.id for row in plan().steps if row.time.rests == "own")
    assert of(plan(seen(own)), own) is None


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", "here: 12 to 31 working days in the last year (n = 23)"),
        ("zh", "本地近一年实际用时12至31个工作日（23件）"),
    ],
)
def test_a_document_says_it_beside_law_and_usual(lang: str, words: str) -> None:
    assert words in plan_html(plan(seen(STEP)), lang)
    assert words not in plan_html(plan(), lang)


def test_a_document_says_what_was_counted_and_what_was_left_out() -> None:
    text = plan_html(plan(seen(STEP)), "en")
    assert "from 11 March 2025 to 10 March 2026" in text and "with them it was 14 to 40 working days" in text


def test_a_kept_plan_is_read_back_with_what_was_shown() -> None:
    made = plan(seen(STEP))
    assert LandingPlan.of(made.as_json()) == made
    older = made.as_json()
    for row in older["steps"]:
        del row["time"]["observed"]
    assert of(LandingPlan.of(older)) is None


def test_no_observed_time_is_a_change_of_law() -> None:
    assert between(plan().as_json(), plan(seen(STEP)).as_json()).same
