"""The forms of the advisor. What they are called on the page stands in the words: `advisor.field_NAME`."""

from typing import Any

from django import forms

from luodi.web.advisor.models import FAULTS
from luodi.web.core.keys import key_of
from luodi.web.core.words import say
from luodi.web.files.forms import FilesField

_KEY = r"^[0-9A-Za-z_-]{16,64}$"
_LANGUAGES = [("zh", "中文"), ("en", "English")]
MOST = 10_000  # characters of a text


class _Once(forms.Form):
    """A form that has one effect, however often it is sent."""

    key = forms.RegexField(_KEY, widget=forms.HiddenInput)

    def clean_key(self) -> str:
        return key_of(self.cleaned_data["key"], self.data, self.files)


def _text(required: bool = True) -> forms.CharField:
    return forms.CharField(max_length=MOST, required=required, widget=forms.Textarea)


class HandOver(_Once):
    name = forms.CharField(max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    email = forms.EmailField(widget=forms.EmailInput(attrs={"autocomplete": "email"}))
    company = forms.CharField(
        max_length=300, required=False, widget=forms.TextInput(attrs={"autocomplete": "organization"})
    )
    message = _text(required=False)
    files = FilesField(most=5, required=False)
    consent = forms.BooleanField()
    shown = forms.CharField(max_length=64, widget=forms.HiddenInput)
    data: Any

    def __init__(self, *args: Any, digest: str, **more: Any) -> None:
        """`digest` of the plan that stands on the page now."""
        super().__init__(*args, **more)
        self.digest = digest
        self.initial["shown"] = digest

    def clean(self) -> dict[str, Any]:
        """What was shown is what is sent, or it is shown again."""
        given: dict[str, Any] = super().clean() or {}
        if given.get("shown") and given["shown"] != self.digest:
            self.add_error(None, say("advisor.error_changed"))
            again = self.data.copy()
            again["shown"] = self.digest
            self.data = again
        return given


class _Seen(forms.Form):
    """`seen` is how the enquiry stood when the form was made."""

    seen = forms.CharField(max_length=60, required=False, widget=forms.HiddenInput)
    data: Any

    def again(self, **fresh: str) -> None:
        """Show what was typed once more, for the enquiry as it is now."""
        self.data = self.data.copy()
        for name, value in fresh.items():
            self.data[name] = value


class Answer(_Seen, _Once):
    text = _text()
    language = forms.ChoiceField(choices=_LANGUAGES)


class Close(_Seen):
    reason = _text()


class Wrong(_Once):
    fault = forms.ChoiceField(widget=forms.RadioSelect)
    text = _text()
    attach = forms.BooleanField(required=False)
    email = forms.EmailField(required=False, widget=forms.EmailInput(attrs={"autocomplete": "email"}))

    def __init__(self, *args: Any, with_answers: bool, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["fault"].choices = [(name, say(f"advisor.fault_{name}_line")) for name in FAULTS]
        if not with_answers:
            del self.fields["attach"]


class Keep(forms.Form):
    name = forms.CharField(max_length=200)
