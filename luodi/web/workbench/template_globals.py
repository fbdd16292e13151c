"""What every page may use of this app."""

from typing import Final

from luodi.documents.answers import country_name
from luodi.web.workbench.lists import LINKED
from luodi.web.workbench.queries.clock_rows import reading, waiting_on, what
from luodi.web.workbench.views.clocks import clock_shown

GLOBALS: Final[dict[str, object]] = {
    "clock_shown": clock_shown,
    "linked_filters": LINKED,
    "country_name": country_name,
    "reading": reading,
    "waiting_on": waiting_on,
    "what": what,
}
