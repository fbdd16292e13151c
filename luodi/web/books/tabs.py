"""The tabs of a draft's page. A part of the desk that has one adds its line here."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Tab:
    """`name` is the route, which takes the draft's number; what it is called stands in the words as `books.tab_KEY`."""

    key: str
    name: str


TABS: Final = (
    Tab("draft", "books:draft"),
    Tab("edit", "books:edit"),
    Tab("try", "books:try"),
    Tab("affected", "books:affected"),
    Tab("history", "books:history"),
)
