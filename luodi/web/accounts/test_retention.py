"""What is about people: every kind has a term, is given to them, is erased when they ask and when its term is over."""

import io
import json
import zipfile
from datetime import date, timedelta
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.db import models
from django.test import Client
from django.utils import timezone
from model_bakery import baker

from luodi.advice.answers import Answers
from luodi.web.accounts.actions.erasure import erase_over, erase_person
from luodi.web.accounts.models import Invitation, Membership, User
from luodi.web.accounts.test_pages import address, confirmed, send, signed_in
from luodi.web.advisor.actions.enquiries import Sender, answer_enquiry, close_enquiry, send_enquiry
from luodi.web.advisor.actions.saved import save_answers
from luodi.web.advisor.models import Determination, Enquiry, Reply, Report, Saved
from luodi.web.conftest import PASSWORD, person, unit
from luodi.web.core.errors import NotPermitted
from luodi.web.core.keys import new_key
from luodi.web.core.personal_data import Kept, Personal, looks_personal, rule_of, rules
from luodi.web.core.policy import every_model
from luodi.web.core.roles import Role
from luodi.web.core.words import words
from luodi.web.journal.models import Entry
from luodi.web.journal.queries import verified
from luodi.web.notices.models import Notice, Stopped

pytestmark = pytest.mark.django_db
CLOUD = Answers.of("investor=SG&service=B11&place=BJ&share=100")
NOW, TODAY = timezone.now(), timezone.localdate()


# ---- a rule for every kind


def test_every_model_that_looks_personal_has_a_rule() -> None:
    assert [model._meta.label for model in every_model() if looks_personal(model) and rule_of(model) is None] == []


def test_a_model_without_a_rule_would_be_seen() -> None:
    class Letter(models.Model):
        email = models.EmailField()

        class Meta:
            app_label = "nowhere"

    assert looks_personal(Letter) and rule_of(Letter) is None


def test_every_kind_and_every_term_has_words() -> None:
    labels = {model._meta.label_lower.replace(".", "_") for model in rules()}
    assert {label for label in labels if f"accounts.kind_{label}" not in words()} == set()
    since = {rule.since for rule in rules().values() if isinstance(rule, Personal)}
    assert {name for name in since if f"accounts.since_{name}" not in words()} == set()


@pytest.mark.parametrize("model", list(rules()), ids=lambda model: model._meta.label)
def test_every_field_that_a_rule_names_is_there(model: type[models.Model]) -> None:
    rule = rules()[model]
    for name in (*getattr(rule, "secret", ()), getattr(rule, "address", None), getattr(rule, "since", None)):
        if name:
            model._meta.get_field(name.split("__")[0])


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_everybody_can_read_what_is_kept_and_how_long(client: Client, lang: str) -> None:
    page = client.get(f"/{lang}/privacy/").text
    assert ("收到后（已办结的）3年" if lang == "zh" else "3 years after they came, once closed") in page


# ---- a person with everything


@pytest.fixture
def officer() -> User:
    return person("anna", Role.OFFICER, unit("City"))


@pytest.fixture
def mei(officer: User) -> User:
    """Keeps answers, sent an enquiry that was answered, reported a line, has letters, a factor and a session."""
    mei = person("mei")
    save_answers(CLOUD, "Cloud", today=TODAY, by=mei, at=NOW)
    for sender in (mei, None):  # signed in, and once without
        sent = send_enquiry(
            CLOUD,
            TODAY,
            Sender("Mei", mei.email, "en", message="When?"),
            officer.memberships.get().unit,
            by=sender,
            at=NOW,
        )
        answer_enquiry(sent, "Soon.", "en", key=new_key(), by=officer, at=NOW)
    baker.make(Report, email=mei.email, language="en")
    baker.make(Notice, email=mei.email, user=None)
    baker.make(Stopped, email=mei.email, user=None, kind="plan_changed")
    return mei


def taken(client: Client) -> tuple[Any, dict[str, bytes]]:
    answer = client.post("/en/account/data/take/")
    assert answer.status_code == 200 and "no-store" in answer["cache-control"]
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    return json.loads(files.pop("data.json")), files


def test_all_of_it_is_taken_out_with_its_plans_and_no_secret(mei: User) -> None:
    TOTP.activate(mei, generate_totp_secret())
    client = Client()
    client.force_login(mei)
    client.get("/en/account/")
    data, files = taken(client)
    assert data["accounts.User"] == [{**data["accounts.User"][0], "email": mei.email, "name": "Mei"}]
    assert len(data["advisor.Enquiry"]) == 2 and data["advisor.Enquiry"][0]["message"] == "When?"
    assert [row["name"] for row in data["advisor.Saved"]] == ["Cloud"]
    assert len(data["advisor.Report"]) == 1 and {row["kind"] for row in data["notices.Notice"]} >= {"enquiry_answered"}
    assert {entry["act"] for entry in data["journal.Entry"]} >= {"save", "send"}
    plans = [json.loads(content) for name, content in files.items() if "replies" not in name]
    assert len(plans) == 3 and all(plan["verdict"] == "conditional" for plan in plans)
    assert any(b"Soon." in content for content in files.values())
    told = json.dumps(data)
    assert "md5$" not in told and "secret" not in told and "session_key" not in told
    assert "password" not in data["accounts.User"][0] and "data" not in data["mfa.Authenticator"][0]
    assert Entry.objects.get(act="export").after["asked"] == {"own": True}


def test_nobody_takes_out_what_is_of_others(mei: User) -> None:
    client = Client()
    client.force_login(person("clara"))
    data, files = taken(client)
    assert "mei@" not in json.dumps(data) and files == {}
    assert data["advisor.Enquiry"] == data["advisor.Saved"] == []


