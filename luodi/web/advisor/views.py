"""The advisor's pages. Every one is a GET: the address carries the answers, and nothing is stored."""

from datetime import date
from functools import partial
from typing import Any
from urllib.parse import quote, urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from luodi.access import access_book
from luodi.advice.answers import UNSURE, Answers, Fault
from luodi.advice.answers import check as fault_of
from luodi.advice.landing_plan import LandingPlan
from luodi.advice.owners import CONTROL_FIELDS, FIELDS
from luodi.documents.labels import exact_time
from luodi.documents.marks import of_its_day
from luodi.errors import LuodiError
from luodi.message import Message
from luodi.web.advisor import choices, flow, places, sentence, services, ticks
from luodi.web.advisor.guide import guide
from luodi.web.advisor.result import advice_of, body, on_other_days, plan_of, revised, since, stamp_of
from luodi.web.advisor.told import asked, named, told, worth
from luodi.web.advisor.why import why
from luodi.web.core.page_cache import cached_page
from luodi.web.core.pages import jinja, page
from luodi.web.core.words import language
from luodi.web.core.words import say as words_of

#: Names that the pages use themselves, beside the answers.
OWN = (
    "q",
    "say",
    "figure",
    "value",
    "unsure",
    "more",
    "find",
    "to",
    "places",
    "company",
    "use",
    "line",
    "fault",
    *ticks.FIELDS,
    *(f"stake_{name}" for name in FIELDS),
    *(f"control_{name}" for name in CONTROL_FIELDS),
)


def _today() -> date:
    return timezone.localdate()


def answers_in(request: HttpRequest) -> Answers:
    pairs = ((name, text) for name, texts in request.GET.lists() for text in texts)
    return Answers.read(pairs, OWN)


def _page(request: HttpRequest, template: str, answers: Answers, status: int = 200, **context: Any) -> HttpResponse:
    """A page that can repeat the answers in words."""
    lang = language()
    words = {
        "told": partial(told, answers=answers, lang=lang),
        "asked": partial(asked, lang=lang, on=answers.on or _today()),
    }
    return page(request, template, status, answers=answers, **words, **context)


def _go(name: str, answers: Answers, **more: str) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse(f'advisor:{name}')}?{answers.query(**more)}")


# ---- the way through the questions


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    return page(request, "advisor/start", today=_today(), begin=sentence.beginning())


@require_safe
def say(request: HttpRequest) -> HttpResponse:
    """What was understood of a sentence, to be confirmed: the four questions with the guesses filled in."""
    heard = sentence.heard(request.GET.get("say", ""))
    on = _today()
    return page(
        request,
        "advisor/understood",
        heard=heard,
        on=on,
        countries=choices.countries(language()),
        zones=choices.choosable(on),
        named=access_book().zones,
    )


@require_safe
def ask(request: HttpRequest) -> HttpResponse:
    """One question: the one named by `q`, else the next of the four, else, where one goes on, the next later one."""
    answers = answers_in(request)
    on, to = answers.on or _today(), request.GET.get("to", "")
    name = request.GET.get("q") or flow.next_question(answers)
    if name is None and to == flow.MORE:
        name = next((one.name for one in flow.later_questions(answers, on)), None)
    if name is None:
        return _to_the_plan(answers, on) if answers.given else _go("start", answers)
    return _question(request, name, answers, on)


@require_safe
def answer(request: HttpRequest) -> HttpResponse:
    """Take one answer into the address and go on; an answer that cannot be one is asked again."""
    answers = answers_in(request)
    on, name = answers.on or _today(), request.GET.get("q", "")
    if ticks.list_of(name):
        return _answer_list(request, name, answers, on)
    text = _given(request)
    try:
        fault = fault_of(name, text, answers) if text else Fault(name, "", "nothing", Message("advisor.answer-words"))
    except LuodiError:
        return _question(request, name, answers, on)
    if fault:
        return _question(request, name, answers, on, fault)
    answers = answers.having(**{name: text})
    if name == "service" and "more" in request.GET and text != UNSURE:
        return _go("ask", answers, q="service", to=request.GET.get("to", ""))
    return _on_from(request, answers, on)


