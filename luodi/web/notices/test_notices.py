"""Being told by e-mail without an account: asked twice, told once of each change, and forgotten with one click."""

import re
from datetime import datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client, override_settings

from luodi.advice.answers import Answers
from luodi.web.advisor import staleness
from luodi.web.advisor import subjects as advisor
from luodi.web.advisor.subjects import PlanSubject
from luodi.web.conftest import mailed
from luodi.web.journal.models import Entry
from luodi.web.library import subjects as library
from luodi.web.library.subjects import CellSubject, EntrySubject
from luodi.web.notices import actions, mail
from luodi.web.notices import links as secret_links
from luodi.web.notices.models import Notice, Subscription
from luodi.web.notices.subjects import Subject

pytestmark = pytest.mark.django_db
CLOUD = "investor=SG&service=B11&place=BJ&share=100"
PLAN, ENTRY, CELL = f"plan/?{CLOUD}", "law/treatment/p24-b11/", "table/B11/BJ/"
NOW = datetime.fromisoformat("2024-10-22T12:00:00+08:00")  # the day before the pilot areas were approved
NEXT = NOW + timedelta(days=1)
MEI = "mei@example.com"


def deliver(at: datetime = NOW) -> list[Any]:
    """What went out now."""
    return mailed(at)


def wish(subject: Subject | None, email: str = MEI, lang: str = "en", at: datetime = NOW) -> Subscription:
    """Asked for and confirmed."""
    assert subject is not None
    actions.ask(subject, email, lang, at=at)
    deliver(at)
    found = Subscription.objects.get(email=email, fingerprint=subject.fingerprint)
    actions.confirm(found.name, at=at)
    return found


def plan() -> Subject:
    found = PlanSubject.find(Answers.of(CLOUD))
    assert found is not None
    return found


def links(letter: Any) -> dict[str, str]:
    """The paths in a letter by what they are for."""
    found = re.findall(r"https?://[^/]+(/\w+/notices/(confirm|stop)/[^\s]+)", letter.body)
    return {act: path for path, act in found}


