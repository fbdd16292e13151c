"""The data of the demo, read once."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

from luodi.text import read_yaml
from luodi.world.told import words


@dataclass(frozen=True)
class DemoPerson:
    id: str
    role: str
    email: str
    name: str
    unit: str = ""
    company: str = ""


#: A row of one of the files, with the keys that its maker knows.
Row: TypeAlias = dict[str, Any]


@cache
def world() -> Row:
    """The rows of the file by their heading: `units`, `companies`, `people`, `saved` and so on."""
    return dict(read_yaml(Path(__file__).with_name("world.yaml")))


@cache
def people() -> tuple[DemoPerson, ...]:
    return tuple(DemoPerson(**one) for one in world()["people"])


@cache
def colleagues() -> tuple[DemoPerson, ...]:
    """Who works there too in the bureau of two years."""
    return tuple(DemoPerson(**one) for one in words()["people"])
