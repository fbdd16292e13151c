"""The acts of the thread by the word that `thread.yaml` has for them: each calls one act of a room."""

from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any, Final

from django.conf import settings
from django.utils import timezone

from luodi.advice.answers import Answers
from luodi.casework.matches import MatchAct, Part, Says
from luodi.casework.obstacles import IssueAct, ObstacleAct, ObstacleKind
from luodi.casework.pilots import PilotAct
from luodi.casework.promises import PromiseAct
from luodi.casework.referrals import ReferralAct
from luodi.casework.step_states import StepAct
from luodi.documents.report import Report, Section
from luodi.documents.report_pdf import report_pdf
from luodi.errors import BadInput, UnknownValue
from luodi.profiles.identifiers import USCC
from luodi.uploads.checking import Checked, checked
from luodi.web.accounts.actions.people import add_user
from luodi.web.accounts.models import Company, Unit, User
from luodi.web.accounts.validation import Grant
from luodi.web.advisor.actions import enquiries as advisor
from luodi.web.cases.actions import cases as actions
from luodi.web.cases.actions import plan as actions_plan
from luodi.web.cases.actions import proofs as actions_proofs
from luodi.web.cases.actions import requests as actions_requests
from luodi.web.cases.actions import stages as actions_stages
from luodi.web.cases.actions.steps import act_on_step
from luodi.web.cases.models import LandingCase
from luodi.web.cases.models.money import Money
from luodi.web.companies.actions import profile
from luodi.web.core.keys import new_key
from luodi.web.core.roles import Role
from luodi.web.dealings.actions import promises as promises
from luodi.web.dealings.actions import referrals as referrals
from luodi.web.dealings.actions.interactions import add_talk
from luodi.web.dealings.models import HandOff, Promise, TalkKind
from luodi.web.demo.counting import count_landing
from luodi.web.docking.actions import matches as actions_matches
from luodi.web.docking.actions import pilots as actions_pilots
from luodi.web.docking.actions import posted as docking
from luodi.web.docking.models import Demand, Match, Pilot, Side
from luodi.web.files.models import Scan, StoredFile
from luodi.web.leads import actions as leads
from luodi.web.leads.actions import From, Heard
from luodi.web.leads.models import Lead
from luodi.web.obstacles import actions as obstacles
from luodi.web.obstacles.models import Obstacle, PolicyIssue

_PROOF: Final = 5_000_000  # bytes; those that are made here are far smaller


