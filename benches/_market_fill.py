"""A market of a whole city: what is posted, companies that may fit, matches with their sides, a meeting each week.

Half of what is posted names its owner. Titles, texts and companies are fictional, in Chinese and English.
"""

from datetime import date, datetime, time, timedelta
from itertools import islice
from random import Random
from typing import Any

from _workbench_fill import FIRST, HAN_FIRST, HAN_SECOND, SECOND, names

UNITS, OFFICERS, MEETINGS = 30, 60, 50
STATES = "published matching piloting accepted not_accepted closed withdrawn draft screened".split()
WEIGHTS = (30, 30, 8, 6, 4, 8, 4, 6, 4)
MATCHES = "proposed consented introduced in_talks pilot deal none".split()


def fill(demands: int, companies: int, at: datetime) -> list[str]:
    """People of an empty site and all they posted; the addresses of officers, a leader, and of representatives."""
    from luodi.web.accounts.actions.units import add_unit

    random = Random(5)
    city = add_unit("agency", "示例市", "Sample City", by=None, at=at)
    units = [add_unit("bureau", f"处室{n}", f"Section {n}", parent=city, by=None, at=at) for n in range(UNITS)]
    firms = _companies(companies, random)
    people = _people(city, units, firms)
    posted = _posted(demands, units, firms, at, random)
    _matches(posted, firms, at, random)
    _meetings(units, at, random)
    _capabilities(firms, at, random)
    return people


def _companies(many: int, random: Random) -> list[Any]:
    from luodi.casework.criteria import technologies
    from luodi.profiles.names import words_of
    from luodi.web.accounts.company_index import put_words
    from luodi.web.accounts.models import Company
    from luodi.web.companies.models import Label

    called = [names(n) for n in range(many)]
    firms = Company.objects.bulk_create(
        [Company(name_zh=zh, name_en=en, country=random.choice(["DE", "SG", "JP"])) for zh, en in called], 1000
    )
    put_words((firm.pk, word, True) for firm, both in zip(firms, called, strict=True) for word in words_of(both))
    kinds = list(technologies())
    Label.objects.bulk_create(
        [Label(company=one, kind=Label.Kind.TECHNOLOGY, code=random.choice(kinds)) for one in firms], 1000
    )
    return firms


def _people(city: Any, units: list[Any], firms: list[Any]) -> list[str]:
    from luodi.web.accounts.models import Membership, User

    called = [*(f"officer{n}" for n in range(OFFICERS)), "leader", *(f"firm{n}" for n in range(100))]
    people = User.objects.bulk_create(
        User(email=f"{name}@city.example", name=name.capitalize(), password="!") for name in called
    )
    held = [{"role": "officer", "unit": units[n % UNITS]} for n in range(OFFICERS)]
    held += [{"role": "leader", "unit": city}]
    held += [{"role": "representative", "company": firm, "scope": "act"} for firm in firms[:100]]
    Membership.objects.bulk_create(
        Membership(user=one, starts=date(2020, 1, 1), **more) for one, more in zip(people, held, strict=True)
    )
    return [one.email for one in people]


def _posted(many: int, units: list[Any], firms: list[Any], at: datetime, random: Random) -> dict[str, list[Any]]:
    """Demands, and a fifth as many needs, investors and parks each."""
    from luodi.web.docking.models import CapitalNeed, Demand, InvestorProfile, ParkOffer

    kinds: dict[type[Any], int] = {
        Demand: many,
        CapitalNeed: many // 5,
        InvestorProfile: many // 5,
        ParkOffer: many // 5,
    }
    more = {
        Demand: lambda: {"kind": random.choice(["scenario", "purchase", "research", "space"])},
        CapitalNeed: lambda: {"stage": "growth"},
        InvestorProfile: dict,
        ParkOffer: lambda: {"area": 900},
    }
    return {
        kind.SERIES: kind.objects.bulk_create(
            [kind(**_one(kind.SERIES, n, units, firms, at, random), **more[kind]()) for n in range(count)], 500
        )
        for kind, count in kinds.items()
    }


