"""What the pages of actions share: a form is read, its action performed, and a refusal shown where one can act on it.

form = AnswerForm(request.POST, row=found)
tried = submit(request, answer, form, found)
if tried.done is not None:
    return redirect(..)
return page(request, .., tried.status, form=form, tried=tried)
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final, Generic, TypeVar
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views import View

from luodi.errors import LuodiError
from luodi.web.core.actions import Action, actions_on, open_to
from luodi.web.core.error_words import in_words
from luodi.web.core.errors import NotPermitted, StaleVersion
from luodi.web.core.forms import ActionForm, Data, Options
from luodi.web.core.keys import key_sent, was_done
from luodi.web.core.lists import RecordList, page_number
from luodi.web.core.permissions import require
from luodi.web.core.types import AnyUser
from luodi.web.core.words import say

Row = TypeVar("Row", bound=Model)
#: Where the words of a refusal stand, for pages that have none of their own.
OWN: Final = "cases.form"


@dataclass(frozen=True)
class Attempt:
    """`done` is the row, None where nothing was done; `since` what the form had missed."""

    status: int = 200
    done: Any = None
    problem: str = ""
    since: Sequence[object] = ()


def attempt(form: ActionForm, do: Callable[[dict[str, object]], object], own: str = OWN) -> Attempt:
    """Do it, or say why not where it can be put right: 422 for what was typed, 409 for what changed meanwhile.

    A refusal for lack of permission goes on to the page that says so. `own` begins the keys of the words that the page
    has for a refusal.
    """
    if not form.is_valid():
        return Attempt(422)
    try:
        return Attempt(302, do(form.cleaned_data))
    except StaleVersion as stale:
        form.again(stale.version)
        return Attempt(409, problem=in_words(stale, own), since=stale.since)
    except NotPermitted:
        raise
    except LuodiError as problem:
        told = in_words(problem, own)
        if problem.at in form.fields:
            form.add_error(problem.at, told)
            return Attempt(422)
        return Attempt(422, problem=told)


def submit(
    request: HttpRequest, action: Action, form: ActionForm, *records: object, own: str = OWN, **more: object
) -> Attempt:
    """`attempt` with an action, performed by who sent the form."""
    return attempt(form, lambda _: action.submit(form, *records, by=request.user, at=timezone.now(), **more), own)


def was_sent_before(request: HttpRequest) -> bool:
    """Whether the form of a request, sent by the same person, had its effect: the second of two clicks."""
    return was_done(key_sent(request), request.user)


def list_context(request: HttpRequest, records: RecordList[Row], rows: QuerySet[Row] | None = None) -> dict[str, Any]:
    """A page of a list for its template: `rows`, what was `asked`, and `more`, which follows the number of a page in a
    link. `rows` are given where the page shows more of them than the list says."""
    asked = records.filled(records.read(request.GET))
    found = records.found(request.user, asked) if rows is None else rows
    shown = Paginator(found, records.page_size).get_page(request.GET.get("page"))
    return {"rows": shown, "asked": asked, "more": f"&{urlencode(asked)}"}


def page_context(request: HttpRequest, records: RecordList[Row], user: AnyUser) -> dict[str, Any]:
    """The same of a list that is not counted, as `user` may see it: `more` is the query of the next page and `previous`
    that of the one before, "" where there is none. A page that refuses a form goes by the criteria that it sent."""
    given = request.POST or request.GET
    asked, number = records.read(given), page_number(given.get("page", ""))
    rows, has_more = records.page(user, asked, number)
    more = urlencode({**asked, "page": number + 1}) if has_more else ""
    previous = urlencode({**asked, "page": number - 1}) if number > 1 else ""
    shown = {"rows": rows, "asked": records.filled(asked), "query": urlencode(asked), "number": number}
    return {**shown, "more": more, "previous": previous}


# ---- the page of a record, with what can be done with it


@dataclass(frozen=True)
class Offered:
    """An action with its form, empty or as it was sent, and the records that it is performed on."""

    action: Action
    form: ActionForm
    records: tuple[Model, ...]
    more: Mapping[str, Any] = field(default_factory=dict)


class RecordView(View, Generic[Row]):
    """The page of a record, and its actions: a GET shows it with their forms; a POST performs one, named by `act` in
    the address or the form. What was refused is shown with what was typed, on the record as it is then.

    A subclass says `find` and `show`, and what differs from the registry: which actions, with which form, on what.
    """

    app: ClassVar[str]  # whose words: `app.said_done`, `app.action_NAME`
    words: ClassVar[str] = "action_"

    def find(self) -> Row:
        """The record, for somebody who may see it. Raises `Http404`."""
        raise NotImplementedError

    def show(self, record: Row, status: int, **more: object) -> HttpResponse:
        """`more` is for the template: forms by name, `bound`, `tried`, and what the forms are called and sent to."""
        raise NotImplementedError

    def names(self, record: Row) -> Iterable[str]:
        """The actions that the page offers."""
        return open_to(self.request.user, record)

    def offered(self, record: Row, name: str, data: Data = None) -> Offered:
        """Raises `Http404` for what is no action on it."""
        action = actions_on(type(record)).get(name)
        if action is None:
            raise Http404
        return Offered(action, self.form(action, record, data), (record,))

    def form(self, action: Action, record: Row, data: Data) -> ActionForm:
        made: ActionForm = action.form(data, **Options(row=record, auto_id=f"{action.name}_%s"))
        return made

    def address(self, record: Row, name: str) -> str:
        """Where the form of an action is sent."""
        return self.request.path

    def after(self, record: Row) -> str:
        """Where somebody comes to once an action is performed."""
        return self.request.path

    def get(self, request: HttpRequest, **_: object) -> HttpResponse:
        return self._page(self.find(), Attempt(), "", None)

    def post(self, request: HttpRequest, **_: object) -> HttpResponse:
        record = self.find()
        name = self.kwargs.get("act") or request.POST.get("act", "")
        one = self.offered(record, name, request.POST)
        if not one.action.creates:  # refused before the form is read
            require(request.user, one.action.permission, one.records[0])
        tried = submit(request, one.action, one.form, *one.records, **one.more)
        if tried.done is None:
            return self._page(self.find(), tried, name, one.form)
        messages.success(request, say(f"{self.app}.said_done"))
        return redirect(self.after(record))

    def _page(self, record: Row, tried: Attempt, name: str, bound: ActionForm | None) -> HttpResponse:
        forms = {one: self.offered(record, one).form for one in self.names(record)}
        return self.show(
            record,
            tried.status,
            row=record,
            forms=forms if bound is None else {**forms, name: bound},
            bound=bound,
            tried=tried,
            address=lambda one: self.address(record, one),
            words=lambda one: say(f"{self.app}.{self.words}{one.partition('-')[0]}"),
        )
