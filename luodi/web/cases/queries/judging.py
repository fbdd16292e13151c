"""What a proof of a case must show, by what the case knows."""

from luodi.casework.judging import Likeness, Seen, Wanted, compared
from luodi.web.cases.models import Authorisation, Proof

_LICENCE = "business-licence"


def wanted_of(proof: Proof) -> Wanted:
    """The names of its company in both scripts; the number and day of the authorisation that rests on it, else the
    credit code of a business licence and the day that its sender gave."""
    company, permit = proof.case.company, Authorisation.objects.filter(proof=proof).first()
    names = tuple(name for name in (company.name_zh, company.name_en) if name)
    if permit is not None:
        return Wanted(names, permit.number, permit.issued)
    return Wanted(names, company.credit_code if proof.proves == _LICENCE else "", proof.issued)


def compared_of(proof: Proof, wanted: Wanted) -> dict[str, Likeness]:
    """How what was seen in it compares with that."""
    return compared(wanted, Seen(proof.seen_name, proof.seen_number, proof.seen_issued))
