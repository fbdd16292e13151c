"""Mappings and lists read from a file, which know where they stand in it."""

from typing import Any

from luodi.message import in_line


class Map(dict[str, Any]):
    """A mapping that knows its file and the line of each key."""

    def __init__(self, name: str, line: int) -> None:
        super().__init__()
        self.name = name
        self.line = line
        self.lines: dict[str, int] = {}

    def where(self, key: str | None = None) -> str:
        """ "rules/pilot.yaml, line 7", for the key or for the mapping itself."""
        return in_line(self.name, self.lines.get(key, self.line) if key else self.line)


class List(list[Any]):
    """A list that knows its file and the line of each item."""

    def __init__(self, name: str, line: int) -> None:
        super().__init__()
        self.name = name
        self.line = line
        self.lines: list[int] = []

    def where(self, index: int | None = None) -> str:
        line = self.lines[index] if index is not None and index < len(self.lines) else self.line
        return in_line(self.name, line)


def where(value: object, otherwise: str) -> str:
    """The place of a value read from a file, or `otherwise`."""
    return value.where() if isinstance(value, Map | List) else otherwise
