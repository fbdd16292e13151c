"""Other ways in: an organisation's own sign-on, and passkeys; each against the real protocol."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from allauth.mfa.models import Authenticator
from django.test import Client

from luodi.environment import SIGN_ON, mail_settings, sign_on_settings
from luodi.errors import BadInput
from luodi.web.accounts import reauthentication
from luodi.web.accounts.models import User
from luodi.web.accounts.test_pages import address, confirmed, signed_in
from luodi.web.conftest import PASSWORD, person
from tests.peers.openid import CLIENT, SECRET, Provider, provider
from tests.peers.passkey import Key

pytestmark = pytest.mark.django_db


@pytest.fixture
def city(settings: Any) -> Iterator[Provider]:
    """The city's own sign-on, as the environment would name it."""
    with provider() as server:
        settings.SOCIALACCOUNT_PROVIDERS = sign_on_settings(
            {
                "LUODI_OIDC_ISSUER": server.issuer,
                "LUODI_OIDC_CLIENT": CLIENT,
                "LUODI_OIDC_SECRET": SECRET,
                "LUODI_OIDC_NAME": "City Hall",
            }
        )
        yield server


def through(client: Client, city: Provider) -> Any:
    """Press the button, go to the provider as a browser does, and come back."""
    leaving = client.post(f"/account/oidc/{SIGN_ON}/login/?process=login")
    assert leaving.status_code == 200, leaving.text
    there = re.search(r'<a class="button" href="([^"]+)"', leaving.text)[1].replace("&amp;", "&")
    assert there.startswith(city.issuer)
    back = requests.get(there, allow_redirects=False, timeout=5).headers["Location"]
    assert back.startswith("http://testserver/account/oidc/")
    return client.get(back.removeprefix("http://testserver"), follow=True)


def test_the_button_is_there_and_leads_through_a_page_of_ours(client: Client, city: Provider) -> None:
    page = client.get(address("account_login"))
    assert "Sign in with City Hall" in page.text
    leaving = client.post(f"/account/oidc/{SIGN_ON}/login/?process=login")
    # A form that ends elsewhere would need an exception in the policy; a page in between needs none.
    assert leaving.status_code == 200 and "form-action 'self';" in leaving["content-security-policy"]


def test_whoever_has_an_account_comes_in(client: Client, city: Provider) -> None:
    ben = person("ben")
    assert through(client, city).status_code == 200
    assert client.session["_auth_user_id"] == str(ben.pk)
    assert {"/authorize", "/token", "/userinfo"} <= set(city.seen)
    assert ben.socialaccount_set.get().uid == "ben-17"


