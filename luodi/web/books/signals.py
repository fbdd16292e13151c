"""What the books tell the apps above, and ask of them.

preparing(at) -> (app, result)              other books are coming: what takes long is done before the transaction,
                                            and this thread answers from the coming books
entering_force(at, prepared, before, after, by)   they come into force, in the transaction: the results by app, and
                                            the publications of each book before and after
books_changed()                             they are in force; after the transaction
rows_relied_on() -> (row, answers, cases)   how many stored answers, and open cases, rest on a row of the books
answers_relied_on() -> Subject              the stored answers that people rely on, without a name
saved_answers(user) -> Subject              those that somebody saved
"""

from typing import Final

from luodi.web.core.signals import Question, Signal

preparing: Final = Question()
entering_force: Final = Signal()
books_changed: Final = Signal()
rows_relied_on: Final = Question()
answers_relied_on: Final = Question()
saved_answers: Final = Question()
