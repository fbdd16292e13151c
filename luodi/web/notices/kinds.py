"""The kinds of notices: each app says its own by the signal `notice_kinds`."""

from collections.abc import Iterable
from functools import cache

from luodi.web.core.notify import NoticeKind
from luodi.web.core.signals import notice_kinds


@cache
def kinds() -> dict[str, NoticeKind]:
    return {kind.key: kind for kind in notice_kinds.ask()}


def stoppable(roles: Iterable[str]) -> list[NoticeKind]:
    """Those that somebody with these roles may get and stop."""
    own = set(roles)
    return [kind for kind in kinds().values() if not kind.legal and (not kind.roles or own & set(kind.roles))]
