"""Recovery codes: shown once, kept as salted hashes, and each good for one sign-in."""

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

from luodi.web.accounts.models import User
from luodi.web.accounts.recovery import hashed, new_code
from luodi.web.conftest import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def ben(db: None) -> User:
    return person("ben")


def shown(codes: Any) -> list[str]:
    codes.mark_as_viewed()
    found: list[str] = codes.get_unused_codes()
    return found


def kept() -> Any:
    return Authenticator.objects.get(type="recovery_codes")


def test_after_they_were_shown_nobody_can_read_them(ben: User) -> None:
    codes = shown(RecoveryCodes.activate(ben))
    assert len(set(codes)) == 10 and all(len(code) == 19 for code in codes)
    data = kept().data
    assert not any(code in str(data) or code.replace("-", "") in str(data) for code in codes)
    assert "once" not in data and len({salt for salt, _ in data["hashes"]}) == 10
    assert all(len(bytes.fromhex(salt)) == 16 for salt, _ in data["hashes"])
    again = kept().wrap()
    again.mark_as_viewed()
    assert set(again.get_unused_codes()) == {"•••• •••• •••• ••••"}


@pytest.mark.parametrize("typed", [str, str.upper, lambda code: code.replace("-", " "), lambda c: c.replace("-", "")])
def test_a_code_works_once_however_it_is_typed(ben: User, typed: Any) -> None:
    code = shown(RecoveryCodes.activate(ben))[3]
    assert kept().wrap().validate_code(typed(code))
    assert not kept().wrap().validate_code(code)
    assert len(kept().wrap().get_unused_codes()) == 9 and len(kept().wrap().generate_codes()) == 10


@pytest.mark.parametrize("guess", ["", "0000-0000-0000-0000", "•••• •••• •••• ••••"])
def test_a_guess_does_not_work(ben: User, guess: str) -> None:
    shown(RecoveryCodes.activate(ben))
    assert not kept().wrap().validate_code(guess)


def test_the_codes_of_one_person_are_not_those_of_another(ben: User) -> None:
    code = shown(RecoveryCodes.activate(person("clara")))[0]
    shown(RecoveryCodes.activate(ben))
    assert not Authenticator.objects.get(user=ben).wrap().validate_code(code)


def test_the_same_code_has_another_hash_with_another_salt() -> None:
    code = new_code()
    assert hashed(code, "00" * 16) != hashed(code, "01" * 16)
