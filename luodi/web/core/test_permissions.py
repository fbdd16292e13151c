"""Who reaches what: every role against every kind of row there is, those of rooms still to come included."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import connection, models
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from model_bakery import baker

from luodi.web.accounts.models import Company, Membership, Unit, User
from luodi.web.conftest import SINCE, person, unit
from luodi.web.core.errors import NotPermitted
from luodi.web.core.permissions import _scope, has_role, matches, may, require, visible
from luodi.web.core.policy import ITSELF, Policy, every_model, policy_of
from luodi.web.core.roles import OF_A_COMPANY, OF_A_UNIT, Role, Standing

pytestmark = pytest.mark.django_db


def has_acts(model: type[models.Model]) -> bool:
    try:
        return bool(policy_of(model).acts)
    except LookupError:
        return False  # the first test names it


DECIDED = [model for model in every_model() if has_acts(model)]


# ---- every model has been decided on


def test_every_model_says_who_owns_its_rows() -> None:
    undecided = []
    for model in every_model():
        try:
            policy_of(model)
        except LookupError:
            undecided.append(model._meta.label)
    assert undecided == []


def test_a_model_without_a_decision_would_be_seen() -> None:
    class Undecided(models.Model):
        class Meta:
            app_label = "nowhere"

    with pytest.raises(LookupError, match=r"nowhere\.Undecided"):
        policy_of(Undecided)


def test_what_a_model_decides_is_not_inherited() -> None:
    class Parent(models.Model):
        policy = Policy()

        class Meta:
            app_label = "nowhere"

    class Child(Parent):
        class Meta:
            app_label = "nowhere"

    with pytest.raises(LookupError):
        policy_of(Child)


@pytest.mark.parametrize("model", every_model(), ids=lambda model: model._meta.label)
def test_every_path_to_an_owner_leads_to_one(model: type[models.Model]) -> None:
    policy, goals = policy_of(model), {"user": User, "company": Company, "unit": Unit}
    for name, goal in goals.items():
        path = getattr(policy, name)
        if path is not None:
            assert _end(model, path) is goal, f"{model._meta.label}: {name}={path}"


def _end(model: type[models.Model], path: str) -> Any:
    for part in [] if path == ITSELF else path.split("__"):
        model = model._meta.get_field(part).related_model
    return model


# ---- the matrix: a row of one's own, of another, and everybody who might come for it


@dataclass
class Town:
    """Two bureaus, one with an office below it; two companies; and a person in each part."""

    above: Unit
    here: Unit
    aside: Unit
    ours: Company
    theirs: Company
    owner: User
    stranger: User


@pytest.fixture
def town() -> Town:
    above = unit("City")
    return Town(
        above,
        unit("Bureau", above),
        unit("Other bureau", above),
        Company.objects.create(name_en="Lantern Isle"),
        Company.objects.create(name_en="Mill"),
        person("owner"),
        person("stranger"),
    )


Who = tuple[Role | None, str]
#: Each part, and where it is played, seen from the row's own unit `here` and company `ours`.
COMERS: list[Who] = [
    *((role, place) for role in OF_A_UNIT for place in ("above", "here", "aside")),
    (Role.REPRESENTATIVE, "ours"),
    (Role.REPRESENTATIVE, "theirs"),
    (Role.POLICY_OFFICER, ""),
    (Role.POLICY_OFFICER, "here"),
    (Role.POLICY_OFFICER, "aside"),
    (Role.ADMINISTRATOR, ""),
    (None, "owner"),
    (None, "stranger"),
    (None, "visitor"),
]


def made_row(model: type[models.Model], town: Town) -> models.Model:
    """A row whose owners are `here`, `ours` and `owner`. Where a room's model takes more than that, the room gives
    `test_rows.ROWS[model](town)` beside its models."""
    maker = _makers().get(model)
    if maker:
        return maker(town)
    policy, owners = policy_of(model), {"unit": town.here, "company": town.ours, "user": town.owner}
    for name, owner in owners.items():
        if getattr(policy, name) == ITSELF:
            return owner
    paths = {getattr(policy, name): owner for name, owner in owners.items() if getattr(policy, name)}
    return baker.make(model, **paths)


def _makers() -> dict[Any, Callable[[Town], Any]]:
    found: dict[Any, Callable[[Town], Any]] = {}
    for room in settings.LUODI_APPS:
        if find_spec(f"luodi.web.{room}.test_rows"):
            found |= import_module(f"luodi.web.{room}.test_rows").ROWS
    return found


def comer(who: Who, town: Town) -> Any:
    role, place = who
    if role is None:
        return AnonymousUser() if place == "visitor" else getattr(town, place)
    return person(f"{role.value}-{place or 'site'}", role, getattr(town, place) if place else None)


def expected(policy: Policy, act: str, who: Who) -> bool:
    """What the declaration says in words, worked out without a database."""
    role, place = who
    allowed = policy.acts[act]
    if Standing.ANYBODY in allowed and not policy.public:
        return True
    if Standing.SIGNED_IN in allowed and place != "visitor":
        return True
    if role is None:
        return Standing.OWNER in allowed and policy.user is not None and place == "owner"
    if role not in allowed:
        return False
    if role in OF_A_COMPANY:
        return policy.company is not None and place == "ours"
    return policy.unit is None or place in ("above", "here", "")


@pytest.mark.parametrize("model", DECIDED, ids=lambda model: model._meta.label)
def test_the_matrix(model: type[models.Model], town: Town) -> None:
    policy, row = policy_of(model), made_row(model, town)
    found, wanted = {}, {}
    for who in COMERS:
        user = comer(who, town)
        for act in policy.acts:
            rows = visible(user, model._base_manager.filter(pk=row.pk), act)
            found[who, act], wanted[who, act] = rows.count() == 1, expected(policy, act, who)
            assert may(user, act, row) is found[who, act]
            scope = _scope(policy, act, user, timezone.localdate())
            assert scope is None or matches(scope, row) in (None, found[who, act])  # of what was read with the row
    if policy.public:  # which rows are public is the room's own to test
        found = {key: yes for key, yes in found.items() if Standing.ANYBODY not in policy.acts[key[1]]}
        wanted = {key: wanted[key] for key in found}
    assert found == wanted


@pytest.mark.parametrize("model", DECIDED, ids=lambda model: model._meta.label)
def test_an_act_that_nobody_named_is_nobodys(model: type[models.Model], town: Town) -> None:
    row = made_row(model, town)
    for who in COMERS:
        assert not may(comer(who, town), "an act that is not named", row)


# ---- single promises, on memberships


def rows_of(user: Any) -> set[str]:
    return {str(held) for held in visible(user, Membership.objects.all())}


def test_a_leader_reaches_the_units_below_and_not_those_beside(town: Town) -> None:
    person("officer", Role.OFFICER, town.here)
    person("elsewhere", Role.OFFICER, town.aside)
    assert rows_of(person("lee", Role.LEADER, town.here)) == {"officer Bureau", "leader Bureau"}


def test_a_unit_whose_number_begins_alike_is_not_below() -> None:
    city = unit("City")
    Unit.objects.filter(pk=city.pk).update(path="/1/")
    Unit.objects.create(kind="park", name_zh="Park", name_en="Park", path="/11/")
    leader = person("lee", Role.LEADER, Unit.objects.get(pk=city.pk))
    person("paula", Role.OFFICER, Unit.objects.get(path="/11/"))
    assert rows_of(leader) == {"leader City"}


@pytest.mark.parametrize(("days", "holds"), [(-1, False), (0, True), (9, True), (10, False)])
def test_a_role_holds_from_its_first_day_to_before_its_last(town: Town, days: int, holds: bool) -> None:
    user, first = person("ben"), date(2026, 3, 1)
    Membership.objects.create(user=user, role=Role.ADMINISTRATOR, starts=first, ends=first + timedelta(days=10))
    on = first + timedelta(days=days)
    assert has_role(user, [Role.ADMINISTRATOR], on=on) is holds
    assert may(user, "administer", town.stranger, on=on) is holds


def test_whoever_is_shut_out_reaches_nothing(town: Town) -> None:
    ada = person("ada", Role.ADMINISTRATOR)
    ada.is_active = False
    assert not visible(ada, User.objects.all()).exists()
    assert not may(ada, "see", ada)


def test_a_row_reached_in_two_ways_counts_once(town: Town) -> None:
    ada = person("ada", Role.ADMINISTRATOR)
    for _ in range(2):
        Membership.objects.create(user=ada, role=Role.LEADER, unit=town.above, starts=SINCE)
    assert visible(ada, Membership.objects.filter(user=ada)).count() == 3


def test_a_refusal_does_not_say_what_the_row_is_called(town: Town) -> None:
    with pytest.raises(NotPermitted) as refused:
        require(town.stranger, "administer", town.owner)
    assert refused.value.code == "not-permitted"
    assert "Owner" not in str(refused.value) and "owner@" not in str(refused.value)


@pytest.mark.parametrize(
    ("role", "tied"),
    [
        (Role.OFFICER, {}),
        (Role.LEADER, {"company": "ours"}),
        (Role.REPRESENTATIVE, {}),
        (Role.REPRESENTATIVE, {"unit": "here"}),
        (Role.ADMINISTRATOR, {"unit": "here"}),
        (Role.PUBLISHER, {}),
        (Role.POLICY_OFFICER, {"company": "ours"}),
        ("mayor", {}),
    ],
)
def test_a_role_without_what_it_is_for_is_refused_by_the_database(town: Town, role: str, tied: dict[str, str]) -> None:
    from django.db import IntegrityError

    with pytest.raises(IntegrityError):
        Membership.objects.create(
            user=town.owner, role=role, starts=SINCE, **{key: getattr(town, name) for key, name in tied.items()}
        )


# ---- owners beside others, and rows that only some of them scope


def test_other_owners_reach_what_lies_beside_and_only_the_rows_that_are_theirs() -> None:
    """A promise is the unit's from the start, and the company's once it was shown."""
    theirs = Policy(company="company", acts={"see": frozenset({Role.REPRESENTATIVE})}, where=models.Q(scope="see"))
    mine = Policy(unit="unit", acts={"see": frozenset({Role.LEADER}), "end": frozenset({Role.LEADER})}, beside=theirs)
    assert mine.all_acts == {"see": {Role.LEADER, Role.REPRESENTATIVE}, "end": {Role.LEADER}}
    mill, here = Company.objects.create(name_en="Mill"), unit("Here")
    mei, lee = person("mei", Role.REPRESENTATIVE, mill), person("lee", Role.LEADER, here)
    rows = {}
    for scope in ("see", "act"):
        rows[scope] = Membership.objects.create(
            user=person(scope), role=Role.REPRESENTATIVE, company=mill, scope=scope, starts=SINCE
        )
    for user, act, seen in ((mei, "see", {"see"}), (mei, "end", set()), (lee, "see", {"lee"}), (lee, "end", {"lee"})):
        scope = _scope(mine, act, user, SINCE)
        found = Membership.objects.filter(scope) if scope is not None else Membership.objects.none()
        assert {one.user.name.lower() for one in found} == seen, (user, act)


def test_an_owner_without_bounds_beside_another_reaches_everything() -> None:
    ada = person("ada", Role.ADMINISTRATOR)
    all_of_it = Policy(acts={"see": frozenset({Role.ADMINISTRATOR})})
    policy = Policy(user="user", acts={"see": frozenset({Standing.OWNER})}, beside=all_of_it)
    assert _scope(policy, "see", ada, SINCE) == models.Q()


def test_a_row_that_was_read_with_its_owners_says_who_reaches_it(town: Town) -> None:
    ben = person("ben", Role.OFFICER, town.here)
    held = Membership.objects.select_related("unit").get(user=ben)
    plain = Membership.objects.get(user=ben)
    with CaptureQueriesContext(connection) as asked:
        for path, reached in ((town.above.path, True), (town.here.path, True), (town.aside.path, False)):
            below = models.Q(unit__path__startswith=path)
            assert matches(below, held) is reached
            assert matches(below, plain) is None  # its unit was not read
            assert matches(below | models.Q(user=ben.pk), held) is True
            assert matches(below & models.Q(user=ben.pk + 1), held) is False
            assert matches(~below, held) is None
        assert matches(models.Q(company=town.ours.pk), held) is False
        assert matches(models.Q(unit__company__pk=1) & models.Q(starts__lte=SINCE), held) is None
    assert len(asked) == 0


def test_a_page_reads_the_roles_of_its_reader_once(client: Client) -> None:
    """For the guard before it and for the entrances around it."""
    client.force_login(person("paula", Role.POLICY_OFFICER))
    client.get("/en/account/")
    with CaptureQueriesContext(connection) as asked:
        assert client.get("/en/account/people/").status_code == 403
    assert len([one for one in asked if '"accounts_membership"' in one["sql"]]) == 1
