"""The forms that every kind of import has: what the columns say, and what a row is about."""

from django import forms

from luodi.company_files.tables import MOST_COLUMNS
from luodi.web.core.forms import ActionForm
from luodi.web.core.types import Json


class Begin(ActionForm):
    """`column_N` names the column, `says_N` what it says; blank is left out."""

    def arguments(self) -> Json:
        pairs = ((self.data.get(f"column_{n}", ""), self.data.get(f"says_{n}", "")) for n in range(MOST_COLUMNS))
        return {"mapping": {column: says for column, says in pairs if column and says}}


class Reject(ActionForm):
    reason = forms.CharField(max_length=2000, required=False)