def test_whoever_signs_in_there_is_asked_again_there(
    client: Client, city: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before anything that guards the account, once the last sign-on is more than five minutes ago."""
    ben = person("ben")
    ben.set_unusable_password()
    ben.save()
    through(client, city)
    assert client.get(address("mfa_activate_totp")).status_code == 200
    clock = reauthentication.time.time() + 301
    monkeypatch.setattr(reauthentication.time, "time", lambda: clock)
    for name in ("mfa_activate_totp", "mfa_add_webauthn", "account_set_password", "accounts:erase_own"):
        asked = client.get(address(name))
        assert asked.status_code == 302 and "/account/sign-on-again/?next=" in asked["location"], name
        assert client.post(address(name), {"sure": "on"}).status_code == 302
    assert User.objects.filter(pk=ben.pk).exists() and not Authenticator.objects.exists()
    page = client.get(asked["location"])
    leads = re.search(r'action="(/account/oidc/[^"]+)"', page.text)[1].replace("&amp;", "&")
    assert "prompt=login" in client.post(leads).text  # on the way to the provider, which then asks whomever it knows
    assert client.get(address("accounts:own_data")).status_code == 200  # reading goes on
    through(client, city)
    assert client.get(address("mfa_activate_totp")).status_code == 200


def test_one_is_sent_back_to_pages_of_ours_alone(client: Client, city: Provider) -> None:
    client.force_login(person("ben"))
    for there in ("https://evil.example/", "//evil.example/", "/\\evil.example/"):
        page = client.get(address("accounts:sign_on_again"), {"next": there}).text
        [leads] = re.findall(r'action="(/account/oidc/[^"]+)"', page)
        assert "evil" not in leads


def test_the_same_person_is_known_by_number_after_the_address_changed(client: Client, city: Provider) -> None:
    ben = person("ben")
    through(client, city)
    client.logout()
    city.person = {**city.person, "email": "benjamin@example.com"}
    through(client, city)
    assert client.session["_auth_user_id"] == str(ben.pk)


def test_whoever_has_no_account_gets_none(client: Client, city: Provider) -> None:
    answer = through(client, city)
    assert "by invitation" in answer.text
    assert not User.objects.exists() and "_auth_user_id" not in client.session


def test_an_address_that_the_provider_did_not_verify_lets_nobody_in(client: Client, city: Provider) -> None:
    person("ben")
    city.person = {**city.person, "email_verified": False}
    through(client, city)
    assert "_auth_user_id" not in client.session


def test_a_token_made_for_another_site_is_refused(client: Client, city: Provider) -> None:
    person("ben")
    city.audience = "another-site"
    answer = through(client, city)
    assert "could not be signed in" in answer.text and "_auth_user_id" not in client.session


def test_an_answer_that_nobody_asked_for_is_refused(client: Client, city: Provider) -> None:
    person("ben")
    answer = client.get(f"/account/oidc/{SIGN_ON}/login/callback/?code=x&state=forged")
    assert answer.status_code == 401 and "_auth_user_id" not in client.session


def test_whoever_is_shut_out_is_shut_out_this_way_too(client: Client, city: Provider) -> None:
    person("ben")
    User.objects.update(is_active=False)
    through(client, city)
    assert "_auth_user_id" not in client.session


def test_without_a_provider_there_is_no_button(client: Client, settings: Any) -> None:
    settings.SOCIALACCOUNT_PROVIDERS = sign_on_settings({})
    assert "oidc" not in client.get(address("account_login")).text
    assert client.post(f"/account/oidc/{SIGN_ON}/login/").status_code == 404


def test_half_a_provider_is_refused_by_name() -> None:
    with pytest.raises(BadInput, match="LUODI_OIDC_SECRET"):
        sign_on_settings({"LUODI_OIDC_ISSUER": "https://id.example.cn", "LUODI_OIDC_CLIENT": "luodi"})


# ---- passkeys


def data_of(page: Any) -> Any:
    return json.loads(re.search(r'<script id="js_data" type="application/json">(.+?)</script>', page.text)[1])


def with_key(user: User) -> Key:
    """A passkey added on the page for it."""
    client, key = confirmed(signed_in(user)), Key("http://testserver")
    page = client.get(address("mfa_add_webauthn"))
    given = {"name": "office", "passwordless": "on", "credential": key.create(data_of(page)["creation_options"])}
    answer = client.post(address("mfa_add_webauthn"), given)
    assert answer.status_code == 302, answer.text
    return key


def challenge(client: Client) -> Any:
    return client.get(address("mfa_login_webauthn"), headers={"accept": "application/json"}).json()["request_options"]


def test_a_passkey_signs_in_without_a_password() -> None:
    ben, client = person("ben"), Client()
    key = with_key(ben)
    answer = client.post(address("mfa_login_webauthn"), {"credential": key.get(challenge(client))})
    assert answer.status_code == 302 and client.session["_auth_user_id"] == str(ben.pk)
    assert Authenticator.objects.get(type="webauthn").last_used_at


def test_a_passkey_is_asked_for_beside_the_password() -> None:
    ben, client = person("ben"), Client()
    key = with_key(ben)
    client.post(address("account_login"), {"login": ben.email, "password": PASSWORD})
    assert client.get(address("accounts:home")).status_code == 302
    page = client.get(address("mfa_authenticate"))
    answer = client.post(address("mfa_authenticate"), {"credential": key.get(data_of(page)["request_options"])})
    assert answer.status_code == 302 and client.get(address("accounts:home")).status_code == 200


def test_an_answer_to_another_challenge_is_refused() -> None:
    key, client = with_key(person("ben")), Client()
    old = key.get(challenge(client))
    challenge(client)
    client.post(address("mfa_login_webauthn"), {"credential": old})
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    ("origin", "comes_in"),
    [
        ("https://testserver", True),
        ("http://testserver", False),
        ("https://testserver.example.com", False),
        ("https://example.com", False),
    ],
)
def test_in_production_a_key_answers_only_to_our_own_address(settings: Any, origin: str, comes_in: bool) -> None:
    key, client = with_key(person("ben")), Client()
    settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = False
    key.origin = origin
    client.post(address("mfa_login_webauthn"), {"credential": key.get(challenge(client))})
    assert ("_auth_user_id" in client.session) is comes_in


def test_a_signature_of_another_key_is_refused() -> None:
    key, client = with_key(person("ben")), Client()
    other = Key("http://testserver")
    other.id, other.handle = key.id, key.handle
    client.post(address("mfa_login_webauthn"), {"credential": other.get(challenge(client))})
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_pages_of_a_key_that_is_there(lang: str) -> None:
    ben = person("ben")
    with_key(ben)
    client = Client()
    client.force_login(ben)  # the password alone no longer suffices
    confirmed(client)
    number = Authenticator.objects.get(type="webauthn").pk
    for name, arguments in (
        ("mfa_list_webauthn", []),
        ("mfa_edit_webauthn", [number]),
        ("mfa_remove_webauthn", [number]),
    ):
        page = client.get(address(name, lang, *arguments))
        assert page.status_code == 200 and "<h1>" in page.text
    assert client.post(address("mfa_edit_webauthn", lang, number), {"name": "家"}).status_code == 302
    assert "家" in client.get(address("mfa_list_webauthn", lang)).text
    assert client.post(address("mfa_remove_webauthn", lang, number)).status_code == 302
    assert not Authenticator.objects.filter(type="webauthn").exists()


# ---- the post office


def test_without_a_post_office_letters_are_files(tmp_path: Any) -> None:
    backend, given = mail_settings("", tmp_path)
    assert backend.endswith("filebased.EmailBackend") and given["EMAIL_FILE_PATH"] == tmp_path


@pytest.mark.parametrize(
    ("text", "port", "ssl", "tls"),
    [
        ("smtp://u:p%40ss@mail.example.cn", 587, False, True),
        ("smtps://u:p%40ss@mail.example.cn", 465, True, False),
        ("smtp://u:p%40ss@mail.example.cn:2525", 2525, False, True),
    ],
)
def test_a_post_office_is_always_spoken_to_encrypted(tmp_path: Any, text: str, port: int, ssl: bool, tls: bool) -> None:
    _, given = mail_settings(text, tmp_path)
    assert (given["EMAIL_PORT"], given["EMAIL_USE_SSL"], given["EMAIL_USE_TLS"]) == (port, ssl, tls)
    assert given["EMAIL_HOST_PASSWORD"] == "p@ss"


@pytest.mark.parametrize("text", ["mail.example.cn", "http://u:secret@mail", "smtp://"])
def test_a_bad_address_of_the_post_office_is_refused_without_its_password(tmp_path: Any, text: str) -> None:
    with pytest.raises(BadInput) as refused:
        mail_settings(text, tmp_path)
    assert "secret" not in str(refused.value)
