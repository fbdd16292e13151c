"""Answers that people keep: when the books change, what no longer holds is marked at once, and its owner told once."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from html import unescape
from typing import Any
from urllib.parse import unquote

import pytest
from django.core import mail
from django.test import Client

from luodi.advice.answers import Answers
from luodi.web.accounts.models import User
from luodi.web.advisor import determinations, staleness
from luodi.web.advisor.actions import enquiries as actions
from luodi.web.advisor.actions import saved as actions_saved
from luodi.web.advisor.models import Determination, Saved, Stale
from luodi.web.advisor.views import shared
from luodi.web.conftest import mailed, person, unit
from luodi.web.core.errors import NotPermitted
from luodi.web.core.keys import new_key
from luodi.web.core.roles import Role
from luodi.web.journal.models import Entry
from luodi.web.notices.models import Notice, Stopped
from luodi.web.notices.texts import stop_token

pytestmark = pytest.mark.django_db
CLOUD = "investor=SG&service=B11&place=BJ&share=100"
NOW = datetime.fromisoformat("2024-10-22T12:00:00+08:00")  # the day before the pilot areas were approved
NEXT = NOW + timedelta(days=1)


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared, "today", lambda: NEXT.date())


@pytest.fixture
def rita() -> User:
    user = person("rita")
    user.language = "en"
    user.save()
    return user


def save(user: User, query: str = CLOUD, at: datetime = NOW) -> Saved:
    return actions_saved.save_answers(Answers.of(query), "Cloud", today=at.date(), by=user, at=at)


def as_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def other_books(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The books change: to every question they answer what they answer for the day after."""
    real = staleness.plan_of

    def change(version: str = "new") -> None:
        monkeypatch.setattr(staleness, "books_now", lambda: version)
        monkeypatch.setattr(staleness, "plan_of", lambda answers, on: real(answers, max(on, NEXT.date())))

    yield change


def checked(at: datetime = NOW, *, daily: bool = False, capture: Any) -> int:
    with capture(execute=True):
        found = staleness.refresh(at, daily=daily)
    mailed(NEXT)
    return found


# ---- keeping


def test_one_signs_in_saves_and_finds_them_again(client: Client, rita: User) -> None:
    address = f"/en/advisor/saved/new/?{CLOUD}"
    asked = client.post(address, {"name": "Our cloud"})
    assert asked.status_code == 302 and "next=" in asked["location"] and not Saved.objects.exists()
    own = as_of(rita)
    assert "Internet data centre" in unescape(own.get(address).text)
    for _ in range(2):
        assert own.post(address, {"name": "Our cloud", "key": new_key()}).status_code == 302
    saved = Saved.objects.get()
    assert (saved.name, saved.determination.query, Determination.objects.count()) == ("Our cloud", CLOUD, 1)
    page = own.get("/en/advisor/saved/").text
    assert "Our cloud" in page and f"?{CLOUD}".replace("&", "&amp;") in page
    assert own.post(address, {"name": ""}).status_code == 422


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_result_is_kept_without_an_account_by_its_address_as_a_file_and_by_mail(client: Client, lang: str) -> None:
    page = client.get(f"/{lang}/advisor/saved/new/?{CLOUD}")
    assert page.status_code == 200 and not Saved.objects.exists()
    links = [unescape(link) for link in re.findall(r'href="([^"]+)"', page.text)]
    kept = next(link for link in links if "/plan/?" in link and "seen=" in link)
    assert "on=20" in kept and client.get(kept).status_code == 200
    for ending in ("pdf", "html", "json"):
        assert client.get(next(link for link in links if f"plan.{ending}?" in link)).status_code == 200
    letter = next(link for link in links if link.startswith("mailto:?"))
    assert unquote(letter).endswith(f"http://testserver{kept}") and "+" not in letter.split("body=")[0]


