"""What belongs to the user whose key an assistant shows: saved answers and enquiries, as resources.

Over standard input there is no key, so there is nothing of this. Nothing of Django is read before somebody shows one.
"""

from collections.abc import Iterator
from contextvars import ContextVar
from typing import TYPE_CHECKING, Final

from luodi.rules.explain import Document

if TYPE_CHECKING:
    from luodi.web.api.admission import Caller

SCHEME: Final = "luodi://"
SAVED, ENQUIRY = f"{SCHEME}saved/", f"{SCHEME}enquiry/"
MOST: Final = 50  # of each kind, the newest
#: By the scope that a key needs for it.
TEMPLATES: Final = {
    "keep": (
        "luodi://saved/{number}",
        "Saved answers of the user, with the plan as it was; 用户保存的回答与当时的方案",
    ),
    "enquire": ("luodi://enquiry/{reference}", "An enquiry with its replies; 一件咨询与答复"),
}
#: Who asks over HTTP.
current_caller: ContextVar["Caller | None"] = ContextVar("current_caller", default=None)


def templates() -> dict[str, str]:
    """Those that the one who asks may fill."""
    scopes = _scopes()
    return dict(row for scope, row in TEMPLATES.items() if scope in scopes)


def _scopes() -> set[str]:
    caller = current_caller.get()
    return set(caller.key.scopes) if caller and caller.key and caller.user else set()


def listed() -> Iterator[tuple[str, str, str]]:
    """Address, name and title of each, the newest first."""
    caller, scopes = current_caller.get(), _scopes()
    if caller is None or not scopes & set(TEMPLATES):
        return
    from django.db import close_old_connections

    from luodi.web.advisor import queries
    from luodi.web.advisor.api.enquiries import visible_to

    close_old_connections()  # a thread of the server may have slept for long
    if "keep" in scopes:
        for row in queries.saved(caller.user).defer("determination__packed").order_by("-pk")[:MOST]:
            yield f"{SAVED}{row.pk}", f"saved {row.pk}", row.name
    if "enquire" in scopes:
        for sent in visible_to(caller).order_by("-pk")[:MOST]:
            yield f"{ENQUIRY}{sent.reference}", f"enquiry {sent.reference}", sent.message[:80] or sent.reference


def read(uri: str) -> Document | None:
    """The document; None for what is no address of ours, or is not for the one who asks. Raises `NoSuchAddress`."""
    caller, scopes = current_caller.get(), _scopes()
    if caller is None or caller.user is None:
        return None
    from django.db import close_old_connections

    from luodi.web.advisor.api import shown
    from luodi.web.advisor.api.enquiries import enquiry_of
    from luodi.web.advisor.api.saved import saved_of

    close_old_connections()
    if uri.startswith(SAVED) and "keep" in scopes:
        return shown.saved_whole(saved_of(caller.user, uri.removeprefix(SAVED)))
    if uri.startswith(ENQUIRY) and "enquire" in scopes:
        return shown.enquiry_whole(enquiry_of(caller, uri.removeprefix(ENQUIRY)))
    return None
