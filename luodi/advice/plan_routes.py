"""After a no: the lawful routes for each service that is closed or capped below the wish, each asked again."""

from collections.abc import Sequence

from luodi.access.resolve import Access as Answered
from luodi.access.routes import Route as Found
from luodi.access.routes import Standing, route_book, routes_for
from luodi.advice.context import Context, cite, cites, read_state
from luodi.advice.landing_plan.answers import Access, Need, Rechecked, Route
from luodi.advice.landing_plan.common import Text
from luodi.values import as_json_number


def routes(answers: Sequence[Answered], access: Sequence[Access], context: Context) -> list[Route]:
    """Those of every plan whose answer is a no, in the order of the book; offers before questions. A route that two
    plans share stands once, under the first."""
    found: dict[str, Route] = {}
    for n, (answer, row) in enumerate(zip(answers, access, strict=True)):
        if row.answer != "not_allowed":
            continue
        for route in routes_for(answer, context.facts, context.access, route_book()):
            found.setdefault(route.id, _route(n, route, context))
    return sorted(found.values(), key=lambda route: _ORDER[route.standing])


_ORDER = {standing.value: n for n, standing in enumerate(Standing)}


def _route(plan: int, found: Found, context: Context) -> Route:
    row, share = found.row, found.row.share_allowed
    basis = [cite(citation, row.id) for citation in found.basis]
    context.note(basis, row.id)
    return Route(
        id=row.id,
        kind=row.kind.id,
        standing=found.standing.value,
        title=Text.of(row.rule.title),
        what_it_is=Text.of(row.what_it_is),
        gives_up=Text.of(row.gives_up),
        needs=[Need(text=Text.of(need.text), step=need.step) for need in row.needs],
        limits=Text.of(row.limits),
        share_allowed=None if share is None else as_json_number(share),
        share_note=Text.maybe(row.share_note),
        access=_rechecked(found, context),
        basis=basis,
        confidence=row.rule.confidence,
        read=read_state(row.rule),
        plan=plan,
        unsettled=Text.maybe(row.unsettled),
        missing=list(found.missing),
    )


def _rechecked(found: Found, context: Context) -> list[Rechecked]:
    rows = []
    for recheck, answer in found.open:
        basis = cites(answer.basis)
        context.note(basis, found.id)
        cap = None if answer.cap is None else as_json_number(answer.cap)
        rows.append(Rechecked(set=recheck.as_json(answer.question), answer=answer.verdict.value, cap=cap, basis=basis))
    return rows
