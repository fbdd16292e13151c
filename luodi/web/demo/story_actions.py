"""The actions of the story by their names in `story.yaml`: each calls one action of an app."""

from datetime import date, datetime, timedelta

from django.utils import timezone

from luodi.advice.answers import Answers
from luodi.casework.agreement import Says as Agreement
from luodi.casework.matches import MatchAct, Part, Says
from luodi.casework.obstacles import IssueAct, ObstacleAct, ObstacleKind
from luodi.casework.pilots import PilotAct
from luodi.casework.promises import PromiseAct
from luodi.casework.referrals import ReferralAct
from luodi.casework.step_states import StepAct
from luodi.errors import UnknownValue
from luodi.profiles.identifiers import USCC
from luodi.web.accounts.actions.people import add_user
from luodi.web.accounts.models import Company
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
from luodi.web.cases.queries.unsettled import waits_on_unsettled
from luodi.web.companies.actions import profile
from luodi.web.core.keys import new_key
from luodi.web.core.roles import Role
from luodi.web.dealings.actions import promises as promises
from luodi.web.dealings.actions import referrals as referrals
from luodi.web.dealings.actions.interactions import add_talk
from luodi.web.dealings.models import HandOff, Promise, TalkKind
from luodi.web.demo.bureau import Bureau
from luodi.web.demo.counting import count_landing
from luodi.web.demo.data import Row
from luodi.web.demo.evidence import accept_all, grant, sample_document, scan_at_once
from luodi.web.docking.actions import matches as actions_matches
from luodi.web.docking.actions import pilots as actions_pilots
from luodi.web.docking.actions import posted as docking
from luodi.web.docking.models import Demand, Match, Pilot, Side
from luodi.web.leads import actions as leads
from luodi.web.leads.actions import From, Heard
from luodi.web.leads.models import Lead
from luodi.web.obstacles import actions as obstacles
from luodi.web.obstacles.models import Obstacle, PolicyIssue


