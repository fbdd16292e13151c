"""The pages of every kind of import: a file comes, its columns are named, and a person decides what its rows are about.

An app makes its own of `ImportPages`, with guards and addresses: `APP:files`, `import`, `act_on_import`, `decide`,
`skipped`. The template `APP/import.html.j2` extends `imports/run.html.j2` and shows a row.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from django.contrib import messages
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone

from luodi.documents.report_csv import as_csv
from luodi.errors import LuodiError
from luodi.web.accounts.models import User
from luodi.web.core.actions import Action
from luodi.web.core.error_words import in_full, in_words
from luodi.web.core.errors import NotPermitted
from luodi.web.core.forms import ActionForm
from luodi.web.core.keys import new_key
from luodi.web.core.pages import page
from luodi.web.core.permissions import has_role, may, visible
from luodi.web.core.roles import Role
from luodi.web.core.types import Json
from luodi.web.core.views import submit
from luodi.web.core.words import language, say
from luodi.web.imports import queries
from luodi.web.imports.kinds import ImportKind
from luodi.web.imports.models import FileRow, FileRun
from luodi.web.journal.actions import record_export

#: What a person looks at, in this order.
_SHOWN: Final = ("number", "alike", "twin", "new", "skipped", "done", "rejected")
_PAGE: Final = 20
_LATEST: Final = 50
Run = TypeVar("Run", bound=FileRun)
Row = TypeVar("Row", bound=FileRow)


@dataclass(frozen=True)
class ImportPages(Generic[Run, Row]):
    """`home` is the page above; `bring` makes a run of its form; `runs` and `rows` are read with what a page shows of
    them; `targets` are what a column may say, with its words; `target_of(act, row)` is what an action on a row is
    performed on."""

    app: str
    home: str
    kind: ImportKind[Run, Row]
    bring: Action
    workers: frozenset[Role]
    runs: QuerySet[Run]
    rows: QuerySet[Row]
    targets: Callable[[], Sequence[tuple[str, str]]]
    on_row: Mapping[str, Action]
    target_of: Callable[[str, Row], Model | None]
    enqueue: Callable[[Run, User], None]
    #: What else a page shows of its rows.
    beside: Callable[[HttpRequest, Sequence[Row]], Mapping[str, object]] = lambda *_: {}
    arguments: Callable[[HttpRequest], Mapping[str, object]] = lambda _: {}

    def listed(self, request: HttpRequest) -> HttpResponse:
        """The files that came, the newest first, and a form for one more."""
        form: ActionForm = self.bring.form(request.POST or None, request.FILES or None)
        problem = ""
        if request.method == "POST":
            if not has_role(request.user, self.workers):
                raise NotPermitted("companies.officer-brings-files")
            if form.is_valid():
                try:
                    own_part = self.arguments(request)
                    made = self.bring.submit(form, by=request.user, at=timezone.now(), **own_part)
                    return redirect(f"{self.app}:import", made.pk)
                except LuodiError as refused:
                    own = refused.code in ("cannot-write", "too-large")
                    problem = in_words(refused, f"{self.app}.refused") if own else in_full(refused)
        status = 422 if request.method == "POST" else 200
        found = visible(request.user, self.runs.all())[:_LATEST]
        more = {"app": self.app, "home": self.home, "runs": found}
        return page(request, "imports/list", status, form=form, problem=problem, **more)

    def one(self, request: HttpRequest, run: int) -> HttpResponse:
        """How far a file has come: its columns, what is being done, and the rows that wait for a decision."""
        return self._shown(request, self._run(request, run))

    def _run(self, request: HttpRequest, pk: int) -> Run:
        return get_object_or_404(visible(request.user, self.runs.all()), pk=pk)

    def _shown(self, request: HttpRequest, run: Run, status: int = 200, problem: str = "") -> HttpResponse:
        more: Json = {}
        if run.state == FileRun.State.MAPPING:
            columns, first = self.kind.preview(run)
            more = {"columns": columns, "first": first, "targets": self.targets()}
        else:
            more = self._records(request, run)
        return page(
            request,
            f"{self.app}/import",
            status,
            app=self.app,
            run=run,
            many=self.kind.many,
            problem=problem,
            new_key=new_key,
            may_change=may(request.user, "change", run),
            **more,
        )

    def _records(self, request: HttpRequest, run: Run) -> Json:
        counts = queries.counted(self.kind.row._default_manager.filter(run=run))
        states = [state for state in _SHOWN if counts.get(state)]
        wanted = request.GET.get("state", "")
        state = wanted if wanted in states else states[0] if states else ""
        after = request.GET.get("after", "")
        line = int(after) if after.isdecimal() and len(after) < 10 else 0
        found = list(self.rows.filter(run=run, state=state, line__gt=line).order_by("line")[: _PAGE + 1])
        return {
            "counts": counts,
            "progress": queries.progress(run, counts),
            "states": states,
            "state": state,
            "records": found[:_PAGE],
            "more": found[_PAGE - 1].line if len(found) > _PAGE else None,
            **self.beside(request, found[:_PAGE]),
        }

    def act(self, request: HttpRequest, run: int, act: str) -> HttpResponse:
        """Name the columns and have it read; or decide for many rows at once; or go on with what stopped."""
        found, action = self._run(request, run), self.kind.on_run[act]
        tried = submit(request, action, action.form(request.POST), found, own=f"{self.app}.refused")
        if tried.done is None:
            return self._shown(request, self._run(request, run), tried.status, tried.problem)
        assert isinstance(request.user, User)
        self.enqueue(tried.done, request.user)
        return redirect(f"{self.app}:import", found.pk)

    def decide(self, request: HttpRequest, run: int, record: int, act: str) -> HttpResponse:
        """One row: what it is about, or that it is about nothing."""
        found, action = self._run(request, run), self.on_row[act]
        row = get_object_or_404(self.rows.filter(run=found), pk=record)
        target, form = self.target_of(act, row), action.form(request.POST)
        if target is None:
            raise Http404
        tried = submit(request, action, form, target, own=f"{self.app}.refused")
        if tried.done is None:
            problem = tried.problem or " ".join(text for texts in form.errors.values() for text in texts)
            return self._shown(request, found, tried.status, problem)
        messages.success(request, say("companies.said_done"))
        return redirect(f"{self.app}:import", found.pk)

    def skipped(self, request: HttpRequest, run: int) -> StreamingHttpResponse:
        """The rows that were not taken, with their reasons, so that they can be mended and brought again."""
        one = self._run(request, run)
        found = self.kind.row._default_manager.filter(run=one, state=FileRow.State.SKIPPED).order_by("line")
        record_export(found, "csv", by=request.user)
        answer = StreamingHttpResponse(_skipped(found, language()), content_type="text/csv; charset=utf-8")
        answer.headers["Content-Disposition"] = f'attachment; filename="skipped-{run}.csv"'
        return answer


def _skipped(found: QuerySet[Row], lang: str) -> Iterator[str]:
    first = found.first()
    columns = list(first.raw["cells"]) if first else []
    rows = (
        [one.line, in_full(one.problem, lang), *(one.raw["cells"].get(name, "") for name in columns)]
        for one in found.iterator()
    )
    return as_csv(["line", "problem", *columns], rows)
