"""What the books tell the apps above, and ask of them.

books_changed()                    other editions are in force; after the transaction that brought them
open_cases() -> (determination, number of open cases that rest on it)
"""

from typing import Final

from django.dispatch import Signal

from luodi.web.core.signals import Question

books_changed: Final = Signal()
open_cases: Final = Question()
