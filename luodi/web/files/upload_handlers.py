"""Files as they come in: what is larger than one may be is not taken to the disk."""

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler


class LimitedUploadHandler(FileUploadHandler):
    """Before Django's own handlers: of each file one byte more than it may have, so that the form sees that it is too
    large and says so; a body that no form of ours could send is refused at once."""

    def handle_raw_input(
        self, input_data: object, META: object, content_length: int, boundary: object, encoding: object = None
    ) -> None:
        most = settings.FILE_LIMIT * settings.DATA_UPLOAD_MAX_NUMBER_FILES + settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        if content_length > most:
            raise RequestDataTooBig("the body is larger than all files of a form together may be")

    def new_file(self, *args: Any, **more: Any) -> None:
        super().new_file(*args, **more)
        self.left = settings.FILE_LIMIT + 1

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        taken = raw_data[: self.left]
        self.left -= len(taken)
        return taken or None

    def file_complete(self, file_size: int) -> None:
        return None
