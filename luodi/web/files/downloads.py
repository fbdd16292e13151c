"""Giving a file to somebody whom the app it belongs to lets have it."""

import logging
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse

from luodi.uploads.sealing import DamagedFile
from luodi.web.accounts.models import User
from luodi.web.core.pages import page
from luodi.web.files.actions.storing import record_download
from luodi.web.files.models import StoredFile
from luodi.web.files.queries import content, may_be_read
from luodi.web.files.storage import found


def deliver(request: HttpRequest, file: StoredFile) -> HttpResponse | StreamingHttpResponse:
    """The file as a download, which is written down; a page with 409 while it is not known to be clean.

    Ask first whether this person may (`visible`), and take only POST.
    """
    if not may_be_read(file):
        return page(request, "files/unavailable", 409, state=file.scan)
    try:
        found(file.place)
    except DamagedFile as problem:
        logging.getLogger(__name__).error("file %s: %s", file.pk, problem)
        return page(request, "files/unavailable", 410, state="gone")
    record_download(file, by=request.user if isinstance(request.user, User) else None)
    response = StreamingHttpResponse(content(file), content_type=file.media_type)
    response.headers["Content-Length"] = str(file.size)
    names = f"filename=\"{_plain(file)}\"; filename*=UTF-8''{quote(file.name, safe='')}"
    response.headers["Content-Disposition"] = f"attachment; {names}"
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _plain(file: StoredFile) -> str:
    """For programs that know no other names."""
    return f"file-{file.pk}.{file.name.rpartition('.')[2].lower()}"
