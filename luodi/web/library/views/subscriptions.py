"""Subscribing to an entry, or to what the law says of a service in a place."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from luodi.web.library.subjects import CellSubject, EntrySubject
from luodi.web.notices.views.subscriptions import subscribe, subscription_form


@subscription_form
def entry(request: HttpRequest, kind: str, name: str) -> HttpResponse:
    return subscribe(request, EntrySubject.find(kind, name), reverse("library:entry", args=(kind, name)))


@subscription_form
def cell(request: HttpRequest, service: str, place: str) -> HttpResponse:
    return subscribe(request, CellSubject.find(service, place), reverse("library:answer", args=(service, place)))
