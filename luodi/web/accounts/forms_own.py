"""The forms about oneself."""

from django import forms


class Erase(forms.Form):
    sure = forms.BooleanField()
