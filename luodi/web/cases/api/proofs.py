"""Documents of a case, for programs: sent as they are, with what they prove in the address, and taken as they came.
`/api/v1/cases/REFERENCE/proofs`. They are checked, scanned and written down as on the pages.
"""

import logging
from datetime import date
from typing import IO, Final
from urllib.parse import quote

from django.conf import settings
from django.http import StreamingHttpResponse
from django.utils import timezone

from luodi.casework.book import proof_kinds
from luodi.casework.states import NotNow
from luodi.errors import BadInput, MissingKey
from luodi.message import Message, in_key
from luodi.uploads.checking import checked
from luodi.uploads.kinds import RefusedFile
from luodi.uploads.sealing import DamagedFile
from luodi.web.accounts.models import User
from luodi.web.api import inputs
from luodi.web.api.bodies import BYTES
from luodi.web.api.endpoints import Made, Router
from luodi.web.api.models import KeyScope
from luodi.web.api.operations import ref
from luodi.web.api.refusals import FileGone
from luodi.web.api.values import fields
from luodi.web.cases.actions import proofs as actions_proofs
from luodi.web.cases.api.cases import existing_case
from luodi.web.cases.models import Proof
from luodi.web.core.permissions import visible
from luodi.web.core.types import Json
from luodi.web.files.actions.storing import record_download
from luodi.web.files.forms import of_file
from luodi.web.files.models import StoredFile
from luodi.web.files.queries import content, may_be_read
from luodi.web.files.storage import found as on_disk

router = Router(KeyScope.DEALINGS)
_LOG: Final = logging.getLogger(__name__)


class FileRefused(BadInput):
    """A file that is not taken; the message says why, in the language that was asked for."""

    code = "refused-file"


@router.store(
    "/cases/{reference}/proofs",
    ref("ProofRow"),
    404,
    409,
    file=True,
    done=(201,),
    of={"name": "proof"},
    values={"proves": proof_kinds},
)
def add_proof(
    user: User,
    file: IO[bytes],
    reference: str,
    proves: str = "",
    name: str = "",
    issued: date | None = None,
    expires: date | None = None,
) -> Made:
    """The body is the file. It counts once it is scanned, where the site has a scanner."""
    for key, value in (("proves", proves), ("name", name)):
        if not value.strip():
            raise MissingKey("api.say", key=key, at=in_key(key, inputs.QUERY))
    case = existing_case(user, reference)
    made = actions_proofs.add_proof(
        case, proves, _looked_over(file, name), by=user, at=timezone.now(), issued=issued, expires=expires
    )
    return Made(_row(made), f"/api/v1/cases/{case.reference}/proofs/{made.pk}/file")


@router.download("/cases/{reference}/proofs/{number}/file", 404, 409, 410, 422, of={"number": "proof"})
def proof_file(user: User, reference: str, number: str) -> StreamingHttpResponse:
    """The file as it was sent."""
    rows = Proof.objects.filter(case=existing_case(user, reference), pk=inputs.number_of(number))
    found = visible(user, rows, "download").select_related("file").first()
    return _given(inputs.existing(found, "api.case-no-document-number-you").file, user)


def _looked_over(file: IO[bytes], name: str) -> object:
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
    record_download(file, by=user)
    response = StreamingHttpResponse(content(file), content_type=BYTES[0])
    response.headers["Content-Length"] = str(file.size)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(file.name, safe='')}"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _row(proof: Proof) -> Json:
    own = {**fields(proof, "id version proves verdict"), "replaces": proof.replaces_id}
    return {**own, **fields(proof.file, "name size sha256 scan flags")}
