"""What a company plans, in the codes of our books: a code that they do not know is refused wherever it comes from."""

from collections.abc import Mapping
from typing import Final

from luodi.errors import LuodiError

PARTS: Final = ("service", "place", "share")


def check_part(name: str, text: str) -> str:
    """A service or a place of the books, or a share from 0 to 100. Raises `LuodiError`, at the name."""
    from luodi.access.question import AccessQuestion  # the books are read only when there is something to look up
    from luodi.access.treatments import access_book

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


def known_parts(plan: Mapping[str, object]) -> dict[str, object]:
    """The plan without what cannot be: what a stranger typed into an address is no reason to lose the rest."""
    found = dict(plan)
    for name in PARTS:
        try:
            check_plan({name: plan.get(name)})
        except LuodiError:
            found[name] = None
    return found
