"""Pages from which files leave: the list of cases, and the bulletin of a unit over a period."""

from datetime import date

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from luodi.errors import LuodiError
from luodi.web.accounts.models import Unit
from luodi.web.core.error_words import in_words
from luodi.web.core.exports import TYPES, WORKBOOK, attached
from luodi.web.core.forms import Data
from luodi.web.core.guards import only
from luodi.web.core.pages import page
from luodi.web.core.roles import Role
from luodi.web.core.types import AnyUser
from luodi.web.core.words import language
from luodi.web.scorecard.queries.board import units_led
from luodi.web.workbench.exports.bulletin import Period, export_bulletin
from luodi.web.workbench.exports.cases import export_cases, unit_name
from luodi.web.workbench.lists import CHOICES, QUEUE
from luodi.web.workbench.views.desk import user_of

_staff = only(Role.OFFICER, Role.LEADER)


@require_POST
@_staff
def cases(request: HttpRequest) -> HttpResponse:
    """The list as it was narrowed, as a workbook."""
    asked, now = QUEUE.read(request.POST), timezone.now()
    try:
        made = export_cases(user_of(request), asked, language(), at=now)
    except LuodiError as refused:
        return page(
            request,
            "workbench/refused",
            422,
            problem=in_words(refused, "workbench.refused"),
            asked=QUEUE.filled(asked),
            known=CHOICES,
        )
    return attached(made, WORKBOOK, f"cases-{timezone.localdate(now).isoformat()}.xlsx")


def own_units(user: AnyUser, on: date) -> list[Unit]:
    """The units that somebody works in or leads, with those below, by their place in the tree."""
    return units_led(user, on, (Role.OFFICER, Role.LEADER))


class BulletinForm(forms.Form):
    unit = forms.ChoiceField()
    first = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}))
    last = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}))
    form = forms.ChoiceField(choices=[(name, name.upper()) for name in ("docx", "pdf", "xlsx")])

    def __init__(self, units: list[Unit], data: Data, *, initial: dict[str, object]) -> None:
        super().__init__(data, initial=initial)
        choice = self.fields["unit"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [(str(one.pk), unit_name(one, language())) for one in units]


@require_http_methods(["GET", "HEAD", "POST"])
@_staff
def bulletin(request: HttpRequest) -> HttpResponse:
    """Choose a unit and a period; the answer is the file."""
    now = timezone.now()
    today = timezone.localdate(now)
    units, start = own_units(request.user, today), Period.half_year(today)
    form = BulletinForm(units, request.POST or None, initial={"first": start.first, "last": start.last})
    if request.method != "POST" or not form.is_valid():
        return page(request, "workbench/bulletin", 422 if form.errors else 200, form=form, problem="")
    given = form.cleaned_data
    unit = next(one for one in units if str(one.pk) == given["unit"])
    try:
        period = Period(given["first"], given["last"])
        made = export_bulletin(user_of(request), unit, period, given["form"], language(), at=now)
    except LuodiError as refused:
        return page(request, "workbench/bulletin", 422, form=form, problem=in_words(refused, "workbench.refused"))
    form = given["form"]
    return attached(made, TYPES[form], f"bulletin-{period.last.isoformat()}.{form}")
