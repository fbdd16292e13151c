"""What a start of the site does about the demo."""

import os

from django.conf import settings
from django.utils import timezone

from luodi.web.core.context import acting_as
from luodi.web.demo.make import is_demo
from luodi.web.demo.make import make as make_world
from luodi.web.demo.years import Progress


def prepare(*, make: bool, progress: Progress | None) -> dict[str, str]:
    """The world of the demo on a site that holds nothing, and pages that say so wherever it is. Passwords by address,
    where it was made just now. With `progress`, which is called as it goes on, the bureau has its two years of work.
    """
    with acting_as("command"):
        passwords = make_world(timezone.now(), progress=progress) if make else None
    settings.DEMO = is_demo()
    os.environ["LUODI_DEMO"] = "1" if settings.DEMO else ""  # for the worker beside the server
    return passwords or {}
