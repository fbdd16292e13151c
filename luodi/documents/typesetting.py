"""PDF by Typst: what is to be said goes in as JSON, so that no text is ever read as markup."""

import json
from datetime import UTC, date, datetime
from typing import Final

from luodi.colours import colours
from luodi.documents.fonts import drawable, typst_fonts
from luodi.errors import LuodiError

_NO_GLYPH: Final = "could not be displayed"  # as Typst says it, since a document that all can read has every letter


class CannotTypeset(LuodiError):
    """Typst refused the document: a defect of the template, not of what it says."""

    code = "cannot-typeset"


def typeset(template: bytes, view: str, day: date) -> bytes:
    """A template with what it shows, as JSON. A character that no font draws stands there by its number, `[U+1F680]`.

    Raises `NoFont` where the font package is missing, `CannotTypeset` where the template fails.
    """
    import typst

    try:
        return _compiled(template, view, day)
    except typst.TypstError as problem:
        if _NO_GLYPH not in problem.message:
            raise CannotTypeset("documents.typesetter-says", problem=problem.message) from problem
    try:
        return _compiled(template, drawable(view), day)
    except typst.TypstError as problem:
        raise CannotTypeset("documents.typesetter-says", problem=problem.message) from problem


def _compiled(template: bytes, view: str, day: date) -> bytes:
    import typst

    compiler = typst.Compiler(template, font_paths=typst_fonts(), ignore_system_fonts=True)
    made = compiler.compile(
        format="pdf",
        sys_inputs={"view": view, "colours": json.dumps(dict(colours()))},
        timestamp=datetime(day.year, day.month, day.day, tzinfo=UTC),
        pdf_standards=["ua-1"],
    )
    assert isinstance(made, bytes)
    return made
