"""The forms of cases. What they are called on the page stands in the words: `cases.field_NAME`."""

from collections.abc import Callable, Iterable
from datetime import date
from enum import StrEnum
from typing import Any, ClassVar, Final

from django import forms
from django.db.models import Model, Q, QuerySet
from django.utils.timezone import localdate

from luodi.advice.answers import MAX_TEXT, UNSURE, Answers
from luodi.advice.question import about, shape
from luodi.casework.authorisations import AuthAct, AuthState
from luodi.casework.authorisations import acts_on as auth_acts_on
from luodi.casework.book import proof_kinds, weeks
from luodi.casework.ratings import GRADES
from luodi.casework.stages import End, Health
from luodi.casework.step_states import StepAct, StepState, acts_on
from luodi.casework.verdicts import Ground, Verdict
from luodi.errors import MissingKey
from luodi.terms import FAMILIES
from luodi.web.accounts.models import Membership, Unit, User
from luodi.web.advisor.choices import groups
from luodi.web.cases.models import CaseStep, LandingCase
from luodi.web.cases.models.money import MOST as MOST_MONEY
from luodi.web.cases.models.money import Kind, Money
from luodi.web.cases.models.proofs import Authorisation, CheckKind, CheckResult, Proof
from luodi.web.cases.queries.cases import query_of
from luodi.web.cases.queries.steps import undecided
from luodi.web.cases.queries.unsettled import facts_asked, unsettled_of
from luodi.web.core.forms import ActionForm, Choices, RecordField, currency_code, day, offer, set_choices, text
from luodi.web.core.prepared import Prepared
from luodi.web.core.roles import Role
from luodi.web.core.words import language, say
from luodi.web.files.forms import FilesField


def _words(names: Iterable[StrEnum], prefix: str) -> Choices:
    app = "term" if prefix in FAMILIES else "cases"
    return [(one.value, say(f"{app}.{prefix}_{one.value}")) for one in names]


def _of(names: Iterable[StrEnum], prefix: str) -> Callable[[], Choices]:
    """Choices in the language of the page that shows them."""
    return lambda: _words(names, prefix)


class CaseForm(ActionForm):
    """An action on a case or a row of it; `row` says which row."""

    row = forms.IntegerField(required=False, min_value=0, max_value=2**63 - 1, widget=forms.HiddenInput)
    #: What of its row a fresh form depends on, beside the key and the version; None where it is something of the case.
    made_of: ClassVar[tuple[str, ...] | None] = ()

    case: LandingCase
    target: Model  # the row, or the case itself

    def __init__(self, *given: Any, case: LandingCase, target: Model | None = None, **more: Any) -> None:
        self.case, self.target = case, target if target is not None else case
        super().__init__(*given, row=self.target, **more)
        if self.target is not case:
            self.initial["row"] = self.target.pk
        self.made()

    def made(self) -> None:
        """For choices that depend on the row."""


class Plain(CaseForm):
    pass


class Reason(CaseForm):
    reason = text()


class HealthForm(CaseForm):
    made_of = None
    health = forms.TypedChoiceField(coerce=Health, choices=_of(Health, "health"))
    reason = text(required=False)

    def made(self) -> None:
        self.initial.update(health=self.case.health, reason=self.case.health_reason)


class EndForm(CaseForm):
    end = forms.TypedChoiceField(coerce=End, choices=_of([end for end in End if end is not End.NONE], "end"))
    reason = text()
    lost_to = forms.CharField(max_length=200, required=False)


class OfficerForm(CaseForm):
    made_of = None
    officer = forms.ChoiceField()

    def made(self) -> None:
        set_choices(self, "officer", [(str(one.pk), str(one)) for one in _officers(self.case)])

    def clean_officer(self) -> User:
        return User.objects.get(pk=self.cleaned_data["officer"])


class AssignForm(OfficerForm):
    reason = text(required=False)


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


class Facts(CaseForm):
    made_of = None
    amount = forms.IntegerField(required=False, min_value=0, max_value=MOST_MONEY)
    currency = currency_code()
    amount_kind = forms.ChoiceField(required=False, choices=_of(Kind, "money"))
    amount_as_of = day(required=False)
    amount_is_actual = forms.BooleanField(required=False)
    technology = text(required=False)

    def made(self) -> None:
        case = self.case
        self.initial.update(
            (name, getattr(case, name)) for name in self.fields if name != "version" and hasattr(case, name)
        )
        self.initial["currency"] = case.currency or "CNY"

    def arguments(self) -> dict[str, object]:
        given, money = self.cleaned_data, None
        if given["amount"] is not None:
            if given["amount_as_of"] is None or not given["currency"]:
                raise MissingKey("cases.amount-currency-day", at="amount_as_of")
            names = ("amount", "currency", "amount_kind", "amount_as_of", "amount_is_actual")
            money = Money(*(given[name] for name in names))
        return {"technology": given["technology"], "money": money}