def test_saving_and_forgetting_are_written_down(rita: User) -> None:
    saved = save(rita)
    actions_saved.forget_answers(saved, by=rita, at=NOW)
    assert [row.act for row in Entry.objects.order_by("number")] == ["save", "forget"]
    assert not Saved.objects.exists() and not Determination.objects.exists()


@pytest.mark.parametrize("act", ["renew", "forget"])
def test_clara_sees_nothing(rita: User, act: str) -> None:
    saved, clara = save(rita), person("clara")
    other = as_of(clara)
    assert "Cloud" not in other.get("/en/advisor/saved/").text
    assert other.post(f"/en/advisor/saved/{saved.pk}/{act}/").status_code == 404
    with pytest.raises(NotPermitted):
        actions_saved.forget_answers(saved, by=clara, at=NOW)


# ---- what no longer holds


def test_when_nothing_differs_nothing_is_stale(rita: User, django_capture_on_commit_callbacks: Any) -> None:
    save(rita)
    assert checked(capture=django_capture_on_commit_callbacks) == 0
    assert not mail.outbox and not Stale.objects.exists()


def test_books_that_change_an_answer_make_it_stale_and_tell_its_owner_once(
    rita: User, other_books: Any, django_capture_on_commit_callbacks: Any
) -> None:
    saved = save(rita)
    other_books()
    counts = [checked(capture=django_capture_on_commit_callbacks) for _ in range(3)]
    assert counts == [1, 0, 0] and saved.determination.state == "stale"
    [letter] = mail.outbox
    assert letter.to == [rita.email]
    assert "Not allowed, closed → Allowed with conditions, up to 100 %" in letter.body
    assert Stale.objects.get().difference["was"][0][0] == "not_allowed"
    page = unescape(as_of(rita).get("/en/advisor/saved/").text)
    assert "the plan differs" in page and "Allowed with conditions, up to 100 %" in page


def test_books_that_change_again_tell_nobody_twice(
    rita: User, other_books: Any, django_capture_on_commit_callbacks: Any
) -> None:
    save(rita)
    for version in ("new", "newer"):
        other_books(version)
        checked(capture=django_capture_on_commit_callbacks)
    assert len(mail.outbox) == Notice.objects.count() == 1


