import ast
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luodi.advice import schedule as module
from luodi.advice.schedule import CycleError, Slot, Task, critical_path, order, schedule
from luodi.errors import DuplicateKey, OutOfRange


def plan(picture: str) -> list[Task]:
    """One task a line: `id days needs`, with `any:a,b`, `with:host` and `optional` where they apply."""
    return [task(line.split()) for line in picture.strip().splitlines()]


def task(words: list[str]) -> Task:
    name, days, *rest = words
    marks = dict(word.split(":") for word in rest if ":" in word)
    return Task(
        name,
        int(days),
        frozenset(word for word in rest if ":" not in word and word != "optional"),
        frozenset(marks["any"].split(",") if "any" in marks else ()),
        marks.get("with"),
        required="optional" not in rest,
    )


# ---- what needs what


def test_the_first_steps_start_at_0_and_run_side_by_side():
    slots = schedule(plan("name 3\ncheck 5"))
    assert slots == {"name": Slot(0, 3, 2, False), "check": Slot(0, 5, 0, True)}


def test_a_step_starts_when_the_last_one_it_needs_has_finished():
    slots = schedule(
        plan("""
        name     3
        check    5
        register 4 name check
        """)
    )
    assert slots["register"] == Slot(5, 9, 0, True)
    assert slots["name"] == Slot(0, 3, 2, False)


def test_a_need_that_is_not_in_the_plan_counts_as_done():
    assert schedule(plan("register 4 name"))["register"] == Slot(0, 4, 0, True)


def test_of_alternatives_the_first_to_finish_is_enough():
    slots = schedule(
        plan("""
        patent    30
        copyright 10
        reward     5 any:patent,copyright,layout
        """)
    )
    assert (slots["reward"].start, slots["reward"].finish) == (10, 15)
    assert slots["reward"].after == {"copyright"}
    assert slots["copyright"].slack == 15


def test_without_any_of_its_alternatives_in_the_plan_a_step_has_no_condition():
    assert schedule(plan("reward 5 any:patent,copyright"))["reward"].start == 0


def test_needs_hold_besides_the_first_alternative():
    assert schedule(plan("a 2\nb 9\nc 4\nd 1 c any:a,b"))["d"].start == 4


def test_what_is_handed_in_together_takes_no_days_of_its_own():
    slots = schedule(plan("register 5\nowners 7 with:register\nseal 1 owners"))
    assert slots["owners"] == Slot(5, 5, 0, True)
    assert slots["seal"] == Slot(5, 6, 0, True)


def test_handed_in_with_a_step_that_is_not_in_the_plan_it_stands_alone_and_takes_no_days():
    assert schedule(plan("owners 7 with:register"))["owners"] == Slot(0, 0, 0, True)


def test_what_is_handed_in_together_still_waits_for_what_it_needs():
    assert schedule(plan("register 5\nproof 8\nowners 7 proof with:register"))["owners"].start == 8


# ---- required and optional


def test_an_optional_step_has_its_days_and_moves_nothing():
    slots = schedule(plan("register 5\nseal 1 register\nparty 90 register optional"))
    assert slots["party"] == Slot(5, 95, None, False)
    assert slots["seal"] == Slot(5, 6, 0, True)


def test_an_optional_step_that_a_required_one_needs_is_required():
    slots = schedule(plan("stamp 3 optional\ndesk 2 stamp optional\nregister 5 desk"))
    assert [slots[name].critical for name in ("stamp", "desk", "register")] == [True, True, True]


def test_an_optional_step_that_another_optional_one_needs_stays_optional():
    slots = schedule(plan("stamp 3 optional\ndesk 2 stamp optional\nregister 1"))
    assert slots["stamp"].slack is None and slots["desk"].slack is None


def test_an_optional_alternative_becomes_required_when_it_is_the_first():
    slots = schedule(plan("patent 30\ncopyright 10 optional\nreward 5 any:patent,copyright"))
    assert slots["copyright"].slack == 15


def test_of_alternatives_that_finish_together_the_required_one_counts():
    slots = schedule(plan("brief 10 optional\npatent 10\nreward 5 any:brief,patent"))
    assert slots["reward"].after == {"patent"}
    assert slots["brief"].slack is None


# ---- the critical path


def test_slack_is_how_late_a_step_may_end():
    tasks = plan("a 2\nb 3 a\nc 1\nd 4 b c")
    assert {name: slot.slack for name, slot in schedule(tasks).items()} == {"a": 0, "b": 0, "c": 4, "d": 0}
    late = [replace(each, days=5) if each.id == "c" else each for each in tasks]
    assert end(schedule(late)) == end(schedule(tasks))
    later = [replace(each, days=6) if each.id == "c" else each for each in tasks]
    assert end(schedule(later)) == end(schedule(tasks)) + 1


