"""The result: the plan as a page and as files, its schedule, and places side by side."""

from datetime import date
from urllib.parse import quote, urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from luodi.advice.answers import Answers
from luodi.advice.landing_plan import LandingPlan
from luodi.documents.marks import of_its_day
from luodi.web.advisor import choices, places
from luodi.web.advisor.result import advice_of, body, on_other_days, plan_of, revised, since, stamp_of
from luodi.web.advisor.types import Context
from luodi.web.advisor.views import shared
from luodi.web.advisor.views.shared import answers_in, answers_page, go, hidden_fields
from luodi.web.core.page_cache import cached_page
from luodi.web.core.pages import jinja
from luodi.web.core.words import language
from luodi.web.core.words import say as words_of


@require_safe
@cached_page
def plan(request: HttpRequest) -> HttpResponse:
    answers = answers_in(request)
    if not answers.given:
        return HttpResponseRedirect(reverse("advisor:start"))
    today = shared.today()
    on = answers.on or today
    document = plan_of(answers, on)
    return answers_page(
        request,
        "advisor/plan",
        answers,
        plan=document,
        headline=document["page_one"]["answer"]["says"][language()],
        on=on,
        today=today,
        body=body(jinja(), answers, on, language()),
        **ways_to_keep(request, answers, on),
        revised=revised(answers, document),
        since=since(answers, on, today) if on < today else None,
        days=on_other_days(answers, today),
        shown=_first_plan(answers),
    )


def ways_to_keep(request: HttpRequest, answers: Answers, on: date) -> Context:
    """The ways to keep a result without an account: its address with the versions of the books, and as a letter."""
    document = plan_of(answers, on)
    query = answers.asked_on(on).query(seen=stamp_of(document))
    address = request.build_absolute_uri(f"{reverse('advisor:plan')}?{query}")
    letter = urlencode({"subject": words_of("advisor.keep_mail_subject"), "body": address}, quote_via=quote)
    return {"kept": query, "address": address, "letter": f"mailto:?{letter}", "scheduled": bool(document["steps"])}


def _first_plan(answers: Answers) -> Context:
    plans: list[Context] = answers.profile.get("plans") or [{}]
    return plans[0]


@require_safe
def plan_pdf(request: HttpRequest) -> HttpResponse:
    from luodi.documents.plan_pdf import plan_pdf as typeset

    plan = advice_of(answers := answers_in(request), answers.on or shared.today())
    return _file(typeset(plan, language()), "application/pdf", "pdf", plan)


@require_safe
def plan_html(request: HttpRequest) -> HttpResponse:
    from luodi.documents.plan_html import plan_html as written

    plan = advice_of(answers := answers_in(request), answers.on or shared.today())
    return _file(written(plan, language()).encode(), "text/html; charset=utf-8", "html", plan)


@require_safe
def plan_json(request: HttpRequest) -> HttpResponse:
    """The document of `luodi advise --json`."""
    answers = answers_in(request)
    document = plan_of(answers, answers.on or shared.today())
    return JsonResponse(of_its_day(document), json_dumps_params={"ensure_ascii": False})


@require_safe
def schedule(request: HttpRequest, form: str) -> HttpResponse:
    """The schedule of the plan, as a picture or a table that stands alone. It holds nothing but what was asked."""
    from luodi.documents.schedule_file import as_svg, as_table

    plan = advice_of(answers := answers_in(request), answers.on or shared.today())
    if not plan.steps:
        raise Http404
    if form == "svg":
        return _file(as_svg(plan, language()).encode(), "image/svg+xml", "schedule.svg", plan)
    return _file(as_table(plan, language()).encode(), "text/csv; charset=utf-8", "schedule.csv", plan)


def _file(content: bytes, kind: str, ending: str, plan: LandingPlan) -> HttpResponse:
    name = f"luodi-{plan.on}.{ending}"
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


@require_safe
@cached_page
def compare(request: HttpRequest) -> HttpResponse:
    """Two to five places side by side."""
    answers = answers_in(request)
    on = answers.on or shared.today()
    if not _first_plan(answers).get("service"):
        return go("ask", answers, q="service", to="plan")
    asked = [p for text in request.GET.getlist("places") for p in text.split(",") if p]
    table = places.comparison(answers, asked, on)
    return answers_page(
        request,
        "advisor/compare",
        answers,
        on=on,
        table=table,
        zones=choices.choosable(on),
        hidden=hidden_fields(answers, "place"),
        plan_address=reverse("advisor:plan"),
    )
