"""A draft edited as forms: its files and rows, a row, a new row, a new rule with its cases."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from luodi.editor.archive import Files, unpack
from luodi.editor.checking import Problem, Report, check, new_errors, problems_of
from luodi.editor.editing import Edit, added, at_fields, blank_form, changed, form_of, with_rule
from luodi.editor.fields import ABSENT, Group, shown
from luodi.editor.rows import Row, has_rows, kind_of, row, rows, shape_in, text_of
from luodi.editor.shapes import case_shape
from luodi.editor.yaml_text import item_lines
from luodi.errors import LuodiError, UnknownValue
from luodi.rules.book import Book, Rule
from luodi.rules.describe import describe_rule
from luodi.rules.finding import Finding
from luodi.web.books import flow_svg
from luodi.web.books.actions.drafts import change
from luodi.web.books.models import Draft
from luodi.web.books.queries import wrote_meanwhile
from luodi.web.books.views.layout import draft_or_404, draft_page, number, policy_officers, user_of
from luodi.web.core.error_words import in_full
from luodi.web.core.errors import NotPermitted, StaleVersion
from luodi.web.core.words import language, say, words

#: The cases that a new rule comes with: prefix of the fields, and the answer that it tries.
TRIED: Final = (("yes", "match"), ("no", "no_match"), ("missing", "need_info"))
_GROUPS: Final = ("rules", "tests", "tables")


# ---- the files


@dataclass(frozen=True)
class File:
    name: str
    group: str
    rows: int | None  # None where it does not read, or is no table of rows
    takes: bool  # one more row
    wrong: int
    changed: bool


@require_safe
@policy_officers
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The files of a draft; of one of them, its rows; what the checker says of all."""
    draft = draft_or_404(request, pk)
    files, base = unpack(draft.files), unpack(draft.base_files)
    report = check(files)
    name, asked = request.GET.get("file", ""), request.GET.get("q", "").strip()[:100]
    found = [_file(files, base, one, report) for one in files]
    if name and name not in files:
        raise Http404
    return draft_page(
        request,
        draft,
        "books/edit",
        tab="edit",
        report=report,
        file=name,
        asked=asked,
        title_of=title_of,
        link=link,
        label_of=label_of,
        groups=[(group, [f for f in found if f.group == group]) for group in _GROUPS],
        problems=problems_of(report.to_mend, language()),
        listed=_listed(files, name, asked),
        takes=bool(name) and has_rows(files[name], name),
    )


def _file(files: Files, base: Files, name: str, report: Report) -> File:
    group = name.split("/")[0] if name.startswith(("rules/", "tests/")) else "tables"
    try:
        count: int | None = len(rows(files[name], name)) if name.endswith(".yaml") else None
    except LuodiError:
        count = None
    return File(
        name,
        group,
        count,
        count is not None and has_rows(files[name], name),
        len(report.in_file(name)),
        files[name] != base.get(name),
    )


def _listed(files: Files, name: str, asked: str) -> list[Row]:
    """Rows of one file, or of every file where a word is looked for; at most 400."""
    names = [name] if name else list(files) if asked else []
    found: list[Row] = []
    for one in names:
        try:
            found += [r for r in rows(files[one], one) if _fits(r, asked)] if one.endswith(".yaml") else []
        except LuodiError:
            continue
    return found[:400]


def _fits(one: Row, asked: str) -> bool:
    texts = one.title.values() if isinstance(one.title, Mapping) else [str(one.title)]
    return not asked or any(asked.lower() in text.lower() for text in (*texts, one.key))


def title_of(one: Row) -> str:
    if isinstance(one.title, Mapping):
        return str(one.title.get(language()) or one.title.get("zh") or one.key)
    return str(one.title)


def label_of(key: str) -> str:
    """What a key of a book is called; empty where the key has to do."""
    return say(f"editing.key_{key}") if f"editing.key_{key}" in words() else ""


def link(name: str, draft: Draft, **query: str) -> str:
    return f"{reverse(name, args=[draft.pk])}?{urlencode({k: v for k, v in query.items() if v})}"


def in_plain_words(rule: Rule, book: Book) -> str:
    return describe_rule(rule, book, language(), day_of(rule))


def day_of(rule: Rule) -> date:
    """Today, or the nearest day on which the rule is in force: its figures are those of that day."""
    on = timezone.localdate()
    return min(max(on, rule.first or on), rule.last or date.max)


