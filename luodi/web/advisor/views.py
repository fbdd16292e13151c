from django.http import HttpRequest, HttpResponse

from luodi.web.pages import page


def start(request: HttpRequest) -> HttpResponse:
    return page(request, "site/home")
