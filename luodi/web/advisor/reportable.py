"""What can be reported as wrong or missing: every entry of the library, the sections of a plan, and any page."""

import re
from typing import Final

from luodi.documents import wording
from luodi.documents.sections.section import TITLES
from luodi.library.entry import KINDS
from luodi.library.shelf import shelf
from luodi.web.core.words import say

SECTION: Final = "section"
PAGE: Final = "page"
_ADDRESS: Final = re.compile(r"/[\w\-./~%,+@]{0,199}")


def title_of(kind: str, line: str, lang: str) -> str | None:
    """What a line is called; None for one that is not there."""
    if kind == PAGE:
        return say("advisor.line_page", lang, path=line) if _ADDRESS.fullmatch(line) else None
    if kind == SECTION:
        title = TITLES.get(line)
        return say("advisor.section_of_plan", lang, name=title[lang == "en"]) if title else None
    found = shelf().get(kind, line) if kind in KINDS else None
    return f"{say(f'library.kind_{kind}', lang)} · {wording.pick(found.title, lang)}" if found else None