@pytest.fixture
def other_books(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The books change: to every question they answer what they answer for the day after."""
    real_plan, real_cell = advisor.plan_of, library.cell

    def change(version: str = "new") -> None:
        monkeypatch.setattr(staleness, "books_now", lambda: version)
        monkeypatch.setattr(advisor, "plan_of", lambda answers, on: real_plan(answers, max(on, NEXT.date())))
        monkeypatch.setattr(library, "cell", lambda s, p, on, who: real_cell(s, p, max(on, NEXT.date()), who))

    return change


# ---- asking, and saying that it was oneself


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("path", [PLAN, ENTRY, CELL])
def test_one_asks_confirms_and_is_told_without_an_account(client: Client, path: str, lang: str) -> None:
    address = f"/{lang}/notices/{path}"
    assert client.get(address).status_code == 200
    assert client.post(address, {"email": "no address"}).status_code == 422
    sent = client.post(address, {"email": "Mei@Example.com"})
    assert (sent.status_code, sent["location"]) == (302, f"/{lang}/notices/asked/")
    assert client.get(sent["location"]).status_code == 200
    [letter] = deliver(datetime.now().astimezone())
    assert letter.to == [MEI] and Subscription.objects.get().confirmed is None
    link = links(letter)["confirm"]
    assert client.get(link).status_code == 200 and Subscription.objects.get().confirmed is None
    done = client.post(link)
    assert done.status_code == 200 and Subscription.objects.get().confirmed is not None
    assert client.post(link).status_code == client.get(link).status_code == 200
    assert [e.act for e in Entry.objects.order_by("number")] == ["ask", "confirm"]
    assert MEI not in str(list(Entry.objects.values())) and CLOUD not in str(list(Entry.objects.values()))


@pytest.mark.parametrize(
    ("page", "link"),
    [
        (f"advisor/plan/?{CLOUD}", f"notices/plan/?{CLOUD}"),
        ("law/treatment/p24-b11/", "notices/law/treatment/p24-b11/"),
        ("law/table/B11/BJ/", "notices/table/B11/BJ/"),
    ],
)
def test_the_pages_lead_there(client: Client, page: str, link: str) -> None:
    assert f'href="/en/{link}"' in unescape(client.get(f"/en/{page}").text)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("law/treatment/nothing/", 404),
        ("table/B11/nowhere/", 404),
        ("law/odd/x/", 404),
        ("plan/?service=B1l", 302),
        ("plan/", 302),
    ],
)
def test_what_is_not_there_cannot_be_asked_for(client: Client, path: str, status: int) -> None:
    assert client.post(f"/en/notices/{path}", {"email": MEI}).status_code == status
    assert not Subscription.objects.exists()


def test_nobody_learns_whether_an_address_is_known(client: Client) -> None:
    """Known, confirmed or new: the page says the same, and what goes out goes to the address alone."""
    wish(EntrySubject.find("treatment", "p24-b11"), "known@example.com")
    told = set()
    for email in ("known@example.com", "new@example.com", "new@example.com"):
        sent = client.post(f"/en/notices/{ENTRY}", {"email": email}, follow=True)
        told.add((sent.redirect_chain[0], sent.text))
    assert len(told) == 1
    bodies = {letter.to[0]: letter.subject for letter in deliver(datetime.now().astimezone())}
    assert bodies == {
        "known@example.com": "You are being told of this already",
        "new@example.com": "Please confirm that you want to be told",
    }


def test_an_address_gets_few_letters_whoever_asks() -> None:
    names = ["p24-b11", "n-b11-closed", *[row.id for row in library.shelf().by_kind["policy"][:20]]]
    kinds = ["treatment", "treatment", *["policy"] * 20]
    wishes = [EntrySubject.find(kind, name) for kind, name in zip(kinds, names, strict=True)]
    for subject in wishes:
        assert subject is not None
        actions.ask(subject, MEI, "en", at=NOW)
        actions.ask(subject, MEI, "en", at=NOW)
    assert len(deliver()) == actions.OPEN == Subscription.objects.count()
    for hours in range(1, 24):
        actions.ask(plan() if hours % 2 else wishes[0], MEI, "en", at=NOW + timedelta(hours=hours))
    assert deliver(NOW + timedelta(hours=23)) == []
    actions.ask(wishes[0], MEI, "en", at=NOW + timedelta(hours=25))
    assert len(deliver(NOW + timedelta(hours=25))) == 1


@override_settings(ANONYMOUS_LETTERS=2)
def test_a_network_address_may_ask_few_times_an_hour(client: Client) -> None:
    sent = [client.post(f"/en/notices/{ENTRY}", {"email": f"{n}@example.com"}).status_code for n in range(3)]
    assert sent == [302, 302, 429]


def test_a_letter_to_a_stranger_holds_no_word_of_whoever_typed_the_address(client: Client) -> None:
    query = f"{CLOUD}&held=Buy+pills&stake=Buy+pills|foreign||51"
    client.post(f"/en/notices/plan/?{query}", {"email": MEI})
    [letter] = deliver(datetime.now().astimezone())
    assert "pills" not in letter.body + letter.subject and "Beijing" in letter.body


@pytest.mark.parametrize(("days", "there"), [(6, True), (8, False)])
def test_what_nobody_confirms_is_erased_after_a_week(client: Client, days: int, there: bool) -> None:
    actions.ask(plan(), MEI, "en", at=NOW)
    [letter] = deliver()
    actions.forget_unconfirmed(NOW + timedelta(days=days))
    assert Subscription.objects.exists() is Notice.objects.exists() is there
    if not there:
        assert client.get(links(letter)["confirm"]).status_code == 410
        assert Entry.objects.order_by("-number").first().act == "forget"


def test_what_is_confirmed_stays() -> None:
    wish(plan())
    assert actions.forget_unconfirmed(NOW + timedelta(days=999)) == 0 and Subscription.objects.exists()


# ---- being told


@pytest.mark.parametrize(
    ("subject", "said"),
    [
        ("plan", "Not allowed, closed → Allowed with conditions, up to 100 %"),
        ("cell", "foreign investors: not open → on conditions, up to 100 %"),
    ],
)
def test_when_the_books_change_one_letter_goes(subject: str, said: str, other_books: Any) -> None:
    staleness.refresh(NOW)
    wish(plan() if subject == "plan" else CellSubject.find("B11", "BJ"))
    other_books()
    for _ in range(3):
        staleness.refresh(NOW)
    [letter] = deliver()
    assert said in letter.body and deliver(NOW + timedelta(days=2)) == []
    assert letter.subject.startswith("Changed: ") and links(letter).keys() == {"stop"}
    other_books("newer")
    staleness.refresh(NOW)
    assert deliver() == []


def test_each_person_is_told_in_their_language_and_once(other_books: Any) -> None:
    for number in range(3):
        wish(plan(), f"{number}@example.com", "zh" if number else "en")
    wish(CellSubject.find("B11", "BJ"), "0@example.com")
    other_books()
    staleness.refresh(NOW)
    sent = deliver()
    assert sorted(letter.to[0][0] for letter in sent) == ["0", "0", "1", "2"]
    assert [("有变化" in letter.subject) for letter in sorted(sent, key=lambda one: one.to[0])] == [
        False,
        False,
        True,
        True,
    ]


def test_nothing_is_told_before_it_is_confirmed_and_then_at_once(other_books: Any) -> None:
    actions.ask(plan(), MEI, "en", at=NOW)
    deliver()
    other_books()
    staleness.refresh(NOW)
    assert deliver() == []
    actions.confirm(Subscription.objects.get().name, at=NOW)
    [letter] = deliver()
    assert "Allowed with conditions" in letter.body


def test_law_that_begins_by_itself_is_told_on_its_day() -> None:
    entry, dated = EntrySubject.find("treatment", "p24-b11"), PlanSubject.find(Answers.of(f"{CLOUD}&on=2024-10-22"))
    staleness.refresh(NOW, daily=True)
    wish(entry)
    wish(dated)
    staleness.refresh(NEXT)
    assert deliver(NEXT) == []
    for _ in range(2):
        staleness.refresh(NEXT, daily=True)
    [letter] = deliver(NEXT)
    assert "Not yet in force → In force" in letter.body


def test_an_entry_that_leaves_the_books_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    one = wish(EntrySubject.find("treatment", "p24-b11"))
    monkeypatch.setattr(staleness, "books_now", lambda: "new")
    made = library.shelf()
    monkeypatch.delitem(made.entries, ("treatment", "p24-b11"))
    staleness.refresh(NOW)
    [letter] = deliver()
    assert "no longer stands in the books" in letter.body
    one.refresh_from_db()
    assert one.state == {"there": False}


def test_what_an_entry_says_is_compared_line_by_line() -> None:
    subject = EntrySubject.find("treatment", "p24-b11")
    assert subject is not None
    before = dict(subject.state(NEXT.date()))
    after = {**before, "days": ["2024-10-23", "2030-01-01"], "says": {**before["says"], "en": ["new words"]}}
    lines = list(subject.difference(before, after, "en"))
    assert lines[0].startswith("Last day: not stated → 1 January 2030") and "+ new words" in lines
    assert list(subject.difference(before, before, "zh")) == []


def test_a_change_that_is_undone_tells_nobody(other_books: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from luodi.web.notices import changes

    wish(plan())
    other_books()

    def fails(*given: Any, **more: Any) -> None:
        raise OSError("the disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(changes, "make_due", fails)
        with pytest.raises(OSError):
            staleness.refresh(NOW)
    assert not Notice.objects.filter(kind="wish_changed").exists() and Subscription.objects.get().changes == 0
    staleness.refresh(NOW)
    assert len(deliver()) == 1


# ---- sending


def test_a_letter_that_the_post_office_does_not_take_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    actions.ask(plan(), MEI, "en", at=NOW)
    with monkeypatch.context() as patched:

        def refuses(self: Any) -> None:
            raise ConnectionRefusedError

        patched.setattr(mail.EmailMessage, "send", refuses)
        assert mail.deliver(NOW) == (0, 1)
    later = NOW + mail.AGAIN
    assert mail.deliver(later - timedelta(seconds=1)) == (0, 0)
    assert mail.deliver(later) == (1, 0) and mail.deliver(later) == (0, 0)


def test_an_address_that_no_letter_can_have_stops_no_letter_of_others() -> None:
    """A form takes a name of a host in 60 Chinese letters, which is longer than one may be once it is encoded."""
    actions.ask(plan(), f"mei@{'中' * 60}.cn", "en", at=NOW)
    actions.ask(plan(), MEI, "en", at=NOW)
    assert mail.deliver(NOW) == (1, 1)
    assert mail.deliver(NOW + timedelta(days=1)) == (0, 0)
    assert sorted(Notice.objects.values_list("withheld", flat=True)) == ["", "address"]


def test_what_a_killed_sender_had_taken_goes_an_hour_later_under_the_same_name() -> None:
    actions.ask(plan(), MEI, "en", at=NOW)
    Notice.objects.update(taken=NOW)
    assert deliver(NOW + timedelta(minutes=59)) == []
    [letter] = deliver(NOW + timedelta(minutes=61))
    one = Notice.objects.get()
    assert letter.extra_headers["Message-ID"] == f"<notice-{one.pk}-20241022040000000000@localhost>"


def test_the_queue_sends_and_tidies_every_day() -> None:
    from django_tasks_db.models import DBTaskResult

    from luodi.web.notices.tasks import forget_unconfirmed, send_letters
    from luodi.web.worker import daily, on_its_day

    daily()
    assert DBTaskResult.objects.filter(task_path="luodi.web.notices.tasks.forget_unconfirmed").exists()
    letters_queued = DBTaskResult.objects.filter(task_path="luodi.web.notices.tasks.send_letters")
    on_its_day()
    assert not letters_queued.exists()
    actions.ask(plan(), MEI, "en", at=NOW)
    for _ in range(2):
        on_its_day()
    assert letters_queued.count() == 1
    assert send_letters.func() == 1 and forget_unconfirmed.func() == 1


# ---- stopping


def test_one_click_stops_and_erases_the_address(client: Client, other_books: Any) -> None:
    wish(plan())
    other_books()
    staleness.refresh(NOW)
    [letter] = deliver()
    link = re.search(r"<https?://[^/]+(/[^>]+)>", letter.extra_headers["List-Unsubscribe"]).group(1)
    assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click" and link in letter.body
    assert client.get(link).status_code == 200 and Subscription.objects.exists()
    outside = Client(enforce_csrf_checks=True)
    assert [outside.post(link, {"List-Unsubscribe": "One-Click"}).status_code for _ in range(2)] == [200, 200]
    assert not Subscription.objects.exists() and not Notice.objects.exists()
    assert Entry.objects.order_by("-number").first().act == "stop"
    assert MEI not in client.get(link).text


@pytest.mark.parametrize("act", ["confirm", "stop"])
def test_a_token_is_good_for_its_act_alone(client: Client, act: str) -> None:
    one = wish(plan())
    other = secret_links.token(one, "stop" if act == "confirm" else "confirm")
    for token in (other, one.name, "x", "a:b:c"):
        assert client.post(f"/en/notices/{act}/{token}/").status_code == 404
    assert Subscription.objects.exists()
