"""What allauth asks us: nobody signs up uninvited, letters and notices are in our words, secrets are kept encrypted."""

import base64
import logging
from collections.abc import Mapping
from typing import Final

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.encoding import force_bytes

from luodi.web.accounts.actions.people import set_password
from luodi.web.accounts.mail import send_letter
from luodi.web.accounts.models import User
from luodi.web.core.context import request_id
from luodi.web.core.notify import Address, language_of, notify
from luodi.web.core.pages import place
from luodi.web.core.words import say, words
from luodi.web.journal.actions import write

_log: Final = logging.getLogger(__name__)
_PLACES: Final = ("password_reset_url", "activate_url")


class Accounts(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts come from an invitation, or from the command `luodi user`."""
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return reverse("accounts:home")

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        return reverse("site:home")

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("accounts:home")

    def send_mail(self, template_prefix: str, email: str, context: Mapping[str, object]) -> None:
        """A letter with a secret link, which is stored nowhere: whoever did not get it asks again."""
        link = next((str(context[key]) for key in _PLACES if context.get(key)), "")
        send_letter(email, f"accounts.letter_{template_prefix.rsplit('/', 1)[1]}", place=link)

    def send_notification_mail(
        self, template_prefix: str, user: User, context: Mapping[str, object] | None = None, email: str | None = None
    ) -> None:
        """What guards an account has changed: a notice, which is never lost, to an address it had before too."""
        to = user if email in (None, user.email) else Address(str(email), language_of(user))
        tell_of_security(user, to, template_prefix.rsplit("/", 1)[1])

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *args: object, **more: object
    ) -> None:
        """`account/messages/logged_in.txt` is `accounts.said_logged_in`; what we have no words for is not said."""
        key = "accounts.said_" + str(message_template).rsplit("/", 1)[-1].removesuffix(".txt")
        if message_template and key in words():
            messages.add_message(request, level, say(key))

    def login(self, request: HttpRequest, user: User) -> None:
        super().login(request, user)
        write("sign_in", user, by=user)

    def logout(self, request: HttpRequest) -> None:
        user = request.user if request.user.is_authenticated else None
        super().logout(request)
        if user is not None:
            write("sign_out", user, by=user)

    def authentication_failed(self, request: HttpRequest, **credentials: object) -> None:
        """For whoever watches the log; whose account it was aimed at is not written there."""
        _log.warning("a sign-in failed, request %s", request_id())

    def set_password(self, user: User, password: str) -> None:
        user.password = set_password(user, password, by=user, at=timezone.now()).password


class SecondFactors(DefaultMFAAdapter):
    """One-time secrets and recovery codes are encrypted with a key made from the site's secret."""

    def encrypt(self, text: str) -> str:
        return _box().encrypt(text.encode()).decode("ascii")

    def decrypt(self, encrypted_text: str) -> str:
        return _box().decrypt(encrypted_text.encode("ascii")).decode()

    def send_notification_mail(self, template_prefix: str, user: User, *args: object, **more: object) -> None:
        """Every change of a second factor is told by letter, and written down."""
        write(template_prefix.rsplit("/", 1)[1], user, by=user)
        super().send_notification_mail(template_prefix, user, *args, **more)


class SignOn(DefaultSocialAccountAdapter):
    """The organisation's own sign-on lets in those who have an account here, by an address it has verified."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False


def tell_of_security(user: User, to: User | Address, name: str) -> None:
    """What became of something that guards an account: a notice that nobody can stop and nothing holds back."""
    at, person = timezone.now(), User.objects.get(pk=user.pk)  # of a request it is one that loads late
    notify("security", to, person, f"{name} {at.isoformat()}", at=at, words=f"accounts.letter_{name}")


def to_account(user: User, lang: str) -> dict[str, str]:
    return {"place": place("accounts:home", lang)}


def to_absence(user: User, lang: str) -> dict[str, str]:
    return {"place": place("accounts:absence", lang)}


def _box() -> MultiFernet:
    """The first key encrypts; those of former secrets still decrypt."""
    return MultiFernet([Fernet(_key(secret)) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def _key(secret: str | bytes) -> bytes:
    derived = HKDF(SHA256(), 32, salt=None, info=b"luodi second factors").derive(force_bytes(secret))
    return base64.urlsafe_b64encode(derived)
