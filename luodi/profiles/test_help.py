"""Whoever is asked is told what it means, gets an example, and learns where to look it up; never an author's note."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from luodi.access import access_book
from luodi.advice.plan import advise
from luodi.advice.question import OPENING, about, shape
from luodi.profiles.profile import read_profile
from luodi.profiles.vocabulary import Attribute
from luodi.rules.library import company_vocabulary, load_book
from luodi.rules.tree import attributes

#: Words of the law: a definition, two examples, and what to answer when in doubt.
LEGAL = (
    *("public_opinion_or_mobilisation", "generative_ai_to_public", "uses_recommendation_algorithms"),
    *("mlps_level", "is_ciio", "important_data_processor", "exports_important_data", "export_exemption_ground"),
    *("platform_users_pi", "pi_subjects_processed", "pi_export_count_ytd", "spi_export_count_ytd", "exports_pi"),
    *("pi_high_risk_processing", "foreign_investor_obtains_control", "security_sensitive_sector", "foreign_share"),
)
COMPANY_BOOKS = ("landing-steps", "policies", "data-export-path", "enterprise-size", "routes")
HAN = re.compile("[\u4e00-\u9fff]")
#: Marks of authors: file names, ids, codes, words of the engine.
OF_AUTHORS = re.compile(
    r"\.yaml|\.csv|[a-z]+_[a-z]+|\btrue\b|\bfalse\b|from memory|凭记忆|为真|逐项存储|the engine|本文件"
)


def asked() -> Iterator[Attribute]:
    """What a rule, a step, a policy, a route or a derived fact reads, and the opening questions."""
    read: set[str] = set()
    for rule in (rule for book in map(load_book, COMPANY_BOOKS) for rule in book.rules):
        read |= {name for _, parts in rule.editions for part in parts for name in attributes(part.tree)}
        read |= set(re.findall(r"\w+", str(rule.gives.get("benefit", ""))))  # formulas name them too
    read |= {name for row in load_book("vocabulary").tables["derivations"] for name in row["inputs"]}
    known = {**load_book("routes").vocabulary.attributes, **company_vocabulary().attributes}
    yield from (a for a in known.values() if a.name in read - set(OPENING) and a.question)
    yield from (access_book().book.vocabulary[name] for name in OPENING)


ASKED = tuple(asked())


def texts(attribute: Attribute) -> Iterator[tuple[str, str, str]]:
    for key in ("help", "example", "where", "doubt"):
        for lang, text in (getattr(attribute, key) or {}).items():
            yield key, lang, text


def test_there_is_something_to_ask() -> None:
    assert len(ASKED) > 100


@pytest.mark.parametrize("attribute", ASKED, ids=lambda a: a.name)
def test_what_is_asked_is_explained_in_both_languages(attribute: Attribute) -> None:
    for key in ("help", "example", "where"):
        text = getattr(attribute, key)
        assert text and set(text) == {"zh", "en"} and all(text.values()), f"{attribute.name} lacks `{key}`"


@pytest.mark.parametrize("attribute", ASKED, ids=lambda a: a.name)
def test_help_is_written_for_the_person_who_is_asked(attribute: Attribute) -> None:
    notes = set((attribute.note or {}).values())
    for key, lang, text in texts(attribute):
        assert text not in notes, f"{attribute.name}: `{key}` is the note of the authors"
        assert not OF_AUTHORS.search(text), f"{attribute.name}, {key}, {lang}: {text}"
        assert text[-1] in ("。" if lang == "zh" else "."), f"{attribute.name}, {key}, {lang}: {text}"
        assert bool(HAN.search(text)) or lang == "en", f"{attribute.name}, {key}: {text}"


@pytest.mark.parametrize("name", [*LEGAL, *OPENING])
def test_words_of_the_law_have_two_examples_and_say_what_to_do_in_doubt(name: str) -> None:
    attribute = about(name)
    assert attribute.doubt and set(attribute.doubt) == {"zh", "en"}
    assert attribute.example
    assert len([s for s in attribute.example["zh"].split("。") if s]) >= 2, attribute.example["zh"]
    assert len([s for s in re.split(r"\.(?:\s|$)", attribute.example["en"]) if s]) >= 2, attribute.example["en"]


def test_english_keeps_the_chinese_of_a_word_of_the_law() -> None:
    for name, word in (
        ("tax_credit_level", "纳税信用"),
        ("public_opinion_or_mobilisation", "舆论属性或社会动员能力"),
        ("mlps_level", "等级保护"),
        ("is_ciio", "关键信息基础设施"),
        ("important_data_processor", "重要数据"),
        ("spi_export_count_ytd", "敏感个人信息"),
        ("cepa_qualified", "服务提供者证明书"),
    ):
        found = about(name).help
        assert found and word in found["en"] and word in found["zh"]


def test_a_question_carries_its_help_and_no_note() -> None:
    attribute = company_vocabulary()["is_ciio"]
    question = shape(attribute)
    assert attribute.note
    assert "note" not in question
    assert question["help"] == dict(attribute.help or {})
    assert {"help", "example", "where", "doubt"} <= set(question)
    assert shape(company_vocabulary()["uscc"])["help"] is None


#: Records of registers and of authorities, which no rule reads: a profile may hold them, and nobody is asked.
NEVER_ASKED = frozenset(
    (
        *("company_name_zh", "uscc", "operating_status", "actual_operation_in_registered_region"),
        *("business_scope_items", "registered_capital", "listed_status", "data_negative_list_sector"),
        *("foreigner_category", "foreigner_points", "fund_manager_aum", "annual_report_filed", "customs_registered"),
    )
)
#: Explained though no rule reads them: a contradiction or what expires names them.
EXPLAINED = ("foreign_investor_countries", "hk_macao_service_supplier", "qualification_expiry")


def test_what_nobody_explains_is_read_by_no_rule() -> None:
    unexplained = {a.name for a in company_vocabulary().attributes.values() if a.help is None}
    assert unexplained == NEVER_ASKED and not unexplained & {a.name for a in ASKED}


@pytest.mark.parametrize("name", EXPLAINED)
def test_what_is_named_is_explained_too(name: str) -> None:
    test_what_is_asked_is_explained_in_both_languages(company_vocabulary()[name])
    test_help_is_written_for_the_person_who_is_asked(company_vocabulary()[name])


@pytest.mark.parametrize("path", sorted((Path(__file__).parents[2] / "examples").glob("*.yaml")), ids=lambda p: p.stem)
def test_no_plan_asks_what_nobody_explains(path: Path) -> None:
    whole = read_profile(path, company_vocabulary())
    for facts in ({}, whole.facts):
        made = advise(replace(whole, facts=facts), on=date(2026, 12, 1))
        asked = {question.attribute for question in made.questions} | {gate.ask for gate in made.gates if gate.ask}
        assert asked and not asked & NEVER_ASKED
        assert all(about(name).help for name in asked)