class Acts:
    """`do(row, at)` does one act of the file; what an act made is kept for those that follow it."""

    lead: Lead
    company: Company
    case: LandingCase
    made: HandOff
    promised: Promise
    hindered: Obstacle
    raised: PolicyIssue
    asked: Demand
    match: Match
    tried: Pilot

    def __init__(
        self,
        now: datetime,
        secret: str,
        said: Any,
        units: dict[str, Unit],
        firms: dict[str, Company],
        people: dict[str, User],
    ) -> None:
        self.now, self.secret, self.said = now, secret, said
        self.units, self.firms, self.people = units, firms, people

    def do(self, row: Any, at: datetime) -> None:
        act = getattr(self, f"do_{row['do']}", None)
        if act is None:
            raise UnknownValue("demo.thread-knows-no-act", do=row["do"], at="do")
        act(row, at)

    def _by(self, row: Any) -> User:
        return self.people[row["by"]]

    def _day(self, days: Any) -> date:
        return timezone.localdate(self.now) - timedelta(days=int(days))

    # ---- signal, score, enquiry

    def do_receive(self, row: Any, at: datetime) -> None:
        named = self.said["company"]
        heard = Heard(
            title=row["title"],
            company_name=named["zh"],
            country=named["country"],
            summary=row["summary"],
            technology=row["technology"],
        )
        signal = From(row["kind"], row["source"], {"title": row["title"], "stand": named["en"]})
        self.lead = leads.receive(heard, signal, self.units[row["unit"]], at=at, by=self._by(row))

    def do_assign(self, row: Any, at: datetime) -> None:
        self.lead = leads.assign(self.lead, self._by(row), by=self._by(row), at=at)

    def do_evidence(self, row: Any, at: datetime) -> None:
        self.lead = leads.say_evidence(
            self.lead, row["part"], row["value"], timezone.localdate(at), row["source"], by=self._by(row), at=at
        )

    def do_adjust(self, row: Any, at: datetime) -> None:
        self.lead = leads.adjust(self.lead, int(row["points"]), row["reason"], by=self._by(row), at=at)

    def do_qualify(self, row: Any, at: datetime) -> None:
        self.lead = leads.qualify(self.lead, by=self._by(row), at=at)

    def do_enquire(self, row: Any, at: datetime) -> None:
        """As somebody without an account, who becomes the company's representative later."""
        who, named = self.said["person"], self.said["company"]
        sender = advisor.Sender(who["name"], who["email"], row["language"], company=named["zh"], message=row["text"])
        answers = Answers.of(self.said["answers"])
        self.enquiry = advisor.send_enquiry(
            answers, timezone.localdate(at), sender, self.units[row["unit"]], by=None, key=new_key(), at=at
        )

    def do_reply(self, row: Any, at: datetime) -> None:
        advisor.answer_enquiry(self.enquiry, row["text"], "en", key=new_key(), by=self._by(row), at=at)

    def do_join(self, row: Any, at: datetime) -> None:
        """The enquiry came as a lead of its own; it is the one from the fair."""
        leads.mark_duplicate(Lead.objects.get(enquiry=self.enquiry), self.lead.pk, by=self._by(row), at=at)

    def do_describe(self, row: Any, at: datetime) -> None:
        """What the answers of the enquiry say of services and place, so that the books can say how open they are."""
        told = Lead.objects.get(enquiry=self.enquiry)
        self.lead = leads.describe(self.lead, {"plans": told.plans, "place": told.place}, by=self._by(row), at=at)

    # ---- company and case

    def do_company(self, row: Any, at: datetime) -> None:
        named, by = self.said["company"], self._by(row)
        self.company = profile.create(named["zh"], named["en"], named["country"], by=by, at=at)
        profile.add_label(self.company, "technology", row["technology"], by=by, at=at)
        profile.say_fact(self.company, "employees", row["employees"], timezone.localdate(at), "document", by=by, at=at)

    def do_convert(self, row: Any, at: datetime) -> None:
        self.case = leads.convert(self.lead, by=self._by(row), at=at, company=self.company)

    def do_invite(self, row: Any, at: datetime) -> None:
        """By the operator, as everybody of the demo."""
        who = self.said["person"]
        grant = Grant(Role(who["role"]), company=self.company)
        self.people[who["id"]] = add_user(
            who["email"], self.secret, who["name"], grant=grant, on=timezone.localdate(at), by=None, at=at
        )

    def do_talk(self, row: Any, at: datetime) -> None:
        add_talk(self.case, TalkKind(row["kind"]), row["text"], by=self._by(row), at=at, people=row["people"])

    # ---- plan, stages, days

    def do_plan(self, row: Any, at: datetime) -> None:
        """With the answers that came with the enquiry."""
        self.case = actions_plan.ask_plan(self.case, self.enquiry.determination.query, by=self._by(row), at=at)

    def do_advance(self, row: Any, at: datetime) -> None:
        self.case = actions_stages.advance(self.case, by=self._by(row), at=at)

    def do_expect(self, row: Any, at: datetime) -> None:
        self.case = actions_stages.move_date(self.case, self._day(row["day"]), row["reason"], by=self._by(row), at=at)

    def do_approve(self, row: Any, at: datetime) -> None:
        waiting = self.case.date_changes.get(state="proposed")
        actions_stages.decide_date(waiting, True, by=self._by(row), at=at)

    def do_money(self, row: Any, at: datetime) -> None:
        money = Money(int(row["amount"]), row["currency"], "investment", timezone.localdate(at))
        self.case = actions.describe(self.case, money=money, by=self._by(row), at=at)

    def do_assurance(self, row: Any, at: datetime) -> None:
        self.case = actions.name_assurance(self.case, self.people[row["who"]], by=self._by(row), at=at)

    # ---- the work

    def do_step(self, row: Any, at: datetime) -> None:
        for name in row["steps"]:
            act_on_step(self.case.steps.get(step=name), StepAct(row["act"]), by=self._by(row), at=at)

    def do_meet(self, row: Any, at: datetime) -> None:
        actions_proofs.meet_duty(self.case.obligations.get(step=row["duty"]), by=self._by(row), at=at)

    def do_identify(self, row: Any, at: datetime) -> None:
        number = self.said["company"]["number"]
        profile.add_identifier(self.company, USCC, number, source="营业执照 Licence", by=self._by(row), at=at)

    def do_ask(self, row: Any, at: datetime) -> None:
        step = self.case.steps.get(step=row["step"])
        actions_requests.ask(self.case, row["text"], step=step, by=self._by(row), at=at)

    def do_answer(self, row: Any, at: datetime) -> None:
        actions_requests.answer(self.case.requests.get(state="open"), row["text"], by=self._by(row), at=at)

    def do_proof(self, row: Any, at: datetime) -> None:
        proof = actions_proofs.add_proof(
            self.case, row["kind"], specimen(row["name"], at), issued=timezone.localdate(at), by=self._by(row), at=at
        )
        if settings.SCANNER:
            _scanned(proof.file)

    # ---- help

    def do_hand_off(self, row: Any, at: datetime) -> None:
        units = [self.units[name] for name in row["units"]]
        self.made = referrals.hand_off(self.case, row["text"], units, self._day(row["due"]), by=self._by(row), at=at)

    def do_referral(self, row: Any, at: datetime) -> None:
        one = self.made.referrals.get()
        referrals.answer_referral(one, ReferralAct(row["act"]), row.get("text", ""), by=self._by(row), at=at)

    def do_promise(self, row: Any, at: datetime) -> None:
        owner, by = self.people[row["owner"]], self._by(row)
        made = promises.promise(self.case, row["text"], owner=owner, due=self._day(row["due"]), by=by, at=at)
        self.promised = promises.show_promise(made, by=by, at=at)

    def do_keep(self, row: Any, at: datetime) -> None:
        promises.settle_promise(self.promised, PromiseAct.KEEP, by=self._by(row), at=at)

    # ---- obstacle and policy question

    def do_obstacle(self, row: Any, at: datetime) -> None:
        kind, _, name = row["about"].partition("/")
        self.hindered = obstacles.raise_obstacle(
            self.company,
            ObstacleKind(row["kind"]),
            row["text"],
            by=self._by(row),
            at=at,
            case=self.case,
            about=(kind, name),
        )

    def do_handle(self, row: Any, at: datetime) -> None:
        act = ObstacleAct(row["act"])
        self.hindered = obstacles.handle(self.hindered, act, row.get("text", ""), by=self._by(row), at=at)

    def do_issue(self, row: Any, at: datetime) -> None:
        kind, _, name = row["about"].partition("/")
        self.raised = obstacles.open_issue(
            row["title"],
            row["text"],
            self.units[row["unit"]],
            self._day(row["due"]),
            by=self._by(row),
            at=at,
            about=(kind, name),
            obstacles=[self.hindered],
        )

    def do_settle(self, row: Any, at: datetime) -> None:
        act = IssueAct(row["act"])
        self.raised = obstacles.settle_issue(self.raised, act, row.get("text", ""), by=self._by(row), at=at)

    def do_rate(self, row: Any, at: datetime) -> None:
        obstacles.rate(self.hindered, int(row["rating"]), by=self._by(row), at=at)

    # ---- docking

    def do_demand(self, row: Any, at: datetime) -> None:
        made = docking.post(
            Demand,
            self.units[row["unit"]],
            row["fields"],
            company=self.firms[row["company"]],
            by=self._by(row),
            at=at,
            wishes=row["wishes"],
        )
        made = docking.screen(made, by=self.people[row["screen"]], at=at)
        self.asked = docking.publish(made, by=self.people[row["publish"]], at=at)

    def do_offer(self, row: Any, at: datetime) -> None:
        self.match = actions_matches.offer(self.asked, self.company, row["text"], by=self._by(row), at=at)

    def do_consent(self, row: Any, at: datetime) -> None:
        side = Side.objects.get(match=self.match, part=Part.OWNER)
        actions_matches.say(side, Says.YES, by=self._by(row), at=at)

    def do_introduce(self, row: Any, at: datetime) -> None:
        self.match = actions_matches.go_on(self.match, MatchAct.INTRODUCE, by=self._by(row), at=at)

    def do_pilot(self, row: Any, at: datetime) -> None:
        first = timezone.localdate(at)
        days = (first, first + timedelta(days=int(row["days_of"])))
        tests = [(what, wanted) for what, wanted in row["tests"]]
        made = actions_pilots.plan(self.match, row["site"], days, tests, by=self._by(row), at=at)
        self.tried = actions_pilots.move(made, PilotAct.START, by=self._by(row), at=at)

    def do_report(self, row: Any, at: datetime) -> None:
        for test, measured in zip(self.tried.tests.order_by("pk"), row["measured"], strict=True):
            actions_pilots.report(test, measured, True, row["proof"], by=self._by(row), at=at)

    def do_judge(self, row: Any, at: datetime) -> None:
        self.tried = actions_pilots.move(self.tried, PilotAct.JUDGE, by=self._by(row), at=at)

    def do_demonstrate(self, row: Any, at: datetime) -> None:
        since = timezone.localdate(at)
        actions_pilots.demonstrate(self.tried, row["texts"], row["place"], since, by=self._by(row), at=at, shown=True)

    # ---- landing

    def do_claim(self, row: Any, at: datetime) -> None:
        self.case = actions_stages.claim_landing(self.case, self._day(row["day"]), by=self._by(row), at=at)

    def do_verify(self, row: Any, at: datetime) -> None:
        self.case = actions_stages.verify_landing(self.case, by=self._by(row), at=at)

    def do_count(self, row: Any, at: datetime) -> None:
        count_landing(self.case, by=self._by(row), checker=self.people[row["checker"]], at=at)


def specimen(name: str, at: datetime) -> Checked:
    """A page that says what it stands for and that it is none, looked over as every file that comes in."""
    text = "虚构样张，不是证件。A specimen of a fictional company; it proves nothing."
    report = Report(
        name, "zh", at, (("日期", timezone.localdate(at).isoformat()),), (Section("样张 Specimen", (text,)),)
    )
    return checked(BytesIO(report_pdf(report)), f"{name}.pdf", limit=_PROOF)


def _scanned(file: StoredFile) -> None:
    """At once, since the thread goes on with it. Raises `BadInput` where the scanner is away or finds something."""
    from luodi.web.files.tasks import scan_file

    said = scan_file.func(file.pk)
    if said != Scan.CLEAN:
        raise BadInput("demo.scanner-luodi-scanner-did-not", file=file.name, said=said)
