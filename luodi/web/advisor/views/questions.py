"""The way through the questions, from a sentence or one by one, to the check of all answers."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from luodi.access import access_book
from luodi.advice.answers import UNSURE, Answers, Fault
from luodi.advice.answers import check as fault_of
from luodi.advice.guesses import guesses_of
from luodi.documents.labels import exact_time
from luodi.errors import LuodiError
from luodi.message import Message
from luodi.web.advisor import checklist_form, choices, questions, services
from luodi.web.advisor.answer_texts import decides_text, service_or_code
from luodi.web.advisor.guide import guide
from luodi.web.advisor.home import sentence_box
from luodi.web.advisor.result import plan_of, stamp_of
from luodi.web.advisor.types import Context
from luodi.web.advisor.views import shared
from luodi.web.advisor.views.shared import answers_in, answers_page, go, hidden_fields
from luodi.web.advisor.why import why
from luodi.web.core.pages import page
from luodi.web.core.words import language


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    return page(request, "advisor/start", today=shared.today(), begin=sentence_box())


@require_safe
def say(request: HttpRequest) -> HttpResponse:
    """What was understood of a sentence, to be confirmed: the four questions with the guesses filled in."""
    guesses = guesses_of(request.GET.get("say", ""))
    on = shared.today()
    return page(
        request,
        "advisor/understood",
        guesses=guesses,
        on=on,
        countries=choices.countries(language()),
        zones=choices.choosable(on),
        named=access_book().zones,
    )


@require_safe
def ask(request: HttpRequest) -> HttpResponse:
    """One question: the one named by `q`, else the next of the four, else, where one goes on, the next later one."""
    answers = answers_in(request)
    on, to = answers.on or shared.today(), request.GET.get("to", "")
    name = request.GET.get("q") or questions.next_question(answers)
    if name is None and to == questions.MORE:
        name = next((one.name for one in questions.later_questions(answers, on)), None)
    if name is None:
        return _to_the_plan(answers, on) if answers.given else go("start", answers)
    return _question(request, name, answers, on)


@require_safe
def answer(request: HttpRequest) -> HttpResponse:
    """Take one answer into the address and go on; an answer that cannot be one is asked again."""
    answers = answers_in(request)
    on, name = answers.on or shared.today(), request.GET.get("q", "")
    if checklist_form.list_of(name):
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
        return go("ask", answers, q="service", to=request.GET.get("to", ""))
    return _on_from(request, answers, on)


def _answer_list(request: HttpRequest, name: str, answers: Answers, on: date) -> HttpResponse:
    """Take the ticks of a checklist, each into its own fact."""
    found = checklist_form.answered(questions.question(name, answers, on), request.GET)
    if isinstance(found, Fault):
        return _question(request, name, answers, on, found)
    return _on_from(request, answers.having(**found), on)


def _on_from(request: HttpRequest, answers: Answers, on: date) -> HttpResponse:
    """Where an answer leads: back to where one came from, or to the next question."""
    to = request.GET.get("to", "")
    if to == "plan":
        return _to_the_plan(answers, on)
    return go("check", answers) if to == "check" else go("ask", answers, to=to if to == questions.MORE else "")


def _given(request: HttpRequest) -> str:
    """What was answered; a figure that was typed counts before one that was picked."""
    given = [text.strip() for text in request.GET.getlist("value") if text.strip()]
    figure = request.GET.get("figure", "").strip()
    if "unsure" in request.GET or UNSURE in given:
        return UNSURE
    return figure or ",".join(given)


def _to_the_plan(answers: Answers, on: date) -> HttpResponse:
    """The address of a result carries from the start which editions of the books gave it."""
    return go("plan", answers, seen=stamp_of(plan_of(answers, on)))


def _question(request: HttpRequest, name: str, answers: Answers, on: date, fault: Fault | None = None) -> HttpResponse:
    """The page of a question. 404 for a name that is none, 422 with a fault."""
    lang = language()
    try:
        question = dict(questions.question(name, answers, on))
    except LuodiError:
        return page(request, "site/fault", 404, key="404")
    question["text"] = {code: exact_time(text, on, code) for code, text in question["text"].items()}
    words = request.GET.get("find", "").strip()[:200]
    progress, topic = questions.progress(answers), questions.topic_of(name)
    return answers_page(
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
        progress=progress,
        topic=topic,
        place_of=None if topic == questions.MORE else questions.number_of(name, answers),
        more=_more(name, answers, on) if topic == questions.MORE else None,
        why=why(question, answers, on),
        to=request.GET.get("to", ""),
        back=_back(name, answers, progress),
        hidden=hidden_fields(answers, *question["attributes"]),
        facts=checklist_form.facts_of(question, answers, request.GET if fault else None),
        decides_text=decides_text,
        guide=guide(question),
        meant=services.meant(words) if name == "service" and words else None,
    )


def _slices(name: str, answers: Answers, on: date) -> list[choices.Slice]:
    return choices.slices(answers, on) if name == "share" else []


def _more(name: str, answers: Answers, on: date) -> Context:
    """What stands around a later question: the answer so far, what this one settles, and what is open after it."""
    left = questions.later_questions(answers.having(**dict.fromkeys(checklist_form.names_of(name), "")), on)
    this = next((one for one in left if one.name == name), None)
    return {"plan": plan_of(answers, on), "this": this, "left": [one for one in left if one is not this]}


def _chosen(text: str) -> set[str]:
    return {part.strip() for part in text.split(",")} if text else set()


def _back(name: str, answers: Answers, progress: list[questions.TopicProgress]) -> str:
    """To the question before this one, or to the start."""
    order = [answered for one in progress for answered in one.answered]
    more = (
        checklist_form.page_of(given, answers.given)
        for given in answers.given
        if questions.topic_of(given) == questions.MORE
    )
    order += dict.fromkeys(more)
    before = order[: order.index(name)] if name in order else order
    if not before:
        return reverse("advisor:start")
    to = questions.MORE if questions.topic_of(before[-1]) == questions.MORE else ""
    return f"{reverse('advisor:ask')}?{answers.query(q=before[-1], to=to)}"


@require_safe
def check(request: HttpRequest) -> HttpResponse:
    """All answers with the way to change each."""
    answers = answers_in(request)
    on = answers.on or shared.today()
    progress = questions.progress(answers)
    known = {name for one in progress for name in one.answered}
    more = [name for name in answers.given if name not in known and not questions.is_hidden(name, answers)]
    return answers_page(
        request,
        "advisor/check",
        answers,
        on=on,
        progress=progress,
        more=more,
        service_or_code=service_or_code,
        left=sum(len(one.waiting) for one in progress),
        later=questions.later_questions(answers, on),
    )
