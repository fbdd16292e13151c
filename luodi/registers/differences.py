"""What a register says otherwise than we do, field by field."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from luodi.ownership.interval import parse_share
from luodi.profiles.names import name_key
from luodi.registers.entries import Owner, RegisterEntry


@dataclass(frozen=True, slots=True)
class HeldStake:
    """A stake as it is kept here: `row` is its number, `share` its text."""

    row: int
    name: str
    share: str


@dataclass(frozen=True, slots=True)
class Ours:
    """What is kept of the company. `verified` is the day on which its code was last looked up."""

    name_zh: str = ""
    name_en: str = ""
    code: str = ""
    verified: date | None = None
    status: str = ""
    stakes: tuple[HeldStake, ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """`field` is `name_zh`, `name_en`, `code`, `status`, or an owner: `owner:NAME` for one of the register, `stake:ROW`
    for one that the register does not know. `ours` or `theirs` is blank where that side has nothing. `row` is the stake
    that ends where the difference is taken."""

    field: str
    ours: str
    theirs: str
    row: int | None = None
    owner: Owner | None = None

    @property
    def is_owner(self) -> bool:
        return ":" in self.field


def differences(entry: RegisterEntry, ours: Ours) -> list[Difference]:
    """What could be taken from the register, in the order of the page. What the register leaves blank differs in
    nothing; a code that was looked up on an earlier day differs by its day."""
    found = [
        Difference(field, kept, said)
        for field, kept, said in (
            ("name_zh", ours.name_zh, entry.name_zh),
            ("name_en", ours.name_en, entry.name_en),
            ("status", ours.status, str(entry.status or "")),
        )
        if said and said != kept
    ]
    if ours.code != entry.code or ours.verified is None or ours.verified < entry.day:
        day = f" {ours.verified.isoformat()}" if ours.code and ours.verified else ""
        found.append(Difference("code", f"{ours.code}{day}", f"{entry.code} {entry.day.isoformat()}"))
    return found if entry.owners is None else [*found, *_owners(entry.owners, ours.stakes)]


def _owners(theirs: Iterable[Owner], ours: Iterable[HeldStake]) -> list[Difference]:
    """By name, but for case, punctuation and legal form. Two owners of one name are compared in their order."""
    left: dict[str, list[HeldStake]] = {}
    for stake in ours:
        left.setdefault(name_key(stake.name), []).append(stake)
    found = [one for owner in theirs if (one := _owner(owner, left)) is not None]
    gone = [stake for stakes in left.values() for stake in stakes]
    return found + [Difference(f"stake:{one.row}", f"{one.name} {one.share}", "", one.row) for one in gone]


def _owner(owner: Owner, left: Mapping[str, list[HeldStake]]) -> Difference | None:
    there = left.get(name_key(owner.name))
    stake = there.pop(0) if there else None
    if stake is not None and _same(stake.share, owner.share):
        return None
    kept = f"{stake.name} {stake.share}" if stake else ""
    row = stake.row if stake else None
    return Difference(f"owner:{owner.name}", kept, f"{owner.name} {owner.share}", row, owner)


def _same(one: str, other: str) -> bool:
    """Whether two shares are one: `30 %` and `3/10`. A register that does not say the share says nothing else."""
    if other == "?":
        return True
    first, second = parse_share(one), parse_share(other)
    ends: tuple[Fraction, Fraction] = (first.low, first.high)
    return ends == (second.low, second.high) and (first.over, first.under) == (second.over, second.under)
