"""The app, with its receivers of signals."""

from django.apps import AppConfig


class Journal(AppConfig):
    name = "luodi.web.journal"

    def ready(self) -> None:
        from luodi.web.journal import receivers

        assert receivers
