"""Public pages that many ask for, kept in the process as they were sent: packed, for nobody by name.

They hold for a day, and for the books from which they were made.
"""

import gzip
from collections.abc import Callable
from functools import wraps
from hashlib import sha256

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import patch_vary_headers

from luodi.editions import books
from luodi.web.core.words import language

View = Callable[..., HttpResponse]


def cached_page(view: View) -> View:
    """Keep the answer to a GET of somebody who is not signed in. Only for pages that hold nothing of a person."""

    @wraps(view)
    def answer(request: HttpRequest, *given: object, **named: object) -> HttpResponse:
        if request.method not in ("GET", "HEAD") or settings.SESSION_COOKIE_NAME in request.COOKIES:
            return view(request, *given, **named)
        text = f"{books().mark} {language()} {timezone.localdate()} {request.get_host()} {request.get_full_path()}"
        key = sha256(text.encode()).hexdigest()
        packed = caches["pages"].get(key)
        if packed is None:
            response = view(request, *given, **named)
            if response.status_code != 200 or response.cookies:
                return response
            packed = gzip.compress(response.content, 6, mtime=0)
            caches["pages"].set(key, packed)
        return _response(request, packed)

    return answer


def _response(request: HttpRequest, packed: bytes) -> HttpResponse:
    if "gzip" in request.headers.get("accept-encoding", ""):
        response = HttpResponse(packed, headers={"Content-Encoding": "gzip"})
    else:
        response = HttpResponse(gzip.decompress(packed))
    patch_vary_headers(response, ("Accept-Encoding", "Cookie"))
    return response
