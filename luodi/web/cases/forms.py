"""The forms of cases. What they are called on the page stands in the words: `cases.field_NAME`."""

from datetime import date
from typing import Any, ClassVar, Final

from django import forms
from django.db.models import Q, QuerySet
from django.utils.timezone import localdate

from luodi.casework.authorisations import AuthAct, AuthState
from luodi.casework.authorisations import acts_on as auth_acts_on
from luodi.casework.book import proof_kinds
from luodi.casework.stages import End, Health
from luodi.casework.step_states import StepState, acts_on
from luodi.terms import FAMILIES
from luodi.web.accounts.models import Membership, User
from luodi.web.accounts.roles import Role
from luodi.web.cases.acting_forms import ActForm, day, text
from luodi.web.cases.actions_plan import undecided
from luodi.web.cases.models import LandingCase
from luodi.web.cases.models_proofs import CheckKind, CheckResult
from luodi.web.cases.money import MOST as MOST_MONEY
from luodi.web.cases.money import Kind
from luodi.web.files.forms import FilesField
from luodi.web.prepared import Prepared
from luodi.web.words import language, say


def _words(names: Any, prefix: str, blank: bool = False) -> list[tuple[str, str]]:
    room = "term" if prefix in FAMILIES else "cases"
    found = [(one.value, say(f"{room}.{prefix}_{one.value}")) for one in names]
    return [("", "–"), *found] if blank else found


class Act(ActForm):
    """One act on a case or a row of it; `row` says which row."""

    row = forms.IntegerField(required=False, min_value=0, max_value=2**63 - 1, widget=forms.HiddenInput)
    #: What of its row a fresh form depends on, beside the key and the version; None where it is something of the case.
    made_of: ClassVar[tuple[str, ...] | None] = ()

    def __init__(self, *given: Any, case: LandingCase, target: Any = None, **more: Any) -> None:
        self.case, self.target = case, target if target is not None else case
        super().__init__(*given, row=self.target, **more)
        if self.target is not case:
            self.initial["row"] = self.target.pk
        self.made()

    def made(self) -> None:
        """For choices that depend on the row."""


class Plain(Act):
    pass


class Reason(Act):
    reason = text()


class HealthForm(Act):
    made_of = None
    health = forms.ChoiceField()
    reason = text(required=False)

    def made(self) -> None:
        self.fields["health"].choices = _words(Health, "health")
        self.initial |= {"health": self.case.health, "reason": self.case.health_reason}


class EndForm(Act):
    end = forms.ChoiceField()
    reason = text()
    lost_to = forms.CharField(max_length=200, required=False)

    def made(self) -> None:
        self.fields["end"].choices = _words([end for end in End if end is not End.NONE], "end")


class OfficerForm(Act):
    made_of = None
    officer = forms.ChoiceField()

    def made(self) -> None:
        self.fields["officer"].choices = [(str(one.pk), str(one)) for one in _officers(self.case)]

    def clean_officer(self) -> User:
        return User.objects.get(pk=self.cleaned_data["officer"])


def _officers(case: LandingCase) -> list[User]:
    """Those of the unit of the case and of the units above it; read once for the forms of a page."""
    if "officers_now" not in case.__dict__:
        case.__dict__["officers_now"] = _read_officers(case)
    found: list[User] = case.__dict__["officers_now"]
    return found


def _read_officers(case: LandingCase) -> list[User]:
    return sorted({one.user for one in _OFFICERS(localdate(), path=case.unit.path)}, key=str)


def _officers_around(day: date, *, path: str) -> QuerySet[Membership]:
    above = [int(part) for part in path.strip("/").split("/")]
    near = Q(unit_id__in=above) | Q(unit__path__startswith=path)
    held = Membership.objects.in_force(day).filter(near, role=Role.OFFICER, user__is_active=True)
    return held.select_related("user")


_OFFICERS: Final[Prepared[Membership]] = Prepared(_officers_around, date)


class Facts(Act):
    made_of = None
    amount = forms.IntegerField(required=False, min_value=0, max_value=MOST_MONEY)
    currency = forms.RegexField(r"^[A-Z]{3}$", required=False, max_length=3)
    amount_kind = forms.ChoiceField(required=False)
    amount_as_of = day(required=False)
    amount_is_actual = forms.BooleanField(required=False)
    technology = text(required=False)

    def made(self) -> None:
        self.fields["amount_kind"].choices = _words(Kind, "money")
        case = self.case
        self.initial |= {name: getattr(case, name) for name in self.fields if hasattr(case, name) and name != "version"}
        self.initial["currency"] = case.currency or "CNY"


class PlanForm(Act):
    address = forms.CharField(max_length=8_000)


class AddStep(Act):
    made_of = None
    step = forms.ChoiceField()

    def made(self) -> None:
        self.fields["step"].choices = [(row["id"], row["title"][language()]) for row in undecided(self.case)]


class DayForm(Act):
    new = day()
    reason = text()


class DecideForm(Act):
    decision = forms.ChoiceField()

    def made(self) -> None:
        self.fields["decision"].choices = [(name, say(f"cases.{name}")) for name in ("approve", "decline")]


class ClaimForm(Act):
    day = day()


class StepForm(Act):
    made_of = ("state",)
    act = forms.ChoiceField()
    on = day(required=False)
    reason = text(required=False)
    early = forms.BooleanField(required=False)

    def made(self) -> None:
        self.fields["act"].choices = _words(acts_on(StepState(self.target.state)), "step_act")
        if self.target.state != StepState.OPEN:
            del self.fields["early"]


class AskForm(Act):
    made_of = None
    question = text()
    step = forms.ChoiceField(required=False)

    def made(self) -> None:
        running = [s for s in self.case.steps.all() if s.state in (StepState.SUBMITTED, StepState.QUESTION)]
        self.fields["step"].choices = [("", "–"), *((str(one.pk), one.title[language()]) for one in running)]


class AnswerForm(Act):
    answer = text()


class ProofForm(Act):
    proves = forms.ChoiceField()
    files = FilesField(most=1)
    issued = day(required=False)
    expires = day(required=False)

    def made(self) -> None:
        self.fields["proves"].choices = _proof_choices()


class AuthorisationForm(Act):
    kind = forms.ChoiceField()
    number = forms.CharField(max_length=100, required=False)
    issued = day()
    expires = day(required=False)
    conditions = text(required=False)

    def made(self) -> None:
        self.fields["kind"].choices = _proof_choices()


def _proof_choices() -> list[tuple[str, str]]:
    return [(kind.id, kind.title[language()]) for kind in proof_kinds().values()]


class AuthActForm(Act):
    made_of = ("state",)
    act = forms.ChoiceField()
    expires = day(required=False)
    reason = text(required=False)

    def made(self) -> None:
        acts = dict.fromkeys(auth_acts_on(AuthState(self.target.state)))
        self.fields["act"].choices = _words([act for act in AuthAct if act in acts], "auth_act")


class CheckForm(Act):
    kind = forms.ChoiceField()
    result = forms.ChoiceField()
    source = forms.CharField(max_length=300)
    note = text(required=False)
    valid_until = day(required=False)

    def made(self) -> None:
        self.fields["kind"].choices = _words(CheckKind, "check")
        self.fields["result"].choices = _words(CheckResult, "result")


class MeetForm(Act):
    on = day(required=False)
