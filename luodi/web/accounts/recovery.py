"""Recovery codes that the site itself cannot read: it shows them once and keeps a salted hash of each.

allauth keeps them encrypted and can always show them. Its class is asked for by name in many of its own places, so we
give that class other methods; `test_recovery` would tell if a new release asked for more. Codes that were made before
go on as they were.
"""

import hashlib
import hmac
import secrets
from typing import Final

from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.utils import decrypt, encrypt
from django.db import transaction

from luodi.web.accounts.models import User

_SIGNS: Final = "23456789abcdefghjkmnpqrstvwxyz"
_GROUPS: Final = 4  # of four signs each: 78 bits
_HIDDEN: Final = "•••• •••• •••• ••••"
_theirs: Final = {
    name: getattr(RecoveryCodes, name)
    for name in ("generate_codes", "get_unused_codes", "validate_code", "mark_as_viewed")
}


def install() -> None:
    """Repeating it changes nothing."""
    RecoveryCodes.activate = classmethod(_activate)
    RecoveryCodes.generate_codes = _all
    RecoveryCodes.get_unused_codes = _unused
    RecoveryCodes.validate_code = _validate
    RecoveryCodes.mark_as_viewed = _viewed


def new_code() -> str:
    return "-".join("".join(secrets.choice(_SIGNS) for _ in range(4)) for _ in range(_GROUPS))


def hashed(code: str, salt: str) -> str:
    """Of the code as one may type it: without spaces, dashes and capital letters."""
    plain = "".join(sign for sign in code.casefold() if sign.isalnum())
    return hashlib.scrypt(plain.encode(), salt=bytes.fromhex(salt), n=2**12, r=8, p=1, dklen=32).hex()


def _activate(cls: type[RecoveryCodes], user: User) -> RecoveryCodes:
    kept = Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.RECOVERY_CODES).first()
    if kept is None:
        codes = [new_code() for _ in range(app_settings.RECOVERY_CODE_COUNT)]
        salts = [secrets.token_hex(16) for _ in codes]
        hashes = [[salt, hashed(code, salt)] for code, salt in zip(codes, salts, strict=True)]
        data = {"hashes": hashes, "once": [encrypt(code) for code in codes]}  # `once` until they were shown
        kept = Authenticator.objects.create(user=user, type=Authenticator.Type.RECOVERY_CODES, data=data)
    return cls(kept)


def _unused(self: RecoveryCodes) -> list[str]:
    """The codes while they may be shown; afterwards as many dots."""
    data = self.instance.data
    if "hashes" not in data:
        found: list[str] = _theirs["get_unused_codes"](self)
        return found
    shown: list[str] | None = getattr(self, "_shown", None)
    return shown or [_HIDDEN] * len(data["hashes"])


def _all(self: RecoveryCodes) -> list[str]:
    """As many as there were, used ones included; allauth's pages count them."""
    if "hashes" not in self.instance.data:
        found: list[str] = _theirs["generate_codes"](self)
        return found
    return [_HIDDEN] * app_settings.RECOVERY_CODE_COUNT


def _viewed(self: RecoveryCodes) -> None:
    """Whoever opens the page for the first time sees them, and with that the site forgets them."""
    data = self.instance.data
    if "hashes" in data and "once" in data:
        self._shown = [decrypt(code) for code in data.pop("once")]
        self.instance.save(update_fields=["data"])
    _theirs["mark_as_viewed"](self)


@transaction.atomic
def _validate(self: RecoveryCodes, code: str) -> bool:
    if self.instance.pk is not None:
        self.instance = Authenticator.objects.select_for_update().get(pk=self.instance.pk)
    data = self.instance.data
    if "hashes" not in data:
        return bool(_theirs["validate_code"](self, code))
    for pair in data["hashes"]:
        if hmac.compare_digest(hashed(code, pair[0]), pair[1]):
            data["hashes"].remove(pair)
            data.pop("once", None)
            self.instance.save(update_fields=["data"])
            return True
    return False