def _answer_list(request: HttpRequest, name: str, answers: Answers, on: date) -> HttpResponse:
    """Take the ticks of a checklist, each into its own fact."""
    found = ticks.answered(flow.question(name, answers, on), request.GET)
    if isinstance(found, Fault):
        return _question(request, name, answers, on, found)
    return _on_from(request, answers.having(**found), on)


def _on_from(request: HttpRequest, answers: Answers, on: date) -> HttpResponse:
    """Where an answer leads: back to where one came from, or to the next question."""
    to = request.GET.get("to", "")
    if to == "plan":
        return _to_the_plan(answers, on)
    return _go("check", answers) if to == "check" else _go("ask", answers, to=to if to == flow.MORE else "")


def _given(request: HttpRequest) -> str:
    """What was answered; a figure that was typed counts before one that was picked."""
    given = [text.strip() for text in request.GET.getlist("value") if text.strip()]
    figure = request.GET.get("figure", "").strip()
    if "unsure" in request.GET or UNSURE in given:
        return UNSURE
    return figure or ",".join(given)


def _to_the_plan(answers: Answers, on: date) -> HttpResponse:
    """The address of a result carries from the start which editions of the books gave it."""
    return _go("plan", answers, seen=stamp_of(plan_of(answers, on)))


def _question(request: HttpRequest, name: str, answers: Answers, on: date, fault: Fault | None = None) -> HttpResponse:
    """The page of a question. 404 for a name that is none, 422 with a fault."""
    lang = language()
    try:
        question = flow.question(name, answers, on)
    except LuodiError:
        return page(request, "site/fault", 404, key="404")
    question["text"] = {code: exact_time(text, on, code) for code, text in question["text"].items()}
    words = request.GET.get("find", "").strip()[:200]
    way, topic = flow.way(answers), flow.topic_of(name)
    return _page(
        request,
        "advisor/question",
        answers,
        422 if fault else 200,
        question=question,
        on=on,
        fault=fault,
        find=words,
        groups=choices.groups(question, answers, on, lang, words),
        unsure=choices.unsure(name),
        countries=choices.countries(lang) if name == "investor" else None,
        chosen=_chosen(fault.text if fault else answers.given.get(name, "")),
        slices=_slices(name, answers, on),
        way=way,
        topic=topic,
        place_of=None if topic == flow.MORE else flow.number_of(name, answers),
        more=_more(name, answers, on) if topic == flow.MORE else None,
        why=why(question, answers, on),
        to=request.GET.get("to", ""),
        back=_back(name, answers, way),
        hidden=_hidden(answers, *question["attributes"]),
        facts=ticks.facts_of(question, answers, request.GET if fault else None),
        worth=worth,
        guide=guide(question),
        meant=services.meant(words) if name == "service" and words else None,
    )


def _slices(name: str, answers: Answers, on: date) -> list[choices.Slice]:
    return choices.slices(answers, on) if name == "share" else []


def _more(name: str, answers: Answers, on: date) -> dict[str, Any]:
    """What stands around a later question: the answer so far, what this one settles, and what is open after it."""
    left = flow.later_questions(answers.having(**dict.fromkeys(ticks.names_of(name), "")), on)
    this = next((one for one in left if one.name == name), None)
    return {"plan": plan_of(answers, on), "this": this, "left": [one for one in left if one is not this]}


def _chosen(text: str) -> set[str]:
    return {part.strip() for part in text.split(",")} if text else set()


def _hidden(answers: Answers, *without: str) -> list[tuple[str, str]]:
    """The other answers, so that a form keeps them."""
    pairs = [(name, text) for name, text in answers.given.items() if name not in without]
    pairs += answers.owning if "owners" not in without else []
    return [*pairs, ("on", answers.on.isoformat())] if answers.on else pairs


