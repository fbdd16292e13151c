"""What tests of mail share: a case with a contact, and messages as they come in."""

from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from luodi.web.cases.conftest import NOW, Bench, bench
from luodi.web.cases.models import LandingCase
from luodi.web.companies.models import Contact
from luodi.web.mail.actions import take_in
from luodi.web.mail.models import Message
from luodi.web.mail.queries import address_of

__all__ = ["bench"]
DOMAIN = "desk.example"


@pytest.fixture
def case(bench: Bench, settings: Any, tmp_path: Path) -> LandingCase:
    """Of a site that has a domain, and folders of the test's own."""
    settings.MAIL_DOMAIN = DOMAIN
    settings.MAIL_SPOOL = tmp_path / "mail-in"
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.MEDIA_ROOT.mkdir()
    return bench.open()


@pytest.fixture
def lin(bench: Bench, case: LandingCase) -> Contact:
    return Contact.objects.create(company=bench.company, name="Lin Wei", email="lin@lantern.example", language="en")


def written(case: LandingCase | None = None, text: str = "We found two racks.", **headers: str) -> EmailMessage:
    made = EmailMessage()
    to = address_of(case) if case else f"office@{DOMAIN}"
    given = {"From": "Lin Wei <lin@lantern.example>", "To": to, "Subject": "Racks", "Message-ID": "<1@lantern.example>"}
    for name, value in {**given, **{name.replace("_", "-"): value for name, value in headers.items()}}.items():
        made[name] = value
    made.set_content(text)
    return made


def came(case: LandingCase | None = None, text: str = "We found two racks.", **headers: str) -> Message:
    [found] = take_in(written(case, text, **headers).as_bytes(), at=NOW)
    return found
