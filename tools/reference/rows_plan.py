"""Rows of plan.yaml: the plan, its goals, tasks with what came of them, and neighbouring programmes."""

from collections.abc import Mapping
from typing import Any, Final

from reference.fields import Fields, by, is_pair, plain, rows
from reference.ledger import Ledger
from reference.reading import BookFiles, FactFiles

_FILE: Final = FactFiles.PLAN
_BOOK: Final = "action-plan"


def compare_plan(ledger: Ledger, facts: FactFiles, books: BookFiles) -> None:
    content = facts.plan
    _head(ledger, content["plan"], books.table(_BOOK, "plan"))
    rows(ledger, (_FILE, "goals"), content["plan"]["goals"], by(books.table(_BOOK, "goals")), _goal)
    tasks = by(books.table(_BOOK, "tasks"))

    def measure(fields: Fields, row: Mapping[str, Any]) -> None:
        _title(fields, row)
        wanted = [task["id"] for task in fields.take("tasks")]
        fields.equal("tasks", wanted, [name for name, task in tasks.items() if task["measure"] == row["id"]])

    rows(ledger, (_FILE, "measures"), content["measures"], by(books.table(_BOOK, "measures")), measure)
    every = [_whole(task) for one in content["measures"] for task in one["tasks"]]
    rows(ledger, (_FILE, "tasks"), every, tasks, _task)
    dated = by([{**row, "key": _outcome_key(row)} for row in books.table(_BOOK, "outcomes")], "key")
    later = [{**row, "key": f"{row['date']} {row['zh']}"} for row in map(_whole, content["later_outcomes"])]
    rows(ledger, (_FILE, "later_outcomes"), later, dated, _outcome, key="key")
    _practice(ledger, content["tracking_practice"], by(books.table(_BOOK, "practice")))


def _whole(row: Mapping[str, Any]) -> dict[str, Any]:
    """A comma inside an unquoted title makes YAML take the rest of it for a key without a value; put together again."""
    rest = [key for key, value in row.items() if value is None and not key.isascii()]
    found = {key: value for key, value in row.items() if key not in rest}
    return {**found, "zh": "，".join([row["zh"], *rest])}


def _title(fields: Fields, row: Mapping[str, Any], name: str = "title") -> None:
    pair = row.get(name) or {}
    fields.same("zh", pair.get("zh"))
    fields.same("en", pair.get("en"))


def _head(ledger: Ledger, fact: Mapping[str, Any], book: Mapping[str, Any]) -> None:
    ledger.open(_FILE, "plan")
    fields = Fields(ledger, _FILE, str(fact["id"]), fact)
    fields.leave_out("goals")
    for key, found in (("id", "id"), ("name", "title"), ("issuer", "issuer"), ("period", "period")):
        fields.same(key, book.get(found))
    fields.says("full_text", book.get("full_text"))
    fields.says("slogan", book.get("slogan"))
    for key in ("slogan_three", "method"):
        fields.same(key, {lang: [pair[lang] for pair in book[key]] for lang in ("zh", "en")})
    fields.same("drafting_considerations", book["drafting_considerations"])
    fields.same("landing_services", [{"id": row["id"], **row["title"]} for row in book["landing_services"]])
    parents = [{"zh": r["title"]["zh"], "doc_no": r.get("number"), "note": r["note"]["en"]} for r in book["parents"]]
    fields.same("parents", parents)
    outcome = book["outcome"]
    fields.same("outcome_of_plan", {**outcome, "note": outcome["note"]["en"]})
    fields.close()


def _goal(fields: Fields, row: Mapping[str, Any]) -> None:
    _title(fields, row)
    own = row["indicator"]
    found = {"name": own["title"], **{key: own.get(key) for key in ("target", "due", "source")}}
    found |= {"unit": (own.get("unit") or {}).get("zh"), "note": (own.get("note") or {}).get("en")}
    fields.same("indicator", found)


def _task(fields: Fields, row: Mapping[str, Any]) -> None:
    _title(fields, row)
    fields.same("unit", row.get("unit"))
    fields.same("unit_candidate", [pair["zh"] for pair in row["unit_candidates"]])
    own, outcome = row["indicator"], row["outcome"]
    fields.same("indicator", {**own["title"], "target": own.get("target"), "source": own["source"]})
    found = {key: outcome.get(key) for key in ("date", "status", "confidence")}
    fields.same("outcome", {**found, "en": (outcome.get("text") or {}).get("en"), "url": outcome.get("seen_at")})


def _outcome_key(row: Mapping[str, Any]) -> str:
    return f"{row['date']} {row['title']['zh']}"


def _outcome(fields: Fields, row: Mapping[str, Any]) -> None:
    _title(fields, row)
    fields.leave_out("key")
    for key, found in (("date", "date"), ("url", "seen_at"), ("confidence", "confidence")):
        fields.same(key, row.get(found))


def _practice(ledger: Ledger, facts: Mapping[str, Any], book: Mapping[str, Mapping[str, Any]]) -> None:
    """Every text and figure of the facts stands in the row of its programme, in either language."""
    ledger.open(_FILE, "tracking_practice")
    for name, fact in facts.items():
        row = book.get(name.replace("_", "-"))
        if row is None:
            ledger.differs(_FILE, name, "id", "the book has no such programme")
            continue
        there = set(_leaves(row))
        for leaf in _leaves(fact):
            ledger.count("fields")
            if leaf not in there and not any(leaf in text for text in there):
                ledger.differs(_FILE, name, "text", f"the book does not have `{leaf[:60]}`")


def _leaves(value: Any) -> list[str]:
    if isinstance(value, Mapping):
        inner = value.values() if is_pair(value) else (v for k, v in value.items() if k != "id")
        return [leaf for item in inner for leaf in _leaves(item)]
    if isinstance(value, list):
        return [leaf for item in value for leaf in _leaves(item)]
    found = plain(value)
    return [str(found)] if found else []
