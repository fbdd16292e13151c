"""One search for all that a person may see, in both scripts, by initials and by numbers."""

from collections.abc import Iterator
from importlib import import_module

import pytest
from django.apps import apps
from django.test import Client
from django.utils import timezone

from luodi.web.accounts.company_index import index_names
from luodi.web.accounts.models import Company, CompanyWord, Unit, User
from luodi.web.cases.models import LandingCase, Proof
from luodi.web.companies.models import Contact
from luodi.web.conftest import add_company, person, unit
from luodi.web.core.roles import Role
from luodi.web.files.models import StoredFile
from luodi.web.leads.models import Lead
from luodi.web.search import queries, views
from luodi.web.search.index import index_record
from luodi.web.search.kinds import KINDS
from luodi.web.search.models import RecordWord
from luodi.web.search.queries import MOST, SHOWN, SUGGESTED, find, scopes_of
from luodi.web.search.texts import TEXTS

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def here() -> Unit:
    return unit("Here", unit("City"))


@pytest.fixture
def officer(here: Unit) -> User:
    return person("olga", Role.OFFICER, here)


@pytest.fixture
def company() -> Company:
    made = add_company("北京蓝鲸科技有限公司", "Blue Whale")
    index_names(made, [made.name_zh, made.name_en])
    return made


@pytest.fixture
def case(here: Unit, company: Company, officer: User) -> LandingCase:
    return LandingCase.objects.create(
        reference="LD-2026-0042", company=company, unit=here, officer=officer, opened=NOW, since=NOW, changed=NOW
    )


@pytest.fixture
def lead(here: Unit) -> Lead:
    return Lead.objects.create(unit=here, title="海豚数据来访", company_name="Dolphin Data", received=NOW, changed=NOW)


@pytest.fixture
def contact(company: Company) -> Contact:
    return Contact.objects.create(company=company, name="欧阳娜娜", email="nana.ouyang@example.com")


@pytest.fixture
def proof(case: LandingCase, officer: User) -> Proof:
    file = StoredFile.objects.create(name="营业执照副本.pdf", kind="pdf", size=7, sha256="0" * 64, place="here", at=NOW)
    return Proof.objects.create(case=case, proves="licence", file=file, by=officer, at=NOW)


def titles(user: User, query: str, scope: str = "") -> list[str]:
    return [hit.title for kind in find(user, query, scope, "zh") for hit in kind.hits]


@pytest.mark.parametrize("query", ["蓝鲸", "藍鯨", "bjljk", "LJKJ", "blue wh", "蓝鲸 whale"])
def test_a_company_and_its_case_are_found_in_both_scripts_by_initials_and_in_english(
    officer: User, company: Company, case: LandingCase, query: str
) -> None:
    assert titles(officer, query) == ["北京蓝鲸科技有限公司", "LD-2026-0042 · 北京蓝鲸科技有限公司"]


@pytest.mark.parametrize("query", ["LD-2026-0042", "ld-2026-00", "0042", "42"])
def test_a_case_is_found_by_its_reference_and_by_the_number_at_its_end(
    officer: User, case: LandingCase, query: str
) -> None:
    assert titles(officer, query) == ["LD-2026-0042 · 北京蓝鲸科技有限公司"]


@pytest.mark.parametrize("query", ["海豚", "htsjl", "dolphin", "Data"])
def test_a_lead_is_found_by_what_it_is_called(officer: User, lead: Lead, query: str) -> None:
    assert titles(officer, query) == ["海豚数据来访"]


@pytest.mark.parametrize("query", ["欧阳", "歐陽娜", "oynn", "nana"])
def test_a_person_is_found_by_name_initials_and_address(officer: User, contact: Contact, query: str) -> None:
    assert titles(officer, query) == ["欧阳娜娜"]


@pytest.mark.parametrize("query", ["执照", "營業執照", "yyzz"])
def test_a_document_is_found_by_its_name(officer: User, proof: Proof, query: str) -> None:
    (found,) = find(officer, query, "", "zh")
    assert (found.kind, found.hits[0].title) == ("proof", "营业执照副本.pdf")


