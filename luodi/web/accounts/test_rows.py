"""Rows for the matrix of access, of models that a random row would not fit."""

from typing import Any, Final

from luodi.web.accounts.models import Cover, Membership
from luodi.web.core.roles import Role


def _membership(town: Any) -> Membership:
    """In a unit: a membership has a unit or a company, never both."""
    held: Membership = Membership.objects.create(
        user=town.owner, unit=town.here, role=Role.OFFICER, starts="2020-01-01", ends="2020-01-02"
    )
    return held


def _cover(town: Any) -> Cover:
    made: Cover = Cover.objects.create(away=town.owner, stand_in=town.stranger, starts="2020-01-01", ends="2020-01-02")
    return made


ROWS: Final = {Membership: _membership, Cover: _cover}
