"""What every page needs of notices: how many are unread."""

from typing import Final

from luodi.web.notices.queries import MANY, unread

GLOBALS: Final = {"unread": unread, "unread_many": MANY}
