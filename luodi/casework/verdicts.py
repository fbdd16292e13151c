"""What may be said of a proof. Models read this, so it loads no book."""

from enum import StrEnum


class Verdict(StrEnum):
    """Of a proof; `proposed` until somebody judges it, and again once the verdict is taken back."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    REFUSED = "refused"


class Ground(StrEnum):
    """Why a proof is refused, as its company reads it in its language."""

    KIND = "kind"
    NAME = "name"
    NUMBER = "number"
    DAY = "day"
    SEAL = "seal"
    UNREADABLE = "unreadable"
    OTHER = "other"
