"""Maintenance: which rows of the books to check next, one row with its checks, and what a second person says of one."""

from typing import Final
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from luodi.documents.report_csv import as_csv
from luodi.errors import LuodiError
from luodi.rules.due import Due, Reason, due_rows
from luodi.rules.kept_rows import RULE_KINDS, Key, kept_books
from luodi.rules.library import load_book
from luodi.terms.reading import is_official
from luodi.web.books import maintenance
from luodi.web.books.actions import checks
from luodi.web.books.forms import CheckForm, ReasonForm
from luodi.web.books.models import Check, CheckState
from luodi.web.books.queries import row_of_books
from luodi.web.books.views.layout import number, policy_officers, posted, user_of
from luodi.web.core.actions import Action
from luodi.web.core.errors import NotPermitted, StaleVersion
from luodi.web.core.forms import ActionForm
from luodi.web.core.keys import new_key
from luodi.web.core.pages import page
from luodi.web.core.permissions import visible
from luodi.web.core.words import language, say

_ENTRIES: Final = {"instruments": "instrument", "requirements": "requirement", "licences": "licence"}


# ---- the list


@require_safe
@policy_officers
def due(request: HttpRequest) -> HttpResponse:
    """Rows to check, for a reason and of a book where they are chosen, a page at a time."""
    asked, on = _asked(request), timezone.localdate()
    found = maintenance.due(on, **asked)
    pages = max(1, -(-len(found.lines) // maintenance.PAGE))
    shown = min(max(1, number(request.GET.get("page"), 1)), pages)
    start = (shown - 1) * maintenance.PAGE
    return page(
        request,
        "books/due",
        found=found,
        lines=found.lines[start : start + maintenance.PAGE],
        asked=asked,
        on=on,
        start=start,
        number=shown,
        pages=pages,
        books={name: load_book(name) for name in kept_books()},
        query=lambda **other: "?" + urlencode({k: v for k, v in {**asked, **other}.items() if v}),
        to_confirm=maintenance.waiting_for(user_of(request)),
    )


@require_safe
@policy_officers
def exported(request: HttpRequest) -> StreamingHttpResponse:
    """The list as a table. It holds what the public books say and counts, and no record of anybody."""
    lang = language()
    found = maintenance.due(timezone.localdate(), **_asked(request))
    lines = as_csv(maintenance.heads(lang), maintenance.rows_of(found, lang))
    answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="due.csv"'
    return answer


def _asked(request: HttpRequest) -> dict[str, str]:
    """The filters; one that is none is left out."""
    reason, book = request.GET.get("reason", ""), request.GET.get("book", "")
    return {"reason": reason if reason in set(Reason) else "", "book": book if book in kept_books() else ""}


# ---- a row


@require_http_methods(["GET", "HEAD", "POST"])
@policy_officers
def row(request: HttpRequest, book: str, table: str, row: str) -> HttpResponse:
    """One row: why it is due, what rests on it, its checks, and a form for the next one."""
    key = Key(book, table, row)
    if row_of_books(key) is None:
        raise Http404(str(key)[:200])
    if request.method != "POST":
        return _row(request, key)
    form = CheckForm(posted(request), table=table)
    if not form.is_valid():
        return _row(request, key, 422, form)
    try:
        check = checks.record.submit(form, key, by=user_of(request), at=timezone.now())
    except NotPermitted:
        raise
    except LuodiError as problem:
        return _row(request, key, 422, form, problem)
    messages.success(request, say(f"books.said_record_{check.state}"))
    if check.state == CheckState.DRAFT and check.draft is not None:
        return redirect("books:draft", pk=check.draft.pk)
    return redirect(reverse("books:due_row", args=key))


def _row(
    request: HttpRequest,
    key: Key,
    status: int = 200,
    form: CheckForm | None = None,
    problem: LuodiError | None = None,
    why: ReasonForm | None = None,
) -> HttpResponse:
    on, kept = timezone.localdate(), row_of_books(key)
    assert kept is not None  # whoever calls has looked
    checked = maintenance.checks()
    found: Due | None = next((one for one in due_rows(load_book(key.book), on, checked) if one.key == key), None)
    return page(
        request,
        "books/due_row",
        status,
        key=key,
        kept=kept,
        due=found,
        book=load_book(key.book),
        today=on,
        last=max((day for day in (kept.checked, checked.get(key)) if day), default=None),
        links=sorted(kept.links, key=lambda link: not is_official(link)),
        resting=maintenance.resting().get(key, maintenance.Resting()),
        checks=maintenance.checks_of(request.user, key),
        entry=_entry(key),
        form=form or CheckForm(table=key.table, initial={"on": on}),
        why=why or ReasonForm(auto_id="refuse_%s"),
        problem=problem,
        new_key=new_key,
    )


def _entry(key: Key) -> tuple[str, str] | None:
    """The page of the library that shows the row; some tables have none."""
    kind = _ENTRIES.get(key.table) or (RULE_KINDS.get(load_book(key.book).kind) if key.table == "rules" else None)
    return (kind, key.id) if kind else None


# ---- a second person


@require_POST
@policy_officers
def decide(request: HttpRequest, pk: str, act: str) -> HttpResponse:
    """Confirm a check, or refuse it with a reason."""
    found = get_object_or_404(visible(request.user, Check.objects.all()), pk=int(pk))
    action: Action = checks.refuse if act == "refuse" else checks.confirm
    form: ActionForm = action.form(posted(request), auto_id="refuse_%s")
    if row_of_books(found.key) is None:
        raise Http404(str(found.key))
    if not form.is_valid():
        return _row(request, found.key, 422, why=form if isinstance(form, ReasonForm) else None)
    try:
        action.submit(form, found, by=user_of(request), at=timezone.now())
    except NotPermitted:
        raise
    except LuodiError as problem:
        return _row(request, found.key, 409 if isinstance(problem, StaleVersion) else 422, problem=problem)
    messages.success(request, say(f"books.said_{act}"))
    return redirect(reverse("books:due_row", args=found.key))
