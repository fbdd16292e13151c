"""What would change the answer."""

from collections.abc import Mapping, Sequence
from typing import Any

from luodi.advice.context import cites
from luodi.advice.landing_plan.common import Text
from luodi.documents.say import Say
from luodi.documents.sections.section import section
from luodi.documents.view import Block, Item, Items, Line, Ref, RouteView, Section


def changes_section(say: Say, more_routes: Sequence[RouteView]) -> Section | None:
    plan = say.plan
    blocks: list[Block] = []
    # another business is no way to do this one, so a change of service is left to the routes
    numbered = list(enumerate(plan.would_change))
    turns = [(n, row) for n, row in numbered if not {"on", "service"} & set(row["set"])]
    if turns:
        blocks.append(Items([_turn(n, row, say) for n, row in turns]))
    if more_routes:
        rows = [Item(Line(r.title, ref=r.ref), beside=r.what) for r in more_routes]
        blocks.append(Items(rows, head=say.both("还有这些路", "More ways"), folded=True))
    days = [(n, row) for n, row in numbered if set(row["set"]) == {"on"}]
    if days:
        blocks.append(Items([_turn(n, row, say) for n, row in days], head=say.both("换一天", "On another day")))
    announced = {row["rule"]: row for row in plan.announced}
    if announced:
        blocks.append(
            Items(
                [_announced(r, say) for r in announced.values()],
                head=say.both("已宣布、尚未施行", "Announced, not law"),
            )
        )
    if plan.coming:
        rows = [
            Item(
                say.titled(c.title, c.basis, Ref(c.kind, c.id)),
                beside=say.both(f"自{say.day(c.begins)}起", f"from {say.day(c.begins)}"),
            )
            for c in plan.coming
        ]
        blocks.append(Items(rows, head=say.both("将要施行", "Coming")))
    if plan.expiring:
        rows = [
            Item(say.titled(e.title), beside=say.both(f"到{say.day(e.ends)}为止", f"until {say.day(e.ends)}"))
            for e in plan.expiring
        ]
        blocks.append(Items(rows, head=say.both("一年内到期", "Ends within a year")))
    if not blocks:
        return None
    return section("changes", say, _changes_finding([row for _, row in turns], say), blocks)


def _changes_finding(turns: Sequence[Mapping[str, Any]], say: Say) -> str:
    better = [row for row in turns if row["answer"] in ("allowed", "conditional")]
    rows = (better or list(turns))[:2]
    if not rows:
        return say.both("没有找到能改变结论的单项变化", "no single change near by gives another answer")
    return say.both("；", "; ").join(
        f"{_label(row, say)}{say.both('：', ': ')}{say.word('answer', row['answer'])}" for row in rows
    )


def _label(row: Mapping[str, Any], say: Say) -> str:
    return say.text(str((row.get("label") or {}).get(say.lang) or ""))


def _turn(n: int, row: Mapping[str, Any], say: Say) -> Item:
    several = len(say.plan.access) > 1
    head = f"{row['plan'] + 1}. " if several else ""
    text = f"{head}{_label(row, say)}"
    return Item(
        say.line(text[:1].upper() + text[1:], cites(row["basis"]), ref=Ref("turn", str(n), row["plan"])),
        beside=say.cap(row["cap"]),
        stamp=say.stamp(row["answer"]),
    )


def _announced(row: Mapping[str, Any], say: Say) -> Item:
    return Item(
        say.titled(Text.of(row["title"]), cites(row["basis"]), Ref("rule", row["rule"])), beside=say.cap(row["cap"])
    )
