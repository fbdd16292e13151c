"""How many forms a stranger may send: counted per network address and span of time.

First in memory that the processes of one machine share, which costs nothing and stops a flood; what passes there is
counted in the database, so that the limit holds over all machines and over a new start.
"""

import ipaddress
import mmap
import multiprocessing
import struct
import time
from collections.abc import Callable
from functools import wraps
from hashlib import blake2b
from typing import Final

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.db.models import F
from django.http import HttpRequest, HttpResponse

from luodi.web.accounts.models import Spent
from luodi.web.core.pages import page

A_MINUTE: Final = 60
AN_HOUR: Final = 3600
_SLOTS: Final = 65_536
View = Callable[..., HttpResponse]
_CELL: Final = struct.Struct("=II")  # the minute, and how many in it


class Counter:
    """Counts by key and minute in a table of fixed size. It is made before the server forks, so all processes count
    in the same one; two keys that share a cell (one pair in 65,536) share a count."""

    def __init__(self) -> None:
        self._table = mmap.mmap(-1, _SLOTS * _CELL.size)
        self._lock = multiprocessing.Lock()

    def add(self, key: str, minute: int) -> int:
        """How many there are in this minute, this one included."""
        place = int.from_bytes(blake2b(key.encode(), digest_size=4, key=_KEY).digest(), "big") % _SLOTS * _CELL.size
        with self._lock:
            then, count = _CELL.unpack_from(self._table, place)
            count = count + 1 if then == minute else 1
            _CELL.pack_into(self._table, place, minute, count)
        return count

    def clear(self) -> None:
        with self._lock:
            self._table[:] = bytes(len(self._table))


_KEY: Final = settings.SECRET_KEY.encode()[:64]
counter = Counter()


def anonymous_posts(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: 429 for a stranger who sends too many forms. The endpoints in `OWN_LIMITS` count for themselves."""

    def answer(request: HttpRequest) -> HttpResponse:
        if _counts(request) and not within("posts", network(request), settings.ANONYMOUS_POSTS, A_MINUTE):
            return too_many(request)
        return get_response(request)

    return answer


def anonymous_letters(view: View) -> View:
    """For forms that a person reads or that send mail: 429 once a network address has sent more than
    `ANONYMOUS_LETTERS` of them in an hour."""

    @wraps(view)
    def answer(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        counts = request.method == "POST" and not request.user.is_authenticated
        if counts and not within("letters", network(request), settings.ANONYMOUS_LETTERS, AN_HOUR):
            return too_many(request, AN_HOUR)
        return view(request, *args, **kwargs)

    return answer


def within(what: str, who: str, limit: int, span: int) -> bool:
    """Count one more in this span of so many seconds; whether that is within the limit."""
    now = int(time.time() // span)
    key = f"{what} {who}"
    return counter.add(key, now) <= limit and _granted(key, limit, (now + 1) * span)


def _granted(key: str, limit: int, until: int) -> bool:
    """In the database. Whom a row is about nobody can read from it, and it goes when its span is over."""
    who = blake2b(key.encode(), digest_size=24, key=_KEY).hexdigest()
    row, new = Spent.objects.get_or_create(who=who, until=until)
    if new:
        Spent.objects.filter(until__lt=time.time()).delete()
    return Spent.objects.filter(pk=row.pk, used__lt=limit).update(used=F("used") + 1) == 1


def too_many(request: HttpRequest, seconds: int = A_MINUTE) -> HttpResponse:
    """Also what allauth answers where one of its own limits is reached."""
    response = page(request, "site/fault", 429, key="429")
    response.headers["Retry-After"] = str(seconds)
    return response


def network(request: HttpRequest) -> str:
    """Where a request comes from: the address, of IPv6 the half that names the network."""
    return network_of(get_adapter(request).get_client_ip(request))


def network_of(address: str) -> str:
    """An IPv6 address counts with its neighbours of the same /64: they are one household."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((parsed, 64), strict=False)) if parsed.version == 6 else str(parsed)


def _counts(request: HttpRequest) -> bool:
    if request.method in ("GET", "HEAD", "OPTIONS") or request.path_info.startswith(settings.OWN_LIMITS):
        return False
    return not request.user.is_authenticated
