"""Settings of the suite: a home of its own, plain hashing, and a database from `LUODI_TEST_DATABASE_URL`."""

import os
import tempfile
from pathlib import Path

os.environ["LUODI_HOME"] = tempfile.mkdtemp(prefix="luodi-test-")
os.environ["LUODI_DATABASE_URL"] = os.environ.get("LUODI_TEST_DATABASE_URL", "")

from luodi.web.settings import *  # noqa: F403
from tests.templates import kept

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
Path(STATIC_ROOT).mkdir(exist_ok=True)  # noqa: F405
CACHES = CACHES | {"pages": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}  # noqa: F405
TEMPLATES = kept(TEMPLATES)  # noqa: F405
