"""What becomes of a contribution: claimed by an officer, checked by another, counted or rejected, perhaps reversed."""

from collections.abc import Callable, Mapping
from datetime import date, datetime

from django.utils.timezone import localdate

from luodi.errors import LuodiError, MissingKey, OutOfRange
from luodi.scorecard.contributions import Act, NotNow, State, Thing, acts_on, after, fits
from luodi.scorecard.plan import months_days
from luodi.scorecard.statuses import check_by
from luodi.web.accounts.models import Company, Unit, User
from luodi.web.cases.actions.numbering import number
from luodi.web.cases.models import LandingCase
from luodi.web.core.actions import Changed, Created, Unchanged, action
from luodi.web.core.errors import OwnWork
from luodi.web.core.permissions import may
from luodi.web.docking.models import DemonstrationProject
from luodi.web.scorecard import forms
from luodi.web.scorecard.actions.moments import in_turn
from luodi.web.scorecard.models import Contribution, ContributionStep, Countable, Definition, Indicator, Platform
from luodi.web.scorecard.notices import tell_checkers, tell_claimer
from luodi.web.scorecard.queries.countable import Known, known, preparers
from luodi.web.scorecard.queries.definitions import filter_of, line_of

#: Acts on a case by which somebody prepared nothing of it for an act on what counts: a leader who once passed a gate
#: over may still find that it counts no longer.
WITHOUT_PART: Mapping[Act, tuple[str, ...]] = {Act.REVERSE: ("override",), Act.KEEP: ("override",)}
_NOT_ASKED: Mapping[str, object] = {"asked": "", "asked_at": None}
_FIELD = {Thing.LANDING: "case", Thing.PROJECT: "project", Thing.PLATFORM: "platform"}
_KIND: Mapping[type[Countable], Thing] = {
    LandingCase: Thing.LANDING,
    DemonstrationProject: Thing.PROJECT,
    Platform: Thing.PLATFORM,
}


class DoesNotFit(LuodiError):
    """The indicator does not take this thing, or it is not known whether it does."""

    code = "does-not-fit"


class NotProven(LuodiError):
    """The thing is not verified, or a proof that the indicator asks for is not there."""

    code = "not-proven"


def _is(indicator: Indicator, thing: Countable) -> bool:
    return _KIND.get(type(thing)) == indicator.thing


@action("claim", model=Contribution, form=forms.Claim, permission="claim", parent=Indicator)
def claim(indicator: Indicator, thing: Countable, *, actor: User, at: datetime) -> Created | Unchanged:
    """An officer of the thing's unit says that it counts; also again, after it was rejected or reversed.

    Raises `DoesNotFit`, `NotProven` for what is not verified, `NotNow` for what is claimed already.
    """
    if not _is(indicator, thing):
        raise DoesNotFit("scorecard.indicator-counts-each-none", thing=indicator.thing)
    field = _FIELD[Thing(indicator.thing)]
    found = Contribution.objects.filter(indicator=indicator, **{field: thing}).first()
    if found is not None:  # another action, which writes down what it does
        return Unchanged(claim_again(found, by=actor, at=at))
    about, line = _may_be_claimed(indicator, thing, at)
    row = Contribution.objects.create(
        reference=number(Contribution.SERIES, at),
        indicator=indicator,
        unit=about.unit,
        claimed_by=actor,
        claimed=at,
        check_by=check_by(localdate(at), *months_days()),
        changed=at,
        **_companies(about, localdate(at)),
        **{field: thing},
    )
    _step(row, Act.CLAIM, State.CLAIMED, actor, at, about, line)
    tell_checkers(row, at=at)
    return Created(row)


