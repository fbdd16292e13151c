"""What the page of a company asks of the apps above.

company_events(user, company, on) -> Events of its time line
"""

from typing import Final

from luodi.web.core.signals import Question

company_events: Final = Question()
