"""Pages of files of leads: those of every import, as `imports.pages` has them."""

from collections.abc import Sequence
from typing import Final

from django.http import HttpRequest
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from luodi.web.core.guards import only
from luodi.web.core.permissions import visible
from luodi.web.core.roles import Role
from luodi.web.core.words import say
from luodi.web.imports.pages import ImportPages
from luodi.web.leads.actions_imports import LEAD_FILES, ON_ROW, bring
from luodi.web.leads.files import HEADS
from luodi.web.leads.models import Lead, LeadFile, LeadRow
from luodi.web.leads.tasks import enqueue_work
from luodi.web.leads.views import unit_of

_staff = only(Role.OFFICER, Role.LEADER)
_officers = only(Role.OFFICER)


def _visible(request: HttpRequest, rows: Sequence[LeadRow]) -> dict[str, object]:
    """The leads that rows may be about, or that came of them, as far as the reader may see them."""
    keys = {match.lead_id for row in rows for match in row.matches.all()} | {row.lead_id for row in rows if row.lead_id}
    return {"leads": {lead.pk: lead for lead in visible(request.user, Lead.objects.filter(pk__in=keys))}}


_PAGES: Final = ImportPages(
    app="leads",
    home="leads:inbox",
    kind=LEAD_FILES,
    bring=bring,
    workers=frozenset({Role.OFFICER}),
    runs=LeadFile.objects.select_related("unit", "file", "by"),
    rows=LeadRow.objects.select_related("twin", "run__unit").prefetch_related("matches"),
    targets=lambda: [(name, say(f"leads.target_{name}")) for name in HEADS],
    on_row=ON_ROW,
    target_of=lambda act, row: row,
    enqueue=enqueue_work,
    beside=_visible,
    arguments=lambda request: {"unit": unit_of(request)},
)
imports = require_http_methods(["GET", "HEAD", "POST"])(_staff(_PAGES.listed))
one_import = require_safe(_staff(_PAGES.one))
act = require_POST(_officers(_PAGES.act))
decide = require_POST(_officers(_PAGES.decide))
skipped = require_POST(_staff(_PAGES.skipped))
