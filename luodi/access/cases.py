"""Answers for the cases of the access book: whole questions by resolution, single rows by their own clauses."""

from luodi.access.question import AccessQuestion
from luodi.access.resolve import what_is_open
from luodi.access.treatments import CEPA_REGIONS, AccessBook
from luodi.profiles.facts import Facts
from luodi.profiles.vocabulary import Value
from luodi.rules.book import BadRule, Book
from luodi.rules.cases import Ask, Case, Outcome
from luodi.rules.decide import rule_answer
from luodi.rules.evaluate import Answer

_ASKED = {"services": "service", "zones": "place"}


def asker(book: Book) -> Ask:
    """How the cases of an access book are answered; see `run_cases`. Raises `BadRule` for tables that do not fit."""
    access = _put_together(book)

    def ask(case: Case) -> Outcome:
        question = AccessQuestion.parse(case.given, access)
        return _row(case, case.rule, question, access) if case.rule else _question(case, question, access)

    return ask


def _put_together(book: Book) -> AccessBook:
    """The tables of a book that somebody is writing may lack what every row has."""
    try:
        return AccessBook(book)
    except KeyError as problem:
        raise BadRule("access.row-tables-or-what-rule", problem=problem.args[0]) from None
    except (TypeError, ValueError, AttributeError, IndexError) as problem:
        raise BadRule("access.tables-rules-book-do-not", problem=problem) from None


def _question(case: Case, question: AccessQuestion, access: AccessBook) -> Outcome:
    answer = what_is_open(question, access, on=case.day)
    return Outcome(answer.verdict.value, answer.missing, basis=tuple(r.id for r in answer.deciding), cap=answer.cap)


def _row(case: Case, rule_id: str, question: AccessQuestion, access: AccessBook) -> Outcome:
    """Whether one row's own clauses and window hold, whatever other rows say."""
    facts = Facts(access.book.vocabulary, _facts(question, case, access))
    finding = rule_answer(access.book.rule(rule_id), facts, case.day)
    missing = sorted(_ASKED.get(n, n) for n in finding.missing) if finding.answer is Answer.UNKNOWN else ()
    return Outcome(finding.answer.value, tuple(missing))


def _facts(question: AccessQuestion, case: Case, access: AccessBook) -> dict[str, Value]:
    found: dict[str, Value] = {}
    if question.service is not None:
        found["services"] = frozenset(access.service(question.service).line)
    if question.place is not None:
        found["zones"] = access.places(question.place, case.day)
    if question.share is not None:
        found["share"] = question.share
    if question.cepa_qualified is not None:
        found["cepa_qualified"] = question.cepa_qualified
    elif question.investor is not None and question.investor not in CEPA_REGIONS:
        found["cepa_qualified"] = False  # only Hong Kong and Macao suppliers are certified
    return found
