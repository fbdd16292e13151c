"""The question: one service, one place, one day, one investor, one total foreign share; any may be unknown."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from luodi.access.treatments import CEPA_REGIONS, AccessBook
from luodi.errors import LuodiError, UnknownKey, did_you_mean
from luodi.message import in_key
from luodi.places import country
from luodi.profiles.vocabulary import parse_value
from luodi.values import Number, as_json_number

KEYS = ("service", "place", "share", "investor", "cepa_qualified")


@dataclass(frozen=True, slots=True)
class AccessQuestion:
    """`share` is a percent number above 0 and up to 100, or 0 where no foreign investor takes part."""

    service: str | None = None
    place: str | None = None
    share: Number | None = None
    investor: str | None = None
    cepa_qualified: bool | None = None

    @classmethod
    def parse(cls, raw: Mapping[str, Any], book: AccessBook, *, at: str | None = None) -> "AccessQuestion":
        """A checked question; an absent, null or blank part stays unknown."""
        found: dict[str, Any] = {}
        for key, value in raw.items():
            if key not in KEYS:
                raise UnknownKey("access.question-no-key", key=key, meant=did_you_mean(key, KEYS), at=at)
            try:
                found[key] = parse_value(book.book.vocabulary[key], value)
                _known(key, found[key], book)
            except LuodiError as problem:
                raise problem.located(in_key(key, at)) from None
        return cls(**found)

    @property
    def contradicted(self) -> tuple[str, ...]:
        """The two parts that cannot both be true: a foreign share of the mainland, a certificate from elsewhere."""
        if self.investor == "CN" and self.share:
            return ("investor", "share")
        if self.investor is not None and self.investor not in CEPA_REGIONS and self.cepa_qualified:
            return ("investor", "cepa_qualified")
        return ()

    def having(self, **changes: Any) -> "AccessQuestion":
        return replace(self, **changes)

    @property
    def is_domestic(self) -> bool:
        return self.share == 0 or (self.investor == "CN" and not self.share)

    def as_json(self) -> dict[str, Any]:
        return {
            "service": self.service,
            "place": self.place,
            "share": None if self.share is None else as_json_number(self.share),
            "investor": self.investor,
            "cepa_qualified": self.cepa_qualified,
        }


def _known(key: str, value: Any, book: AccessBook) -> None:
    if value is None:
        return
    if key == "service":
        book.service(value)
    elif key == "place":
        book.zone(value)
    elif key == "investor":
        country(value)
