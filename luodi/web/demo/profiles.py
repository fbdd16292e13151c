"""Companies with what is known of them, and leads, for the demo: made by the actions that officers have."""

from datetime import datetime, timedelta
from typing import TypedDict

from django.utils import timezone

from luodi.dates import parse_day
from luodi.web.accounts.models import User
from luodi.web.companies.actions import profile
from luodi.web.demo.bureau import Bureau
from luodi.web.demo.data import Row
from luodi.web.leads import actions as leads
from luodi.web.leads.actions import From, Heard


class _Now(TypedDict):
    by: User
    at: datetime


def make_profile(row: Row, bureau: Bureau) -> None:
    """What is known of one company: names, numbers, labels, facts, owners, a contact."""
    company, now = bureau.companies[row["company"]], _Now(by=bureau.by(row), at=bureau.at)
    for one in row.get("names", []):
        profile.add_name(company, one["text"], **now, kind=one["kind"], language=one["language"])
    for one in row.get("numbers", []):
        profile.add_identifier(company, one["scheme"], one["value"], **now, source=one.get("source", ""))
    for one in row.get("labels", []):
        profile.add_label(company, one["kind"], str(one["code"]), **now)
    for one in row.get("facts", []):
        profile.say_fact(
            company, one["attribute"], one["value"], **now, as_of=parse_day(str(one["as_of"])), origin=one["origin"]
        )
    for one in row.get("owners", []):
        profile.add_holding(company, str(one["share"]), **now, holder_name=one["name"], holder_kind=one["kind"])
    for one in row.get("contacts", []):
        made = profile.add_contact(company, one["name"], **now, post=one["post"], email=one["email"])
        profile.give_consent(made, "case", "email", **now, given=bureau.today, how=one["consent"])


def make_lead(row: Row, bureau: Bureau) -> None:
    """A lead so many days before the first start, with what was found out about it and done with it."""
    at, came, by = bureau.at, bureau.moment(row), bureau.by(row)
    names = ("title", "company_name", "country", "summary", "technology", "place")
    said: Row = {name: str(row[name]) for name in names if name in row}
    heard = Heard(plans=[dict(one) for one in row.get("plans", [])], **said)
    lead = leads.receive(
        heard, From(row["kind"], row["source"], {"title": row["title"]}), bureau.units[row["unit"]], at=came
    )
    for one in row.get("evidence", []):
        lead = leads.say_evidence(
            lead, one["part"], str(one["value"]), timezone.localdate(came), one["source"], by=by, at=came
        )
    if "adjust" in row:
        lead = leads.adjust(lead, int(row["adjust"]["points"]), row["adjust"]["reason"], by=by, at=came)
    match row.get("then"):
        case "assign":
            leads.assign(lead, by, by=by, at=at)
        case "qualify":
            leads.qualify(lead, by=by, at=at)
        case "park":
            leads.park(lead, bureau.today + timedelta(days=30), row["reason"], by=by, at=at)
        case "refuse":
            leads.refuse(lead, row["reason"], by=by, at=at)
