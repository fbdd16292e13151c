"""What a lead plans, in the codes of our books: what is no code of theirs is refused wherever it comes from."""

from collections.abc import Mapping
from typing import Final

from luodi.access.question import AccessQuestion
from luodi.access.treatments import access_book
from luodi.errors import LuodiError

PARTS: Final = ("service", "place", "share")


def check_part(name: str, text: str) -> str:
    """A service or a place of the books, or a share from 0 to 100. Raises `LuodiError`, at the name."""
    written = text.strip().removesuffix("%").strip() if name == "share" else text.strip()
    try:
        AccessQuestion.parse({name: written}, access_book())
    except LuodiError as problem:
        problem.at = name
        raise
    return written


def check_plan(plan: Mapping[str, object]) -> None:
    """Raises `LuodiError`, at the part that cannot be."""
    for name in PARTS:
        if plan.get(name) not in (None, ""):
            check_part(name, str(plan[name]))
