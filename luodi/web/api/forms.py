"""The form of a new key."""

from collections.abc import Mapping
from datetime import datetime, time
from typing import Final

from django import forms
from django.utils import timezone

from luodi.web.accounts.models import User
from luodi.web.api import queries
from luodi.web.api.models import KeyScope
from luodi.web.core.forms import ActionForm, Data, set_choices
from luodi.web.core.permissions import has_role
from luodi.web.core.roles import Role
from luodi.web.core.words import say

MOST: Final = 20  # keys of one person that are good


class MakeKey(ActionForm):
    name = forms.CharField(max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    scopes = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple)
    until = forms.DateField(required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(
        self, data: Data = None, *, user: User | None = None, initial: Mapping[str, object] | None = None
    ) -> None:
        super().__init__(data, initial=initial)
        self.user = user
        set_choices(self, "scopes", [(one.value, say(f"api.scope_{one.value}_for")) for one in scopes_of(user)])

    def clean_until(self) -> datetime | None:
        """The last moment of that day here."""
        day = self.cleaned_data["until"]
        if day is None:
            return None
        if day < timezone.localdate():
            raise forms.ValidationError(say("api.error_past"))
        return timezone.make_aware(datetime.combine(day, time.max))

    def clean(self) -> None:
        if queries.good_keys(self.user, at=timezone.now()) >= MOST:
            self.add_error(None, say("api.error_many", most=MOST))
        super().clean()

    def arguments(self) -> dict[str, object]:
        return {**self.cleaned_data, "expires": self.cleaned_data["until"]}


def scopes_of(user: User | None) -> list[KeyScope]:
    """What a key of somebody can be good for; what it then shows, their roles say."""
    return [scope for scope in KeyScope if scope is not KeyScope.OFFICE or has_role(user, [Role.OFFICER])]
