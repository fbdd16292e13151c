"""The forms of units, companies and absence."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from luodi.message import Message
from luodi.web.accounts.models import Unit, User
from luodi.web.core.forms import one_of
from luodi.web.core.roles import RoleLevel
from luodi.web.core.words import language, say


class _InOurLanguage(forms.ModelChoiceField):
    """Units by their name in the language of the page, as deep as they stand in the tree."""

    def label_from_instance(self, obj: Any) -> str:
        if not isinstance(obj, Unit):
            return f"{obj.name} ({obj.email})" if obj.name else str(obj.email)
        return "\u3000" * (obj.path.count("/") - 2) + (obj.name_zh if language() == "zh" else obj.name_en)


def _among(form: forms.Form, name: str, rows: QuerySet[Any]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ModelChoiceField)
    field.queryset = rows


class UnitForm(forms.Form):
    kind = one_of("accounts", "unit", Unit.Kind)
    name_zh = forms.CharField(max_length=200)
    name_en = forms.CharField(max_length=200)
    parent = _InOurLanguage(Unit.objects.none(), required=False)

    def __init__(self, *args: Any, places: Any, **more: Any) -> None:
        """`places` are the units it may stand below; None for a form that does not ask."""
        super().__init__(*args, **more)
        if places is None:
            del self.fields["parent"]
        else:
            _among(self, "parent", places)


class MoveUnit(forms.Form):
    parent = _InOurLanguage(Unit.objects.none(), required=False)

    def __init__(self, *args: Any, places: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        _among(self, "parent", places)


class CloseUnit(forms.Form):
    day = forms.DateField()
    reason = forms.CharField(max_length=500)


class CompanyForm(forms.Form):
    name_zh = forms.CharField(max_length=300, required=False)
    name_en = forms.CharField(max_length=300, required=False)
    credit_code = forms.CharField(max_length=40, required=False)  # blanks may stand in it
    country = forms.CharField(max_length=2, required=False)

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if not given.get("name_zh") and not given.get("name_en"):
            self.add_error("name_zh", Message("accounts.company-name").said(language()))
        given["credit_code"] = given.get("credit_code") or None
        given["country"] = (given.get("country") or "").upper()
        return given


class ChangeCompany(CompanyForm):
    """`version` is that of the company that was shown."""

    version = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    data: Any

    def again(self, version: int) -> None:
        """Show what was typed once more, for the company as it is now."""
        self.data = self.data.copy()
        self.data["version"] = str(version)


class _Days(forms.Form):
    starts = forms.DateField()
    ends = forms.DateField(required=False)

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("starts") and given.get("ends") and given["ends"] <= given["starts"]:
            self.add_error("ends", say("accounts.error_ends"))
        return given


class Representative(_Days):
    """Whoever has an account, named by their address; others are invited."""

    email = forms.EmailField()
    scope = one_of("accounts", "scope", RoleLevel)
    field_order = ("email", "scope", "starts", "ends")

    def clean_email(self) -> User:
        found = User.objects.filter(email=self.cleaned_data["email"].casefold(), is_active=True).first()
        if found is None:
            raise forms.ValidationError(say("accounts.error_nobody"))
        return found


class StandIn(forms.Form):
    """`back` is the first day on which the officer is there again."""

    stand_in = _InOurLanguage(User.objects.none())
    starts = forms.DateField()
    back = forms.DateField()

    def __init__(self, *args: Any, officers: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        _among(self, "stand_in", officers)
