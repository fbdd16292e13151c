"""The desk: the books with their editions, drafts and what may be done with them."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from luodi.errors import LuodiError
from luodi.rules.library import book_names, load_book
from luodi.web.accounts.models import User
from luodi.web.books import actions, queries, upkeep
from luodi.web.books.actions import EditedMeanwhile
from luodi.web.books.archive import differing, unpack
from luodi.web.books.changed import changed
from luodi.web.books.forms import Begin, FirstDay, Reason
from luodi.web.books.frame import draft_or_404, draft_page
from luodi.web.books.judging import NotReady
from luodi.web.books.merging import BaseMoved
from luodi.web.books.models import Draft
from luodi.web.books.stages import Act, State
from luodi.web.core.errors import NotPermitted
from luodi.web.core.guards import only
from luodi.web.core.keys import once
from luodi.web.core.pages import page
from luodi.web.core.roles import Role
from luodi.web.core.words import say

policy_officers = only(Role.POLICY_OFFICER)


def user_of(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # the decorator let nobody else in
    return request.user


# ---- home


@require_safe
@policy_officers
def desk(request: HttpRequest) -> HttpResponse:
    """Books with the edition in force, what waits for me, drafts, and what comes into force."""
    return _desk(request, Begin(initial={"book": request.GET.get("book", "")}))


@require_POST
@policy_officers
def begin(request: HttpRequest) -> HttpResponse:
    form = Begin(request.POST)
    if not form.is_valid():
        return _desk(request, form, 422)
    place = once(request, lambda: _begun(user_of(request), form.cleaned_data))
    messages.success(request, say("books.said_begin"))
    return redirect(place)


def _begun(user: User, given: Mapping[str, Any]) -> str:
    return reverse("books:draft", args=[actions.begin(user, **given, at=timezone.now()).pk])


def _desk(request: HttpRequest, form: Begin, status: int = 200) -> HttpResponse:
    on, drafts = timezone.localdate(), queries.drafts_of(request.user)
    groups = [(state, [d for d in drafts.filter(state=state)]) for state in State if state.is_open]
    closed = drafts.exclude(state__in=[state for state, _ in groups])[:10]
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
        closed=closed,
        to_confirm=upkeep.waiting_for(request.user),
    )


# ---- a draft


@require_safe
@policy_officers
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    return overview(request, draft_or_404(request, pk))


def overview(
    request: HttpRequest, draft: Draft, status: int = 200, problem: LuodiError | None = None, **forms: Any
) -> HttpResponse:
    """Its state, what it changes, and what this person may do with it."""
    user = user_of(request)
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
        today=timezone.localdate(),
        first_day=forms.get("submit") or FirstDay(initial={"first_day": timezone.localdate()}, auto_id="submit_%s"),
        reasons={act: forms.get(act) or Reason(auto_id=f"{act}_%s") for act in ("send_back", "discard")},
    )


def _moved(draft: Draft) -> list[str] | None:
    """Files that the draft and a later edition both changed; None where the draft stands on the last edition."""
    if not State(draft.state).is_open:
        return None
    edition, base = queries.last_edition(draft.book), unpack(draft.base_files)
    if dict(edition.files) == base:
        return None
    theirs, ours = set(differing(base, edition.files)), set(differing(base, unpack(draft.files)))
    return sorted(theirs & ours)


_FORMS: dict[str, type[FirstDay | Reason]] = {"submit": FirstDay, "send_back": Reason, "discard": Reason}


@require_POST
@policy_officers
def act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """One act on a draft; where it cannot be done the page says why."""
    found, form = draft_or_404(request, pk), None
    if act in _FORMS:
        form = _FORMS[act](request.POST, auto_id=f"{act}_%s")
        if not form.is_valid():
            return overview(request, found, 422, **{act: form})
    try:
        _do(request, found, Act(act), form.cleaned_data if form else {})
    except NotPermitted:
        raise
    except (EditedMeanwhile, BaseMoved) as problem:
        return overview(request, draft_or_404(request, pk), 409, problem)
    except LuodiError as problem:
        return overview(request, draft_or_404(request, pk), 422, problem, **({act: form} if form else {}))
    messages.success(request, say(f"books.said_{act}"))
    return redirect("books:draft", pk=found.pk)


def _do(request: HttpRequest, found: Draft, act: Act, given: dict[str, Any]) -> None:
    user, at = user_of(request), timezone.now()
    match act:
        case Act.SUBMIT:
            actions.submit(user, found, given["first_day"], at=at)
        case Act.APPROVE:
            actions.approve(user, found, at=at)
        case Act.PUBLISH:
            actions.publish(user, found, at=at)
        case Act.SEND_BACK:
            actions.send_back(user, found, given["reason"], at=at)
        case Act.DISCARD:
            actions.discard(user, found, given["reason"], at=at)
        case Act.CATCH_UP:
            keep = {name: request.POST.get(f"keep:{name}") == "ours" for name in request.POST.getlist("file")}
            actions.take_over(user, found, keep, _number(request.POST.get("seen")), at=at)
        case Act.CHANGE:
            raise AssertionError("texts have a page of their own")


def _number(text: str | None) -> int:
    return int(text) if text and text.isdigit() and len(text) < 10 else 0


@require_safe
@policy_officers
def history(request: HttpRequest, pk: int) -> HttpResponse:
    """Every act on it, the last one first."""
    found = draft_or_404(request, pk)
    rows = found.revisions.select_related("by").order_by("-id")
    said = [(row, sorted(unpack(row.files)) if row.files is not None else []) for row in rows]
    return draft_page(request, found, "books/history", tab="history", rows=said)


__all__ = ["NotReady", "act", "begin", "desk", "draft", "history", "overview", "policy_officers", "user_of"]
