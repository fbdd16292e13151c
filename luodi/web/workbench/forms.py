"""The forms of the desk. What their fields are called stands in the words: `workbench.field_NAME`."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Unpack

from django import forms

from luodi.web.accounts.models import Unit
from luodi.web.core.forms import ActionForm, Data, Options, RecordField, offer
from luodi.web.core.keys import key_of, new_key
from luodi.web.core.words import say
from luodi.web.workbench.lists import LISTS
from luodi.web.workbench.models import About
from luodi.web.workbench.views.moves import MOVES

_KEY = r"^[0-9A-Za-z_-]{16,64}$"
#: Where a form was shown, and so where one comes back to.
BACK_TO = ("day", "queue", "board")


class Act(forms.Form):
    """A form that has one effect, however often it is sent."""

    key = forms.RegexField(_KEY, widget=forms.HiddenInput)

    def __init__(self, data: Data = None, *, initial: Mapping[str, object] = MappingProxyType({})) -> None:
        super().__init__(data, initial={"key": new_key(), **initial})

    def clean_key(self) -> str:
        return key_of(self.cleaned_data["key"], self.data)


class Plain(ActionForm):
    """Nothing to say beside the action."""


class SaveView(ActionForm):
    """`asked` of the answer is what the list narrows by, of the fields that are sent beside."""

    name = forms.CharField(max_length=100)
    about = forms.ChoiceField(choices=About.choices, widget=forms.HiddenInput)
    share = RecordField(required=False)

    def __init__(self, data: Data = None, *, units: Iterable[Unit] = (), **more: Unpack[Options]) -> None:
        super().__init__(data, **more)
        offer(self, "share", units)

    def arguments(self) -> dict[str, object]:
        given = self.cleaned_data
        asked = LISTS[given["about"]].read(self.data)
        return {"name": given["name"], "about": given["about"], "unit": given["share"], "asked": asked}


class Move(Act):
    """Of a case, as it was when the form was made. `moves` are offered; whether one fits, the act itself decides, so
    that a form sent twice is not refused the second time."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    to = forms.ChoiceField(choices=[(name, name) for name in BACK_TO], widget=forms.HiddenInput)
    move = forms.ChoiceField(choices=[(name, name) for name in MOVES])
    reason = forms.CharField(max_length=2000, required=False)

    def __init__(
        self,
        data: Data = None,
        *,
        moves: tuple[str, ...] = (),
        initial: Mapping[str, object] = MappingProxyType({}),
    ) -> None:
        super().__init__(data, initial=initial)
        self.offered = [(name, say(f"workbench.move_{name}")) for name in moves]
