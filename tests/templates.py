"""Templates compiled once for all processes of a run: its workers, and the commands and servers that tests start."""

import atexit
import os
import shutil
import tempfile
from typing import Any

from jinja2 import FileSystemBytecodeCache


def kept(engines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The setting TEMPLATES, with a folder of the run, which the first process makes and takes away."""
    if "TEST_TEMPLATES" not in os.environ:
        os.environ["TEST_TEMPLATES"] = tempfile.mkdtemp(prefix="luodi-templates-")
        atexit.register(shutil.rmtree, os.environ["TEST_TEMPLATES"], ignore_errors=True)
    folder = FileSystemBytecodeCache(os.environ["TEST_TEMPLATES"])
    return [engine | {"OPTIONS": {**engine["OPTIONS"], "bytecode_cache": folder}} for engine in engines]
