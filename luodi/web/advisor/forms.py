"""The forms of the advisor. What they are called on the page stands in the words: `advisor.field_NAME`."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from luodi.web.advisor.models import FAULTS
from luodi.web.advisor.types import Doc
from luodi.web.core.forms import ActionForm, text
from luodi.web.core.words import say
from luodi.web.files.forms import FilesField

_LANGUAGES = [("zh", "中文"), ("en", "English")]


class EnquiryForm(ActionForm):
    name = forms.CharField(max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    email = forms.EmailField(widget=forms.EmailInput(attrs={"autocomplete": "email"}))
    company = forms.CharField(
        max_length=300, required=False, widget=forms.TextInput(attrs={"autocomplete": "organization"})
    )
    message = text(required=False)
    consent = forms.BooleanField()
    shown = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def __init__(
        self,
        data: QueryDict | None = None,
        files: MultiValueDict[str, UploadedFile] | None = None,
        *,
        digest: str,
        asks: bool,
        initial: Doc,
    ) -> None:
        """`digest` is that of the plan on the page now; a message is required where nothing else `asks`."""
        super().__init__(data, files, initial={**initial, "shown": digest})
        self.digest = digest
        self.fields["files"] = FilesField(most=5, required=False)
        self.fields["message"].required = not asks
        self.order_fields(["key", "name", "email", "company", "message", "files", "consent", "shown"])

    def clean(self) -> dict[str, Any]:
        """What was shown is what is sent, or it is shown again."""
        given: dict[str, Any] = super().clean() or {}
        if given.get("shown") and given["shown"] != self.digest:
            self.add_error(None, say("advisor.error_changed"))
            again = self.data.copy()
            again["shown"] = self.digest
            self.data = again
        return given


class AnswerForm(ActionForm):
    text = text()
    language = forms.ChoiceField(choices=_LANGUAGES)


class CloseForm(ActionForm):
    reason = text()


class ReportForm(ActionForm):
    fault = forms.ChoiceField(
        widget=forms.RadioSelect, choices=lambda: [(name, say(f"advisor.fault_{name}_line")) for name in FAULTS]
    )
    text = text()
    attach = forms.BooleanField(required=False)
    email = forms.EmailField(required=False, widget=forms.EmailInput(attrs={"autocomplete": "email"}))


class SaveForm(ActionForm):
    name = forms.CharField(max_length=200)
