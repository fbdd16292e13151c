"""The titles of the sections, in their order."""

from collections.abc import Mapping, Sequence
from typing import Final

from luodi.documents.say import Say
from luodi.documents.view import Block, Section

#: The sections in their order, each with its title.
TITLES: Final[Mapping[str, tuple[str, str]]] = {
    "to_open": ("开业前", "To open"),
    "to_go_live": ("上线前", "To go live"),
    "if_you_want": ("自愿办理", "Only if you want it"),
    "duties": ("开业后的义务", "Duties after"),
    "documents": ("材料", "Documents"),
    "benefits": ("能得到什么", "What you get"),
    "changes": ("什么会改变结论", "What would change it"),
    "questions": ("还可以告诉我们的", "What else you could tell us"),
    "reasons": ("为什么是这个结论", "Why this answer"),
    "facts": ("所依据的事实", "The facts it rests on"),
    "sources": ("依据", "Sources"),
}


def section(key: str, say: Say, finding: str, blocks: Sequence[Block]) -> Section:
    return Section(key, say.both(*TITLES[key]), finding, blocks)
