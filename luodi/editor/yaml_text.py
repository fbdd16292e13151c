"""New values in a YAML text, and nothing else of it touched: comments, order, quotes and line breaks stay.

A reader that dumps what it has read breaks and quotes lines anew that nobody changed. Here the text is cut at the marks
of the parser: a value that is the same keeps its letters, one that differs is written anew in its own place. Afterwards
the text is read again and compared with what was wanted, so that a cut in the wrong place is never saved. The reasons:
docs/decisions/0015.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Final

import yaml

from luodi.editor.yaml_words import entry, flow, item
from luodi.errors import LuodiError
from luodi.text import kept_yaml

Path = tuple[str | int, ...]
_Loader: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


class CannotRewrite(LuodiError):
    """A value that does not get into its place; the text is as it was."""

    code = "cannot-rewrite"


@dataclass(frozen=True, slots=True)
class _Cut:
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a node stands: after a key or a dash of a block, inside brackets, or at the root."""

    kind: str  # root, entry, item, flow
    start: int = 0  # of the key, or of the value after the dash
    column: int = 0
    key: str = ""


_ROOT: Final = _Place("root")
_FLOW: Final = _Place("flow")


def rewritten(text: str, name: str, path: Path, wanted: Any) -> str:
    """The text with `wanted` (dicts, lists, text, None) at `path`; a path one past the end of a list adds to it."""
    whole = _put(plain(kept_yaml(text, name)), path, wanted)
    for cautious in (False, True):
        made = _Surgeon(text, cautious).operated(path, wanted)
        try:
            if plain(kept_yaml(made, name)) == whole:
                return made
        except LuodiError:
            continue
    raise CannotRewrite("books.value-does-not-fit-into", at=name)


def plain(value: Any) -> Any:
    """Without the lines that a value knows."""
    if isinstance(value, Mapping):
        return {str(key): plain(part) for key, part in value.items()}
    return [plain(part) for part in value] if isinstance(value, list) else value


def at_path(value: Any, path: Path) -> Any:
    for step in path:
        value = value[step]
    return value


def _put(value: Any, path: Path, wanted: Any) -> object:
    if not path:
        return wanted
    step, rest = path[0], path[1:]
    if isinstance(value, list) and isinstance(step, int):
        kept = [_put(part, rest, wanted) if index == step else part for index, part in enumerate(value)]
        return kept if step < len(value) else [*kept, _put(None, rest, wanted)]
    held = dict(value or {})
    held[str(step)] = _put(held.get(str(step)), rest, wanted)
    return held


