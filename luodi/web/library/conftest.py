"""The tests of this room read an index that was made once, as a site has it after it started."""

from collections.abc import Iterator

import pytest
from django.utils import timezone


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: object) -> Iterator[None]:
    from luodi.web.library.index import refresh

    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        refresh(timezone.now())
    yield
