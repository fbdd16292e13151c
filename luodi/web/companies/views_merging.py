"""Pages of two companies that may be one: both sides, and a proposal that another person decides."""

from collections.abc import Iterable
from typing import ClassVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from luodi.message import Message
from luodi.web.accounts.models import Company
from luodi.web.companies import forms
from luodi.web.companies.actions.merging import merge
from luodi.web.companies.actions.proposals import propose
from luodi.web.companies.models import MergeProposal
from luodi.web.companies.queries.merging import doubts, in_one, is_stale, mark, side_by_side
from luodi.web.core.actions import open_to
from luodi.web.core.guards import only
from luodi.web.core.pages import page
from luodi.web.core.permissions import require, visible
from luodi.web.core.roles import Role
from luodi.web.core.views import Attempt, RecordView, submit
from luodi.web.core.words import language, say

_REFUSED = "companies.refused"


@require_http_methods(["GET", "HEAD", "POST"])
@only(Role.OFFICER, Role.ADMINISTRATOR)
def compare(request: HttpRequest, company: int) -> HttpResponse:
    """Both sides, and merging them or proposing it; `other` in the address is the number of the one to give up."""
    rows = visible(request.user, Company.objects.filter(merged_into=None))
    kept = get_object_or_404(rows, pk=company)
    number = request.GET.get("other", "").strip()
    gone = rows.filter(pk=number).first() if number.isascii() and number.isdigit() and len(number) < 19 else None
    if gone is None or gone == kept:
        problem = Message("companies.itself" if gone else "companies.nobody").said(language())
        return page(request, "companies/compare", 422, company=kept, gone=None, problem=problem, form=None)
    return _compared(request, kept, gone)


def _compared(request: HttpRequest, kept: Company, gone: Company) -> HttpResponse:
    tried = Attempt()
    bound = None
    if request.method == "POST":
        require(request.user, "change", kept)
        sent = request.POST.copy()
        sent["other"] = str(gone.pk)
        bound = forms.MergeForm(sent, row=kept)
        action = propose if doubts(kept, gone, at=timezone.now()) else merge
        tried = submit(request, action, bound, kept, own=_REFUSED)
    if isinstance(tried.done, MergeProposal):
        messages.success(request, say("companies.said_done"))
        return redirect("companies:proposal", proposal=tried.done.pk)
    if tried.done is not None:
        messages.success(request, say("companies.said_done"))
        return redirect("companies:company", company=kept.pk)
    at = timezone.now()
    for side in (kept, gone):
        side.refresh_from_db()
    now, why = mark(kept, gone, at=at), doubts(kept, gone, at=at)
    form = bound or forms.MergeForm(row=kept, initial={"other": gone.pk, "seen": now})
    if tried.status == 409 and bound is not None:
        bound.data["seen"] = now
    return page(
        request,
        "companies/compare",
        tried.status,
        company=kept,
        gone=gone,
        form=form,
        problem=tried.problem,
        lines=side_by_side(request.user, kept, gone, at=at, lang=language()),
        why=in_one(why).said(language()) if why else "",
    )


class Proposal(RecordView[MergeProposal]):
    """A proposal with both sides as they stand now, and what the reader can do with it."""

    app: ClassVar[str] = "companies"

    def find(self) -> MergeProposal:
        rows = MergeProposal.objects.select_related("kept", "gone", "by", "decided_by")
        return get_object_or_404(visible(self.request.user, rows), pk=self.kwargs["proposal"])

    def names(self, record: MergeProposal) -> Iterable[str]:
        """Whoever proposed it decides nothing of it, and a stale one is not confirmed."""
        own = record.by_id == self.request.user.pk
        stale = record.is_open and is_stale(record, at=timezone.now())
        left_out = {"confirm_merge", "decline_merge"} if own else {"confirm_merge"} if stale else set()
        return [name for name in open_to(self.request.user, record) if name not in left_out]

    def show(self, record: MergeProposal, status: int, **more: object) -> HttpResponse:
        at = timezone.now()
        shown = (
            side_by_side(self.request.user, record.kept, record.gone, at=at, lang=language()) if record.is_open else []
        )
        return page(
            self.request,
            "companies/proposal",
            status,
            lines=shown,
            stale=record.is_open and is_stale(record, at=at),
            why=in_one(record.doubts).said(language()),
            **more,
        )


proposal = only(Role.OFFICER, Role.ADMINISTRATOR, Role.LEADER)(Proposal.as_view())
