"""Taking a row out of a draft by a form: first what goes with it and what would break, then the act."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from luodi.editor.archive import unpack
from luodi.editor.checking import new_errors, problems_of
from luodi.editor.editing import Edit, removed
from luodi.errors import LuodiError
from luodi.web.books.models import Draft
from luodi.web.books.queries import wrote_meanwhile
from luodi.web.books.views.editing import link, save, title_of
from luodi.web.books.views.layout import draft_or_404, draft_page, number, policy_officers
from luodi.web.core.errors import NotPermitted, StaleVersion
from luodi.web.core.words import language, say


@require_http_methods(["GET", "HEAD", "POST"])
@policy_officers
def remove_row(request: HttpRequest, pk: int) -> HttpResponse:
    """Nothing is taken out before it is said once more; what would break has to be agreed to."""
    draft = draft_or_404(request, pk)
    file, key = request.GET.get("file", ""), request.GET.get("row", "")
    try:
        edit = removed(unpack(draft.files), file, key)
    except LuodiError:
        raise Http404 from None
    if request.method != "POST":
        return _asked(request, draft, edit)
    if wrote_meanwhile(draft, number(request.POST.get("seen")), edit.touched):
        return _asked(request, draft, edit, 409, say("editing.remove_clash"))
    if not request.POST.get("even_so") and new_errors(unpack(draft.files), edit.files):
        return _asked(request, draft, edit, 422, say("editing.remove_breaks"))
    return _removed(request, draft, edit)


def _removed(request: HttpRequest, draft: Draft, edit: Edit) -> HttpResponse:
    try:
        save(request, draft, edit.files, edit.touched)
    except StaleVersion:
        return _asked(request, draft_or_404(request, draft.pk), edit, 409, say("editing.remove_clash"))
    except NotPermitted:
        raise
    except LuodiError:
        return _asked(request, draft, edit, 422, say("editing.not_now"))
    messages.success(request, say("editing.said_removed", name=edit.row.key))
    there = edit.row.file in edit.files
    return redirect(link("books:edit", draft, **({"file": edit.row.file} if there else {})))


def _asked(request: HttpRequest, draft: Draft, edit: Edit, status: int = 200, problem: str = "") -> HttpResponse:
    found = problems_of(new_errors(unpack(draft.files), edit.files), language())
    return draft_page(
        request,
        draft,
        "books/remove",
        tab="edit",
        status=status,
        file=edit.row.file,
        key=edit.row.key,
        about=title_of(edit.row),
        found=found,
        problem=problem,
        link=link,
        others=[name for name in edit.touched if name != edit.row.file],
    )
