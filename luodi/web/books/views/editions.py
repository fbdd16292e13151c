"""The editions of a book: which was in force when, each to be taken away as the same YAML, the last one withdrawn."""

from typing import Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from luodi.editions import shipped
from luodi.editor.archive import files_of, unpack, zipped
from luodi.errors import LuodiError
from luodi.rules.library import book_names, load_book
from luodi.web.books import queries
from luodi.web.books.actions import editions
from luodi.web.books.forms import ReasonForm
from luodi.web.books.models import Publication
from luodi.web.books.views.layout import draft_or_404, policy_officers, posted, user_of
from luodi.web.core.errors import NotPermitted
from luodi.web.core.pages import page
from luodi.web.core.permissions import visible
from luodi.web.core.words import say
from luodi.web.journal.actions import record_export

SHIPPED: Final = "shipped"
_IDS: Final = "withdraw_%s"


@require_safe
@policy_officers
def publications(request: HttpRequest, book: str) -> HttpResponse:
    return _publications(request, book)


def _publications(
    request: HttpRequest,
    book: str,
    status: int = 200,
    form: ReasonForm | None = None,
    problem: LuodiError | None = None,
) -> HttpResponse:
    if book not in book_names():
        raise Http404(book[:100])
    standing = queries.standing(book)
    return page(
        request,
        "books/publications",
        status,
        book=load_book(book),
        rows=queries.publications_of(request.user, book),
        now=queries.settled().get(book),
        last=standing[-1] if standing else None,
        today=timezone.localdate(),
        form=form or ReasonForm(auto_id=_IDS),
        problem=problem,
        shipped=SHIPPED,
    )


@require_POST
@policy_officers
def withdraw(request: HttpRequest, book: str, pk: int) -> HttpResponse:
    found = get_object_or_404(visible(request.user, Publication.objects.filter(book=book)), pk=pk)
    form = ReasonForm(posted(request), auto_id=_IDS)
    if not form.is_valid():
        return _publications(request, book, 422, form)
    try:
        editions.withdraw.submit(form, found, by=user_of(request), at=timezone.now())
    except NotPermitted:
        raise
    except LuodiError as problem:
        return _publications(request, book, 409, form, problem)
    messages.success(request, say("books.said_withdraw"))
    return redirect("books:publications", book=book)


@require_safe
@policy_officers
def download(request: HttpRequest, book: str, edition: str) -> HttpResponse:
    """The files of an edition as a ZIP: the same YAML, byte for byte, its tests included."""
    if book not in shipped():
        raise Http404(book[:100])
    if edition == SHIPPED:
        return _zip(zipped(files_of(shipped()[book]), book), f"{book}-{SHIPPED}")
    if not edition.isdigit() or len(edition) > 15:
        raise Http404(edition[:64])
    rows = visible(request.user, Publication.objects.filter(book=book, pk=int(edition)), "export")
    found = get_object_or_404(rows)
    record_export(rows, "zip", by=user_of(request), asked={"book": book, "edition": found.pk})
    return _zip(zipped(unpack(found.files), book), f"{book}-{found.first_day}-{found.hash[:12]}")


@require_safe
@policy_officers
def download_draft(request: HttpRequest, pk: int) -> HttpResponse:
    found = draft_or_404(request, pk)
    return _zip(zipped(unpack(found.files), found.book), f"{found.book}-draft-{found.pk}-{found.version}")


def _zip(content: bytes, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}.zip"'}
    return HttpResponse(content, content_type="application/zip", headers=headers)