def _one(series: str, n: int, units: list[Any], firms: list[Any], at: datetime, random: Random) -> dict[str, Any]:
    first, second = random.randrange(len(FIRST)), random.randrange(len(SECOND))
    own = series == "PK" or (series == "DM" and random.random() < 0.2)
    days = random.randrange(700)
    return {
        "reference": f"{series}-2026-{n + 1:04}",
        "unit": units[n % UNITS],
        "company": None if own else random.choice(firms),
        "names_owner": random.random() < 0.5,
        "title_zh": f"{HAN_FIRST[first]}{HAN_SECOND[second]}场景{n}",
        "title_en": f"{FIRST[first]} for {SECOND[second]} {n}",
        "text": f"We read {n} samples a day with {SECOND[second]} and need a second eye on them. " * 6,
        "wishes": [{"ask": "technology", "value": ["artificial_intelligence", "digital_health"]}],
        "state": random.choices(STATES, WEIGHTS)[0],
        "until": (at + timedelta(days=random.randrange(-90, 300))).date(),
        "published": at - timedelta(days=days),
        "made": at - timedelta(days=days + 9),
        "changed": at,
    }


def _matches(posted: dict[str, list[Any]], firms: list[Any], at: datetime, random: Random) -> None:
    """Three of each demand, two of each need and park."""
    from luodi.web.docking.models import Match, Side

    made, partners = [], []
    for series, times in (("DM", 3), ("CN", 2), ("PK", 2)):
        for one in posted[series]:
            for _ in range(times):
                investor = random.choice(posted["IV"]) if series == "CN" else None
                partners.append(investor.company if investor else random.choice(firms))
                made.append(Match(**_match(series, one, investor, len(made), at, random)))
    made = Match.objects.bulk_create(made, 500)
    sides = []
    for match, partner in zip(made, partners, strict=True):
        owner = match.of
        says = {"says": "yes" if match.revealed else "asked", "said": match.revealed, "asked": match.made}
        sides.append(
            Side(match=match, part="owner", company=owner.company, unit=None if owner.company else owner.unit, **says)
        )
        sides.append(Side(match=match, part="partner", company=partner, **says))
    Side.objects.bulk_create(sides, 500)


def _match(series: str, one: Any, investor: Any, n: int, at: datetime, random: Random) -> dict[str, Any]:
    state, made = random.choices(MATCHES, (40, 10, 10, 8, 6, 6, 20))[0], at - timedelta(days=random.randrange(400))
    named = state not in ("proposed", "none")
    of = {"DM": "demand", "CN": "need", "PK": "park"}[series]
    return {
        "reference": f"MT-2026-{n + 1:04}",
        "unit": one.unit,
        of: one,
        "investor": investor,
        "proposed_by": "rule",
        "answer": "match",
        "state": state,
        "revealed": made if named else None,
        "introduced": made.date() if named and state != "consented" else None,
        "reason": "price" if state == "none" else "",
        "made": made,
        "changed": made,
        "reasons": [{"holds": True, "text": {"zh": "从事人工智能", "en": "works on artificial intelligence"}}],
    }


def _meetings(units: list[Any], at: datetime, random: Random) -> None:
    """One a week, with 40 pairings in four sessions."""
    from luodi.web.docking.models import Match, Meeting, Pairing, Session

    matches = iter(Match.objects.exclude(state="none").order_by("?"))
    for n in range(MEETINGS):
        meeting = Meeting.objects.create(
            reference=f"MD-2026-{n + 1:04}",
            unit=units[n % UNITS],
            title_zh=f"第{n + 1}次对接会",
            title_en=f"Meeting {n + 1}",
            day=(at - timedelta(weeks=n - 2)).date(),
            place="Hall 2",
            state="held" if n > 2 else "announced",
            made=at,
            changed=at,
        )
        for hour in range(9, 13):
            session = Session.objects.create(
                meeting=meeting, starts=time(hour), ends=time(hour, 50), room="A", title_zh="专场", title_en="Session"
            )
            Pairing.objects.bulk_create(
                Pairing(
                    session=session, match=one, table=table, step=random.choice(["paired", "met"]), made=at, changed=at
                )
                for table, one in enumerate(islice(matches, 10), 1)
            )


def _capabilities(firms: list[Any], at: datetime, random: Random) -> None:
    """One of every second company, half of them with a proof that somebody looked at."""
    from luodi.web.docking.models import Capability

    Capability.objects.bulk_create(
        [
            Capability(
                company=one,
                title=f"{random.choice(FIRST)} {random.choice(SECOND)}",
                text="Done before. " * 9,
                proof="certificate",
                proof_text=f"No. {one.pk}",
                added=at,
                changed=at,
                checked=at.date() if random.random() < 0.5 else None,
            )
            for one in firms[::2]
        ],
        500,
    )
