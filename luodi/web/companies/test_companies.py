"""What is kept of companies: numbers are checked, names are found, what was said stays, with its origin and day."""

from datetime import date
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.utils import timezone

from luodi.errors import BadInput, DuplicateKey, UnknownKey, UnknownValue
from luodi.profiles.codes import BadCode
from luodi.profiles.identifiers import checked_scheme, checked_value
from luodi.profiles.names import asked, name_key, words, words_of
from luodi.web.accounts.actions.companies import change_company
from luodi.web.accounts.models import Company, CompanyWord
from luodi.web.companies import queries
from luodi.web.companies.actions import profile
from luodi.web.companies.lists import COMPANIES
from luodi.web.companies.models import Consent, Contact, Fact, Identifier
from luodi.web.conftest import add_company, by_operator, person, unit
from luodi.web.core.errors import NotPermitted, StaleVersion
from luodi.web.core.permissions import visible
from luodi.web.core.roles import Role
from luodi.web.journal.models import Entry

NOW, TODAY = timezone.now(), timezone.localdate()
USCC, OTHER_USCC = "91350100M000100Y43", "91110108MA01A2B3C4"


def form(**more: Any) -> dict[str, Any]:
    return {"by": None, "at": NOW, **more}


# ---- names as text


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("灯屿云有限公司", "灯屿云(有限公司)"),
        ("灯屿云科技股份有限公司", "灯屿云科技"),
        ("Lantern Isle Cloud Pte. Ltd.", "LANTERN ISLE  CLOUD"),
        ("Nordlicht S.A.", "nordlicht SA"),
        ("Ｎｏｒｄｌｉｃｈｔ　GmbH", "Nordlicht"),
        ("燈嶼雲（香港）股份有限公司", "灯屿云香港"),
    ],
)
def test_names_that_differ_in_form_alone_have_one_key(one: str, other: str) -> None:
    assert name_key(one) == name_key(other) != ""


@pytest.mark.parametrize(
    ("one", "other"), [("灯屿云", "灯屿雨"), ("Mill 1", "Mill 2"), ("控股有限公司", "集团有限公司")]
)
def test_names_of_different_companies_have_different_keys(one: str, other: str) -> None:
    assert name_key(one) != name_key(other)


def test_a_name_of_nothing_but_a_form_still_has_a_key() -> None:
    assert name_key("The Company Ltd") == "thecompanyltd" and name_key("公司")


def test_two_characters_are_a_word_of_a_chinese_name() -> None:
    assert {"屿云", "灯屿", "云", "lantern"} <= words("灯屿云 Lantern")
    assert list(asked("屿云 lan 云")) == [("屿云", False), ("lan", True), ("云", True)]


@pytest.mark.django_db
def test_a_name_in_traditional_characters_is_found_and_recognised_by_simplified_ones() -> None:
    olga = person("olga", Role.OFFICER, unit("City"))
    lantern = profile.create("燈嶼雲端有限公司", "", **form())
    for asked_for in ("灯屿云端", "燈嶼", "云端"):
        assert list(COMPANIES.found(olga, {"words": asked_for})) == [lantern], asked_for
    assert list(queries.alike(["灯屿云端股份有限公司"])) == [lantern]
    assert lantern.name_zh == "燈嶼雲端有限公司"  # kept as it was written


@pytest.mark.django_db
def test_names_of_before_are_found_so_too() -> None:
    olga = person("olga", Role.OFFICER, unit("City"))
    lantern, isle = profile.create("燈嶼雲", "", **form()), profile.create("旧名", "", **form())
    profile.add_name(isle, "島嶼", **form(), kind="former")
    CompanyWord.objects.filter(word__in=words_of(["灯屿云", "岛屿"])).delete()
    CompanyWord.objects.create(company=lantern, word="燈嶼", own=True)
    import_module("luodi.web.companies.migrations.0002_words_in_simplified_characters").index(apps, None)
    assert list(COMPANIES.found(olga, {"words": "燈嶼"})) == [lantern]
    assert list(COMPANIES.found(olga, {"words": "岛屿"})) == [isle]


# ---- numbers


