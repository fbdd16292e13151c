"""Forms that are kept are those that would be made anew, but for their key."""

import re

import pytest
from django.utils import translation

from luodi.web.cases.actions.cases import actions_of_case
from luodi.web.cases.conftest import Bench
from luodi.web.cases.forms import CaseForm
from luodi.web.cases.models import CaseStep, LandingCase
from luodi.web.cases.views.cached_forms import _drawn, fields_of, form_of

_KEY = re.compile('name="key" value="([^"]+)"')


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_kept_form_is_the_one_that_would_be_made_anew(planned: LandingCase, bench: Bench, lang: str) -> None:
    rows = {LandingCase: None, CaseStep: CaseStep.objects.filter(case=planned)[1]}
    keys = []
    with translation.override("zh-hans" if lang == "zh" else "en"):
        for name, action in actions_of_case().items():
            for target in [rows[action.target]] * 2 if action.target in rows else []:  # made, then kept
                kept, asks = fields_of(name, planned, target)
                fresh: CaseForm = form_of(name, planned, target)
                keys += _KEY.findall(kept)
                fresh.initial["key"] = keys[-1]
                assert kept == _drawn(fresh, lang), name
                assert asks == bool(fresh.visible_fields())
    assert len(set(keys)) == len(keys) > 2 * len([one for one in actions_of_case().values() if one.target in rows]) - 2
