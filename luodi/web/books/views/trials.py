"""A draft tried: companies before and after, and whom it would affect."""

import gzip
from typing import Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from luodi.errors import LuodiError
from luodi.rules.library import load_book
from luodi.web.books import register
from luodi.web.books.actions import trials as actions
from luodi.web.books.forms import ProfileForm
from luodi.web.books.models import Draft, Run, TriedProfile
from luodi.web.books.runs import NotChecked
from luodi.web.books.trials import subjects
from luodi.web.books.views.layout import draft_or_404, draft_page, policy_officers, posted, user_of
from luodi.web.core.error_words import in_full
from luodi.web.core.errors import NotPermitted
from luodi.web.core.permissions import visible
from luodi.web.core.types import Json
from luodi.web.core.words import say
from luodi.web.journal.actions import record_export

#: On which page the result of a run stands.
_PAGES: Final = {"profiles": "books:try", "answers": "books:affected", "companies": "books:affected"}


@require_safe
@policy_officers
def trial(request: HttpRequest, pk: int) -> HttpResponse:
    """Companies before and after: the fictional ones, my own answers, and those typed for the draft."""
    return _trial(request, draft_or_404(request, pk))


def _trial(request: HttpRequest, draft: Draft, status: int = 200, problem: str = "", field: str = "") -> HttpResponse:
    run = _last(draft, "profiles")
    rows = run.result["rows"] if run and run.result else []
    if run and run.by != request.user:  # answers that somebody saved are theirs alone
        rows = [row for row in rows if row["kind"] != "mine"]
    return draft_page(
        request,
        draft,
        "books/bench",
        tab="try",
        status=status,
        run=run,
        rows=sorted(rows, key=_is_same),
        subjects=subjects(draft, user_of(request)),
        profiles=draft.profiles.all(),
        problem=problem,
        field=field,
        given=request.POST if request.method == "POST" else {},
    )


def _is_same(row: Json) -> bool:
    """Those that differ are shown first."""
    return bool(row.get("same")) and not row.get("rules")


@require_POST
@policy_officers
def keep_profile(request: HttpRequest, pk: int) -> HttpResponse:
    draft, form = draft_or_404(request, pk), ProfileForm(posted(request))
    if not form.is_valid():
        return _trial(request, draft, 422, " ".join(map(str, form.errors["key"])), "name")
    try:
        actions.keep_profile.submit(form, draft, by=user_of(request), at=timezone.now())
    except NotPermitted:
        raise
    except LuodiError as problem:
        return _trial(request, draft, 422, in_full(problem), "name" if problem.at == "name" else "text")
    messages.success(request, say("editing.said_profile"))
    return redirect("books:try", pk=draft.pk)


@require_POST
@policy_officers
def remove_profile(request: HttpRequest, pk: int, profile: int) -> HttpResponse:
    draft = draft_or_404(request, pk)
    found = get_object_or_404(visible(request.user, TriedProfile.objects.filter(draft=draft)), pk=profile)
    actions.remove_profile(found, by=user_of(request), at=timezone.now())
    return redirect("books:try", pk=draft.pk)


@require_safe
@policy_officers
def affected(request: HttpRequest, pk: int) -> HttpResponse:
    """Stored answers that the draft changes, and companies that match otherwise. Nobody is named."""
    return _affected(request, draft_or_404(request, pk))


def _affected(request: HttpRequest, draft: Draft, status: int = 200, problem: str = "") -> HttpResponse:
    book = load_book(draft.book)
    return draft_page(
        request,
        draft,
        "books/affected",
        tab="affected",
        status=status,
        answers=_last(draft, "answers"),
        companies=_last(draft, "companies"),
        counts=register.can_count(book),
        kind=book.kind,
        problem=problem,
    )


def _last(draft: Draft, kind: str) -> Run | None:
    """The last run of a kind."""
    return draft.runs.filter(kind=kind).defer("listed").first()


@require_POST
@policy_officers
def start(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    draft = draft_or_404(request, pk)
    if kind not in _PAGES or (kind == "companies" and not register.can_count(load_book(draft.book))):
        raise Http404
    try:
        actions.start_run(draft, kind, by=user_of(request), at=timezone.now())
    except NotChecked:
        words = say("editing.not_checked")
        return _trial(request, draft, 422, words) if kind == "profiles" else _affected(request, draft, 422, words)
    return redirect(_PAGES[kind], pk=draft.pk)


@require_POST
@policy_officers
def stop(request: HttpRequest, pk: int, run: int) -> HttpResponse:
    draft, found = _run(request, pk, run)
    actions.stop(found, by=user_of(request), at=timezone.now())
    return redirect(_PAGES[found.kind], pk=draft.pk)


@require_POST
@policy_officers
def ids(request: HttpRequest, pk: int, run: int) -> HttpResponse:
    """The ids of the companies that match otherwise, as CSV; that they left is written down."""
    _, found = _run(request, pk, run, "export")
    if found.listed is None:
        raise Http404
    record_export(Run.objects.filter(pk=found.pk), "csv", by=request.user, asked={"draft": found.draft_id})
    content = b"\xef\xbb\xbf" + gzip.decompress(bytes(found.listed))
    headers = {"Content-Disposition": f'attachment; filename="draft-{found.draft_id}-companies.csv"'}
    return HttpResponse(content, content_type="text/csv; charset=utf-8", headers=headers)


def _run(request: HttpRequest, pk: int, run: int, act: str = "see") -> tuple[Draft, Run]:
    draft = draft_or_404(request, pk)
    return draft, get_object_or_404(visible(request.user, Run.objects.filter(draft=draft), act), pk=run)
