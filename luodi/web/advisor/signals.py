"""What the advisor tells the apps above, and asks of them.

enquiry_arrived(enquiry, at)       an enquiry was sent; in its transaction
went_stale(changed, since, at)     answers no longer hold: each with its changes as JSON; `since` is the day for which
                                   they were looked through before
relied_on() -> Q                   answers that other apps rest on; they are looked at again when the books change
open_cases() -> (determination, number of open cases that rest on it)
"""

from typing import Final

from luodi.web.core.signals import Question, Signal

enquiry_arrived: Final = Signal()
went_stale: Final = Signal()
relied_on: Final = Question()
open_cases: Final = Question()
