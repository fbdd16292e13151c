"""The inbox of leads, declared once: its page, saved views, followers and files read it. Beside `queries`, since other
apps name it as a whole."""

from typing import Final

from django.db.models import F, QuerySet

from luodi.casework.leads import Lead as State
from luodi.web.core.lists import Asked, Column, RecordList, choice, day, of_unit, words
from luodi.web.core.words import say
from luodi.web.leads.models import Lead
from luodi.web.leads.scoring import points_shown

#: What the inbox can be narrowed to; blank is all.
STATES: Final = ("open", "mine", "unassigned", *(state.value for state in State))
_OPEN: Final = [state.value for state in State if state.is_worked_on]


def _by_state(rows: QuerySet[Lead], state: str, asked: Asked) -> QuerySet[Lead]:
    if state == "unassigned":
        return rows.filter(officer=None, state=State.NEW)
    if state == "mine":
        return rows.filter(officer=asked.user.pk if asked.user else None, state__in=_OPEN)
    return rows.filter(state__in=_OPEN) if state == "open" else rows.filter(state=state)


def _company(lead: Lead, lang: str) -> str:
    company = lead.company and ((lead.company.name_zh if lang == "zh" else lead.company.name_en) or str(lead.company))
    return company or lead.company_name


#: Names and addresses of people are in no file: they are for whoever works on the lead.
INBOX: Final = RecordList(
    Lead,
    "leads",
    "leads:inbox",
    filters=(
        choice("state", STATES, _by_state, default="open"),
        words("title", "company_name", "summary", "company__name_zh", "company__name_en"),
        day("from", "received__date__gte"),
        day("until", "received__date__lte"),
        of_unit(),
    ),
    order=((F("low") + F("high")).desc(), "-received", "-pk"),  # the middle, as `stability` orders them
    related=("company", "officer", "unit", "case"),
    columns=(
        Column("number", lambda lead, lang: lead.pk),
        Column("lead", lambda lead, lang: lead.title),
        Column("company", _company),
        Column("country", lambda lead, lang: lead.country),
        Column("low", lambda lead, lang: points_shown(lead.low)),
        Column("high", lambda lead, lang: points_shown(lead.high)),
        Column("state", lambda lead, lang: say(f"leads.state_{lead.state}", lang)),
        Column("wakes", lambda lead, lang: lead.wakes),
        Column("officer", lambda lead, lang: str(lead.officer or "")),
        Column("received", lambda lead, lang: lead.received),
        Column("case", lambda lead, lang: lead.case.reference if lead.case else ""),
    ),
)
