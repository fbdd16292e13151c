"""How many questions a company answers until its plan is settled: the dialogue, answered from a file of facts.

Counted as a visitor counts: what is asked on one screen is one question, the four (the certificate of Hong Kong and
Macao apart) and each later one. A plan is settled as far as its steps are decided: those that it holds, as a share of
them and of those that wait for a fact, in every lane. Steps on offer, which nobody has to take, are in neither number.
See docs/methods/questions.md.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Final

from luodi.advice.asking import OF_THE_FOUR, implied, later
from luodi.advice.landing_plan import LandingPlan
from luodi.advice.plan import advise
from luodi.profiles.profile import parse_profile
from luodi.profiles.vocabulary import Attribute, Kind
from luodi.rules.library import company_vocabulary

#: What a file says in answer to the four questions; everything else in it is an answer to a later one.
_OPENING: Final = ("id", "name", "about", "investor", "plans", "holdings")
SETTLED: Final = Fraction(9, 10)


@dataclass(frozen=True)
class Turn:
    """After so many questions: what the next one is called, and how many steps are decided, undecided, on offer."""

    asked: int
    name: str | None
    decided: int
    undecided: int
    offered: int

    @property
    def settled(self) -> Fraction:
        """The part of the steps that is decided; a plan without steps, as after a no, has nothing to settle."""
        steps = self.decided + self.undecided
        return Fraction(self.decided, steps) if steps else Fraction(1)


def opening_questions(raw: Mapping[str, Any]) -> int:
    """Who, what, where, how much: a domestic investor is not asked how much, one of Hong Kong or Macao whether it is
    certified."""
    country = (raw.get("investor") or {}).get("country")
    domestic = country in (None, "CN")
    return 3 + (not domestic) + (country in ("HK", "MO"))


def rehearse(raw: Mapping[str, Any], on: date) -> Iterator[Turn]:
    """Every turn of the dialogue. `raw` is a file of facts: it answers what it holds, `usual` answers the rest."""
    vocabulary = company_vocabulary()
    whole = parse_profile(raw, vocabulary, at="rehearsal")
    truths = {**{name: raw[name] for name in whole.facts}, **_texts(implied(whole.facts))}
    known = {key: value for key, value in raw.items() if key in _OPENING}
    if not raw.get("plans"):  # no new service, and nobody abroad who invests
        known |= {"foreign_share": raw.get("foreign_share", "0"), "telecom_service_codes": []}
    asked, left_out = opening_questions(raw), set(OF_THE_FOUR)
    while True:
        plan = advise(parse_profile(known, vocabulary, at="rehearsal"), on=on)
        question = next(iter(later(plan.as_json(), left_out)), None)
        yield _turn(asked, question.name if question else None, plan)
        if question is None:
            return
        asked += 1
        for name in question.question["attributes"]:
            known[name] = truths[name] if name in truths else usual(vocabulary[name])


def _turn(asked: int, name: str | None, plan: LandingPlan) -> Turn:
    return Turn(asked, name, len(plan.steps), len(plan.open_steps), len(plan.offered_steps))


def _texts(facts: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in facts.items()}


def usual(attribute: Attribute) -> Any:
    """What a file that does not say answers: no, none, the least figure, the first choice; a place in Beijing."""
    match attribute.kind:
        case Kind.BOOLEAN:
            return "false"
        case Kind.SET:
            return ["none"] if "none" in (attribute.allowed or ()) else []
        case Kind.DATE:
            return "2020-01-01"
        case Kind.MAP:
            return {}
        case kind if kind.is_number:
            return str(attribute.minimum or 0)
    if attribute.allowed:
        return "none" if "none" in attribute.allowed else attribute.allowed[0]
    return {"region": "110105", "industry": "I6513"}.get(attribute.code or "", "none")


def until_settled(turns: Iterator[Turn]) -> Turn | None:
    """The first turn after which nine steps in ten are decided."""
    return next((turn for turn in turns if turn.settled >= SETTLED), None)
