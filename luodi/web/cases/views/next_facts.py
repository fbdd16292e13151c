"""Pages of the cheapest next fact: all facts with what they settle, and one question to the companies that lack it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from luodi.advice.question import about
from luodi.errors import UnknownKey
from luodi.web.accounts.models import User
from luodi.web.cases.actions.fact_questions import ask_companies
from luodi.web.cases.models import LandingCase
from luodi.web.cases.queries.next_facts import languages_of, next_facts
from luodi.web.core.bulk import pairs
from luodi.web.core.forms import MOST
from luodi.web.core.guards import only
from luodi.web.core.keys import key_sent, new_key
from luodi.web.core.pages import page
from luodi.web.core.permissions import visible
from luodi.web.core.roles import Role
from luodi.web.core.words import say

_officers = only(Role.OFFICER)
_LANGUAGES = ("zh", "en")


def _user_of(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


@require_safe
@_officers
def facts(request: HttpRequest) -> HttpResponse:
    """Each open fact of one's cases, what settles most first."""
    return page(request, "cases/next_facts", found=next_facts(_user_of(request)))


@require_http_methods(["GET", "HEAD", "POST"])
@_officers
def fact(request: HttpRequest, name: str) -> HttpResponse:
    """The question as the companies will get it, and which of them lack it; sent, what became of each. Also a fact that
    nobody lacks has its page: the last one may have been asked a moment ago."""
    try:
        about(name)
    except UnknownKey:
        raise Http404 from None
    if request.method == "POST":
        return _sent(request, name)
    return _fact_page(request, name)


def _sent(request: HttpRequest, name: str) -> HttpResponse:
    user, now, versions = _user_of(request), timezone.now(), pairs(request.POST.getlist("case"))
    texts = {lang: request.POST.get(f"question_{lang}", "").strip()[:MOST] for lang in _LANGUAGES}
    cases = LandingCase.objects.filter(reference__in=versions).select_related("company", "unit", "officer")
    chosen = list(visible(user, cases).order_by("reference"))
    spoken = set(languages_of(chosen, timezone.localdate()).values())
    problem = "" if chosen else say("cases.next_facts_none_chosen")
    if any(not texts[lang] for lang in spoken):
        problem = say("cases.next_facts_no_words")
    if problem:
        return _fact_page(request, name, 422, problem=problem, texts=texts, ticked=versions)
    by_row = {case.pk: versions[case.reference] for case in chosen}
    done = ask_companies(user, chosen, by_row, name, texts, key=key_sent(request), at=now)
    return _fact_page(request, name, outcomes=done)


def _fact_page(request: HttpRequest, name: str, status: int = 200, **more: object) -> HttpResponse:
    found = next_facts(_user_of(request))
    asked = found.of(name)
    spoken = languages_of([case for case, _ in asked.cases] if asked else [], timezone.localdate())
    attribute = about(name)
    words = {lang: (attribute.question or attribute.label)[lang] for lang in _LANGUAGES}
    whole = {"outcomes": [], "problem": "", "texts": _prefilled(name), "ticked": None, **more}
    return page(
        request, "cases/next_fact", status, asked=asked, name=name, words=words, spoken=spoken, key=new_key(), **whole
    )


def _prefilled(name: str) -> dict[str, str]:
    """The words of the book: the question, and below it what helps to answer."""
    attribute = about(name)
    parts = [attribute.question or attribute.label, attribute.help or {}]
    return {lang: "\n\n".join(part[lang] for part in parts if part.get(lang)) for lang in _LANGUAGES}
