"""What stands behind page one, each section with its finding in a line: who reads only the lines has read the plan."""

from collections.abc import Sequence
from typing import Final

from luodi.documents.say import Say
from luodi.documents.sections.benefits import benefits_section
from luodi.documents.sections.changes import changes_section
from luodi.documents.sections.reasons import facts_section, questions_section, reasons_section, sources_section
from luodi.documents.sections.steps import documents_section, duties_section, steps_section
from luodi.documents.view import RouteView, Section

_LANES: Final = ("to_open", "to_go_live", "if_you_want")


def sections(say: Say, more_routes: Sequence[RouteView] = ()) -> list[Section]:
    """The sections that have something to say, in the order of the page."""
    found = [
        *(steps_section(lane, say) for lane in _LANES),
        duties_section(say),
        documents_section(say),
        benefits_section(say),
        changes_section(say, more_routes),
        questions_section(say),
        reasons_section(say),
        facts_section(say),
        sources_section(say),
    ]
    shown = [each for each in found if each is not None]
    if not say.plan.access and say.plan.page_one.duration is None:
        # a company that asks for support reads of support first
        shown.sort(key=lambda each: each.id != "benefits")
    return shown