def test_the_critical_path_is_one_chain_from_the_start_to_the_end():
    tasks = plan("a 2\nb 3 a\nc 1\nd 4 b c\nnote 0 with:d\nparty 50 optional")
    assert critical_path(schedule(tasks), tasks) == ["a", "b", "d", "note"]


def test_of_two_chains_as_long_the_smaller_ids_are_shown():
    tasks = plan("b 2\na 2\nd 1 b\nc 1 a")
    assert critical_path(schedule(tasks), tasks) == ["a", "c"]


def test_a_plan_without_required_steps_has_no_critical_path():
    tasks = plan("party 5 optional")
    assert critical_path(schedule(tasks), tasks) == []
    assert critical_path(schedule([]), []) == []


def test_steps_without_a_known_time_count_as_0_days_and_keep_their_order():
    tasks = plan("z 0\ny 0 z\nx 0 y")
    assert order(tasks) == ["z", "y", "x"]
    assert critical_path(schedule(tasks), tasks) == ["z", "y", "x"]


def test_the_order_is_by_start_then_finish_then_id():
    assert order(plan("d 1 a\nc 5\nb 1\na 1")) == ["a", "b", "c", "d"]


def test_slots_come_in_that_order_whatever_order_the_tasks_were_given_in():
    tasks = plan("a 2\nb 3 a\nc 1\nd 4 b c")
    assert list(schedule(tasks)) == list(schedule(tasks[::-1])) == order(tasks[::-1]) == ["c", "a", "b", "d"]


# ---- days that depend on the start


def test_a_limit_in_calendar_days_is_asked_for_with_its_start():
    tasks = plan("a 3\nb 60 a\nc 2")
    asked: list[tuple[str, int]] = []

    def days_of(task: Task, start: int) -> int:
        asked.append((task.id, start))
        return 41 if task.id == "b" else task.days

    slots = schedule(tasks, days_of)
    assert slots["b"] == Slot(3, 44, 0, True)
    assert slots["c"].slack == 42
    assert sorted(asked) == [("a", 0), ("b", 3), ("c", 0)]
    assert order(tasks, days_of) == ["c", "a", "b"]


def test_what_is_handed_in_together_is_never_asked_for_days():
    slots = schedule(plan("register 5\nowners 7 with:register"), lambda task, start: task.days)
    assert slots["owners"].finish == 5


# ---- refusals


@pytest.mark.parametrize(
    ("picture", "cycle"),
    [
        ("a 1 b\nb 1 a", "a -> b -> a"),
        ("a 1 a", "a -> a"),
        ("c 1 a\nb 1 c\na 1 b\nfree 1\nafter 1 a", "a -> b -> c -> a"),
        ("a 1 with:b\nb 1 a", "a -> b -> a"),
        ("a 1 any:b,c\nb 1 a\nc 1 a", "a -> b -> a"),
    ],
)
def test_steps_that_wait_for_each_other_are_named(picture, cycle):
    with pytest.raises(CycleError) as problem:
        schedule(plan(picture))
    assert str(problem.value).endswith(f": {cycle}")
    assert problem.value.code == "cycle"
    with pytest.raises(CycleError):
        order(plan(picture))


def test_an_alternative_that_waits_for_the_step_itself_does_no_harm_while_another_is_open():
    assert schedule(plan("a 1 any:b,c\nb 1 a\nc 4"))["b"] == Slot(5, 6, 0, True)


def test_a_step_given_twice_is_refused():
    with pytest.raises(DuplicateKey, match="`a` is given twice"):
        schedule(plan("a 1\na 2"))


def test_a_step_cannot_take_negative_days():
    assert schedule(plan("a 0"))["a"].finish == 0
    with pytest.raises(OutOfRange, match="`a` cannot take -1 days"):
        schedule(plan("a -1"))
    with pytest.raises(OutOfRange):
        schedule(plan("a 1"), lambda task, start: -1)


def test_the_scheduler_knows_no_calendar():
    tree = ast.parse(Path(module.__file__).read_text(encoding="utf-8"))
    used = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert not any(isinstance(node, ast.Import) for node in ast.walk(tree))
    assert used == {"collections.abc", "dataclasses", "heapq", "typing", "luodi.errors", "luodi.message"}


# ---- any plan


@st.composite
def plans(draw: st.DrawFn, alternatives: bool = True) -> list[Task]:
    size = draw(st.integers(1, 8))
    names = draw(st.permutations([chr(ord("a") + n) for n in range(size)]))
    tasks = []
    for n, name in enumerate(names):
        before = st.sampled_from([*names[:n], "absent"])
        tasks.append(
            Task(
                name,
                draw(st.integers(0, 9)),
                draw(st.frozensets(before, max_size=3)),
                draw(st.frozensets(before, max_size=3)) if alternatives else frozenset(),
                draw(st.none() | before) if alternatives else None,
                draw(st.booleans()),
            )
        )
    return draw(st.permutations(tasks))


