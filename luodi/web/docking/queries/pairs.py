"""What is posted and who may fit it, and how the rule engine judges the two."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from luodi.casework.criteria import facts, judge
from luodi.errors import UnknownValue
from luodi.web.accounts.models import Company
from luodi.web.companies.queries import alike
from luodi.web.core.types import Json
from luodi.web.docking.models import CapitalNeed, InvestorProfile, ParkOffer, Posted
from luodi.web.docking.queries.facts import facts_of, facts_of_need, rule_for


@dataclass(frozen=True)
class Pair:
    """What is matched, and with whom; an investor for a need of capital."""

    posted: Posted
    partner: Company
    investor: InvestorProfile | None = None

    @classmethod
    def capital(cls, need: CapitalNeed, investor: InvestorProfile) -> "Pair":
        assert investor.company is not None
        return cls(need, investor.company, investor)

    def columns(self) -> dict[str, Posted | None]:
        """The fields of a match of this pair."""
        if isinstance(self.posted, CapitalNeed):
            return {"need": self.posted, "investor": self.investor}
        return {"park" if isinstance(self.posted, ParkOffer) else "demand": self.posted}


def pair_with(posted: Posted, text: str) -> Pair:
    """By a number of the register, the only company of a name, or the reference of an investor. Raises
    `UnknownValue`."""
    if isinstance(posted, CapitalNeed):
        investor = InvestorProfile.objects.select_related("company").filter(reference=text).first()
        if investor is None:
            raise UnknownValue("docking.investor", at="partner")
        return Pair.capital(posted, investor)
    named = [one for one in alike([text])[:2] if one.merged_into_id is None]
    if text.isdecimal() and len(text) < 19:
        named = list(Company.objects.filter(pk=int(text), merged_into=None))
    if len(named) != 1:
        raise UnknownValue("docking.partner", at="partner")
    return Pair(posted, named[0])


def judged(pair: Pair, at: datetime) -> Json:
    """The rule engine's answer for a pair, whatever is missing said by name. Of capital: the investor's criteria on the
    company that seeks it, and what that company asks of the investor."""
    on = timezone.localdate(at)
    theirs = judge(rule_for(pair.posted), facts(facts_of(pair.partner, on), on), on)
    if not isinstance(pair.posted, CapitalNeed):
        return theirs
    assert pair.investor is not None
    ours = judge(rule_for(pair.investor), facts(facts_of_need(pair.posted, pair.investor, on), on), on)
    return _both(ours, theirs)


def _both(one: Json, other: Json) -> Json:
    answers = {one["answer"], other["answer"]}
    worst = next(word for word in ("no_match", "error", "need_info", "match") if word in answers)
    return {
        "answer": worst,
        "reasons": [*one["reasons"], *other["reasons"]],
        "missing": sorted({*one["missing"], *other["missing"]}) if worst == "need_info" else [],
        "would_change": one["would_change"] or other["would_change"],
    }