def _may_be_claimed(indicator: Indicator, thing: Countable, at: datetime) -> tuple[Known, Definition]:
    on = localdate(at)
    about, line = known(thing, on), line_of(indicator, on)
    if not about.unit.path.startswith(indicator.unit.path):
        raise OutOfRange("scorecard.belongs-unit-does-not-contribute", at="thing")
    if not about.verified:
        raise NotProven("scorecard.only-what-verified-claimed")
    answer, part = fits(filter_of(line), about.facts)
    if answer is False:
        raise DoesNotFit("scorecard.indicator-does-not-take", part=part)
    return about, line


@action(
    "claim_platform",
    model=Contribution,
    form=forms.ClaimPlatform,
    permission="claim",
    parent=Indicator,
    entries=["claim"],
)
def claim_platform(
    indicator: Indicator,
    unit: Unit,
    name_zh: str,
    name_en: str,
    address: str,
    since: date,
    *,
    actor: User,
    at: datetime,
) -> Unchanged:
    """Enter a platform by its address, once, and claim it. Raises `DoesNotFit` for an indicator of something else."""
    if indicator.thing != Thing.PLATFORM:
        raise DoesNotFit("scorecard.indicator-counts-no-platforms")
    platform = enter_platform(unit, name_zh, name_en, address, since, by=actor, at=at)
    return Unchanged(claim(indicator, platform, by=actor, at=at))


@action("add", model=Platform, form=forms.ClaimPlatform, permission="add", creates=True)
def enter_platform(
    unit: Unit, name_zh: str, name_en: str, address: str, since: date, *, actor: User, at: datetime
) -> Created | Unchanged:
    """Raises `NotNow` for one that another unit entered."""
    for name, field in ((name_zh, "name_zh"), (name_en, "name_en")):
        if not name.strip():
            raise MissingKey("scorecard.platform-named-both-languages", at=field)
    if since > localdate(at):
        raise OutOfRange("scorecard.day-come-cannot-happened", at="since")
    found = Platform.objects.filter(address=address).first()
    if found is None:
        names = {"name_zh": name_zh.strip(), "name_en": name_en.strip()}
        return Created(Platform.objects.create(unit=unit, address=address, since=since, by=actor, made=at, **names))
    if not may(actor, "add", found):
        raise NotNow("scorecard.platform-another-unit-address")
    return Unchanged(found)


# ---- by another person


def _fits(act: Act) -> Callable[[Contribution], bool]:
    return lambda row: act in acts_on(State(row.state))


@action("check", model=Contribution, form=forms.Plain, permission="check", fits=_fits(Act.CHECK))
def check(row: Contribution, *, actor: User, at: datetime) -> Changed:
    """Take a claim to look at it. Raises `OwnWork` for whoever prepared the thing or claimed it."""
    return _decide(row, Act.CHECK, {"checker": actor}, actor, at)


@action("count", model=Contribution, form=forms.Plain, permission="check", fits=_fits(Act.COUNT))
def count(row: Contribution, *, actor: User, at: datetime) -> Changed:
    """It counts from now on. Raises `OwnWork`, `DoesNotFit` also where it is not known, `NotProven`."""
    return _decide(row, Act.COUNT, {"checker": actor, "decided": at, "reason": ""}, actor, at)


@action("reject", model=Contribution, form=forms.Reason, permission="check", fits=_fits(Act.REJECT))
def reject(row: Contribution, reason: str, *, actor: User, at: datetime) -> Changed:
    """It does not count, for a reason that stays in sight. Raises `OwnWork`, `MissingKey`."""
    return _decide(row, Act.REJECT, {"checker": actor, "decided": at}, actor, at, reason)


@action("reverse", model=Contribution, form=forms.Reason, permission="reverse", fits=_fits(Act.REVERSE))
def reverse(row: Contribution, reason: str, *, actor: User, at: datetime) -> Changed:
    """What was counted counts no longer; editions that hold it stay as they are. An officer of the unit does it, or a
    leader whose role reaches the indicator. Raises `OwnWork`, `MissingKey`."""
    return _decide(row, Act.REVERSE, {"checker": actor, "decided": at, **_NOT_ASKED}, actor, at, reason)


