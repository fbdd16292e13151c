"""What is still to be told, why the answer is as it is, and what it rests on."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from luodi.advice.landing_plan import Source
from luodi.advice.landing_plan.answers import Access
from luodi.advice.landing_plan.common import Text
from luodi.advice.landing_plan.questions import Question
from luodi.dates import parse_day
from luodi.documents.fact_words import fact_shown
from luodi.documents.say import Say
from luodi.documents.sections.section import section
from luodi.documents.view import Block, Item, Items, Ref, Section, SourceList, SourceView
from luodi.rules.library import load_book
from luodi.terms.figures import counted, days_between


def questions_section(say: Say) -> Section | None:
    rows = say.plan.questions
    if not rows:
        return None
    items = [_question(row, say) for row in rows]
    finding = say.both(
        f"{len(rows)}个问题，每个都说明能定局什么", f"{counted(len(rows), 'question')}, each with what it settles"
    )
    return section("questions", say, finding, [Items(items)])


def _question(row: Question, say: Say) -> Item:
    settles = say.settles(row.settles)
    return Item(
        say.line(say.of(row.text), ref=Ref("attribute", row.attribute, row.plan)),
        beside=say.both(f"定局{settles}", f"settles {settles}") if settles else "",
    )


def reasons_section(say: Say) -> Section | None:
    """The links that lead to each answer, the rule that speaks, and what was checked and yields."""
    if not say.plan.access:
        return None
    blocks = [block for row in say.plan.access for block in _reason(row, say)]
    rules = say.both("；", "; ").join(_rule(row, say) for row in say.plan.access if row.rule)
    finding = rules or say.of(say.plan.access[0].note)
    return section("reasons", say, finding, [b for b in blocks if b.rows])


def _reason(row: Access, say: Say) -> Iterator[Items]:
    yield Items([_link(link, say) for link in row.chain], head=_reason_head(row, say))
    if row.rule:
        rule = say.titled(Text.of(row.rule["title"]), row.basis, Ref("rule", row.rule["id"]))
        yield Items([Item(rule)], head=say.both("据以判定的规则", "The rule that decides"))
    beside = [Item(say.titled(Text.of(title), ref=Ref("rule", i))) for i, title in _rule_titles(row.does_not_apply)]
    yield Items(beside, head=say.both("核对过而不适用", "Checked, and does not apply"), folded=True)


def _rule_titles(ids: Sequence[str]) -> Iterator[tuple[str, Mapping[str, str]]]:
    known = load_book("market-access").by_id
    yield from ((i, known[i].title) for i in ids if i in known)


def _rule(row: Access, say: Say) -> str:
    return str((row.rule or {}).get("title", {}).get(say.lang) or "")


def _reason_head(row: Access, say: Say) -> str:
    if len(say.plan.access) == 1:
        return ""
    place = say.of(row.place.name) if row.place else ""
    return " · ".join(part for part in (say.service(row), place) if part)


def _link(link: Any, say: Say) -> Item:
    word = {True: ("成立", "holds"), False: ("不成立", "fails"), None: ("待定", "open")}[link.holds]
    return Item(say.line(say.sentence(say.of(link.text))), beside=say.both(*word))


def facts_section(say: Say) -> Section | None:
    told, derived = say.plan.facts, say.plan.derived
    if not told and not derived:
        return None
    items = [
        Item(
            say.line(say.fact(f["attribute"]), ref=Ref("attribute", f["attribute"])),
            beside=say.text(fact_shown(f["attribute"], f["value"], say.lang)),
        )
        for f in told
    ]
    blocks: list[Block] = [Items(items)] if items else []
    if derived:
        rows = [Item(say.line(say.fact(f["attribute"])), beside=_derived(f, say)) for f in derived]
        blocks.append(Items(rows, head=say.both("由此得出", "What follows from them"), folded=True))
    finding = say.both(
        f"您告诉了{len(told)}项，推得{len(derived)}项", f"{len(told)} told, {len(derived)} that follow from them"
    )
    return section("facts", say, finding, blocks)


def _derived(fact: Mapping[str, Any], say: Say) -> str:
    shown = fact_shown(fact["attribute"], fact["value"], say.lang)
    source = str((fact.get("from") or {}).get(say.lang) or "")
    return say.both(f"{shown}（{source}）", f"{shown} ({source})") if source else shown


def sources_section(say: Say) -> Section | None:
    rows = say.plan.sources
    if not rows:
        return None
    finding = say.both(f"{len(rows)}个文本，以中文为准", f"{len(rows)}; the Chinese text binds")
    return section("sources", say, finding, [SourceList([_source(row, say) for row in rows])])


def _source(row: Source, say: Say) -> SourceView:
    since = days_between(
        parse_day(row.effective) if row.effective else None, parse_day(row.ended) if row.ended else None, say.lang
    )
    about = " · ".join(part for part in (say.of(row.issuer), since) if part)
    articles = say.both("；", "; ").join(say.of(a) for a in row.articles)
    number = say.text((row.number if say.lang == "zh" else row.number_en or row.number) or "")
    gloss = row.title.zh if say.lang == "en" and row.title.zh != row.title.en else ""
    url = row.url if row.url and row.url.startswith(("https://", "http://")) else ""
    return SourceView(row.n, say.of(row.title), gloss, number, about, articles, url)
