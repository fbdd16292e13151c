"""A file as it comes: looked through, and its columns named, before anything of it is kept."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.conf import settings

from luodi.company_files import tables
from luodi.uploads.checking import Checked
from luodi.web.accounts.models import User
from luodi.web.files.actions.storing import looked_through, store
from luodi.web.files.models import StoredFile

#: Text of a form of its own, such as statements or a feed, is kept as the text that it is.
_ENDINGS: Final = {"csv": ".csv", "xlsx": ".xlsx"}


@dataclass(frozen=True)
class Table:
    file: Checked
    form: str
    columns: list[str]

    def stored(self, *, by: User | None, at: datetime) -> StoredFile:
        self.file.file.seek(0)
        file: StoredFile = store(self.file, by=by, at=at)
        return file


def looked_at(raw: bytes, name: str, form: str, rows: Callable[[], Iterable[tables.RawRow]]) -> Table:
    """Raises `BadInput` for a file that is no table of its form."""
    packed = form == "xlsx"  # looked through before it is read; of text it is told first what is wrong as a table
    looked = looked_through(raw, _file_name(name, form), settings.FILE_LIMIT, at=name) if packed else None
    columns, _ = tables.first_of(rows(), name)
    return Table(looked or looked_through(raw, _file_name(name, form), settings.FILE_LIMIT, at=name), form, columns)


def _file_name(name: str, form: str) -> str:
    ending = _ENDINGS.get(form, ".txt")
    return name if name.casefold().endswith(ending) else f"{name}{ending}"