@action(
    "keep",
    model=Contribution,
    form=forms.Reason,
    permission="reverse",
    fits=lambda row: bool(row.asked) and _fits(Act.KEEP)(row),
    entries=["keep_counted"],
)
def keep(row: Contribution, reason: str, *, actor: User, at: datetime) -> Changed:
    """It goes on counting although its reversal was asked for. Raises `OwnWork`, `MissingKey`, `NotNow`."""
    if not row.asked:
        raise NotNow("scorecard.no-reversal-asked")
    return _decide(row, Act.KEEP, _NOT_ASKED, actor, at, reason)


@action("claim", model=Contribution, form=forms.Plain, permission="claim", fits=_fits(Act.CLAIM))
def claim_again(row: Contribution, *, actor: User, at: datetime) -> Changed:
    """After it was rejected or reversed."""
    state = after(State(row.state), Act.CLAIM)
    about, line = _may_be_claimed(row.indicator, row.thing, at)
    _step(row, Act.CLAIM, state, actor, at, about, line)
    row.check_by = due = check_by(localdate(at), *months_days())
    tell_checkers(row, at=at)
    values = {"state": state, "claimed_by": actor, "claimed": at, "check_by": due}
    return Changed({**values, "checker": None, "decided": None, "reason": ""})


def _decide(
    row: Contribution, act: Act, values: Mapping[str, object], by: User, at: datetime, reason: str = ""
) -> Changed:
    said, state = reason.strip(), after(State(row.state), act)
    if by.pk in preparers(row, but=WITHOUT_PART.get(act, ())):
        raise OwnWork("scorecard.nobody-decides-what-they-prepared")
    if act.needs_reason and not said:
        raise MissingKey("scorecard.say-why", at="reason")
    about, line = known(row.thing, localdate(at)), line_of(row.indicator, localdate(at))
    if act is Act.COUNT:
        must_count(about, line)
    _step(row, act, state, by, at, about, line, said)
    if act is Act.KEEP:
        return Changed(values, reason=said)
    if not state.is_open:
        tell_claimer(row, act, state, said, at=at)
    return Changed({"reason": said, **_companies(about, localdate(at)), **values, "state": state}, reason=said)


def _companies(about: Known, on: date) -> dict[str, Company | None]:
    """Whose thing it is, as the columns of a contribution have it."""
    return {"company": about.company, "group": about.group(on)}


def must_count(about: Known, line: Definition) -> None:
    """Raises `DoesNotFit` or `NotProven`, with what is missing."""
    if not about.verified:
        raise NotProven("scorecard.not-verified-any-more")
    answer, part = fits(filter_of(line), about.facts)
    if answer is None:
        raise DoesNotFit("scorecard.not-known-whether-indicator-takes", part=part)
    if not answer:
        raise DoesNotFit("scorecard.indicator-does-not-take", part=part)
    missing = sorted(set(line.proofs) - about.kinds) if about.kind is Thing.LANDING else []
    if missing:
        raise NotProven("scorecard.valid-scanned-proof-missing", missing=missing)


def _step(
    row: Contribution, act: Act, state: State, by: User, at: datetime, about: Known, line: Definition, reason: str = ""
) -> None:
    """Persons are kept by number, as in the journal, so that an edition can be made again when an account is gone."""
    rests_on = {
        "thing": about.label,
        "day": about.facts.day.isoformat() if about.facts.day else None,
        "line": line.number,
        "proofs": [{"proves": one.proves, "proof": one.pk, "sha256": one.file.sha256} for one in about.proofs],
        "by": by.pk,
        **{name: company.pk for name, company in _companies(about, localdate(at)).items() if company},
    }
    ContributionStep.objects.create(
        contribution=row, act=act, state=state, reason=reason, rests_on=rests_on, by=by, at=in_turn(row.unit, at)
    )