def test_invariant_18_another_unit_finds_no_case_lead_or_document(proof: Proof, lead: Lead, contact: Contact) -> None:
    other = person("otto", Role.OFFICER, unit("Elsewhere"))
    for query in ("0042", "LD-2026-0042", "海豚", "执照"):
        assert titles(other, query) == []
    assert titles(other, "蓝鲸") == ["北京蓝鲸科技有限公司"]  # companies are common to all who work here


def test_a_representative_finds_the_cases_and_documents_of_their_company_alone(
    company: Company, proof: Proof, lead: Lead, contact: Contact
) -> None:
    own = person("clara", Role.REPRESENTATIVE, company)
    foreign = person("carl", Role.REPRESENTATIVE, add_company("蓝鲸乙", "Blue Whale Two"))
    assert titles(own, "蓝鲸") == ["LD-2026-0042 · 北京蓝鲸科技有限公司"]
    assert find(own, "0042", "", "en")[0].hits[0].address.endswith("/cases/LD-2026-0042/")
    assert titles(own, "执照") == ["营业执照副本.pdf"]
    assert titles(own, "海豚") == titles(own, "欧阳") == titles(foreign, "蓝鲸") == titles(foreign, "0042") == []


def test_accounts_are_found_by_administrators_alone(officer: User) -> None:
    assert titles(officer, "olga") == []
    assert titles(person("ada", Role.ADMINISTRATOR), "olga") == ["Olga"]


def test_somebody_without_a_role_finds_nothing_but_law(case: LandingCase) -> None:
    nobody = person("nora")
    assert titles(nobody, "0042") == []
    assert scopes_of(nobody) == ["law"]


def test_a_scope_narrows_what_is_searched(officer: User, case: LandingCase) -> None:
    assert titles(officer, "蓝鲸", "cases") == ["LD-2026-0042 · 北京蓝鲸科技有限公司"]
    assert titles(officer, "蓝鲸", "people") == []


@pytest.mark.parametrize("query", ["", "  ", "!!", "\0", "%", "_", "'"])
def test_what_holds_no_word_finds_nothing(officer: User, case: LandingCase, query: str) -> None:
    assert titles(officer, query) == []


def test_a_name_that_was_asked_for_stands_before_longer_and_newer_ones(officer: User) -> None:
    for name in ("蓝鲸", *(f"蓝鲸第{n}号" for n in range(SHOWN + 5))):
        index_names(made := add_company(name, ""), [made.name_zh])
    (found,) = find(officer, "蓝鲸", "", "zh")
    assert (found.hits[0].title, len(found.hits), found.more) == ("蓝鲸", SHOWN, True)
    (found,) = find(officer, "蓝鲸", "companies", "zh")
    assert (len(found.hits), found.more) == (SHOWN + 6, False)


@pytest.mark.parametrize(("many", "more"), [(MOST, False), (MOST + 1, True)])
def test_no_more_than_fifty_of_a_kind_are_shown_and_all_are_counted(
    officer: User, here: Unit, many: int, more: bool
) -> None:
    for _ in range(many):
        Lead.objects.create(unit=here, title="鲸鱼", received=NOW, changed=NOW)
    (found,) = find(officer, "鲸鱼", "leads", "zh")
    assert (len(found.hits), found.total, found.more) == (MOST, many, more)
    (found,) = find(officer, "鲸鱼", "", "zh")
    assert (len(found.hits), found.total) == (SHOWN, many)
    assert f'<span class="quiet num">{many}</span>' in client_of(officer).get("/zh/search/", {"q": "鲸鱼"}).text


