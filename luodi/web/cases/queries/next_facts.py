"""What to ask companies next: the facts that settle most over the open cases of an officer, and who is asked."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import F, QuerySet

from luodi.advice.question import about
from luodi.casework.next_fact import Worth, cheapest
from luodi.casework.stages import End
from luodi.web.accounts.models import Membership, User
from luodi.web.cases.models import FactFigures, InfoRequest, LandingCase
from luodi.web.cases.models.steps import RequestState
from luodi.web.core.notify import language_of
from luodi.web.core.permissions import visible
from luodi.web.core.roles import Role


@dataclass(frozen=True)
class NextFact:
    """A fact and the cases that lack it, the one that it settles most of first; `worth` is that of all of them."""

    fact: str
    worth: Worth
    cases: tuple[tuple[LandingCase, Worth], ...]

    @property
    def text(self) -> dict[str, str]:
        """The question in both languages, as the book words it."""
        attribute = about(self.fact)
        return {lang: (attribute.question or attribute.label)[lang] for lang in ("zh", "en")}


@dataclass(frozen=True)
class NextFacts:
    """What settles most first. Companies have been asked `waiting` questions about facts; of `uncounted` cases it is
    not known yet. `on` is the oldest day on which a figure was counted."""

    facts: tuple[NextFact, ...]
    waiting: int
    uncounted: int
    on: date | None

    def of(self, fact: str) -> NextFact | None:
        return next((one for one in self.facts if one.fact == fact), None)


def next_facts(user: User) -> NextFacts:
    """Of one's own open cases; without what a company has been asked and has not answered. Three questions."""
    own = visible(user, LandingCase.objects.filter(officer=user, end=End.NONE, determination__isnull=False))
    cases = {one.pk: one for one in _with_names(own)}
    rows = FactFigures.objects.filter(case__in=list(cases), determination=F("case__determination"))
    found = {case: (on, worths) for case, on, worths in rows.values_list("case", "on", "worths")}
    asked = set(_asked(cases))
    worths = {
        case: {name: Worth(*given) for name, given in worths.items() if (case, name) not in asked}
        for case, (_, worths) in found.items()
    }
    facts = (NextFact(a.fact, a.whole, tuple((cases[n], w) for n, w in a.cases.items())) for a in cheapest(worths))
    counted = min((on for on, _ in found.values()), default=None)
    return NextFacts(tuple(facts), len(asked), len(cases) - len(found), counted)


def _with_names(rows: QuerySet[LandingCase]) -> QuerySet[LandingCase]:
    names = ("company__name_zh", "company__name_en", "company__country")
    return rows.select_related("company").only("reference", "version", *names)


def _asked(cases: Iterable[int]) -> Iterable[tuple[int, str]]:
    rows = InfoRequest.objects.filter(case__in=list(cases), state=RequestState.OPEN).exclude(fact="")
    return rows.values_list("case_id", "fact")


def languages_of(cases: Iterable[LandingCase], on: date) -> dict[int, str]:
    """By case the language in which its company is asked, `zh` or `en`: that of who acts for it; where nobody does, by
    the country that it comes from."""
    rows = list(cases)
    held = Membership.objects.in_force(on).filter(company__in=[one.company_id for one in rows])
    people = held.filter(role=Role.REPRESENTATIVE, user__is_active=True).select_related("user").order_by("-pk")
    spoken = {one.company_id: language_of(one.user) for one in people}
    return {one.pk: spoken.get(one.company_id, "zh" if one.company.country == "CN" else "en") for one in rows}
