"""Invitations, roles and shutting people out: on the administrator's pages, and what comes of it."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from luodi.web.accounts.actions.invitations import accept, invite
from luodi.web.accounts.actions.people import add_user, disable_user
from luodi.web.accounts.actions.roles import end_role, give_role
from luodi.web.accounts.actions.units import add_unit
from luodi.web.accounts.models import Company, Invitation, Membership, Unit, User
from luodi.web.accounts.test_pages import address, send, signed_in
from luodi.web.accounts.validation import Grant
from luodi.web.conftest import PASSWORD, SINCE, by_operator, mailed, person, unit
from luodi.web.core.errors import NotPermitted
from luodi.web.core.permissions import has_role
from luodi.web.core.roles import Role
from luodi.web.journal.models import Entry
from luodi.web.journal.queries import verified

pytestmark = pytest.mark.django_db


@pytest.fixture
def letters(django_capture_on_commit_callbacks: Any) -> Any:
    """Letters leave after the transaction, which a test has to end."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


def link_in(letter: Any) -> str:
    return str(re.search(r"http://testserver(/\S+)", letter.body)[1])


@pytest.mark.parametrize(("language", "prefix"), [("zh-hans", "/zh/"), ("en", "/en/")])
def test_an_invitation_makes_an_account_with_its_role(
    as_administrator: Client, letters: Any, language: str, prefix: str
) -> None:
    bureau = unit("Bureau")
    with letters():
        answer = send(
            as_administrator,
            address("accounts:invite"),
            {"email": "Olga@Example.com", "language": language, "role": "officer", "unit": bureau.pk},
        )
    assert answer.status_code == 302, answer.text
    link = link_in(mail.outbox[-1])
    assert link.startswith(prefix) and mail.outbox[-1].to == ["olga@example.com"]
    guest = Client()
    assert "olga@example.com" in guest.get(link).text
    assert send(guest, link, {"name": "Olga", "password1": PASSWORD}).status_code == 302
    olga = User.objects.get(email="olga@example.com")
    assert has_role(olga, [Role.OFFICER]) and olga.language == language
    assert guest.get(address("accounts:home")).status_code == 200
    signed_in(olga)


def test_an_invitation_works_once(as_administrator: Client, letters: Any) -> None:
    with letters():
        send(as_administrator, address("accounts:invite"), {"email": "o@example.com", "language": "en", "role": ""})
    link = link_in(mail.outbox[-1])
    send(Client(), link, {"name": "O", "password1": PASSWORD})
    again = Client().get(link)
    assert again.status_code == 410 and "This invitation is over" in again.text
    assert send(Client(), link, {"name": "P", "password1": PASSWORD}).status_code == 410
    assert User.objects.filter(email="o@example.com").count() == 1


@pytest.mark.parametrize(("days", "status"), [(6, 200), (7, 410)])
def test_an_invitation_lasts_seven_days(
    administrator: User, client: Client, letters: Any, days: int, status: int
) -> None:
    sent = timezone.now() - timedelta(days=days)
    with letters():
        invite("o@example.com", None, lambda s: f"http://testserver/en/account/invitation/{s}/", by=None, at=sent)
    assert client.get(link_in(mail.outbox[-1])).status_code == status


def test_the_secret_of_an_invitation_is_not_kept(administrator: User) -> None:
    seen: list[str] = []
    invite("o@example.com", None, lambda secret: seen.append(secret) or "", at=timezone.now(), by=administrator)
    row = Invitation.objects.values().get()
    assert seen[0] not in str(row) and "o@example.com" not in str(list(Entry.objects.values("after", "before")))


@pytest.mark.parametrize("password", ["short", "password1234", "o-person@example.com", "x" * 129])
def test_a_weak_password_is_refused_with_what_is_wrong(client: Client, letters: Any, password: str) -> None:
    with letters():
        by_operator(invite, "o-person@example.com", None, lambda s: f"http://testserver/en/account/invitation/{s}/")
    answer = send(client, link_in(mail.outbox[-1]), {"name": "O", "password1": password})
    assert answer.status_code == 422 and 'href="#id_password1"' in answer.text
    assert not User.objects.filter(email="o-person@example.com").exists()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"role": "officer"}, "unit"),
        ({"role": "representative"}, "company"),
        ({"role": "mayor"}, "role"),
        ({"role": "administrator", "unit": "U"}, "unit"),
        ({"role": "leader", "unit": "U", "company": "C"}, "company"),
        ({"email": "ada@example.com"}, "email"),
        ({"email": "nobody"}, "email"),
        ({"language": "fr"}, "language"),
    ],
)
def test_what_does_not_fit_is_said_at_its_field(as_administrator: Client, given: dict[str, Any], field: str) -> None:
    numbers = {"U": unit("Bureau").pk, "C": Company.objects.create(name_en="Mill").pk}
    asked = {"email": "o@example.com", "language": "en", "role": "", **{k: numbers.get(v, v) for k, v in given.items()}}
    answer = send(as_administrator, address("accounts:invite"), asked)
    assert answer.status_code == 422 and f'href="#id_{field}"' in answer.text
    assert not Invitation.objects.exists()


