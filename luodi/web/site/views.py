"""The home page, the pages about the site itself, and what is said when something goes wrong."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import translation
from django.views.decorators.http import require_safe

from luodi.rules.library import book_names, load_book
from luodi.web.pages import page
from luodi.web.words import language


@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """`/` sends to the visitor's language."""
    response = HttpResponseRedirect(f"/{language()}/")
    response.headers["Vary"] = "Accept-Language"
    return response


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return page(request, "site/home")


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    return page(request, "site/about", books=[load_book(name) for name in book_names()])


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return page(request, "site/accessibility")


# ---- faults


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _fault(request, 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _fault(request, 403)


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that did not come from our page, or came too late."""
    return _fault(request, 403, "forged")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _fault(request, 404)


def broken(request: HttpRequest) -> HttpResponse:
    """A fault of ours: the page must not need anything that may be what is broken."""
    try:
        return _fault(request, 500)
    except Exception:
        return HttpResponse("500", status=500, content_type="text/plain")


def _fault(request: HttpRequest, status: int, key: str | None = None, **context: Any) -> HttpResponse:
    with translation.override(translation.get_language()):
        return page(request, "site/fault", status, key=key or str(status), **context)
