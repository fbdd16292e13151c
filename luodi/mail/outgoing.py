"""The headers of a message that goes out."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from email.utils import format_datetime, formataddr
from typing import Final

_MOST_IDS: Final = 20


def new_id(domain: str) -> str:
    return f"<case-mail-{secrets.token_hex(12)}@{domain}>"


def follows(earlier: Sequence[str], answered: str) -> list[str]:
    """What an answer follows: the message that is `answered`, and the nearest of those that this one follows."""
    return [*earlier[-_MOST_IDS:], answered] if answered else []


def headers_of(message_id: str, at: datetime, followed: Sequence[str]) -> dict[str, str]:
    found = {"Message-ID": message_id, "Date": format_datetime(at)}
    return {**found, "In-Reply-To": followed[-1], "References": " ".join(followed)} if followed else found


def bare(address: str) -> str:
    """`Luodi <luodi@example.cn>` without the name, in small letters."""
    return address.rpartition("<")[2].strip("> ").casefold()


def in_the_name_of(person: str, address: str) -> str:
    """The address of the site under the name of a person; "" of one who has none."""
    return formataddr((person, bare(address))) if person else bare(address)
