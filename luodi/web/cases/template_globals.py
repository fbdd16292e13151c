"""What every page may use of this app."""

from typing import Final

from luodi.web.accounts.models import Company
from luodi.web.cases.queries import law_words
from luodi.web.cases.queries.calendars import is_late
from luodi.web.cases.queries.evidence import shown_by
from luodi.web.cases.queries.promises import promise_of
from luodi.web.cases.views.cached_forms import fields_of
from luodi.web.cases.views.schedule import left_in_words, time_in_words, unsettled_words
from luodi.web.cases.views.wording import clock_about, clock_words, ends_words, promise_words, rating_words


def company_name(company: Company, lang: str) -> str:
    """In the language of the page where there is such a name."""
    first, second = (company.name_zh, company.name_en) if lang == "zh" else (company.name_en, company.name_zh)
    return first or second


GLOBALS: Final[dict[str, object]] = {
    "company_name": company_name,
    "fields_of": fields_of,
    "clock_words": clock_words,
    "clock_about": clock_about,
    "is_late": is_late,
    "shown_by": shown_by,
    "ends_words": ends_words,
    "left_in_words": left_in_words,
    "promise_of": promise_of,
    "promise_words": promise_words,
    "rating_words": rating_words,
    "time_in_words": time_in_words,
    "law_title": law_words.title,
    "law_gained": law_words.gained_shown,
    "law_lines": lambda row, lang: list(law_words.lines(row.changes, lang)),
    "law_time": law_words.time_shown,
    "unsettled_words": unsettled_words,
}
