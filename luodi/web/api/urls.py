"""Addresses: /api/v1/ for programs, and the page about it in both languages for those who write them."""

from collections.abc import Callable
from functools import wraps
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import URLPattern, path, re_path

from luodi.message import Message
from luodi.web.api.admission import add_limit
from luodi.web.api.problems import no_such_address, refuse
from luodi.web.api.refusals import WrongMethod
from luodi.web.api.router import api
from luodi.web.api.views import about, keys

View = Callable[..., HttpResponseBase]


def endpoint(view: View) -> View:
    """HEAD is a GET without its body; another method is refused as a problem. No cookie is read, so none is forged."""

    @wraps(view)
    def answer(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        asked = request.method
        if asked == "HEAD":
            request.method = "GET"
        response = view(request, *args, **kwargs)
        if response.status_code == 405:
            allowed = response.headers.get("Allow", "")
            response = refuse(
                WrongMethod("api.not-understood", asked=asked, allowed=allowed or Message("api.another-method")),
                request,
            )
            response.headers["Allow"] = allowed
        add_limit(request, response)
        if asked == "HEAD" and isinstance(response, HttpResponse):
            response.headers["Content-Length"] = str(len(response.content))
            response.content = b""
        return response

    answer.csrf_exempt = True  # type: ignore[attr-defined]
    return answer


def _endpoints() -> list[URLPattern]:
    return [
        path(f"api/v1/{p.pattern}", endpoint(p.callback), p.default_args)
        for p in api.urls[0]
        if isinstance(p, URLPattern) and "api-root" not in (p.name or "")
    ]


app_name: Final = "api"
entrances = [("api:page", "api.name")]
urlpatterns = [
    path("api/", about.page_about, name="page"),
    path("api/<slug:name>/", about.resource, name="resource"),
    path("account/keys/", keys.keys, name="keys"),
    path("account/keys/new/", keys.make, name="make_key"),
    path("account/keys/<int:number>/revoke/", keys.revoke, name="revoke_key"),
]
without_language = [
    *_endpoints(),
    path("api/v1/openapi.json", endpoint(about.openapi)),
    re_path(r"^api/v1(?:/(?P<rest>[\s\S]*))?$", endpoint(no_such_address)),
]
