"""The forms of people, their roles and invitations."""

from datetime import date

from django import forms
from django.utils import timezone

from luodi.message import Message
from luodi.web.accounts.models import Company, Unit, User
from luodi.web.accounts.validation import Grant, checked_email
from luodi.web.core.forms import ActionForm, one_of
from luodi.web.core.roles import OF_A_COMPANY, OF_A_UNIT, OF_THE_SITE, Role, RoleLevel
from luodi.web.core.words import language, say


class ReasonForm(ActionForm):
    reason = forms.CharField(max_length=500, required=False)


class FactorsForm(ReasonForm):
    """Second factors are removed for a reason, which the action asks for."""


class CompanyNumber(forms.IntegerField):
    """A company by its number: a list of all that there are would be as long as the register."""

    def clean(self, value: object) -> Company | None:
        number = super().clean(value)
        found = None if number is None else Company.objects.filter(pk=number, merged_into=None).first()
        if number is not None and found is None:
            raise forms.ValidationError(say("accounts.error_no_company"))
        return found


class Days(ActionForm):
    """From a day, to before another."""

    starts = forms.DateField()
    ends = forms.DateField(required=False)

    def clean(self) -> None:
        super().clean()
        given = self.cleaned_data
        if given.get("starts") and given.get("ends") and given["ends"] <= given["starts"]:
            self.add_error("ends", say("accounts.error_ends"))


class _WithRole(ActionForm):
    role = one_of("accounts", "role", Role)
    unit = forms.ModelChoiceField(Unit.objects.filter(closes=None), required=False)
    company = CompanyNumber(required=False, min_value=1, max_value=10**18)
    scope = one_of("accounts", "scope", RoleLevel, required=False)  # of a representative

    def clean(self) -> None:
        """The role with what it needs, told at the field that is missing or too much."""
        super().clean()
        given = self.cleaned_data
        role = given.get("role")
        for name, needed, refused in (
            ("unit", OF_A_UNIT, OF_A_COMPANY | OF_THE_SITE),
            ("company", OF_A_COMPANY, set(Role) - OF_A_COMPANY),
        ):
            if role in needed and not given.get(name):
                self.add_error(name, say(f"accounts.error_{name}_needed"))
            if role in refused and given.get(name):
                self.add_error(name, say(f"accounts.error_{name}_refused"))

    def arguments(self) -> dict[str, object]:
        return {**self.cleaned_data, "grant": self.grant()}

    def grant(self) -> Grant | None:
        given = self.cleaned_data
        if not given["role"]:
            return None
        scope = given.get("scope") if given["role"] in OF_A_COMPANY else None
        return Grant(given["role"], given["unit"], given["company"], scope or RoleLevel.FULL)


class Invite(_WithRole):
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


class GiveRole(_WithRole, Days):
    field_order = ("role", "unit", "company", "scope", "starts", "ends")


class Representative(Days):
    """Whoever has an account, named by their address; others are invited."""

    email = forms.EmailField()
    scope = one_of("accounts", "scope", RoleLevel)
    field_order = ("email", "scope", "starts", "ends")

    def clean_email(self) -> User:
        found = User.objects.filter(email=self.cleaned_data["email"].casefold(), is_active=True).first()
        if found is None:
            raise forms.ValidationError(say("accounts.error_nobody"))
        return found