def test_the_digit_of_a_credit_code_and_of_an_lei_is_checked() -> None:
    assert checked_value("LEI", "529900 t8bm49aursdo55") == "529900T8BM49AURSDO55"
    assert checked_value("CN-USCC", USCC) == USCC
    with pytest.raises(BadCode, match="should be 55"):
        checked_value("LEI", "529900T8BM49AURSDO56")
    with pytest.raises(BadCode):
        checked_value("CN-USCC", USCC[:-1] + "9")
    with pytest.raises(BadCode):
        checked_value("GB-COH", "--")


def test_a_register_names_a_country_there_is() -> None:
    assert checked_scheme("gb-coh") == "GB-COH" and checked_scheme("uscc") == "CN-USCC"
    for bad in ("ZZ-COH", "COH", ""):
        with pytest.raises(UnknownValue):
            checked_scheme(bad)


@pytest.mark.django_db
def test_a_number_is_that_of_one_company() -> None:
    first = profile.create("", "Mill", **form(), identifiers={"GB-COH": "01234567", "CN-USCC": USCC})
    assert first.credit_code == USCC
    other = add_company("", "Miller")
    with pytest.raises(DuplicateKey):
        profile.add_identifier(other, "GB-COH", "01234567", **form())
    with pytest.raises(DuplicateKey):
        profile.add_identifier(other, "CN-USCC", USCC, **form())
    assert Identifier.objects.count() == 2 and queries.by_identifier("CN-USCC", USCC) == first


@pytest.mark.django_db
def test_a_number_that_accounts_gave_is_known_here_too() -> None:
    first = add_company("", "Mill", credit_code=USCC)
    assert queries.by_identifier("CN-USCC", USCC) == first
    with pytest.raises(DuplicateKey):
        profile.add_identifier(add_company("", "Miller"), "CN-USCC", USCC, **form())
    made = profile.add_identifier(first, "CN-USCC", USCC, **form(), verified=TODAY)
    assert made is not None and made.verified == TODAY


@pytest.mark.django_db
def test_nothing_is_made_of_a_company_with_a_bad_number() -> None:
    with pytest.raises(BadCode):
        profile.create("", "Mill", **form(), identifiers={"LEI": "1"})


# ---- the list


@pytest.mark.django_db
def test_a_company_is_found_by_any_name_and_number_and_by_what_it_does() -> None:
    officer = person("olga", Role.OFFICER, unit("City"))
    mill = profile.create("灯屿云", "Lantern Isle Cloud", **form(), country="SG", identifiers={"SG-ACRA": "T08FC7287D"})
    profile.add_name(mill, "Île aux Lanternes", **form(), kind="former", language="fr")
    profile.add_label(mill, "sector", "I6513", **form())
    profile.create("云灯", "Other", **form(), country="DE")
    for given in (
        {"words": "屿云"},
        {"words": "lant isl"},
        {"words": "lanternes"},
        {"words": "t08fc7287d"},
        {"country": "SG"},
        {"sector": "I65"},
        {"sector": "I6513", "country": "SG", "words": "cloud"},
    ):
        assert list(COMPANIES.found(officer, given)) == [mill], given
    for given in ({"words": "云屿"}, {"words": "!"}, {"sector": "I6513", "country": "DE"}, {"technology": "5G"}):
        assert list(COMPANIES.found(officer, given)) == [], given
    assert list(COMPANIES.found(None, {"words": "屿云"})) == []


@pytest.mark.django_db
def test_a_company_that_was_renamed_is_found_by_its_new_name_alone() -> None:
    officer = person("olga", Role.OFFICER, unit("City"))
    mill = add_company("", "Old Mill")
    by_operator(change_company, mill, "", "New Mill", None, "")
    assert list(COMPANIES.found(officer, {"words": "new mill"})) == [mill]
    assert list(COMPANIES.found(officer, {"words": "old"})) == []


@pytest.mark.django_db
def test_a_page_of_the_list_counts_nothing_and_asks_few_questions(django_assert_max_num_queries: Any) -> None:
    officer = person("olga", Role.OFFICER, unit("City"))
    made = [add_company("", f"Mill {number}") for number in range(COMPANIES.page_size + 1)]
    with django_assert_max_num_queries(5):
        found, more = COMPANIES.page(officer, {"words": "mill"}, 1)
    assert found == made[:0:-1] and more
    assert COMPANIES.page(officer, {"words": "mill"}, 2) == ([made[0]], False)


