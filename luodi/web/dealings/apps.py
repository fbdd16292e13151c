"""The app, with its receivers of signals."""

from django.apps import AppConfig


class Dealings(AppConfig):
    name = "luodi.web.dealings"

    def ready(self) -> None:
        from luodi.web.dealings import receivers

        assert receivers
