"""The forms of this app. What their fields are called stands in the words: `mail.field_NAME`."""

from collections.abc import Mapping
from typing import Unpack

from django import forms

from luodi.casework.book import proof_kinds
from luodi.web.cases.models import LandingCase
from luodi.web.core import forms as fields
from luodi.web.core.words import language, say
from luodi.web.files.forms import FilesField
from luodi.web.mail import queries
from luodi.web.mail.models import Message


class Write(fields.ActionForm):
    """A message to contacts of the company, with documents of the case and files from one's own machine."""

    to = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple)
    subject = forms.CharField(max_length=200)
    text = fields.text(most=20_000)
    documents = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple, required=False)
    uploads = FilesField(most=5, required=False)
    reply = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)

    def __init__(self, data: fields.Data = None, *, case: LandingCase, **more: Unpack[fields.Options]) -> None:
        super().__init__(data, **more)
        self.case, kinds = case, proof_kinds()
        self.people = {str(one.pk): one for one in queries.contacts_of(case)}
        self.papers = {str(one.pk): one for one in queries.documents_of(case)}
        fields.set_choices(self, "to", [(key, f"{one.name} <{one.email}>") for key, one in self.people.items()])
        papers = [(key, f"{kinds[one.proves].title[language()]} · {one.file.name}") for key, one in self.papers.items()]
        fields.set_choices(self, "documents", papers)
        if not papers:
            del self.fields["documents"]

    def clean_subject(self) -> str:
        """A line end would begin another header."""
        subject = str(self.cleaned_data["subject"])
        if not subject.isprintable():
            raise forms.ValidationError(say("mail.error_subject"))
        return subject

    def clean_reply(self) -> Message | None:
        key = self.cleaned_data["reply"]
        found = Message.objects.filter(pk=key, case=self.case).first() if key else None
        if key and found is None:
            raise forms.ValidationError(say("mail.error_reply"))
        return found

    def arguments(self) -> Mapping[str, object]:
        given = self.cleaned_data
        to, documents = given["to"], given.get("documents", ())
        chosen = {"to": [self.people[key] for key in to], "documents": [self.papers[key] for key in documents]}
        return {**given, **chosen, "files": given["uploads"]}


class PutOnCase(fields.ActionForm):
    case = forms.CharField(max_length=40)  # its reference
