"""The app, with its receivers of signals."""

from django.apps import AppConfig


class Library(AppConfig):
    name = "luodi.web.library"

    def ready(self) -> None:
        from luodi.web.library import receivers

        assert receivers
