"""The app, with its receivers of signals."""

from django.apps import AppConfig


class Cases(AppConfig):
    name = "luodi.web.cases"

    def ready(self) -> None:
        from luodi.web.cases import receivers

        assert receivers
