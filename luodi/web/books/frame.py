"""What every page of a draft has around it: its head, its state, its tabs."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from luodi.web.books.models import Draft
from luodi.web.books.stages import Act, State, possible
from luodi.web.books.tabs import TABS
from luodi.web.core.pages import page
from luodi.web.core.permissions import visible


def draft_or_404(request: HttpRequest, pk: int) -> Draft:
    """One that this person may see. Raises `Http404`."""
    whole = Draft.objects.select_related("author", "reviewer")
    return get_object_or_404(visible(request.user, whole), pk=pk)


def draft_page(
    request: HttpRequest, draft: Draft, template: str, *, tab: str, status: int = 200, **context: Any
) -> HttpResponse:
    """A page of a draft, made from `books/draft_frame.html.j2`; `template` is `books/name`, `tab` a key of the tabs."""
    acts = {act.value for act in possible(State(draft.state))}
    can_change = Act.CHANGE in possible(State(draft.state))
    return page(request, template, status, draft=draft, tabs=TABS, tab=tab, acts=acts, can_change=can_change, **context)
