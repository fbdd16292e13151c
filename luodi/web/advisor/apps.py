"""The app, with its receivers of signals."""

from django.apps import AppConfig


class Advisor(AppConfig):
    name = "luodi.web.advisor"

    def ready(self) -> None:
        from luodi.web.advisor import receivers

        assert receivers
