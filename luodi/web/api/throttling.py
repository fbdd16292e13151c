"""How much one asker may ask in a minute, over all processes and machines.

Each process takes a twentieth of a minute's limit at a time from the database and spends it by itself. The sum that is
granted never exceeds the limit; a process that stops may leave a twentieth unused.
"""

import hashlib
import hmac
from threading import Lock
from typing import Final

from django.conf import settings
from django.db.models import F

from luodi.web.api.models import Allowance

PARTS: Final = 20


class Bucket:
    """What this process has taken for the minute and not spent yet."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._minute = 0
        self._left: dict[str, int] = {}
        self._empty: dict[str, int] = {}
        self._granted: dict[str, int] = {}

    def left(self, who: str, limit: int, minute: int) -> int:
        """How much of this minute is left, as far as this process knows: others may have taken some since."""
        with self._lock:
            self._turn(minute)
            return max(0, limit - self._granted.get(who, 0) + self._left.get(who, 0))

    def spend(self, who: str, cost: int, limit: int, minute: int) -> bool:
        """Whether `who` may spend so much more in this minute."""
        with self._lock:
            self._turn(minute)
            if self._left.get(who, 0) < cost and not self._fill(who, cost, limit, minute):
                return False
            self._left[who] = self._left.get(who, 0) - cost
            return True

    def _turn(self, minute: int) -> None:
        if minute != self._minute:
            self._minute, self._left, self._empty, self._granted = minute, {}, {}, {}

    def _fill(self, who: str, cost: int, limit: int, minute: int) -> bool:
        """Take a part of the limit, or just what is asked for where a whole part is no longer there."""
        if cost >= self._empty.get(who, limit + 1):
            return False
        left = self._left.get(who, 0)
        for part in dict.fromkeys((max(cost - left, limit // PARTS), cost - left)):
            used = granted(who, part, limit, minute)
            if used:
                self._left[who], self._granted[who] = left + part, used
                return True
        self._empty[who] = cost
        return False


def granted(who: str, part: int, limit: int, minute: int) -> int:
    """Count `part` in the database, unless that would exceed the limit; how much is then granted, 0 if it would."""
    row, is_new = Allowance.objects.get_or_create(who=who, minute=minute)
    if is_new:
        Allowance.objects.filter(minute__lt=minute - 1).delete()
    fits = Allowance.objects.filter(pk=row.pk, used__lte=limit - part)
    return row.used + part if fits.update(used=F("used") + part) == 1 else 0


def asker(address: str) -> str:
    """An address as it is counted: nobody can read it from the database, and it is gone two minutes later."""
    return hmac.new(settings.SECRET_KEY.encode(), address.encode(), hashlib.sha256).hexdigest()


bucket: Final = Bucket()
