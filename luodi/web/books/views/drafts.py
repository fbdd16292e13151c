"""The desk with its books and drafts, a draft, and the actions on it."""

from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from luodi.editor.archive import differing, unpack
from luodi.editor.merging import BaseMoved
from luodi.editor.stages import State
from luodi.errors import LuodiError
from luodi.rules.library import book_names, load_book
from luodi.web.books import maintenance, queries
from luodi.web.books.actions import drafts, editions
from luodi.web.books.changed import changed
from luodi.web.books.forms import BeginForm
from luodi.web.books.models import Draft, Revision
from luodi.web.books.views.layout import draft_or_404, draft_page, policy_officers, posted, user_of
from luodi.web.core.actions import Action
from luodi.web.core.errors import NotPermitted, StaleVersion
from luodi.web.core.forms import ActionForm
from luodi.web.core.pages import page
from luodi.web.core.words import say

#: The actions that the page of a draft has buttons for.
ACTIONS: Final[dict[str, Action]] = {
    one.name: one
    for one in (drafts.submit, drafts.approve, drafts.send_back, editions.publish, drafts.discard, drafts.catch_up)
}


# ---- home


@require_safe
@policy_officers
def desk(request: HttpRequest) -> HttpResponse:
    """Books with the edition in force, what waits for me, drafts, and what comes into force."""
    return _desk(request, BeginForm(initial={"book": request.GET.get("book", "")}))


@require_POST
@policy_officers
def begin(request: HttpRequest) -> HttpResponse:
    form = BeginForm(posted(request))
    if not form.is_valid():
        return _desk(request, form, 422)
    made = drafts.begin.submit(form, by=user_of(request), at=timezone.now())
    messages.success(request, say("books.said_begin"))
    return redirect("books:draft", pk=made.pk)


def _desk(request: HttpRequest, form: BeginForm, status: int = 200) -> HttpResponse:
    on, rows = timezone.localdate(), queries.drafts_of(request.user)
    groups = [(state, list(rows.filter(state=state))) for state in State if state.is_open]
    return page(
        request,
        "books/desk",
        status,
        form=form,
        books=[load_book(name) for name in book_names()],
        now=queries.settled(),
        wanted=queries.wanted_of(user_of(request)),
        coming=queries.coming(request.user, on),
        groups=[(state, rows) for state, rows in groups if rows],
        closed=rows.exclude(state__in=[state for state, _ in groups])[:10],
        to_confirm=maintenance.waiting_for(user_of(request)),
    )


# ---- a draft


@require_safe
@policy_officers
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    return overview(request, draft_or_404(request, pk))


def overview(
    request: HttpRequest,
    draft: Draft,
    status: int = 200,
    problem: LuodiError | None = None,
    sent: dict[str, ActionForm] | None = None,
) -> HttpResponse:
    """Its state, what it changes, and what this person may do with it; `sent` is a form that came back."""
    user, today = user_of(request), timezone.localdate()
    forms = {name: one.form(row=draft, auto_id=f"{name}_%s") for name, one in ACTIONS.items()}
    forms["submit"].initial["first_day"] = today
    return draft_page(
        request,
        draft,
        "books/draft",
        tab="draft",
        status=status,
        problem=problem,
        changed=changed(draft),
        book=load_book(draft.book),
        own=user.pk in queries.writers(draft),
        moved=_moved(draft),
        publication=getattr(draft, "publication", None),
        today=today,
        forms={**forms, **(sent or {})},
    )


def _moved(draft: Draft) -> list[str] | None:
    """Files that the draft and a later edition both changed; None where the draft stands on the last edition."""
    if not State(draft.state).is_open:
        return None
    edition, base = queries.last_edition(draft.book), unpack(draft.base_files)
    if dict(edition.files) == base:
        return None
    return sorted(set(differing(base, edition.files)) & set(differing(base, unpack(draft.files))))


@require_POST
@policy_officers
def act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """One action on a draft; where it cannot be done the page says why."""
    found, action = draft_or_404(request, pk), ACTIONS[act]
    form: ActionForm = action.form(posted(request), auto_id=f"{act}_%s")
    if not form.is_valid():
        return overview(request, found, 422, sent={act: form})
    try:
        action.submit(form, found, by=user_of(request), at=timezone.now())
    except NotPermitted:
        raise
    except LuodiError as problem:
        now = draft_or_404(request, pk)
        if isinstance(problem, StaleVersion | BaseMoved):
            return overview(request, now, 409, problem)
        form.again(now.version)
        return overview(request, now, 422, problem, {act: form})
    messages.success(request, say(f"books.said_{act}"))
    return redirect("books:draft", pk=found.pk)


@require_safe
@policy_officers
def history(request: HttpRequest, pk: int) -> HttpResponse:
    """Every action on it, the last one first."""
    found = draft_or_404(request, pk)
    rows: list[tuple[Revision, list[str]]] = [
        (row, sorted(unpack(row.files)) if row.files is not None else [])
        for row in found.revisions.select_related("by").order_by("-id")
    ]
    return draft_page(request, found, "books/history", tab="history", rows=rows)
