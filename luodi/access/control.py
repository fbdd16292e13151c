"""Who controls the company, against what a service asks: conditions that the Chinese side controls, and control by
contract over a service that is closed to foreign capital or capped.

Each function takes the answer found for the share and gives it back, or the answer that control makes of it, with the
reason and its citation. They never make an answer more open.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final, Protocol

from luodi.access.question import AccessQuestion
from luodi.access.resolve import Access, Verdict, what_is_open
from luodi.access.treatments import AccessBook
from luodi.ownership.definitions import definitions
from luodi.ownership.findings import ContractControl, Findings, Side

BASIC: Final = "A"
NATION: Final = "CN"
HOLDINGS: Final = "holdings"
CHINESE: Final = "chinese-control"
CONTRACT: Final = "contract-control"
UNRECORDED: Final = "unrecorded-owner"


class Owned(Protocol):
    """What these checks need of holdings."""

    @property
    def company(self) -> str: ...
    @property
    def on(self) -> date: ...
    @property
    def findings(self) -> Findings: ...


@dataclass(frozen=True, slots=True)
class Caution:
    """What stands in place of a green stamp where the law is silent: what is unsettled, and what that rests on."""

    says: Mapping[str, str]
    contract: ContractControl
    basis: tuple[dict[str, str | None], ...]

    def as_json(self) -> dict[str, Any]:
        return {"says": dict(self.says), "contract": self.contract.as_json(), "basis": [dict(b) for b in self.basis]}


def needs_chinese_control(answer: Access, on: date, book: AccessBook) -> bool:
    """Whether the service is basic telecom, or a row that decides on foreign shares says that the Chinese side must
    control (`gives.chinese_control`)."""
    question = answer.question
    if question.service is None:
        return False
    rows = answer.deciding or _for_foreigners(answer, on, book).deciding
    basic = BASIC in book.service(question.service).line
    return basic or any(row.rule.gives.get("chinese_control") == "true" for row in rows)


def with_chinese_control(answer: Access, held: Owned, book: AccessBook) -> Access:
    """The answer where the Chinese side must control: a no, with the chain, under a foreign controller or where Chinese
    holders have no more than half of the votes, whatever the share; cannot tell where that cannot be told."""
    found = held.findings
    if not _may_be_open(answer) or found.chinese_side or not needs_chinese_control(answer, held.on, book):
        return answer
    if found.chinese_side is None:
        return _unknown(answer, CHINESE, _words("needs_chinese", found.controller.says)) if answer.is_open else answer
    foreign = found.controller.side is Side.FOREIGN
    reason = found.controller.says if foreign else _words("not_chinese", None, company=found.controller.company)
    basis = answer.basis or _for_foreigners(answer, held.on, book).basis
    return replace(_closed(answer, CHINESE, _words("needs_chinese", reason)), basis=basis)


def contracts_over(held: Owned) -> tuple[ContractControl, ...]:
    """The contracts by which the company itself, or one through which it is controlled, is controlled from abroad or by
    somebody of whom that cannot be told. Where the controller cannot be told, every contract above may matter."""
    found = held.findings
    near = {held.company, *found.controller.path}
    return tuple(c for c in found.contracts if c.foreign is not False and (c.company in near or found.controller.open))


def contract_caution(answer: Access, held: Owned, book: AccessBook) -> Caution | None:
    """What is unsettled where somebody foreign controls by contract a service that is closed or capped and no text bars
    it. None where nothing is: no such contract, a service open to every share, or an answer that is no anyway."""
    contracts = contracts_over(held)
    if not contracts or not answer.is_open or not _restricted(answer, held.on, book) or barred(answer, held, book):
        return None
    contract = contracts[0]
    fact = definitions().facts["qflp-gp" if contract.partner else "vie-silent"]
    basis: tuple[dict[str, str | None], ...] = (
        {"instrument": fact.id, "article": fact.source, "rule": "contract-control"},
    )
    word = "partner_unsettled" if contract.partner else "contract_unsettled"
    return Caution(_words(word, contract.says), contract, basis)


def barred(answer: Access, held: Owned, book: AccessBook) -> tuple[dict[str, str | None], ...]:
    """The citations, in force on the day, of texts that bar control by contract over the service; empty without one, or
    where nobody foreign controls by contract. Which rows and texts do is a table of the book of ownership."""
    question = answer.question
    if question.service is None or not _barrable(held):
        return ()
    rows = definitions().contract_bars
    places = book.places(question.place or NATION, held.on)
    found = []
    for treatment in book.rows(book.service(question.service).line, places, held.on, bool(question.cepa_qualified)):
        for citation in treatment.rule.basis if treatment.id in rows and treatment.decides else ():
            if citation.instrument in rows[treatment.id] and book.in_force(citation, held.on, places):
                found.append(citation.as_json(treatment.id))
    return tuple(found)


def _barrable(held: Owned) -> list[ContractControl]:
    return [c for c in contracts_over(held) if c.foreign and not c.partner]


def with_contract_control(answer: Access, held: Owned, book: AccessBook) -> Access:
    """The answer where somebody foreign controls by contract: a no with its citation where a text bars it, cannot tell
    with what is unsettled where the law is silent and the service closed or capped."""
    if not _may_be_open(answer):
        return answer
    citations = barred(answer, held, book)
    if citations:
        found = _closed(answer, CONTRACT, _words("contract_barred", _barrable(held)[0].says))
        return replace(found, cap=0, basis=citations)
    caution = contract_caution(answer, held, book)
    return answer if caution is None else _unknown(answer, CONTRACT, dict(caution.says))


def under_control(answer: Access, held: Owned, book: AccessBook) -> Access:
    """The answer after every check of control."""
    return with_contract_control(with_chinese_control(answer, held, book), held, book)


def _restricted(answer: Access, on: date, book: AccessBook) -> bool:
    """Whether the service is not open to every foreign share, as far as its place is known."""
    return what_is_open(_foreign(answer.question, 100), book, on=on).verdict is not Verdict.ALLOWED


def _for_foreigners(answer: Access, on: date, book: AccessBook) -> Access:
    """The answer at a small foreign share, whose rows speak of what the Chinese side must do."""
    return what_is_open(_foreign(answer.question, 1), book, on=on)


def _foreign(question: AccessQuestion, share: int) -> AccessQuestion:
    """The question for a foreign investor with this share."""
    home = question.investor if question.investor not in (None, "CN") else "DE"
    place, certified = question.place or NATION, bool(question.cepa_qualified)
    return question.having(share=share, place=place, investor=home, cepa_qualified=certified)


def _may_be_open(answer: Access) -> bool:
    """Whether it is a yes, or would be one under some owners."""
    return answer.is_open or (answer.verdict is Verdict.UNKNOWN and HOLDINGS in answer.missing)


def _closed(answer: Access, gate: str, note: dict[str, str]) -> Access:
    """A no in which no share and no row speaks, only who controls."""
    question = answer.question.having(share=answer.question.share or None)
    return replace(
        answer,
        question=question,
        verdict=Verdict.NOT_ALLOWED,
        deciding=(),
        missing=(),
        possible=(),
        note=note,
        gate=gate,
    )


def _unknown(answer: Access, gate: str, note: dict[str, str]) -> Access:
    question = answer.question.having(share=answer.question.share or None)
    return replace(
        answer,
        question=question,
        verdict=Verdict.UNKNOWN,
        missing=tuple(sorted({*answer.missing, HOLDINGS})),
        possible=(Verdict.NOT_ALLOWED, answer.verdict),
        note=note,
        gate=gate,
    )


def _words(word: str, found: Mapping[str, str] | None, **names: str) -> dict[str, str]:
    words = definitions().words["findings"][word]
    return {lang: text.format(found=(found or {}).get(lang, ""), **names) for lang, text in words.items()}
