"""The same changes as Atom and as JSON Feed."""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from django.utils.feedgenerator import Atom1Feed, rfc3339_date
from django.utils.xmlutils import SimplerXMLGenerator

from luodi.web.core.types import Json
from luodi.web.library.changes import Change

MOST: Final = 100
_HERE: Final = ZoneInfo("Asia/Shanghai")


class Feed:
    """What a feed needs to know of the page it stands for; addresses are absolute."""

    def __init__(self, title: str, lang: str, page: str, own: str, link: Callable[[Change], str]) -> None:
        self.title, self.lang, self.page, self.own, self.link = title, lang, page, own, link

    def atom(self, changes: Sequence[Change]) -> str:
        made = _Atom(
            self.title,
            self.page,
            description=None,
            language=self._html_lang,
            author_name="Luodi",
            feed_url=self.own,
            feed_guid=self.own,
        )
        for change in changes:
            made.add_item(
                title=_printable(change.headline(self.lang)),
                link=self.link(change),
                description="",
                updateddate=_moment(change.on),
                unique_id=change.id.urn,
                categories=(change.kind,),
                content=_printable(self.text(change)),
            )
        return made.writeString("utf-8")

    def as_json(self, changes: Sequence[Change]) -> str:
        """JSON Feed 1.1."""
        return json.dumps(
            {
                "version": "https://jsonfeed.org/version/1.1",
                "title": self.title,
                "home_page_url": self.page,
                "feed_url": self.own,
                "language": self._html_lang,
                "authors": [{"name": "Luodi"}],
                "items": [self._item(change) for change in changes],
            },
            ensure_ascii=False,
            indent=1,
        )

    def _item(self, change: Change) -> Json:
        return {
            "id": change.id.urn,
            "url": self.link(change),
            "title": change.headline(self.lang),
            "content_text": self.text(change),
            "date_published": rfc3339_date(_moment(change.on)),
            "tags": [change.kind],
        }

    def text(self, change: Change) -> str:
        """The headline, then figures that changed and the note of the entry."""
        entry = change.entry
        note = entry.note[self.lang] if entry is not None and entry.note else ""
        return "\n".join(filter(None, (change.headline(self.lang), *change.figures, note)))

    @property
    def _html_lang(self) -> str:
        return "zh-Hans" if self.lang == "zh" else "en"


class _Atom(Atom1Feed):
    """Entries with their whole text, as plain text. Without any, the feed is as old as the first law of the books."""

    def add_item_elements(self, handler: SimplerXMLGenerator, item: Json) -> None:
        super().add_item_elements(handler, {**item, "description": None})
        handler.addQuickElement("content", item["content"], {"type": "text"})

    def latest_post_date(self) -> datetime:
        return super().latest_post_date() if self.items else _moment(date(2001, 1, 1))


def _printable(text: str) -> str:
    """Without the characters that XML does not know."""
    return "".join(letter for letter in text if letter in "\t\n\r" or letter >= " ")


def _moment(day: date) -> datetime:
    """The first moment of a day in China."""
    return datetime.combine(day, time(0), _HERE).astimezone(UTC)
