"""Files as a browser sends them, and a folder to keep them in."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from luodi.uploads.conftest import GOOD


def upload(name: str = "plan.pdf", content: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, GOOD[name]() if content is None else content)


@pytest.fixture
def folder(settings: Any, tmp_path: Path) -> Path:
    """A folder of the test's own for what is kept."""
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.MEDIA_ROOT.mkdir()
    return tmp_path / "files"
