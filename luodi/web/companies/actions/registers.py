"""Looking a company up in the register, and taking what a person chooses from it. Why: decision 0062."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from luodi.errors import DuplicateKey, MissingKey
from luodi.ownership.stakes import Kind
from luodi.profiles.codes import credit_code
from luodi.profiles.identifiers import USCC
from luodi.registers.differences import Difference
from luodi.registers.entries import RegisterEntry, RegisterUnavailable, look_up
from luodi.web.accounts.actions.companies import change_company
from luodi.web.accounts.models import Company, User
from luodi.web.accounts.validation import MergedAway
from luodi.web.companies import forms, queries
from luodi.web.companies.actions import profile
from luodi.web.companies.models import CompanyName, Origin, RegisterExtract
from luodi.web.companies.queries.registers import differs, extracts_of, register
from luodi.web.core.actions import Changed, Created, action
from luodi.web.core.errors import StaleVersion
from luodi.web.core.permissions import require

_HMT: Final = frozenset({"HK", "MO", "TW"})


@contextmanager
def _asked(company: Company, code: str = "", *, by: User | None, at: datetime) -> Iterator[RegisterEntry]:
    """What the register says, asked before anything is locked. Nobody asks it about what they may not change."""
    if by is not None:
        require(by, "change", company)
    if company.merged_into_id:
        raise MergedAway("companies.company-merged-into-another")
    typed = company.credit_code or code
    if not typed.strip():
        raise MissingKey("registers.no-code", at="code")
    wanted = credit_code(typed)
    other = queries.by_identifier(USCC, wanted)
    if other is not None and other.pk != company.pk:
        raise DuplicateKey("registers.other-company", code=wanted, number=other.pk, at="code")
    asked = register()
    if asked is None:
        raise RegisterUnavailable("registers.none-set-up")
    yield look_up(asked, wanted)


@action(
    "look_up",
    model=RegisterExtract,
    form=forms.LookUp,
    permission="change",
    parent=Company,
    parent_permits=True,
    around=_asked,
)
def look_up_company(
    company: Company, code: str = "", *, prepared: RegisterEntry, actor: User | None, at: datetime
) -> Created:
    """Ask the register about the company's own code; `code` is asked for where it has none. Nothing of the company
    changes. Raises `BadCode`, `NotInRegister`, `RegisterUnavailable`, `BadAnswer`, and `DuplicateKey` for a code of
    another company here."""
    said = {"code": prepared.code, "said": prepared.as_json(), "day": prepared.day, "source": prepared.source}
    return Created(RegisterExtract.objects.create(company=company, **said, by=actor, at=at))


def company_of(extract: RegisterExtract) -> Company:
    return extract.company


def is_open(extract: RegisterExtract) -> bool:
    return extract.taken is None


@action("take", model=RegisterExtract, form=forms.Take, permission="change", holder=company_of, fits=is_open)
def take(extract: RegisterExtract, wanted: Iterable[str], *, actor: User | None, at: datetime) -> Changed:
    """What somebody chose of the differences becomes data of the company, from the register, with its source and day.

    Raises `MissingKey` where nothing was chosen, `StaleVersion` where the extract is not the last one, was taken, or
    differs by now in something else.
    """
    company, chosen = extract.company, list(dict.fromkeys(wanted))
    if not chosen:
        raise MissingKey("registers.nothing-chosen", at="wanted")
    now = {one.field: one for one in differs(extract)}
    if not is_open(extract) or extracts_of(company).first() != extract or not set(chosen) <= set(now):
        raise StaleVersion(company, version=company.version)
    taking = _Taking(company, extract.entry, f"{extract.source[:280]} {extract.day.isoformat()}", actor, at)
    for name in chosen:
        taking.take(now[name])
    return Changed({"taken": chosen, "taken_by": actor, "taken_at": at}, details={"number": len(chosen)})


@dataclass(frozen=True)
class _Taking:
    company: Company
    entry: RegisterEntry
    source: str
    by: User | None
    at: datetime

    def take(self, one: Difference) -> None:
        take: Mapping[str, Callable[[], None]] = {"code": self._code, "status": self._status}
        if one.is_owner:
            self._owner(one)
        elif one.field in take:
            take[one.field]()
        else:
            self._name(one)

    def _name(self, one: Difference) -> None:
        """The former name stays, so that the company is found by it."""
        self.company.refresh_from_db()
        now = {"name_zh": self.company.name_zh, "name_en": self.company.name_en, one.field: one.theirs}
        code, home = self.company.credit_code, self.company.country
        change_company(self.company, now["name_zh"], now["name_en"], code, home, by=self.by, at=self.at)
        if one.ours:
            kind, ends = CompanyName.Kind.FORMER, self.entry.day
            profile.add_name(self.company, one.ours, kind, ends=ends, source=self.source, by=self.by, at=self.at)

    def _code(self) -> None:
        number = (USCC, self.entry.code, self.entry.day, self.entry.source)
        profile.add_identifier(self.company, *number, by=self.by, at=self.at)

    def _status(self) -> None:
        fact = ("operating_status", str(self.entry.status), self.entry.day, Origin.REGISTER, self.entry.source)
        profile.say_fact(self.company, *fact, by=self.by, at=self.at)

    def _owner(self, one: Difference) -> None:
        """A stake that the register says otherwise ends on the day of the extract, and the other one begins then."""
        held = self.company.holdings.filter(pk=one.row).first() if one.row else None
        if held is not None:
            profile.end_holding(held, self.entry.day, by=self.by, at=self.at)
        if one.owner is None:
            return
        holder = held.holder_id if held else None
        profile.add_holding(
            self.company,
            one.owner.share,
            holder=holder,
            holder_name="" if holder else one.owner.name,
            holder_kind=str(held.holder_kind) if held else _kind(one.owner.country),
            starts=self.entry.day if held else None,
            origin=Origin.REGISTER,
            source=self.source,
            by=self.by,
            at=self.at,
        )


def _kind(country: str) -> str:
    if not country:
        return str(Kind.UNKNOWN)
    return str(Kind.HMT if country in _HMT else Kind.DOMESTIC if country == "CN" else Kind.FOREIGN)
