"""What a proof of a case must show by what the case knows, and who may say whether it does."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from luodi.casework.judging import Likeness, Seen, Wanted, compared
from luodi.casework.stages import Stage
from luodi.web.accounts.models import User
from luodi.web.cases.models import Authorisation, LandingCase, Proof
from luodi.web.cases.queries.facts import accepted_of, counted_proofs, preparers, required, rows_of
from luodi.web.core.permissions import may, may_without
from luodi.web.core.types import AnyUser

_LICENCE = "business-licence"


def wanted_of(proof: Proof) -> Wanted:
    """The names of its company in both scripts; the number and day of the authorisation that rests on it, else the
    credit code of a business licence and the day that its sender gave."""
    company, permit = proof.case.company, Authorisation.objects.filter(proof=proof).first()
    names = tuple(name for name in (company.name_zh, company.name_en) if name)
    if permit is not None:
        return Wanted(names, permit.number, permit.issued)
    return Wanted(names, (company.credit_code or "") if proof.proves == _LICENCE else "", proof.issued)


def compared_of(wanted: Wanted, seen: Seen) -> Mapping[str, Likeness]:
    """How what was seen in it compares with that."""
    return compared(wanted, seen)


def can_be_judged(proof: Proof) -> bool:
    """Between the claim of a landing and its verification."""
    return proof.withdrawn is None and proof.case.stage == Stage.CLAIMED and proof.case.is_open


@dataclass(frozen=True)
class Judges:
    """Who may judge a proof: whether this reader may, prepared nothing and is named, and who prepared it."""

    may: bool
    is_another: bool
    is_named: bool
    prepared: tuple[User, ...]

    @property
    def is_open(self) -> bool:
        return self.may and self.is_another


def judges_of(user: AnyUser, proof: Proof, on: date) -> Judges:
    """By the rules that the action asks."""
    case, prepared = proof.case, preparers(proof.case) | ({proof.by_id} if proof.by_id else set())
    another = user is not None and user.pk not in prepared
    another = another and may_without(user, "verify", case, prepared, on=on)
    people = User.objects.filter(pk__in=prepared).order_by("pk")
    named = user is not None and case.assurance_id == user.pk
    return Judges(may(user, "verify", proof), another, named, tuple(people))


def not_accepted(case: LandingCase, on: date) -> int:
    """How many kinds of required proof still wait for somebody to accept one."""
    accepted = {one.proves for one in accepted_of(counted_proofs(case, on), preparers(case))}
    return sum(kind.id not in accepted for kind in required(rows_of(case, "steps")))


def next_to_judge(case: LandingCase) -> Proof | None:
    """Of those that nobody has judged yet."""
    return case.proofs.filter(withdrawn=None, verdict="proposed").first()
