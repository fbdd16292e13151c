"""Addresses: pages under /zh/ and /en/, each room's below; the rest has no language."""

from importlib import import_module
from importlib.util import find_spec

from django.conf import settings
from django.urls import URLResolver, include, path

from luodi.web.site.health import alive, ready
from luodi.web.site.language import LanguagePrefix
from luodi.web.site.views import front, security_txt

_rooms = [f"luodi.web.{room}.urls" for room in settings.ROOMS if find_spec(f"luodi.web.{room}.urls")]

urlpatterns = [
    path("", front),
    path("healthz", alive),
    path("readyz", ready),
    path(".well-known/security.txt", security_txt),
    URLResolver(LanguagePrefix(), [path("", include(room)) for room in _rooms]),
    URLResolver(
        LanguagePrefix(), [part for room in _rooms for part in getattr(import_module(room), "plain_names", [])]
    ),
    *(part for room in _rooms for part in getattr(import_module(room), "without_language", [])),
]
handler400 = "luodi.web.site.views.bad_request"
handler403 = "luodi.web.site.views.forbidden"
handler404 = "luodi.web.site.views.not_found"
handler429 = "luodi.web.site.limits.too_many"  # asked for by allauth
handler500 = "luodi.web.site.views.broken"
