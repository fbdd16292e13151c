"""Runs of a draft in the background: each step is one conditional update, so that a run that was stopped stays so."""

import gzip

from django.utils import timezone

from luodi.editor.archive import unpack
from luodi.errors import LuodiError
from luodi.message import Message
from luodi.web.books import register, trials
from luodi.web.books.models import Draft, Run
from luodi.web.core.error_words import stored


class NotChecked(LuodiError):
    """A draft with errors answers nothing; its problems have to be mended first."""

    code = "draft-not-checked"


class _Stopped(Exception):
    """Somebody told the run to stop."""


def carry_out(pk: int) -> str:
    """Do what a run asks; its state afterwards. Repeating it does nothing more; one that was cut off begins anew."""
    run = Run.objects.select_related("draft", "by").get(pk=pk)
    if not Run.objects.filter(pk=pk, state__in=("waiting", "running")).update(state="running", done=0, whole=0):
        return run.state
    try:
        result, listed = _result(run)
        ended = _ended(run, "done", result=result, listed=listed)
    except _Stopped:
        return "stopped"
    except LuodiError as problem:
        ended = _ended(run, "failed", problem=stored(problem))
    except Exception:  # a fault of the program: the page must not wait for ever, and the queue's own record says more
        _ended(run, "failed", problem=stored(Message("books.program-failed")))
        raise
    return ended


def _result(run: Run) -> tuple[dict[str, object], bytes | None]:
    draft = Draft.objects.get(pk=run.draft_id)
    if draft.version != run.version:
        raise NotChecked("books.draft-changed-before-run-began")
    files, progress = unpack(draft.files), _progress(run)
    match run.kind:
        case "profiles":
            found = trials.subjects(draft, run.by)
            rows = []
            for row in trials.tried(draft.book, files, found, run.on):
                rows.append(row)
                progress(len(rows), len(found))
            return {"rows": rows}, None
        case "answers":
            return trials.tried_on_answers(draft.book, files, run.on, progress), None
        case _:
            result, listed = register.of_companies(draft.book, files, run.on, progress)
            return result, gzip.compress(listed, mtime=0)


def _progress(run: Run) -> trials.Progress:
    """Write down how far it is, and notice when it was stopped."""

    def report(done: int, whole: int) -> None:
        if not Run.objects.filter(pk=run.pk, state="running").update(done=done, whole=whole):
            raise _Stopped

    return report


def _ended(run: Run, state: str, **fields: object) -> str:
    changed = Run.objects.filter(pk=run.pk, state="running").update(state=state, ended=timezone.now(), **fields)
    return state if changed else "stopped"
