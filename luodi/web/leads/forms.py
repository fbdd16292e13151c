"""The forms of leads: one an act. What their fields are called stands in the words: `leads.field_NAME`."""

from typing import Any

from django import forms

from luodi.radar.lead_score import weights
from luodi.web.core.forms import MOST, ActionForm, day
from luodi.web.leads.models import Signal
from luodi.web.words import language, say


def _text(most: int = MOST, required: bool = True, long: bool = False) -> forms.CharField:
    return forms.CharField(max_length=most, required=required, widget=forms.Textarea if long else forms.TextInput)


class Reason(ActionForm):
    reason = _text(2000)


class Park(Reason):
    until = day()
    field_order = ("key", "version", "until", "reason")


class Assign(ActionForm):
    """To oneself, where nobody is named."""

    officer = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)


class Duplicate(ActionForm):
    of = forms.IntegerField(min_value=1)


class Convert(ActionForm):
    company = forms.ChoiceField(required=False)

    def __init__(self, *args: Any, companies: list[tuple[str, str]] | None = None, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["company"].choices = companies or []
        self.fields["company"].required = any(key == "new" for key, _ in companies or [])


class SayEvidence(ActionForm):
    said = forms.ChoiceField()
    day = day()
    source = _text(300)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        lang = language()
        self.fields["said"].choices = [
            (f"{part.id} {value}", f"{part.title[lang]}{'：' if lang == 'zh' else ': '}{part.words[value][lang]}")
            for part in weights().parts
            if not part.from_books
            for value in part.points
        ]


class Adjust(ActionForm):
    points = forms.IntegerField(min_value=-20, max_value=20)
    reason = _text(2000)


class Describe(ActionForm):
    title = _text(300)
    company_name = _text(300, required=False)
    country = _text(2, required=False)
    service = _text(40, required=False)
    place = _text(40, required=False)
    share = _text(10, required=False)
    technology = _text(300, required=False)
    summary = _text(required=False, long=True)


class New(Describe):
    """A lead that an officer heard of."""

    kind = forms.ChoiceField()
    source = _text(200)
    contact = _text(200, required=False)
    email = forms.EmailField(required=False)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        kinds = (Signal.Kind.FAIR, Signal.Kind.NEWS, Signal.Kind.REFERRAL, Signal.Kind.REGISTER)
        self.fields["kind"].choices = [(str(kind), say(f"leads.kind_{kind}")) for kind in kinds]


class File(ActionForm):
    file = forms.FileField()
    source = _text(200)


class Interest(ActionForm):
    """What somebody without an account tells: who they are and what they plan."""

    company_name = _text(300)
    country = _text(2, required=False)
    name = forms.CharField(max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    email = forms.EmailField(widget=forms.EmailInput(attrs={"autocomplete": "email"}))
    technology = _text(300, required=False)
    message = _text(long=True)
    consent = forms.BooleanField()
