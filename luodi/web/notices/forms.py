"""The forms of notices."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import time
from functools import cache
from zoneinfo import available_timezones

from django import forms

from luodi.web.core.forms import ActionForm, Data, set_choices
from luodi.web.core.notify import NoticeKind
from luodi.web.core.words import say


class Ask(forms.Form):
    email = forms.EmailField(max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"}))


@dataclass(frozen=True)
class Hours:
    """Quiet hours: from `starts` to before `ends` of the clock in `zone`."""

    starts: time
    ends: time
    zone: str


@cache
def zones() -> list[tuple[str, str]]:
    """Every zone of the tz database that is named after a place, and UTC."""
    names = sorted(name for name in available_timezones() if "/" in name and not name.startswith(("Etc/", "SystemV/")))
    return [(name, name.replace("_", " ")) for name in ["UTC", *names]]


class LettersForm(ActionForm):
    """How somebody wants to be told. `letters` are the kinds of which letters are wanted."""

    digest = forms.ChoiceField()
    quiet_from = forms.TimeField(required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    quiet_until = forms.TimeField(required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    zone = forms.ChoiceField()

    def __init__(
        self, data: Data = None, *, offered: Iterable[NoticeKind] = (), initial: Mapping[str, object] | None = None
    ) -> None:
        super().__init__(data, initial=initial)
        set_choices(self, "digest", [(key, say(f"notices.digest_{key}")) for key in ("0", "1")])
        set_choices(self, "zone", zones())
        self.offered = [kind.key for kind in offered]

    def clean(self) -> None:
        super().clean()
        given = self.cleaned_data
        first, last = given.get("quiet_from"), given.get("quiet_until")
        if "quiet_from" in given and "quiet_until" in given:
            if (first is None) != (last is None):
                self.add_error("quiet_until" if last is None else "quiet_from", say("notices.error_both"))
            elif first is not None and first == last:
                self.add_error("quiet_until", say("notices.error_same"))

    def arguments(self) -> dict[str, object]:
        given = self.cleaned_data
        letters = set(self.data.getlist("letters"))
        quiet = None
        if given["quiet_from"] is not None:
            quiet = Hours(given["quiet_from"], given["quiet_until"], given["zone"])
        return {
            "digest": given["digest"] == "1",
            "quiet": quiet,
            "stopped": [kind for kind in self.offered if kind not in letters],
            "wanted": [kind for kind in self.offered if kind in letters],
        }
