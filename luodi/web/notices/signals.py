"""What notices ask of the apps above.

subjects() -> classes of `subjects.Subject`: what people can subscribe to
"""

from typing import Final

from luodi.web.core.signals import Question

subjects: Final = Question()