class PlanForm(CaseForm):
    address = forms.CharField(max_length=8_000)

    def arguments(self) -> dict[str, object]:
        return {"query": query_of(self.cleaned_data["address"])}


class FactForm(CaseForm):
    """The answer to a question of the plan: a field for each fact that it asks, named as the fact. `question` says
    which, the first one if left out."""

    made_of = None
    question = forms.CharField(max_length=80, required=False, widget=forms.HiddenInput)

    def made(self) -> None:
        may_be = unsettled_of(self.case, self.case.steps.all())
        name = str((self.data or {}).get("question", ""))
        asked = next((one for one in may_be.questions if one.name == name), None)
        asked = asked or next(iter(may_be.questions), None)
        if asked is None:
            return
        self.initial["question"] = asked.name
        for fact in may_be.asked(asked):
            self.fields[fact] = _fact_field(fact)

    def arguments(self) -> dict[str, object]:
        given = {name: self.cleaned_data[name] for name in self.fields if name not in _NO_FACTS}
        texts = {name: ",".join(value) if isinstance(value, list) else value for name, value in given.items()}
        return {"facts": {name: text for name, text in texts.items() if text}}


_NO_FACTS: Final = ("key", "version", "row", "question")


def _fact_field(name: str) -> forms.Field:
    """A chooser where the book has the answers, with "not sure" among them."""
    asked, lang = shape(about(name)), language()
    label = asked["text"][lang]
    found = [one for group in groups(asked, Answers(), localdate(), lang) for one in group.choices]
    offered = [(one.value, one.name[lang]) for one in found]
    if not offered:
        return forms.CharField(label=label, max_length=MAX_TEXT, required=False)
    offered.append((UNSURE, say("advisor.unsure")))
    if asked["type"] == "set":
        return forms.MultipleChoiceField(
            label=label, choices=offered, required=False, widget=forms.CheckboxSelectMultiple
        )
    return forms.ChoiceField(label=label, choices=[("", "–"), *offered], required=False)


class AddStep(CaseForm):
    made_of = None
    step = forms.ChoiceField()

    def made(self) -> None:
        set_choices(self, "step", [(row.id, row.title[language()]) for row in undecided(self.case)])


class DayForm(CaseForm):
    new = day()
    reason = text()


class DecideForm(CaseForm):
    decision = forms.ChoiceField(choices=lambda: [(name, say(f"cases.{name}")) for name in ("approve", "decline")])

    def arguments(self) -> dict[str, object]:
        return {"approves": self.cleaned_data["decision"] == "approve"}


class ClaimForm(CaseForm):
    day = day()


class VerifyForm(CaseForm):
    instead = text(required=False)


class StepForm(CaseForm):
    target: CaseStep
    made_of = ("state",)
    act = forms.TypedChoiceField(coerce=StepAct)
    on = day(required=False)
    reason = text(required=False)
    early = forms.BooleanField(required=False)

    def made(self) -> None:
        state = StepState(self.target.state)
        set_choices(self, "act", _words(acts_on(state), "step_act"))
        if state != StepState.OPEN:
            del self.fields["early"]


class AskForm(CaseForm):
    made_of = None
    question = text()
    step = forms.ChoiceField(required=False)
    fact = forms.CharField(max_length=80, required=False, widget=forms.HiddenInput)

    def made(self) -> None:
        running = [s for s in self.case.steps.all() if s.state in (StepState.SUBMITTED, StepState.QUESTION)]
        set_choices(self, "step", [("", "–"), *((str(one.pk), one.title[language()]) for one in running)])

    def clean_step(self) -> CaseStep | None:
        number = self.cleaned_data["step"]
        return self.case.steps.filter(pk=number).first() if number else None


class AnswerForm(CaseForm):
    """In words; to a question about a fact that is still open, one of the answers that the book has."""

    made_of = None
    answer = text()

    def made(self) -> None:
        fact = getattr(self.target, "fact", "")
        if fact and fact in facts_asked(self.case):
            self.fields["answer"] = _fact_field(fact)
            self.fields["answer"].required = True

    def arguments(self) -> dict[str, object]:
        given = self.cleaned_data["answer"]
        return {"answer": ",".join(given) if isinstance(given, list) else given}


def _proof_choices() -> Choices:
    return [(kind.id, kind.title[language()]) for kind in proof_kinds().values()]


class ProofForm(CaseForm):
    field_order = ("key", "version", "row", "proves", "files")
    proves = forms.ChoiceField(choices=_proof_choices)
    issued = day(required=False)
    expires = day(required=False)

    def made(self) -> None:
        """The field is called as an attribute of every form, which a declaration would hide."""
        self.fields["files"] = FilesField(most=1)
        self.order_fields(self.field_order)

    def arguments(self) -> dict[str, object]:
        return {**self.cleaned_data, "file": self.cleaned_data["files"][0]}


