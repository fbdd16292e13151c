"""How many questions settle the landing plans of the examples: the whole way, question by question.

    .venv/bin/python benches/settled.py [--turns]

Every example answers from its own file, and what it does not say by `luodi.advice.rehearsal.usual`. Counted are the
first four and each later question; a checklist is one. Settled: nine in ten of the steps that are decided or wait for
a fact. `offered counted` is stricter than the plan: what nobody has to take counts as undecided too, as a share of
what was planned, undecided or on offer after the first four.
"""

import argparse
from datetime import date
from fractions import Fraction
from pathlib import Path
from statistics import mean

from _machine import machine

from luodi.advice.rehearsal import SETTLED, Turn, rehearse, until_settled
from luodi.text import read_yaml

DAY = date(2026, 12, 1)


def strictly(turns: list[Turn]) -> int | None:
    """Until nine in ten of all that was in question after the first four are decided, offers included."""
    first = turns[0]
    whole = first.decided + first.undecided + first.offered
    return next((t.asked for t in turns if not whole or 1 - Fraction(t.undecided + t.offered, whole) >= SETTLED), None)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--turns", action="store_true", help="each question with what is left")
    shown = parser.parse_args().turns
    print(machine())
    print(f"\n{'':<22} {'first':>5} {'verdict':>16} {'settled after':>14} {'offered counted':>16} {'all':>4}")
    found, strict = [], []
    for path in sorted((Path(__file__).parents[1] / "examples").glob("*.yaml")):
        turns = list(rehearse(read_yaml(path), DAY))
        done = until_settled(iter(turns))
        at, all_at = done.asked if done else None, strictly(turns)
        found.append(at)
        strict.append(all_at)
        first = turns[0]
        state = f"{first.decided}+{first.undecided}+{first.offered}"
        print(f"{path.stem:<22} {first.asked:>5} {state:>16} {at or '-':>14} {all_at or '-':>16} {turns[-1].asked:>4}")
        for turn in turns if shown else ():
            print(f"  {turn.asked:>3} {float(turn.settled):>6.1%} {turn.undecided:>3} undecided, next {turn.name}")
    print(f"\nmean {mean(n for n in found if n is not None):.1f}, target at most 10", end="")
    print(f"; offers counted {mean(n for n in strict if n is not None):.1f}")
    if None in found:
        raise SystemExit("an example is never settled")


if __name__ == "__main__":
    main()