def test_a_role_is_given_and_ended_on_the_page_of_a_person(as_administrator: Client) -> None:
    ben, bureau = person("ben"), unit("Bureau")
    page = address("accounts:person", "en", ben.pk)
    given = {"act": "give", "role": "leader", "unit": bureau.pk, "starts": "2026-01-01"}
    assert send(as_administrator, page, given).status_code == 302
    assert has_role(ben, [Role.LEADER])
    held = ben.memberships.get()
    assert send(as_administrator, page, {"act": "end", "held": held.pk}).status_code == 302
    assert not has_role(ben, [Role.LEADER])
    assert ben.memberships.get().ends == timezone.localdate()
    assert [e.act for e in Entry.objects.filter(kind="accounts.Membership").order_by("number")] == [
        "give_role",
        "end_role",
    ]
    assert verified().entries >= 2


@pytest.mark.parametrize(
    "given",
    [
        {"act": "give", "role": "leader", "starts": "2026-01-01"},
        {"act": "give"},
        {"act": "steal"},
        {},
        {"act": "give", "role": "administrator", "starts": "2026-01-02", "ends": "2026-01-02"},
    ],
)
def test_what_cannot_be_done_to_a_person_answers_422(as_administrator: Client, given: dict[str, str]) -> None:
    ben = person("ben")
    answer = send(as_administrator, address("accounts:person", "en", ben.pk), given)
    assert answer.status_code == 422 and "There is a problem" in answer.text
    assert not ben.memberships.exists()


@pytest.mark.parametrize(
    "given", [{"act": "end"}, {"act": "disable"}, {"act": "factors"}, {"act": "factors", "reason": "x"}]
)
def test_refusals_on_the_page_of_a_person_are_in_its_language(
    as_administrator: Client, administrator: User, given: dict[str, str]
) -> None:
    held = administrator.memberships.get()
    answer = send(as_administrator, f"/zh/account/people/{administrator.pk}/", {**given, "held": held.pk})
    said = re.search(r'class="problems".*?<ul>(.*?)</ul>', answer.text, re.DOTALL)[1]
    assert answer.status_code == 422 and re.search("[\u4e00-\u9fff]", said)
    assert not re.search("[a-z]{2,}", re.sub("<[^>]+>", "", said))


@pytest.mark.parametrize("role", [Role.REPRESENTATIVE, Role.ADMINISTRATOR, Role.OFFICER])
def test_what_a_role_is_tied_to_is_said_in_both_languages(role: Role) -> None:
    from luodi.errors import BadInput

    ben, tied = person("ben"), unit("City") if role is not Role.OFFICER else None
    with pytest.raises(BadInput, match="a role ends after") as refused:
        by_operator(give_role, ben, Grant(role, tied), starts=SINCE)
    assert re.search("[\u4e00-\u9fff]", refused.value.said("zh"))


def test_a_role_that_had_not_begun_goes_altogether(administrator: User) -> None:
    today = timezone.localdate()
    acting: dict[str, Any] = {"by": administrator, "at": timezone.now()}
    held = give_role(person("ben"), Grant(Role.ADMINISTRATOR), starts=today + timedelta(days=9), **acting)
    end_role(held, on=today, **acting)
    assert not Membership.objects.filter(pk=held.pk).exists()


def test_shutting_out_ends_every_session_and_says_why_in_the_journal(as_administrator: Client) -> None:
    ben = person("ben")
    theirs = signed_in(ben)
    page = address("accounts:person", "en", ben.pk)
    send(as_administrator, page, {"act": "disable", "reason": "left the bureau"})
    assert theirs.get(address("accounts:home")).status_code == 302
    entry = Entry.objects.get(act="disable")
    assert (entry.reason, entry.before["is_active"], entry.after["is_active"]) == ("left the bureau", True, False)
    send(as_administrator, page, {"act": "enable"})
    signed_in(User.objects.get(pk=ben.pk))


def test_nobody_shuts_themselves_out(as_administrator: Client, administrator: User) -> None:
    page = address("accounts:person", "en", administrator.pk)
    held = administrator.memberships.get()
    for given in ({"act": "disable"}, {"act": "end", "held": held.pk}):
        answer = send(as_administrator, page, given)
        assert answer.status_code == 422 and "Another administrator" in answer.text
    assert has_role(User.objects.get(pk=administrator.pk), [Role.ADMINISTRATOR])


