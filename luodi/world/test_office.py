"""What a fictional bureau did is told the same way again, on working days, and a case comes to where the file says."""

from collections import Counter
from datetime import date, timedelta

import pytest

from luodi.calendar import WorkingCalendar
from luodi.profiles.codes import check_credit_code
from luodi.world.listing import listing
from luodi.world.office import stories
from luodi.world.told import PlanStep, Story, words

TODAY = date(2026, 12, 3)
STEPS = (
    PlanStep("access-negative-list-check", frozenset(), own=True),
    PlanStep("foreign-investor-identity-authentication", frozenset()),
    PlanStep("establishment-registration", frozenset({"foreign-investor-identity-authentication"})),
    PlanStep("fdi-initial-report", frozenset({"establishment-registration"}), with_step="establishment-registration"),
    PlanStep("bank-account", frozenset({"establishment-registration"})),
    PlanStep("bj-service-package", frozenset(), counts=False),
)


def told(today: date = TODAY) -> list[Story]:
    return stories(today, lambda _: STEPS)


def of_cases(found: list[Story]) -> list[Story]:
    return [one for one in found if any(act["do"] in ("open", "convert") for act in one.acts)]


def test_the_same_day_and_seed_tell_the_same_and_another_seed_tells_another() -> None:
    assert told() == told() and told() != stories(TODAY, lambda _: STEPS, seed=1)


@pytest.mark.parametrize("today", [TODAY, date(2026, 12, 5), date(2026, 10, 4), date(2027, 2, 28), date(2028, 2, 29)])
def test_every_act_is_on_a_working_day_up_to_today_and_after_the_one_before(today: date) -> None:
    calendar = WorkingCalendar.china()
    for story in told(today):
        days = [today - timedelta(days=int(act["days"])) for act in story.acts]
        assert days == sorted(days) and all(day <= today for day in days)
        assert all(calendar.is_working_day(day) for day in days)


def test_as_many_cases_are_told_as_the_file_says_with_names_and_numbers_of_their_own() -> None:
    cases = of_cases(told())
    assert len(cases) == sum(int(row["many"]) for row in words()["cases"]) >= 60
    for name in ("zh", "en", "number"):
        assert len({one.company[name] for one in cases}) == len(cases)
    for one in cases:
        check_credit_code(one.company["number"])
    ends = Counter(one.acts[-1]["do"] for one in cases)
    assert ends["end"] == sum(int(row["many"]) for row in words()["cases"] if row.get("end", "reopened") != "reopened")


def test_a_step_is_handed_in_after_what_it_needs_was_granted_and_only_if_somebody_is_waited_for() -> None:
    for story in of_cases(told()):
        granted: set[str] = set()
        for act in story.acts:
            if act["do"] != "step":
                continue
            step = next(one for one in STEPS if one.id == act["steps"][0])
            assert step.counts and step.needs <= granted
            if act["act"] == "grant":
                granted.add(step.id)
            else:
                assert not step.own and not step.with_step


def test_nothing_happens_to_a_case_before_it_is_opened_and_nothing_is_kept_before_it_is_promised() -> None:
    before = {
        "keep": "promise",
        "agree": "keep",
        "answer": "ask",
        "handle": "obstacle",
        "rate": "obstacle",
        "done": "talk",
    }
    of_leads = {"receive", "assign", "evidence", "qualify", "company", "open", "convert"}
    for story in of_cases(told()):
        done: list[str] = []
        for act in story.acts:
            assert act["do"] in of_leads or {"open", "convert"} & set(done)
            assert act["do"] not in before or before[act["do"]] in done
            done.append(act["do"])


def test_a_task_is_noted_as_done_once_and_what_is_to_be_done_next_is_left_to_somebody() -> None:
    left = []
    for story in of_cases(told()):
        tasks = [act["days"] for act in story.acts if act["do"] == "talk" and "then" in act]
        done = [act["days"] for act in story.acts if act["do"] == "done"]
        assert 0 <= len(tasks) - len(done) <= 1 and all(day >= after for day, after in zip(tasks, done, strict=False))
        left += tasks[len(done) :]
    assert len(left) >= 8 and max(left) < 20, "of long ago"


def test_a_verifier_is_never_the_officer_and_acts_for_nobody() -> None:
    for story in of_cases(told()):
        verified = {act["by"] for act in story.acts if act["do"] in ("verify", "reject")}
        assert verified <= set(words()["verifiers"])
        assert not verified & {act["by"] for act in story.acts if act["do"] in ("open", "convert", "claim")}


def test_a_company_that_is_merged_into_sends_nothing_later() -> None:
    """Who acts for it may do so again when somebody has confirmed it."""
    merge = next(act for act in told()[0].acts if act["do"] == "merge")
    kept = next(one for one in of_cases(told()) if one.company["en"] == merge["kept"])
    assert kept.acts[-1]["days"] > merge["days"]


def test_a_register_is_as_long_as_asked_and_the_same_again() -> None:
    text = listing(30, 7, TODAY)
    assert text == listing(30, 7, TODAY) and len(text.splitlines()) == 31
    names = [line.split(",")[0] for line in text.splitlines()[1:]]
    assert len(set(names)) == 30
