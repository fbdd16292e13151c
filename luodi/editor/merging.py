"""Bringing a draft to an edition that followed the one it began from, file by file."""

from dataclasses import dataclass

from luodi.editor.archive import Files, differing
from luodi.errors import LuodiError


class BaseMoved(LuodiError):
    """Another edition was published since the draft began. `files` are those that both changed."""

    code = "base-moved"

    def __init__(self, files: list[str]) -> None:
        self.files = files
        super().__init__("books.base-moved-both-changed" if files else "books.base-moved", files=files)


@dataclass(frozen=True)
class Merge:
    """`files` with the changes of both sides; `clashing` names those that both changed, which stay as the draft has
    them."""

    files: dict[str, str]
    clashing: list[str]


def merge(base: Files, ours: Files, theirs: Files) -> Merge:
    """What the draft (`ours`) becomes when it begins from `theirs` in place of `base`."""
    mine, other = set(differing(base, ours)), set(differing(base, theirs))
    clashing = sorted(name for name in mine & other if ours.get(name) != theirs.get(name))
    chosen = {name: ours if name in mine else theirs for name in {*ours, *theirs}}
    files = {name: side[name] for name, side in sorted(chosen.items()) if name in side}
    return Merge(files, clashing)
