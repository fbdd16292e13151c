"""A proof beside what it must show, for whoever verifies; and its pages as pictures."""

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from luodi.casework.judging import Seen
from luodi.casework.verdicts import Verdict
from luodi.uploads.kinds import Kind
from luodi.uploads.page_pictures import NoPage, page_picture
from luodi.uploads.sealing import DamagedFile
from luodi.web.cases.forms import JudgeForm
from luodi.web.cases.models import Proof
from luodi.web.cases.queries.cases import case_of
from luodi.web.cases.queries.facts import counts
from luodi.web.cases.queries.judging import can_be_judged, compared_of, judges_of, not_accepted, wanted_of
from luodi.web.cases.views import case_page
from luodi.web.core.guards import only
from luodi.web.core.pages import page
from luodi.web.core.permissions import visible
from luodi.web.core.roles import Role
from luodi.web.files.models import StoredFile
from luodi.web.files.queries import content, may_be_read

_staff = only(Role.OFFICER, Role.LEADER)
_PICTURES = (Kind.PNG, Kind.JPEG)


@require_safe
@_staff
def proof_page(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """The document on one side, what it must show on the other."""
    return shown(request, _found(request, reference, pk))


@require_safe
@_staff
def proof_picture(request: HttpRequest, reference: str, pk: int, number: int) -> HttpResponse | StreamingHttpResponse:
    """A page of it as a picture, to those who verify; their verdict is what is written down."""
    proof = _found(request, reference, pk, "verify")
    if not may_be_read(proof.file):
        raise Http404
    try:
        answer = _picture(proof.file, number)
    except (DamagedFile, NoPage):
        raise Http404 from None
    answer.headers["Cache-Control"] = "private, max-age=300"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


def _picture(file: StoredFile, number: int) -> HttpResponse | StreamingHttpResponse:
    if file.kind in _PICTURES and number == 1:
        return StreamingHttpResponse(content(file), content_type=file.media_type)
    if file.kind != Kind.PDF:
        raise NoPage
    return HttpResponse(page_picture(b"".join(content(file)), number).png, content_type="image/png")


def shown(request: HttpRequest, proof: Proof, status: int = 200, **more: object) -> HttpResponse:
    """`more` are the form that was refused, and why."""
    on, case = timezone.localdate(), proof.case
    judges = judges_of(request.user, proof, on)
    bound = more.get("bound")
    form = bound if isinstance(bound, JudgeForm) else None
    if form is None and judges.is_open and can_be_judged(proof):
        form = JudgeForm(case=case, target=proof, auto_id=f"judge_proof_{proof.pk}_%s")
    wanted = wanted_of(proof)
    return page(
        request,
        "cases/proof",
        status,
        **case_page.frame(request.user, case, on, "papers"),
        proof=proof,
        wanted_here=wanted,
        likeness=compared_of(wanted, _seen(proof, form)) if _has_been_seen(proof, form) else {},
        judges=judges,
        is_time=can_be_judged(proof),
        form=form,
        holds=counts(proof, on),
        others=list(case.proofs.filter(withdrawn=None).select_related("file")),
        left=not_accepted(case, on),
        **_pages(request, proof, judges.may),
        **more,
    )


def _has_been_seen(proof: Proof, form: JudgeForm | None) -> bool:
    return proof.verdict == Verdict.ACCEPTED or (form is not None and form.is_bound)


def _seen(proof: Proof, form: JudgeForm | None) -> Seen:
    """What was typed just now, else what was stored."""
    if form is None or not form.is_bound:
        return Seen(proof.seen_name, proof.seen_number, proof.seen_issued)
    given = form.cleaned_data
    day = given.get("seen_issued")
    return Seen(given.get("seen_name", ""), given.get("seen_number", ""), day if isinstance(day, date) else None)


def _pages(request: HttpRequest, proof: Proof, may_look: bool) -> dict[str, object]:
    """Which page is shown, of how many; none of a kind without pages, `unreadable` for one that cannot be opened."""
    if not may_look or not may_be_read(proof.file) or proof.file.kind not in (*_PICTURES, Kind.PDF):
        return {"page_count": 0, "unreadable": False}
    if proof.file.kind != Kind.PDF:
        return {"page_count": 1, "number": 1, "unreadable": False}
    try:
        pages = page_picture(b"".join(content(proof.file)), 1).pages
    except (DamagedFile, NoPage):
        return {"page_count": 0, "unreadable": True}
    asked = request.GET.get("page", "")
    number = int(asked) if asked.isdecimal() and len(asked) < 6 else 1
    return {"page_count": pages, "number": min(max(number, 1), pages), "unreadable": False}


def _found(request: HttpRequest, reference: str, pk: int, permission: str = "see") -> Proof:
    case = case_of(request.user, reference)
    if case is None:
        raise Http404
    rows = visible(request.user, Proof.objects.filter(case=case), permission)
    return get_object_or_404(rows.select_related("file", "case__company", "case__assurance", "by", "judged_by"), pk=pk)