def test_a_letter_fails_with_its_transaction_and_nothing_is_marked(
    rita: User, other_books: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(rita)
    save(rita, CLOUD.replace("SG", "DE"))
    other_books()
    told = []

    def breaking(*given: Any) -> Any:
        told.append(given)
        if len(told) == 2:
            raise OSError("the disk is full")
        return real(*given)

    real = staleness._owners
    monkeypatch.setattr(staleness, "_owners", breaking)
    with pytest.raises(OSError):
        staleness.refresh(NOW)
    assert not Stale.objects.exists() and not Notice.objects.exists()


def test_the_server_looks_kept_answers_through_when_it_starts(rita: User, other_books: Any) -> None:
    from luodi.web.server import look_through_answers

    save(rita)
    other_books()
    told: list[str] = []
    for _ in range(2):
        look_through_answers(told.append)
    assert told == ["1 kept answers no longer hold; their owners are told"]


def test_the_queue_looks_kept_answers_through_every_day() -> None:
    from django_tasks_db.models import DBTaskResult

    from luodi.web.worker import daily

    daily()
    assert "luodi.web.advisor.tasks.check_answers" in set(DBTaskResult.objects.values_list("task_path", flat=True))


def test_law_that_begins_by_itself_is_noticed_on_its_day(rita: User, django_capture_on_commit_callbacks: Any) -> None:
    saved, dated = save(rita), save(rita, f"{CLOUD}&on=2024-10-22")
    capture = django_capture_on_commit_callbacks
    assert checked(NOW, daily=True, capture=capture) == 0
    assert checked(NEXT, capture=capture) == 0  # a server that starts again asks nothing anew
    assert [checked(NEXT, daily=True, capture=capture) for _ in range(2)] == [1, 0]
    assert (saved.determination.state, dated.determination.state) == ("stale", "standing")


def test_an_open_enquiry_becomes_stale_and_a_closed_one_does_not(
    other_books: Any, django_capture_on_commit_callbacks: Any
) -> None:
    city = unit("City")
    anna = person("anna", Role.OFFICER, city)
    sender = actions.Sender("Mei", "mei@example.com", "zh")
    opened, closed = (
        actions.send_enquiry(Answers.of(CLOUD), NOW.date(), sender, city, by=None, key=new_key(), at=NOW)
        for _ in range(2)
    )
    actions.close_enquiry(closed, "Done.", by=anna, at=NOW)
    other_books()
    assert checked(capture=django_capture_on_commit_callbacks) == 1
    assert (opened.determination.state, closed.determination.state) == ("stale", "standing")
    [letter] = [one for one in mail.outbox if "变化" in one.subject]
    assert opened.reference in letter.body
    page = as_of(anna).get("/en/desk/enquiries/?state=stale").text
    assert opened.reference in page and closed.reference not in page


def test_todays_answer_replaces_the_stale_one(
    rita: User, other_books: Any, django_capture_on_commit_callbacks: Any
) -> None:
    saved = save(rita)
    old = saved.determination
    assert actions_saved.renew_answers(saved, today=NEXT.date(), by=rita, at=NEXT).determination == old
    other_books()
    checked(capture=django_capture_on_commit_callbacks)
    assert as_of(rita).post(f"/en/advisor/saved/{saved.pk}/renew/").status_code == 302
    saved.refresh_from_db()
    assert (old.state, saved.determination.state, saved.determination.verdict) == (
        "replaced",
        "standing",
        "conditional",
    )
    actions_saved.forget_answers(saved, by=rita, at=NOW)
    assert not Determination.objects.exists()


# ---- no more letters


def test_one_click_in_the_letter_stops_the_kind(
    rita: User, other_books: Any, client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    save(rita)
    other_books()
    checked(capture=django_capture_on_commit_callbacks)
    [letter] = mail.outbox
    link = re.search(r"<https?://[^/]+(/[^>]+)>", letter.extra_headers["List-Unsubscribe"]).group(1)
    assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click" and link in letter.body
    assert client.get(link).status_code == 200 and not Stopped.objects.exists()
    outside = Client(enforce_csrf_checks=True)
    assert [outside.post(link, {"List-Unsubscribe": "One-Click"}).status_code for _ in range(2)] == [200, 200]
    save(rita, CLOUD.replace("SG", "DE"))
    other_books("newer")
    assert checked(capture=django_capture_on_commit_callbacks) == 1
    assert len(mail.outbox) == 1


@pytest.mark.parametrize("token", ["x", "a:b:c"])
def test_a_forged_token_stops_nothing(client: Client, token: str) -> None:
    assert client.post(f"/en/notices/no-more/{token}/").status_code == 404
    assert client.get(f"/en/notices/no-more/{stop_token('a@example.com', 'security')}/").status_code == 404
    assert not Stopped.objects.exists()


def test_letters_can_be_wanted_again(rita: User) -> None:
    own = as_of(rita)
    given = {"key": new_key(), "digest": "0", "zone": "Asia/Shanghai"}
    own.post("/en/notices/settings/", given)
    assert Stopped.objects.filter(user=rita, kind="plan_changed").exists()
    own.post("/en/notices/settings/", {**given, "letters": "plan_changed"})
    assert not Stopped.objects.exists()


def test_the_hash_of_the_books_follows_the_books(monkeypatch: pytest.MonkeyPatch) -> None:
    before = determinations.books_now()
    real = determinations.load_book

    class Edited:
        hash = "0"

    monkeypatch.setattr(determinations, "load_book", lambda n: Edited() if n == "policies" else real(n))
    assert determinations.books_now() != before
