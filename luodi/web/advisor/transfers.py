"""A transfer of shares that the law would answer otherwise: the answers after it, and the transfer in words."""

from collections.abc import Mapping

from luodi.access.holdings import NEW_HOLDER
from luodi.advice.answers import COMPANY, Answers
from luodi.advice.owners import after_transfer, in_percent
from luodi.web.core.words import say


def sold(answers: Answers, transfer: Mapping[str, str]) -> Answers | None:
    """The answers once a transfer has been made; None where the rows leave open which of them is sold."""
    made = after_transfer(answers.stakes, answers.held or COMPANY, {**transfer, "to": _buyer(transfer)})
    return answers.owned_by(answers.held, made, answers.contracts) if made else None


def transfer_text(transfer: Mapping[str, str], lang: str) -> str:
    """ "Kranich sells 10 % to Founder; the foreign share is then 50 %"."""
    return say(
        "advisor.owners_sells",
        lang,
        seller=transfer["from"],
        buyer=_buyer(transfer),
        share=in_percent(transfer["share"], lang),
        after=in_percent(transfer["after"], lang),
    )


def _buyer(transfer: Mapping[str, str]) -> str:
    return say("advisor.owners_new_holder") if transfer["to"] == NEW_HOLDER else str(transfer["to"])