def test_of_very_many_it_says_more_than(officer: User, here: Unit, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (queries, views):
        monkeypatch.setattr(module, "COUNTED", SHOWN + 1)
    for _ in range(SHOWN + 3):
        Lead.objects.create(unit=here, title="鲸鱼", received=NOW, changed=NOW)
    assert f"more than {SHOWN + 1}" in client_of(officer).get("/en/search/", {"q": "鲸鱼"}).text


def test_suggestions_are_the_first_few_of_each_kind(officer: User, here: Unit, case: LandingCase) -> None:
    for number in range(SUGGESTED + 2):
        Lead.objects.create(unit=here, title=f"蓝鲸来访{number}", received=NOW, changed=NOW)
    kinds = client_of(officer).get("/zh/search/suggestions/", {"q": "蓝鲸"}).json()["kinds"]
    assert [(one["kind"], len(one["hits"])) for one in kinds] == [("企业", 1), ("案件", 1), ("线索", SUGGESTED)]
    assert kinds[1]["hits"][0] == {
        "title": "LD-2026-0042 · 北京蓝鲸科技有限公司",
        "detail": "立案 · Olga",
        "address": "/zh/desk/cases/LD-2026-0042/",
    }
    assert client_of(officer).get("/zh/search/suggestions/", {"q": " "}).json() == {"kinds": []}
    assert Client().get("/zh/search/suggestions/", {"q": "蓝鲸"}).status_code == 302


# ---- the index


def test_words_are_kept_of_every_kind_but_companies() -> None:
    kinds = {(kind.name, kind.model) for kind in KINDS} - {("company", Company)}
    assert {(texts.kind, texts.model) for texts in TEXTS} == kinds


def test_a_record_is_found_by_its_new_name_alone_and_not_once_it_is_gone(officer: User, lead: Lead) -> None:
    lead.title, lead.company_name = "虎鲸来访", ""
    lead.save()
    assert titles(officer, "海豚") == titles(officer, "dolphin") == []
    assert titles(officer, "虎鲸") == ["虎鲸来访"]
    lead.delete()
    assert titles(officer, "虎鲸") == []
    assert not RecordWord.objects.filter(kind="lead").exists()


def test_making_the_index_anew_changes_nothing(case: LandingCase, lead: Lead, contact: Contact, proof: Proof) -> None:
    def rows() -> set[tuple[str, int, str]]:
        return set(RecordWord.objects.values_list("kind", "record", "word"))

    def index_all() -> None:
        for texts in TEXTS:
            for row in texts.model._base_manager.all():
                index_record(texts, row)

    before = rows()
    assert {kind for kind, _, _ in before} == {"account", "case", "contact", "lead", "proof"}
    index_all()
    assert rows() == before
    RecordWord.objects.all().delete()
    index_all()
    assert rows() == before


def test_records_of_before_are_indexed_by_the_migration(company: Company, lead: Lead, officer: User) -> None:
    RecordWord.objects.all().delete()
    CompanyWord.objects.filter(word__startswith="~").delete()
    assert titles(officer, "ljkj") == titles(officer, "海豚") == []
    import_module("luodi.web.search.migrations.0002_index_what_is_there").index(apps, None)
    assert titles(officer, "ljkj") == ["北京蓝鲸科技有限公司"]
    assert titles(officer, "海豚") == ["海豚数据来访"]


# ---- the page


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize(("lang", "words"), [("zh", "搜索“蓝鲸”"), ("en", "Results for “蓝鲸”")])
def test_the_page_shows_what_was_found_and_where_it_leads(
    officer: User, case: LandingCase, lang: str, words: str
) -> None:
    page = client_of(officer).get(f"/{lang}/search/", {"q": "蓝鲸"}).text
    assert words in page
    assert f'href="/{lang}/desk/companies/{case.company_id}/"' in page
    assert f'href="/{lang}/desk/cases/LD-2026-0042/"' in page


def test_a_visitor_is_asked_to_sign_in_and_sees_no_search() -> None:
    assert Client().get("/en/search/", {"q": "x"}).status_code == 302
    assert 'class="seek"' not in Client().get("/en/").text


def test_a_scope_that_nobody_knows_is_all(officer: User, case: LandingCase) -> None:
    assert "LD-2026-0042" in client_of(officer).get("/en/search/", {"q": "0042", "in": "accounts"}).text


def questions_of(client: Client, query: str) -> Iterator[int]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as asked:
        assert client.get("/en/search/", {"q": query}).status_code == 200
    yield len(asked)


def test_more_results_cost_no_more_queries(officer: User, here: Unit) -> None:
    client = client_of(officer)
    Lead.objects.create(unit=here, title="鲸鱼", received=NOW, changed=NOW)
    list(questions_of(client, "鲸鱼"))
    (one,) = questions_of(client, "鲸鱼")
    for _ in range(5):
        Lead.objects.create(unit=here, title="鲸鱼", received=NOW, changed=NOW)
    (six,) = questions_of(client, "鲸鱼")
    assert six == one


def test_a_refusal_at_its_address_is_a_page_too(officer: User) -> None:
    assert client_of(officer).post("/en/search/", {"q": "x"}).status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(officer)
    assert strict.post("/en/search/", {"q": "x"}).status_code == 403
