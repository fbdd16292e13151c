"""What was decided at a meeting becomes a task: it stands on the meeting, the case and the day, and is closed once."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from luodi.casework.states import NotNow
from luodi.casework.tasks import TaskAct
from luodi.errors import MissingKey, OutOfRange, UnknownValue
from luodi.web.cases.conftest import Bench, bench
from luodi.web.core.errors import NotPermitted
from luodi.web.dealings.actions import interactions
from luodi.web.dealings.agenda import day_rows
from luodi.web.dealings.models import Interaction, TalkKind, Task

__all__ = ["bench"]
pytestmark = pytest.mark.django_db
NOW = timezone.now()
SOON = timezone.localdate(NOW) + timedelta(days=2)


@pytest.fixture
def meeting(bench: Bench) -> Interaction:
    made: Interaction = interactions.add_talk(bench.open(), TalkKind.MEETING, "Site and racks", by=bench.anna, at=NOW)
    return made


def decided(bench: Bench, meeting: Interaction, what: str = "Send the floor plan") -> Task:
    made: Task = interactions.decide(meeting, what, bench.ben, SOON, by=bench.anna, at=NOW)
    return made


def test_a_decision_stands_on_the_meeting_the_case_and_the_day_of_its_owner(bench: Bench, meeting: Interaction) -> None:
    task = decided(bench, meeting)
    assert (task.case, task.talk, task.by) == (meeting.case, meeting, bench.anna)
    assert [row.what["en"] for row in day_rows(bench.ben, timezone.localdate(NOW), 10)] == ["Send the floor plan"]
    for address in (f"/en/desk/talks/{meeting.pk}/", reverse("cases:part", args=[task.case.reference, "dealings"])):
        page = bench.client("anna").get(address)
        assert page.status_code == 200 and "Send the floor plan" in page.text, address
    assert f"/desk/talks/{meeting.pk}/" in bench.client("ben").get(f"/en/dealings/task/{task.pk}/").text


def test_a_decision_is_closed_once_and_the_meeting_says_so(bench: Bench, meeting: Interaction) -> None:
    task = interactions.settle_task(decided(bench, meeting), TaskAct.DO, by=bench.ben, at=NOW)
    assert "Done" in bench.client("anna").get(f"/en/desk/talks/{meeting.pk}/").text
    for act in TaskAct:
        with pytest.raises(NotNow):
            interactions.settle_task(task, act, "no", by=bench.ben, at=NOW)


def test_a_decision_has_words_an_owner_of_the_case_and_a_day_to_come(bench: Bench, meeting: Interaction) -> None:
    yesterday = timezone.localdate(NOW) - timedelta(days=1)
    for what, owner, due, problem in (
        (" ", bench.ben, SOON, MissingKey),
        ("Send it", bench.ben, None, MissingKey),
        ("Send it", bench.ben, yesterday, OutOfRange),
        ("Send it", bench.clara, SOON, UnknownValue),
    ):
        with pytest.raises(problem):
            interactions.decide(meeting, what, owner, due, by=bench.anna, at=NOW)
    assert interactions.decide(meeting, "Today", bench.ben, timezone.localdate(NOW), by=bench.anna, at=NOW)


def test_other_units_neither_read_nor_add(bench: Bench, meeting: Interaction) -> None:
    with pytest.raises(NotPermitted):
        interactions.decide(meeting, "Send it", bench.ben, SOON, by=bench.clara, at=NOW)
    assert bench.client("clara").get(f"/en/desk/talks/{meeting.pk}/").status_code == 404
    assert not Task.objects.exists()


def test_a_decision_is_recorded_by_the_form_of_the_page(bench: Bench, meeting: Interaction) -> None:
    client, address = bench.client("anna"), f"/zh/desk/talks/{meeting.pk}/"
    key = re.findall(r'name="key" value="([^"]*)"', client.get(address).text)[0]
    sent = {"act": "decide", "key": key, "what": "寄送平面图", "owner": bench.ben.pk, "due": SOON.isoformat()}
    assert client.post(address, {**sent, "due": "2999-13-01"}).status_code == 422
    assert client.post(address, sent).status_code == client.post(address, sent).status_code == 302
    assert Task.objects.get().what == "寄送平面图"
    assert "寄送平面图" in client.get(address).text
