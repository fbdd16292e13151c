"""Rules of passwords beside those of Django."""

from typing import Final

from django.core.exceptions import ValidationError
from zxcvbn import zxcvbn

from luodi.web.accounts.models import User
from luodi.web.core.words import say

LONGEST: Final = 128
_READ: Final = 72  # characters that the estimate looks at; it takes the longer, the more there are
_ENOUGH: Final = 3  # of 4: more than a hundred million guesses


class NotEndless:
    """A password may be a long sentence, but no file: hashing a huge one would keep the server busy."""

    def validate(self, password: str, user: User | None = None) -> None:
        if len(password) > LONGEST:
            raise ValidationError(say("accounts.error_password_long", longest=LONGEST), code="password_too_long")

    def get_help_text(self) -> str:
        return say("accounts.error_password_long", longest=LONGEST)


class NotGuessed:
    """Not among leaked passwords, and none that a program puts together from those, words, names, years and rows of
    keys. The lists come with the package; no other host is asked."""

    def validate(self, password: str, user: User | None = None) -> None:
        own = [part for name in ("email", "name") for part in str(getattr(user, name, "") or "").split("@")]
        if zxcvbn(password[:_READ], user_inputs=[part for part in own if part])["score"] < _ENOUGH:
            raise ValidationError(say("accounts.error_password_guessed"), code="password_guessed")

    def get_help_text(self) -> str:
        return say("accounts.error_password_guessed")
