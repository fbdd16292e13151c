"""Finding records of every kind that somebody may see, by words in both scripts, initials of pinyin, and numbers."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from django.db.models import Model, QuerySet

from luodi.profiles.names import asked, name_key
from luodi.web.accounts.company_index import begins, found_by, of_the_same_name, with_word
from luodi.web.companies.lists import with_number
from luodi.web.core.lists import clean_text
from luodi.web.core.permissions import has_role, visible
from luodi.web.core.roles import OF_A_COMPANY, Role
from luodi.web.core.types import AnyUser
from luodi.web.search.kinds import KINDS, AnyKind
from luodi.web.search.models import RecordWord
from luodi.web.search.texts import TEXTS

SHOWN: Final = 6  # of a kind, where all are searched
MOST: Final = 50  # of a kind that was asked for
SUGGESTED: Final = 3  # of a kind, while somebody types
COUNTED: Final = 1_000  # more are not counted
_WITH_WORDS: Final = {texts.kind for texts in TEXTS}
_REFERENCE: Final = re.compile(r"[A-Z]{2}-?[0-9][0-9-]{0,12}")


@dataclass(frozen=True)
class Hit:
    title: str
    detail: str
    address: str


@dataclass(frozen=True)
class Hits:
    """Records of one kind, the best first. `total` is how many fit in all: one more than `COUNTED` where there are more
    than that."""

    kind: str
    scope: str
    hits: tuple[Hit, ...]
    total: int

    @property
    def more(self) -> bool:
        return self.total > len(self.hits)


def find(user: AnyUser, query: str, scope: str, lang: str) -> list[Hits]:
    """What somebody may see that fits all words of the query, by kind; kinds without a hit are left out."""
    return _found(user, query, scope, lang, MOST if scope else SHOWN, COUNTED)


def suggest(user: AnyUser, query: str, lang: str) -> list[Hits]:
    """The first few of what `find` finds; no more is counted than is shown."""
    return _found(user, query, "", lang, SUGGESTED, SUGGESTED)


def _found(user: AnyUser, query: str, scope: str, lang: str, most: int, counted: int) -> list[Hits]:
    query = clean_text(query)
    if not query:
        return []
    works_here = has_role(user, set(Role) - OF_A_COMPANY)
    found = []
    for kind in kinds_of(user, scope):
        rows, total = _rows(kind, user, query, most, counted)
        if rows:
            best = _best(kind, rows, query)[:most]
            hits = (Hit(kind.title(row, lang), kind.detail(row, lang), kind.address(row, works_here)) for row in best)
            found.append(Hits(kind.name, kind.scope, tuple(hits), total))
    return found


def kinds_of(user: AnyUser, scope: str = "") -> list[AnyKind]:
    """Those that have a page for somebody with these roles."""
    return [kind for kind in KINDS if scope in ("", kind.scope) and has_role(user, kind.roles)]


def scopes_of(user: AnyUser) -> list[str]:
    return [*dict.fromkeys(kind.scope for kind in kinds_of(user)), "law"]


def _rows(kind: AnyKind, user: AnyUser, query: str, most: int, counted: int) -> tuple[list[Model], int]:
    """The exact ones before the others, and of these the newest, with how many there are; each way is searched by
    itself, since no index serves several at once."""
    ways = list(_ways(kind, visible(user, kind.model._default_manager.filter(kind.only)), query))
    keys: dict[int, None] = {}
    for some in ways:
        if len(keys) <= most:
            keys |= dict.fromkeys(some.order_by("-pk").values_list("pk", flat=True)[: most + 1])
    total = len(keys)
    if most < total <= counted:
        each = (set(some.order_by().values_list("pk", flat=True)[: counted + 1]) for some in ways)
        total = min(len(set().union(*each)), counted + 1)
    full = kind.model._default_manager.all()
    if kind.related:  # without a name it would read every relation
        full = full.select_related(*kind.related)
    found = full.in_bulk(list(keys)[: most + 1])
    return [found[key] for key in keys if key in found], total


def _ways(kind: AnyKind, rows: QuerySet[Model], query: str) -> Iterator[QuerySet[Model]]:
    number = "".join(query.split()).upper()
    if kind.reference and _REFERENCE.fullmatch(number):
        yield rows.filter(begins(number, kind.reference))
    if kind.company == "pk":
        yield rows.filter(pk__in=with_number(query))
        yield rows.filter(pk__in=of_the_same_name([query]).values("pk"))
    if kind.name in _WITH_WORDS:
        yield _with_words(kind, rows, query)
    if kind.company:
        yield found_by(rows, query, kind.company)


def _with_words(kind: AnyKind, rows: QuerySet[Model], query: str) -> QuerySet[Model]:
    terms = list(asked(query))
    for word, longer in terms:
        with_it = RecordWord.objects.filter(with_word(word, longer), kind=kind.name)
        rows = rows.filter(pk__in=with_it.values("record"))
    return rows if terms else rows.none()


def _best(kind: AnyKind, rows: Iterable[Model], query: str) -> list[Model]:
    """Names that are what was asked for first, then those that begin with it."""
    wanted = name_key(query)

    def rank(row: Model) -> int:
        keys = [name_key(kind.title(row, lang)) for lang in ("zh", "en")]
        return 0 if wanted in keys else 1 if any(key.startswith(wanted) for key in keys) else 2

    return sorted(rows, key=rank)