def save(request: HttpRequest, draft: Draft, files: Files, touched: Iterable[str]) -> None:
    """Write the files that an edit touched: beside what others saved meanwhile in other files, never over what they did
    in these. A file that is not there any more is taken away. Raises what `change` raises."""
    written = {name: files.get(name) for name in touched}
    change(draft, written, by=user_of(request), at=timezone.now(), version=draft.version)


# ---- a row


@require_http_methods(["GET", "HEAD", "POST"])
@policy_officers
def edit_row(request: HttpRequest, pk: int) -> HttpResponse:
    """One row as a form made from the shape of the book."""
    draft = draft_or_404(request, pk)
    file, key = request.GET.get("file", ""), request.GET.get("row", "")
    files = unpack(draft.files)
    try:
        one = row(files, file, key)
    except UnknownValue:
        raise Http404 from None
    except LuodiError:
        return redirect(link("books:edit_text", draft, file=file))
    page = _Page(request, draft, files, file, key, title_of(one))
    if request.method != "POST":
        return page.shown(form_of(files, file, key), row=one)
    return page.saved(changed(files, file, key, request.POST.dict()), one)


@require_http_methods(["GET", "HEAD", "POST"])
@policy_officers
def new_row(request: HttpRequest, pk: int) -> HttpResponse:
    """One more row of a table, or one more case."""
    draft = draft_or_404(request, pk)
    file, files = request.GET.get("file", ""), unpack(draft.files)
    if file not in files or not has_rows(files[file], file):
        raise Http404
    page = _Page(request, draft, files, file, "", say("editing.new_row"))
    if request.method != "POST":
        start = {"rule": request.GET["rule"]} if file.startswith("tests/") and request.GET.get("rule") else {}
        return page.shown(blank_form(files, file, start))
    return page.saved(added(files, file, request.POST.dict()))


@require_http_methods(["GET", "HEAD", "POST"])
@policy_officers
def new_rule(request: HttpRequest, pk: int) -> HttpResponse:
    """A new rule with a case that says yes, one that says no and one with a fact missing."""
    draft = draft_or_404(request, pk)
    file, files = request.GET.get("file", ""), unpack(draft.files)
    if not file.startswith("rules/") or (file in files and not has_rows(files[file], file)):
        raise Http404
    page = _Page(request, draft, files, file, "", say("editing.new_rule"))
    forms = _rule_forms(files, file)
    if request.method != "POST":
        return page.shown(forms)
    return page.saved(with_rule(files, file, request.POST.dict(), TRIED), forms=forms)


def _rule_forms(files: Files, file: str) -> Group:
    """The rule, and under it the cases, as one form."""
    rule = shown(shape_in(files, file), {}, "rule", (-1,), "rule")
    cases = []
    for prefix, answer in TRIED:
        parts = case_shape(kind_of(files)).parts
        kept = {name: part for name, part in parts.items() if name in ("case", "day", "given", "missing", "assumed")}
        one = [
            shown(part, {"day": timezone.localdate().isoformat()}.get(name, ABSENT), f"{prefix}.{name}", (), name)
            for name, part in kept.items()
            if name != "missing" or answer == "need_info"
        ]
        cases.append(Group(prefix, f"case_{prefix}", (), tuple(one), kind="record"))
    return Group("", "", (), (rule, *cases))


