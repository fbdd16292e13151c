"""Names that results are to have, looked at before the first row: nothing that is read is ever written over."""

import os
from collections.abc import Iterable
from itertools import combinations
from pathlib import Path

from luodi.errors import BadInput
from luodi.files import CannotWrite
from luodi.matching.asked import Out, RunOptions


def check_targets(options: RunOptions, inputs: Iterable[Path], *, to: Path | None) -> None:
    """Refuse names under which a run could only fail at its end, or would destroy what it reads.

    `inputs`: files and folders of the table. `to`: the result, where it is a file of this machine. Raises `BadInput`
    for a name that is taken by another part of the run, `CannotWrite` for one that no file can have.
    """
    named = {"--to": to, "--rejects": options.rejects, "--changes": options.changes}
    targets = [(option, path) for option, path in named.items() if path is not None]
    for option, path in targets:
        _refuse_unfit(path)
        for each in inputs:
            if _same(path, each) or (each.is_dir() and each.resolve() in path.resolve().parents):
                raise BadInput("matching.table-companies-read-from", at=f"{option} {path}")
        if (
            options.since is not None
            and _same(path, options.since)
            and not (option == "--to" and options.out is Out.BLOCKS)
        ):
            raise BadInput("matching.earlier-result-read-from", at=f"{option} {path}")
    for (option, path), (other, second) in combinations(targets, 2):
        if _same(path, second):
            raise BadInput("matching.goes-too", option=option, at=f"{other} {second}")


def _same(left: Path, right: Path) -> bool:
    if left.exists() and right.exists():
        return left.samefile(right)
    return left.resolve() == right.resolve()


def _refuse_unfit(path: Path) -> None:
    if path.is_dir():
        raise CannotWrite("matching.folder", at=str(path))
    if path.exists() and not path.is_file():
        raise CannotWrite("matching.no-file-but-device-or", at=str(path))
    folder = next(each for each in path.absolute().parents if each.exists())
    if not folder.is_dir():
        raise CannotWrite("matching.no-folder", folder=folder, at=str(path))
    if not os.access(folder, os.W_OK | os.X_OK):
        raise CannotWrite("matching.nothing-may-written", folder=folder, at=str(path))
