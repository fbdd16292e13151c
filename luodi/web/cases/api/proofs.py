"""Documents of a case, for programs: sent as they are, with what they prove in the address, and taken as they came.
`/api/v1/cases/REFERENCE/proofs`. The same looking-over, scanning, rights and journal as on the pages.
"""

import logging
from datetime import date
from typing import Any, Final
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils import timezone
from ninja import Router

from luodi.casework.book import proof_kinds
from luodi.casework.states import NotNow
from luodi.errors import BadInput, MissingKey
from luodi.message import Message, in_key
from luodi.web.accounts.models import User
from luodi.web.api.acting import number_of
from luodi.web.api.admission import admit_user
from luodi.web.api.bodies import BYTES, file_of
from luodi.web.api.models import KeyScope
from luodi.web.api.once import once, stored
from luodi.web.api.operations import ACTED, ASKED, OPERATIONS, Operation, ref
from luodi.web.api.refusals import FileGone, NoSuchAddress
from luodi.web.cases.actions_proofs import add_proof
from luodi.web.cases.models import LandingCase, Proof
from luodi.web.cases.queries import case_of
from luodi.web.core.permissions import visible
from luodi.web.files.checking import checked
from luodi.web.files.forms import of_file
from luodi.web.files.kinds import RefusedFile
from luodi.web.files.models import StoredFile
from luodi.web.files.places import found as on_disk
from luodi.web.files.queries import content, may_be_read
from luodi.web.files.sealing import DamagedFile
from luodi.web.journal.actions import write

router = Router()
_LOG: Final = logging.getLogger(__name__)


class FileRefused(BadInput):
    """A file that is not taken; the message says why, in the language that was asked for."""

    code = "refused-file"


@router.post("/cases/{reference}/proofs", operation_id="add_proof")
def add(
    request: HttpRequest,
    reference: str,
    proves: str = "",
    name: str = "",
    issued: date | None = None,
    expires: date | None = None,
) -> HttpResponse:
    """The body is the file. It counts once it is scanned, where the site has a scanner."""
    caller, user = admit_user(request, KeyScope.DEALINGS)
    for key, value in (("proves", proves), ("name", name)):
        if not value.strip():
            raise MissingKey("api.say", key=key, at=in_key(key, Message("place.query")))
    file, digest = file_of(request)

    def act() -> HttpResponse:
        case = _case(user, reference)
        made = add_proof(
            case, proves, _looked_over(file, name), by=user, at=timezone.now(), issued=issued, expires=expires
        )
        return stored(_row(made), 201, Location=f"/api/v1/cases/{case.reference}/proofs/{made.pk}/file")

    return once(request, caller, digest, act)


@router.post("/cases/{reference}/proofs/{number}/file", operation_id="proof_file")
def take(request: HttpRequest, reference: str, number: str) -> HttpResponse | StreamingHttpResponse:
    """The file as it was sent; that it was taken is written down, so this is no GET."""
    _, user = admit_user(request, KeyScope.DEALINGS)
    case = _case(user, reference)
    proofs = visible(user, Proof.objects.filter(case=case, pk=number_of(number)), "download")
    found = proofs.select_related("file").first()
    if found is None:
        raise NoSuchAddress("api.case-no-document-number-you")
    return _given(found.file, user)


def _case(user: User, reference: str) -> LandingCase:
    found = case_of(user, reference) if "\0" not in reference else None
    if found is None:
        raise NoSuchAddress("api.no-case-reference-you")
    return found


def _looked_over(file: Any, name: str) -> Any:
    """Raises `FileRefused`."""
    file.seek(0)
    try:
        return checked(file, name[:1000], limit=settings.FILE_LIMIT)
    except RefusedFile as refused:
        raise FileRefused(of_file(refused, name[:1000]), at=Message("place.body")) from None


def _given(file: StoredFile, user: User) -> StreamingHttpResponse:
    if not may_be_read(file):
        raise NotNow("api.file-not-given-out", scan=file.scan)
    try:
        on_disk(file.place)
    except DamagedFile as problem:
        _LOG.error("file %s: %s", file.pk, problem)
        raise FileGone("api.file-damaged-or-not-any", file=file.pk) from None
    write("download", file, by=user)
    response = StreamingHttpResponse(content(file), content_type=BYTES[0])
    response.headers["Content-Length"] = str(file.size)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(file.name, safe='')}"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _row(proof: Proof) -> dict[str, Any]:
    return {
        "id": proof.pk,
        "version": proof.version,
        "proves": proof.proves,
        "name": proof.file.name,
        "size": proof.file.size,
        "sha256": proof.file.sha256,
        "scan": proof.file.scan,
        "flags": proof.file.flags,
    }


OPERATIONS.update(
    {
        "add_proof": Operation(
            KeyScope.DEALINGS,
            ref("ProofRow"),
            tuple(sorted({*ASKED, *ACTED})),
            body=("application/octet-stream",),
            done=(201,),
            stores=True,
            of={"name": "proof"},
            values={"proves": proof_kinds},
        ),
        "proof_file": Operation(
            KeyScope.DEALINGS,
            {"type": "string", "format": "binary"},
            (401, 403, 404, 409, 410, 422, 429),
            content="application/octet-stream",
            of={"number": "proof"},
        ),
    }
)
