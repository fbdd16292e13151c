"""One question in, one document out: what a line of a batch, a page, a request and a tool ask with.

Each function takes `raw` (the keys of its row in `KEYS`, as they were read), the day asked and the place `at` for
messages. It answers with the document that the contract promises, or raises `LuodiError`. What a question needs is
loaded only when it is asked.
"""

from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, Final

from luodi.dates import parse_day
from luodi.errors import BadInput, LuodiError, MissingKey, UnknownKey, WrongType, did_you_mean
from luodi.message import in_key

if TYPE_CHECKING:
    from luodi.advice.observed import Observing
    from luodi.profiles.profile import Profile
    from luodi.profiles.vocabulary import Vocabulary
    from luodi.rules.book import Book

Raw = Mapping[str, Any]
Line = Callable[[Raw, date, str | None], dict[str, Any]]
_MOST_DAYS: Final = 32  # for which a batch keeps what it has written; a book of 500 rules takes some MB for each

#: What a line of each question may hold, beside `id` and `on`.
KEYS: Final[dict[str, tuple[str, ...]]] = {
    "access": ("investor", "cepa_qualified", "share", "service", "place", "holdings"),
    "requirement": ("name",),
    "match": ("profile",),
    "decide": ("profile",),
    "advise": ("profile",),
    "questions": ("profile", "sentence"),
    "ownership": ("target", "nodes", "stakes", "contracts", "as_of"),
}
#: What a question without a command line around it must say itself: the book, or the list.
NAMED: Final[dict[str, tuple[str, ...]]] = {"match": ("book", "remedies", "brief"), "decide": ("name",)}


def access(raw: Raw, on: date, at: str | None) -> dict[str, Any]:
    """What is open to one investor; with `holdings` the share is looked through."""
    from luodi.access.change import would_change
    from luodi.access.question import AccessQuestion
    from luodi.access.resolve import as_json, what_is_open
    from luodi.access.treatments import access_book

    book = access_book()
    if raw.get("holdings") is not None:
        from luodi.access.holdings import answer  # ownership is read only when somebody brings holdings

        return answer(dict(raw), book, on=on, at=at)
    question = AccessQuestion.parse({k: v for k, v in raw.items() if k != "holdings"}, book, at=at)
    return as_json(what_is_open(question, book, on=on), book, would_change(question, book, on=on))


def requirement(raw: Raw, on: date, at: str | None) -> dict[str, Any]:
    """What the law asks of the company itself."""
    from luodi.access.requirement import requirement as answer
    from luodi.access.requirement import requirement_names
    from luodi.access.treatments import access_book

    if not raw.get("name"):
        raise MissingKey("advice.name-requirement", requirement_names=requirement_names(), at=at)
    return answer(str(raw["name"]), access_book(), on=on)


def match(
    raw: Raw,
    on: date,
    at: str | None,
    *,
    book: "Book",
    with_remedies: bool = False,
    brief: bool = False,
) -> dict[str, Any]:
    """What fits: every rule of a book."""
    profile = _profile(raw, book.vocabulary, at)
    return matched(profile, on, book=book, with_remedies=with_remedies, brief=brief)


def matched(profile: "Profile", on: date, *, book: "Book", with_remedies: bool, brief: bool = False) -> dict[str, Any]:
    """`match` for a profile that is read already."""
    from luodi.advice import match as matching

    facts = matching.facts_of(profile, book, on=on)
    if brief:
        return _match_document(matching.brief(book, facts, on=on), profile, on, book)
    return _match_document(matching.match(book, facts, on=on, with_remedies=with_remedies), profile, on, book)


def match_lines(book: "Book", *, brief: bool = False) -> "Line":
    """`match` without changes, for many lines in a row: only `json_bytes` can read the results, which are text."""
    from luodi.advice.match import facts_of
    from luodi.advice.match_writer import MatchWriter

    writer = lru_cache(maxsize=_MOST_DAYS)(partial(MatchWriter, book, brief=brief))

    def line(raw: Raw, on: date, at: str | None) -> dict[str, Any]:
        profile = _profile(raw, book.vocabulary, at)
        return _match_document(writer(on).results(facts_of(profile, book, on=on)), profile, on, book)

    return line


def _match_document(results: Any, profile: "Profile", on: date, book: "Book") -> dict[str, Any]:
    return {
        "on": on.isoformat(),
        "results": results,
        "warnings": [dict(warning) for warning in profile.warnings],
        "books": [book.as_json()],
    }


def decide(raw: Raw, on: date, at: str | None, *, book: "Book") -> dict[str, Any]:
    """`{"answer", "because", "missing", "basis", ..}` of a decision list."""
    return decided(_profile(raw, book.vocabulary, at), on, book=book)


def decided(profile: "Profile", on: date, *, book: "Book") -> dict[str, Any]:
    """`decide` for a profile that is read already; a rule in error gives `"answer": "error"` and says where."""
    from luodi.advice.match import facts_of
    from luodi.rules.decide import RuleInError
    from luodi.rules.decide import decide as run

    try:
        decision = run(book, facts_of(profile, book, on=on), on)
    except RuleInError as problem:
        return {"answer": "error", **problem.as_json(), "on": on.isoformat(), "books": [book.as_json()]}
    return {
        "answer": decision.value,
        "because": decision.because,
        "missing": list(decision.missing),
        "assumed": list(decision.assumed),
        "basis": list(decision.basis),
        "on": on.isoformat(),
        "books": [book.as_json()],
    }


