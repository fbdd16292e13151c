"""Where the notices of the desk lead."""

from luodi.web.core.pages import place
from luodi.web.workbench.lists import LISTS
from luodi.web.workbench.models import SavedView


def to_view(row: object, lang: str) -> dict[str, str]:
    assert isinstance(row, SavedView)
    of = LISTS[row.about]
    return {"place": place(of.address, lang, query=of.query(row.asked))}
