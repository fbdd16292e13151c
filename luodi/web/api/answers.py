"""Answers over HTTP: documents as JSON, with an ETag made from what they say."""

import hashlib

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.http import parse_etags

from luodi.text import json_line


def present(document: object) -> HttpResponse:
    response = HttpResponse(as_text(document), content_type="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response


def as_text(document: object) -> str:
    return json_line(document)


def own(request: HttpRequest, document: object) -> HttpResponse:
    """For the asker alone; 304 where they have it already."""
    response = public(request, present(document))
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def public(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """For everybody; 304 where the asker has it already."""
    etag = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    return with_etag(HttpResponseNotModified() if has(request, etag) else response, etag)


def has(request: HttpRequest, etag: str) -> bool:
    return bool({etag, f"W/{etag}", "*"} & set(parse_etags(request.META.get("HTTP_IF_NONE_MATCH", ""))))


def with_etag(response: HttpResponse, etag: str) -> HttpResponse:
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = "no-cache"
    return response
