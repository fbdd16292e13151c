"""The app, with its receivers of signals."""

from django.apps import AppConfig


class Companies(AppConfig):
    name = "luodi.web.companies"

    def ready(self) -> None:
        from luodi.web.companies import receivers

        assert receivers
