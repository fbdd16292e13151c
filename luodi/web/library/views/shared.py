"""A page of the library, with what all of its templates use."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from luodi.library.shelf import shelf
from luodi.web.core.pages import page
from luodi.web.library import timeline_svg


def library_page(request: HttpRequest, template: str, status: int = 200, **context: object) -> HttpResponse:
    """`looks` names lanes and states; `shelf_entries` are all entries; `on` is today unless the page has its own."""
    given = {"on": timezone.localdate(), "looks": timeline_svg, "shelf_entries": shelf().entries, **context}
    return page(request, template, status, **given)