class StoryActions:
    """`do(row, at)` performs one action of the file; what it made is kept for those that follow."""

    lead: Lead
    company: Company
    case: LandingCase
    hand_off: HandOff
    promise: Promise
    obstacle: Obstacle
    issue: PolicyIssue
    demand: Demand
    match: Match
    pilot: Pilot

    def __init__(self, bureau: Bureau, secret: str, story: Row) -> None:
        self.bureau, self.secret, self.story = bureau, secret, story
        self.units, self.companies, self.people = bureau.units, bureau.companies, bureau.people

    def do(self, row: Row, at: datetime) -> None:
        action = getattr(self, f"do_{row['do']}", None)
        if action is None:
            raise UnknownValue("demo.thread-knows-no-act", do=row["do"], at="do")
        action(row, at)

    def _day(self, days: int | str) -> date:
        return timezone.localdate(self.bureau.before(days))

    # ---- signal, score, enquiry

    def do_receive(self, row: Row, at: datetime) -> None:
        named = self.story["company"]
        heard = Heard(
            title=row["title"],
            company_name=named["zh"],
            country=named["country"],
            summary=row["summary"],
            technology=row["technology"],
        )
        signal = From(row["kind"], row["source"], {"title": row["title"], "stand": named["en"]})
        self.lead = leads.receive(heard, signal, self.units[row["unit"]], at=at, by=self.bureau.by(row))

    def do_assign(self, row: Row, at: datetime) -> None:
        self.lead = leads.assign(self.lead, self.bureau.by(row), by=self.bureau.by(row), at=at)

    def do_evidence(self, row: Row, at: datetime) -> None:
        self.lead = leads.say_evidence(
            self.lead, row["part"], row["value"], timezone.localdate(at), row["source"], by=self.bureau.by(row), at=at
        )

    def do_adjust(self, row: Row, at: datetime) -> None:
        self.lead = leads.adjust(self.lead, int(row["points"]), row["reason"], by=self.bureau.by(row), at=at)

    def do_qualify(self, row: Row, at: datetime) -> None:
        self.lead = leads.qualify(self.lead, by=self.bureau.by(row), at=at)

    def do_enquire(self, row: Row, at: datetime) -> None:
        """As somebody without an account, who becomes the company's representative later."""
        who, named = self.story["person"], self.story["company"]
        sender = advisor.Sender(who["name"], who["email"], row["language"], company=named["zh"], message=row["text"])
        answers = Answers.of(self.story["answers"])
        self.enquiry = advisor.send_enquiry(
            answers, timezone.localdate(at), sender, self.units[row["unit"]], by=None, key=new_key(), at=at
        )

    def do_reply(self, row: Row, at: datetime) -> None:
        advisor.answer_enquiry(self.enquiry, row["text"], "en", key=new_key(), by=self.bureau.by(row), at=at)

    def do_join(self, row: Row, at: datetime) -> None:
        """The enquiry came as a lead of its own; it is the one from the fair."""
        leads.mark_duplicate(Lead.objects.get(enquiry=self.enquiry), self.lead.pk, by=self.bureau.by(row), at=at)

    def do_describe(self, row: Row, at: datetime) -> None:
        """What the answers of the enquiry say of services and place, so that the books can say how open they are."""
        told = Lead.objects.get(enquiry=self.enquiry)
        self.lead = leads.describe(self.lead, {"plans": told.plans, "place": told.place}, by=self.bureau.by(row), at=at)

    # ---- company and case

    def do_company(self, row: Row, at: datetime) -> None:
        named, by = self.story["company"], self.bureau.by(row)
        self.company = profile.create(named["zh"], named["en"], named["country"], by=by, at=at)
        profile.add_label(self.company, "technology", row["technology"], by=by, at=at)
        profile.say_fact(self.company, "employees", row["employees"], timezone.localdate(at), "document", by=by, at=at)

    def do_convert(self, row: Row, at: datetime) -> None:
        self.case = leads.convert(self.lead, by=self.bureau.by(row), at=at, company=self.company)

    def do_invite(self, row: Row, at: datetime) -> None:
        """By the operator, as everybody of the demo."""
        who = self.story["person"]
        grant = Grant(Role(who["role"]), company=self.company)
        self.people[who["id"]] = add_user(
            who["email"], self.secret, who["name"], grant=grant, on=timezone.localdate(at), by=None, at=at
        )

    def do_talk(self, row: Row, at: datetime) -> None:
        add_talk(self.case, TalkKind(row["kind"]), row["text"], by=self.bureau.by(row), at=at, people=row["people"])

    # ---- plan, stages, days

    def do_plan(self, row: Row, at: datetime) -> None:
        """With the answers that came with the enquiry."""
        self.case = actions_plan.ask_plan(self.case, self.enquiry.determination.query, by=self.bureau.by(row), at=at)

    def do_advance(self, row: Row, at: datetime) -> None:
        self.case = actions_stages.advance(self.case, by=self.bureau.by(row), at=at)

    def do_expect(self, row: Row, at: datetime) -> None:
        self.case = actions_stages.move_date(
            self.case, self._day(row["day"]), row["reason"], by=self.bureau.by(row), at=at
        )

    def do_approve(self, row: Row, at: datetime) -> None:
        waiting = self.case.date_changes.get(state="proposed")
        actions_stages.decide_date(waiting, True, by=self.bureau.by(row), at=at)

    def do_money(self, row: Row, at: datetime) -> None:
        money = Money(int(row["amount"]), row["currency"], "investment", timezone.localdate(at))
        self.case = actions.describe(self.case, money=money, by=self.bureau.by(row), at=at)

    def do_assurance(self, row: Row, at: datetime) -> None:
        self.case = actions.name_assurance(self.case, self.people[row["who"]], by=self.bureau.by(row), at=at)

    # ---- the work

    def do_step(self, row: Row, at: datetime) -> None:
        act, by = StepAct(row["act"]), self.bureau.by(row)
        for name in row["steps"]:
            step = self.case.steps.get(step=name)
            if act is StepAct.GRANT:
                grant(step, by=by, checker=self.people[row["checker"] if "checker" in row else row["by"]], at=at)
            else:
                early = act is StepAct.SUBMIT and waits_on_unsettled(step)
                act_on_step(step, act, by=by, at=at, early=early)

    def do_meet(self, row: Row, at: datetime) -> None:
        actions_proofs.meet_duty(self.case.obligations.get(step=row["duty"]), by=self.bureau.by(row), at=at)

    def do_identify(self, row: Row, at: datetime) -> None:
        number = self.story["company"]["number"]
        profile.add_identifier(self.company, USCC, number, source="营业执照 Licence", by=self.bureau.by(row), at=at)

    def do_ask(self, row: Row, at: datetime) -> None:
        step = self.case.steps.get(step=row["step"])
        actions_requests.ask(self.case, row["text"], step=step, by=self.bureau.by(row), at=at)

    def do_answer(self, row: Row, at: datetime) -> None:
        actions_requests.answer(self.case.requests.get(state="open"), row["text"], by=self.bureau.by(row), at=at)

    def do_proof(self, row: Row, at: datetime) -> None:
        proof = actions_proofs.add_proof(
            self.case,
            row["kind"],
            sample_document(row["name"], at),
            issued=timezone.localdate(at),
            by=self.bureau.by(row),
            at=at,
        )
        scan_at_once(proof.file)

    # ---- help

    def do_hand_off(self, row: Row, at: datetime) -> None:
        units = [self.units[name] for name in row["units"]]
        self.hand_off = referrals.hand_off(
            self.case, row["text"], units, self._day(row["due"]), by=self.bureau.by(row), at=at
        )

    def do_referral(self, row: Row, at: datetime) -> None:
        one = self.hand_off.referrals.get()
        referrals.answer_referral(one, ReferralAct(row["act"]), row.get("text", ""), by=self.bureau.by(row), at=at)

    def do_promise(self, row: Row, at: datetime) -> None:
        owner, by = self.people[row["owner"]], self.bureau.by(row)
        made = promises.promise(self.case, row["text"], owner=owner, due=self._day(row["due"]), by=by, at=at)
        self.promise = promises.show_promise(made, by=by, at=at)

    def do_keep(self, row: Row, at: datetime) -> None:
        self.promise = promises.settle_promise(self.promise, PromiseAct.KEEP, by=self.bureau.by(row), at=at)

    def do_agree(self, row: Row, at: datetime) -> None:
        promises.agree_promise(self.promise, by=self.bureau.by(row), at=at)

    # ---- obstacle and policy question

    def do_obstacle(self, row: Row, at: datetime) -> None:
        kind, _, name = row["about"].partition("/")
        self.obstacle = obstacles.raise_obstacle(
            self.company,
            ObstacleKind(row["kind"]),
            row["text"],
            by=self.bureau.by(row),
            at=at,
            case=self.case,
            about=(kind, name),
        )

    def do_handle(self, row: Row, at: datetime) -> None:
        act = ObstacleAct(row["act"])
        self.obstacle = obstacles.handle(self.obstacle, act, row.get("text", ""), by=self.bureau.by(row), at=at)

    def do_issue(self, row: Row, at: datetime) -> None:
        kind, _, name = row["about"].partition("/")
        self.issue = obstacles.open_issue(
            row["title"],
            row["text"],
            self.units[row["unit"]],
            self._day(row["due"]),
            by=self.bureau.by(row),
            at=at,
            about=(kind, name),
            obstacles=[self.obstacle],
        )

    def do_settle(self, row: Row, at: datetime) -> None:
        act = IssueAct(row["act"])
        self.issue = obstacles.settle_issue(self.issue, act, row.get("text", ""), by=self.bureau.by(row), at=at)

    def do_rate(self, row: Row, at: datetime) -> None:
        obstacles.rate(self.obstacle, int(row["rating"]), by=self.bureau.by(row), at=at)

    # ---- docking

    def do_demand(self, row: Row, at: datetime) -> None:
        made = docking.post(
            Demand,
            self.units[row["unit"]],
            row["fields"],
            company=self.companies[row["company"]],
            by=self.bureau.by(row),
            at=at,
            wishes=row["wishes"],
        )
        made = docking.screen(made, by=self.people[row["screen"]], at=at)
        self.demand = docking.publish(made, by=self.people[row["publish"]], at=at)

    def do_offer(self, row: Row, at: datetime) -> None:
        self.match = actions_matches.offer(self.demand, self.company, row["text"], by=self.bureau.by(row), at=at)

    def do_consent(self, row: Row, at: datetime) -> None:
        side = Side.objects.get(match=self.match, part=Part.OWNER)
        actions_matches.say(side, Says.YES, by=self.bureau.by(row), at=at)

    def do_introduce(self, row: Row, at: datetime) -> None:
        self.match = actions_matches.go_on(self.match, MatchAct.INTRODUCE, by=self.bureau.by(row), at=at)

    def do_pilot(self, row: Row, at: datetime) -> None:
        first = timezone.localdate(at)
        days = (first, first + timedelta(days=int(row["days_of"])))
        tests = [(what, wanted) for what, wanted in row["tests"]]
        made = actions_pilots.plan(self.match, row["site"], days, tests, by=self.bureau.by(row), at=at)
        self.pilot = actions_pilots.move(made, PilotAct.START, by=self.bureau.by(row), at=at)

    def do_report(self, row: Row, at: datetime) -> None:
        for test, measured in zip(self.pilot.tests.order_by("pk"), row["measured"], strict=True):
            actions_pilots.report(test, measured, True, row["proof"], by=self.bureau.by(row), at=at)

    def do_answer_result(self, row: Row, at: datetime) -> None:
        for test in self.pilot.tests.order_by("pk"):
            actions_pilots.answer_result(test, Agreement(row["says"]), by=self.bureau.by(row), at=at)

    def do_judge(self, row: Row, at: datetime) -> None:
        self.pilot = actions_pilots.move(self.pilot, PilotAct.JUDGE, by=self.bureau.by(row), at=at)

    def do_demonstrate(self, row: Row, at: datetime) -> None:
        since = timezone.localdate(at)
        actions_pilots.demonstrate(
            self.pilot, row["texts"], row["place"], since, by=self.bureau.by(row), at=at, shown=True
        )

    # ---- landing

    def do_claim(self, row: Row, at: datetime) -> None:
        self.case = actions_stages.claim_landing(self.case, self._day(row["day"]), by=self.bureau.by(row), at=at)

    def do_verify(self, row: Row, at: datetime) -> None:
        accept_all(self.case, by=self.bureau.by(row), at=at)
        self.case = actions_stages.verify_landing(self.case, by=self.bureau.by(row), at=at)

    def do_count(self, row: Row, at: datetime) -> None:
        count_landing(self.case, by=self.bureau.by(row), checker=self.people[row["checker"]], at=at)
