"""How one case of a fictional bureau went, from its opening to where it stands today."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from luodi.calendar import WorkingCalendar
from luodi.profiles.codes import credit_code_of
from luodi.world.told import Chance, Row, StepsOf, Story, heard, source_of, words

#: Nothing is told of the time before; some of the people came then.
WORKING_DAYS: Final = 490
#: A step that takes an office up to so many working days is one that it is known to have.
_LONG: Final = 6
#: In a case of which nothing was heard for longer, nothing is planned either.
_FRESH: Final = 9
_NOT_WITH_THE_OFFICER: Final = ("landing_claimed", "aftercare")
_ENDED: Final = ("lost", "withdrawn", "refused")


@dataclass
class _Act:
    """So many working days after the beginning; what happens on one day keeps the order in which it was told."""

    after: int
    row: Row


class CaseTold:
    """A case from its opening, or from the lead before it, to where it stands today."""

    def __init__(
        self, row: Row, company: Row, desk: Row, number: int, today: date, steps_of: StepsOf, chance: Chance
    ) -> None:
        self.row, self.today, self.chance, self.number = row, today, chance, number
        self.company = company | {"number": _number(number)}
        self.until, self.by, self.unit = row["until"], desk["by"], desk["unit"]
        self.verifier = words()["verifiers"][number % len(words()["verifiers"])]
        self.steps = [step for step in steps_of(company["answers"]) if step.counts]
        self.acts: list[_Act] = []
        self.now = 0
        self.handed_in: list[str] = []
        self.twist = row.get("twist", "")
        self.person = self._person() if self._reaches("planned") else None
        self.quiet = chance.between(int(row["quiet"][0]), int(row["quiet"][1]))

    def story(self) -> Story:
        self._begin()
        for stage, tell in self._TELLS:
            if self._reaches(stage):
                tell(self)
        self._finish()
        self._talks()
        return Story(self.company, self.person, self._dated())

    # ---- what is told

    def _begin(self) -> None:
        employees, technology = str(self.chance.between(12, 900)), self.company["technology"]
        if self.chance.in_a_hundred(int(words()["from_leads"])):
            self._as_lead()
            self._tell("company", employees=employees, technology=technology)
            self._tell("convert")
        else:
            self._tell("company", employees=employees, technology=technology)
            self._tell("open", unit=self.unit)
        if self.person:
            self._tell("represent")
        self._tell("talk", **self._talk("meeting"))

    def _as_lead(self) -> None:
        kind = self.chance.of(("fair", "news", "referral"))
        self._tell("receive", unit=self.unit, kind=kind, **heard(self.company, kind, self.chance))
        self._wait(1, 3)
        self._tell("assign")
        self._tell(
            "evidence", part="fit", value=self.chance.of(("several", "one")), source=source_of(kind, self.chance)
        )
        self._tell("evidence", part="readiness", value="exploring", source=source_of(kind, self.chance))
        self._wait(2, 12)
        self._tell("evidence", part="timing", value="act_now", source=source_of(kind, self.chance))
        self._tell("qualify")
        self._wait(1, 4)

    def _scoped(self) -> None:
        self._wait(2, 7)
        self._tell("plan", answers=self.company["answers"])
        self._tell("advance")

    def _planned(self) -> None:
        self._wait(3, 9)
        self._tell("expect", ahead=self.chance.between(70, 150), reason="首次估计 First estimate")
        self._tell("advance")

    def _establishing(self) -> None:
        self._wait(2, 8)
        self._tell("money", amount=self.chance.between(8, 400) * 1_000_000, currency="CNY")
        self._tell("assurance", who=self.verifier)
        done = self._work(int(self.row["part"][0]), int(self.row["part"][1])) if "part" in self.row else self._work()
        if not done and self.twist:
            self._stuck()

    def _operating(self) -> None:
        self._tell("proof", kind="premises", name="经营场所租约 Lease of the premises", sent_by=self._sender())
        self._tell("advance")
        self._tell("identify")
        self._wait(4, 12)

    def _claimed(self) -> None:
        self._wait(5, 20)
        self._tell("proof", kind="operation", name="首份服务合同 First contract of service", sent_by=self._sender())
        self._wait(1, 5)
        self._tell("claim")
        if self.twist == "claimed_again":
            self._wait(2, 6)
            self._tell("reject", by=self.verifier, reason=self._word("rejections"))
            self._wait(4, 9)
            self._tell("claim")

    def _verified(self) -> None:
        self._wait(2, 9)
        self._tell("verify", by=self.verifier)
        self._wait(1, 4)
        self._tell("count", checker=words()["checkers"][0])

    def _aftercare(self) -> None:
        self._wait(1, 3)
        self._tell("advance")
        self._wait(12, 30)
        self._tell("talk", **self._talk("visit"))

    _TELLS: Final = (
        ("scoped", _scoped),
        ("planned", _planned),
        ("establishing", _establishing),
        ("operating", _operating),
        ("landing_claimed", _claimed),
        ("landing_verified", _verified),
        ("aftercare", _aftercare),
    )

    def _finish(self) -> None:
        """Its health, and its end."""
        health, end = self.row.get("health"), self.row.get("end")
        if health:
            self._tell("health", value=health, reason=self.chance.of(words()["words"]["health"][health]))
        if not end:
            return
        self._wait(4, 15)
        again = end == "reopened"
        said = words()["words"]["ends"]["withdrawn" if again else end]
        lost_to = self._word("lost_to") if end == "lost" else ""
        self._tell("end", end="withdrawn" if again else end, reason=self.chance.of(said), lost_to=lost_to)
        if again:
            self._wait(15, 40)
            self._tell("reopen", reason=self.chance.of(words()["words"]["ends"]["reopened"]))

    # ---- the work of the steps

    def _work(self, least: int = 100, most: int = 100) -> bool:
        """Hand in what is ready and note what was granted, until so many in a hundred steps are done and an office has
        one that takes it some time; the stage begins with the first that is handed in. Whether all are done."""
        spans = self._spans()
        begun = self.now
        events = sorted(
            [(end, 0, self._place(step), step) for step, (_, end) in spans.items()]
            + [(start, 1, self._place(step), step) for step, (start, end) in spans.items() if start < end]
        )
        grants, wanted = 0, len(spans) * self.chance.between(least, most) // 100
        entered = False
        for after, is_begin, _, step in events:
            if grants >= wanted and least < 100 and any(map(self._takes_long, self.handed_in)):
                break
            self.now = begun + after
            self._tell_step("submit" if is_begin else "grant", step, after=spans[step])
            self.handed_in = [one for one in self.handed_in if one != step] + [step] * is_begin
            grants += not is_begin
            if not entered:
                entered = True
                self._tell("advance")
        if least < 100:
            self._slips()
        return grants == len(spans)

    def _spans(self) -> dict[str, tuple[int, int]]:
        """When each step is handed in and granted, in working days from now."""
        found: dict[str, tuple[int, int]] = {}
        left = list(self.steps)
        known = {step.id for step in left}
        while left:
            step = next(one for one in left if (one.needs & known) <= found.keys())
            left.remove(step)
            ready = max((found[name][1] for name in step.needs & known), default=0)
            start = ready + self.chance.between(0, 2)
            took = words()["took"].get(step.id, words()["took"]["usual"])
            found[step.id] = start, start + self.chance.between(int(took[0]), int(took[1]))
            if step.own or step.with_step in found:  # nobody is waited for
                found[step.id] = ready, ready
        return found

    def _takes_long(self, step: str) -> bool:
        return int(words()["took"].get(step, words()["took"]["usual"])[1]) >= _LONG

    def _place(self, step: str) -> int:
        return next(place for place, one in enumerate(self.steps) if one.id == step)

    def _tell_step(self, act: str, step: str, after: tuple[int, int]) -> None:
        """What is handed in may raise a question, which is answered before it is granted."""
        self._tell("step", act=act, steps=[step], checker=self.verifier)
        start, end = after
        asked = int(words()["asked"].get(step, 0))
        if act == "submit" and end - start >= 5 and self.chance.in_a_hundred(asked):
            now = self.now
            self.now += 1
            self._tell("ask", step=step, text=self._word("questions"))
            self.now += self.chance.between(1, min(end - start - 2, 6))
            self._tell("answer", by=self._sender(), text=self._word("replies"))
            self.now = now

    def _stuck(self) -> None:
        """What holds up a case that is not through: an open question, a refusal, a check that failed."""
        self._wait(1, 2)
        match self.twist:
            case "question":
                self._tell("ask", text=self._word("questions"))
            case "refused":
                self._tell("refuse", step=self.handed_in[0], reason=self._word("refusals"))
            case "check":
                self._tell("check", kind="funds", result="failed", source="银行流水 Bank statement")

    def _slips(self) -> None:
        if self.chance.in_a_hundred(45):
            self._tell("expect", ahead=self.chance.between(40, 90), reason=self._word("slips"))

    # ---- talks, tasks, promises, obstacles

    def _talks(self) -> None:
        """About every four weeks from the beginning to the last act."""
        last = max(one.after for one in self.acts)
        opened = next(one.after for one in self.acts if one.row["do"] in ("open", "convert"))
        after = opened + self.chance.between(4, 9)
        more: list[_Act] = []
        while after < last:
            row = {"do": "talk", "by": self.by, **self._talk(self.chance.of(("call", "meeting", "mail", "call")))}
            due, done = self.chance.between(5, 12), after + self.chance.between(2, 7)
            more.append(_Act(after, row))
            if self.chance.in_a_hundred(25) and done < last:
                row |= {"then": self._word("tasks"), "in_days": due}
                more.append(_Act(done, {"do": "done", "by": self.by}))
            after += self.chance.between(18, 34)
        if self.person and last > opened + 30:
            more += self._help(opened, last)
        ended = next((one.after for one in self.acts if one.row["do"] == "end"), last + 1)
        self.acts += [one for one in more if one.after < ended]
        self._next(last)
        self.acts.sort(key=lambda one: one.after)  # stable

    def _next(self, last: int) -> None:
        """What is to be done next, by a day about now, in most cases on which somebody works."""
        if self.quiet > _FRESH or self.until in _NOT_WITH_THE_OFFICER or self.row.get("end") in _ENDED:
            return
        if self.person and self.twist == "" and self.chance.in_a_hundred(25):
            self.acts.append(_Act(last, {"do": "ask", "by": self.by, "text": self._word("questions")}))
        elif self.chance.in_a_hundred(75):
            due = max(1, self.quiet + self.chance.between(-1, 8))
            row = {"do": "talk", "by": self.by, **self._talk("call"), "then": self._word("tasks"), "in_days": due}
            self.acts.append(_Act(last, row))

    def _help(self, opened: int, last: int) -> list[_Act]:
        told: list[_Act] = []
        if self.chance.in_a_hundred(45):
            begun = opened + self.chance.between(12, 20)
            promised = {"do": "promise", "by": self.by, "text": self._word("promises"), "in_days": 30}
            told.append(_Act(begun, promised))
            told += self._kept(begun + 20, last)
        if self.chance.in_a_hundred(40):
            told += self._obstacle(opened + self.chance.between(14, 26), last)
        return told

    def _kept(self, after: int, last: int) -> list[_Act]:
        """The officer says that a promise was kept. The company agrees, or says that it was not and agrees later."""
        told: list[_Act] = []
        disputed = self.chance.in_a_hundred(35)
        if after + 2 < last:
            told.append(_Act(after, {"do": "keep", "by": self.by}))
            told.append(_Act(after + 1, {"do": "dispute" if disputed else "agree", "by": self.person_id}))
        if disputed and told:
            told[-1].row["reason"] = self._word("disputes")
            if after + 9 < last:
                told += self._kept_after_all(after + 6)
        return told

    def _kept_after_all(self, after: int) -> list[_Act]:
        return [_Act(after, {"do": "keep", "by": self.by}), _Act(after + 2, {"do": "agree", "by": self.person_id})]

    def _obstacle(self, begun: int, last: int) -> list[_Act]:
        said = self.chance.of(words()["words"]["obstacles"])
        raised = {"do": "obstacle", "by": self.person_id, **{name: said[name] for name in ("kind", "about", "text")}}
        told = [_Act(begun, raised)]
        if begun + 12 < last:
            told += [_Act(begun + 2, {"do": "handle", "by": self.by, "act": act}) for act in ("accept", "assign")]
            told.append(_Act(begun + 7, {"do": "handle", "by": self.by, "act": "answer", "text": said["answer"]}))
            told.append(_Act(begun + 9, {"do": "handle", "by": self.person_id, "act": "confirm"}))
            told.append(_Act(begun + 9, {"do": "rate", "by": self.person_id, "rating": self.chance.between(3, 5)}))
        return told

    # ---- shared

    def _tell(self, do: str, **more: Any) -> None:
        self.acts.append(_Act(self.now, {"do": do, "by": self.by, **more}))

    def _wait(self, least: int, most: int) -> None:
        self.now += self.chance.between(least, most)

    def _reaches(self, stage: str) -> bool:
        order = words()["stages"]
        return bool(order.index(stage) <= order.index(self.until))

    def _word(self, kind: str) -> str:
        return str(self.chance.of(words()["words"][kind]))

    def _talk(self, kind: str) -> Row:
        return {"kind": kind, "people": self.person["name"] if self.person else "", "text": self._word("talks")}

    def _person(self) -> Row:
        address = self.company["en"].lower().replace(" ", "-")
        given = self.chance.of(("林", "周", "何", "郑", "苏", "方", "宋", "邵"))
        return {
            "id": f"{address}-{self.number}",
            "role": "representative",
            "email": f"landing@{address}.example",
            "name": f"{given}经理 {self.company['en'].split()[0]}",
        }

    @property
    def person_id(self) -> str:
        return str(self.person["id"]) if self.person else self.by

    def _sender(self) -> str:
        return self.person_id

    def _dated(self) -> list[Row]:
        """With the days before today: the last act lies as many working days back as the row wants quiet."""
        self.acts.sort(key=lambda one: one.after)
        calendar = WorkingCalendar.china()
        last = self.acts[-1].after
        quiet = max(0, min(self.quiet, WORKING_DAYS - last))
        today, dated = calendar.working_day_up_to(self.today), []
        for one in self.acts:
            day = _back(calendar, today, last - one.after + quiet)
            dated.append({"days": (self.today - day).days, **one.row})
        return dated


def _back(calendar: WorkingCalendar, day: date, working_days: int) -> date:
    """The working day so many before a working day."""
    for _ in range(working_days):
        day = calendar.working_day_up_to(date.fromordinal(day.toordinal() - 1))
    return day


#: Of GB 11714, which gives each organisation a code of eight signs and a check sign.
_WEIGHTS: Final = (3, 7, 9, 10, 5, 8, 4, 2)


def _number(number: int) -> str:
    """A unified social credit code whose last sign fits and whose part for the organisation has a wrong check sign, so
    that no company has it."""
    body = f"MA0LD{number:03}"
    values = [int(sign, 36) for sign in body]
    fits = (11 - sum(value * weight for value, weight in zip(values, _WEIGHTS, strict=True)) % 11) % 11
    return credit_code_of(f"91110108{body}{(fits + 1) % 10}")