class _Surgeon:
    def __init__(self, text: str, cautious: bool) -> None:
        self.text = text
        self.cautious = cautious  # write the whole value at the path anew, where finer cuts went wrong
        loader = _Loader(text)
        try:
            self.root: yaml.Node = loader.get_single_node()
        finally:
            loader.dispose()

    def operated(self, path: Path, wanted: Any) -> str:
        found = self.text
        for cut in sorted(self._along(self.root, path, wanted, _ROOT), key=lambda c: (-c.start, -c.end)):
            found = found[: cut.start] + cut.text + found[cut.end :]
        return found

    def _along(self, node: yaml.Node, path: Path, wanted: Any, place: _Place) -> Iterator[_Cut]:
        """Down to the node at the path; what is not there yet is added where the path ends."""
        if not path:
            yield from self._replaced(node, wanted, place) if self.cautious else self._changed(node, wanted, place)
            return
        step, rest = path[0], path[1:]
        inside = self._child(node, step)
        if inside is None:
            yield from self._changed(node, _put(_value(node), path, wanted), place)
        else:
            yield from self._along(inside[0], rest, wanted, inside[1])

    def _child(self, node: yaml.Node, step: str | int) -> tuple[yaml.Node, _Place] | None:
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                if key.value == step:
                    return value, self._entry_place(node, key)
        if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            return node.value[step], self._item_place(node, node.value[step])
        return None

    def _entry_place(self, node: yaml.MappingNode, key: yaml.Node) -> _Place:
        explicit = (
            self.text[: key.start_mark.index].rstrip(" ").endswith("?") and key.end_mark.line != key.start_mark.line
        )
        if node.flow_style or explicit:
            return _FLOW
        return _Place("entry", key.start_mark.index, key.start_mark.column, key.value)

    def _item_place(self, node: yaml.SequenceNode, value: yaml.Node) -> _Place:
        return _FLOW if node.flow_style else _Place("item", value.start_mark.index, node.start_mark.column)

    # -- what differs

    def _changed(self, node: yaml.Node, wanted: Any, place: _Place) -> Iterator[_Cut]:
        if _value(node) == wanted:
            return
        if isinstance(node, yaml.MappingNode) and isinstance(wanted, dict) and node.value and wanted:
            yield from self._map(node, wanted, place)
        elif isinstance(node, yaml.SequenceNode) and isinstance(wanted, list) and node.value and wanted:
            yield from self._list(node, wanted, place)
        else:
            yield from self._replaced(node, wanted, place)

    def _map(self, node: yaml.MappingNode, wanted: dict[str, Any], place: _Place) -> Iterator[_Cut]:
        have = {key.value: (key, value) for key, value in node.value}
        kept = [key for key in have if key in wanted]
        if (node.flow_style and set(have) != set(wanted)) or not kept:
            yield from self._replaced(node, wanted, place)
            return
        for name in kept:
            key, value = have[name]
            yield from self._changed(value, wanted[name], self._entry_place(node, key))
        if not node.flow_style:
            yield from self._taken_out(node, have, set(kept))
            yield from self._put_in(node, have, wanted, kept)

    def _taken_out(self, node: yaml.MappingNode, have: Mapping[str, Any], kept: set[str]) -> Iterator[_Cut]:
        names = list(have)
        first = next(index for index, name in enumerate(names) if name in kept)
        if first:  # the first key may stand on the line of a dash, which stays
            yield _Cut(have[names[0]][0].start_mark.index, have[names[first]][0].start_mark.index, "")
        for name in names[first:]:
            if name not in kept:
                key, value = have[name]
                yield _Cut(self._line_of(key.start_mark.index), self._after_line(self._end(value)), "")

    def _put_in(
        self, node: yaml.MappingNode, have: Mapping[str, Any], wanted: dict[str, Any], kept: list[str]
    ) -> Iterator[_Cut]:
        column = have[kept[0]][0].start_mark.column
        before = kept[0]
        for name, value in wanted.items():
            if name in have:
                before = name
                continue
            lines = "\n".join(entry(name, value, column))
            yield self._inserted(self._after_line(self._end(have[before][1])), lines)

    def _list(self, node: yaml.SequenceNode, wanted: list[object], place: _Place) -> Iterator[_Cut]:
        have = [_value(part) for part in node.value]
        if len(have) == len(wanted):
            for part, value in zip(node.value, wanted, strict=True):
                yield from self._changed(part, value, self._item_place(node, part))
            return
        if node.flow_style or self.text[self._line_of(node.start_mark.index) : node.start_mark.index].strip():
            yield from self._replaced(node, wanted, place)
            return
        matcher = SequenceMatcher(None, [_key(v) for v in have], [_key(v) for v in wanted], autojunk=False)
        for tag, a, b, c, d in matcher.get_opcodes():
            if tag != "equal":
                yield from self._stretch(node, node.value[a:b], a, wanted[c:d])

    def _stretch(self, node: yaml.SequenceNode, old: Sequence[yaml.Node], at: int, new: list[object]) -> Iterator[_Cut]:
        for part, value in zip(old, new, strict=False):
            yield from self._changed(part, value, self._item_place(node, part))
        for part in old[len(new) :]:
            yield _Cut(self._line_of(self._dash(node, part)), self._after_line(self._end(part)), "")
        if len(new) > len(old):
            last = at + len(old) - 1
            where = self._after_line(self._end(node.value[last])) if last >= 0 else self._line_of(node.start_mark.index)
            column = node.start_mark.column
            lines = [line for value in new[len(old) :] for line in item(value, column)]
            yield self._inserted(where, "\n".join(lines))

    def _replaced(self, node: yaml.Node, wanted: Any, place: _Place) -> Iterator[_Cut]:
        start, end = node.start_mark.index, self._end(node)
        match place.kind:
            case "entry":
                colon = self.text.index(":", self._key_end(place))
                yield _Cut(place.start, max(end, colon + 1), "\n".join(entry(place.key, wanted, place.column)).lstrip())
            case "item":
                yield _Cut(start, end, "\n".join(item(wanted, place.column)).lstrip()[2:])
            case "flow":
                yield _Cut(
                    start,
                    end,
                    ("" if self.text[start - 1 : start].isspace() else " ") + flow(wanted)
                    if start == end
                    else flow(wanted),
                )
            case _:
                lines = item_lines(wanted) if isinstance(wanted, list | dict) and wanted else [flow(wanted)]
                yield _Cut(start, end, "\n".join(lines))

    def _key_end(self, place: _Place) -> int:
        """After the key, which may be quoted and hold a colon itself."""
        mark = self.text[place.start]
        if mark not in "'\"":
            return place.start + len(place.key)
        return (
            self.text.index(mark + ":", place.start + 1) if mark + ":" in self.text[place.start + 1 :] else place.start
        )

    # -- where things begin and end

    def _end(self, node: yaml.Node) -> int:
        if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
            last = node.value[-1]
            return self._end(last[1] if isinstance(last, tuple) else last)
        end = node.end_mark.index
        while end > node.start_mark.index and self.text[end - 1] in "\r\n":  # a block scalar ends after its line
            end -= 1
        return int(end)

    def _line_of(self, at: int) -> int:
        return self.text.rfind("\n", 0, at) + 1

    def _after_line(self, at: int) -> int:
        end = self.text.find("\n", at)
        return len(self.text) if end < 0 else end + 1

    def _dash(self, node: yaml.Node, part: yaml.Node) -> int:
        """The dash of an item: the nearest one before it in the column of the list."""
        line = self._line_of(part.start_mark.index)
        while self.text[line + node.start_mark.column : line + node.start_mark.column + 1] != "-":
            line = self._line_of(line - 1)
        return line + int(node.start_mark.column)

    def _inserted(self, at: int, lines: str) -> _Cut:
        open_end = at == len(self.text) and not self.text.endswith("\n")
        return _Cut(at, at, f"\n{lines}" if open_end else f"{lines}\n")


def item_lines(value: Any) -> list[str]:
    """A whole document."""
    if isinstance(value, list):
        return [line for part in value for line in item(part, 0)]
    return [line for key, part in value.items() for line in entry(key, part, 0)]


def _value(node: yaml.Node) -> object:
    if isinstance(node, yaml.MappingNode):
        return {key.value: _value(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [_value(part) for part in node.value]
    assert isinstance(node, yaml.ScalarNode)
    return None if not node.style and node.value in ("", "null", "~", "Null", "NULL") else node.value


def _key(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
