"""The API with the endpoints of every app, and how it answers an error."""

from importlib import import_module
from importlib.util import find_spec

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import ValidationError

from luodi.errors import BadInput, LuodiError
from luodi.message import Message, in_key
from luodi.web.api.problems import our_mistake, refuse
from luodi.web.core.types import Json

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
    first: Json = problem.errors[0]
    return refuse(
        BadInput("common.as-said", text=first["msg"], at=in_key(first["loc"][-1], _part(first["loc"][0]))), request
    )


api.add_exception_handler(Exception, our_mistake)
