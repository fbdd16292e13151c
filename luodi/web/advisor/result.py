"""The landing plan of some answers, what holds on other days and in other places, and what changed since."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from hashlib import sha256
from typing import Final
from urllib.parse import quote

from django.urls import reverse
from jinja2 import Environment
from markupsafe import Markup

from luodi.access import access_book
from luodi.advice.answers import Answers
from luodi.advice.landing_plan import LandingPlan
from luodi.advice.observed import Observations, beside
from luodi.advice.plan import advise
from luodi.advice.plan_difference import PlanDifference, between, matching_policies
from luodi.advice.question import OPENING
from luodi.documents.plan_html import plan_context
from luodi.documents.plan_view import plan_view
from luodi.documents.view import Ref
from luodi.editions import with_books
from luodi.profiles.profile import parse_profile
from luodi.rules.library import company_vocabulary
from luodi.web.advisor.choices import USUAL, choosable, each_there, is_place
from luodi.web.advisor.observed import observed_on
from luodi.web.advisor.transfers import sold
from luodi.web.advisor.types import Context, Doc

PAST: Final = (2019, 2021, 2024)


@with_books(maxsize=1024)
def _advice(query: str, on: date) -> LandingPlan:
    return advise(parse_profile(Answers.of(query).profile, company_vocabulary(), at="answers"), on=on)


@with_books(maxsize=1024)
def _shown(query: str, on: date, observed: Observations) -> LandingPlan:
    return beside(_advice(query, on), observed)


def advice_of(answers: Answers, on: date) -> LandingPlan:
    """The plan, cached: the same address is asked again and again. It is shared, so it is only read. What was observed
    of offices until its day stands beside the times of its steps."""
    return _shown(answers.asked_on(None).query(), on, observed_on(on))


@with_books(maxsize=1024)
def _document(query: str, on: date, observed: Observations) -> Doc:
    return _shown(query, on, observed).as_json()


def plan_of(answers: Answers, on: date) -> Doc:
    """The same as a document."""
    return _document(answers.asked_on(None).query(), on, observed_on(on))


@dataclass(frozen=True)
class PlanLinks:
    """Where a reader goes on from the result; every address carries the answers."""

    answers: Answers
    on: date
    plan: LandingPlan

    def change(self) -> str:
        """To all the answers, each with the way to change it."""
        return f"{reverse('advisor:check')}?{self.answers.query()}"

    def of(self, ref: Ref) -> str:
        match ref.kind:
            case "attribute":
                return self._owners_or_share() if ref.id == "share" else self._ask(ref.id)
            case "turn":
                change = self.plan.would_change[int(ref.id)]
                return self.turn(int(change["plan"]), change)
            case "route":
                return self._route(ref)
            case "step" | "policy" | "service":
                return self._entry(ref.kind, ref.id)
            case "rule":
                return self._entry("treatment", ref.id)
        return ""

    def _owners_or_share(self) -> str:
        if self.answers.has_owners:
            return f"{reverse('advisor:owners')}?{self.answers.query(to='plan')}"
        return self._ask("share")

    def _route(self, ref: Ref) -> str:
        """To the plan that the route leads to, where it changes the question."""
        route = next((row for row in self.plan.routes if row.id == ref.id), None)
        if route is None or not route.access:
            return ""
        change = route.access[0].set
        place = change.get("place")
        if place and not is_place(access_book().zones[place], self.on):
            return self._ask("place")  # a kind of place: it is for the company to say which
        return self.turn(route.plan, {"set": change})

    def turn(self, plan: int, change: Doc) -> str:
        """To the plan with one change; blank where no address makes it."""
        if "transfer" in change["set"]:
            return self._owners(change["set"]["transfer"])
        if not set(change["set"]) <= {*OPENING, "on"}:
            return ""
        texts = {name: _text(value) for name, value in change["set"].items()}
        day = texts.pop("on", None)
        if "service" in texts:
            texts["service"] = ",".join(
                _instead(self.answers.services, plan // max(1, len(self.answers.places)), texts["service"])
            )
        changed = self.answers.having(**texts)
        return self._plan(changed.asked_on(date.fromisoformat(day)) if day else changed)

    def wrong(self, ref: Ref) -> str:
        """To report a line; of a whole section, with the answers."""
        kind = "treatment" if ref.kind == "rule" else ref.kind
        query = self.answers.query(line=f"{kind}:{ref.id}") if kind == "section" else f"line={kind}:{quote(ref.id)}"
        return f"{self._addresses['report']}?{query}"

    def simpler(self, ref: Ref) -> str:
        """To say how a step could be made simpler."""
        return f"{self.wrong(ref)}&fault=simpler"

    def _entry(self, kind: str, line: str) -> str:
        return self._addresses["entry"].replace("/service/B11/", f"/{kind}/{quote(line)}/")

    def _owners(self, transfer: Doc) -> str:
        """To the plan with the owners after a change of hands."""
        moved = sold(self.answers, transfer)
        return self._plan(moved) if moved else ""

    def _plan(self, answers: Answers) -> str:
        return f"{self._addresses['plan']}?{answers.query()}"

    def _ask(self, name: str) -> str:
        return f"{self._addresses['ask']}?{self._query}q={quote(name)}&to=plan"

    @cached_property
    def _query(self) -> str:
        """The answers, for many addresses of one page."""
        text = self.answers.query()
        return f"{text}&" if text else ""

    @cached_property
    def _addresses(self) -> Mapping[str, str]:
        """Looked up once a page: a plan has hundreds of links."""
        own = {name: reverse(f"advisor:{name}") for name in ("ask", "plan", "report")}
        return {**own, "entry": reverse("library:entry", args=["service", "B11"])}


def _instead(services: Sequence[str], plan: int, other: str) -> Iterator[str]:
    """The services with another one in the place of that of a plan."""
    yield from (other if n == plan else code for n, code in enumerate(services))


def _text(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)


@dataclass(frozen=True)
class Body:
    """A plan as parts of a page: page one with the box that changes one thing, its sections, and their titles."""

    first: Markup
    rest: Markup
    contents: Sequence[tuple[str, str]]
    places: Sequence["There"]


@dataclass(frozen=True)
class There:
    """One of the usual places: the answer to each service there, and the way to its plan."""

    name: Mapping[str, str]
    accesses: Sequence[Doc]
    address: str


@with_books(maxsize=512)
def _body(environment: Environment, query: str, on: date, lang: str, prefix: str, observed: Observations) -> Body:
    answers = Answers.of(query)
    plan = _shown(answers.asked_on(None).query(), on, observed)
    view = plan_view(plan, lang)
    context = {**plan_context(view, PlanLinks(answers, on, plan)), **_whatif(answers, on)}
    first = environment.get_template("advisor/page_one.html.j2").render(context)
    rest = environment.get_template("plan_sections.html.j2").render(context)
    contents = [(section.id, section.title) for section in view.sections]
    return Body(Markup(first), Markup(rest), contents, _places(answers, on) if _lacks_place(plan) else [])


def body(environment: Environment, answers: Answers, on: date, lang: str) -> Body:
    """Page one and the sections of a plan as parts of a page, cached like the plan itself."""
    return _body(environment, answers.query(), on, lang, reverse("advisor:plan"), observed_on(on))


def _lacks_place(plan: LandingPlan) -> bool:
    return any("place" in row.missing for row in plan.access)


def _places(answers: Answers, on: date) -> list[There]:
    """The usual places side by side, for those who are not sure where."""
    zones = access_book().zones
    there = [(place, each_there(answers, place, on)) for place in USUAL if on in zones[place].span]
    return [
        There(zones[place].name, found, f"{reverse('advisor:plan')}?{answers.having(place=place).query()}")
        for place, found in there
        if found
    ]


def _whatif(answers: Answers, on: date) -> Context:
    """What the box that changes one thing shows: share (None where none is asked), place, and the other answers."""
    first = (answers.profile.get("plans") or [{}])[0]
    asked = not answers.is_domestic and not answers.has_owners
    changed = {"place", "on", *(["share"] if asked else [])}
    return {
        "share": first.get("share", "") if asked else None,
        "place": ",".join(answers.places),
        "places": [access_book().zones[place].name for place in answers.places if len(answers.places) > 1],
        "zones": choosable(on),
        "on": on,
        "hidden": [(name, text) for name, text in [*answers.given.items(), *answers.owning] if name not in changed],
    }


# ---- other days


def on_other_days(answers: Answers, today: date) -> list[tuple[date, list[Doc]]]:
    """The same question as of some years ago, and today, for each service; empty without a service and one place."""
    first = (answers.profile.get("plans") or [{}])[0]
    if not first.get("service") or not first.get("place") or len(answers.places) > 1:
        return []
    days = [date(year, 12, 31) for year in PAST if date(year, 12, 31) < today] + [today]
    return [(day, each_there(answers, first["place"], day)) for day in days]


# ---- what changed since an address was made


def since(answers: Answers, then: date, now: date) -> PlanDifference:
    """The plan as of the day of the address against that of today."""
    return between(plan_of(answers, then), plan_of(answers, now))


#: Of several services an address remembers the answer that stands in the way most.
_LEAST_OPEN: Final = ("not_allowed", "unknown", "silent", "conditional", "allowed")


def stamp_of(plan: Doc) -> str:
    """What an address remembers of its answer: the books, the verdict, its cap, steps, policies that fit."""
    books = sha256("".join(book["hash"] for book in plan["books"]).encode()).hexdigest()[:8]
    none = {"answer": "", "cap": None}
    first = min(plan["access"], key=lambda row: _LEAST_OPEN.index(row["answer"]), default=none)
    cap = "" if first["cap"] is None else str(first["cap"])
    return "~".join([books, str(first["answer"]), cap, str(len(plan["steps"])), str(len(matching_policies(plan)))])


@dataclass(frozen=True)
class Revised:
    """The books of an address are not those of today; what it remembers stands beside what holds now."""

    answer: str
    cap: str
    steps: str
    policies: str
    now_policies: int


def revised(answers: Answers, plan: Doc) -> Revised | None:
    """Whether other books gave the answer that the address was made for. A damaged memory says nothing."""
    parts = answers.seen.split("~")
    if len(parts) != 5 or parts[0] == stamp_of(plan).split("~")[0]:
        return None
    if parts[1] not in ("allowed", "conditional", "not_allowed", "unknown", "silent") or not _figures(parts[2:]):
        return None
    answer, cap, steps, policies = parts[1:]
    return Revised(answer, cap, steps, policies, len(matching_policies(plan)))


def _figures(parts: list[str]) -> bool:
    return all(part.replace(".", "", 1).isdigit() for part in parts if part) and all(parts[1:])
