"""What was arranged around a case stands on its overview while it is late or nearly due."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from luodi.casework.obstacles import ObstacleKind
from luodi.casework.promises import PromiseAct
from luodi.casework.stages import End
from luodi.web.cases.actions import cases as actions
from luodi.web.cases.actions import plan as actions_plan
from luodi.web.cases.agenda import dues_of_case
from luodi.web.cases.conftest import CLOUD, Bench, bench
from luodi.web.cases.models import LandingCase, Obligation
from luodi.web.dealings.actions import interactions, promises, referrals
from luodi.web.dealings.models import Promise, Referral, Task
from luodi.web.obstacles.actions import raise_obstacle
from luodi.web.obstacles.models import Obstacle

__all__ = ["bench"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def arranged(bench: Bench) -> LandingCase:
    """A case with one of each, due in three days, and one of each that is far away."""
    now = timezone.now()
    case = actions_plan.ask_plan(bench.open(), CLOUD, by=bench.anna, at=now)
    for days, far in ((3, ""), (60, " far")):
        due = timezone.localdate(now) + timedelta(days=days)
        promises.promise(case, f"A desk{far}", by=bench.anna, at=now, owner=bench.ben, due=due)
        interactions.add_task(case, f"Send the list{far}", by=bench.anna, at=now, owner=bench.anna, due=due)
        referrals.hand_off(case, f"Which racks{far}?", [bench.aside], due, by=bench.anna, at=now)
        one = raise_obstacle(bench.company, ObstacleKind.REQUEST, f"A form{far}", by=bench.mei, at=now, case=case)
        Obstacle.objects.filter(pk=one.pk).update(due=due)
    Obligation.objects.filter(case=case, step="annual-report").update(due=timezone.localdate(now))
    return case


def overview(bench: Bench, case: LandingCase, who: str = "anna", lang: str = "en") -> str:
    page = bench.client(who).get(f"/{lang}/desk/cases/{case.reference}/").text
    found = re.search(r'<section aria-labelledby="dues">.*?</section>', page, re.DOTALL)
    return found[0] if found else ""


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", ["Keep the promise", "Do the task", "Ask the unit how it stands", "Answer", "Ben", "Aside", "Look"]),
        ("zh", ["兑现承诺", "完成待办", "催问承办单位", "答复", "Ben", "Aside", "持续义务"]),
    ],
)
def test_the_overview_says_what_is_due_soon_with_whom_and_what_to_do(
    arranged: LandingCase, bench: Bench, lang: str, words: list[str]
) -> None:
    found = overview(bench, arranged, lang=lang)
    for word in ("A desk", "Send the list", "Which racks?", "A form", *words):
        assert word in found, word
    assert " far" not in found and {"en": "late", "zh": "逾期"}[lang] not in found.split("</h2>")[1]


def test_what_is_late_is_called_late_and_flagged_until_it_is_settled(arranged: LandingCase, bench: Bench) -> None:
    now, long_ago = timezone.now(), timezone.localdate() - timedelta(days=30)
    for model in (Promise, Task, Referral, Obstacle):
        model.objects.filter(due__lt=timezone.localdate(now) + timedelta(days=9)).update(due=long_ago)
    assert overview(bench, arranged).count('<b class="seal">late</b>') == 4
    words = "Something arranged is late"
    assert words in bench.client("lee").get(f"/en/desk/cases/{arranged.reference}/").text
    row = Promise.objects.get(due=long_ago)
    promises.settle_promise(row, PromiseAct.KEEP, by=bench.anna, at=now)
    assert overview(bench, arranged).count('<b class="seal">late</b>') == 3 and "A desk" not in overview(
        bench, arranged
    )


def test_every_address_leads_to_a_page_of_the_reader(arranged: LandingCase, bench: Bench) -> None:
    for address in re.findall(r'href="([^"]+)"', overview(bench, arranged)):
        assert bench.client("anna").get(address).status_code == 200, address


def test_a_case_that_has_ended_has_nothing_due_and_nobody_else_sees_it(arranged: LandingCase, bench: Bench) -> None:
    soon = timezone.localdate() + timedelta(days=7)
    assert len(dues_of_case(bench.anna, arranged, soon)) == 5 and dues_of_case(bench.clara, arranged, soon) != []
    assert {str(one.kind["en"]) for one in dues_of_case(bench.clara, arranged, soon)} == {"Referral"}  # her own unit's
    actions.end_case(LandingCase.objects.get(), End.LOST, "price", by=bench.anna, at=timezone.now())
    assert overview(bench, arranged) == ""


def test_all_rooms_are_asked_in_one_question(
    arranged: LandingCase, bench: Bench, django_assert_max_num_queries: Any
) -> None:
    client, place = bench.client("anna"), f"/en/desk/cases/{arranged.reference}/"
    client.get(place)
    with django_assert_max_num_queries(14):  # one of them counts obstacles, in the frame of every page
        assert "A desk" in client.get(place).text
