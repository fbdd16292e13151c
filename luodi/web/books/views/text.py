"""A draft edited as text: one file in a plain field with numbered lines, and what the checker says of each line."""

from difflib import unified_diff
from typing import Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from luodi.editor.archive import Files, fitting, unpack
from luodi.editor.checking import Problem, check, new_errors, problems_of
from luodi.editor.readiness import touched
from luodi.editor.rows import Row, rows
from luodi.errors import LuodiError
from luodi.web.books.models import Draft
from luodi.web.books.queries import wrote_meanwhile
from luodi.web.books.views.editing import in_plain_words, label_of, link, save, title_of
from luodi.web.books.views.layout import draft_or_404, draft_page, number, policy_officers
from luodi.web.core.error_words import in_full
from luodi.web.core.errors import NotPermitted, StaleVersion
from luodi.web.core.words import language, say

_MOST_RULES: Final = 5  # that are told in plain words
_MOST_LINES: Final = 400  # of a difference that is shown


@require_http_methods(["GET", "HEAD", "POST"])
@policy_officers
def edit_text(request: HttpRequest, pk: int) -> HttpResponse:
    """`file` names one of the draft's, or a new one."""
    draft, file = draft_or_404(request, pk), request.GET.get("file", "")
    files = unpack(draft.files)
    try:
        fitting({**files, file: files.get(file, "")})
    except LuodiError as problem:
        if request.method == "POST" or file in files:
            raise Http404 from None
        return _shown(request, draft, files, next(iter(files)), [Problem(in_full(problem), "", "")], 422)
    if request.method != "POST":
        return _shown(request, draft, files, file)
    return _saved(request, draft, files, file)


def _saved(request: HttpRequest, draft: Draft, files: Files, file: str) -> HttpResponse:
    text = request.POST.get("text", "").replace("\r\n", "\n").replace("\r", "\n")
    if text and not text.endswith("\n"):
        text += "\n"
    after = {**files, file: text}
    if text != files.get(file) and wrote_meanwhile(draft, number(request.POST.get("seen")), [file]):
        return _clash(request, draft, file, text)
    if text == files.get(file):
        messages.info(request, say("editing.said_nothing"))
        return redirect(link("books:edit_text", draft, file=file))
    try:
        if not request.POST.get("even_so"):
            found = new_errors(files, after)
            if found:
                return _shown(request, draft, after, file, problems_of(found, language()), 422, refused=True)
        save(request, draft, after, [file])
    except StaleVersion:
        return _clash(request, draft_or_404(request, draft.pk), file, text)
    except NotPermitted:
        raise
    except LuodiError as problem:
        return _shown(request, draft, after, file, [Problem(in_full(problem), "", "")], 422)
    messages.success(request, say("editing.said_saved"))
    return redirect(link("books:edit_text", draft, file=file))


def _shown(
    request: HttpRequest,
    draft: Draft,
    files: Files,
    file: str,
    problems: list[Problem] | None = None,
    status: int = 200,
    refused: bool = False,
) -> HttpResponse:
    """`problems` are those that keep it from being saved; else what the checker says of the file as it stands."""
    text = files.get(file, "")
    here = problems_of(check(files).in_file(file), language()) if problems is None else problems
    wrong = {problem.line for problem in here if problem.file == file}
    return draft_page(
        request,
        draft,
        "books/text_editor",
        tab="edit",
        status=status,
        file=file,
        files=sorted(files),
        text=text,
        lines=range(1, text.count("\n") + 2),
        wrong=wrong,
        problems=here,
        refused=refused,
        is_new=file not in files,
        listed=_rows(text, file),
        plain=_plain(unpack(draft.base_files), files, file),
        title_of=title_of,
        link=link,
        label_of=label_of,
    )


def _plain(base: Files, files: Files, file: str) -> list[str]:
    """What the rules of the file that were changed say now, in plain words; nothing where the book does not read."""
    book, before = check(files).book, check(base).book
    if book is None or not file.startswith("rules/"):
        return []
    changed = [book.by_id[name] for name in touched(before, book)]
    return [in_plain_words(rule, book) for rule in changed if rule.file == file][:_MOST_RULES]


def _rows(text: str, file: str) -> list[Row]:
    try:
        return rows(text, file) if file.endswith(".yaml") and text else []
    except LuodiError:
        return []


def _clash(request: HttpRequest, draft: Draft, file: str, mine: str) -> HttpResponse:
    """Somebody else saved the file meanwhile: both texts stay, beside what differs."""
    theirs = unpack(draft.files).get(file, "")
    difference = list(unified_diff(theirs.splitlines(), mine.splitlines(), lineterm="", n=2))[2:]
    return draft_page(
        request,
        draft,
        "books/clash",
        tab="edit",
        status=409,
        file=file,
        key="",
        about=file,
        mine=mine,
        theirs=theirs,
        whole=mine,
        difference=difference[:_MOST_LINES],
        more=len(difference) > _MOST_LINES,
        link=link,
        sent=[],
        last=draft.revisions.exclude(files=None).select_related("by").last(),
    )
