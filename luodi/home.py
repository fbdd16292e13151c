"""Where the site keeps what it keeps: `LUODI_HOME`, or the platform's folder for a user's data."""

import os
import secrets
from pathlib import Path
from typing import Final

from platformdirs import user_data_path

ENVIRONMENT: Final = "LUODI_HOME"


def home() -> Path:
    """The folder, made if it is not there yet. Raises `OSError` where it cannot be."""
    named = os.environ.get(ENVIRONMENT)
    folder = Path(named).expanduser() if named else user_data_path("luodi", appauthor=False)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def secret_key() -> str:
    """`LUODI_SECRET_KEY`; without it a key of this home's own, so that a trial keeps its sessions over a restart.

    A site in production must bring its own: see `luodi.web.safe_settings`.
    """
    given = os.environ.get("LUODI_SECRET_KEY")
    if given:
        return given
    file = home() / "secret-key"
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return file.read_text(encoding="ascii").strip()
    with os.fdopen(descriptor, "w", encoding="ascii") as out:
        made = secrets.token_urlsafe(48)
        out.write(made + "\n")
    return made
