"""The address of a case, `case+TOKEN@DOMAIN`: what is written to it comes to the case.

The token is the reference of the case with a mark that only the site can make, so that nobody can guess the address of
a case whose mail they have never seen, and nothing is stored for it.
"""

import base64
import hmac
import re
from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import Final

from luodi.errors import BadInput

_DOMAIN: Final = re.compile(r"[a-z0-9]([a-z0-9-]{0,62}\.)*[a-z0-9-]{1,63}")
_TOKEN: Final = re.compile(r"case\+([a-z0-9-]{1,40})-([a-z2-7]{16})@(.+)")
_PURPOSE: Final = b"luodi.mail.case-address:"


def domain_of(text: str) -> str:
    """The domain of the addresses of cases, as the environment names it, in small letters; nothing as "". Raises
    `BadInput`."""
    domain = text.strip().casefold()
    if domain and not _DOMAIN.fullmatch(domain):
        raise BadInput("mail.luodi-mail-domain", at="environment")
    return domain


def case_address(reference: str, domain: str, key: bytes) -> str:
    """`LD-2026-0001` as `case+ld-2026-0001-.. @domain`."""
    return f"case+{reference.casefold()}-{_mark(reference, key)}@{domain}"


def references_in(addresses: Iterable[str], domain: str, key: bytes) -> Iterator[str]:
    """The references of the cases whose addresses stand among these, each once; others, and forged ones, are left."""
    seen = set()
    for address in addresses:
        found = _TOKEN.fullmatch(address.strip().casefold())
        if found is None or not domain or found[3] != domain.casefold():
            continue
        reference = found[1].upper()
        if reference not in seen and hmac.compare_digest(found[2], _mark(reference, key)):
            seen.add(reference)
            yield reference


def _mark(reference: str, key: bytes) -> str:
    """80 bits."""
    digest = hmac.new(key, _PURPOSE + reference.upper().encode(), sha256).digest()
    return base64.b32encode(digest[:10]).decode("ascii").casefold()
