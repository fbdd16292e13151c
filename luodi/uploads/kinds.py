"""Which kinds of files are taken, and how one is told by its content."""

from enum import StrEnum
from typing import Any, Final

from luodi.message import Message


class Kind(StrEnum):
    PDF = "pdf"
    PNG = "png"
    JPEG = "jpeg"
    XLSX = "xlsx"
    DOCX = "docx"
    CSV = "csv"
    TXT = "txt"

    @property
    def media_type(self) -> str:
        return _MEDIA[self]

    @property
    def is_office(self) -> bool:
        return self in (Kind.XLSX, Kind.DOCX)

    @property
    def is_text(self) -> bool:
        return self in (Kind.CSV, Kind.TXT)


_OFFICE: Final = "application/vnd.openxmlformats-officedocument."
_MEDIA: Final = {
    Kind.PDF: "application/pdf",
    Kind.PNG: "image/png",
    Kind.JPEG: "image/jpeg",
    Kind.XLSX: f"{_OFFICE}spreadsheetml.sheet",
    Kind.DOCX: f"{_OFFICE}wordprocessingml.document",
    Kind.CSV: "text/csv; charset=utf-8",
    Kind.TXT: "text/plain; charset=utf-8",
}
ENDINGS: Final = {**{kind.value: kind for kind in Kind}, "jpg": Kind.JPEG}
#: For the chooser of a browser.
ACCEPT: Final = ",".join(f".{ending}" for ending in ENDINGS)
LIST: Final = "PDF, PNG, JPEG, XLSX, DOCX, CSV, TXT"
HEAD: Final = 8192  # bytes of the beginning that tell the kind


class RefusedFile(Exception):
    """A file that is not taken. `why`, such as `lies`, names the reason `files.refused-WHY`."""

    def __init__(self, why: str, **params: Any) -> None:
        self.why, self.message = why, Message(f"files.refused-{why}", **params)
        super().__init__(self.message)


def by_name(name: str) -> Kind:
    """What its ending claims. Raises `RefusedFile` for one that is not taken."""
    ending = name.rpartition(".")[2].casefold() if "." in name else ""
    if ending not in ENDINGS:
        raise RefusedFile("kind", kinds=LIST)
    return ENDINGS[ending]


def agrees(kind: Kind, head: bytes) -> bool:
    """Whether a beginning is one that a file of that kind may have; text begins like no other kind that is known."""
    import filetype

    found = filetype.guess(head)
    if kind.is_text:
        return found is None
    if kind.is_office:
        return head.startswith(b"PK\x03\x04")  # which one of them its parts say
    return found is not None and found.mime == kind.media_type
