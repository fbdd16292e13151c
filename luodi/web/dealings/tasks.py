"""Background work on what is arranged around cases."""

from django.utils import timezone
from django_tasks import task

from luodi.web.dealings.actions.promises import lapse_propositions
from luodi.web.dealings.actions.referrals import chase_referrals, notify_late_referrals


@task()
def chase() -> int:
    """Once a day: units that did not answer, or did not finish in time, are reminded, and what nobody answered or took
    in time lapses."""
    at = timezone.now()
    return chase_referrals(at) + notify_late_referrals(at) + lapse_propositions(at)
