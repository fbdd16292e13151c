"""Reading notices: a person's own, as long as they may see the rows that these are about (invariant 18)."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from django.apps import apps
from django.conf import settings
from django.core.paginator import Page, Paginator
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest

from luodi.web.core.permissions import in_scope, scope_of, visible
from luodi.web.core.prepared import Prepared
from luodi.web.core.types import AnyUser
from luodi.web.notices.models import Notice

A_PAGE: Final = 25
MANY: Final = 99  # unread ones are counted so far
_UNREAD: Final[Prepared[Notice]] = Prepared(
    lambda user: Notice.objects.filter(user_id=user, read=None).only("row", "row_key")[: MANY + 1], int
)


def own(user: AnyUser) -> list[Notice]:
    """Every notice of somebody whose row they may see, the newest first."""
    return _seen(user, visible(user, Notice.objects.all()))


def told_of(kind: str, since: datetime) -> set[tuple[str, str]]:
    """The rows of which somebody was told of a kind since then, by their keys, each with the reason."""
    return set(Notice.objects.filter(kind=kind, made__gte=since).order_by().values_list("row_key", "reason"))


def page_of(user: AnyUser, number: str) -> Page:
    found: Page = Paginator(own(user), A_PAGE).get_page(number)
    return found


def unread(request: HttpRequest) -> int:
    """How many are unread, 100 standing for more; asked of the database only for whoever has a session."""
    user = getattr(request, "user", None)
    if settings.SESSION_COOKIE_NAME not in request.COOKIES or user is None or not user.is_authenticated:
        return 0
    return len(_seen(user, _UNREAD(user.pk)))


def _seen(user: AnyUser, rows: Iterable[Notice]) -> list[Notice]:
    """Those whose row is there and may be seen: one query a kind of row."""
    found, keys = list(rows), defaultdict(set)
    for one in found:
        keys[one.row].add(one.row_key)
    there = {(label, str(key)) for label, those in keys.items() for key in _visible_keys(user, label, those)}
    return [one for one in found if (one.row, one.row_key) in there]


def _visible_keys(user: AnyUser, label: str, keys: set[str]) -> Iterable[int]:
    """The bell on every page asks for the same ones until the next notice comes or one is read."""
    return _THERE(label=label, scope=scope_of(user, apps.get_model(label)), keys=frozenset(keys))


def _there(*, label: str, scope: Q | None, keys: frozenset[str]) -> QuerySet[Model, int]:
    rows = apps.get_model(label)._base_manager.filter(pk__in=sorted(keys))
    return in_scope(rows, scope).values_list("pk", flat=True)


_THERE: Final[Prepared[int]] = Prepared(_there)