def test_erased_there_is_nothing_left_and_the_journal_holds(mei: User) -> None:
    client = confirmed(signed_in(mei))
    assert send(client, "/en/account/data/erase/", {}).status_code == 422  # not without meaning it
    answer = send(client, "/en/account/data/erase/", {"sure": "on"})
    assert "Your account is erased" in answer.text
    for model in (User, Saved, Enquiry, Reply, Report, Notice, Stopped, Determination):
        assert not [row for row in model.objects.all() if "mei" in str(vars(row)).casefold()], model
    assert Determination.objects.count() == Enquiry.objects.count() == 0
    assert verified().entries == Entry.objects.count() and Entry.objects.get(act="erase").actor == mei.pk
    assert "mei@" not in str(list(Entry.objects.values()))
    assert client.get("/en/account/").status_code == 302
    assert client.post(address("account_login"), {"login": mei.email, "password": PASSWORD}).status_code == 422


def test_one_is_asked_again_before_erasing(mei: User) -> None:
    answer = send(signed_in(mei), "/en/account/data/erase/", {"sure": "on"})
    assert answer.status_code == 302 and "reauthenticate" in answer["location"]
    assert User.objects.filter(pk=mei.pk).exists()


def test_whoever_works_here_is_not_erased_before_the_role_has_ended(officer: User, mei: User) -> None:
    client = confirmed(signed_in(officer))
    answer = send(client, "/en/account/data/erase/", {"sure": "on"})
    assert answer.status_code == 422 and "administrator" in answer.text
    Membership.objects.filter(user=officer).update(ends=TODAY)
    erase_person(officer, by=officer, at=NOW)
    assert Reply.objects.count() == 2 and {row.author for row in Reply.objects.all()} == {None}


def test_an_administrator_erases_for_a_reason_and_nobody_else_does(mei: User, as_administrator: Client) -> None:
    with pytest.raises(NotPermitted):
        erase_person(mei, by=person("clara"), at=NOW)
    page = f"/en/account/people/{mei.pk}/erase/"
    send(as_administrator, page, {"reason": ""})
    assert User.objects.filter(pk=mei.pk).exists()
    assert send(as_administrator, page, {"reason": "asked by letter"}).status_code == 302
    assert not User.objects.filter(pk=mei.pk).exists()
    assert Entry.objects.get(act="erase").reason == "asked by letter"


def test_where_others_name_the_account_its_row_stays_without_a_person(
    mei: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def kept(self: User) -> None:
        raise models.ProtectedError("named by others", set())

    monkeypatch.setattr(User, "delete", kept)
    erase_person(mei, by=mei, at=NOW)
    left = User.objects.get(pk=mei.pk)
    assert (left.email, left.name, left.is_active) == (f"erased-{mei.pk}@invalid", "", False)
    assert not left.has_usable_password()


# ---- terms


def enquiry_of(officer: User, days: int, *, closed: bool) -> Enquiry:
    sent = send_enquiry(
        CLOUD,
        date(2026, 11, 25),
        Sender("Mei", "mei@example.com", "en"),
        officer.memberships.get().unit,
        by=None,
        key=new_key(),
        at=NOW - timedelta(days=days),
    )
    return close_enquiry(sent, "done", by=officer, at=NOW) if closed else sent


@pytest.mark.parametrize(("days", "closed", "left"), [(3 * 365, True, 1), (3 * 365 + 1, True, 0), (4 * 365, False, 1)])
def test_an_enquiry_goes_three_years_after_it_came_once_it_is_closed(
    officer: User, days: int, closed: bool, left: int
) -> None:
    enquiry_of(officer, days, closed=closed)
    erase_over(NOW)
    assert Enquiry.objects.count() == Determination.objects.count() == left


@pytest.mark.parametrize(("days", "left"), [(30, 1), (31, 0)])
def test_an_invitation_goes_thirty_days_after_it_is_over(days: int, left: int) -> None:
    baker.make(Invitation, expires=NOW - timedelta(days=days))
    assert erase_over(NOW) == ({} if left else {"accounts.Invitation": 1})
    assert Invitation.objects.count() == left
    assert erase_over(NOW) == {}


@pytest.mark.parametrize(("role", "left"), [(None, 0), (Role.ADMINISTRATOR, 1)])
def test_an_account_that_nobody_uses_goes_unless_it_has_a_role(role: Role | None, left: int) -> None:
    User.objects.filter(pk=person("ben", role).pk).update(last_login=NOW - timedelta(days=3 * 365 + 1))
    erase_over(NOW)
    assert User.objects.count() == left and verified().entries == Entry.objects.count()
    assert Entry.objects.filter(act="erase").exists() is not bool(left), "what stays is not written down as erased"


@pytest.mark.parametrize(("days", "left"), [(3 * 365, 1), (3 * 365 + 1, 0)])
def test_an_account_that_was_never_used_goes_three_years_after_it_was_made(days: int, left: int) -> None:
    User.objects.filter(pk=person("ben").pk).update(joined=NOW - timedelta(days=days), last_login=None)
    erase_over(NOW)
    assert User.objects.count() == left


def test_whoever_wants_no_letters_is_remembered_for_as_long_as_that() -> None:
    baker.make(Stopped, email="a@example.com", at=NOW - timedelta(days=9999))
    erase_over(NOW)
    assert Stopped.objects.count() == 1 and isinstance(rule_of(Stopped), Kept)


def test_it_is_done_once_a_day() -> None:
    from django_tasks_db.models import DBTaskResult

    from luodi.web.worker import daily

    daily()
    assert "luodi.web.accounts.tasks.erase_what_is_over" in DBTaskResult.objects.values_list("task_path", flat=True)
