"""The pages of accounts: every one in both languages, with its form, its problems and its policy."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import allauth
import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings
from django.core import mail
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import translation

from luodi.web.accounts.models import User
from luodi.web.conftest import PASSWORD, mailed, person
from luodi.web.core.keys import new_key
from luodi.web.core.words import words

pytestmark = pytest.mark.django_db
LANGUAGES = ["zh", "en"]
ENTRANCE = [
    "account_login",
    "account_signup",
    "account_inactive",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key_done",
    "account_email_verification_sent",
    "socialaccount_login_cancelled",
    "socialaccount_login_error",
]
OWN = [
    "accounts:home",
    "account_logout",
    "account_change_password",
    "account_email",
    "mfa_index",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_list_webauthn",
    "usersessions_list",
    "socialaccount_connections",
    "account_reauthenticate",
]
WITH_FACTORS = [
    "accounts:home",
    "mfa_index",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_deactivate_totp",
    "mfa_reauthenticate",
]
ADMINISTRATION = ["accounts:people", "accounts:invite", "accounts:runs", "journal:entries"]


def address(name: str, lang: str = "en", *args: Any) -> str:
    with translation.override({"zh": "zh-hans", "en": "en"}[lang]):
        return reverse(name, args=args)


def send(client: Client, path: str, given: Mapping[str, Any]) -> Any:
    """A form as its page gives it: with a key of its own."""
    return client.post(path, {"key": new_key(), **given})


def looks_right(answer: Any, lang: str) -> None:
    assert f'<html lang="{ {"zh": "zh-Hans", "en": "en"}[lang] }">' in answer.text
    assert len(re.findall("<h1>", answer.text)) == 1
    assert " style=" not in answer.text and "onclick" not in answer.text
    scripts = re.findall(r"<script([^>]*)>", answer.text)
    assert all('src="/static/' in script or 'type="application/json"' in script for script in scripts)
    assert "unsafe" not in answer["content-security-policy"]


@pytest.fixture
def ben(db: None) -> User:
    return person("ben")


def signed_in(user: User, password: str = PASSWORD) -> Client:
    """Signed in as people do it, since allauth asks again where the sign-in is too old."""
    client = Client()
    answer = client.post(address("account_login"), {"login": user.email, "password": password})
    assert answer.status_code == 302, answer.text
    return client


def confirmed(client: Client) -> Client:
    """Having said the password once more, which guards every change of how one signs in."""
    assert client.post(address("account_reauthenticate"), {"password": PASSWORD}).status_code == 302
    return client


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", ENTRANCE)
def test_every_way_in_has_its_page(client: Client, name: str, lang: str) -> None:
    answer = client.get(address(name, lang))
    assert answer.status_code == (401 if name == "socialaccount_login_error" else 200)
    looks_right(answer, lang)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_page_of_ones_own(ben: User, lang: str) -> None:
    client = confirmed(signed_in(ben))
    for names in (OWN, WITH_FACTORS):
        if names is WITH_FACTORS:
            TOTP.activate(ben, generate_totp_secret())
            RecoveryCodes.activate(ben)
        for name in names:
            answer = client.get(address(name, lang))
            assert answer.status_code == 200, name
            looks_right(answer, lang)


@pytest.mark.parametrize("name", ["mfa_activate_totp", "mfa_add_webauthn", "mfa_deactivate_totp"])
def test_how_one_signs_in_is_changed_only_after_being_asked_again(ben: User, name: str) -> None:
    client = signed_in(ben)
    if name == "mfa_deactivate_totp":
        TOTP.activate(ben, generate_totp_secret())
    answer = client.get(address(name))
    assert answer.status_code == 302 and "reauthenticate" in answer["location"]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", ADMINISTRATION)
def test_the_administrators_pages(as_administrator: Client, name: str, lang: str) -> None:
    person("ben")
    answer = as_administrator.get(address(name, lang))
    assert answer.status_code == 200
    looks_right(answer, lang)


@pytest.mark.parametrize("name", ADMINISTRATION)
def test_the_administrators_pages_are_for_no_one_else(client: Client, ben: User, name: str) -> None:
    assert client.get(address(name)).status_code == 302
    client.force_login(ben)
    assert client.get(address(name)).status_code == 403
    assert client.post(address(name)).status_code in (403, 405)


def test_no_page_of_allauth_is_left_in_its_own_look() -> None:
    """Each template that a reachable page of allauth may ask for is one of ours."""
    theirs = Path(allauth.__file__).parent / "templates"
    ours = {file.relative_to(root).as_posix() for root in _folders() for file in root.rglob("*.j2")}
    left_out = {
        "account/signup.html",
        "account/email.html",
        "account/request_login_code.html",
        "account/phone_change.html",
        "account/signup_by_passkey.html",
        "account/verified_email_required.html",
        "mfa/trust.html",
        "mfa/webauthn/signup_form.html",
        "socialaccount/signup.html",
    }
    pages = {
        file.relative_to(theirs).as_posix()
        for room in ("account", "mfa", "socialaccount", "usersessions")
        for file in (theirs / room).rglob("*.html")
        if "snippets" not in file.parts and not file.name.startswith(("base", "confirm_"))
    } - {f"account/{name}.html" for name in ("base_reauthenticate",)}
    assert {name for name in pages - left_out if f"{name}.j2" not in ours} == set()


def _folders() -> list[Path]:
    return [Path(folder) for folder in settings.TEMPLATES[0]["DIRS"]]


def test_every_letter_of_allauth_has_our_words() -> None:
    theirs = Path(allauth.__file__).parent / "templates"
    names = {file.name.removesuffix("_subject.txt") for file in theirs.rglob("email/*_subject.txt")} - {
        "login_code",
        "password_reset_code",
        "unknown_account",
    }
    assert {name for name in names if f"accounts.letter_{name}_subject" not in words()} == set()
    assert len(names) >= 14


def test_the_patterns_of_sign_up_by_oneself_are_not_there() -> None:
    names = {name for name in get_resolver().reverse_dict if isinstance(name, str)}
    assert not names & {"mfa_signup_webauthn", "account_signup_by_passkey", "account_request_login_code"}
    assert "account_login" in names


# ---- signing in


@pytest.mark.parametrize(("lang", "said"), [("zh", "有些内容需要更正"), ("en", "There is a problem")])
def test_a_wrong_password_is_said_at_the_top_and_answers_422(client: Client, ben: User, lang: str, said: str) -> None:
    answer = client.post(address("account_login", lang), {"login": ben.email, "password": "wrong"})
    assert answer.status_code == 422 and said in answer.text
    assert "wrong" not in re.findall(r'value="([^"]*)"', answer.text)


def test_a_missing_field_is_linked_from_the_top(client: Client) -> None:
    answer = client.post(address("account_login"), {"login": "", "password": ""})
    assert 'href="#id_login"' in answer.text and 'aria-describedby="id_login_error"' in answer.text


def test_an_address_without_an_account_is_told_the_same_as_a_wrong_password(client: Client, ben: User) -> None:
    asked = [
        client.post(address("account_login"), {"login": who, "password": "wrong"}) for who in (ben.email, "x@y.cn")
    ]
    texts = [re.sub(r'value="[^"]*"', "", answer.text) for answer in asked]
    assert texts[0] == texts[1]


def test_guessing_is_stopped_even_with_the_right_password(client: Client, ben: User) -> None:
    for _ in range(5):
        assert client.post(address("account_login"), {"login": ben.email, "password": "wrong"}).status_code == 422
    answer = client.post(address("account_login"), {"login": ben.email, "password": PASSWORD})
    assert answer.status_code == 422
    assert client.get(address("accounts:home")).status_code == 302


def test_guessing_at_many_accounts_from_one_address_is_stopped(client: Client, ben: User) -> None:
    for number in range(20):
        client.post(address("account_login"), {"login": f"x{number}@example.com", "password": "wrong"})
    answer = client.post(address("account_login"), {"login": ben.email, "password": PASSWORD})
    assert answer.status_code == 422
    elsewhere = Client(REMOTE_ADDR="203.0.113.9")
    assert elsewhere.post(address("account_login"), {"login": ben.email, "password": PASSWORD}).status_code == 302


def test_attempts_are_counted_where_every_process_sees_them() -> None:
    assert "DatabaseCache" in settings.CACHES["default"]["BACKEND"]


def test_signing_in_leads_back_to_where_one_was_and_nowhere_else(client: Client, ben: User) -> None:
    given = {"login": ben.email, "password": PASSWORD}
    assert client.post(address("account_login"), {**given, "next": "/en/about/"})["location"] == "/en/about/"
    client.logout()
    answer = client.post(address("account_login"), {**given, "next": "https://elsewhere.example/"})
    assert answer["location"] == "/en/account/"


def test_a_new_session_is_begun_on_signing_in(client: Client, ben: User) -> None:
    client.get(address("account_login"))
    session = client.session
    session["held"] = "before"
    session.save()
    before = session.session_key
    client.post(address("account_login"), {"login": ben.email, "password": PASSWORD})
    assert client.session.session_key != before


def test_whoever_is_shut_out_cannot_sign_in(client: Client, ben: User) -> None:
    User.objects.update(is_active=False)
    answer = client.post(address("account_login"), {"login": ben.email, "password": PASSWORD})
    assert answer.status_code in (302, 422)
    assert client.get(address("accounts:home")).status_code == 302


# ---- a forgotten password


def test_a_letter_sets_a_new_password_once(client: Client, ben: User, django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        client.post(address("account_reset_password", "zh"), {"email": ben.email})
    letter = mail.outbox[-1]
    assert letter.to == [ben.email] and letter.subject == "重设密码"
    path = re.search(r"http://testserver(/zh/\S+)", letter.body)[1]
    form = client.get(path, follow=True)
    looks_right(form, "zh")
    weak = client.post(form.request["PATH_INFO"], {"password1": "password", "password2": "password"})
    assert weak.status_code == 422
    new = "seven green lanterns over water"
    assert client.post(form.request["PATH_INFO"], {"password1": new, "password2": new}).status_code == 302
    assert User.objects.get(pk=ben.pk).check_password(new)
    again = client.get(path, follow=True)
    assert "链接已失效" in again.text


def test_no_letter_goes_to_an_address_without_an_account(
    client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(address("account_reset_password"), {"email": "nobody@example.com"})
    assert answer["location"] == address("account_reset_password_done") and mail.outbox == []


# ---- second factors


def test_an_app_is_set_up_asked_for_and_recovered_from(ben: User, django_capture_on_commit_callbacks: Any) -> None:
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time

    client = confirmed(signed_in(ben))
    form = client.get(address("mfa_activate_totp"))
    secret = re.search(r'class="secret">(\w+)<', form.text)[1]
    code = format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(address("mfa_activate_totp"), {"code": code}).status_code == 302
    assert "验证器应用" in mailed()[-1].subject
    kept = Authenticator.objects.get(type="totp")
    assert secret not in str(kept.data)  # encrypted where it is stored

    codes = client.get(address("mfa_download_recovery_codes")).text.split()
    fresh = Client()
    fresh.post(address("account_login"), {"login": ben.email, "password": PASSWORD})
    assert fresh.get(address("accounts:home")).status_code == 302  # the password alone is not enough
    asked = fresh.get(address("mfa_authenticate"))
    looks_right(asked, "en")
    assert fresh.post(address("mfa_authenticate"), {"code": "000000"}).status_code == 422
    assert fresh.post(address("mfa_authenticate"), {"code": codes[0]}).status_code == 302
    assert fresh.get(address("accounts:home")).status_code == 200

    third = Client()
    third.post(address("account_login"), {"login": ben.email, "password": PASSWORD})
    assert third.post(address("mfa_authenticate"), {"code": codes[0]}).status_code == 422  # each works once


def test_a_key_can_be_asked_for_by_script_of_our_own_server(client: Client) -> None:
    answer = client.get(address("mfa_login_webauthn"), headers={"accept": "application/json"})
    assert answer.json()["request_options"]["publicKey"]["rpId"] == "testserver"
    page = client.get(address("account_login"))
    for script in re.findall(r'src="/static/([^"]+)"', page.text):
        from django.contrib.staticfiles import finders

        assert finders.find(script), script


# ---- sessions


def test_one_session_ends_another(ben: User) -> None:
    here, there = signed_in(ben), signed_in(ben)
    listed = here.get(address("usersessions_list"))
    others = re.findall(r'action="(/en/account/sessions/\d+/end/)"', listed.text)
    assert len(others) == 1
    assert here.post(others[0]).status_code == 302
    assert there.get(address("accounts:home")).status_code == 302
    assert here.get(address("accounts:home")).status_code == 200


def test_nobody_ends_a_session_of_somebody_else(ben: User) -> None:
    signed_in(ben)
    session = ben.usersession_set.get()
    clara = signed_in(person("clara"))
    assert clara.post(f"/en/account/sessions/{session.pk}/end/").status_code == 404


def test_a_new_password_ends_every_other_session(ben: User) -> None:
    here, there = signed_in(ben), signed_in(ben)
    new = "seven green lanterns over water"
    given = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert here.post(address("account_change_password"), given).status_code == 302
    assert there.get(address("accounts:home")).status_code == 302
    assert here.get(address("accounts:home")).status_code == 200
