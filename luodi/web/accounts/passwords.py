"""Rules of passwords beside those of Django."""

from typing import Any, Final

from django.core.exceptions import ValidationError

from luodi.web.words import say

LONGEST: Final = 128


class NotEndless:
    """A password may be a long sentence, but no file: hashing a huge one would keep the server busy."""

    def validate(self, password: str, user: Any = None) -> None:
        if len(password) > LONGEST:
            raise ValidationError(say("accounts.error_password_long", longest=LONGEST), code="password_too_long")

    def get_help_text(self) -> str:
        return say("accounts.error_password_long", longest=LONGEST)
