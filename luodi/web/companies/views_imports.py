"""Pages of imports of companies: those of every import, as `imports.pages` has them."""

from typing import Final

from django.views.decorators.http import require_http_methods, require_POST, require_safe

from luodi.company_files.mapping import FACT, PLAIN
from luodi.rules.library import company_vocabulary
from luodi.web.companies.actions.decisions import ON_RECORD, target_of
from luodi.web.companies.actions.imports import bring
from luodi.web.companies.actions.reading import COMPANY_FILES
from luodi.web.companies.models import ImportRun, InboundRecord
from luodi.web.companies.tasks import enqueue_work
from luodi.web.core.guards import only
from luodi.web.core.roles import Role
from luodi.web.core.words import language, say
from luodi.web.imports.pages import ImportPages

_staff = only(Role.OFFICER, Role.LEADER, Role.ADMINISTRATOR)
_workers = only(Role.OFFICER, Role.ADMINISTRATOR)


def _targets() -> list[tuple[str, str]]:
    lang = language()
    facts = company_vocabulary().attributes.values()
    said = sorted(((FACT + one.name, str(one.label.get(lang) or one.name)) for one in facts), key=lambda row: row[1])
    return [*((name, say(f"companies.target_{name}")) for name in PLAIN), *said]


_PAGES: Final = ImportPages(
    app="companies",
    home="companies:companies",
    kind=COMPANY_FILES,
    bring=bring,
    workers=frozenset({Role.OFFICER, Role.ADMINISTRATOR}),
    runs=ImportRun.objects.select_related("source", "file", "by"),
    rows=InboundRecord.objects.select_related("twin", "run__source").prefetch_related("decisions__company"),
    targets=_targets,
    on_row=ON_RECORD,
    target_of=target_of,
    enqueue=enqueue_work,
)
imports = require_http_methods(["GET", "HEAD", "POST"])(_staff(_PAGES.listed))
one_import = require_safe(_staff(_PAGES.one))
act = require_POST(_workers(_PAGES.act))
decide = require_POST(_workers(_PAGES.decide))
skipped = require_POST(_staff(_PAGES.skipped))
