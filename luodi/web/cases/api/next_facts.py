"""What to ask companies next, for programs. `/api/v1/next-facts`. The act `ask` of a case with a `fact` asks it."""

from luodi.web.accounts.models import User
from luodi.web.api.endpoints import Document, Router
from luodi.web.api.models import KeyScope
from luodi.web.api.operations import ref
from luodi.web.api.values import day_or_none
from luodi.web.cases.queries.next_facts import NextFact
from luodi.web.cases.queries.next_facts import next_facts as found_of

router = Router(KeyScope.OFFICE)


@router.record("/next-facts", ref("NextFacts"))
def next_facts(user: User) -> Document:
    """Over one's own open cases, what settles most first."""
    found = found_of(user)
    return {
        "facts": [_fact(one) for one in found.facts],
        "waiting": found.waiting,
        "uncounted": found.uncounted,
        "counted": day_or_none(found.on),
    }


def _fact(one: NextFact) -> Document:
    cases = [{"reference": case.reference, **worth.as_json()} for case, worth in one.cases]
    return {"fact": one.fact, "question": one.text, **one.worth.as_json(), "cases": cases}
