"""An answer made into a record, and read again."""

import json
import zlib
from collections.abc import Iterator
from datetime import date, datetime
from functools import lru_cache
from hashlib import sha256

from msgspec import ValidationError

from luodi.advice.answers import Answers
from luodi.advice.landing_plan import LandingPlan
from luodi.rules.library import book_names, load_book
from luodi.web.advisor.models import Determination
from luodi.web.advisor.result import plan_of
from luodi.web.advisor.types import Doc


def determine(answers: Answers, today: date, *, at: datetime, replaces: Determination | None = None) -> Determination:
    """Store what the books answer now."""
    on = answers.on or today
    plan = plan_of(answers, on)
    text = _text(plan)
    return Determination.objects.create(
        query=answers.query(),
        on=on,
        has_day=answers.on is not None,
        made=at,
        digest=sha256(text).hexdigest(),
        verdict=plan["verdict"] or "",
        books=[dict(book) for book in plan["books"]],
        facts=[{"attribute": row["attribute"], "value": row["value"]} for row in _facts(plan, answers)],
        clauses=[{"instrument": row["instrument"], "articles": row["articles"]} for row in plan["sources"]],
        missing=sorted({name for row in plan["access"] for name in row["missing"]}),
        packed=zlib.compress(text),
        replaces=replaces,
    )


def _facts(plan: Doc, answers: Answers) -> Iterator[Doc]:
    """What the visitor answered, and what the engine read out of it. No database takes a NUL."""
    yield from ({"attribute": name, "value": text.replace("\0", "\ufffd")} for name, text in answers.given.items())
    yield from plan["facts"]


def document_of(determination: Determination) -> Doc:
    """The plan as it was; kept with the row, which is never edited, since unpacking it takes milliseconds."""
    if "unpacked" not in determination.__dict__:
        determination.__dict__["unpacked"] = json.loads(zlib.decompress(bytes(determination.packed)))
    found: Doc = determination.__dict__["unpacked"]
    return found


def advice_in(determination: Determination) -> LandingPlan | None:
    """The plan with its types; None for one that was stored in the shape of before December 2026 (decision 0031)."""
    if "typed" not in determination.__dict__:
        try:
            made = LandingPlan.of(document_of(determination))
        except ValidationError:
            made = None
        determination.__dict__["typed"] = made
    found: LandingPlan | None = determination.__dict__["typed"]
    return found


def named_steps(determination: Determination) -> frozenset[str]:
    """The ids of the steps that the plan names, those included that it leaves open, and of its duties."""
    return _named_steps(determination.pk, determination.digest)


@lru_cache(maxsize=4096)
def _named_steps(pk: int, digest: str) -> frozenset[str]:
    """By what the plan is, not only by its number: a row is never edited, and `digest` is that of its text."""
    plan = document_of(Determination.objects.only("packed").get(pk=pk))
    rows = (*plan["steps"], *plan["open_steps"], *plan.get("offered_steps", ()), *plan["obligations"])
    return frozenset(row["id"] for row in rows)


def digest_of(plan: Doc) -> str:
    """What a form remembers of the plan that was shown beside it."""
    return sha256(_text(plan)).hexdigest()


def answers_of(determination: Determination) -> Answers:
    return Answers.of(determination.query)


def books_now() -> str:
    """One hash of all the books that there are."""
    return sha256(" ".join(f"{name} {load_book(name).hash}" for name in sorted(book_names())).encode()).hexdigest()


def _text(plan: Doc) -> bytes:
    return json.dumps(plan, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str).encode()
