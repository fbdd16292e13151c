"""The page of somebody who is proposed as a representative, for a second person to decide."""

from collections.abc import Iterable
from typing import ClassVar

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone

from luodi.web.accounts.models import Membership
from luodi.web.companies.models import RepresentativeProposal
from luodi.web.core.actions import open_to
from luodi.web.core.guards import only
from luodi.web.core.pages import page
from luodi.web.core.permissions import visible
from luodi.web.core.roles import Role
from luodi.web.core.views import RecordView


class Representative(RecordView[RepresentativeProposal]):
    """Who is proposed, by whom and why; for whom that person acts already, as far as the reader may see it; and what
    the reader can do with it."""

    app: ClassVar[str] = "companies"

    def find(self) -> RepresentativeProposal:
        rows = RepresentativeProposal.objects.select_related("company", "by", "decided_by")
        return get_object_or_404(visible(self.request.user, rows), pk=self.kwargs["proposal"])

    def names(self, record: RepresentativeProposal) -> Iterable[str]:
        """Whoever proposed it decides nothing of it, and one that is over is not confirmed."""
        own = record.by_id == self.request.user.pk
        over = record.is_over(timezone.now())
        out = (
            {"confirm_representative", "decline_representative"} if own else {"confirm_representative"} if over else ()
        )
        return [name for name in open_to(self.request.user, record) if name not in out]

    def show(self, record: RepresentativeProposal, status: int, **more: object) -> HttpResponse:
        now = timezone.now()
        held = Membership.objects.in_force(timezone.localdate(now)).filter(
            user__email=record.email, role=Role.REPRESENTATIVE
        )
        companies = sorted({str(one.company) for one in visible(self.request.user, held).select_related("company")})
        over = record.is_open and record.is_over(now)
        return page(self.request, "companies/representative", status, over=over, companies=companies, **more)


representative = only(Role.OFFICER, Role.ADMINISTRATOR, Role.LEADER)(Representative.as_view())
