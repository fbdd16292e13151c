"""Taking a row out of a draft by a form: first what goes with it and what would break, then the act."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from luodi.errors import LuodiError
from luodi.web.books.actions import EditedMeanwhile
from luodi.web.books.archive import unpack
from luodi.web.books.editing import Edit, removed
from luodi.web.books.frame import draft_or_404, draft_page
from luodi.web.books.models import Draft
from luodi.web.books.saving import clashes, save, worse
from luodi.web.books.telling import Problem, told
from luodi.web.books.views_editing import link, policy_officers, title_of, user_of
from luodi.web.core.errors import NotPermitted
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
    seen = request.POST.get("seen", "")
    if clashes(draft, int(seen) if seen.isdecimal() and len(seen) < 10 else 0, edit.touched):
        return _asked(request, draft, edit, 409, say("editing.remove_clash"))
    if not request.POST.get("even_so") and worse(unpack(draft.files), edit.files).errors:
        return _asked(request, draft, edit, 422, say("editing.remove_breaks"))
    return _removed(request, draft, edit)


def _removed(request: HttpRequest, draft: Draft, edit: Edit) -> HttpResponse:
    try:
        save(user_of(request), draft, edit.files, edit.touched)
    except EditedMeanwhile as problem:
        return _asked(request, problem.draft, edit, 409, say("editing.remove_clash"))
    except NotPermitted:
        raise
    except LuodiError:
        return _asked(request, draft, edit, 422, say("editing.not_now"))
    messages.success(request, say("editing.said_removed", name=edit.row.key))
    there = edit.row.file in edit.files
    return redirect(link("books:edit", draft, **({"file": edit.row.file} if there else {})))


def _asked(request: HttpRequest, draft: Draft, edit: Edit, status: int = 200, problem: str = "") -> HttpResponse:
    found: list[Problem] = told(worse(unpack(draft.files), edit.files).errors, language())
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
