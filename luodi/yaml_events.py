"""YAML taken event by event, which is where a reader can still tell text from what it might have been made into."""

from typing import Any, Final

import yaml

from luodi.errors import DuplicateKey, UnreadableFile, WrongType
from luodi.located import List, Map
from luodi.message import in_line

_NULLS: Final = frozenset({"", "null", "~", "Null", "NULL"})
_Loader: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


def document(text: str, name: str) -> Any:
    """Maps, lists and text (or None) of one document."""
    events = _events(text, name)
    try:
        return _Builder(events, name).document()
    except RecursionError:
        raise UnreadableFile("text.nested-too-deeply", at=name) from None


def _events(text: str, name: str) -> list[Any]:
    """What the document consists of, in its order; a fault of its syntax is told before any other."""
    loader = _Loader(text)
    try:
        events = list(iter(loader.get_event, None))
    except yaml.MarkedYAMLError as problem:
        mark = problem.problem_mark
        place = in_line(name, mark.line + 1) if mark else name
        raise UnreadableFile("text.no-valid-yaml-2", problem=problem.problem or "syntax error", at=place) from None
    except yaml.YAMLError as problem:
        raise UnreadableFile("text.no-valid-yaml-2", problem=problem, at=name) from None
    finally:
        loader.dispose()
    starts: list[Any] = [event for event in events if type(event) is yaml.DocumentStartEvent]
    if not starts:
        raise UnreadableFile("text.file-empty", at=name)
    if len(starts) > 1:
        place = in_line(name, starts[1].start_mark.line + 1)
        raise UnreadableFile("text.no-valid-yaml", at=place)
    return events[2:-2]  # without the marks of stream and document


class _Builder:
    """Makes values of events: a hundred thousand of them for one book, so it asks no more than it must."""

    def __init__(self, events: list[Any], name: str) -> None:
        self.next = iter(events).__next__
        self.name = name

    def document(self) -> Any:
        return self._value(self.next())

    def _value(self, event: Any) -> Any:
        kind = type(event)
        if kind is yaml.ScalarEvent:
            text: str = event.value
            return None if text in _NULLS and not event.style else text
        if kind is yaml.MappingStartEvent:
            return self._map(event)
        if kind is yaml.SequenceStartEvent:
            return self._list(event)
        raise UnreadableFile("text.anchors-aliases-not-used", at=self._at(event))

    def _list(self, start: Any) -> List:
        items, following = List(self.name, start.start_mark.line + 1), self.next
        while type(event := following()) is not yaml.SequenceEndEvent:
            items.lines.append(event.start_mark.line + 1)
            items.append(self._value(event))
        return items

    def _map(self, start: Any) -> Map:
        found, following = Map(self.name, start.start_mark.line + 1), self.next
        while type(event := following()) is not yaml.MappingEndEvent:
            key = self._key(event, found)
            found.lines[key] = event.start_mark.line + 1
            found[key] = self._value(following())
        return found

    def _key(self, event: Any, found: Map) -> str:
        if type(event) is yaml.AliasEvent:
            self._value(event)
        if type(event) is not yaml.ScalarEvent:
            raise WrongType("text.key-must-plain-text", at=self._at(event))
        key: str = event.value
        if key in found:
            first = found.lines[key]
            raise DuplicateKey("text.key-stands-twice", key=key, first=first, at=self._at(event))
        if key == "<<":
            raise UnreadableFile("text.merge-keys-not-used", at=self._at(event))
        return key

    def _at(self, event: Any) -> str:
        return in_line(self.name, event.start_mark.line + 1)
