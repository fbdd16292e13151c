"""A sentence names a record and what was refused in the language of its reader."""

import re

import pytest
from django.apps import apps
from django.db.models import Model
from django.utils.translation import override

from luodi.message import is_reason, messages
from luodi.web.cases.models import LandingCase
from luodi.web.core.actions import load
from luodi.web.core.error_words import in_words
from luodi.web.core.errors import NotFound, NotPermitted, StaleVersion
from luodi.web.core.policy import policy_of
from luodi.web.core.record_names import permission_name, record_name

OURS = [model for model in apps.get_models() if model.__module__.startswith("luodi.")]
ACTED_ON = {model for one in load().values() for model in (one.model, one.target)}
WITH_A_POLICY = [model for model in OURS if policy_of(model).acts]


@pytest.mark.parametrize("model", sorted({*ACTED_ON, *WITH_A_POLICY}, key=str), ids=lambda model: model._meta.label)
def test_every_record_that_somebody_may_act_on_has_a_name(model: type[Model]) -> None:
    assert record_name(model).reason != "record.record"


def test_no_name_is_left_over() -> None:
    known = {model._meta.label_lower.replace(".", "_") for model in {*OURS, *ACTED_ON}}
    assert set(messages("record")) - known == {"record"}


@pytest.mark.parametrize("model", WITH_A_POLICY, ids=lambda model: model._meta.label)
def test_every_permission_has_words(model: type[Model]) -> None:
    assert [act for act in policy_of(model).acts if not is_reason(f"act.{act}")] == []


def test_a_record_without_a_name_is_a_record() -> None:
    assert record_name(apps.get_model("sessions.Session")) == "record"
    assert permission_name("look_at") == "look at"


@pytest.mark.parametrize(
    "problem",
    [
        StaleVersion(LandingCase()),
        NotFound("core.no-such-record", what=record_name(LandingCase)),
        NotPermitted("accounts.your-roles-do-not-let", act=permission_name("work"), what=record_name(LandingCase)),
    ],
    ids=lambda problem: problem.code,
)
def test_a_chinese_sentence_names_the_record_in_chinese(problem: NotFound) -> None:
    with override("zh-hans"):
        shown = in_words(problem)
    assert "案件" in shown and not re.search("[A-Za-z]", shown)
    assert "case" in str(problem)
