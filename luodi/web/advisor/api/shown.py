"""What belongs to a person, as documents: for the API, and for the assistant of that person."""

from luodi.advice.answers import UNSURE, Answers
from luodi.documents.marks import marked
from luodi.web.advisor.determinations import answers_of, document_of
from luodi.web.advisor.models import Determination, Enquiry, Reply, Saved
from luodi.web.api.endpoints import Document
from luodi.web.api.values import moment


def saved_row(saved: Saved) -> Document:
    return {
        "id": saved.pk,
        "name": saved.name,
        "kept": moment(saved.at),
        **_of_answer(saved.determination),
    }


def saved_whole(saved: Saved) -> Document:
    return marked({**saved_row(saved), "plan": document_of(saved.determination)}, saved.determination.on)


def enquiry_row(enquiry: Enquiry) -> Document:
    return {
        "reference": enquiry.reference,
        "state": enquiry.state,
        "assigned": enquiry.assigned_id is not None,
        "received": moment(enquiry.received),
        "unit": {"id": enquiry.unit_id, "name": {"zh": enquiry.unit.name_zh, "en": enquiry.unit.name_en}},
        "language": enquiry.language,
        "answer": _of_answer(enquiry.determination),
    }


def enquiry_whole(enquiry: Enquiry) -> Document:
    whole = {
        **enquiry_row(enquiry),
        "name": enquiry.name,
        "email": enquiry.email,
        "company": enquiry.company,
        "message": enquiry.message,
        "reason": enquiry.reason,
        "replies": [_reply(reply) for reply in enquiry.replies.select_related("author")],
        "plan": document_of(enquiry.determination),
    }
    return marked(whole, enquiry.determination.on)


def _reply(reply: Reply) -> Document:
    author = reply.author.name if reply.author else None
    return {"text": reply.text, "language": reply.language, "author": author, "at": moment(reply.at)}


def _of_answer(kept: Determination) -> Document:
    """What was asked, what the books said, and whether they still say so."""
    answers, stale = answers_of(kept), getattr(kept, "stale", None)
    return {
        "answers": _given(answers),
        "query": answers.query(),
        "on": kept.on.isoformat() if kept.has_day else None,
        "answered": moment(kept.made),
        "verdict": kept.verdict or None,
        "books": kept.books,
        "holds": stale is None,
        "difference": stale.difference if stale else None,
    }


def _given(answers: Answers) -> Document:
    given: Document = {name: None if text == UNSURE else text for name, text in answers.given.items()}
    if answers.stakes:
        given |= {"held": answers.held, "stake": [row.text() for row in answers.stakes]}
    return given | ({"on": answers.on.isoformat()} if answers.on else {})
