"""What can be added to a case and done with what was added, as data: each act with its form and its function."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.utils import timezone

from luodi.casework import propositions, referrals
from luodi.casework.promises import PromiseAct, PromiseState
from luodi.casework.propositions import OfferAct, OfferState
from luodi.casework.referrals import ReferralAct, ReferralState
from luodi.casework.tasks import TaskAct, TaskState
from luodi.web.accounts.access import may
from luodi.web.accounts.models import User
from luodi.web.dealings import actions_promises as promises
from luodi.web.dealings import actions_referrals as hand_offs
from luodi.web.dealings import actions_talks as talks
from luodi.web.dealings import forms
from luodi.web.dealings.models import Promise, Proposition, Referral, TalkKind, Task

Given = dict[str, Any]


@dataclass(frozen=True)
class How:
    """Who acts, when, and with which form."""

    by: User
    at: datetime
    key: str
    version: int | None = None

    @property
    def new(self) -> Given:
        return {"by": self.by, "at": self.at, "key": self.key}

    @property
    def act(self) -> Given:
        return {**self.new, "version": self.version}


@dataclass(frozen=True)
class Addition:
    """Something that can be added to a case. `do(case, given, how)`."""

    form: Any
    do: Callable[[Any, Given, How], Any]


ADDITIONS: Final[Mapping[str, Addition]] = {
    "hand_off": Addition(
        forms.HandOff, lambda c, g, how: hand_offs.hand_off(c, g["question"], g["units"], g["due"], **how.new)
    ),
    "promise": Addition(
        forms.Promise, lambda c, g, how: promises.promise(c, g["what"], owner=g["owner"], due=g["due"], **how.new)
    ),
    "proposition": Addition(
        forms.Proposition,
        lambda c, g, how: promises.propose(c, g["title"], g["text"], last_day=g["last_day"], **how.new),
    ),
    "talk": Addition(
        forms.Talk,
        lambda c, g, how: talks.log_talk(
            c,
            TalkKind(g["kind"]),
            g["note"],
            day=g["day"],
            people=g["people"],
            then=g["then"],
            then_due=g["then_due"],
            **how.new,
        ),
    ),
    "task": Addition(forms.Task, lambda c, g, how: talks.add_task(c, g["what"], g["owner"], g["due"], **how.new)),
}


@dataclass(frozen=True)
class Deed:
    """An act on a row. `fits(row)` says whether its state allows it, `permit` is the act of `access`."""

    form: Any
    do: Callable[[Any, Given, How], Any]
    fits: Callable[[Any], bool]
    permit: str = "work"


def _referral(act: ReferralAct) -> Deed:
    form = forms.Words if act in referrals.WITH_WORDS else forms.Plain
    return Deed(
        form,
        lambda row, g, how: hand_offs.answer_referral(row, act, g.get("words", ""), **how.act),
        lambda row: act in referrals.acts_on(ReferralState(row.state)),
        permit=act.value,
    )


def _promise(act: PromiseAct) -> Deed:
    form = forms.Plain if act is PromiseAct.KEEP else forms.Reason
    return Deed(
        form, lambda row, g, how: promises.settle_promise(row, act, g.get("reason", ""), **how.act), _is_open_promise
    )


def _is_open_promise(row: Any) -> bool:
    return bool(row.state == PromiseState.OPEN)


def _offer(act: OfferAct) -> Deed:
    form = forms.Reason if act in propositions.WITH_REASON else forms.Plain
    first = OfferState.DRAFT if act is OfferAct.OFFER else OfferState.OFFERED
    return Deed(
        form,
        lambda row, g, how: promises.settle_proposition(row, act, g.get("reason", ""), **how.act),
        lambda row: bool(row.state == first),
        permit="answer" if act in propositions.OF_THE_COMPANY else "work",
    )


def _task(act: TaskAct) -> Deed:
    form = forms.Reason if act is TaskAct.DROP else forms.Plain
    return Deed(
        form,
        lambda row, g, how: talks.settle_task(row, act, g.get("reason", ""), **how.act),
        lambda row: bool(row.state == TaskState.OPEN),
    )


MODELS: Final[Mapping[str, Any]] = {
    "referral": Referral,
    "promise": Promise,
    "proposition": Proposition,
    "task": Task,
}
DEEDS: Final[Mapping[str, Mapping[str, Deed]]] = {
    "referral": {act.value: _referral(act) for act in ReferralAct if act is not ReferralAct.LAPSE},
    "promise": {
        "show": Deed(
            forms.Plain,
            lambda row, g, how: promises.show_promise(row, **how.act),
            lambda row: _is_open_promise(row) and row.shown is None,
        ),
        "put_right": Deed(
            forms.PutRight,
            lambda row, g, how: promises.put_right(row, owner=g["owner"], due=g["due"], **how.act),
            _is_open_promise,
        ),
        **{act.value: _promise(act) for act in PromiseAct},
    },
    "proposition": {act.value: _offer(act) for act in OfferAct if act is not OfferAct.LAPSE},
    "task": {act.value: _task(act) for act in TaskAct},
}


def open_to(user: Any, kind: str, row: Any) -> list[str]:
    """The acts that somebody may do with a row as it stands."""
    return [name for name, deed in DEEDS[kind].items() if deed.fits(row) and may(user, deed.permit, row)]


def form_of(kind: str, act: str, row: Any, data: Any) -> Any:
    """The form of an act on a row, empty or with what was sent."""
    form = DEEDS[kind][act].form
    more: Given = {"row": row, "auto_id": f"{act}_%s"}
    if issubclass(form, forms.OfCase):
        initial = {"owner": row.owner_id or "", "due": row.due}
        more |= {"case": row.case, "on": timezone.localdate(), "initial": initial}
    return form(data, **more)
