"""What the pages and gates of a case ask of the apps above.

case_panels(user, case, on) -> Panels that the page of a case shows
case_dues(user, case, by)   -> Dues: rows of a case that have a day, each kind as one query
case_facts(case, on)        -> (name, value) of the facts that gates may ask
case_opening(user, company, on) -> (words, address) of what is told to whoever opens a case of a company
agreement_subjects()        -> Subjects: kinds of facts between two sides, see `queries.agreements`
"""

from typing import Final

from luodi.web.core.signals import Question

case_panels: Final = Question()
case_dues: Final = Question()
case_facts: Final = Question()
case_opening: Final = Question()
agreement_subjects: Final = Question()
