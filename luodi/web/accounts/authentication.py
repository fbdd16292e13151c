"""Who a request comes from: its session and its person, which each page reads."""

from datetime import datetime
from typing import Final

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from luodi.web.accounts.models import User
from luodi.web.core.prepared import Prepared

_LIVE: Final[Prepared[Session]] = Prepared(
    lambda key, now: Session.objects.filter(session_key=key, expire_date__gt=now), str, datetime
)
_PERSON: Final[Prepared[User]] = Prepared(lambda pk: User.objects.filter(pk=pk), int)


class SessionStore(db.SessionStore):
    """Sessions as Django keeps them in the database."""

    def _get_session_from_db(self) -> Session | None:
        found = _LIVE(self.session_key, timezone.now())
        if not found:
            self._session_key = None
        return found[0] if found else None


class Backend(AuthenticationBackend):
    """Signing in as allauth has it."""

    def get_user(self, user_id: int | str) -> User | None:
        found = _PERSON(int(user_id))
        return found[0] if found and self.user_can_authenticate(found[0]) else None
