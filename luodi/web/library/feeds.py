"""The same changes as Atom and as JSON Feed."""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time
from typing import Any, Final
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

from luodi.web.library.changes import Change

MOST: Final = 100
_ATOM: Final = "http://www.w3.org/2005/Atom"
_HERE: Final = ZoneInfo("Asia/Shanghai")


class Feed:
    """What a feed needs to know of the page it stands for; addresses are absolute."""

    def __init__(self, title: str, lang: str, page: str, own: str, link: Callable[[Change], str]) -> None:
        self.title, self.lang, self.page, self.own, self.link = title, lang, page, own, link

    def atom(self, changes: Sequence[Change]) -> bytes:
        root = ElementTree.Element(f"{{{_ATOM}}}feed", {"{http://www.w3.org/XML/1998/namespace}lang": self._html_lang})
        ElementTree.register_namespace("", _ATOM)
        _put(root, "title", self.title)
        _put(root, "id", self.own)
        _put(root, "updated", _moment(changes[0].on if changes else date(2001, 1, 1)))
        _put(root, "link", href=self.page, rel="alternate", type="text/html")
        _put(root, "link", href=self.own, rel="self", type="application/atom+xml")
        _put(_put(root, "author"), "name", "Luodi")
        for change in changes:
            entry = _put(root, "entry")
            _put(entry, "title", change.headline(self.lang))
            _put(entry, "id", change.id.urn)
            _put(entry, "updated", _moment(change.on))
            _put(entry, "link", href=self.link(change), rel="alternate", type="text/html")
            _put(entry, "category", term=change.kind)
            _put(entry, "content", self.text(change), type="text")
        return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)

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

    def _item(self, change: Change) -> dict[str, Any]:
        return {
            "id": change.id.urn,
            "url": self.link(change),
            "title": change.headline(self.lang),
            "content_text": self.text(change),
            "date_published": _moment(change.on),
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


def _put(parent: ElementTree.Element, tag: str, text: str | None = None, **attributes: str) -> ElementTree.Element:
    made = ElementTree.SubElement(parent, f"{{{_ATOM}}}{tag}", attributes)
    made.text = text and "".join(c for c in text if c in "\t\n\r" or c >= " ")
    return made


def _moment(day: date) -> str:
    """The first moment of a day in China, as RFC 3339 has it."""
    return datetime.combine(day, time(0), _HERE).astimezone(UTC).isoformat().replace("+00:00", "Z")
