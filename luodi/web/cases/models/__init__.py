"""What is stored of cases. Django finds every model here."""

from luodi.web.cases.models.agreements import Statement
from luodi.web.cases.models.calendars import CalendarDay, UnitCalendar
from luodi.web.cases.models.cases import COMPANY, FILE, LEADERS, OFFICERS, STAFF, Cases, LandingCase, Numbering, choices
from luodi.web.cases.models.facts import FactFigures
from luodi.web.cases.models.law import CaseChange, Cause, LawChange, LetterState
from luodi.web.cases.models.proofs import Authorisation, Check, Obligation, Proof
from luodi.web.cases.models.ratings import HandlingRating
from luodi.web.cases.models.stages import Claim, DateChange, DayCorrection
from luodi.web.cases.models.steps import CaseStep, Clock, InfoRequest, Pause

__all__ = [
    "COMPANY",
    "FILE",
    "LEADERS",
    "OFFICERS",
    "STAFF",
    "Authorisation",
    "CalendarDay",
    "CaseChange",
    "CaseStep",
    "Cases",
    "Cause",
    "Check",
    "Claim",
    "Clock",
    "DateChange",
    "DayCorrection",
    "FactFigures",
    "HandlingRating",
    "InfoRequest",
    "LandingCase",
    "LawChange",
    "LetterState",
    "Numbering",
    "Obligation",
    "Pause",
    "Proof",
    "Statement",
    "UnitCalendar",
    "choices",
]