def _back(name: str, answers: Answers, way: list[flow.Stop]) -> str:
    """To the question before this one, or to the start."""
    order = [answered for stop in way for answered in stop.answered]
    more = (ticks.page_of(given, answers.given) for given in answers.given if flow.topic_of(given) == flow.MORE)
    order += dict.fromkeys(more)
    before = order[: order.index(name)] if name in order else order
    if not before:
        return reverse("advisor:start")
    to = flow.MORE if flow.topic_of(before[-1]) == flow.MORE else ""
    return f"{reverse('advisor:ask')}?{answers.query(q=before[-1], to=to)}"


@require_safe
def check(request: HttpRequest) -> HttpResponse:
    """All answers with the way to change each."""
    answers = answers_in(request)
    on = answers.on or _today()
    way = flow.way(answers)
    known = {name for stop in way for name in stop.answered}
    more = [name for name in answers.given if name not in known and not flow.is_hidden(name, answers)]
    return _page(
        request,
        "advisor/check",
        answers,
        on=on,
        way=way,
        more=more,
        named=named,
        left=sum(len(stop.waiting) for stop in way),
        later=flow.later_questions(answers, on),
    )


# ---- the result


@require_safe
@cached_page
def plan(request: HttpRequest) -> HttpResponse:
    answers = answers_in(request)
    if not answers.given:
        return HttpResponseRedirect(reverse("advisor:start"))
    today = _today()
    on = answers.on or today
    document = plan_of(answers, on)
    return _page(
        request,
        "advisor/plan",
        answers,
        plan=document,
        headline=document["page_one"]["answer"]["says"][language()],
        on=on,
        today=today,
        body=body(jinja(), answers, on, language()),
        **ways(request, answers, on),
        revised=revised(answers, document),
        since=since(answers, on, today) if on < today else None,
        days=on_other_days(answers, today),
        shown=_first_plan(answers),
    )


def ways(request: HttpRequest, answers: Answers, on: date) -> dict[str, Any]:
    """The ways to keep a result without an account: its address with the versions of the books, and as a letter."""
    document = plan_of(answers, on)
    query = answers.asked_on(on).query(seen=stamp_of(document))
    address = request.build_absolute_uri(f"{reverse('advisor:plan')}?{query}")
    letter = urlencode({"subject": words_of("advisor.keep_mail_subject"), "body": address}, quote_via=quote)
    return {"kept": query, "address": address, "letter": f"mailto:?{letter}", "scheduled": bool(document["steps"])}


def _first_plan(answers: Answers) -> dict[str, Any]:
    plans: list[dict[str, Any]] = answers.profile.get("plans") or [{}]
    return plans[0]


@require_safe
def plan_pdf(request: HttpRequest) -> HttpResponse:
    from luodi.documents.plan_pdf import plan_pdf as typeset

    plan = advice_of(answers := answers_in(request), answers.on or _today())
    return _file(typeset(plan, language()), "application/pdf", "pdf", plan)


@require_safe
def plan_html(request: HttpRequest) -> HttpResponse:
    from luodi.documents.plan_html import plan_html as written

    plan = advice_of(answers := answers_in(request), answers.on or _today())
    return _file(written(plan, language()).encode(), "text/html; charset=utf-8", "html", plan)


@require_safe
def plan_json(request: HttpRequest) -> HttpResponse:
    """The document of `luodi advise --json`."""
    answers = answers_in(request)
    document = plan_of(answers, answers.on or _today())
    return JsonResponse(of_its_day(document), json_dumps_params={"ensure_ascii": False})


@require_safe
def schedule(request: HttpRequest, form: str) -> HttpResponse:
    """The schedule of the plan, as a picture or a table that stands alone. It holds nothing but what was asked."""
    from luodi.documents.schedule_file import as_svg, as_table

    plan = advice_of(answers := answers_in(request), answers.on or _today())
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
    on = answers.on or _today()
    if not _first_plan(answers).get("service"):
        return _go("ask", answers, q="service", to="plan")
    asked = [p for text in request.GET.getlist("places") for p in text.split(",") if p]
    table = places.comparison(answers, asked, on)
    return _page(
        request,
        "advisor/compare",
        answers,
        on=on,
        table=table,
        zones=choices.choosable(on),
        hidden=_hidden(answers, "place"),
        plan_address=reverse("advisor:plan"),
    )
