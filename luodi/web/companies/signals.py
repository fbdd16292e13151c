"""What the page of a company asks of the apps above.

company_events(user, company, on) -> Events of its time line
company_open_cases(company)       -> keys of its open cases, whoever may see them
company_officers(companies)       -> officers of the open cases of some companies
company_records(user, company)    -> (key of words, number) of what belongs to it and `user` may see
"""

from typing import Final

from luodi.web.core.signals import Question

company_events: Final = Question()
company_open_cases: Final = Question()
company_officers: Final = Question()
company_records: Final = Question()
