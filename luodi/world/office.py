"""A fictional bureau at work: what happened to its leads and cases over two years, told act by act.

`stories` gives each case or lead as a list of acts in their order, each on a working day up to today. The same seed
and day give the same stories. An act is a row such as `{"days": 40, "do": "advance", "by": "olga"}`; `days` counts back
from today, as in the files of the demo, whose actions perform them. Names, numbers and words are in `office.yaml`.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Final, TypeAlias

from luodi.calendar import WorkingCalendar
from luodi.world.office_cases import CaseTold
from luodi.world.told import Chance, Row, StepsOf, Story, heard, source_of, words

SEED: Final = 20_241


def stories(today: date, steps_of: StepsOf, seed: int = SEED) -> list[Story]:
    """What the bureau did as a whole; the cases in the order in which the file names how they stand; the leads that
    became none; meetings; demands.

    `steps_of` gives the steps of the plan of some answers, as an address has them.
    """
    chance = Chance(seed)
    names = _names(chance)
    desks = _dealt(chance, sum(int(row["many"]) for row in words()["cases"]))
    told = [Story({})]
    for row in words()["cases"]:
        for _ in range(int(row["many"])):
            told.append(CaseTold(row, next(names), desks[len(told) - 1], len(told), today, steps_of, chance).story())
    cases = told[1:]
    for row in words()["leads"]:
        told += [_lead(row, next(names), today, chance) for _ in range(int(row["many"]))]
    told[0].acts = _of_bureau(cases, today)
    return [*told, *_meetings(today), *_demands(cases, today)]


def _of_bureau(cases: Sequence[Story], today: date) -> list[Row]:
    """With the company that was entered twice: once for a case that was given up at its beginning."""
    acts = [_moved(row, int(row["days"]), today) for row in words()["bureau"]]
    again = next(one for one in cases if one.person is None and one.acts[-1]["do"] == "end")
    merged = {"do": "merge", **words()["merge"]}
    quiet = [one for one in _landed(cases) if int(one.acts[-1]["days"]) > int(merged["days"])]  # nobody sends anything
    merged |= {"kept": quiet[-1].company["en"], "gone": again.company["en"]}
    return sorted([*acts, _moved(merged, int(merged["days"]), today)], key=lambda row: -int(row["days"]))


def _landed(cases: Sequence[Story]) -> list[Story]:
    """Those that have somebody who acts for them and have landed, the first to begin first."""
    found = [one for one in cases if one.person and any(act["do"] == "verify" for act in one.acts)]
    return sorted(found, key=lambda one: -int(one.acts[0]["days"]))


def _demands(cases: Sequence[Story], today: date) -> list[Story]:
    """Each demand is posted by a unit and answered by a company that has landed or is about to."""
    found = []
    for number, (row, partner) in enumerate(zip(words()["demands"], _landed(cases), strict=False)):
        assert partner.person is not None
        begun = next(int(act["days"]) for act in partner.acts if act["do"] == "represent") - 30
        by, firm, who = row["by"], partner.company["en"], partner.person["id"]
        texts = {name: row[name] for name in ("kind", "title_zh", "title_en", "text")}
        acts: list[Row] = [
            {"do": "post", "by": by, "unit": row["unit"], "fields": texts, "ask": row["ask"], "screen": "omar"},
            {"do": "offer", "by": who, "company": firm, "text": "我们有同类项目经验。We have done this elsewhere."},
            {"do": "consent", "by": by},
            {"do": "introduce", "by": by},
        ]
        if number % 3 == 2:
            acts.append({"do": "nothing", "by": by, "reason": "price", "note": "价格未谈拢 The price was too high"})
        found.append(Story({}, None, [_moved(act, begun - 7 * place, today) for place, act in enumerate(acts)]))
    return found


def _meetings(today: date) -> list[Story]:
    """Announced five weeks before; the last one is still to come."""
    found = []
    for row in words()["meetings"]:
        days = int(row["days"])
        day = WorkingCalendar.china().working_day_up_to(date.fromordinal(today.toordinal() - days + 35))
        arranged = {**row, "do": "meeting", "by": "omar", "unit": "city", "day": day.isoformat()}
        acts = [_moved(arranged, days, today)]
        if day <= today:
            acts.append({"days": (today - day).days, "do": "held", "by": "omar"})
        found.append(Story({}, None, acts))
    return found


def _moved(row: Row, days: int, today: date) -> Row:
    """To the last working day up to so many days ago."""
    day = WorkingCalendar.china().working_day_up_to(date.fromordinal(today.toordinal() - max(days, 0)))
    return {**row, "days": (today - day).days}


# ---- who


def _names(chance: Chance) -> "_Names":
    return _Names(chance)


class _Names:
    """Companies with a name that no other one has, what they do, and where they come from."""

    def __init__(self, chance: Chance) -> None:
        pairs = [(one, two) for one in words()["landscape"] for two in words()["built"]]
        self._pairs, self._chance = iter(chance.shuffled(pairs)), chance

    def __next__(self) -> Row:
        (zh, en), (zh_two, en_two) = next(self._pairs)
        trade = self._chance.of(words()["trades"])
        service = self._chance.of(trade["services"])
        country = "HK" if service == "b25" else self._chance.of(words()["countries"])
        return {
            "zh": f"{zh}{zh_two}{trade['zh']}",
            "en": f"{en}{en_two} {trade['en']}",
            "country": country,
            "technology": trade["technology"],
            "answers": words()["answers"][service].format(country=country),
        }


def _dealt(chance: Chance, many: int) -> list[Row]:
    """A desk for each case, as often as the shares say."""
    desks: Sequence[Row] = words()["desks"]
    whole = sum(int(desk["share"]) for desk in desks)
    dealt = [desk for desk in desks for _ in range(round(many * int(desk["share"]) / whole))]
    return chance.shuffled((dealt + list(desks) * many)[:many])


# ---- leads


def _lead(row: Row, company: Row, today: date, chance: Chance) -> Story:
    """From where it was heard of to what became of it."""
    calendar, desk = WorkingCalendar.china(), chance.of(words()["desks"])
    days = chance.between(int(row["days"][0]), int(row["days"][1]))
    first = calendar.working_day_up_to(date.fromordinal(today.toordinal() - days))
    told: list[tuple[int, Row]] = []

    def tell(after: int, do: str, **more: Any) -> None:
        told.append((after, {"do": do, "by": desk["by"], **more}))

    tell(0, "receive", unit=desk["unit"], kind=row["kind"], **heard(company, row["kind"], chance))
    if row["then"] != "new":
        tell(1, "assign")
        for part, value in chance.shuffled(_FOUND)[: chance.between(2, 4)]:
            tell(1, "evidence", part=part, value=value, source=source_of(row["kind"], chance))
    tell_end = _BECAME.get(row["then"])
    if tell_end:
        tell_end(tell, chance)
    return Story(company, None, [_on(calendar, first, after, today) | act for after, act in told])


def _on(calendar: WorkingCalendar, first: date, after: int, today: date) -> Row:
    day = min(calendar.add_working_days(first, after), calendar.working_day_up_to(today))
    return {"days": (today - day).days}


_FOUND: Final = (
    ("fit", "several"),
    ("fit", "beside"),
    ("momentum", "some"),
    ("need", "sector"),
    ("timing", "try"),
    ("readiness", "exploring"),
    ("conflicts", "review"),
)
Tell: TypeAlias = Callable[..., None]


def _qualified(tell: Tell, chance: Chance) -> None:
    tell(4, "adjust", points=5, reason="与本地需求衔接 It meets a need here")
    tell(5, "qualify")


def _parked(tell: Tell, chance: Chance) -> None:
    tell(5, "park", in_days=180, reason=chance.of(words()["words"]["parked"]))


def _refused(tell: Tell, chance: Chance) -> None:
    tell(6, "refuse_lead", reason=chance.of(words()["words"]["rejected_lead"]))


def _reopened(tell: Tell, chance: Chance) -> None:
    _refused(tell, chance)
    tell(30, "reopen_lead", reason="对方重新联系 They wrote again")


def _duplicate(tell: Tell, chance: Chance) -> None:
    tell(3, "duplicate")


_BECAME: Final[Mapping[str, Callable[[Tell, Chance], None]]] = {
    "qualified": _qualified,
    "parked": _parked,
    "refused": _refused,
    "reopened": _reopened,
    "duplicate": _duplicate,
}
