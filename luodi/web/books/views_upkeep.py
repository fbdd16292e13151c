"""Upkeep: which rows of the books to check next, one row with its checks, and what a second person says of one."""

from typing import Any, Final
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
from luodi.web.books import actions_checks, upkeep
from luodi.web.books.actions_checks import CheckedMeanwhile, Said
from luodi.web.books.forms import Checked
from luodi.web.books.forms import Reason as Why
from luodi.web.books.models_checks import Check, CheckState
from luodi.web.books.views import policy_officers, user_of
from luodi.web.core.errors import NotPermitted
from luodi.web.core.keys import once
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
    found = upkeep.upkeep(on, **asked)
    pages = max(1, -(-len(found.lines) // upkeep.PAGE))
    number = min(_number(request.GET.get("page", "")), pages)
    start = (number - 1) * upkeep.PAGE
    return page(
        request,
        "books/due",
        found=found,
        lines=found.lines[start : start + upkeep.PAGE],
        asked=asked,
        on=on,
        start=start,
        number=number,
        pages=pages,
        books={name: load_book(name) for name in kept_books()},
        query=lambda **other: "?" + urlencode({k: v for k, v in {**asked, **other}.items() if v}),
        to_confirm=upkeep.waiting_for(request.user),
    )


@require_safe
@policy_officers
def exported(request: HttpRequest) -> StreamingHttpResponse:
    """The list as a table. It holds what the public books say and counts, and no record of anybody."""
    lang = language()
    found = upkeep.upkeep(timezone.localdate(), **_asked(request))
    lines = as_csv(upkeep.heads(lang), upkeep.rows_of(found, lang))
    answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="due.csv"'
    return answer


def _asked(request: HttpRequest) -> dict[str, str]:
    """The filters; one that is none is left out."""
    reason, book = request.GET.get("reason", ""), request.GET.get("book", "")
    return {"reason": reason if reason in set(Reason) else "", "book": book if book in kept_books() else ""}


def _number(text: str) -> int:
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 6 else 1


# ---- a row


@require_http_methods(["GET", "HEAD", "POST"])
@policy_officers
def row(request: HttpRequest, book: str, table: str, row: str) -> HttpResponse:
    """One row: why it is due, what rests on it, its checks, and a form for the next one."""
    key = Key(book, table, row)
    if actions_checks.kept_or_none(key) is None:
        raise Http404(str(key)[:200])
    if request.method != "POST":
        return _row(request, key)
    form = Checked(table, request.POST)
    if not form.is_valid():
        return _row(request, key, 422, form)
    try:
        return redirect(once(request, lambda: _recorded(request, key, form.said())))
    except NotPermitted:
        raise
    except LuodiError as problem:
        return _row(request, key, 422, form, problem)


def _recorded(request: HttpRequest, key: Key, said: Said) -> str:
    check = actions_checks.record(user_of(request), key, said, at=timezone.now())
    messages.success(request, say(f"books.said_record_{check.state}"))
    if check.state == CheckState.DRAFT and check.draft is not None:
        return reverse("books:draft", args=[check.draft.pk])
    return reverse("books:due_row", args=key)


def _row(
    request: HttpRequest,
    key: Key,
    status: int = 200,
    form: Checked | None = None,
    problem: LuodiError | None = None,
    why: Why | None = None,
) -> HttpResponse:
    on, kept = timezone.localdate(), actions_checks.kept_or_none(key)
    assert kept is not None  # whoever calls has looked
    checked = upkeep.checks()
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
        resting=upkeep.resting().get(key, upkeep.Resting()),
        checks=upkeep.checks_of(request.user, key),
        entry=_entry(key),
        form=form or Checked(key.table, initial={"on": on}),
        why=why or Why(auto_id="refuse_%s"),
        problem=problem,
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
    form = Why(request.POST, auto_id="refuse_%s") if act == "refuse" else None
    if actions_checks.kept_or_none(found.key) is None:
        raise Http404(str(found.key))
    if form is not None and not form.is_valid():
        return _row(request, found.key, 422, why=form)
    try:
        return redirect(once(request, lambda: _decided(request, found, form)))
    except NotPermitted:
        raise
    except CheckedMeanwhile as problem:
        return _row(request, found.key, 409, problem=problem)
    except LuodiError as problem:
        return _row(request, found.key, 422, problem=problem)


def _decided(request: HttpRequest, check: Check, form: Any) -> str:
    user, seen, at = user_of(request), _seen(request.POST.get("seen")), timezone.now()
    if form is None:
        actions_checks.confirm(user, check, seen, at=at)
    else:
        actions_checks.refuse(user, check, form.cleaned_data["reason"], seen, at=at)
    messages.success(request, say("books.said_confirm" if form is None else "books.said_refuse"))
    return reverse("books:due_row", args=check.key)


def _seen(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0
