"""Where the links in notices of this app lead, and whether there is still something to do: the receivers name
these functions."""

from luodi.web.cases.models import LandingCase
from luodi.web.core.pages import place
from luodi.web.dealings.models import Promise, Proposition, Referral


def to_referral(row: Referral, lang: str) -> dict[str, str]:
    return {"place": place("dealings:record", lang, "referral", row.pk)}


def is_waiting(row: Referral) -> bool:
    """Whether the unit has not answered yet."""
    return row.state == "sent"


def is_open(row: Referral) -> bool:
    """Whether it is not finished yet."""
    return row.state in ("sent", "accepted")


def to_proposition(row: Proposition, lang: str) -> dict[str, str]:
    return {"place": place("dealings:record", lang, "proposition", row.pk)}


def to_promise(row: Promise, lang: str) -> dict[str, str]:
    return {"place": place("dealings:record", lang, "promise", row.pk)}


def to_own(row: Promise | Proposition | LandingCase, lang: str) -> dict[str, str]:
    """The company's own page."""
    return {"place": place("dealings:own", lang)}
