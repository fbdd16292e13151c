"""The forms of accounts. What they are called on the page stands in the words: `accounts.field_NAME`."""

from datetime import date
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils import timezone

from luodi.message import Message
from luodi.web.accounts.actions import Part, checked_email
from luodi.web.accounts.models import Company, Unit, User
from luodi.web.core.forms import one_of
from luodi.web.core.roles import OF_A_COMPANY, OF_A_UNIT, OF_THE_SITE, Role, RoleLevel
from luodi.web.core.words import language, say


class Accept(forms.Form):
    name = forms.CharField(max_length=200)
    password1 = forms.CharField(widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}))

    def __init__(self, *args: Any, email: str, **more: Any) -> None:
        super().__init__(*args, **more)
        self.email = email
        self.fields["name"].widget.attrs["autocomplete"] = "name"

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("password1"):
            try:
                validate_password(given["password1"], User(email=self.email, name=given.get("name", "")))
            except forms.ValidationError as problem:
                self.add_error("password1", problem)
        return given


class CompanyNumber(forms.IntegerField):
    """A company by its number: a list of all that there are would be as long as the register."""

    def clean(self, value: Any) -> Company | None:
        number = super().clean(value)
        found = None if number is None else Company.objects.filter(pk=number, merged_into=None).first()
        if number is not None and found is None:
            raise forms.ValidationError(say("accounts.error_no_company"))
        return found


class _WithPart(forms.Form):
    role = one_of("accounts", "role", Role)
    unit = forms.ModelChoiceField(Unit.objects.filter(closes=None), required=False)
    company = CompanyNumber(required=False, min_value=1, max_value=10**18)
    scope = one_of("accounts", "scope", RoleLevel, required=False)  # of a representative

    def clean(self) -> dict[str, Any]:
        """The role with what it needs, told at the field that is missing or too much."""
        given: dict[str, Any] = super().clean() or {}
        role = given.get("role")
        for name, needed, refused in (
            ("unit", OF_A_UNIT, OF_A_COMPANY | OF_THE_SITE),
            ("company", OF_A_COMPANY, set(Role) - OF_A_COMPANY),
        ):
            if role in needed and not given.get(name):
                self.add_error(name, say(f"accounts.error_{name}_needed"))
            if role in refused and given.get(name):
                self.add_error(name, say(f"accounts.error_{name}_refused"))
        return given

    def part(self) -> Part | None:
        given = self.cleaned_data
        if not given["role"]:
            return None
        scope = given.get("scope") if given["role"] in OF_A_COMPANY else None
        return Part(given["role"], given["unit"], given["company"], scope or RoleLevel.FULL)


class Invite(_WithPart):
    role = one_of("accounts", "role", Role, required=False, blank="accounts.role_none")
    email = forms.EmailField()
    language = forms.ChoiceField(choices=[("zh-hans", "中文"), ("en", "English")])
    ends = forms.DateField(required=False)
    field_order = ("email", "language", "role", "unit", "company", "scope", "ends")

    def clean_ends(self) -> date | None:
        ends: date | None = self.cleaned_data["ends"]
        if ends is not None and ends <= timezone.localdate():
            raise forms.ValidationError(Message("accounts.day-past").said(language()))
        return ends

    def clean_email(self) -> str:
        address = checked_email(self.cleaned_data["email"])
        if User.objects.filter(email=address).exists():
            raise forms.ValidationError(say("accounts.error_known"))
        return address


class GiveRole(_WithPart):
    starts = forms.DateField()
    ends = forms.DateField(required=False)

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if given.get("starts") and given.get("ends") and given["ends"] <= given["starts"]:
            self.add_error("ends", say("accounts.error_ends"))
        return given
