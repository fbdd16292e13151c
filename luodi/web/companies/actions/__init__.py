"""What can be done with a company, by the names that its page and the API call it."""

from collections.abc import Mapping
from typing import Final

from luodi.web.accounts.models import Company
from luodi.web.companies.actions import merging, profile, proposals, registers, representatives
from luodi.web.core.actions import Action

_IN_ORDER: Final = (
    profile.add_name,
    profile.add_identifier,
    profile.add_label,
    profile.say_fact,
    profile.add_holding,
    profile.add_contact,
    profile.give_consent,
    merging.merge,
    proposals.propose,
    merging.confirm_access,
    representatives.propose,
    registers.look_up_company,
    registers.take,
    profile.end_holding,
    profile.remove_label,
    profile.remove_name,
    profile.contact_left,
    profile.withdraw_consent,
)
ON_COMPANY: Final[Mapping[str, Action]] = {one.name: one for one in _IN_ORDER}


def is_on_a_row(action: Action) -> bool:
    """Whether it is done with a row of the company, which its form names, and not with the company itself."""
    return action.target is not Company
