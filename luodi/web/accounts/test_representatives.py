"""Who acts for a company: how far and until when, from the invitation on, and never for one that was merged away."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from luodi.errors import DuplicateKey
from luodi.profiles.codes import BadCode
from luodi.web.accounts.actions.companies import change_company
from luodi.web.accounts.actions.invitations import accept, invite
from luodi.web.accounts.actions.roles import end_role, give_role
from luodi.web.accounts.models import Company, Invitation, Membership, User
from luodi.web.accounts.test_pages import address, send
from luodi.web.accounts.validation import Grant, MergedAway
from luodi.web.conftest import PASSWORD, SINCE, add_company, by_operator, person
from luodi.web.core.permissions import has_role, may
from luodi.web.core.roles import Role, RoleLevel

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
USCC = "91110108551385082Q"


def invited(grant: Grant, ends: date | None = None) -> str:
    seen: list[str] = []

    def link(secret: str) -> str:
        seen.append(secret)
        return "http://testserver/"

    by_operator(invite, "mei@example.com", grant, link, ends=ends)
    return seen[0]


def taken_up(secret: str, after: timedelta = timedelta(0)) -> User:
    return accept(secret, name="Mei", password=PASSWORD, at=timezone.now() + after)


def test_an_invitation_carries_how_far_and_until_when(as_administrator: Client) -> None:
    mill, until = add_company("", "Mill"), TODAY + timedelta(days=30)
    asked: dict[str, Any] = {
        "email": "lin@example.com",
        "language": "en",
        "role": "representative",
        "company": mill.pk,
        "scope": "see",
    }
    refused = send(as_administrator, address("accounts:invite"), {**asked, "ends": TODAY.isoformat()})
    assert refused.status_code == 422 and not Invitation.objects.exists()
    done = send(as_administrator, address("accounts:invite"), {**asked, "ends": until.isoformat()})
    assert done.status_code == 302
    sent = Invitation.objects.get()
    assert (sent.company, sent.scope, sent.ends) == (mill, "see", until)
    held = taken_up(invited(Grant(Role.REPRESENTATIVE, company=mill, scope=RoleLevel.READ), until)).memberships.get()
    assert (held.scope, held.starts, held.ends) == ("see", TODAY, until)
    assert not has_role(held.user, [Role.REPRESENTATIVE], on=until)


def test_a_role_that_is_over_when_the_letter_is_opened_is_not_given() -> None:
    secret = invited(Grant(Role.REPRESENTATIVE, company=add_company("", "Mill")), TODAY + timedelta(days=1))
    assert not taken_up(secret, timedelta(days=2)).memberships.exists()


def test_a_role_that_is_over_stays_as_it_was() -> None:
    mei = person("mei", Role.REPRESENTATIVE, add_company("", "Mill"))
    Membership.objects.filter(user=mei).update(ends=SINCE + timedelta(days=1))
    by_operator(end_role, mei.memberships.get(), on=TODAY)
    assert mei.memberships.get().ends == SINCE + timedelta(days=1)


def test_the_day_a_role_ends_is_the_first_on_which_it_no_longer_holds() -> None:
    mill = add_company("", "Mill")
    mei = person("mei", Role.REPRESENTATIVE, mill)
    Membership.objects.filter(user=mei).update(ends=TODAY)
    assert not may(mei, "see", mill) and not has_role(mei, [Role.REPRESENTATIVE])
    assert has_role(mei, [Role.REPRESENTATIVE], on=TODAY - timedelta(days=1))


def test_nobody_is_named_for_a_company_that_was_merged_away(as_administrator: Client) -> None:
    kept, gone = add_company("", "Mill"), add_company("", "Old Mill")
    Company.objects.filter(pk=gone.pk).update(merged_into=kept)
    grant, mei = Grant(Role.REPRESENTATIVE, company=gone), person("mei")
    acts: list[Callable[[], object]] = [
        lambda: by_operator(give_role, mei, grant, starts=TODAY),
        lambda: by_operator(invite, "l@example.com", grant, str),
        lambda: by_operator(change_company, gone, "", "New", None, ""),
    ]
    for act in acts:
        with pytest.raises(MergedAway):
            act()
    asked = {"email": "l@example.com", "language": "en", "role": "representative", "company": gone.pk}
    assert send(as_administrator, address("accounts:invite"), asked).status_code == 422
    assert not Invitation.objects.exists()


def test_a_company_is_named_by_its_number_and_not_chosen_from_all_that_there_are(as_administrator: Client) -> None:
    add_company("", "Lantern Isle Cloud")
    page = as_administrator.get(address("accounts:invite")).text
    assert 'name="company"' in page and "Lantern Isle Cloud" not in page


@pytest.mark.parametrize(
    "typed", [USCC.lower(), "9111 0108 5513 8508 2q", "９１１１０１０８５５１３８５０８２Ｑ", f" {USCC}\n"]
)
def test_a_credit_code_is_kept_in_one_writing_whoever_enters_it(typed: str) -> None:
    assert add_company("", "Mill", credit_code=typed).credit_code == USCC
    with pytest.raises(DuplicateKey):
        by_operator(change_company, add_company("", "Quay"), "", "Quay", typed, "")
    with pytest.raises(BadCode):
        add_company("", "Bay", credit_code=f"{USCC[:-1]}X")
