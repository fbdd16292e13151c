"""What differs between two plans of the same answers, in everything that a case rests on."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

Doc = Mapping[str, Any]
#: The lists of what came and went, in the order in which they are told.
SIDES: Final = ("steps_new", "steps_gone", "policies_new", "policies_gone")
#: What a plan rests on, in the order in which changes are told.
KINDS: Final = ("verdict", "step", "time", "document", "fee", "licence", "policy", "duty")


@dataclass(frozen=True)
class Change:
    """One thing that both plans name, or one of them, and what each says of it; None where a plan does not name it."""

    kind: str  # one of `KINDS`
    id: str
    title: Doc
    was: Any
    now: Any

    def as_json(self) -> dict[str, Any]:
        return {"kind": self.kind, "id": self.id, "title": dict(self.title), "was": self.was, "now": self.now}


@dataclass(frozen=True)
class PlanDifference:
    """What an answer was, and what it is: of the verdict, its cap, the steps, and all that the plan says of these."""

    then: date
    now: date
    before: Doc
    after: Doc
    steps_gone: tuple[Doc, ...]
    steps_new: tuple[Doc, ...]
    policies_gone: tuple[Doc, ...]
    policies_new: tuple[Doc, ...]
    changes: tuple[Change, ...]

    @property
    def ids(self) -> dict[str, Any]:
        """What differs, as it is stored: ids of steps and policies, verdicts before and after, and ids by kind."""
        rows = {name: [row["id"] for row in getattr(self, name)] for name in SIDES}
        verdicts = {} if self.same_verdict else {"was": _verdicts(self.before), "is": _verdicts(self.after)}
        kinds = {kind: [one.id for one in self.changes if one.kind == kind] for kind in KINDS}
        by_kind = {kind: ids for kind, ids in kinds.items() if ids}
        return {
            **{name: ids for name, ids in rows.items() if ids},
            **verdicts,
            **({"kinds": by_kind} if by_kind else {}),
        }

    @property
    def same_verdict(self) -> bool:
        return _verdicts(self.before) == _verdicts(self.after)

    @property
    def same(self) -> bool:
        return not self.changes

    @property
    def other_changes(self) -> tuple[Change, ...]:
        """Those that no list of what came and went tells, and that are not the verdict."""
        told = {("step", row["id"]) for row in (*self.steps_new, *self.steps_gone)}
        told |= {("policy", row["id"]) for row in (*self.policies_new, *self.policies_gone)}
        return tuple(one for one in self.changes if one.kind != "verdict" and (one.kind, one.id) not in told)


def between(before: Doc, after: Doc) -> PlanDifference:
    """One plan against another of the same answers. What an older document lacks is not compared."""
    then, now = date.fromisoformat(before["on"]), date.fromisoformat(after["on"])
    gone, new = _difference(before["steps"], after["steps"])
    lost, won = _difference(matching_policies(before), matching_policies(after))
    changes = tuple(_changes(before, after))
    return PlanDifference(then, now, before, after, gone, new, lost, won, changes)


def _verdicts(plan: Doc) -> list[tuple[str, Any]]:
    return [(row["answer"], row["cap"]) for row in plan["access"]]


def matching_policies(plan: Doc) -> list[Doc]:
    """The policies that fit and decide."""
    return [row for row in plan["policies"] if row["answer"] == "match" and row["decides"]]


def _difference(before: Sequence[Doc], after: Sequence[Doc]) -> tuple[tuple[Doc, ...], tuple[Doc, ...]]:
    old, new = {row["id"] for row in before}, {row["id"] for row in after}
    return tuple(r for r in before if r["id"] not in new), tuple(r for r in after if r["id"] not in old)


# ---- by kind


def _changes(before: Doc, after: Doc) -> Iterator[Change]:
    yield from _of_access(before, after)
    yield from _of_steps(before, after)
    yield from _of_rows("policy", _by_id(matching_policies(before)), _by_id(matching_policies(after)), _terms)
    if "obligations" in before and "obligations" in after:
        yield from _of_rows("duty", _by_id(before["obligations"]), _by_id(after["obligations"]), _duty)


def _of_access(before: Doc, after: Doc) -> Iterator[Change]:
    """By place in the list: both plans answer the same questions."""
    for place, (was, now) in enumerate(zip(before["access"], after["access"], strict=False)):
        name = f"access-{place + 1}"
        pair = ({"answer": row["answer"], "cap": row["cap"]} for row in (was, now))
        yield from _change("verdict", name, _VERDICT, *pair)
        for field in ("licences", "requirements", "conditions"):
            if field in was and field in now:
                yield from _change(
                    "licence", f"{name}-{field}", _ACCESS[field], *(_said(row[field]) for row in (was, now))
                )


_VERDICT: Final = {"zh": "准入结论", "en": "Verdict"}
_ACCESS: Final = {
    "licences": {"zh": "所需许可", "en": "Licences"},
    "requirements": {"zh": "准入要求", "en": "Requirements"},
    "conditions": {"zh": "准入条件", "en": "Conditions"},
}


def _said(rows: Sequence[Any]) -> list[Any]:
    """Licences by id, conditions as they are said, requirements with what they ask."""
    return [
        row if isinstance(row, str) or "name" not in row else _fields(row, "name", "value", "scope") for row in rows
    ]


def _of_steps(before: Doc, after: Doc) -> Iterator[Change]:
    """Whether a step is needed or may be, what it waits for, and what a plan says of a step that both name."""
    lists = [name for name in ("open_steps", "steps") if name in before and name in after]
    old, new = ({row["id"]: row for row in _listed_steps(plan, lists)} for plan in (before, after))
    for name in (*old, *(name for name in new if name not in old)):
        was, now = old.get(name), new.get(name)
        title = (now or was or {})["title"]
        if was is None or now is None:
            yield from _change("step", name, title, _stands(was), _stands(now))
            continue
        both = was.keys() & now.keys()
        names = [name for name in ("stands", "needs") if name in both]
        yield from _change("step", name, title, _fields(was, *names), _fields(now, *names))
        for kind, field, read in _OF_STEP:
            if field in both:
                yield from _change(kind, name, title, read(was), read(now))


def _listed_steps(plan: Doc, lists: Sequence[str]) -> Iterator[Doc]:
    """Each step with how it stands; what is on offer whatever the facts are is no part of the plan."""
    for name in lists:
        yield from ({**row, "stands": "open" if name == "open_steps" else "needed"} for row in plan[name])


def _stands(row: Doc | None) -> Doc | None:
    return _fields(row, "stands", "needs")


def _time(row: Doc) -> Doc:
    """What law and usage say. Not the working days: calendar days come to another number of them on another day."""
    time = row["time"]
    law = _fields(time.get("law"), "days", "unit")
    return {"rests": time.get("rests"), "law": law, "usual": _fields(time.get("usual"), "unit", "min", "max")}


def _fee(row: Doc) -> Doc | None:
    return _fields(row["fee"], "amount", "currency")


def _licence(row: Doc) -> Doc:
    """What a step gives, how long that holds, and who gives it."""
    office = row.get("authority") or {}
    return {"licence": row["licence"], "validity": row.get("validity"), "authority": _fields(office, "zh", "en")}


def _documents(row: Doc) -> list[Any]:
    return [dict(one) for one in row["documents"]]


def _terms(row: Doc) -> Doc:
    return _fields(row, "amount", "window", "apply", "documents", "benefit", "sum") or {}


def _duty(row: Doc) -> Doc:
    return _fields(row, "deadline", "every", "window", "right") or {}


_OF_STEP: Final[tuple[tuple[str, str, Callable[[Doc], Any]], ...]] = (
    ("time", "time", _time),
    ("document", "documents", _documents),
    ("fee", "fee", _fee),
    ("licence", "licence", _licence),
)


def _of_rows(kind: str, old: Mapping[str, Doc], new: Mapping[str, Doc], read: Callable[[Doc], Any]) -> Iterator[Change]:
    for name in (*old, *(name for name in new if name not in old)):
        was, now = old.get(name), new.get(name)
        before, after = (None if row is None else read(row) for row in (was, now))
        if before is not None and after is not None:
            before, after = (
                {key: one[key] for key in one if key in before and key in after} for one in (before, after)
            )
        yield from _change(kind, name, (now or was or {})["title"], before, after)


def _change(kind: str, name: str, title: Doc, was: Any, now: Any) -> Iterator[Change]:
    if was != now:
        yield Change(kind, name, title, was, now)


def _by_id(rows: Sequence[Doc]) -> dict[str, Doc]:
    return {row["id"]: row for row in rows}


def _fields(row: Doc | None, *names: str) -> Doc | None:
    return None if row is None else {name: row[name] for name in names if name in row}
