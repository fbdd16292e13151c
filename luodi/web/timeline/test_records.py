"""The declaration of time lines is whole: every record of a case or company, with all fields and their words."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db.models import Model

from luodi.web.accounts.models import Company
from luodi.web.cases.models import LandingCase
from luodi.web.core.policy import ITSELF, Policy, every_model, policy_of
from luodi.web.core.words import words
from luodi.web.timeline.queries import Part, hidden, kinds, left_out, lookups, parts, target_of

ON_A_LINE = [part for part in parts().values() if part.of]


def paths(policy: Policy | None) -> Iterator[str]:
    while policy is not None:
        yield from (path for path in (policy.user, policy.company, policy.unit) if path and path != ITSELF)
        policy = policy.beside


def hangs_on(model: type[Model]) -> bool:
    """Whether its owners are found through a case or a company."""
    for path in paths(policy_of(model)):
        names = path.split("__")
        ways = ("__".join(names[:end]) for end in range(1, len(names) + 1))
        if any(target_of(model, way) in (LandingCase, Company) for way in ways):
            return True
    return False


def test_every_record_of_a_case_or_company_is_on_a_time_line_or_there_is_a_reason() -> None:
    there = {part.label for part in ON_A_LINE}
    missing = [
        model._meta.label
        for model in every_model()
        if hangs_on(model) and model._meta.label not in there and model._meta.label not in left_out()
    ]
    assert not missing, "say in records.yaml where their entries are shown"


def test_every_way_leads_to_a_case_or_a_company() -> None:
    for part in ON_A_LINE:
        assert {target_of(part.model, way) for way in part.of} <= {LandingCase, Company}, part.label
        assert {part.kind, *part.fields.values(), *part.acts.values()} <= set(kinds()), part.label
    assert lookups(LandingCase) and lookups(Company)


def shown_fields(part: Part) -> list[Any]:
    unseen = {*hidden(), *getattr(part.model, "not_in_journal", ())}
    fields = [one for one in part.model._meta.concrete_fields if one.name not in unseen and not one.primary_key]
    return [one for one in fields if part.values.get(one.name) != "@hide"]


@pytest.mark.parametrize("part", ON_A_LINE, ids=lambda part: part.label)
def test_every_field_has_a_label_and_every_value_words(part: Part) -> None:
    known = words()
    own = part.label.lower().replace(".", "_")
    for one in shown_fields(part):
        assert {f"timeline.field_{one.name}", f"timeline.field_{own}_{one.name}"} & set(known), one.name
        if one.choices:
            begins = part.values.get(one.name, "")
            lacking = [value for value, _ in one.choices if f"{begins}_{value}" not in known]
            assert begins.startswith("@") or not lacking, (one.name, lacking)
        if one.related_model is not None:
            label = one.related_model._meta.label
            assert label == "accounts.User" or label in parts(), f"how is a {label} called?"
    for name in part.named:
        part.model._meta.get_field(name)


def test_every_kind_and_heading_has_words() -> None:
    assert all(f"timeline.kind_{kind}" in words() for kind in kinds())
