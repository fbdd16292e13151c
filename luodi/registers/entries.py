"""What a register of companies says of one, by its unified social credit code.

A provider is anything with `source` and `lookup`. `files.FileRegister` reads a file; another one asks a service. What a
provider is given by others is read here, so that each gives the same and refuses the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final, Protocol

from luodi.dates import BadDate, parse_day
from luodi.errors import LuodiError
from luodi.ownership.interval import parse_share
from luodi.places import country
from luodi.profiles.codes import credit_code

_MOST: Final = 300  # characters of a text
_MOST_OWNERS: Final = 200


class NotInRegister(LuodiError):
    """The register has no company of this code."""

    code = "not-in-register"


class RegisterUnavailable(LuodiError):
    """No register is set up, or it does not answer now; the same question may be answered later."""

    code = "register-unavailable"


class BadAnswer(LuodiError):
    """The register answers what cannot be read. Asking again helps nothing."""

    code = "register-bad-answer"


class Status(StrEnum):
    """As `operating_status` of the vocabulary."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    DEREGISTERED = "deregistered"
    IN_LIQUIDATION = "in_liquidation"


@dataclass(frozen=True, slots=True)
class Owner:
    """One holder. `share` is text as `ownership.parse_share` reads it, `?` where the register does not say."""

    name: str
    share: str = "?"
    country: str = ""  # ISO 3166; blank where the register does not say


@dataclass(frozen=True, slots=True)
class RegisterEntry:
    """An extract: what `source` said of a company on `day`. Blank where it says nothing; `owners` None likewise."""

    code: str
    name_zh: str
    name_en: str
    status: Status | None
    legal_form: str
    address: str
    owners: tuple[Owner, ...] | None
    day: date
    source: str

    def as_json(self) -> dict[str, Any]:
        """In the shape that `entry_of` reads."""
        owners = self.owners
        return {
            "code": self.code,
            "name": {"zh": self.name_zh, "en": self.name_en},
            "status": str(self.status or ""),
            "legal_form": self.legal_form,
            "address": self.address,
            "owners": None
            if owners is None
            else [{"name": one.name, "share": one.share, "country": one.country} for one in owners],
            "day": self.day.isoformat(),
            "source": self.source,
        }


class Register(Protocol):
    """A provider. `source` names it to people."""

    @property
    def source(self) -> str: ...

    def lookup(self, code: str) -> RegisterEntry | None:
        """The entry of a code of 18 characters; None where the register has none.

        Raises `RegisterUnavailable` and `BadAnswer`.
        """
        ...


def look_up(register: Register, typed: str) -> RegisterEntry:
    """The entry of a code, however it was typed. Raises `BadCode` before anybody is asked, `NotInRegister`, and what
    the register raises; an answer about another code is a `BadAnswer`."""
    code = credit_code(typed)
    found = register.lookup(code)
    if found is None:
        raise NotInRegister("registers.not-there", code=code, source=register.source)
    if found.code != code:
        raise BadAnswer("registers.other-code", code=code, found=found.code)
    return found


def entry_of(document: object, *, source: str = "", day: str = "") -> RegisterEntry:
    """A document `{code, name: {zh, en}, status, legal_form, address, owners: [{name, share, country}], day, source}`
    as an entry. `code`, a name and a day are needed; `source` and `day` are those of the whole file, which an entry may
    say for itself. Keys that are not known are passed over. Raises `BadAnswer`, which names the field."""
    given = _map(document, "")
    names = given.get("name")
    name_zh, name_en = (_text(_map(names, "name"), one, at=f"name.{one}") for one in ("zh", "en"))
    if not name_zh and not name_en:
        raise BadAnswer("registers.no-name", at="name")
    return RegisterEntry(
        code=_read(lambda: credit_code(_text(given, "code")), "code"),
        name_zh=name_zh,
        name_en=name_en,
        status=_status(_text(given, "status")),
        legal_form=_text(given, "legal_form"),
        address=_text(given, "address"),
        owners=_owners(given.get("owners")),
        day=_day(_text(given, "day") or day),
        source=_text(given, "source") or source,
    )


def _map(value: object, at: str) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise BadAnswer("registers.no-map", at=at or None)
    return value


def _text(given: Mapping[str, object], key: str, at: str = "") -> str:
    value = given.get(key)
    if value is None:
        return ""
    if not isinstance(value, str | int) or isinstance(value, bool) or len(str(value)) > _MOST:
        raise BadAnswer("registers.no-text", most=_MOST, at=at or key)
    return " ".join(str(value).split())


def _status(text: str) -> Status | None:
    try:
        return Status(text) if text else None
    except ValueError:
        raise BadAnswer("registers.no-status", text=text, known=[str(one) for one in Status], at="status") from None


def _day(text: str) -> date:
    if not text:
        raise BadAnswer("registers.no-day", at="day")
    try:
        return parse_day(text)
    except BadDate as problem:
        raise BadAnswer(problem.message, at="day") from None


def _owners(value: object) -> tuple[Owner, ...] | None:
    if value is None:
        return None
    if not isinstance(value, list) or len(value) > _MOST_OWNERS:
        raise BadAnswer("registers.no-owners", most=_MOST_OWNERS, at="owners")
    return tuple(_owner(_map(one, f"owners.{n}"), f"owners.{n}") for n, one in enumerate(value, 1))


def _owner(given: Mapping[str, object], at: str) -> Owner:
    name, share, home = (_text(given, key, f"{at}.{key}") for key in ("name", "share", "country"))
    if not name:
        raise BadAnswer("registers.no-name", at=f"{at}.name")
    share = share or "?"
    _read(lambda: parse_share(share), f"{at}.share")
    return Owner(name, share, _read(lambda: country(home).code, f"{at}.country") if home else "")


def _read(read: Any, at: str) -> Any:
    """What cannot be read is said of the register, not of whoever asked."""
    try:
        return read()
    except LuodiError as problem:
        raise BadAnswer(problem.message, at=at) from None