@pytest.mark.parametrize("role", [Role.OFFICER, Role.LEADER, Role.PUBLISHER, Role.POLICY_OFFICER, None])
def test_nobody_but_an_administrator_changes_people(role: Role | None) -> None:
    clara = person("clara", role, unit("Bureau") if role and role is not Role.POLICY_OFFICER else None)
    ben = person("ben")
    acting: dict[str, Any] = {"by": clara, "at": timezone.now()}
    for act in (
        lambda: give_role(clara, Grant(Role.ADMINISTRATOR), starts=timezone.localdate(), **acting),
        lambda: disable_user(ben, **acting),
        lambda: add_user("new@example.com", PASSWORD, **acting),
        lambda: invite("new@example.com", None, str, **acting),
        lambda: add_unit("bureau", "局", "Office", **acting),
    ):
        with pytest.raises(NotPermitted):
            act()
    assert not User.objects.filter(email="new@example.com").exists() and not Invitation.objects.exists()
    assert not has_role(clara, [Role.ADMINISTRATOR]) and Unit.objects.count() <= 1


def test_an_address_is_the_same_however_it_is_written() -> None:
    from luodi.errors import DuplicateKey

    by_operator(add_user, "Olga@Example.COM", PASSWORD)
    with pytest.raises(DuplicateKey):
        by_operator(add_user, "olga@example.com ", PASSWORD)
    signed_in(User.objects.get(email="olga@example.com"))


def test_an_invitation_taken_up_twice_at_once_makes_one_account() -> None:
    from luodi.errors import BadInput

    seen: list[str] = []
    by_operator(invite, "o@example.com", None, lambda secret: seen.append(secret) or "")
    accept(seen[0], name="O", password=PASSWORD, at=timezone.now())
    with pytest.raises(BadInput):
        accept(seen[0], name="O", password=PASSWORD, at=timezone.now())


# ---- the journal's page


def test_the_journal_is_found_by_record_and_person(as_administrator: Client, administrator: User) -> None:
    bureau = by_operator(add_unit, "bureau", "局", "Bureau")
    add_unit("park", "园", "Park", by=administrator, at=timezone.now())
    page = as_administrator.get(address("journal:entries"), {"kind": "accounts.Unit", "subject": str(bureau.pk)})
    assert page.text.count('<th scope="row">') == 1
    mine = as_administrator.get(address("journal:entries"), {"actor": str(administrator.pk)})
    assert "Park" in mine.text and "Bureau" not in mine.text
    assert "No entry fits" in as_administrator.get(address("journal:entries"), {"actor": "x"}).text


def test_the_journal_leaves_as_csv_and_that_is_written_down(as_administrator: Client) -> None:
    by_operator(add_unit, "bureau", "局", "=HYPERLINK(1)")
    answer = send(as_administrator, address("journal:export"), {"kind": "accounts.Unit"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert "=HYPERLINK" in text and not re.search(r'(^|,)"?=', text)
    entry = Entry.objects.get(act="export")
    assert entry.after == {"rows": 1, "form": "csv", "asked": {"kind": "accounts.Unit", "subject": "", "actor": ""}}
    assert entry.export.rows == 1


@pytest.mark.parametrize(("reason", "status"), [("", 422), ("came in person", 302)])
def test_an_administrator_removes_a_lost_second_factor_for_a_reason(
    as_administrator: Client, reason: str, status: int
) -> None:
    from allauth.mfa.models import Authenticator
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    ben = person("ben")
    TOTP.activate(ben, generate_totp_secret())
    answer = send(as_administrator, f"/en/account/people/{ben.pk}/", {"act": "factors", "reason": reason})
    assert answer.status_code == status
    assert Authenticator.objects.exists() is (status == 422)
    if status == 302:
        assert Entry.objects.get(act="remove_factors").reason == reason
        assert [letter.to for letter in mailed()] == [[ben.email]]


@pytest.mark.parametrize(
    "guessed", ["password1234", "qwertyuiop123", "111111111111", "ben@example.com", "Benjamin2026!"]
)
def test_a_password_that_is_easily_guessed_is_refused(guessed: str) -> None:
    from luodi.errors import BadInput
    from luodi.web.accounts.validation import checked_password

    with pytest.raises(BadInput, match="too weak"):
        checked_password(guessed, User(email="ben@example.com", name="Benjamin"))
    checked_password("x" + "seven green lanterns over water", User(email="ben@example.com"))
    checked_password("北京欢迎您来落地办公室坐坐", User(email="ben@example.com"))
    checked_password("k7" * 3 + "violet harbour stone" * 6, User(email="ben@example.com"))  # longer than is looked at


def test_a_new_password_has_a_meter_and_every_password_a_button(as_administrator: Client) -> None:
    for lang, words in (("zh", "太短|太弱|尚可|强"), ("en", "too short|too weak|fair|strong")):
        page = as_administrator.get(f"/{lang}/account/password/change/").text
        assert page.count("data-show=") == len(re.findall('type="password"', page)) == 3
        assert page.count(f'data-levels="{words}"') == 1 and "accounts/password" in page
    script = (Path(__file__).parent / "static/accounts/password.js").read_text(encoding="utf-8")
    assert "innerHTML" not in script and ".style" not in script and "eval" not in script
