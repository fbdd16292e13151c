"""A page of the library, with what all of its templates use."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from luodi.library.shelf import shelf
from luodi.web.core.pages import page
from luodi.web.library import timeline_svg


def library_page(request: HttpRequest, template: str, status: int = 200, **context: object) -> HttpResponse:
    """`labels` names lanes and states; `catalogue` has all entries; `on` is today unless the page has its own."""
    given = {"on": timezone.localdate(), "labels": timeline_svg, "catalogue": shelf().entries, **context}
    return page(request, template, status, **given)
