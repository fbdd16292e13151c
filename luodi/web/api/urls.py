"""Addresses: /api/v1/ for programs, and the page about it in both languages for those who write them."""

from collections.abc import Callable
from functools import wraps
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import URLPattern, path, re_path
from ninja import NinjaAPI
from ninja.errors import ValidationError

from luodi.errors import BadInput, LuodiError
from luodi.message import Message, in_key
from luodi.web.api.admission import add_limit
from luodi.web.api.problems import no_such_address, our_mistake, refuse
from luodi.web.api.refusals import WrongMethod
from luodi.web.api.views import about, keys

api = NinjaAPI(title="Luodi", version="1", urls_namespace="api-v1", docs_url=None, openapi_url=None)
for app in settings.LUODI_APPS:
    if find_spec(f"luodi.web.{app}.api"):
        api.add_router("", import_module(f"luodi.web.{app}.api").router)


@api.exception_handler(LuodiError)
def refused(request: HttpRequest, problem: LuodiError) -> HttpResponse:
    return refuse(problem, request)


def _part(name: str) -> Message:
    """The part of a request, as a place names it."""
    return Message(f"place.{name}") if name in ("path", "query", "body", "header") else Message("place.query")


@api.exception_handler(ValidationError)
def parameters(request: HttpRequest, problem: ValidationError) -> HttpResponse:
    """A parameter that cannot be read: the first one is named."""
    first: dict[str, Any] = problem.errors[0]
    return refuse(
        BadInput("common.as-said", text=first["msg"], at=in_key(first["loc"][-1], _part(first["loc"][0]))), request
    )


api.add_exception_handler(Exception, our_mistake)

View = Callable[..., HttpResponseBase]


def endpoint(view: View) -> View:
    """HEAD is a GET without its body; another method is refused as a problem. No cookie is read, so none is forged."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
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
    path("account/keys/", keys.keys, name="keys"),
    path("account/keys/new/", keys.make, name="make_key"),
    path("account/keys/<int:number>/revoke/", keys.revoke, name="revoke_key"),
]
without_language = [
    *_endpoints(),
    path("api/v1/openapi.json", endpoint(about.openapi)),
    re_path(r"^api/v1(?:/(?P<rest>[\s\S]*))?$", endpoint(no_such_address)),
]