def starts_later_ends_later(task: Task, start: int) -> int:
    """Calendar days as working days: how many depends on the start, and a later start never ends earlier."""
    return (start + task.days) * 5 // 7 - start * 5 // 7


def end(slots: dict[str, Slot]) -> int:
    return max((slot.finish for slot in slots.values() if slot.slack is not None), default=0)


@given(plans(), st.booleans())
def test_no_step_starts_before_what_it_waits_for_has_finished(tasks, by_calendar):
    slots = schedule(tasks, starts_later_ends_later if by_calendar else None)
    assert slots.keys() == {each.id for each in tasks}
    for each in tasks:
        start = slots[each.id].start
        assert all(slots[name].finish <= start for name in each.needs | {each.runs_with} if name in slots)
        alternatives = [slots[name].finish for name in each.any_of if name in slots]
        assert not alternatives or min(alternatives) <= start


@given(plans(), st.booleans())
def test_every_step_starts_as_early_as_it_can(tasks, by_calendar):
    days_of = starts_later_ends_later if by_calendar else None
    slots = schedule(tasks, days_of)
    for each in tasks:
        awaited = [slots[name].finish for name in each.needs | {each.runs_with} if name in slots]
        alternatives = [slots[name].finish for name in each.any_of if name in slots]
        start = max([0, *awaited, *([min(alternatives)] if alternatives else [])])
        days = 0 if each.runs_with else days_of(each, start) if days_of else each.days
        assert (slots[each.id].start, slots[each.id].finish) == (start, start + days)


@given(plans(alternatives=False))
def test_the_end_is_the_longest_chain_that_leads_to_a_required_step(tasks):
    given_tasks = {each.id: each for each in tasks}
    lengths = [sum(given_tasks[name].days for name in chain) for chain in chains(given_tasks)]
    assert end(schedule(tasks)) == max(lengths, default=0)


def chains(given_tasks: dict[str, Task]) -> Iterator[list[str]]:
    """Every chain of needs, one by one, that ends in a required task; no pass, no memory."""
    pending = [[name] for name, each in given_tasks.items() if each.required]
    while pending:
        chain = pending.pop()
        yield chain
        pending.extend([name, *chain] for name in given_tasks[chain[0]].needs if name in given_tasks)


@given(plans(), st.booleans())
def test_a_step_is_critical_exactly_if_it_has_no_slack(tasks, by_calendar):
    slots = schedule(tasks, starts_later_ends_later if by_calendar else None)
    for slot in slots.values():
        assert slot.critical == (slot.slack == 0)
        assert slot.slack is None or slot.slack >= 0


@given(plans(alternatives=False), st.data())
def test_using_up_its_slack_never_moves_the_end_and_one_day_more_does(tasks, data):
    slots = schedule(tasks)
    chosen = data.draw(st.sampled_from(tasks))
    slack = slots[chosen.id].slack
    if slack is None:
        return

    def later(by: int) -> int:
        return end(schedule([replace(each, days=each.days + by) if each is chosen else each for each in tasks]))

    assert later(slack) == end(slots)
    assert later(slack + 1) == end(slots) + 1


@given(plans(), st.booleans())
def test_the_critical_path_leads_without_a_gap_from_the_start_to_the_end(tasks, by_calendar):
    slots = schedule(tasks, starts_later_ends_later if by_calendar else None)
    path = [slots[name] for name in critical_path(slots, tasks)]
    assert bool(path) == any(slot.slack is not None for slot in slots.values())
    if path:
        assert path[0].start == 0 and path[-1].finish == end(slots)
        assert all(one.finish == other.start for one, other in pairwise(path))
        assert all(slot.critical for slot in path)


@given(plans(), plans())
def test_adding_a_step_that_is_no_alternative_never_shortens_the_end(tasks, more):
    added = replace(more[0], id="new")
    assert end(schedule([*tasks, added])) >= end(schedule(tasks))


@given(plans())
def test_optional_steps_that_nobody_required_waits_for_never_move_the_end(tasks):
    slots = schedule(tasks)
    kept = [each for each in tasks if slots[each.id].slack is not None]
    again = schedule(kept)
    assert end(again) == end(slots)


@given(plans())
def test_the_order_puts_everything_after_what_it_waited_for(tasks):
    ordered = order(tasks)
    slots = schedule(tasks)
    assert ordered == list(slots)
    for name, slot in slots.items():
        assert all(ordered.index(before) < ordered.index(name) for before in slot.after)
    assert [(slots[name].start, slots[name].finish) for name in ordered] == sorted(
        (slot.start, slot.finish) for slot in slots.values()
    )


@given(plans(), st.randoms())
def test_the_order_in_which_tasks_are_given_changes_nothing(tasks, random):
    shuffled = random.sample(tasks, len(tasks))
    assert schedule(shuffled) == schedule(tasks)
    assert critical_path(schedule(shuffled), shuffled) == critical_path(schedule(tasks), tasks)