@pytest.mark.django_db
def test_companies_of_the_same_name_are_flagged() -> None:
    mill, same = add_company("灯屿云有限公司", ""), add_company("灯屿云", "")
    add_company("灯屿云海", "")
    assert list(queries.duplicates(mill)) == [same]


# ---- facts


@pytest.mark.django_db
def test_invariant_16_what_is_declared_never_overwrites_what_a_register_says() -> None:
    mill = add_company("", "Mill")
    for value, day, origin in (
        (30, date(2026, 1, 1), "register"),
        (40, date(2026, 6, 1), "declared"),
        (35, date(2026, 3, 1), "document"),
    ):
        profile.say_fact(mill, "employees", value, **form(), as_of=day, origin=origin)
    [known] = queries.known(mill, on=TODAY)
    assert known.counts.value == 30 and [one.value for one in known.others] == [35, 40] and known.disputed
    assert Fact.objects.count() == 3
    assert queries.facts_of(mill, on=date(2026, 1, 1)) == {"employees": 30}
    assert queries.facts_of(mill, on=date(2025, 12, 31)) == {}


@pytest.mark.django_db
def test_of_one_origin_the_later_fact_counts() -> None:
    mill = add_company("", "Mill")
    for value, day in ((30, date(2026, 2, 1)), (20, date(2026, 1, 1))):
        profile.say_fact(mill, "employees", value, **form(), as_of=day, origin="register")
    assert queries.facts_of(mill, on=TODAY) == {"employees": 30}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("attribute", "value", "problem"),
    [("employes", 1, UnknownKey), ("employees", "many", BadInput), ("employees", "", BadInput)],
)
def test_a_fact_is_typed_by_the_vocabulary(attribute: str, value: object, problem: type[Exception]) -> None:
    mill = add_company("", "Mill")
    with pytest.raises(problem):
        profile.say_fact(mill, attribute, value, **form(), as_of=TODAY, origin="declared")
    assert Fact.objects.count() == 0


# ---- forms


@pytest.mark.django_db
def test_invariant_20_the_same_form_sent_twice_has_one_effect() -> None:
    mill = add_company("", "Mill")
    for _ in range(2):
        profile.add_name(mill, "Old Mill", **form(key="k" * 16, version=1))
    assert mill.names.count() == 1 and Entry.objects.filter(kind="companies.CompanyName").count() == 1


@pytest.mark.django_db
def test_a_stale_form_is_told_and_changes_nothing() -> None:
    mill = add_company("", "Mill")
    profile.add_name(mill, "Old Mill", **form(version=1))
    with pytest.raises(StaleVersion):
        profile.add_name(mill, "Older Mill", **form(version=1, key="k" * 16))
    assert mill.names.count() == 1


# ---- people


@pytest.mark.django_db
def test_contacts_and_what_they_allowed_are_kept_with_their_days() -> None:
    mill, officer = add_company("", "Mill"), person("olga", Role.OFFICER, unit("City"))
    contact = profile.add_contact(mill, "Mei", **form(by=officer), email="mei@example.com")
    assert contact is not None
    consent = profile.give_consent(contact, "events", "email", **form(by=officer), given=date(2026, 1, 1), how="fair")
    assert consent is not None
    profile.withdraw_consent(consent, **form(by=officer), on=date(2026, 2, 1))
    profile.withdraw_consent(consent, **form(by=officer), on=date(2026, 3, 1))
    profile.contact_left(contact, **form(by=officer), on=date(2026, 4, 1))
    assert Consent.objects.get().withdrawn == date(2026, 2, 1) and Contact.objects.get().left == date(2026, 4, 1)
    assert not any("mei@example.com" in str(entry.after) for entry in Entry.objects.all())


@pytest.mark.django_db
def test_clara_sees_nothing_of_a_company_and_changes_nothing() -> None:
    mill, clara = add_company("", "Mill"), person("clara", Role.REPRESENTATIVE, add_company("", "Other"))
    profile.add_contact(mill, "Mei", **form())
    assert not visible(clara, Company.objects.filter(pk=mill.pk)).exists()
    assert not queries.contacts(clara, mill).exists()
    with pytest.raises(NotPermitted):
        profile.add_name(mill, "Clara's", **form(by=clara))
