"""What a request stores: rows of models with actions through `perform` alone, and nothing where it only reads.

`requests_are_watched` is used by every test of the site, and fails a test whose request does otherwise.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any, Final

import pytest
from django.db import connections
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.test import Client
from django.test.client import ClientHandler
from django.urls import ResolverMatch, path
from django.utils import timezone

from luodi.web.accounts.models import User
from luodi.web.cases.models import LandingCase
from luodi.web.core import actions
from luodi.web.notices.models import Notice

#: Requests that store a row of a model with actions beside `perform`, by view or address. It may only get shorter.
BESIDE: Final[dict[str, str]] = {}
#: Requests that store something although they only read, by view. It may only get shorter.
READING: Final[dict[str, str]] = {
    "library:books": "the first page on the day of an edition does not wait for the background work",
    "mfa_download_recovery_codes": "codes are shown once, and the site forgets them with that",
    "mfa_view_recovery_codes": "as above",
    "openid_connect_callback": "the provider of a sign-on sends people back by GET",
}
#: What any request may note: sessions, when somebody signed in or a key was used, and how much of a limit is spent.
NOTED: Final = {"usersessions_usersession", "django_session", "api_allowance", "accounts_spent", "cache"}
_NOTES: Final = re.compile(r'UPDATE "(accounts_user" SET "last_login|api_apikey" SET "used)" = %s WHERE')
#: What is written down though somebody only reads: that a list leaves the site (invariant 19), also by a link; that a
#: session is over; the first use of a key.
WRITTEN: Final = {"journal_entry", "journal_head", "journal_exportrecord"}

_TABLE: Final = re.compile(r'(INSERT|UPDATE|DELETE)(?: OR \w+)?(?: INTO| FROM)? "?(\w+)')
_depth: Final = ContextVar("depth", default=0)


class Watch:
    """Statements that store something, by their table: all, and those beside an action that is being performed."""

    def __init__(self) -> None:
        self.all, self.beside = list[str](), list[str]()

    def __call__(self, execute: Callable[..., object], sql: str, *more: object) -> object:
        if sql.startswith(("INSERT", "UPDATE", "DELETE")) and not _NOTES.match(sql):
            found = _TABLE.match(sql)
            verb, table = found.groups() if found else (sql, "")
            self.all.append(f"{verb} {table}")
            if not _depth.get() and table in tables_with_actions():
                self.beside.append(f"{verb} {table}")
        return execute(sql, *more)

    def changed(self) -> list[str]:
        """What is neither noted nor written down."""
        return [one for one in self.all if one.split(" ")[1] not in NOTED | WRITTEN]

    def problem(self, method: str, name: str) -> str:
        """What is wrong with a request to this view; blank where nothing is."""
        if method in ("GET", "HEAD", "OPTIONS"):
            return f"{method} {name} stores {self.changed()}" if self.changed() and name not in READING else ""
        return f"{method} {name} stores {self.beside} beside `perform`" if self.beside and name not in BESIDE else ""


@cache
def tables_with_actions() -> frozenset[str]:
    """Those of kinds that only go when their term is over left out."""
    found = set[str]()
    for one in actions.load().values():
        if one.name == "erase_over":
            continue
        kinds = one.model.__subclasses__() if one.model._meta.abstract else [one.model]
        found |= {kind._meta.db_table for kind in kinds}
    return frozenset(found)


@contextmanager
def watched() -> Iterator[Watch]:
    """What is stored meanwhile by this thread."""
    watch = Watch()
    with ExitStack() as stack:
        stack.callback(_depth.reset, _depth.set(0))
        stack.enter_context(connections["default"].execute_wrapper(watch))
        yield watch


def _name(match: ResolverMatch | None) -> str:
    if match is None:
        return ""
    return match.view_name if match.url_name else match.route


def _counting(perform: Callable[..., Any]) -> Callable[..., Any]:
    def counted(*args: Any, **more: Any) -> Any:
        token = _depth.set(_depth.get() + 1)
        try:
            return perform(*args, **more)
        finally:
            _depth.reset(token)

    return counted


def _watching(answer: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    def answered(handler: ClientHandler, environ: dict[str, Any]) -> Any:
        with watched() as watch:
            response: Any = answer(handler, environ)
        request = response.wsgi_request
        if problem := watch.problem(request.method, _name(request.resolver_match)):
            pytest.fail(problem)
        return response

    return answered


@pytest.fixture(autouse=True, scope="session")
def requests_are_watched() -> Iterator[None]:
    patch = pytest.MonkeyPatch()
    patch.setattr(actions, "perform", _counting(actions.perform))
    patch.setattr(ClientHandler, "__call__", _watching(ClientHandler.__call__))
    yield
    patch.undo()


# ---- and what is refused, so that this can fail


def _store(request: HttpRequest) -> HttpResponse:
    LandingCase.objects.filter(pk=0).update(technology="beside")
    return HttpResponse()


urlpatterns = [path("stored/", _store, name="stored")]


@pytest.mark.django_db
@pytest.mark.urls(__name__)
@pytest.mark.parametrize(
    ("method", "said"),
    [("post", r"POST stored stores \['UPDATE cases_landingcase'\] beside `perform`"), ("get", "GET stored stores")],
)
def test_a_form_that_stores_beside_an_action_and_a_page_that_stores_at_all_fail(
    client: Client, method: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(pytest.fail.Exception, match=said):
        getattr(client, method)("/stored/")
    for excused in (BESIDE, READING):
        monkeypatch.setitem(excused, "stored", "for a test")
    assert getattr(client, method)("/stored/").status_code == 200


@pytest.mark.django_db
def test_what_an_action_stores_and_what_any_request_notes_is_no_fault() -> None:
    with watched() as watch:
        _counting(LandingCase.objects.filter(pk=0).update)(technology="by an action")
        User.objects.filter(pk=0).update(last_login=timezone.now())
        Notice.objects.filter(pk=0).update(withheld="no")  # a model without actions
    assert watch.all == ["UPDATE cases_landingcase", "UPDATE notices_notice"] and watch.beside == []
