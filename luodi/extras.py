"""The extras of the package: what answers for one company comes by itself, many companies and the site need more.

The packages of each stand in pyproject.toml; here are the modules by which one sees whether they are installed.
"""

from collections.abc import Mapping
from importlib.util import find_spec
from typing import Final

from luodi.errors import LuodiError

_BULK: Final = ("numpy", "numba", "scipy", "flint", "pyarrow", "zlib_ng")
_WEB: Final = (
    *("django", "ninja", "allauth", "django_htmx", "django_tasks", "django_tasks_db", "argon2", "zxcvbn"),
    *("dj_database_url", "whitenoise", "gunicorn", "cryptography", "icalendar", "filetype", "mcp", "python_calamine"),
    *("feedparser", "openpyxl", "docx", "snowballstemmer", "rapidfuzz", "pypdfium2"),
)
#: Modules that each extra brings. An extra stands behind those it includes.
MODULES: Final[Mapping[str, tuple[str, ...]]] = {
    "bulk": _BULK,
    "web": (*_BULK, *_WEB),
    "duckdb": (*_BULK, "duckdb"),
    "postgresql": ("psycopg",),
    "spark": (*_BULK, "pyspark", "pandas"),
}


class MissingExtra(LuodiError):
    """Packages are needed that `pip install luodi` alone does not bring."""

    code = "missing-extra"


def require(extra: str, what: str) -> None:
    """Raise `MissingExtra` unless all of an extra is installed. `what` needs it, such as "`luodi bulk`"."""
    if not all(map(is_installed, MODULES[extra])):
        raise MissingExtra("common.needs-extra", what=what, extra=extra)


def extra_of(module: str) -> str | None:
    """The smallest extra that brings a module, or None if none does."""
    top = module.partition(".")[0]
    return next((extra for extra, modules in MODULES.items() if top in modules), None)


def is_installed(module: str) -> bool:
    """Whether a module can be imported, without importing it."""
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:  # a finder may refuse a module by name
        return False
