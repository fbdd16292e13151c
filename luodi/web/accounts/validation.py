"""What is checked of people, companies and roles wherever they are entered."""

from dataclasses import dataclass

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from luodi.errors import BadInput, DuplicateKey, LuodiError, did_you_mean
from luodi.profiles.codes import check_country, credit_code
from luodi.web.accounts.models import Company, Unit, User
from luodi.web.core.roles import Role, RoleLevel


@dataclass(frozen=True)
class Grant:
    """A role with what it is tied to."""

    role: Role
    unit: Unit | None = None
    company: Company | None = None
    scope: RoleLevel = RoleLevel.FULL  # of a representative alone


class MergedAway(LuodiError):
    """An act on a company that turned out to be another one."""

    code = "merged-away"


def checked_company(
    name_zh: str, name_en: str, typed: str | None, country: str, *, but: int | None = None
) -> str | None:
    """The credit code as it is kept. Raises `BadInput` or `DuplicateKey`; `but` is the company itself."""
    if not name_zh and not name_en:
        raise BadInput("accounts.company-name")
    code = credit_code(typed) if typed and typed.strip() else None
    if country:
        check_country(country)
    if code and Company.objects.filter(credit_code=code).exclude(pk=but or 0).exists():
        raise DuplicateKey("accounts.company-with-credit-code-already", written=code)
    return code


def checked_email(email: str) -> str:
    address = User.objects.normalize_email(email.strip()).casefold()
    try:
        validate_email(address)
    except ValidationError:
        raise BadInput("accounts.no-address-such-name-example", email=email) from None
    return address


def new_email(email: str) -> str:
    """One that no account has. Raises `DuplicateKey` too."""
    address = checked_email(email)
    if User.objects.filter(email=address).exists():
        raise DuplicateKey("accounts.account-with-address-already", address=address)
    return address


def checked_password(password: str, user: User) -> None:
    try:
        validate_password(password, user)
    except ValidationError as problem:
        raise BadInput("accounts.password-too-weak", messages=" ".join(problem.messages)) from None


def role_named(name: str) -> Role:
    try:
        return Role(name)
    except ValueError:
        known = [role.value for role in Role]
        raise BadInput("accounts.no-role", name=name, known=known, meant=did_you_mean(name, known)) from None


def still_there(company: Company | None) -> None:
    """Lock it, so that it is not merged meanwhile. Raises `MergedAway`."""
    if company is not None and Company.objects.select_for_update(of=("self",)).get(pk=company.pk).merged_into_id:
        raise MergedAway("accounts.company-merged", company=str(company))


def not_oneself(actor: User | None, user: int) -> None:
    """Whoever shuts themselves out may leave a site without an administrator. Raises `BadInput`."""
    if actor is not None and actor.pk == user:
        raise BadInput("accounts.oneself")
