"""HTML of a message as plain text: nothing of it is loaded, run or shown as it was sent.

Tags are found here and not by `html.parser`, which takes minutes for 100 kB of quotes that never end.
"""

import re
from collections.abc import Iterator
from html import unescape
from typing import Final

_SILENT: Final = {"script", "style", "head", "title", "template", "noscript", "svg", "object", "iframe"}
_LINES: Final = {"p", "div", "tr", "table", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "hr", "pre"}
_MOST: Final = 400_000  # characters of HTML
_LONGEST: Final = 4000  # characters of a tag
_TAG: Final = re.compile(r"(/?)([a-zA-Z][a-zA-Z0-9]{0,20})")
_HREF: Final = re.compile(r"""\shref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)


def text_of(html: str) -> str:
    """Lines and paragraphs as they stood. A link keeps its address, since what it says may not be where it leads."""
    reader = _Reader()
    for tag, text in _pieces(html[:_MOST]):
        reader.read(tag) if tag else reader.say(text)
    lines = ("".join(reader.parts)).split("\n")
    text = "\n".join(re.sub(r"[ \t\xa0]+", " ", line).strip() for line in lines)
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def _pieces(html: str) -> Iterator[tuple[str, str]]:
    """Each tag, without its brackets, or text. Comments and declarations are left out."""
    end = 0
    while (start := html.find("<", end)) >= 0:
        yield "", html[end:start]
        if html.startswith("<!", start):
            close = "-->" if html.startswith("<!--", start) else ">"
            found = html.find(close, start + 2)
            if found < 0:
                return
            end = found + len(close)
            continue
        found = html.find(">", start, start + _LONGEST) if _TAG.match(html, start + 1) else -1
        if found < 0:
            yield "", "<"
            end = start + 1
        else:
            yield html[start + 1 : found], ""
            end = found + 1
    yield "", html[end:]


class _Reader:
    def __init__(self) -> None:
        self.parts: list[str] = []
        self._silent: list[str] = []
        self._links: list[tuple[str, int]] = []

    def say(self, text: str) -> None:
        if not self._silent and text:
            self.parts.append(re.sub(r"\s+", " ", unescape(text)))

    def read(self, tag: str) -> None:
        found = _TAG.match(tag)
        assert found is not None
        name, ends = found[2].casefold(), bool(found[1])
        if self._silent:
            if (ends and name == self._silent[-1]) or name == "body":
                self._silent.clear()
        elif name in _SILENT and not ends and not tag.endswith("/"):
            self._silent.append(name)
        elif name == "a":
            self._link(tag, ends)
        elif name == "li" and not ends:
            self.parts.append("\n- ")
        elif name in ("td", "th"):
            self.parts.append(" ")
        elif name in _LINES or name == "br":
            self.parts.append("\n")

    def _link(self, tag: str, ends: bool) -> None:
        if not ends:
            found = _HREF.search(tag)
            self._links.append(
                (unescape("".join(part or "" for part in found.groups())) if found else "", len(self.parts))
            )
        elif self._links:
            address, start = self._links.pop()
            said = "".join(self.parts[start : start + 50]).strip()
            if address.startswith(("http://", "https://")) and address.rstrip("/") != said.rstrip("/"):
                self.parts.append(f" <{address[:500]}>")
