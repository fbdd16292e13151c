"""How often a stranger may hand something over: fewer times than other forms, since a person reads each."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from luodi.web.accounts.limits import network, too_many, within

_AN_HOUR: Final = 3600
View = Callable[..., HttpResponse]


def few(view: View) -> View:
    """429 once a network address has sent more than `ANONYMOUS_LETTERS` of these forms in an hour."""

    @wraps(view)
    def answer(request: HttpRequest, *given: Any, **named: Any) -> HttpResponse:
        counts = request.method == "POST" and not request.user.is_authenticated
        if counts and not within("letters", network(request), settings.ANONYMOUS_LETTERS, _AN_HOUR):
            response = too_many(request)
            response.headers["Retry-After"] = str(_AN_HOUR)
            return response
        return view(request, *given, **named)

    return answer
