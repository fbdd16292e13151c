"""Rows for the matrix of access, of models that a random row would not fit."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

from luodi.web.cases.test_rows import landing_case
from luodi.web.files.models import StoredFile
from luodi.web.mail.models import Attachment, Message

_AT: Final = datetime(2026, 1, 5, tzinfo=UTC)


def _message(town: Any) -> Message:
    return Message.objects.create(
        case=landing_case(town), unit=town.here, state="unread", subject="x", at=_AT, changed=_AT, fingerprint="f"
    )


def _attachment(town: Any) -> Attachment:
    file = StoredFile.objects.create(name="x.pdf", kind="pdf", size=1, sha256="0", place="x", at=_AT)
    return Attachment.objects.create(message=_message(town), file=file)


ROWS: Final[dict[Any, Callable[[Any], Any]]] = {Message: _message, Attachment: _attachment}