class JudgeForm(CaseForm):
    """What the verifier saw in a proof, and the verdict; or the verdict is taken back."""

    target: Proof
    made_of = ("verdict",)
    verdict = forms.TypedChoiceField(coerce=Verdict)
    is_of_kind = forms.BooleanField(required=False)
    seen_name = forms.CharField(max_length=300, required=False)
    seen_number = forms.CharField(max_length=100, required=False)
    seen_issued = day(required=False)
    ground = forms.TypedChoiceField(
        coerce=Ground, required=False, empty_value=None, choices=lambda: [("", "–"), *_words(Ground, "ground")]
    )
    note = text(required=False)
    instead = text(required=False)

    def made(self) -> None:
        judged = self.target.verdict != Verdict.PROPOSED
        open_to = [Verdict.PROPOSED] if judged else [Verdict.ACCEPTED, Verdict.REFUSED]
        set_choices(self, "verdict", _words(open_to, "judge"))
        for name in ("is_of_kind", "seen_name", "seen_number", "seen_issued", "ground") if judged else ():
            del self.fields[name]


class AuthorisationForm(CaseForm):
    made_of = None
    kind = forms.ChoiceField(choices=_proof_choices)
    number = forms.CharField(max_length=100)
    issuer = forms.CharField(max_length=200)
    issued = day()
    expires = day(required=False)
    proof = RecordField()
    conditions = text(required=False)

    def made(self) -> None:
        there = self.case.proofs.filter(withdrawn=None, authorisation=None).select_related("file")
        titles = {kind.id: kind.title[language()] for kind in proof_kinds().values()}
        offer(self, "proof", there, lambda one: f"{titles.get(one.proves, one.proves)} · {one.file.name}")


class AuthActForm(CaseForm):
    target: Authorisation
    made_of = ("state",)
    act = forms.TypedChoiceField(coerce=AuthAct)
    expires = day(required=False)
    reason = text(required=False)

    def made(self) -> None:
        fitting = auth_acts_on(AuthState(self.target.state))
        set_choices(self, "act", _words([act for act in AuthAct if act in fitting], "auth_act"))


class CheckForm(CaseForm):
    kind = forms.TypedChoiceField(coerce=CheckKind, choices=_of(CheckKind, "check"))
    result = forms.TypedChoiceField(coerce=CheckResult, choices=_of(CheckResult, "result"))
    source = forms.CharField(max_length=300)
    note = text(required=False)
    valid_until = day(required=False)


class MeetForm(CaseForm):
    on = day(required=False)


# ---- opening


class OpenForm(ActionForm):
    """`address` is that of a plan of the advisor, or what stands behind it; the case rests on it from the start."""

    company = forms.IntegerField(widget=forms.HiddenInput)
    unit = forms.ChoiceField()
    technology = forms.CharField(max_length=2_000, required=False, widget=forms.Textarea)
    address = forms.CharField(max_length=8_000, required=False)

    def __init__(self, *given: Any, units: dict[str, Unit], **more: Any) -> None:
        super().__init__(*given, **more)
        self.units, lang = units, language()
        set_choices(self, "unit", [(key, one.name_zh if lang == "zh" else one.name_en) for key, one in units.items()])

    def clean_unit(self) -> Unit:
        return self.units[self.cleaned_data["unit"]]


# ---- calendars


def _weeks() -> Choices:
    return [("", say("cases.week_above")), *((one.id, one.title[language()]) for one in weeks().values())]


class WeekForm(ActionForm):
    week = forms.ChoiceField(required=False, choices=_weeks)


class CalendarDayForm(ActionForm):
    day = day()
    works = forms.ChoiceField(choices=lambda: [(key, say(f"cases.works_{key}")) for key in ("no", "yes")])
    reason = forms.CharField(max_length=300)

    def clean_works(self) -> bool:
        return bool(self.cleaned_data["works"] == "yes")


class TakeBackForm(ActionForm):
    """`row` is the day that is taken back."""

    row = forms.IntegerField(min_value=1)


class LetterForm(CaseForm):
    """The letter on a change of law, in both languages."""

    made_of = ("text_zh", "text_en")
    text_zh = text()
    text_en = text()

    def made(self) -> None:
        self.initial.update({name: getattr(self.target, name) for name in self.made_of})


class RateForm(CaseForm):
    rating = forms.TypedChoiceField(
        coerce=int, widget=forms.RadioSelect, choices=lambda: [(n, say(f"obstacles.rating_{n}")) for n in GRADES]
    )
    rating_words = text(required=False, most=2000)


class ReplyRatingForm(CaseForm):
    made_of = ("replied",)
    reply = text()
