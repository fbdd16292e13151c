"""From the result page to an officer and back: once, with exactly what was shown, and seen by nobody else."""

import re
from datetime import date
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from luodi.advice.answers import Answers
from luodi.casework.enquiries import Act, NotNow, State, after
from luodi.web.accounts.models import Unit, User
from luodi.web.advisor.actions import enquiries as actions
from luodi.web.advisor.determinations import document_of
from luodi.web.advisor.mail import secret_of
from luodi.web.advisor.models import Determination, Enquiry, Reply
from luodi.web.advisor.result import plan_of
from luodi.web.advisor.views import shared
from luodi.web.conftest import mailed, person, unit
from luodi.web.core import actions as core_actions
from luodi.web.core.errors import NotPermitted
from luodi.web.core.keys import new_key
from luodi.web.core.roles import Role
from luodi.web.journal.models import Entry

pytestmark = pytest.mark.django_db
CLOUD = "investor=SG&service=B11&place=BJ&share=100"
TODAY = date(2026, 11, 25)
WHO = {"name": "Mei", "email": "mei@example.com", "company": "Lantern Isle", "message": "When?", "consent": "on"}


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared, "today", lambda: TODAY)


@pytest.fixture
def city(db: None) -> Unit:
    return unit("City")


@pytest.fixture
def anna(city: Unit) -> User:
    return person("anna", Role.OFFICER, city)


@pytest.fixture
def clara(city: Unit) -> User:
    """An officer of another city."""
    return person("clara", Role.OFFICER, unit("Elsewhere"))


@pytest.fixture
def sent(city: Unit) -> Enquiry:
    sender = actions.Sender("Mei", "mei@example.com", "en", company="Lantern Isle", message="When?")
    return actions.send_enquiry(Answers.of(CLOUD), TODAY, sender, city, by=None, key=new_key(), at=timezone.now())


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def hidden(page: Any) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="(key|shown|version)" value="([^"]*)">', page.text))


def posted(client: Client, lang: str = "en", query: str = CLOUD, **more: str) -> Any:
    address = f"/{lang}/advisor/hand-over/?{query}"
    return client.post(address, {**hidden(client.get(address)), **WHO, **more})


# ---- handing over


def test_the_result_leads_to_a_page_that_shows_what_will_be_sent(client: Client, city: Unit) -> None:
    plan = client.get(f"/en/advisor/plan/?{CLOUD}").text
    link = unescape(re.search(r'class="button main" href="([^"]+)">Hand over', plan).group(1))
    page = unescape(client.get(link).text)
    for words in (
        "Singapore",
        "Internet data centre",
        "City",
        "Allowed with conditions",
        "Notice on piloting wider opening",
        "steps: 18",
        "25 November 2026",
        "2026.11",
    ):
        assert words in page, words
    assert not Enquiry.objects.exists()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_is_sent_becomes_an_enquiry_with_a_page_and_a_letter(
    client: Client, city: Unit, lang: str, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        answer = posted(client, lang)
    enquiry = Enquiry.objects.get()
    assert (enquiry.unit, enquiry.language, enquiry.state, enquiry.sender) == (city, lang, "new", None)
    assert answer.status_code == 302
    page = client.get(answer["location"]).text
    assert enquiry.reference in page and "Lantern" not in page.split("<h1>")[0]
    [letter] = mailed()
    assert letter.to == ["mei@example.com"] and enquiry.reference in letter.subject
    assert client.get(re.search(r"https?://[^/]+(/\S+)", letter.body).group(1)).status_code == 200


def test_invariant_08_a_determination_names_book_facts_clauses_and_is_never_edited(sent: Enquiry) -> None:
    kept = sent.determination
    plan = plan_of(Answers.of(CLOUD), TODAY)
    assert (kept.verdict, kept.on, kept.has_day) == ("conditional", TODAY, False)
    assert kept.books == plan["books"] and {"attribute": "share", "value": "100"} in kept.facts
    assert "miit-2024-107" in {row["instrument"] for row in kept.clauses}
    assert document_of(kept) == plan
    with pytest.raises(TypeError):
        kept.save()
    with pytest.raises(TypeError):
        Determination.objects.update(verdict="allowed")


def test_invariant_08_an_unknown_fact_is_kept_as_missing(city: Unit) -> None:
    sender = actions.Sender("Mei", "mei@example.com", "en")
    made = actions.send_enquiry(
        Answers.of("service=B11&investor=SG&place=~"), TODAY, sender, city, by=None, key=new_key(), at=timezone.now()
    )
    assert (made.determination.verdict, "place" in made.determination.missing) == ("unknown", True)


def test_invariant_20_two_clicks_and_a_replay_make_one_enquiry(client: Client, city: Unit) -> None:
    address = f"/en/advisor/hand-over/?{CLOUD}"
    form = {**hidden(client.get(address)), **WHO}
    places = {client.post(address, form)["location"] for _ in range(3)}
    assert len(places) == 1 and Enquiry.objects.count() == 1
    assert Determination.objects.count() == 1


def test_of_two_clicks_at_once_the_later_finds_what_the_other_made(city: Unit, monkeypatch: pytest.MonkeyPatch) -> None:
    """The function runs while the other request stores the same key."""
    sender, key = actions.Sender("Mei", "mei@example.com", "en"), new_key()

    def send(key: str) -> Enquiry:
        made = actions.send_enquiry(Answers.of(CLOUD), TODAY, sender, city, by=None, key=key, at=timezone.now())
        assert isinstance(made, Enquiry)
        return made

    first = send(key)
    plain = core_actions.find_key
    asked = iter([True])
    monkeypatch.setattr(core_actions, "find_key", lambda *given: None if next(asked, False) else plain(*given))
    assert send(key) == first and Enquiry.objects.count() == 1
    assert send(new_key()) != first


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"email": "nobody"}, 'href="#id_email"'),
        ({"name": ""}, 'href="#id_name"'),
        ({"consent": ""}, 'href="#id_consent"'),
        ({"key": "x"}, "The form is damaged"),
        ({"message": "a\0b"}, 'href="#id_message"'),
        ({"shown": "0" * 64}, "have changed since this page was shown"),
    ],
)
def test_a_form_that_does_not_pass_stores_nothing_and_says_why(
    client: Client, city: Unit, more: dict[str, str], says: str
) -> None:
    answer = posted(client, **more)
    assert answer.status_code == 422 and says in unescape(answer.text)
    assert not Enquiry.objects.exists() and not mailed()


