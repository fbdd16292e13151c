"""Who finds what: for everybody and every word, the search shows and counts what the lists and pages show them."""

from typing import Any

import pytest
from django.test import Client

from luodi.web import test_endpoints_records
from luodi.web.accounts.company_index import index_names
from luodi.web.accounts.models import Company, User
from luodi.web.cases.models import LandingCase
from luodi.web.companies.lists import COMPANIES
from luodi.web.core.lists import RecordList
from luodi.web.core.permissions import has_role, visible
from luodi.web.core.roles import Role
from luodi.web.leads.lists import INBOX
from luodi.web.leads.models import Lead
from luodi.web.search.kinds import KINDS, AnyKind
from luodi.web.search.models import RecordWord
from luodi.web.search.queries import Hits, find, suggest
from luodi.web.test_endpoints_records import Records
from luodi.web.workbench.lists import QUEUE

pytestmark = pytest.mark.django_db
records = test_endpoints_records.records
_STAFF = {Role.OFFICER, Role.LEADER}
#: Lists with a page for those who work here, by the kind that they show.
LISTS: dict[str, tuple[RecordList[Any], set[Role]]] = {
    "company": (COMPANIES, {*_STAFF, Role.POLICY_OFFICER, Role.ADMINISTRATOR}),
    "case": (QUEUE, _STAFF),
    "lead": (INBOX, _STAFF),
}


def asked_of(records: Records) -> list[str]:
    """Every word by which a record of any kind is found."""
    for company in Company.objects.filter(merged_into=None):
        index_names(company, (company.name_zh, company.name_en))
    words = set(RecordWord.objects.values_list("word", flat=True)) | {"company", "xqzv"}
    return sorted(word for word in words if word[0] not in "=~")


def found_by_kind(user: User | None, word: str) -> dict[str, Hits]:
    return {one.kind: one for one in find(user, word, "", "en")}


def test_invariant_18_what_is_found_opens_and_what_is_counted_is_visible(records: Records) -> None:
    """Each address answers its finder; nobody finds or counts a record that they may not see."""
    kinds: dict[str, AnyKind] = {kind.name: kind for kind in KINDS}
    opened: set[tuple[str, str]] = set()
    met: set[str] = set()
    words = asked_of(records)
    for name, user in records.users.items():
        client = Client()
        if user is not None:
            client.force_login(user)
        for word in words:
            for hits in (*found_by_kind(user, word).values(), *suggest(user, word, "en")):
                kind = kinds[hits.kind]
                assert hits.total <= visible(user, kind.model._default_manager.filter(kind.only)).count(), (name, word)
                assert has_role(user, kind.roles), (name, word)
                for hit in hits.hits:
                    if (name, hit.address) not in opened:
                        assert client.get(hit.address).status_code == 200, (name, hit)
                        opened.add((name, hit.address))
                met.add(hits.kind)
    assert met >= {"company", "case", "lead", "enquiry", "contact", "account", "enquiry_file", "demand"}
    assert not {name for name, _ in opened} & {"visitor", "signed in", "owner", "publisher"}


def test_invariant_25_the_search_counts_what_the_lists_show(records: Records) -> None:
    asked_of(records)
    states = {"company": {}, "case": {"state": "open"}, "lead": {"state": ""}}
    case = LandingCase.objects.get(company__name_en="company-xqzv")
    lead = Lead.objects.get(title="lead-xqzv")
    seen = set()
    for name, user in records.users.items():
        for word in ("company-xqzv", case.reference, lead.title, "nothing-at-all"):
            found = found_by_kind(user, word)
            for kind, (of, roles) in LISTS.items():
                total = found[kind].total if kind in found else 0
                there = of.found(user, {"words": word, **states[kind]}).count() if has_role(user, roles) else 0
                if has_role(user, roles) or not has_role(user, {Role.REPRESENTATIVE}):
                    assert total == there, (name, word, kind)
                seen |= {kind} if total else set()
    assert seen == set(LISTS)
