"""The app, with its receivers of signals."""

from django.apps import AppConfig


class Books(AppConfig):
    name = "luodi.web.books"

    def ready(self) -> None:
        from luodi.web.books import receivers

        assert receivers
