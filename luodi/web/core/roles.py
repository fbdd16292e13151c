"""The roles of people, as data: which there are, and what each belongs to."""

from enum import StrEnum
from typing import Final


class Role(StrEnum):
    """What somebody is on the site, from a day and perhaps to one."""

    REPRESENTATIVE = "representative"  # acts for one company
    OFFICER = "officer"  # works on the rows of a unit and of those below it
    POLICY_OFFICER = "policy_officer"  # keeps the books
    PUBLISHER = "publisher"  # publishes the data of a unit
    LEADER = "leader"  # reads what a unit and those below it do
    ADMINISTRATOR = "administrator"  # looks after people, roles and the journal of the whole site


class RoleLevel(StrEnum):
    """How much a representative may do for a company."""

    FULL = "act"  # whatever the role may
    READ = "see"  # read alone


class Standing(StrEnum):
    """What somebody is to a row without a role."""

    ANYBODY = "anybody"  # everybody, where the row is public
    SIGNED_IN = "signed_in"
    OWNER = "owner"  # the row is about this person, or theirs


OF_A_COMPANY: Final = frozenset({Role.REPRESENTATIVE})
OF_A_UNIT: Final = frozenset({Role.OFFICER, Role.PUBLISHER, Role.LEADER})
OF_THE_SITE: Final = frozenset({Role.ADMINISTRATOR})
ANYWHERE: Final = frozenset({Role.POLICY_OFFICER})  # of a unit, or of the whole site

#: "visitor" is nobody's role: it is what everybody is before being given one.
STAFF: Final = OF_A_UNIT | OF_THE_SITE | ANYWHERE
Who = Role | Standing
