"""Public pages are kept for everybody who is nobody, and for nobody else."""

import gzip
from collections.abc import Iterator

import pytest
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from luodi.web.core.page_cache import cached_page


@pytest.fixture(autouse=True)
def _pages(settings: object) -> Iterator[None]:
    memory = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "test"}
    settings.CACHES = {"default": memory, "pages": memory}
    yield
    caches["pages"].clear()


class Counted:
    """A view that says how often it was asked."""

    def __init__(self, status: int = 200) -> None:
        self.times, self.status = 0, status

    def __call__(self, request: HttpRequest) -> HttpResponse:
        self.times += 1
        return HttpResponse(f"time {self.times}", status=self.status)


def get(path: str = "/en/x/?a=1", **headers: str) -> HttpRequest:
    return RequestFactory().get(path, headers=headers)


def test_the_second_visitor_gets_what_the_first_one_got() -> None:
    view = Counted()
    assert [cached_page(view)(get()).text for _ in range(2)] == ["time 1", "time 1"]


def test_packed_for_those_who_can_unpack_it() -> None:
    answer = cached_page(Counted())(get(**{"accept-encoding": "gzip, br"}))
    assert (answer["content-encoding"], gzip.decompress(answer.content)) == ("gzip", b"time 1")
    assert {"Accept-Encoding", "Cookie"} <= set(answer["vary"].split(", "))


@pytest.mark.parametrize("other", ["/en/x/?a=2", "/en/y/?a=1"])
def test_another_address_is_another_page(other: str) -> None:
    view = cached_page(Counted())
    assert (view(get()).text, view(get(other)).text) == ("time 1", "time 2")


def test_who_is_signed_in_gets_a_page_of_their_own() -> None:
    view = cached_page(Counted())
    request = get()
    request.COOKIES["session"] = "x"
    assert [view(get()).text, view(request).text, view(get()).text] == ["time 1", "time 2", "time 1"]


@pytest.mark.parametrize("status", [302, 404, 422, 500])
def test_only_a_good_answer_is_kept(status: int) -> None:
    view = Counted(status)
    for _ in range(2):
        cached_page(view)(get())
    assert view.times == 2


@pytest.mark.django_db
def test_the_plan_is_the_same_kept_and_made(client: Client) -> None:
    path = "/en/advisor/plan/?investor=SG&service=B11&place=BJ&share=100&on=2024-12-02"
    first, second = client.get(path), client.get(path, headers={"accept-encoding": "gzip"})
    assert gzip.decompress(second.content) == first.content
    assert second["content-type"] == first["content-type"]