class _Page:
    """What the pages of forms share: showing a form, and saving it or saying why not."""

    def __init__(self, request: HttpRequest, draft: Draft, files: Files, file: str, key: str, title: str) -> None:
        self.request, self.draft, self.files, self.file, self.key, self.title = request, draft, files, file, key, title

    def shown(
        self,
        form: Group,
        status: int = 200,
        row: Row | None = None,
        problems: list[Problem] | None = None,
        after: Files | None = None,
        refused: bool = False,
        **more: object,
    ) -> HttpResponse:
        given = self.request.POST if self.request.method == "POST" else {}
        if problems is None:
            problems = self._known(form, row)
        at: dict[str, list[Problem]] = {}
        for problem in problems:
            if problem.field:
                at.setdefault(problem.field, []).append(problem)
        return draft_page(
            self.request,
            self.draft,
            "books/row",
            tab="edit",
            status=status,
            form=form,
            file=self.file,
            key=self.key,
            about=self.title,
            given=given,
            problems=problems,
            problems_at=at,
            refused=refused,
            **self._as_rule(after or self.files),
            link=link,
            one=row,
            label_of=label_of,
            **more,
        )

    def _known(self, form: Group, row: Row | None) -> list[Problem]:
        """What the checker says of the row as it stands."""
        if row is None:
            return []
        found, others = at_fields(check(self.files).to_mend, self.files, row, form)
        return problems_of([f for rows in found.values() for f in rows], language(), found) + problems_of(
            others, language()
        )

    def _as_rule(self, files: Files) -> dict[str, object]:
        """The rule in plain words and as a drawing, where the book reads."""
        report = check(files) if self.file.startswith("rules/") and self.key else None
        if report is None or report.book is None or self.key not in report.book.by_id:
            return {"plain": "", "flow": None}
        rule, book = report.book.rule(self.key), report.book
        return {"plain": in_plain_words(rule, book), **flow_svg.drawn(rule, book, language(), day_of(rule))}

    def saved(self, edit: Edit, one: Row | None = None, forms: Group | None = None) -> HttpResponse:
        form = forms or (form_of(self.files, self.file, self.key) if one else blank_form(self.files, self.file))
        if edit.faults:
            return self.shown(form, 422, one, [_fault(name, why) for name, why in edit.faults.items()])
        if one is not None and wrote_meanwhile(self.draft, number(self.request.POST.get("seen")), edit.touched):
            return self._clash(edit, one)
        if not edit.touched:
            messages.info(self.request, say("editing.said_nothing"))
            return redirect(self.request.get_full_path())
        if not self.request.POST.get("even_so"):
            found = new_errors(self.files, edit.files)
            if found:
                return self._refused(edit, one, form, found)
        return self._save(edit, one)

    def _refused(self, edit: Edit, one: Row | None, form: Group, found: Sequence[Finding]) -> HttpResponse:
        """The new errors at the fields of what was sent; its own form has the same names."""
        fresh = form_of(edit.files, self.file, edit.row.key)
        at, _ = at_fields(found, edit.files, edit.row, fresh)
        prefix = "rule." if form.parts and getattr(form.parts[0], "label", "") == "rule" else ""
        named = {f"{prefix}{name}": rows for name, rows in at.items()}
        known = {field.name for field in form.fields()} | set(self.request.POST)
        here = [f for name, rows in named.items() if name in known for f in rows]
        rest = [f for f in found if f not in here]
        problems = problems_of(here, language(), {n: r for n, r in named.items() if n in known})
        problems += problems_of(rest, language())
        return self.shown(form, 422, one, problems, edit.files, refused=True)

    def _save(self, edit: Edit, one: Row | None) -> HttpResponse:
        try:
            save(self.request, self.draft, edit.files, edit.touched)
        except StaleVersion:
            self.draft = draft_or_404(self.request, self.draft.pk)
            return self._clash(edit, one or edit.row)
        except NotPermitted:
            raise
        except LuodiError as problem:
            form = form_of(self.files, self.file, self.key) if one else blank_form(self.files, self.file)
            return self.shown(form, 422, one, [Problem(in_full(problem), "", "")])
        messages.success(self.request, say("editing.said_saved"))
        return redirect(link("books:edit_row", self.draft, file=self.file, row=edit.row.key))

    def _clash(self, edit: Edit, one: Row) -> HttpResponse:
        """Somebody else wrote the file meanwhile: both texts are shown, and nothing is lost."""
        theirs = unpack(self.draft.files)
        try:
            now = "\n".join(_yaml(row(theirs, self.file, one.key).value))
        except LuodiError:
            now = text_of(theirs, self.file) if self.file in theirs else ""
        return draft_page(
            self.request,
            self.draft,
            "books/clash",
            tab="edit",
            status=409,
            file=self.file,
            key=one.key,
            about=self.title,
            mine="\n".join(_yaml(edit.row.value)),
            theirs=now,
            whole="",
            difference=[],
            more=False,
            link=link,
            sent=[(k, v) for k, v in self.request.POST.items() if k not in ("seen", "csrfmiddlewaretoken")],
            last=self.draft.revisions.exclude(files=None).select_related("by").last(),
        )


_WHY: Final = ("must", "there", "name")


def _fault(name: str, why: str) -> Problem:
    key = f"editing.fault_{why}" if why in _WHY else "editing.fault_yaml"
    return Problem(say(key, reason=why), "", name)


def _yaml(value: object) -> list[str]:
    return item_lines(value) if isinstance(value, dict | list) and value else [str(value)]
