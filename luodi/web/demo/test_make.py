"""The world is made in an empty site, whole or not at all, and the public never meets it."""

from typing import Any

import pytest
from django.utils import timezone

from luodi.web.accounts.models import Company, DemoWorld, Unit, User
from luodi.web.conftest import person
from luodi.web.core.roles import Role
from luodi.web.demo.make import make
from luodi.web.production import UnsafeSettings, refuse_demo


@pytest.mark.django_db
@pytest.mark.parametrize("there", ["a person", "a unit", "a company"])
def test_a_site_that_holds_something_is_left_alone(there: str) -> None:
    match there:
        case "a person":
            person("ada", Role.ADMINISTRATOR)
        case "a unit":
            Unit.objects.create(kind="agency", name_zh="市局", name_en="City", path="/1/")
        case _:
            Company.objects.create(name_en="Mill")
    assert make(timezone.now()) is None and not DemoWorld.objects.exists()


@pytest.mark.django_db
def test_killed_in_the_midst_it_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*given: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken, pytest.raises(KeyboardInterrupt):
        broken.setattr("luodi.web.demo.make._Making._report", fail)
        make(timezone.now())
    assert not User.objects.exists() and not DemoWorld.objects.exists()
    assert make(timezone.now())


@pytest.mark.django_db
def test_the_public_never_meets_it() -> None:
    refuse_demo()
    make(timezone.now())
    with pytest.raises(UnsafeSettings, match="another LUODI_HOME"):
        refuse_demo()
