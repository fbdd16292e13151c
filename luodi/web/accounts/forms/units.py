"""The forms of units and companies."""

from django import forms
from django.db.models import QuerySet

from luodi.message import Message
from luodi.web.accounts.models import Unit
from luodi.web.core.forms import ActionForm, Data, country_code, one_of
from luodi.web.core.words import language


class UnitField(forms.ModelChoiceField[Unit]):
    """Units by their name in the language of the page, as deep as they stand in the tree."""

    def label_from_instance(self, obj: Unit) -> str:
        return "\u3000" * (obj.path.count("/") - 2) + (obj.name_zh if language() == "zh" else obj.name_en)


def open_units() -> QuerySet[Unit]:
    return Unit.objects.filter(closes=None)


class UnitForm(ActionForm):
    kind = one_of("accounts", "unit", Unit.Kind)
    name_zh = forms.CharField(max_length=200)
    name_en = forms.CharField(max_length=200)


class NewUnit(UnitForm):
    parent = UnitField(open_units(), required=False)


class MoveUnit(ActionForm):
    parent = UnitField(open_units(), required=False)

    def __init__(self, data: Data = None, *, row: Unit, auto_id: str = "id_%s") -> None:
        super().__init__(data, row=row, initial={"parent": row.parent_id}, auto_id=auto_id)
        parent = self.fields["parent"]
        assert isinstance(parent, UnitField)
        parent.queryset = open_units().exclude(path__startswith=row.path)


class CloseUnit(ActionForm):
    day = forms.DateField()
    reason = forms.CharField(max_length=500)


class CompanyForm(ActionForm):
    name_zh = forms.CharField(max_length=300, required=False)
    name_en = forms.CharField(max_length=300, required=False)
    credit_code = forms.CharField(max_length=40, required=False)  # blanks may stand in it
    country = country_code()

    def clean(self) -> None:
        super().clean()
        given = self.cleaned_data
        if not given.get("name_zh") and not given.get("name_en"):
            self.add_error("name_zh", Message("accounts.company-name").said(language()))
        given["credit_code"] = given.get("credit_code") or None
        given["country"] = given.get("country") or ""
