"""How often a stranger may hand something over: fewer times than other forms, since a person reads each."""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from luodi.web.site.limits import counter, network, too_many

_AN_HOUR: Final = 3600
View = Callable[..., HttpResponse]


def few(view: View) -> View:
    """429 once a network address has sent more than `ANONYMOUS_LETTERS` of these forms in an hour."""

    @wraps(view)
    def answer(request: HttpRequest, *given: Any, **named: Any) -> HttpResponse:
        if request.method == "POST" and not request.user.is_authenticated:
            count = counter.add(f"letters {network(request)}", int(time.time() // _AN_HOUR))
            if count > settings.ANONYMOUS_LETTERS:
                response = too_many(request)
                response.headers["Retry-After"] = str(_AN_HOUR)
                return response
        return view(request, *given, **named)

    return answer
