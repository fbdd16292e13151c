"""The kinds of notices, read from `kinds.yaml`."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from luodi.text import read_yaml

FILE: Final = Path(__file__).with_name("kinds.yaml")


@dataclass(frozen=True)
class Kind:
    """See the head of `kinds.yaml`. `links` and `still` are named there as `module.function`."""

    key: str
    room: str
    words: str
    links: str
    legal: bool = False
    still: str = ""
    roles: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """The key of its name."""
        return f"notices.kind_{self.key}"

    def links_of(self, row: Any, lang: str) -> dict[str, str]:
        found: dict[str, str] = named(self.links)(row, lang)
        return found

    def is_still(self, row: Any) -> bool:
        return bool(named(self.still)(row)) if self.still else True


@cache
def kinds() -> dict[str, Kind]:
    return {key: _read(key, dict(row)) for key, row in read_yaml(FILE).items()}


def stoppable(roles: Iterable[str]) -> list[Kind]:
    """Those that somebody with these roles may get and stop."""
    held = set(roles)
    return [kind for kind in kinds().values() if not kind.legal and (not kind.roles or held & set(kind.roles))]


def _read(key: str, row: dict[str, Any]) -> Kind:
    legal = row.pop("legal", "false") in (True, "true")
    return Kind(key=key, legal=legal, roles=tuple(row.pop("roles", ())), **row)


def named(name: str) -> Callable[..., Any]:
    module, _, function = name.rpartition(".")
    found: Callable[..., Any] = getattr(import_module(module), function)
    return found
