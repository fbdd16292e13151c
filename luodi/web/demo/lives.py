"""What the acts of `luodi.world.office` do: each calls one action of an app, as those of the story."""

from datetime import date, datetime, timedelta

from django.utils import timezone

from luodi.calendar import WorkingCalendar
from luodi.casework.promises import PromiseAct
from luodi.casework.stages import End, Health
from luodi.casework.step_states import StepAct
from luodi.casework.tasks import TaskAct, TaskState
from luodi.web.accounts.actions.people import add_user
from luodi.web.accounts.validation import Grant
from luodi.web.cases.actions import cases as actions
from luodi.web.cases.actions import proofs as actions_proofs
from luodi.web.cases.actions import requests as actions_requests
from luodi.web.cases.actions import stages as actions_stages
from luodi.web.cases.actions.steps import act_on_step
from luodi.web.cases.models.proofs import CheckKind, CheckResult
from luodi.web.core.roles import Role
from luodi.web.dealings.actions import promises
from luodi.web.dealings.actions.interactions import add_talk, settle_task
from luodi.web.dealings.models import TalkKind
from luodi.web.demo.data import Row
from luodi.web.demo.evidence import sample_document, scan_at_once
from luodi.web.demo.story_actions import StoryActions
from luodi.web.leads import actions as leads
from luodi.web.leads.models import Lead


class LifeActions(StoryActions):
    """Of one company; a day that lies ahead is said as working days from the day of the act."""

    def _ahead(self, at: datetime, working_days: int) -> date:
        return WorkingCalendar.china().add_working_days(timezone.localdate(at), working_days)

    # ---- the beginning

    def do_open(self, row: Row, at: datetime) -> None:
        unit, by = self.units[row["unit"]], self.bureau.by(row)
        self.case = actions.open_case(self.company, unit, by=by, at=at)

    def do_represent(self, row: Row, at: datetime) -> None:
        """Nobody signs in as them: they have no password."""
        who, on = self.story["person"], timezone.localdate(at)
        grant = Grant(Role.REPRESENTATIVE, company=self.company)
        self.people[who["id"]] = add_user(who["email"], None, who["name"], grant=grant, on=on, by=None, at=at)

    def do_plan(self, row: Row, at: datetime) -> None:
        from luodi.web.cases.actions.plan import ask_plan

        self.case = ask_plan(self.case, row["answers"], by=self.bureau.by(row), at=at)

    def do_talk(self, row: Row, at: datetime) -> None:
        then = row.get("then", "")
        due = self._ahead(at, int(row["in_days"])) if then else None
        add_talk(
            self.case,
            TalkKind(row["kind"]),
            row["text"],
            by=self.bureau.by(row),
            at=at,
            people=row["people"],
            then=then,
            then_due=due,
        )

    def do_done(self, row: Row, at: datetime) -> None:
        task = self.case.tasks.filter(state=TaskState.OPEN).earliest("at", "pk")
        settle_task(task, TaskAct.DO, by=self.bureau.by(row), at=at)

    # ---- days, health, the end

    def do_expect(self, row: Row, at: datetime) -> None:
        """A day so near that a leader decides is approved at once."""
        day = self._ahead(at, int(row["ahead"]))
        self.case = actions_stages.move_date(self.case, day, row["reason"], by=self.bureau.by(row), at=at)
        waiting = self.case.date_changes.filter(state="proposed").first()
        if waiting is not None:
            actions_stages.decide_date(waiting, True, by=self.people["lee"], at=at + timedelta(hours=2))

    def do_health(self, row: Row, at: datetime) -> None:
        actions.set_health(self.case, Health(row["value"]), row["reason"], by=self.bureau.by(row), at=at)

    def do_end(self, row: Row, at: datetime) -> None:
        end, by = End(row["end"]), self.bureau.by(row)
        self.case = actions.end_case(self.case, end, row["reason"], by=by, at=at, lost_to=row["lost_to"])

    def do_reopen(self, row: Row, at: datetime) -> None:
        self.case = actions.reopen(self.case, row["reason"], by=self.bureau.by(row), at=at)

    # ---- the work

    def do_proof(self, row: Row, at: datetime) -> None:
        """Sent by the company where somebody acts for it."""
        day, by = timezone.localdate(at), self.people[row["sent_by"]]
        paper = sample_document(row["name"], at)
        proof = actions_proofs.add_proof(self.case, row["kind"], paper, issued=day, by=by, at=at)
        scan_at_once(proof.file)

    def do_ask(self, row: Row, at: datetime) -> None:
        step = self.case.steps.get(step=row["step"]) if "step" in row else None
        actions_requests.ask(self.case, row["text"], step=step, by=self.bureau.by(row), at=at)

    def do_answer(self, row: Row, at: datetime) -> None:
        asked = self.case.requests.filter(state="open").earliest("at")
        actions_requests.answer(asked, row["text"], by=self.bureau.by(row), at=at)

    def do_refuse(self, row: Row, at: datetime) -> None:
        step = self.case.steps.get(step=row["step"])
        act_on_step(step, StepAct.REFUSE, by=self.bureau.by(row), at=at, reason=row["reason"])

    def do_check(self, row: Row, at: datetime) -> None:
        kind, result = CheckKind(row["kind"]), CheckResult(row["result"])
        actions_proofs.add_check(self.case, kind, result, row["source"], by=self.bureau.by(row), at=at)

    def do_claim(self, row: Row, at: datetime) -> None:
        day = timezone.localdate(at)
        self.case = actions_stages.claim_landing(self.case, day, by=self.bureau.by(row), at=at)

    def do_reject(self, row: Row, at: datetime) -> None:
        self.case = actions_stages.reject_claim(self.case, row["reason"], by=self.bureau.by(row), at=at)

    # ---- what is promised

    def do_promise(self, row: Row, at: datetime) -> None:
        by, due = self.bureau.by(row), self._ahead(at, int(row["in_days"]))
        made = promises.promise(self.case, row["text"], owner=by, due=due, by=by, at=at)
        self.promise = promises.show_promise(made, by=by, at=at)

    def do_keep(self, row: Row, at: datetime) -> None:
        self.promise = promises.settle_promise(self.promise, PromiseAct.KEEP, by=self.bureau.by(row), at=at)

    def do_dispute(self, row: Row, at: datetime) -> None:
        self.promise = promises.dispute_promise(self.promise, row["reason"], by=self.bureau.by(row), at=at)

    # ---- what became of a lead

    def do_park(self, row: Row, at: datetime) -> None:
        until = self._ahead(at, int(row["in_days"]))
        leads.park(self.lead, until, row["reason"], by=self.bureau.by(row), at=at)

    def do_refuse_lead(self, row: Row, at: datetime) -> None:
        self.lead = leads.refuse(self.lead, row["reason"], by=self.bureau.by(row), at=at)

    def do_reopen_lead(self, row: Row, at: datetime) -> None:
        self.lead = leads.reopen(self.lead, row["reason"], by=self.bureau.by(row), at=at)

    def do_duplicate(self, row: Row, at: datetime) -> None:
        """Of the first lead that the unit has open."""
        by = self.bureau.by(row)
        other = Lead.objects.filter(unit=self.lead.unit, received__lt=self.lead.received).exclude(pk=self.lead.pk)
        first = other.exclude(state="duplicate").order_by("-received").first()
        if first is not None:
            leads.mark_duplicate(self.lead, first.pk, by=by, at=at)