def advise(raw: Raw, on: date, at: str | None, *, observed: "Observing | None" = None) -> dict[str, Any]:
    """The landing plan."""
    from luodi.advice.observed import NOTHING
    from luodi.advice.plan import advise as plan
    from luodi.rules.library import company_vocabulary

    profile = _profile(raw, company_vocabulary(), at)
    return plan(profile, on=on, observed=observed(on) if observed else NOTHING).as_json()


def questions(raw: Raw, on: date, at: str | None) -> dict[str, Any]:
    """What is still worth asking, the most useful first: `{"on", "questions", "books"}`, as in the landing plan.

    With a `sentence` also what was `understood` of it, and the `profile` that comes to, for the person to confirm.
    """
    if raw.get("sentence") is not None:
        from luodi.advice.heard import questions_of

        return questions_of(raw["sentence"], raw.get("profile"), on, at or "the question")
    plan = advise(raw, on, at)
    return {key: plan[key] for key in ("on", "questions", "books")}


def ownership(raw: Raw, on: date, at: str | None) -> dict[str, Any]:
    """Stakes looked through, for the company `target` of a graph of its own."""
    from luodi.ownership.answer import answer
    from luodi.ownership.reading import stakes_from

    place = at or "the question"
    if raw.get("target") is None:
        raise MissingKey("advice.line-needs-target-company-asked", at=place)
    if raw.get("as_of") is not None:
        on = day_of(raw["as_of"], key="as_of", at=place)
    graph = {key: raw[key] for key in ("nodes", "stakes", "contracts") if raw.get(key) is not None}
    return answer(str(raw["target"]), stakes_from(graph, place), on=on)


# ---- asked by name, as programs and assistants do


def ask(
    question: str, raw: Raw, *, today: date, at: str | None = None, observed: "Observing | None" = None
) -> dict[str, Any]:
    """The document of one line, `id` and `on` included; books only by the names of those that ship. `observed` gives
    what a site observed until a day, which a plan shows.

    Raises `UnknownKey` for a key that the question does not know.
    """
    known = ("id", "on", *KEYS[question], *NAMED.get(question, ()))
    for key in raw:
        if key not in known:
            raise UnknownKey("advice.line-no-key", key=key, meant=did_you_mean(str(key), known), at=at)
    on = today if raw.get("on") is None else day_of(raw["on"], key="on", at=at or "the question")
    given = {key: raw[key] for key in KEYS[question] if key in raw}
    match question:
        case "match":
            name = raw.get("book")
            book = shipped_book("policies" if name is None else name, at=at)
            document = match_line(given, on, at, book, raw.get("remedies"), raw.get("brief"))
        case "decide":
            document = decide(given, on, at, book=decision_list(raw.get("name"), at=at))
        case "advise":
            document = advise(given, on, at, observed=observed)
        case _:
            document = LINES[question](given, on, at)
    return {"id": raw["id"], **{k: v for k, v in document.items() if k != "id"}} if "id" in raw else document


def match_line(given: Raw, on: date, at: str | None, book: "Book", remedies: Any, brief: Any) -> dict[str, Any]:
    for key, value in (("remedies", remedies), ("brief", brief)):
        if value not in (None, True, False):
            raise WrongType("advice.true-or-false", key=key, at=at)
    if brief and remedies:
        raise BadInput("advice.brief-leaves-out-changes-remedies", at=at)
    return match(given, on, at, book=book, with_remedies=bool(remedies), brief=bool(brief))


LINES: Final[dict[str, Line]] = {
    "access": access,
    "requirement": requirement,
    "advise": advise,
    "questions": questions,
    "ownership": ownership,
}


def shipped_book(name: Any, *, at: str | None = None) -> "Book":
    """A book that ships, by its name and never by a path."""
    from luodi.rules.library import book_names, load_book

    names = book_names()
    if name not in names:
        raise BadInput("advice.no-book", name=name, names=names, meant=did_you_mean(str(name), names), at=at)
    return load_book(name)


def decision_list(name: Any, *, at: str | None = None) -> "Book":
    """A shipped decision list by its name."""
    from luodi.rules.library import book_names, load_book

    lists = [n for n in book_names() if load_book(n).kind == "decision-list"]
    if name not in lists:
        near = did_you_mean(str(name), lists)
        raise BadInput("advice.book-no-decision-list", name=name, lists=lists, near=near, at=at)
    return load_book(name)


def day_of(raw: Any, *, key: str, at: str) -> date:
    """A day of a line. Raises `LuodiError` that names the key."""
    try:
        return parse_day(str(raw))
    except LuodiError as problem:
        raise problem.located(in_key(key, at)) from None


def _profile(raw: Raw, vocabulary: "Vocabulary", at: str | None) -> "Profile":
    from luodi.profiles.profile import parse_profile

    if raw.get("profile") is None:
        raise MissingKey("advice.line-needs-profile-mapping-attributes", at=at)
    return parse_profile(raw["profile"], vocabulary, at=at or "the profile")
