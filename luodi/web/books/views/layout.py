"""What every page of the desk has: who may see it, and around a draft its head, its state and its tabs."""

from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404

from luodi.editor.stages import DraftAction, State, possible
from luodi.web.accounts.models import User
from luodi.web.books.models import Draft
from luodi.web.core.guards import only
from luodi.web.core.keys import new_key
from luodi.web.core.pages import page
from luodi.web.core.permissions import visible
from luodi.web.core.roles import Role

policy_officers = only(Role.POLICY_OFFICER)


@dataclass(frozen=True)
class Tab:
    """`name` is the route, which takes the draft's number; what it is called stands in the words as `books.tab_KEY`."""

    key: str
    name: str


TABS: Final = (
    Tab("draft", "books:draft"),
    Tab("edit", "books:edit"),
    Tab("try", "books:try"),
    Tab("affected", "books:affected"),
    Tab("history", "books:history"),
)


def user_of(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # the decorator let nobody else in
    return request.user


def posted(request: HttpRequest) -> QueryDict:
    """The fields of a form; one that came without a key, as a script sends it, gets one."""
    data = request.POST.copy()
    data.setdefault("key", new_key())
    return data


def number(text: str | None, otherwise: int = 0) -> int:
    """What somebody wrote into an address or a hidden field."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else otherwise


def draft_or_404(request: HttpRequest, pk: int) -> Draft:
    """One that this person may see. Raises `Http404`."""
    return get_object_or_404(visible(request.user, Draft.objects.select_related("author", "reviewer")), pk=pk)


def draft_page(
    request: HttpRequest, draft: Draft, template: str, *, tab: str, status: int = 200, **context: object
) -> HttpResponse:
    """A page of a draft, made from `books/draft_frame.html.j2`; `template` is `books/name`, `tab` a key of the tabs."""
    acts = possible(State(draft.state))
    context |= {"acts": {act.value for act in acts}, "can_change": DraftAction.CHANGE in acts}
    return page(request, template, status, draft=draft, tabs=TABS, tab=tab, **context)
