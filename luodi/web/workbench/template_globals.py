"""What every page may use of this app."""

from typing import Final

from luodi.documents.answers import country_name
from luodi.web.workbench.lists import FURTHER, LINKED, USUAL
from luodi.web.workbench.queries.bands import CASE_BANDS
from luodi.web.workbench.queries.clock_rows import reading, waiting_on, what
from luodi.web.workbench.queries.day import BESIDE_BANDS
from luodi.web.workbench.views.clocks import clock_shown

GLOBALS: Final[dict[str, object]] = {
    "clock_shown": clock_shown,
    "case_bands": CASE_BANDS,
    "beside_bands": BESIDE_BANDS,
    "linked_filters": LINKED,
    "queue_columns": (*USUAL, *FURTHER),
    "country_name": country_name,
    "reading": reading,
    "waiting_on": waiting_on,
    "what": what,
}
