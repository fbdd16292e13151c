"""Addresses: pages under /zh/ and /en/, each app's below; the rest has no language."""

from importlib import import_module
from importlib.util import find_spec

from django.conf import settings
from django.urls import URLResolver, include, path

from luodi.web.core.language import LanguagePrefix
from luodi.web.site.health import alive, ready
from luodi.web.site.views import front, security_txt

_apps = [f"luodi.web.{app}.urls" for app in settings.LUODI_APPS if find_spec(f"luodi.web.{app}.urls")]

urlpatterns = [
    path("", front),
    path("healthz", alive),
    path("readyz", ready),
    path(".well-known/security.txt", security_txt),
    URLResolver(LanguagePrefix(), [path("", include(app)) for app in _apps]),
    URLResolver(LanguagePrefix(), [part for app in _apps for part in getattr(import_module(app), "plain_names", [])]),
    *(part for app in _apps for part in getattr(import_module(app), "without_language", [])),
]
handler400 = "luodi.web.site.views.bad_request"
handler403 = "luodi.web.site.views.forbidden"
handler404 = "luodi.web.site.views.not_found"
handler429 = "luodi.web.accounts.limits.too_many"  # asked for by allauth
handler500 = "luodi.web.site.views.broken"
