"""What the API asks of the apps above.

observed_times(on) -> (step and office, times) observed until a day, which a landing plan shows
"""

from typing import Final

from luodi.web.core.signals import Question

observed_times: Final = Question()
