"""Pages of editions, and the files that leave: the board, or an edition, as a workbook or on paper."""

from fractions import Fraction

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from luodi.documents.report import TooManyRows
from luodi.scorecard.editions import Edition, NotReproduced, difference
from luodi.scorecard.plan import plan
from luodi.web.accounts.models import Unit, User
from luodi.web.core.exports import TYPES, attached
from luodi.web.core.pages import page
from luodi.web.core.roles import Role
from luodi.web.core.views import Attempt, submit
from luodi.web.core.words import language, say
from luodi.web.journal.queries import names_of
from luodi.web.scorecard import forms
from luodi.web.scorecard.actions.editions import freeze
from luodi.web.scorecard.exports.bars import TYPES as BARS
from luodi.web.scorecard.exports.bars import export_bars
from luodi.web.scorecard.exports.board import FORMS, export_board, export_edition
from luodi.web.scorecard.models import FrozenEdition
from luodi.web.scorecard.queries import board as queries
from luodi.web.scorecard.queries.editions import Cut, reproduced
from luodi.web.scorecard.views import figures
from luodi.web.scorecard.views.board import readers


@require_http_methods(["GET", "HEAD", "POST"])
@readers
def editions(request: HttpRequest) -> HttpResponse:
    """Those of one's units, the newest first; a leader freezes the next one."""
    on = timezone.localdate()
    units = queries.units_led(request.user, on, [Role.LEADER])
    form, tried = forms.Freeze(request.POST or None, units=units, initial={"day": on}), Attempt()
    if request.method == "POST":
        tried = submit(request, freeze, form)
        if tried.done is not None:
            messages.success(request, say("scorecard.said_frozen"))
            return redirect("scorecard:edition", pk=tried.done.pk)
    return page(
        request,
        "scorecard/editions",
        tried.status,
        rows=queries.editions(request.user)[:200],
        form=form if units else None,
        tried=tried,
    )


@require_safe
@readers
def edition(request: HttpRequest, pk: int) -> HttpResponse:
    """What an edition says, what changed since the one before, and whether the records still give it."""
    row = queries.edition_of(request.user, pk) if pk < 2**63 else None
    if row is None:
        raise Http404
    stored, before = Edition(row.content), queries.edition_before(row)
    said, lang = stored.document, language()
    titles = {one["code"]: one["title"][lang] for one in said["indicators"]}
    return page(
        request,
        "scorecard/edition",
        row=row,
        said=said,
        before=before,
        titles=titles,
        plan=plan(),
        changes=difference(Edition(before.content) if before else None, stored) if before else (),
        problem=_problem(row),
        thresholds=figures.bands_shown(Cut.of(said).bands, lang),
        units={one.pk: one for one in Unit.objects.filter(pk__in=said["units"])},
        people=names_of([one for c in said["contributions"] for one in (c["claimed_by"], c["checker"])]),
        share=_share,
    )


def _problem(row: FrozenEdition) -> bool:
    try:
        reproduced(row)
    except NotReproduced:
        return True
    return False


def _share(text: str | None, lang: str) -> str:
    return figures.share_shown(Fraction(text) if text else None, lang)


@require_POST
@readers
def export(request: HttpRequest) -> HttpResponse:
    """The board, or the edition that is named, as XLSX or PDF."""
    form, now = request.POST.get("form", ""), timezone.now()
    if form not in FORMS:
        raise Http404
    assert isinstance(request.user, User)
    name = f"plan-{timezone.localdate(now).isoformat()}"
    try:
        if request.POST.get("edition"):
            row = _edition(request)
            made, name = export_edition(request.user, row, form, language(), at=now), f"edition-{row.number}"
        else:
            made = export_board(request.user, form, language(), at=now)
    except TooManyRows:
        return page(request, "scorecard/refused", 422)
    return attached(made, TYPES[form], f"{name}.{form}")


def _edition(request: HttpRequest) -> FrozenEdition:
    number = request.POST["edition"]
    found = queries.edition_of(request.user, int(number)) if number.isdecimal() and len(number) < 18 else None
    if found is None:
        raise Http404
    return found


@require_POST
@readers
def bars(request: HttpRequest, form: str) -> HttpResponse:
    """The bars of the board as a picture or a table."""
    now = timezone.now()
    assert isinstance(request.user, User)
    made, name = (
        export_bars(request.user, form, language(), at=now),
        f"bars-{timezone.localdate(now).isoformat()}.{form}",
    )
    return attached(made, BARS[form], name)