def test_what_changed_since_it_was_shown_can_be_sent_after_looking_again(client: Client, city: Unit) -> None:
    again = posted(client, shown="0" * 64)
    address = f"/en/advisor/hand-over/?{CLOUD}"
    assert client.post(address, {**WHO, **hidden(again)}).status_code == 302


def test_a_form_from_elsewhere_is_refused(city: Unit) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(f"/en/advisor/hand-over/?{CLOUD}", WHO).status_code == 403


def test_a_stranger_cannot_send_without_end(client: Client, city: Unit, settings: Any) -> None:
    settings.ANONYMOUS_LETTERS = 2
    answers = [posted(client) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [302, 302, 429]
    assert answers[-1]["retry-after"] == "3600"


def test_without_a_unit_nobody_receives(client: Client, db: None) -> None:
    page = client.get(f"/en/advisor/hand-over/?{CLOUD}")
    assert page.status_code == 200 and "No office receives enquiries yet" in page.text and "/en/contact/" in page.text
    assert client.post(f"/en/advisor/hand-over/?{CLOUD}").status_code == 503


def test_the_unit_of_the_settings_receives(client: Client, city: Unit, settings: Any) -> None:
    office = unit("Office", city)
    settings.ENQUIRY_UNIT = office.pk
    posted(client)
    assert Enquiry.objects.get().unit == office


def test_an_odd_address_is_no_fault(client: Client, city: Unit) -> None:
    assert posted(client, query="service=%00&investor=XX&share=1e400&name=%3Cb%3E").status_code == 302
    assert Enquiry.objects.get().determination.verdict is not None


@pytest.mark.parametrize("secret", ["x", "2026-AAAAAA", "2026-AAAAAA:abc", "%00"])
def test_a_guessed_address_opens_nothing(client: Client, sent: Enquiry, secret: str) -> None:
    assert client.get(f"/en/advisor/enquiry/{secret}/").status_code == 404
    assert client.get(f"/en/advisor/enquiry/{sent.reference}/").status_code == 404
    page = client.get(f"/en/advisor/enquiry/{secret_of(sent)}/")
    assert page.status_code == 200 and "no-store" in page["cache-control"] and page["x-robots-tag"] == "noindex"


def test_whoever_had_signed_in_finds_their_enquiries_again(city: Unit) -> None:
    rita, clara = person("rita"), person("clara")
    posted(signed_in(rita))
    reference = Enquiry.objects.get(sender=rita).reference
    page = signed_in(rita).get("/en/advisor/saved/").text
    link = re.search(rf'href="([^"]+)">{reference}', page).group(1)
    assert reference in Client().get(link).text
    assert reference not in signed_in(clara).get("/en/advisor/saved/").text


# ---- what an officer does


def test_an_officer_finds_opens_assigns_answers_and_closes(
    sent: Enquiry, anna: User, client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    desk, place = signed_in(anna), f"/en/desk/enquiries/{sent.pk}/"
    assert sent.reference in desk.get("/en/desk/enquiries/?words=lantern").text
    assert sent.reference not in desk.get("/en/desk/enquiries/?words=nothing").text
    page = desk.get(place)
    assert "Nothing that the plan rests on has changed" in page.text
    with django_capture_on_commit_callbacks(execute=True):
        assert desk.post(f"{place}assign/", hidden(page)).status_code == 302
        page = desk.get(place)
        said = {"text": "From spring on.", "language": "en", **hidden(page)}
        assert [desk.post(f"{place}answer/", said).status_code for _ in range(2)] == [302, 302]
    assert Reply.objects.get().text == "From spring on."
    mine = [letter for letter in mailed() if sent.email in letter.to]
    assert ["answered" in letter.subject for letter in mine] == [False, True]
    seen = unescape(client.get(f"/en/advisor/enquiry/{secret_of(sent)}/").text)
    assert "From spring on." in seen and "Officer’s opinion" in seen
    with django_capture_on_commit_callbacks(execute=True):
        assert desk.post(f"{place}close/", {**hidden(desk.get(place)), "reason": "Answered."}).status_code == 302
    assert "Answered." in mailed()[-1].body
    refused = desk.post(f"{place}close/", {"key": new_key(), "reason": "Otherwise."})
    assert refused.status_code == 422 and "closed already" in refused.text


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_of_two_officers_with_one_enquiry_open_the_second_is_told_before_the_sender_gets_two_answers(
    sent: Enquiry, anna: User, city: Unit, lang: str
) -> None:
    place = f"/{lang}/desk/enquiries/{sent.pk}/"
    ben = signed_in(person("ben", Role.OFFICER, city))
    stale = hidden(ben.get(place))
    actions.answer_enquiry(sent, "Yes.", "en", key=new_key(), by=anna, at=timezone.now())
    said = {"text": "Not before autumn.", "language": "en", "reason": "Not for us."}
    for act in ("answer", "close", "assign"):
        told = ben.post(f"{place}{act}/", {**stale, **said})
        assert told.status_code == 409 and {"zh": "有人处理了", "en": "Somebody acted"}[lang] in told.text
        assert act == "assign" or said["text" if act == "answer" else "reason"] in told.text
    again = hidden(ben.post(f"{place}answer/", {**stale, **said}))
    assert [ben.post(f"{place}answer/", {**again, **said}).status_code for _ in range(2)] == [302, 302]
    assert list(sent.replies.order_by("pk").values_list("text", flat=True)) == ["Yes.", "Not before autumn."]


def test_each_act_is_written_down_with_before_and_after_and_without_personal_data(sent: Enquiry, anna: User) -> None:
    actions.assign_enquiry(sent, by=anna, at=timezone.now())
    actions.assign_enquiry(sent, by=anna, at=timezone.now())
    actions.answer_enquiry(sent, "Yes.", "en", key=new_key(), by=anna, at=timezone.now())
    actions.close_enquiry(sent, "Done.", by=anna, at=timezone.now())
    rows = Entry.objects.filter(kind="advisor.Enquiry").order_by("number")
    states = [((row.before or {}).get("state"), row.after["state"]) for row in rows]
    assert [row.act for row in rows] == ["send", "assign", "answer", "close"]
    assert states == [(None, "new"), ("new", "assigned"), ("assigned", "answered"), ("answered", "closed")]
    assert not any("mei@example.com" in str((row.before, row.after)) for row in Entry.objects.all())


def test_the_whole_plan_as_it_was(sent: Enquiry, anna: User) -> None:
    page = signed_in(anna).get(f"/en/desk/enquiries/{sent.pk}/plan/")
    assert page.status_code == 200 and 'class="seal' in page.text


@pytest.mark.parametrize("path", ["", "plan/", "assign/", "answer/", "close/"])
def test_clara_sees_nothing(sent: Enquiry, clara: User, path: str) -> None:
    desk = signed_in(clara)
    place = f"/en/desk/enquiries/{sent.pk}/{path}"
    answer = desk.get(place) if path in ("", "plan/") else desk.post(place, {"reason": "x", "text": "x"})
    assert answer.status_code == 404 and "Mei" not in answer.text
    assert sent.reference not in desk.get("/en/desk/enquiries/?state=").text


@pytest.mark.parametrize("role", [None, Role.ADMINISTRATOR, Role.POLICY_OFFICER])
def test_who_is_no_officer_is_refused(sent: Enquiry, role: Role | None) -> None:
    other = signed_in(person("otto", role))
    assert other.get("/en/desk/enquiries/").status_code == 403
    assert other.get(f"/en/desk/enquiries/{sent.pk}/").status_code == 403
    assert Client().get("/en/desk/enquiries/").status_code == 302


def test_a_leader_reads_and_does_not_act(sent: Enquiry, city: Unit) -> None:
    leader = person("lee", Role.LEADER, city)
    page = signed_in(leader).get(f"/en/desk/enquiries/{sent.pk}/")
    assert page.status_code == 200 and "Send the answer" not in page.text
    with pytest.raises(NotPermitted):
        actions.close_enquiry(sent, "Enough.", by=leader, at=timezone.now())


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("act", list(Act))
def test_nothing_happens_to_what_is_closed(state: State, act: Act) -> None:
    if state.is_open:
        assert isinstance(after(state, act), State)
    else:
        with pytest.raises(NotNow):
            after(state, act)


def test_the_desk_stands_in_the_navigation_of_those_who_work_there(anna: User, client: Client) -> None:
    assert '/en/desk/enquiries/"' in signed_in(anna).get("/en/").text
    assert "/desk/" not in client.get("/en/").text
    assert "/desk/" not in signed_in(person("otto")).get("/en/").text
