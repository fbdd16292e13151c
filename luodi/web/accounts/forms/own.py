"""The forms about oneself: taking up an invitation, a password, absence, erasing."""

from collections.abc import Mapping

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.db.models import QuerySet

from luodi.web.accounts.models import User
from luodi.web.core.forms import ActionForm, Data


class Accept(forms.Form):
    """The invitation itself is used once, so that no key is needed."""

    name = forms.CharField(max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    password1 = forms.CharField(widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}))

    def __init__(self, data: Data = None, *, email: str) -> None:
        super().__init__(data)
        self.email = email

    def clean(self) -> None:
        super().clean()
        given = self.cleaned_data
        if given.get("password1"):
            try:
                validate_password(given["password1"], User(email=self.email, name=given.get("name", "")))
            except forms.ValidationError as problem:
                self.add_error("password1", problem)


class PasswordForm(ActionForm):
    password = forms.CharField(widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}))


class UserField(forms.ModelChoiceField[User]):
    def label_from_instance(self, obj: User) -> str:
        return f"{obj.name} ({obj.email})" if obj.name else obj.email


class StandIn(ActionForm):
    """`back` is the first day on which the officer is there again."""

    stand_in = UserField(User.objects.none())
    starts = forms.DateField()
    back = forms.DateField()

    def __init__(
        self, data: Data = None, *, officers: QuerySet[User] | None = None, initial: Mapping[str, object] | None = None
    ) -> None:
        super().__init__(data, initial=initial)
        stand_in = self.fields["stand_in"]
        assert isinstance(stand_in, UserField)
        stand_in.queryset = User.objects.none() if officers is None else officers

    def arguments(self) -> dict[str, object]:
        return {**self.cleaned_data, "ends": self.cleaned_data["back"]}


class Erase(ActionForm):
    """Of oneself."""

    sure = forms.BooleanField()


class EraseForReason(ActionForm):
    """Of somebody who asked for it by another way."""

    reason = forms.CharField(max_length=500)
